"""Certificates and revocation lists of any shape, made by hand, signed by real keys.

The usual makers refuse to make what hostile cases need: negative serial numbers, extensions twice,
MD5, BER. Here everything is DER put together from parts, each of which a case may replace, and the
signature over it is genuine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa

from signing import der
from signing.gm.sm2 import Sm2PrivateKey

AnyKey = (
    ec.EllipticCurvePrivateKey
    | rsa.RSAPrivateKey
    | ed25519.Ed25519PrivateKey
    | dsa.DSAPrivateKey
    | Sm2PrivateKey
)

NULL: Final = der.encode(der.NULL)
ALGORITHMS: Final = {
    "ecdsa-sha256": der.sequence(der.oid("1.2.840.10045.4.3.2")),
    "ecdsa-sha384": der.sequence(der.oid("1.2.840.10045.4.3.3")),
    "ecdsa-sha1": der.sequence(der.oid("1.2.840.10045.4.1")),
    "rsa-sha256": der.sequence(der.oid("1.2.840.113549.1.1.11"), NULL),
    "rsa-sha1": der.sequence(der.oid("1.2.840.113549.1.1.5"), NULL),
    "rsa-md5": der.sequence(der.oid("1.2.840.113549.1.1.4"), NULL),
    "ed25519": der.sequence(der.oid("1.3.101.112")),
    "dsa-sha256": der.sequence(der.oid("2.16.840.1.101.3.4.3.2")),
    "sm2-sm3": der.sequence(der.oid("1.2.156.10197.1.501")),
    "rsa-pss": der.sequence(
        der.oid("1.2.840.113549.1.1.10"),
        der.sequence(
            der.encode(0xA0, der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), NULL)),
            der.encode(
                0xA1,
                der.sequence(
                    der.oid("1.2.840.113549.1.1.8"),
                    der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), NULL),
                ),
            ),
            der.encode(0xA2, der.integer(32)),
        ),
    ),
}
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha1": hashes.SHA1(),  # noqa: S303 - a case whose refusal is proven
    "md5": hashes.MD5(),  # noqa: S303 - the same
}
BITS: Final = (
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
)  # fmt: skip


def new_key(kind: str) -> AnyKey:
    """A fresh private key: ``p256``, ``p384``, ``k256``, ``rsa1024``, ``sm2`` and others."""
    curves: dict[str, ec.EllipticCurve] = {
        "p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "k256": ec.SECP256K1()
    }  # fmt: skip
    if kind in curves:
        return ec.generate_private_key(curves[kind])
    if kind == "sm2":
        return Sm2PrivateKey.generate()
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    exponent = 3 if kind.endswith("e3") else 65537
    return rsa.generate_private_key(exponent, int(kind.removeprefix("rsa").removesuffix("e3")))


@cache
def shared_key(kind: str, label: str) -> AnyKey:  # noqa: ARG001 - the label tells keys apart
    """One key for each label, made once in a process: keys are what takes time here."""
    return new_key(kind)


def spki_of(key: AnyKey) -> bytes:
    """DER SubjectPublicKeyInfo."""
    if isinstance(key, Sm2PrivateKey):
        return key.public_key().spki()
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def usual_algorithm(key: AnyKey) -> str:
    """How a key signs unless a case says otherwise."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "rsa-sha256"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, dsa.DSAPrivateKey):
        return "dsa-sha256"
    return "sm2-sm3" if isinstance(key, Sm2PrivateKey) else "ecdsa-sha256"


def sign(key: AnyKey, data: bytes, algorithm: str) -> bytes:
    """The signature value of an algorithm named above."""
    if isinstance(key, Sm2PrivateKey | ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if algorithm == "rsa-pss" and isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return key.sign(data, pss, hashes.SHA256())
    digest = _HASHES[algorithm.rpartition("-")[2]]
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), digest)
    if isinstance(key, dsa.DSAPrivateKey):
        return key.sign(data, digest)
    return key.sign(data, ec.ECDSA(digest))


