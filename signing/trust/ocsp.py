"""OCSP responses (RFC 6960), parsed and judged offline.

They come from the directory, a document or a file; nothing is ever fetched. A response counts for
a certificate when it names it by its issuer's hashes and its serial number and is signed by that
issuer's key, or by a responder to whom the same issuer delegated it (id-kp-OCSPSigning) and which
is not revoked itself. What it says then becomes the same `Status` as that of a revocation list.
``unknown`` is no statement: a list may still settle it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, get_args

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_OCSP_ANSWERS, MAX_OCSP_BYTES
from signing import der, suites
from signing.errors import SignatureInvalid, WeakAlgorithm
from signing.signer import SignatureAlgorithm
from signing.trust import certs, revocation
from signing.trust.revocation import Status

State = Literal["good", "revoked", "unknown"]

_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_ARCHIVE_CUTOFF: Final = "1.3.6.1.5.5.7.48.1.6"
_NO_CHECK: Final = x509.OCSPNoCheck
_ENUMERATED: Final = 0x0A
_TAG_0, _TAG_1, _TAG_2 = 0xA0, 0xA1, 0xA2
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82
_SHA1: Final = "1.3.14.3.2.26"

_REASONS: Final = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
"""RFC 5280 5.3.1, by number."""


class OcspBad(BadInput):
    """The bytes are not a successful OCSP response in DER."""

    code = "trust.ocsp-bad"
    happened = mark("证书状态应答（OCSP）无法读取，可能已损坏。")
    advice = mark("请重新获取证书状态应答或吊销列表后重试。")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a response says about one certificate, RFC 6960 4.2.1."""

    hash_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int
    state: State
    revoked: datetime | None
    reason: str | None
    as_of: datetime
    """thisUpdate."""
    until: datetime
    """nextUpdate; where there is none, it promises nothing beyond its own moment."""
    cutoff: datetime | None
    """Certificates that ended since then are still answered for, RFC 6960 4.4.4."""


@dataclass(frozen=True, slots=True)
class OcspResponse:
    """A BasicOCSPResponse taken apart; its signature is not yet checked."""

    responder_name: bytes | None
    """DER Name of who answered, or ``None`` where the key is named instead."""
    responder_key: bytes | None
    """SHA-1 of its public key."""
    produced: datetime
    answers: tuple[Answer, ...]
    signed: bytes
    signature_oid: str
    signature: bytes
    certificates: tuple[bytes, ...]


@lru_cache(maxsize=512)
def parse_ocsp(data: bytes) -> OcspResponse:
    """A DER OCSPResponse that is successful. Raises `OcspBad`."""
    if len(data) > MAX_OCSP_BYTES:
        raise OcspBad(f"{len(data)} bytes")
    try:
        status, *held = der.read(data).expect(der.SEQUENCE).children()
        if status.expect(_ENUMERATED).body != b"\x00":
            raise OcspBad(f"status {status.body.hex()}")
        (wrapped,) = held
        (typed,) = wrapped.expect(_TAG_0).children()
        kind, inner = typed.expect(der.SEQUENCE).children()
        if kind.dotted() != _BASIC:
            raise OcspBad(kind.dotted())
        return _parse_basic(inner.expect(der.OCTET_STRING).body)
    except (der.NotDer, ValueError, IndexError) as error:
        raise OcspBad(str(error)) from error


def _parse_basic(data: bytes) -> OcspResponse:
    signed, algorithm, value, *rest = der.read(data).expect(der.SEQUENCE).children()
    carried: tuple[bytes, ...] = ()
    if rest:
        (wrapped,) = rest
        (listed,) = wrapped.expect(_TAG_0).children()
        carried = tuple(c.expect(der.SEQUENCE).raw for c in listed.children())
    bits = value.expect(der.BIT_STRING).body
    if bits[:1] != b"\x00":
        raise OcspBad("unused bits in the signature")
    parts = signed.expect(der.SEQUENCE).children()
    if parts[0].tag == _TAG_0:  # the version, DEFAULT v1, which DER leaves out
        raise OcspBad("version")
    who, produced, listed, *extensions = parts
    answers = [_parse_answer(answer) for answer in listed.expect(der.SEQUENCE).children()]
    if not 1 <= len(answers) <= MAX_OCSP_ANSWERS:
        raise OcspBad(f"{len(answers)} answers")
    if extensions:
        (wrapped,) = extensions
        _extensions(wrapped.expect(_TAG_1))
    (named,) = who.children()
    if who.tag not in {_TAG_1, _TAG_2}:
        raise OcspBad("responder")
    return OcspResponse(
        responder_name=named.expect(der.SEQUENCE).raw if who.tag == _TAG_1 else None,
        responder_key=named.expect(der.OCTET_STRING).body if who.tag == _TAG_2 else None,
        produced=produced.expect(der.GENERALIZED_TIME).instant(),
        answers=tuple(answers),
        signed=signed.raw,
        signature_oid=algorithm.expect(der.SEQUENCE).children()[0].dotted(),
        signature=bits[1:],
        certificates=carried,
    )


