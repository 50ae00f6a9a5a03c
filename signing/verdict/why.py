"""From what the trust store found to a reason of the verdict."""

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from formats.errors import YidaoError
from formats.ids import CHINA
from signing.errors import CmsRefused, SignatureInvalid, TrustError, WeakAlgorithm
from signing.trust import certs
from signing.trust.errors import (
    Expired,
    NotYetValid,
    RevocationMissing,
    RevocationStale,
    Revoked,
    SuiteRetired,
    Undecided,
    UnknownIssuer,
    WeakCertificate,
    WrongUsage,
)
from signing.trust.store import TrustPath
from signing.verdict.reasons import Reason, reason

_REFUSED: Final[tuple[tuple[type[YidaoError], str], ...]] = (
    (SignatureInvalid, "digest"),
    (CmsRefused, "cms"),
    (WeakAlgorithm, "weak"),
    (WeakCertificate, "weak"),
    (UnknownIssuer, "untrusted"),
    (WrongUsage, "usage"),
)


def code_of(error: YidaoError, otherwise: str) -> str:
    """The code of a refusal that has one of its own, else ``otherwise``."""
    return next((code for kind, code in _REFUSED if isinstance(error, kind)), otherwise)


def trust_reason(error: TrustError, *, proven: bool) -> Reason:
    """Why a signer's certificate is not trusted; ``proven``: at a time that is proven."""
    if isinstance(error, Revoked):
        return reason("revoked" if proven else "revoked-unproven")
    if isinstance(error, Expired):
        return reason("expired" if proven else "expired-unproven")
    if isinstance(error, NotYetValid):
        return reason("not-yet-valid" if proven else "not-yet-valid-unproven")
    if isinstance(error, SuiteRetired):
        ended = error.values.get("until") not in {None, "", "—"}
        return reason("suite-retired" if proven or not ended else "suite-unproven")
    if isinstance(error, Undecided) and not isinstance(error, UnknownIssuer):
        return _undecided(error)
    return reason(code_of(error, "path"))


def _undecided(error: Undecided) -> Reason:
    """Which list is missing or too old, and whose."""
    issuer = str(error.values.get("issuer", ""))
    if isinstance(error, RevocationMissing):
        return reason("revocation-missing", issuer=issuer)
    if isinstance(error, RevocationStale):
        return reason("revocation-stale", issuer=issuer, until=error.values.get("until", "—"))
    return reason("revocation", detail=error.sentences()[0].rstrip("。."))


def revoked_later(path: TrustPath, time: datetime | None) -> Reason | None:
    """The note on a certificate that was revoked after a proven time; None where it was not."""
    later = path.revoked_later
    if later is None or time is None or later <= time:
        return None
    return reason("revoked-later", at=later.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))


def neighbour_of(path: TrustPath) -> str:
    """The cross-certified authority that a path leads through, by name; empty where by none.

    A cross-certificate (交叉认证) vouches for a hierarchy that is not its issuer's: it names
    another province than its issuer does, or is bound to a name space (RFC 5280 4.2.1.10) that
    its issuer itself stands outside of.
    """
    issuers = [certs.load(der) for der in path.issuers]
    for der, link, issuer in zip(path.issuers, issuers, issuers[1:], strict=False):
        if _crosses(link, issuer):
            return certs.name_of(der)
    return ""


def _crosses(link: x509.Certificate, issuer: x509.Certificate) -> bool:
    here, there = _province(issuer), _province(link)
    if here and there and here != there:
        return True
    try:
        spaces = link.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    named = [
        space.value
        for space in spaces.permitted_subtrees or ()
        if isinstance(space, x509.DirectoryName)
    ]
    return bool(named) and not any(_within(issuer.subject, space) for space in named)


def _province(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.STATE_OR_PROVINCE_NAME)
    return "".join(str(found[0].value).split()) if found else ""


def _within(name: x509.Name, space: x509.Name) -> bool:
    return name.rdns[: len(space.rdns)] == space.rdns
