"""``token.json`` of a soft token: its tries and its master key under the PIN."""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from formats.canonical import Value
from formats.effects import Randomness
from signing.tokens.base import PinState, Secret

MAX_TRIES: Final = 6
"""What UKEYs of the field commonly allow before they lock."""

_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}
"""RFC 7914 2, interactive use: some 50 ms. The retry counter, not this, guards a stolen PIN."""


class AdminState(Value, frozen=True, kw_only=True):
    """The issuing office's way to the master key."""

    tries: int
    salt: bytes
    nonce: bytes
    wrapped: bytes


class State(Value, frozen=True, kw_only=True):
    """``token.json``."""

    version: int = 1
    serial: str
    label: str
    tries: int
    salt: bytes
    nonce: bytes
    wrapped: bytes
    """The master key under AES-256-GCM with a key from the PIN."""
    default_pin: bool = False
    """Whether the PIN is one that makers' manuals name."""
    admin: AdminState | None = None


def stretch(pin: Secret, salt: bytes) -> bytes:
    """A key of the PIN."""
    return Scrypt(salt=salt, length=32, **_SCRYPT).derive(pin.reveal())


def wrap(
    master: bytes, pin: Secret, serial: str, randomness: Randomness
) -> tuple[bytes, bytes, bytes]:
    """Salt, nonce, and the master key wrapped under the PIN."""
    salt, nonce = randomness(16), randomness(12)
    return salt, nonce, AESGCM(stretch(pin, salt)).encrypt(nonce, master, serial.encode())


def unwrap_master(part: State | AdminState, pin: Secret, serial: str) -> bytes | None:
    """The master key, or nothing for a wrong PIN."""
    try:
        return AESGCM(stretch(pin, part.salt)).decrypt(part.nonce, part.wrapped, serial.encode())
    except InvalidTag:
        return None


def pin_state_of(tries: int) -> PinState:
    """The state in a word."""
    if tries <= 0:
        return "locked"
    if tries == 1:
        return "final"
    return "ok" if tries >= MAX_TRIES else "low"