def _parse_answer(element: der.Element) -> Answer:
    """SingleResponse, RFC 6960 4.2.1."""
    named, status, this_update, *rest = element.expect(der.SEQUENCE).children()
    algorithm, name_hash, key_hash, serial = named.expect(der.SEQUENCE).children()
    state, revoked, reason = _parse_status(status)
    by_tag = {part.tag: part for part in rest}
    if len(by_tag) != len(rest) or not set(by_tag) <= {_TAG_0, _TAG_1}:
        raise OcspBad("single response")
    as_of = until = this_update.expect(der.GENERALIZED_TIME).instant()
    if _TAG_0 in by_tag:
        (next_update,) = by_tag[_TAG_0].children()
        until = next_update.expect(der.GENERALIZED_TIME).instant()
    if until < as_of:
        raise OcspBad("ends before it begins")
    found = _extensions(by_tag[_TAG_1]) if _TAG_1 in by_tag else {}
    cutoff = found.get(_ARCHIVE_CUTOFF)
    return Answer(
        hash_oid=algorithm.expect(der.SEQUENCE).children()[0].dotted(),
        issuer_name_hash=name_hash.expect(der.OCTET_STRING).body,
        issuer_key_hash=key_hash.expect(der.OCTET_STRING).body,
        serial=serial.number(),
        state=state,
        revoked=revoked,
        reason=reason,
        as_of=as_of,
        until=until,
        cutoff=der.read(cutoff).instant() if cutoff is not None else None,
    )


def _parse_status(element: der.Element) -> tuple[State, datetime | None, str | None]:
    """CertStatus: good and unknown are empty, revoked carries a time and perhaps a reason."""
    if element.tag in {_GOOD, _UNKNOWN} and not element.body:
        return ("good" if element.tag == _GOOD else "unknown"), None, None
    if element.tag != _REVOKED:
        raise OcspBad("certificate status")
    at, *reasons = element.children()
    reason = None
    if reasons:
        (wrapped,) = reasons
        (number,) = wrapped.expect(_TAG_0).children()
        value = int.from_bytes(number.expect(_ENUMERATED).body, "big")
        reason = _REASONS.get(value)
        if reason is None:
            raise OcspBad(f"reason {value}")
    return "revoked", at.expect(der.GENERALIZED_TIME).instant(), reason


def _extensions(wrapped: der.Element) -> dict[str, bytes]:
    """The extensions by OID; a critical one that is not known here refuses the response."""
    (listed,) = wrapped.children()
    found: dict[str, bytes] = {}
    for extension in listed.expect(der.SEQUENCE).children():
        kind, *flags, value = extension.expect(der.SEQUENCE).children()
        name = kind.dotted()
        if name in found or len(flags) > 1:
            raise OcspBad(f"extension {name}")
        if flags and name not in {_NONCE, _ARCHIVE_CUTOFF}:
            raise OcspBad(f"critical extension {name}")
        found[name] = value.expect(der.OCTET_STRING).body
    return found


