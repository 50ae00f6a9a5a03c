"""SES_Signature v4 (GB/T 38540-2020 6.5): a document's digest signed with an electronic seal.

    SES_Signature ::= SEQUENCE { toSign TBS_Sign, cert OCTET STRING, signatureAlgID OID,
                                 signature BIT STRING, timeStamp [0] EXPLICIT BIT STRING OPTIONAL }
    TBS_Sign      ::= SEQUENCE { version INTEGER (4), eseal SESeal, timeInfo GeneralizedTime,
                                 dataHash BIT STRING, propertyInfo IA5String,
                                 extDatas [0] EXPLICIT SEQUENCE OF ExtData OPTIONAL }

The signer signs the DER of ``toSign``. OFD keeps it as ``SignedValue.dat``; ``dataHash`` is the
digest of the ``Signature.xml`` that ``propertyInfo`` names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from formats.errors import TooLarge
from formats.limits import MAX_ESEAL_BYTES
from signing import der, suites
from signing.errors import SignatureInvalid
from signing.seal.eseal import (
    IA5_STRING,
    TAG_0,
    ElectronicSeal,
    Extension,
    bits,
    certificate_in,
    extensions_in,
    parse_seal,
    text,
    timestamp_in,
)
from signing.seal.eseal_check import suite_of_signature, verify_seal
from signing.seal.eseal_errors import SealMalformed, SealVersion
from signing.seal.eseal_write import bit_string, extension_list, generalized_time, string
from signing.signer import Signer
from signing.timestamp import verify_token
from signing.trust.store import TrustStore

VERSION: Final = 4

_MOST_BYTES: Final = 2 * MAX_ESEAL_BYTES
"""The seal with a certificate, a time-stamp and some extensions around it."""

TokenFor = Callable[[bytes], bytes]
"""From the signature value to the DER of an RFC 3161 token over it."""


@dataclass(frozen=True, slots=True)
class SesSignature:
    """A signature with a seal, read; nothing is checked yet."""

    seal: ElectronicSeal
    at: datetime
    """When it was made, as the signer says."""
    digest: bytes
    """dataHash."""
    property_info: str
    """What was signed: in OFD the path of ``Signature.xml``."""
    extensions: tuple[Extension, ...]
    certificate: bytes
    """DER of the signer's certificate."""
    algorithm: str
    signature: bytes
    signed: bytes
    """The DER of ``toSign``."""
    timestamp: bytes | None


def make_signature(
    seal: bytes,
    digest: bytes,
    *,
    signer: Signer,
    at: datetime,
    property_info: str,
    extensions: Sequence[Extension] = (),
    timestamp: TokenFor | None = None,
) -> bytes:
    """DER of a signature over a document's ``digest`` (raw, of the signer's suite).

    The caller has verified the seal for this signer. Raises `SealMalformed` for a seal that cannot
    be read or a ``property_info`` that is not ASCII; what the key or the time-stamp source raises
    passes through.
    """
    if not property_info.isascii() or not property_info.isprintable() or not property_info:
        raise SealMalformed("propertyInfo")
    held = extension_list(extensions)
    to_sign = der.sequence(
        der.integer(VERSION),
        parse_seal(seal).der,
        generalized_time(at),
        bit_string(digest),
        string(IA5_STRING, property_info),
        der.encode(TAG_0, held) if held else b"",
    )
    value = signer.sign(to_sign)
    algorithm = suites.suite_of(signer.algorithm).signatures[signer.algorithm]
    stamp = b"" if timestamp is None else der.encode(TAG_0, bit_string(timestamp(value)))
    return der.sequence(
        to_sign, der.octets(signer.certificate), der.oid(algorithm), bit_string(value), stamp
    )


def parse_signature(data: bytes) -> SesSignature:
    """The signature that the bytes are. Raises `SealMalformed`, `SealVersion` or `TooLarge`."""
    if len(data) > _MOST_BYTES:
        raise TooLarge(f"{len(data)} bytes of signature", limit=_MOST_BYTES)
    try:
        to_sign, cert, algorithm, value, *stamps = der.read(data).expect(der.SEQUENCE).children()
        version, seal, at, digest, told, *further = to_sign.expect(der.SEQUENCE).children()
        if version.number() != VERSION:
            raise SealVersion(str(version.number()), version=version.number())
        return SesSignature(
            seal=parse_seal(seal.raw),
            at=at.expect(der.GENERALIZED_TIME).instant(),
            digest=bits(digest),
            property_info=text(told, IA5_STRING),
            extensions=extensions_in(further),
            certificate=certificate_in(cert),
            algorithm=algorithm.dotted(),
            signature=bits(value),
            signed=to_sign.raw,
            timestamp=timestamp_in(stamps),
        )
    except (der.NotDer, ValueError) as error:
        raise SealMalformed(str(error)) from error


def verify_signature(data: bytes, digest: bytes, *, trust: TrustStore) -> SesSignature:
    """A signature over a document of that raw digest, and its seal, GB/T 38540-2020 7.3.

    The time is the time-stamp's where there is one, else the claimed one. Raises `SealFault`,
    `SignatureInvalid`, `WeakAlgorithm`, a `TrustError`, `TimestampInvalid` or `TooLarge`.
    """
    found = parse_signature(data)
    suites.verify(
        found.certificate,
        found.signature,
        found.signed,
        digest_oid=suite_of_signature(found.algorithm).digest_oid,
        signature_oid=found.algorithm,
    )
    if found.digest != digest:
        raise SignatureInvalid("dataHash")
    at = found.at
    if found.timestamp is not None:
        at = verify_token(found.timestamp, found.signature, trust)
    trust.validate(found.certificate, at, "sign")
    verify_seal(found.seal.der, trust=trust, at=at, certificate=found.certificate)
    return found
