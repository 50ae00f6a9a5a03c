"""What the pilot CA takes back: certificates revoked, lists of them published."""

from datetime import datetime
from typing import Final

import msgspec
from cryptography import x509

from signing.pilot.errors import BadReason
from signing.pilot.profiles import Authority, build_crl
from signing.pilot.store import Entry, Pilot
from signing.trust import certs

_REASONS: Final = (
    "unspecified",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
)
CRL_DAYS: Final = 30
"""A trial must survive a month without its operator; production lists live a day."""


def revoke(
    pilot: Pilot,
    serial: str,
    *,
    reason: str = "unspecified",
    at: datetime | None = None,
    publish: bool = True,
) -> Entry:
    """Revoke a certificate and publish its issuer's CRL. A second time changes nothing.

    ``reason`` is a name of RFC 5280 5.3.1, for example ``keyCompromise``. Raises `NotIssued` or
    `BadReason`.
    """
    entry = pilot.entry(serial)
    if entry.revoked is None:
        if reason not in _REASONS:
            raise BadReason(reason, reason=reason, known="、".join(_REASONS))
        flag = x509.ReasonFlags(reason)
        entry = msgspec.structs.replace(entry, revoked=at or pilot.clock(), reason=flag.value)
        pilot.replace(entry)
    if publish:
        write_crl(pilot, entry.issuer)
    return entry


def write_crl(pilot: Pilot, authority: Authority | None = None, *, days: int = CRL_DAYS) -> None:
    """Publish a fresh CRL of one authority, or of all."""
    for name in pilot.authorities if authority is None else (authority,):
        revoked = [
            (int(e.serial, 16), e.revoked, x509.ReasonFlags(e.reason or "unspecified"))
            for e in pilot.entries
            if e.issuer == name and e.revoked is not None
        ]
        crl = build_crl(
            issuer=certs.load(pilot.authority(name)),
            issuer_key=pilot.authority_key(name),
            revoked=revoked,
            number=pilot.next_crl_number(name),
            now=pilot.clock(),
            days=days,
        )
        pilot.write_public(f"crls/{name}.crl", crl)
