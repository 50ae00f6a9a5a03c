"""Algorithm suites: the one seam at which INTL and GM differ.

All other modules ask a suite for a digest, an algorithm identifier or a check of a signature, and
never name an algorithm themselves. INTL is SHA-256 with ECDSA P-256 or RSA (2048 bits and up);
GM is SM3 with SM2 (GB/T 32905, GB/T 32918).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from formats.digests import digest_bytes
from signing import der
from signing.errors import SignatureInvalid, WeakAlgorithm
from signing.gm.sm2 import CURVE, Sm2PublicKey
from signing.signer import SignatureAlgorithm

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | Sm2PublicKey
SuiteName = Literal["INTL", "GM"]

MIN_RSA_BITS: Final = 2048
"""GM/T 0054 and NIST SP 800-131A both end RSA-1024."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A digest and the signature algorithms that go with it."""

    name: SuiteName
    digest_name: str
    """As `Digest` values and RFC 3161 tools write it, for example ``sha256``."""
    digest_oid: str
    signatures: Mapping[SignatureAlgorithm, str]
    """OID of each algorithm."""

    def digest(self, data: bytes) -> bytes:
        """The suite's digest of ``data``, 32 bytes."""
        return digest_bytes(data, self.name)

    def algorithm_identifiers(self) -> frozenset[str]:
        """OIDs with which a signature of the suite may be announced."""
        return _ANNOUNCED[self.name]

    def digest_identifier(self) -> bytes:
        """DER AlgorithmIdentifier of the digest; RFC 5754 2: parameters absent."""
        return der.sequence(der.oid(self.digest_oid))

    def signature_identifier(self, algorithm: SignatureAlgorithm) -> bytes:
        """DER AlgorithmIdentifier of a signature; NULL parameters only for RSA, RFC 4055 5."""
        null = der.encode(der.NULL) if algorithm == "rsa-sha256" else b""
        return der.sequence(der.oid(self.signatures[algorithm]), null)


INTL: Final = Suite(
    name="INTL",
    digest_name="sha256",
    digest_oid="2.16.840.1.101.3.4.2.1",
    signatures={
        "ecdsa-sha256": "1.2.840.10045.4.3.2",
        "rsa-sha256": "1.2.840.113549.1.1.11",
    },
)

GM: Final = Suite(
    name="GM",
    digest_name="sm3",
    digest_oid="1.2.156.10197.1.401",
    signatures={"sm2-sm3": "1.2.156.10197.1.501"},
)

_SUITES: Final = (INTL, GM)
RSA_ENCRYPTION: Final = "1.2.840.113549.1.1.1"
"""What `openssl cms -sign` writes for an RSA signature; RFC 5652 leaves the hash to the digest."""

SM2_SIGNATURE: Final = "1.2.156.10197.1.301.1"
"""What GB/T 35275 writes in a SignerInfo: SM2, the hash left to the digest. Only read here."""

_ANNOUNCED: Final[dict[SuiteName, frozenset[str]]] = {
    "INTL": frozenset({*INTL.signatures.values(), RSA_ENCRYPTION}),
    "GM": frozenset({*GM.signatures.values(), SM2_SIGNATURE}),
}


def suite_of(algorithm: SignatureAlgorithm) -> Suite:
    """The suite an algorithm belongs to. Raises `WeakAlgorithm` for one not built in."""
    for suite in _SUITES:
        if algorithm in suite.signatures:
            return suite
    raise WeakAlgorithm(algorithm, algorithm=algorithm)


def suite_by_digest(digest_oid: str) -> Suite:
    """The suite whose digest has that OID. Raises `WeakAlgorithm` (SHA-1 and MD5 end here)."""
    for suite in _SUITES:
        if suite.digest_oid == digest_oid:
            return suite
    raise WeakAlgorithm(digest_oid, algorithm=digest_oid)


def suite_named(name: str) -> Suite:
    """The suite of that name. Raises `WeakAlgorithm`."""
    for suite in _SUITES:
        if suite.name == name:
            return suite
    raise WeakAlgorithm(name, algorithm=name)


def suite_of_key(certificate: bytes) -> Suite:
    """The suite that the key of a certificate belongs to. Raises `WeakAlgorithm`."""
    return suite_of(algorithm_of(certificate))


def algorithm_of(certificate: bytes) -> SignatureAlgorithm:
    """How the key of a certificate signs. Raises `WeakAlgorithm`."""
    key = public_key(certificate)
    if isinstance(key, Sm2PublicKey):
        return "sm2-sm3"
    return "rsa-sha256" if isinstance(key, rsa.RSAPublicKey) else "ecdsa-sha256"


@lru_cache(maxsize=4096)
def public_key(certificate: bytes) -> PublicKey:
    """The public key of a DER certificate: P-256, RSA or SM2. Raises `WeakAlgorithm`."""
    spki = subject_public_key(certificate)
    if spki is not None and der.oid(CURVE) in spki[:32]:
        return Sm2PublicKey.from_spki(spki)
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise WeakAlgorithm(str(error), algorithm="?") from error
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return key
    size = getattr(key, "key_size", "")
    raise WeakAlgorithm("key", algorithm=f"{type(key).__name__.removesuffix('PublicKey')} {size}")


def subject_public_key(certificate: bytes) -> bytes | None:
    """DER SubjectPublicKeyInfo of a certificate as it stands there; ``None`` where it is none."""
    try:
        fields = der.read(certificate).expect(der.SEQUENCE).children()[0].children()
        if fields[0].tag == 0xA0:  # noqa: PLR2004 - RFC 5280 4.1: the optional version
            fields = fields[1:]
        return fields[5].expect(der.SEQUENCE).raw
    except (der.NotDer, IndexError):
        return None


def verify(
    certificate: bytes, signature: bytes, data: bytes, *, digest_oid: str, signature_oid: str
) -> None:
    """Check a signature over ``data`` by the key of ``certificate``.

    Raises `SignatureInvalid` where it does not match, `WeakAlgorithm` where the algorithms are not
    of one suite or do not fit the key.
    """
    suite = suite_by_digest(digest_oid)
    if signature_oid not in suite.algorithm_identifiers():
        raise WeakAlgorithm(signature_oid, algorithm=signature_oid)
    verify_with(public_key(certificate), signature, data, signature_oid=signature_oid)


def verify_with(key: PublicKey, signature: bytes, data: bytes, *, signature_oid: str) -> None:
    """Check a signature of a known algorithm by a key. Raises as `verify`."""
    for_rsa = signature_oid in {INTL.signatures["rsa-sha256"], RSA_ENCRYPTION}
    for_sm2 = signature_oid in _ANNOUNCED["GM"]
    try:
        if isinstance(key, Sm2PublicKey) and for_sm2:
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey) and for_rsa:
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and not (for_rsa or for_sm2):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            raise WeakAlgorithm("the algorithm does not fit the key", algorithm=signature_oid)
    except InvalidSignature as error:
        raise SignatureInvalid("signature value") from error
