"""Time-stamps, RFC 3161: asked for, issued, checked.

`LocalAuthority` is our own small authority; any `TimestampSource` may stand in its place. What is
kept is the whole response (``.tsr``), which ``openssl ts -verify`` reads; what a signature of level
T carries is the token inside it. The functions here accept either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from formats.effects import Clock, Randomness
from formats.errors import BadInput, Refused
from formats.i18n import mark
from formats.limits import MAX_TIMESTAMP_BYTES
from signing import cms, der, suites
from signing.cms_read import TST_INFO
from signing.errors import CmsRefused, SignatureInvalid, WeakAlgorithm
from signing.signer import Signer
from signing.trust import oids
from signing.trust.store import TrustStore

TimestampSource = Callable[[bytes], bytes]
"""From a DER TimeStampReq to a DER TimeStampResp; may raise what its transport raises."""

_GRANTED: Final = (0, 1)  # RFC 3161 2.4.2: granted, grantedWithMods
_REJECTION: Final = 2
_BAD_ALGORITHM, _BAD_REQUEST, _BAD_FORMAT = 0, 2, 5  # PKIFailureInfo bits
_TAG_0: Final = 0xA0
HARMLESS_ENDS: Final = frozenset(
    {"unspecified", "affiliationChanged", "superseded", "cessationOfOperation"}
)
"""RFC 3161 4, 1: an authority revoked for one of these leaves its earlier time-stamps good; one
revoked for another cause, or for none that is told, does not."""


class TimestampRefused(Refused):
    """The authority did not grant a time-stamp."""

    code = "timestamp.refused"
    happened = mark("时间戳服务没有签发时间戳（状态 {status}）。")
    safe = mark("原文件没有改动。")
    advice = mark("请稍后重试；若仍不成功，请联系运维人员。")


class TimestampInvalid(BadInput):
    """A time-stamp that proves nothing about these bytes."""

    code = "timestamp.invalid"
    happened = mark("时间戳无效，或不是为该内容签发的。")
    safe = mark("没有采信其中的时间。")
    advice = mark("请勿以该时间为准，并与发出单位核对。")


@dataclass(frozen=True, slots=True)
class Request:
    """A TimeStampReq taken apart."""

    suite: suites.Suite
    imprint: bytes
    policy: str | None
    nonce: int | None
    wants_certificates: bool


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A token whose signature is right. Its authority is not yet trusted."""

    at: datetime
    suite: suites.Suite
    imprint: bytes
    serial: int
    policy: str
    nonce: int | None
    certificate: bytes
    certificates: tuple[bytes, ...]


def request_for(
    digest: bytes, *, nonce: int | None = None, suite: suites.Suite = suites.INTL
) -> bytes:
    """DER TimeStampReq over a raw digest, asking for certificates."""
    return der.sequence(
        der.integer(1),
        der.sequence(suite.digest_identifier(), der.octets(digest)),
        der.integer(nonce) if nonce is not None else b"",
        der.encode(der.BOOLEAN, b"\xff"),
    )


def request_timestamp(
    data: bytes,
    source: TimestampSource,
    randomness: Randomness,
    *,
    suite: suites.Suite = suites.INTL,
) -> bytes:
    """A granted response over ``data``, checked to answer our question.

    Raises `TimestampRefused`, `TimestampInvalid`, or what the source raises.
    """
    nonce = int.from_bytes(randomness(8), "big")
    digest = suite.digest(data)
    response = source(request_for(digest, nonce=nonce, suite=suite))
    stamp = open_token(response)
    if (stamp.imprint, stamp.nonce, stamp.suite) != (digest, nonce, suite):
        raise TimestampInvalid("answers another question")
    return response


def token_source(
    source: TimestampSource, randomness: Randomness, *, suite: suites.Suite = suites.INTL
) -> cms.TokenFor:
    """What `cms.build_signed_data` asks for the token of a signature value of that suite."""
    return lambda value: token_of(request_timestamp(value, source, randomness, suite=suite))


def token_of(response: bytes) -> bytes:
    """The token in a response, or the bytes themselves when they are a token.

    Raises `TimestampRefused` or `TimestampInvalid`.
    """
    if len(response) > MAX_TIMESTAMP_BYTES:
        raise TimestampInvalid(f"{len(response)} bytes")
    try:
        first, *rest = der.read(response).expect(der.SEQUENCE).children()
        if first.tag == der.OID:
            return response
        status = first.expect(der.SEQUENCE).children()[0].number()
        if status not in _GRANTED:
            raise TimestampRefused(f"status {status}", status=status)
        (token,) = rest
    except (der.NotDer, ValueError, IndexError) as error:
        raise TimestampInvalid(str(error)) from error
    return token.raw


def open_token(response: bytes) -> Timestamp:
    """What a response or token says, its signature checked.

    Raises `TimestampRefused` or `TimestampInvalid`.
    """
    try:
        opened = cms.open_attached(token_of(response), content_type=TST_INFO)
        return _parse_info(opened)
    except (der.NotDer, CmsRefused, SignatureInvalid, WeakAlgorithm, ValueError) as error:
        raise TimestampInvalid(str(error)) from error


def _parse_info(opened: cms.SignedContent) -> Timestamp:
    """TSTInfo, RFC 3161 2.4.2."""
    version, policy, imprint, serial, at, *rest = (
        der.read(opened.data).expect(der.SEQUENCE).children()
    )
    if version.number() != 1:
        raise TimestampInvalid("version")
    suite, digest = _parse_imprint(imprint)
    nonces = [element.number() for element in rest if element.tag == der.INTEGER]
    return Timestamp(
        at=_instant(at),
        suite=suite,
        imprint=digest,
        serial=serial.number(),
        policy=policy.dotted(),
        nonce=nonces[0] if nonces else None,
        certificate=opened.certificate,
        certificates=opened.certificates,
    )