def apart(revocations: Iterable[bytes]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Lists and OCSP responses, told apart; what is no OCSP response counts as a list."""
    crls, ocsps = [], []
    for data in revocations:
        try:
            parse_ocsp(data)
        except OcspBad:
            crls.append(data)
        else:
            ocsps.append(data)
    return tuple(crls), tuple(ocsps)


def status_of(
    certificate: bytes, issuer: bytes, ocsps: Iterable[bytes], crls: Iterable[bytes] = ()
) -> Status | None:
    """What the newest usable response says about a certificate of that issuer, or ``None``.

    ``crls`` judge a delegated responder that does not carry id-pkix-ocsp-nocheck. A response that
    cannot be read counts as missing.
    """
    lists = tuple(crls)
    found = [answer for data in ocsps for answer in answers_for(data, certificate, issuer, lists)]
    if not found:
        return None
    # Of two of the same moment the one that says "revoked" is heard.
    newest = max(found, key=lambda answer: (answer.as_of, answer.state == "revoked"))
    return Status(newest.revoked, newest.reason, newest.as_of, newest.until)


def answers_for(
    data: bytes, certificate: bytes, issuer: bytes, crls: tuple[bytes, ...] = ()
) -> Iterator[Answer]:
    """The answers good or revoked of one response, verified, that speak of that certificate."""
    with suppress(OcspBad):
        response = parse_ocsp(data)
        fitting = [a for a in response.answers if _names(a, certificate, issuer)]
        if fitting and _speaks_for(data, issuer, crls):
            yield from (a for a in fitting if a.state != "unknown")


def _names(answer: Answer, certificate: bytes, issuer: bytes) -> bool:
    """Whether the CertID is that of the certificate: issuer's name, issuer's key, serial."""
    digest = _hash(answer.hash_oid)
    return (
        digest is not None
        and answer.serial == certs.load(certificate).serial_number
        and answer.issuer_name_hash == digest(_subject(issuer))
        and answer.issuer_key_hash == digest(_key_bits(issuer))
    )


def _hash(oid: str) -> Callable[[bytes], bytes] | None:
    """The digests a CertID may use. SHA-1 only names here, RFC 6960 4.3; it protects nothing."""
    if oid == _SHA1:
        return lambda data: hashlib.sha1(data, usedforsecurity=False).digest()
    try:
        return suites.suite_by_digest(oid).digest
    except WeakAlgorithm:
        return None


@lru_cache(maxsize=1024)
def _speaks_for(data: bytes, issuer: bytes, crls: tuple[bytes, ...]) -> bool:
    """Whether the response is signed by the issuer or by a responder of its, RFC 6960 4.2.2.2."""
    response = parse_ocsp(data)
    for candidate in (issuer, *response.certificates):
        if not _is_responder(response, candidate):
            continue
        if candidate != issuer and not _delegated(response, candidate, issuer, crls):
            continue
        if _signed(candidate, response.signature, response.signed, response.signature_oid):
            return True
    return False


def _is_responder(response: OcspResponse, candidate: bytes) -> bool:
    try:
        certs.load(candidate)
        if response.responder_name is not None:
            return response.responder_name == _subject(candidate)
        digest = hashlib.sha1(_key_bits(candidate), usedforsecurity=False).digest()
    except (certs.CertificateBad, der.NotDer, ValueError, IndexError):
        return False
    return response.responder_key == digest


def _delegated(
    response: OcspResponse, responder: bytes, issuer: bytes, crls: tuple[bytes, ...]
) -> bool:
    """Issued by the same issuer for this purpose, valid then, and not revoked."""
    loaded = certs.load(responder)
    if loaded.issuer != certs.load(issuer).subject or not _signed(
        issuer,
        loaded.signature,
        loaded.tbs_certificate_bytes,
        loaded.signature_algorithm_oid.dotted_string,
    ):
        return False
    try:
        purposes = loaded.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    if ExtendedKeyUsageOID.OCSP_SIGNING not in purposes or certs.key_usage_of(responder) != "sign":
        return False
    since, until = certs.validity_of(responder)
    if not since <= response.produced <= until:
        return False
    if any(isinstance(extension.value, _NO_CHECK) for extension in loaded.extensions):
        return True  # RFC 6960 4.2.2.2.1: trusted for its whole, therefore short, life
    known = revocation.status_of(responder, issuer, crls)
    return known is not None and known.revoked is None and known.until >= response.produced


def _signed(certificate: bytes, signature: bytes, data: bytes, signature_oid: str) -> bool:
    try:
        suite = _suite_of(signature_oid)
        suites.verify(
            certificate,
            signature,
            data,
            digest_oid=suite.digest_oid,
            signature_oid=signature_oid,
        )
    except (SignatureInvalid, WeakAlgorithm):
        return False
    return True


def _suite_of(signature_oid: str) -> suites.Suite:
    """The suite of a signature algorithm. Raises `WeakAlgorithm`."""
    for algorithm in get_args(SignatureAlgorithm):
        with suppress(WeakAlgorithm):
            suite = suites.suite_of(algorithm)
            if suite.signatures[algorithm] == signature_oid:
                return suite
    raise WeakAlgorithm(signature_oid, algorithm=signature_oid)


@lru_cache(maxsize=1024)
def _tbs(certificate: bytes) -> tuple[bytes, bytes]:
    """DER Name of the subject and the bits of the public key, as the issuer wrote them."""
    parts = der.read(certificate).expect(der.SEQUENCE).children()[0].children()
    if parts[0].tag == _TAG_0:  # RFC 5280 4.1: the optional version
        parts = parts[1:]
    subject, key = parts[4], parts[5]
    bits = key.expect(der.SEQUENCE).children()[1].expect(der.BIT_STRING).body
    return subject.raw, bits[1:]


def _subject(certificate: bytes) -> bytes:
    return _tbs(certificate)[0]


def _key_bits(certificate: bytes) -> bytes:
    return _tbs(certificate)[1]
