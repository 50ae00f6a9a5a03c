"""Who opens a body's vault: its UKEYs and its recovery certificate, as the directory has them."""

from collections.abc import Sequence

from desktop.vault.ukey import CertificateSlot
from formats.directory import BodyCertificate
from formats.effects import Randomness
from signing.tokens.base import Token
from signing.trust.certs import name_of


def slots_for(
    certificates: Sequence[BodyCertificate], token: Token, randomness: Randomness
) -> tuple[CertificateSlot, ...]:
    """A slot for each encryption certificate of a body: those on the UKEY, the rest recovery."""
    held = {c.der for c in token.certificates()}
    return tuple(
        CertificateSlot(
            der=entry.certificate,
            label=name_of(entry.certificate),
            randomness=randomness,
            kind="ukey" if entry.certificate in held else "recovery",
        )
        for entry in certificates
    )