def _parse_imprint(element: der.Element) -> tuple[suites.Suite, bytes]:
    algorithm, digest = element.expect(der.SEQUENCE).children()
    suite = suites.suite_by_digest(algorithm.expect(der.SEQUENCE).children()[0].dotted())
    value = digest.expect(der.OCTET_STRING).body
    if len(value) != len(suite.digest(b"")):
        raise TimestampInvalid("imprint length")
    return suite, value


def _instant(element: der.Element) -> datetime:
    """A GeneralizedTime that may carry a fraction, RFC 3161 2.4.2."""
    text = element.expect(der.GENERALIZED_TIME).body.decode("ascii", "replace")
    form = "%Y%m%d%H%M%S.%fZ" if "." in text else "%Y%m%d%H%M%SZ"
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def verify_token(response: bytes, data: bytes, trust: TrustStore) -> datetime:
    """The time proven for ``data`` by a response or token of a trusted authority.

    Raises `TimestampRefused`, `TimestampInvalid` or a `TrustError`.
    """
    stamp = open_token(response)
    if stamp.imprint != stamp.suite.digest(data):
        raise TimestampInvalid("other data")
    check_authority(stamp, trust)
    return stamp.at


def check_authority(stamp: Timestamp, trust: TrustStore) -> None:
    """Whether its authority was trusted when it stamped. Raises a `TrustError`."""
    trust.check_suite(stamp.suite.name, stamp.at)  # that of the imprint; validate asks the key's
    path = trust.validate(stamp.certificate, stamp.at, "timestamp", stamp.certificates)
    if path.revoked_later is not None and path.revoked_reason not in HARMLESS_ENDS:
        # RFC 3161 4: with the key in other hands, an old time proves nothing.
        trust.validate(stamp.certificate, path.revoked_later, "timestamp", stamp.certificates)


class LocalAuthority:
    """Our own time-stamp authority: a key, a clock, randomness. It is a `TimestampSource`.

    With keys of both suites it answers each request in the suite of its digest, so that nothing
    of one suite rests on the other.
    """

    def __init__(
        self,
        signer: Signer,
        clock: Clock,
        randomness: Randomness,
        *,
        policy: str = oids.TIMESTAMP_POLICY,
        others: Sequence[Signer] = (),
    ) -> None:
        """``signer`` answers where none of ``others`` is of the suite that is asked in."""
        self._signers = {suites.suite_of(s.algorithm).name: s for s in (*others, signer)}
        self._signer = signer
        self._clock = clock
        self._randomness = randomness
        self._policy = policy

    def __call__(self, request: bytes) -> bytes:
        """The response to a request; a bad one is answered with a rejection, never an error."""
        try:
            asked = parse_request(request)
        except WeakAlgorithm:
            return _rejection(_BAD_ALGORITHM)
        except BadInput:
            return _rejection(_BAD_FORMAT)
        if asked.policy not in {None, self._policy}:
            return _rejection(_BAD_REQUEST)
        info = self._info(asked)
        signer = self._signers.get(asked.suite.name, self._signer)
        token = cms.build_signed_data(
            signer,
            digest=suites.suite_of(signer.algorithm).digest(info),
            content=info,
            content_type=TST_INFO,
            with_certificates=asked.wants_certificates,
        )
        return der.sequence(der.sequence(der.integer(0)), token)

    def _info(self, asked: Request) -> bytes:
        at = self._clock().astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
        return der.sequence(
            der.integer(1),
            der.oid(self._policy),
            der.sequence(asked.suite.digest_identifier(), der.octets(asked.imprint)),
            der.integer(int.from_bytes(self._randomness(16), "big") >> 1 | 1),
            der.encode(der.GENERALIZED_TIME, at),
            der.sequence(der.integer(1)),  # accuracy: one second, for the fraction left out
            der.integer(asked.nonce) if asked.nonce is not None else b"",
        )


def parse_request(data: bytes) -> Request:
    """A TimeStampReq, RFC 3161 2.4.1. Raises `TimestampInvalid` or `WeakAlgorithm`."""
    if len(data) > MAX_TIMESTAMP_BYTES:
        raise TimestampInvalid(f"{len(data)} bytes")
    try:
        version, imprint, *rest = der.read(data).expect(der.SEQUENCE).children()
        if version.number() != 1 or any(element.tag == _TAG_0 for element in rest):
            raise TimestampInvalid("version or extensions")
        by_tag = {element.tag: element for element in rest}
        policy, nonce = by_tag.get(der.OID), by_tag.get(der.INTEGER)
        wanted = by_tag.get(der.BOOLEAN)
        suite, digest = _parse_imprint(imprint)
        if nonce is not None and nonce.number() < 0:
            raise TimestampInvalid("negative nonce")
        return Request(
            suite=suite,
            imprint=digest,
            policy=policy.dotted() if policy is not None else None,
            nonce=nonce.number() if nonce is not None else None,
            wants_certificates=wanted is not None and wanted.body == b"\xff",
        )
    except (der.NotDer, ValueError, IndexError) as error:
        raise TimestampInvalid(str(error)) from error


def _rejection(reason: int) -> bytes:
    """A TimeStampResp that grants nothing, with one PKIFailureInfo bit."""
    bits = bytes((7 - reason % 8, 0x80 >> reason % 8))
    status = der.sequence(der.integer(_REJECTION), der.encode(der.BIT_STRING, bits))
    return der.sequence(status)
