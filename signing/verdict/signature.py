"""One signature judged: the mathematics, the time, the certificate, the body."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from formats.errors import BadInput, YidaoError
from formats.ids import sha256
from signing import cms
from signing.errors import TrustError
from signing.timestamp import TimestampInvalid, check_authority, open_token
from signing.trust import certs
from signing.trust.errors import Undecided
from signing.trust.store import TrustStore
from signing.verdict.carried import strays
from signing.verdict.parts import Part
from signing.verdict.reasons import Reason, reason, worst
from signing.verdict.report import SignatureReport
from signing.verdict.why import code_of, neighbour_of, revoked_later, trust_reason


@dataclass(slots=True)
class _Findings:
    """What is being found out about one signature."""

    reasons: list[Reason] = field(default_factory=list)
    certificate: bytes | None = None
    time: datetime | None = None
    proven: bool = False
    authority: str = ""
    neighbour: str = ""

    def add(self, code: str, **values: object) -> None:
        """One more reason."""
        self.reasons.append(reason(code, **values))


def judge(part: Part, pdf: bytes, trust: TrustStore, now: datetime) -> SignatureReport:
    """The report on one signature or archive time-stamp of the document."""
    found = _Findings()
    if not part.covered:
        found.add("coverage")
    if not part.permitted:
        found.add("modified")
    if part.kind == "timestamp":
        _judge_token(found, part.contents, part.signed_bytes(pdf), trust)
    else:
        _judge_signature(found, part, pdf, trust, now)
    return _report(part, found)


def _judge_signature(
    found: _Findings, part: Part, pdf: bytes, trust: TrustStore, now: datetime
) -> None:
    try:
        signed = cms.open_detached(part.contents, part.signed_bytes(pdf))
    except BadInput as error:
        found.add(code_of(error, "cms"))
        return
    found.certificate = signed.certificate
    if signed.timestamp is None:
        found.time = _claimed(part.embedded)
        found.add("time-claimed")
    else:
        _judge_token(found, signed.timestamp, signed.signature, trust)
    owner = certs.owner_of(signed.certificate)
    _judge_certificate(found, signed.certificate, signed.certificates, trust, now)
    if owner.kind != "body" and not any(r.code == "untrusted" for r in found.reasons):
        found.add("usage")
    if part.label and part.label.split() != owner.name.split():
        found.add("body", actual=owner.name, expected=part.label)


def _judge_certificate(
    found: _Findings,
    certificate: bytes,
    carried: tuple[bytes, ...],
    trust: TrustStore,
    now: datetime,
) -> None:
    """Trust at the proven time; without proof, now: a claimed time vouches for nothing."""
    at = found.time if found.proven and found.time else now
    try:
        path = trust.validate(certificate, at, "sign", carried)
    except TrustError as error:
        found.reasons.append(trust_reason(error, proven=found.proven))
    else:
        if strays(carried, path, trust):
            found.add("cms")
        found.neighbour = neighbour_of(path)
        if found.proven and (note := revoked_later(path, found.time)):
            found.reasons.append(note)


def _judge_token(found: _Findings, token: bytes, data: bytes, trust: TrustStore) -> None:
    """A time-stamp over ``data``: of the signature value, or of the document."""
    try:
        stamp = open_token(token)
        if stamp.imprint != stamp.suite.digest(data):
            raise TimestampInvalid("other data")
        check_authority(stamp, trust)
        path = trust.validate(stamp.certificate, stamp.at, "timestamp", stamp.certificates)
        if strays(stamp.certificates, path, trust):
            raise TimestampInvalid("a stray certificate")
    except Undecided as error:
        found.add("timestamp-untrusted", detail=error.sentences()[0].rstrip("。."))
    except YidaoError:
        found.add("timestamp")
    else:
        found.time, found.proven = stamp.at, True
        found.authority = certs.name_of(stamp.certificate)


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    try:
        told = embedded.self_reported_timestamp
    except (PdfError, ValueError, TypeError):
        return None
    if not isinstance(told, datetime):
        return None
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def _report(part: Part, found: _Findings) -> SignatureReport:
    certificate, reasons = found.certificate, tuple(found.reasons)
    owner = certs.owner_of(certificate) if certificate else None
    return SignatureReport(
        field=part.field,
        kind=part.kind,
        status=worst(reasons),
        reasons=reasons,
        body_id=owner.id if owner and owner.kind == "body" else "",
        body=owner.name if owner else "",
        serial=certs.serial_of(certificate) if certificate else "",
        issuer=certs.issuer_name_of(certificate) if certificate else "",
        certificate=sha256(certificate) if certificate else None,
        time=found.time,
        proven=found.proven,
        authority=found.authority,
        neighbour=found.neighbour,
        pages=part.pages,
        covers=part.end,
    )
