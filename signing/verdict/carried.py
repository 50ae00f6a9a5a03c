"""Certificates and lists that came along with a signature but are not part of what it signs.

CMS leaves the bag of certificates outside the signature, and the document security store may be
added to by anybody: their bytes could be exchanged or made to carry something without a signature
noticing. Each must therefore be accounted for: known to the trust store, on the path, or truly
issued by one of these (a CA's older or newer certificate).
"""

from collections.abc import Iterable

from asn1crypto import crl, x509
from cryptography.exceptions import InvalidSignature

from signing.seal.dss import ValidationData
from signing.trust import certs
from signing.trust.certs import CertificateBad
from signing.trust.store import TrustPath, TrustStore
from signing.trust.validator import SuiteValidator


def strays(carried: Iterable[bytes], path: TrustPath, trust: TrustStore) -> bool:
    """Whether a certificate was carried that nobody known has issued."""
    known = {path.certificate, *path.issuers, *trust.intermediates, *trust.anchors}
    return any(not _issued_by(known, extra) for extra in carried if extra not in known)


def unrelated(stored: ValidationData, trust: TrustStore) -> bool:
    """Whether a document's store holds what belongs to nobody the trust store knows.

    A certificate belongs where it was issued by a known one or has issued one; a list where its
    issuer does. What is related makes others known in turn.
    """
    known = {*trust.intermediates, *trust.anchors}
    left = [extra for extra in stored.certificates if extra not in known]
    if not all(map(_readable, left)):
        return True
    while left:
        related = {extra for extra in left if _issued_by(known, extra) or _issuer_of(known, extra)}
        if not related:
            return True
        known |= related
        left = [extra for extra in left if extra not in known]
    return any(not _listed_by(known, held) for held in stored.crls if held not in trust.crls)


def _readable(certificate: bytes) -> bool:
    try:
        certs.load(certificate)
    except CertificateBad:
        return False
    return True


def _issuer_of(known: Iterable[bytes], certificate: bytes) -> bool:
    return any(_issued_by((certificate,), other) for other in known)


def _issued_by(issuers: Iterable[bytes], certificate: bytes) -> bool:
    if not _readable(certificate):
        return False
    below = x509.Certificate.load(certificate)
    return any(
        above.subject == below.issuer
        and _signed(
            above,
            below["tbs_certificate"].dump(),
            below["signature_value"].native,
            below["signature_algorithm"],
        )
        for above in map(x509.Certificate.load, issuers)
    )


def _listed_by(issuers: Iterable[bytes], held: bytes) -> bool:
    try:
        found = crl.CertificateList.load(held)
        issuer_name = found.issuer
    except ValueError:
        return False
    return any(
        above.subject == issuer_name
        and _signed(
            above,
            found["tbs_cert_list"].dump(),
            found["signature"].native,
            found["signature_algorithm"],
        )
        for above in map(x509.Certificate.load, issuers)
    )


def _signed(
    issuer: x509.Certificate, data: bytes, signature: bytes, algorithm: x509.SignedDigestAlgorithm
) -> bool:
    try:
        SuiteValidator().validate_signature(signature, data, issuer.public_key, algorithm)
    except (InvalidSignature, ValueError, TypeError, NotImplementedError):
        return False
    return True
