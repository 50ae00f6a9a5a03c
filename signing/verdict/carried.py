"""Certificates that came along with a signature but are not part of what it signs.

CMS leaves the bag of certificates outside the signature, so its bytes could be exchanged or made to
carry something without the signature noticing. Each must therefore be accounted for: known to the
trust store, on the path, or truly issued by one of these (a CA's older or newer certificate).
"""

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature

from signing.trust import certs
from signing.trust.certs import CertificateBad
from signing.trust.store import TrustPath, TrustStore


def strays(carried: Iterable[bytes], path: TrustPath, trust: TrustStore) -> bool:
    """Whether a certificate was carried that nobody known has issued."""
    known = {path.certificate, *path.issuers, *trust.intermediates, *trust.anchors}
    return any(not _issued_by(known, extra) for extra in carried if extra not in known)


def _issued_by(issuers: Iterable[bytes], certificate: bytes) -> bool:
    try:
        loaded = certs.load(certificate)
    except CertificateBad:
        return False
    for issuer in map(certs.load, issuers):
        if issuer.subject != loaded.issuer:
            continue
        try:
            loaded.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return True
    return False
