"""What a PIN may be: rules that hold before any token is asked, so that no try is spent on them.

The makers' own limits differ (6 to 16 characters is common); a token may refuse more than this.
"""

from itertools import pairwise
from typing import Final

from signing.errors import PinUnfit, PinWeak
from signing.tokens.base import Secret

MIN_PIN: Final = 6
"""GM/T 0016 names six characters as the least; makers' PKCS#11 modules follow it."""

MAX_PIN: Final = 64
"""No UKEY has longer ones; what is longer is no PIN but something pasted by mistake."""

FACTORY_PINS: Final = (
    "000000",
    "111111",
    "123123",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "66666666",
    "88888888",
    "admin",
    "rockey",
)
"""First PINs that makers' manuals name; a profile may add its own."""


def check_pin(pin: Secret) -> None:
    """Refuse what cannot be a PIN, above all one that C would end at a zero byte.

    Raises `PinUnfit`. A short PIN passes: somebody may have set it with another program.
    """
    data = pin.reveal()
    if not 0 < len(data) <= MAX_PIN or any(byte < 0x20 or byte == 0x7F for byte in data):  # noqa: PLR2004 - control characters, ASCII
        raise PinUnfit("length or characters")


def check_new_pin(new: Secret, old: Secret | None = None) -> None:
    """Refuse a new PIN that anybody would guess.

    Raises `PinWeak` for one under six characters, the old one, a first PIN of a maker, one
    character repeated, or digits or letters in a row; `PinUnfit` for what no keyboard enters on
    every machine.
    """
    check_pin(new)
    data = new.reveal()
    if any(byte > 0x7E for byte in data):  # noqa: PLR2004 - beyond ASCII
        raise PinUnfit("a token counts bytes, and input methods differ")
    steps = {later - earlier for earlier, later in pairwise(data)}
    in_a_row = len(steps) == 1 and steps <= {-1, 0, 1}
    same = old is not None and old.reveal() == data
    if len(data) < MIN_PIN or in_a_row or same or is_factory(new):
        raise PinWeak("too simple")


def is_factory(pin: Secret, more: tuple[str, ...] = ()) -> bool:
    """Whether it is a first PIN that a maker's manual names."""
    return pin.reveal().lower() in {known.lower().encode() for known in (*FACTORY_PINS, *more)}
