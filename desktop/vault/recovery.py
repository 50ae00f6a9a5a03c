"""Recovery by m of n people, each with a sheet of words (SLIP-39).

The shares split a recovery secret of its own, and the slot holds the vault's secret wrapped under
it (RFC 3394). So shares stay valid when the vault's secret changes, and say nothing without the
key file. SLIP-39's passphrase is not used: a wrong one would give a wrong secret without a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import shamir_mnemonic
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from desktop.vault.errors import RecoveryRefused
from desktop.vault.keys import SECRET_BYTES, Slot, SlotKind
from formats.effects import Randomness
from formats.i18n import tr

_MAX_SHARES: Final = 16
"""SLIP-39 itself ends there."""
_MAX_SHARE_CHARS: Final = 1000
"""A share of a 32-byte secret has 33 words of at most eight letters."""


@dataclass(frozen=True, slots=True)
class ShamirSlot:
    """A `SecretSlot` opened by any ``threshold`` of the shares made with it."""

    label: str
    _key: bytes = field(repr=False)
    kind: SlotKind = "slip39"
    certificate: str = ""

    def wrap(self, secret: bytes) -> bytes:
        """The secret under the key that the shares give."""
        return aes_key_wrap(self._key, secret)


class ShamirUnwrapper:
    """An `Unwrapper` from the words of enough holders."""

    def __init__(self, shares: Sequence[str]) -> None:
        """Raises `RecoveryRefused` for a mistyped word, too few shares or shares of two sets."""
        cleaned = [" ".join(share.lower().split()) for share in shares]
        self._key = _key(_combined([share for share in cleaned if share]))

    def fits(self, slot: Slot) -> bool:
        """Whether the slot is of this kind and opens with these shares."""
        if slot.kind != "slip39":
            return False
        try:
            aes_key_unwrap(self._key, slot.wrapped)
        except (InvalidUnwrap, ValueError):
            return False
        return True

    def unwrap(self, wrapped: bytes) -> bytes:
        """The vault's secret. Raises `RecoveryRefused`."""
        try:
            return aes_key_unwrap(self._key, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise RecoveryRefused("unwrap", reason=tr("它们属于另一个加密库。")) from error


def new_recovery(
    threshold: int, shares: int, *, randomness: Randomness, label: str = ""
) -> tuple[ShamirSlot, tuple[str, ...]]:
    """A slot and its shares, 33 words each; show them once, on paper, and forget them.

    ``1 < threshold <= shares <= 16``, or both 1. How the shares are spread draws on SLIP-39's own
    randomness (the machine's); the secret comes from ``randomness``.
    """
    if not (1 < threshold <= shares <= _MAX_SHARES or threshold == shares == 1):
        raise ValueError("shares: 1 < threshold <= shares <= 16, or 1 of 1")
    secret = randomness(SECRET_BYTES)
    groups = shamir_mnemonic.generate_mnemonics(1, [(threshold, shares)], secret)
    name = label or tr("{threshold}/{shares} 恢复口令片", threshold=threshold, shares=shares)
    return ShamirSlot(label=name, _key=_key(secret)), tuple(groups[0])


def _combined(shares: list[str]) -> bytes:
    if not shares or len(shares) > _MAX_SHARES or any(len(s) > _MAX_SHARE_CHARS for s in shares):
        raise RecoveryRefused("count", reason=tr("口令片的张数不对。"))
    try:
        needed = shamir_mnemonic.Share.from_mnemonic(shares[0]).member_threshold
        # More than needed is an error to the library, and none to a person.
        secret = shamir_mnemonic.combine_mnemonics(list(dict.fromkeys(shares))[:needed])
    except shamir_mnemonic.MnemonicError as error:
        raise RecoveryRefused("shares", reason=_reason(str(error))) from error
    return bytes(secret)


def _reason(words: str) -> str:
    """The library has one kind of error; its words tell which."""
    if words.startswith(("Wrong number", "Insufficient")):
        return tr("口令片的张数不够。")
    if words.startswith(("Invalid set", "Invalid digest")):
        return tr("这些口令片不是同一套。")
    return tr("有口令片写错了字。")


def _key(secret: bytes) -> bytes:
    kdf = HKDF(hashes.SHA256(), SECRET_BYTES, salt=None, info=b"yidao vault v1 slip39")
    return kdf.derive(secret)
