"""What a certificate says: whose it is, what it may be used for, who issued it.

The owner is bound by a URI in the subject alternative name, ``urn:yidao:body:340000.bgt`` or
``urn:yidao:node:340000``, never by the common name, which is only what people read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from formats.errors import BadInput
from formats.i18n import mark
from signing.der import BIT_STRING, GENERALIZED_TIME, SEQUENCE, NotDer, read

OWNER_PREFIX = "urn:yidao:"
_VERSION, _EXTENSIONS = 0xA0, 0xA3
"""RFC 5280 4.1: the tags of what is optional at the beginning and at the end."""

_VERSION_3: Final = 3
_MAX_SERIAL_OCTETS: Final = 20

UNREADABLE: Final = (
    ValueError,
    TypeError,  # cryptography says so of a name whose string type its attribute cannot have
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)
"""What the library raises, none of it a common class, for bytes that are not X.509."""

OwnerKind = Literal["body", "node", "role", "other"]


class CertificateBad(BadInput):
    """The bytes are not a certificate that can be read."""

    code = "trust.certificate-bad"
    happened = mark("证书无法读取，可能已损坏。")
    advice = mark("请重新获取证书后重试。")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a certificate speaks for. ``kind`` is ``other`` for certificates not of this network."""

    kind: OwnerKind
    id: str
    name: str


@lru_cache(maxsize=4096)
def load(der: bytes) -> x509.Certificate:
    """The certificate. Raises `CertificateBad`."""
    _require_plain(der)
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.extensions  # noqa: B018 - parsed lazily; a bad one must fail here
        certificate.subject, certificate.issuer  # noqa: B018 - the same
        certificate.not_valid_before_utc, certificate.not_valid_after_utc  # noqa: B018 - the same
    except UNREADABLE as error:
        raise CertificateBad(str(error)) from error
    return certificate


def _require_plain(der: bytes) -> None:
    """What the library lets pass, or only warns of on standard error; RFC 5280 4.1.

    The two algorithms are one. The serial number is positive and has at most twenty octets.
    Extensions belong to version 3. Until 2049 times are UTCTime. The signature is whole octets
    (RFC 5480 2, RFC 4055 5), so that one value has no second encoding: the count of unused bits is
    the one octet of a certificate that its issuer's signature does not reach and that readers let
    pass, where the last bit happens to be zero.
    """
    try:
        tbs, algorithm, signature = read(der).expect(SEQUENCE).children()
        unused = signature.expect(BIT_STRING).body[:1]
        fields = tbs.expect(SEQUENCE).children()
        version = 1
        if fields[0].tag == _VERSION:
            version = fields.pop(0).children()[0].number() + 1
        serial, inner, _, validity, *rest = fields
        positive = serial.number() > 0
        times = validity.expect(SEQUENCE).children()
    except (NotDer, ValueError, IndexError) as error:
        raise CertificateBad(str(error)) from error
    if not positive or len(serial.body) > _MAX_SERIAL_OCTETS:
        raise CertificateBad("serial number")
    if inner.raw != algorithm.raw:
        raise CertificateBad("two signature algorithms")
    if any(t.tag == GENERALIZED_TIME and t.body[:4] < b"2050" for t in times):
        raise CertificateBad("the form of a time")
    if version != _VERSION_3 and any(f.tag == _EXTENSIONS for f in rest):
        raise CertificateBad("extensions before version 3")
    if unused != b"\x00":
        raise CertificateBad("unused bits in the signature")


def to_pem(der: bytes) -> bytes:
    """The certificate in PEM. Raises `CertificateBad`."""
    return load(der).public_bytes(serialization.Encoding.PEM)


def serial_of(der: bytes) -> str:
    """The serial number as people and openssl write it: hexadecimal, in capitals."""
    return f"{load(der).serial_number:X}"


def name_of(der: bytes) -> str:
    """The common name, or the whole subject where there is none."""
    subject = load(der).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else subject.rfc4514_string()


def issuer_name_of(der: bytes) -> str:
    """The issuer's common name, or its whole name."""
    issuer = load(der).issuer
    names = issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else issuer.rfc4514_string()


def validity_of(der: bytes) -> tuple[datetime, datetime]:
    """First and last instant of the validity, in UTC."""
    certificate = load(der)
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def owner_of(der: bytes) -> Owner:
    """Whom a certificate speaks for. Raises `CertificateBad`, also where it names two owners."""
    certificate = load(der)
    name = name_of(der)
    try:
        san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return Owner("other", "", name)
    uris = san.value.get_values_for_type(x509.UniformResourceIdentifier)
    owned = [uri.removeprefix(OWNER_PREFIX) for uri in uris if uri.startswith(OWNER_PREFIX)]
    if len(owned) > 1:
        raise CertificateBad("two owners")
    kind, _, identifier = owned[0].partition(":") if owned else ("other", "", "")
    if kind == "body":
        return Owner("body", identifier, name)
    if kind == "node":
        return Owner("node", identifier, name)
    return Owner("role" if kind == "role" else "other", identifier, name)


def key_usage_of(der: bytes) -> Literal["sign", "encrypt", "other"]:
    """``sign`` where digitalSignature or nonRepudiation is set; ``encrypt`` for key management."""
    try:
        bits = load(der).extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return "other"
    if bits.digital_signature or bits.content_commitment:
        return "sign"
    if bits.key_agreement or bits.key_encipherment or bits.data_encipherment:
        return "encrypt"
    return "other"


def chain_of(certificate: bytes, candidates: Iterable[bytes]) -> tuple[bytes, ...]:
    """Issuers of a certificate among ``candidates``, nearest first, self-signed roots left out.

    By name and key identifier only: it chooses what to send along, it proves nothing.
    """
    known = [(der, load(der)) for der in candidates]
    chain: list[bytes] = []
    current = load(certificate)
    while current.issuer != current.subject:
        for der, issuer in known:
            usable = issuer.issuer != issuer.subject and der not in chain
            if usable and issuer.subject == current.issuer:
                chain.append(der)
                current = issuer
                break
        else:
            break
    return tuple(chain)
