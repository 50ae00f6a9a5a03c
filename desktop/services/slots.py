"""Who opens the vault: the body's UKEYs and its recovery certificate, by CMS key wrapping."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.vault.keys import Slot, SlotKind, fingerprint
from formats.directory import BodyCertificate
from formats.effects import Randomness
from signing.envelope import unwrap_secret, wrap_secret
from signing.tokens.base import Token
from signing.trust.certs import name_of


@dataclass(frozen=True, slots=True)
class CertificateSlot:
    """A `SecretSlot` for the holder of a certificate's key."""

    kind: SlotKind
    entry: BodyCertificate
    label: str
    randomness: Randomness = field(repr=False)

    @property
    def certificate(self) -> str:
        """Its fingerprint."""
        return fingerprint(self.entry.certificate)

    def wrap(self, secret: bytes) -> bytes:
        """The secret as a CMS AuthEnvelopedData that only that key opens."""
        return wrap_secret(secret, [self.entry], randomness=self.randomness)


class TokenOpener:
    """An `Unwrapper` that is a UKEY, logged in."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self._held = {fingerprint(c.der) for c in token.certificates() if c.usage == "encrypt"}

    def fits(self, slot: Slot) -> bool:
        """Whether the slot was made for a certificate on this UKEY."""
        return slot.certificate in self._held

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret. Raises what the UKEY raises, or `CapsuleError`."""
        return unwrap_secret(wrapped, self._token)


def slots_for(
    certificates: Sequence[BodyCertificate], token: Token, randomness: Randomness
) -> tuple[CertificateSlot, ...]:
    """A slot for each encryption certificate of a body: those on the UKEY, the rest recovery."""
    held = {c.der for c in token.certificates()}
    return tuple(
        CertificateSlot(
            kind="ukey" if entry.certificate in held else "recovery",
            entry=entry,
            label=name_of(entry.certificate),
            randomness=randomness,
        )
        for entry in certificates
    )