# --- names ------------------------------------------------------------------------------------
UTF8, PRINTABLE, IA5 = 0x0C, 0x13, 0x16
_ATTRIBUTES: Final = {"C": "2.5.4.6", "ST": "2.5.4.8", "O": "2.5.4.10", "CN": "2.5.4.3"}


def name(*parts: tuple[str, str], tag: int = UTF8) -> bytes:
    """A distinguished name, for example ``name(("C", "CN"), ("CN", "x"))``."""
    return der.sequence(
        *(
            der.encode(
                der.SET,
                der.sequence(
                    der.oid(_ATTRIBUTES[kind]),
                    der.encode(PRINTABLE if kind == "C" else tag, value.encode()),
                ),
            )
            for kind, value in parts
        )
    )


def common(text: str, *, province: str = "安徽省", tag: int = UTF8) -> bytes:
    """The name of somebody of a province."""
    return name(("C", "CN"), ("ST", province), ("CN", text), tag=tag)


# --- extensions -------------------------------------------------------------------------------
def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    """One Extension, RFC 5280 4.1."""
    flag = der.encode(der.BOOLEAN, b"\xff") if critical else b""
    return der.sequence(der.oid(dotted), flag, der.octets(value))


def basic(*, ca: bool, pathlen: int | None = None, critical: bool = True) -> bytes:
    """BasicConstraints."""
    flag = der.encode(der.BOOLEAN, b"\xff") if ca else b""
    length = b"" if pathlen is None else der.integer(pathlen)
    return extension("2.5.29.19", der.sequence(flag, length), critical=critical)


def key_usage(*bits: str, critical: bool = True) -> bytes:
    """KeyUsage of the bits named, in DER's shortest form."""
    value = sum(1 << (15 - BITS.index(bit)) for bit in bits)
    octets = value.to_bytes(2, "big").rstrip(b"\x00")
    unused = (octets[-1] & -octets[-1]).bit_length() - 1 if octets else 0
    return extension(
        "2.5.29.15", der.encode(der.BIT_STRING, bytes((unused,)), octets), critical=critical
    )


EMAIL, SERVER, TIMESTAMPING, ANY_PURPOSE, CODE = (
    "1.3.6.1.5.5.7.3.4",
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.5.5.7.3.8",
    "2.5.29.37.0",
    "1.3.6.1.5.5.7.3.3",
)


def purposes(*oids: str, critical: bool = False) -> bytes:
    """ExtendedKeyUsage."""
    return extension("2.5.29.37", der.sequence(*map(der.oid, oids)), critical=critical)


def uri(text: str) -> bytes:
    """A URI as GeneralName."""
    return der.encode(0x86, text.encode())


def dns(text: str) -> bytes:
    """A host name as GeneralName."""
    return der.encode(0x82, text.encode())


def directory(distinguished: bytes) -> bytes:
    """A distinguished name as GeneralName."""
    return der.encode(0xA4, distinguished)


def alternative(*names: bytes, critical: bool = False) -> bytes:
    """SubjectAltName."""
    return extension("2.5.29.17", der.sequence(*names), critical=critical)


def constraints(
    permitted: Sequence[bytes] = (), excluded: Sequence[bytes] = (), *, tail: bytes = b""
) -> bytes:
    """NameConstraints; ``tail`` is put into each subtree (a minimum, a maximum)."""
    parts = []
    for tag, bases in ((0xA0, permitted), (0xA1, excluded)):
        if bases:
            parts.append(der.encode(tag, *(der.sequence(base, tail) for base in bases)))
    return extension("2.5.29.30", der.sequence(*parts), critical=True)


def policies(*oids: str) -> bytes:
    """CertificatePolicies."""
    return extension("2.5.29.32", der.sequence(*(der.sequence(der.oid(oid)) for oid in oids)))


def explicit_policy(after: int = 0) -> bytes:
    """PolicyConstraints that require a policy after so many certificates."""
    return extension(
        "2.5.29.36", der.sequence(der.encode(0x80, der.integer(after)[2:])), critical=True
    )


