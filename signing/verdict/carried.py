"""Certificates and lists that came along with a signature but are not part of what it signs.

CMS leaves the bag of certificates outside the signature, and the document security store may be
added to by anybody: their bytes could be exchanged or made to carry something without a signature
noticing. Each must therefore be accounted for: known to the trust store, on the path, or truly
issued by one of these (a CA's older or newer certificate).
"""

from collections.abc import Iterable
from functools import lru_cache

from asn1crypto import crl, x509
from cryptography.exceptions import InvalidSignature

from formats.limits import MAX_DSS_UNKNOWN
from signing.seal.dss import ValidationData
from signing.trust import certs
from signing.trust.certs import CertificateBad
from signing.trust.store import TrustPath, TrustStore
from signing.trust.validator import SuiteValidator


def strays(carried: Iterable[bytes], path: TrustPath, trust: TrustStore) -> bool:
    """Whether a certificate was carried that nobody known has issued."""
    known = {path.certificate, *path.issuers, *trust.intermediates, *trust.anchors}
    extras = [extra for extra in carried if extra not in known]
    if not extras:
        return False
    issuers = _Issuers(known)
    return not all(_readable(extra) and issuers.made(_parsed(extra)) for extra in extras)


def unrelated(stored: ValidationData, trust: TrustStore) -> bool:
    """Whether a document's store holds what belongs to nobody the trust store knows.

    A certificate belongs where it was issued by a known one or has issued one; a list where its
    issuer does. What is related makes others known in turn. More unknown ones than an honest
    store can have are not looked at one by one.
    """
    known = {*trust.intermediates, *trust.anchors}
    left = [extra for extra in stored.certificates if extra not in known]
    lists = [held for held in stored.crls if held not in trust.crls]
    if not left and not lists:
        return False
    if len(left) > MAX_DSS_UNKNOWN or len(lists) > MAX_DSS_UNKNOWN:
        return True
    if not all(map(_readable, left)):
        return True
    issuers = _Issuers(known)
    while left:
        related = {extra for extra in left if issuers.are_kin(_parsed(extra))}
        if not related:
            return True
        issuers.add(related)
        left = [extra for extra in left if extra not in related]
    return not all(map(issuers.listed, lists))


class _Issuers:
    """Known certificates by the name they may have issued under."""

    def __init__(self, certificates: Iterable[bytes]) -> None:
        self._held: list[x509.Certificate] = []
        self._by_name: dict[str, list[x509.Certificate]] = {}
        self.add(certificates)

    def add(self, certificates: Iterable[bytes]) -> None:
        for certificate in map(_parsed, certificates):
            self._held.append(certificate)
            self._by_name.setdefault(certificate.subject.hashable, []).append(certificate)

    def made(self, below: x509.Certificate) -> bool:
        """Whether one of them issued the certificate."""
        above = self._by_name.get(below.issuer.hashable, ())
        return any(_issued(issuer, below) for issuer in above)

    def are_kin(self, other: x509.Certificate) -> bool:
        """Whether one of them issued the certificate or was issued by it."""
        name = other.subject.hashable
        below = (held for held in self._held if held.issuer.hashable == name)
        return self.made(other) or any(_issued(other, held) for held in below)

    def listed(self, held: bytes) -> bool:
        """Whether one of them issued the revocation list."""
        try:
            found = crl.CertificateList.load(held)
            above = self._by_name.get(found.issuer.hashable, ())
            signed = found["tbs_cert_list"].dump(), found["signature"].native
        except ValueError:
            return False
        return any(_signed(issuer, *signed, found["signature_algorithm"]) for issuer in above)


def _readable(certificate: bytes) -> bool:
    try:
        certs.load(certificate)
    except CertificateBad:
        return False
    return True


@lru_cache(maxsize=1024)
def _parsed(certificate: bytes) -> x509.Certificate:
    return x509.Certificate.load(certificate)


def _issued(issuer: x509.Certificate, below: x509.Certificate) -> bool:
    return _signed(
        issuer,
        below["tbs_certificate"].dump(),
        below["signature_value"].native,
        below["signature_algorithm"],
    )


def _signed(
    issuer: x509.Certificate, data: bytes, signature: bytes, algorithm: x509.SignedDigestAlgorithm
) -> bool:
    try:
        SuiteValidator().validate_signature(signature, data, issuer.public_key, algorithm)
    except (InvalidSignature, ValueError, TypeError, NotImplementedError):
        return False
    return True
