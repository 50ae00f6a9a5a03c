"""CMS SignedData read and checked, in the one form that `signing.cms` writes.

Strict by design: DER alone, exactly one signer named by issuer and serial, signed attributes
present, each once and single-valued, the content type told twice and the same, the signer's
certificate bound by signing-certificate-v2 (RFC 5035). This is the mathematics only: whether the
certificate is to be trusted is asked of `signing.trust.store` afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from formats.errors import TooLarge
from formats.i18n import mark, tr
from formats.limits import MAX_CERTIFICATE_BYTES, MAX_CMS_CERTIFICATES, MAX_SIGNED_BYTES
from signing import der, suites
from signing.errors import CmsRefused, SignatureInvalid

DATA: Final = "1.2.840.113549.1.7.1"
SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
GM_DATA: Final = "1.2.156.10197.6.1.4.2.1"
GM_SIGNED_DATA: Final = "1.2.156.10197.6.1.4.2.2"
"""GB/T 35275 7: its own names for data and signedData, around the same structure."""

TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"

_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
_ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
_TIMESTAMP_TOKEN: Final = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an OID
_TAG_0, _TAG_1 = 0xA0, 0xA1

_FAULTS: Final = {
    "structure": mark("不是签名数据"),
    "signer-count": mark("签名人不是恰好一个"),
    "no-signed-attributes": mark("缺少受签名保护的属性"),
    "attributes": mark("签名属性重复、缺失或取值有误"),
    "content-type": mark("内容类型不符"),
    "no-content": mark("缺少被签名的内容"),
    "content-present": mark("分离式签名中夹带了内容"),
    "certificate": mark("缺少签名证书，或证书与签名属性不符"),
    "algorithm": mark("签名算法前后不一致"),
}


def refused(fault: str, detail: str = "") -> CmsRefused:
    """The coded error for one of the faults above."""
    error = CmsRefused(fault, reason=tr(_FAULTS[fault]))
    if detail:
        error.add_note(detail)
    return error


@dataclass(frozen=True, slots=True)
class SignedContent:
    """A signature whose mathematics is right. Its certificate is not yet trusted."""

    data: bytes
    """The signed content; empty for one checked by digest alone."""
    content_type: str
    certificate: bytes
    """DER of the signer's certificate."""
    certificates: tuple[bytes, ...]
    """DER of every certificate carried, the signer's among them, in the order carried."""
    signing_time: datetime | None
    """What the signer claims; proves nothing."""
    signature: bytes
    """The signature value: what a time-stamp of level T covers."""
    timestamp: bytes | None
    """DER of the RFC 3161 token in the unsigned attributes, not yet checked."""
    signed_attributes: bytes
    """The DER SET OF that was signed."""
    suite: suites.Suite
    """Of the digest and the signature."""
    attributes: Mapping[str, bytes]
    """DER of the value of each signed attribute that has just one, by its OID."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    """SignedData taken apart, nothing checked yet."""

    content_type: str
    """As it is written there; in the names of GB/T 35275 where ``national``."""
    national: bool
    content: bytes | None
    certificates: tuple[bytes, ...]
    digest_algorithms: tuple[bytes, ...]
    info: list[der.Element]


def open_attached(p7m: bytes, *, content_type: str = DATA) -> SignedContent:
    """The content of a p7m whose signature matches.

    Raises `NotDer`, `CmsRefused`, `WeakAlgorithm`, `SignatureInvalid` or `TooLarge`.
    """
    parsed = _parse(p7m)
    if parsed.content is None:
        raise refused("no-content")
    opened = _check(parsed, content_type, data=parsed.content)
    return replace(opened, data=parsed.content)


def open_detached(p7s: bytes, data: bytes) -> SignedContent:
    """A p7s that matches ``data``. Raises as `open_attached`."""
    parsed = _parse(p7s)
    if parsed.content is not None:
        raise refused("content-present")
    return replace(_check(parsed, DATA, data=data), data=data)


def open_digest(p7s: bytes, digest: bytes) -> SignedContent:
    """A p7s that matches data with that raw digest; ``.data`` is empty. As `open_attached`."""
    parsed = _parse(p7s)
    if parsed.content is not None:
        raise refused("content-present")
    return _check(parsed, DATA, digest=digest)


def _parse(data: bytes) -> _Parsed:
    """RFC 5652 3 and 5.1."""
    if len(data) > MAX_SIGNED_BYTES:
        raise TooLarge(f"{len(data)} bytes of CMS", limit=MAX_SIGNED_BYTES)
    try:
        kind, wrapped = der.read(data).expect(der.SEQUENCE).children()
        if kind.dotted() not in {SIGNED_DATA, GM_SIGNED_DATA}:
            raise refused("structure")
        national = kind.dotted() == GM_SIGNED_DATA
        (signed_data,) = wrapped.expect(_TAG_0).children()
        version, digests, encapsulated, *rest = signed_data.expect(der.SEQUENCE).children()
        inner, *explicit = encapsulated.expect(der.SEQUENCE).children()
        plain = GM_DATA if national else DATA
        if version.number() != (1 if inner.dotted() == plain else 3):  # RFC 5652 5.1
            raise refused("structure", "version")
        content = None
        if explicit:
            (carrier,) = explicit
            (held,) = carrier.expect(_TAG_0).children()
            content = held.expect(der.OCTET_STRING).body
        *optional, infos = rest
        # Revocation lists [1] lie outside the signature and nothing here reads them: they could
        # be exchanged or made to carry something without anybody noticing.
        if [o.tag for o in optional] != [_TAG_0]:
            raise refused("certificate")
        certificates = tuple(c.expect(der.SEQUENCE).raw for c in optional[0].children())
        signers = infos.expect(der.SET).children()
        algorithms = tuple(d.raw for d in digests.expect(der.SET).children())
    except ValueError as error:  # an unpacking that found more or fewer elements
        raise refused("structure", str(error)) from error
    if len(certificates) > MAX_CMS_CERTIFICATES:
        raise TooLarge(f"{len(certificates)} certificates", limit=MAX_CMS_CERTIFICATES)
    if any(len(c) > MAX_CERTIFICATE_BYTES for c in certificates):
        raise TooLarge("certificate", limit=MAX_CERTIFICATE_BYTES)
    if len(signers) != 1:
        raise refused("signer-count", str(len(signers)))
    info = signers[0].expect(der.SEQUENCE).children()
    return _Parsed(inner.dotted(), national, content, certificates, algorithms, info)


def _check(
    parsed: _Parsed, content_type: str, *, data: bytes | None = None, digest: bytes | None = None
) -> SignedContent:
    """RFC 5652 5.3 to 5.6 and RFC 5035 5.4."""
    info = parsed.info
    try:
        version, named, digest_algorithm, signed, signature_algorithm, value, *unsigned = info
    except ValueError as error:
        raise refused("no-signed-attributes") from error
    if signed.tag != _TAG_0:
        raise refused("no-signed-attributes")
    if version.number() != 1 or named.tag != der.SEQUENCE:  # RFC 5652 5.3: issuer and serial
        raise refused("structure", "signer identifier")
    attributes = _attributes(signed)
    wanted = GM_DATA if parsed.national and content_type == DATA else content_type
    if parsed.content_type != wanted or (_single(attributes, _CONTENT_TYPE).dotted() != wanted):
        raise refused("content-type", parsed.content_type)
    digest_oid = _algorithm(digest_algorithm)
    suite = suites.suite_by_digest(digest_oid)
    if parsed.national and suite is not suites.GM:
        raise refused("algorithm", "not of GB/T 35275")
    if digest_algorithm.raw not in parsed.digest_algorithms:
        raise refused("algorithm")
    _check_protection(attributes, digest_algorithm, signature_algorithm)
    certificate = _signer_certificate(parsed.certificates, named.raw, attributes, suite)
    actual = suite.digest(data) if data is not None else digest
    if _single(attributes, _MESSAGE_DIGEST).expect(der.OCTET_STRING).body != actual:
        raise SignatureInvalid("message digest")
    signed_set = b"\x31" + signed.raw[1:]
    signature = value.expect(der.OCTET_STRING).body
    suites.verify(
        certificate,
        signature,
        signed_set,
        digest_oid=digest_oid,
        signature_oid=_algorithm(signature_algorithm),
    )
    claimed = attributes.get(_SIGNING_TIME)
    return SignedContent(
        data=b"",
        content_type=content_type,
        certificate=certificate,
        certificates=parsed.certificates,
        signing_time=_single(attributes, _SIGNING_TIME).instant() if claimed else None,
        signature=signature,
        timestamp=_timestamp(unsigned),
        signed_attributes=signed_set,
        suite=suite,
        attributes={k: v[0].raw for k, v in attributes.items() if len(v) == 1},
    )


def _attributes(element: der.Element) -> dict[str, list[der.Element]]:
    """Each attribute by its OID. RFC 5652 5.3: DER order, no type twice."""
    found: dict[str, list[der.Element]] = {}
    encoded = []
    for attribute in element.children():
        try:
            kind, values = attribute.expect(der.SEQUENCE).children()
        except ValueError as error:
            raise refused("attributes") from error
        if kind.dotted() in found:
            raise refused("attributes", f"{kind.dotted()} twice")
        found[kind.dotted()] = values.expect(der.SET).children()
        encoded.append(attribute.raw)
    if encoded != sorted(encoded):
        raise refused("attributes", "order")
    return found


def _single(attributes: dict[str, list[der.Element]], kind: str) -> der.Element:
    values = attributes.get(kind, [])
    if len(values) != 1:
        raise refused("attributes", f"{kind}: {len(values)} values")
    return values[0]


def _algorithm(element: der.Element) -> str:
    """The OID of an AlgorithmIdentifier whose parameters are absent or NULL."""
    parts = element.expect(der.SEQUENCE).children()
    if not parts or [p.raw for p in parts[1:]] not in ([], [b"\x05\x00"]):
        raise refused("algorithm", "parameters")
    return parts[0].dotted()


def _check_protection(
    attributes: dict[str, list[der.Element]],
    digest_algorithm: der.Element,
    signature_algorithm: der.Element,
) -> None:
    """RFC 6211: where the attribute is there, it names the same algorithms."""
    if _ALGORITHM_PROTECTION not in attributes:
        return
    parts = _single(attributes, _ALGORITHM_PROTECTION).expect(der.SEQUENCE).children()
    said = [(p.tag, p.body) for p in parts]
    used = [(der.SEQUENCE, digest_algorithm.body), (_TAG_1, signature_algorithm.body)]
    if said != used:
        raise refused("algorithm", "protection")


def _signer_certificate(
    certificates: tuple[bytes, ...],
    named: bytes,
    attributes: dict[str, list[der.Element]],
    suite: suites.Suite,
) -> bytes:
    """The certificate that the signer's identifier and signing-certificate-v2 both name."""
    try:
        ids, *_policies = _single(attributes, _SIGNING_CERTIFICATE_V2).children()
        first = ids.children()[0].children()
    except (ValueError, IndexError) as error:
        raise refused("certificate") from error
    if first and first[0].tag == der.SEQUENCE:  # hashAlgorithm, else DEFAULT sha256
        hash_suite, first = suites.suite_by_digest(_algorithm(first[0])), first[1:]
    else:
        hash_suite = suites.INTL
    if hash_suite is not suite or not first:
        raise refused("certificate", "hash algorithm")
    wanted = first[0].expect(der.OCTET_STRING).body
    for certificate in certificates:
        if suite.digest(certificate) == wanted and issuer_and_serial(certificate) == named:
            return certificate
    raise refused("certificate", "none matches")


@lru_cache(maxsize=4096)
def issuer_and_serial(certificate: bytes) -> bytes:
    """DER IssuerAndSerialNumber of a certificate, its bytes as the issuer wrote them."""
    try:
        tbs = der.read(certificate).expect(der.SEQUENCE).children()[0].children()
        if tbs[0].tag == _TAG_0:  # RFC 5280 4.1: the optional version
            tbs = tbs[1:]
        serial, _, issuer = tbs[:3]
    except (ValueError, IndexError) as error:
        raise refused("certificate") from error
    return der.sequence(issuer.raw, serial.raw)


def _timestamp(unsigned: list[der.Element]) -> bytes | None:
    """The signature time-stamp, when the unsigned attributes hold one."""
    if not unsigned:
        return None
    if len(unsigned) != 1 or unsigned[0].tag != _TAG_1:
        raise refused("structure", "unsigned attributes")
    attributes = _attributes(unsigned[0])
    if set(attributes) != {_TIMESTAMP_TOKEN}:  # nothing else may hide where no signature reaches
        raise refused("structure", "unsigned attributes")
    return _single(attributes, _TIMESTAMP_TOKEN).raw