def key_id(spki: bytes) -> bytes:
    """A key identifier of 20 octets: the end of the key itself, which needs no digest."""
    return spki[-20:]


def subject_id(identifier: bytes) -> bytes:
    """SubjectKeyIdentifier."""
    return extension("2.5.29.14", der.octets(identifier))


def authority_id(identifier: bytes, *, issuer: bytes = b"", serial: int | None = None) -> bytes:
    """AuthorityKeyIdentifier, by key or by issuer and serial."""
    parts = [der.encode(0x80, identifier)] if identifier else []
    if serial is not None:
        parts += [der.encode(0xA1, directory(issuer)), der.encode(0x82, der.integer(serial)[2:])]
    return extension("2.5.29.35", der.sequence(*parts))


UNKNOWN: Final = "1.3.6.1.4.1.55555.7.7"


# --- certificates and lists -------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a key and a certificate."""

    subject: bytes
    key: AnyKey
    certificate: bytes
    serial: int = 0


VERSION_3: Final = der.encode(0xA0, der.integer(2))


def signed(tbs: bytes, key: AnyKey, algorithm: str, *, outer: bytes | None = None) -> bytes:
    """A certificate or list: the part to be signed, the algorithm, the signature."""
    value = sign(key, tbs, algorithm)
    return der.sequence(
        tbs,
        outer if outer is not None else ALGORITHMS[algorithm],
        der.encode(der.BIT_STRING, b"\x00", value),
    )


def certificate_body(
    *,
    subject: bytes,
    issuer: bytes,
    spki: bytes,
    serial: bytes,
    since: bytes,
    until: bytes,
    algorithm: bytes,
    extensions: Iterable[bytes] | None,
    version: bytes = VERSION_3,
    tail: bytes = b"",
) -> bytes:
    """TBSCertificate, RFC 5280 4.1; ``serial`` and the times are whole elements."""
    more = b"" if extensions is None else der.encode(0xA3, der.sequence(*extensions))
    return der.sequence(
        version,
        serial,
        algorithm,
        issuer,
        der.sequence(since, until),
        subject,
        spki,
        more,
        tail,
    )


REASONS: Final = {
    "unspecified": 0, "keyCompromise": 1, "cACompromise": 2, "affiliationChanged": 3,
    "superseded": 4, "cessationOfOperation": 5, "certificateHold": 6, "removeFromCRL": 8,
    "privilegeWithdrawn": 9, "aACompromise": 10,
}  # fmt: skip


def entry(
    serial: int, at: datetime, reason: str | None = None, more: Sequence[bytes] = ()
) -> bytes:
    """One revoked certificate of a list."""
    inner = [*more]
    if reason is not None:
        inner.append(extension("2.5.29.21", der.encode(0x0A, bytes((REASONS[reason],)))))
    tail = der.sequence(*inner) if inner else b""
    return der.sequence(der.integer(serial), der.time(at), tail)


def revocation_list(
    issuer: Party,
    *,
    entries: Sequence[bytes] = (),
    since: datetime,
    until: datetime | None,
    extensions: Sequence[bytes] = (),
    key: AnyKey | None = None,
    named: bytes | None = None,
    algorithm: str | None = None,
) -> bytes:
    """A CRL of version 2, RFC 5280 5.1, signed by the issuer's key or another."""
    by = key or issuer.key
    how = algorithm or usual_algorithm(by)
    number = extension("2.5.29.20", der.integer(7))
    authority = authority_id(key_id(spki_of(issuer.key)))
    tbs = der.sequence(
        der.integer(1),
        ALGORITHMS[how],
        issuer.subject if named is None else named,
        der.time(since),
        der.time(until) if until is not None else b"",
        der.sequence(*entries) if entries else b"",
        der.encode(0xA0, der.sequence(number, authority, *extensions)),
    )
    return signed(tbs, by, how)
