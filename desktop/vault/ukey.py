"""Key slots for certificates: the vault's secret as a CMS that a UKEY (or recovery key) opens."""

from dataclasses import dataclass, field
from typing import Literal

from desktop.vault.keys import Slot, fingerprint
from formats.effects import Randomness
from signing.envelope import TokenUnwrapper, unwrap_secret, wrap_secret
from signing.envelope import Unwrapper as KeyHolder
from signing.tokens.base import Token


@dataclass(frozen=True, slots=True)
class CertificateSlot:
    """A `SecretSlot` for the holder of one encryption certificate (DER)."""

    der: bytes = field(repr=False)
    label: str
    randomness: Randomness = field(repr=False)
    kind: Literal["ukey", "recovery"] = "ukey"

    @property
    def certificate(self) -> str:
        """Its fingerprint."""
        return fingerprint(self.der)

    def wrap(self, secret: bytes) -> bytes:
        """DER of a CMS AuthEnvelopedData for the certificate. Raises `WeakAlgorithm`."""
        return wrap_secret(secret, [self.der], randomness=self.randomness)


class CertificateUnwrapper:
    """An `Unwrapper` from a UKEY that is logged in, or from a key in memory."""

    def __init__(self, holder: Token | KeyHolder) -> None:
        self._holder = holder if isinstance(holder, KeyHolder) else TokenUnwrapper(holder)

    def fits(self, slot: Slot) -> bool:
        """Whether the slot was wrapped for a certificate whose key is here."""
        held = {fingerprint(der) for der in self._holder.encryption_certificates()}
        return slot.kind != "slip39" and slot.certificate in held

    def unwrap(self, wrapped: bytes) -> bytes:
        """The vault's secret. Raises `CapsuleError`, and whatever the UKEY raises."""
        return unwrap_secret(wrapped, self._holder)
