"""One signature judged: the mathematics, the time, the certificate, the body."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from formats.errors import BadInput
from formats.ids import Digest, sha256
from signing import cms, der, suites
from signing.errors import TrustError
from signing.trust import certs, oids
from signing.verdict.carried import strays
from signing.verdict.parts import Part
from signing.verdict.proof import Grounds, Point, Stamped, judge_stamp, timeline
from signing.verdict.reasons import Reason, reason, worst
from signing.verdict.report import SealReport, SignatureReport
from signing.verdict.seals import judge_seal
from signing.verdict.why import code_of, neighbour_of, revoked_later, trust_reason

_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"


@dataclass(slots=True)
class _Findings:
    """What is being found out about one signature."""

    reasons: list[Reason] = field(default_factory=list)
    certificate: bytes | None = None
    content: Digest | None = None
    attributes: Digest | None = None
    time: datetime | None = None
    proven: bool = False
    authority: str = ""
    neighbour: str = ""
    algorithm: str = ""
    revocation_as_of: datetime | None = None
    eseal: SealReport | None = None

    def add(self, code: str, **values: object) -> None:
        """One more reason."""
        self.reasons.append(reason(code, **values))

    def opened(self, signed: cms.SignedContent) -> None:
        """What a signature whose mathematics is right says of itself."""
        self.certificate = signed.certificate
        self.algorithm = suites.algorithm_of(signed.certificate)
        name = signed.suite.digest_name
        told = der.read(signed.attributes[_MESSAGE_DIGEST]).body
        self.content = f"{name}:{told.hex()}"
        self.attributes = f"{name}:{signed.suite.digest(signed.signed_attributes).hex()}"

    def take(self, stamped: Stamped) -> None:
        """What a time-stamp proves, or why it proves nothing."""
        self.reasons += stamped.reasons
        self.time, self.proven = stamped.at, stamped.at is not None
        self.authority = stamped.authority
        if stamped.path is not None:
            self.neighbour = neighbour_of(stamped.path)


def judge_all(parts: tuple[Part, ...], pdf: bytes, grounds: Grounds) -> tuple[SignatureReport, ...]:
    """The reports on the signatures and archive time-stamps of a document, in their order.

    ``parts``: all of them, in the order of their revisions; a later one may prove an earlier.
    """
    return tuple(judge(point, pdf, grounds) for point in timeline(parts, pdf, grounds))


def judge(point: Point, pdf: bytes, grounds: Grounds) -> SignatureReport:
    """The report on one signature or archive time-stamp of the document."""
    found, part = _Findings(), point.part
    if not part.covered:
        found.add("coverage")
    if not part.permitted:
        found.add("modified")
    if point.own is not None:
        found.take(point.own)
    else:
        _judge_signature(found, point, pdf, grounds)
    return _report(part, found)


def _judge_signature(found: _Findings, point: Point, pdf: bytes, grounds: Grounds) -> None:
    part = point.part
    try:
        signed = cms.open_detached(part.contents, part.signed_bytes(pdf))
    except BadInput as error:
        found.add(code_of(error, "cms"))
        return
    found.opened(signed)
    if signed.timestamp is None and oids.STAMPED_ATTRIBUTE in signed.attributes:
        found.add("timestamp-removed")
    if signed.timestamp is not None:
        found.take(judge_stamp(signed.timestamp, signed.signature, grounds, point.outer))
    elif point.outer is not None:
        found.take(point.outer)  # EN 319 142-1 6.3: a document time-stamp makes it B-T as well
    else:
        found.time = _claimed(part.embedded)
        found.add("time-claimed")
    owner = certs.owner_of(signed.certificate)
    at = found.time if found.proven and found.time else point.by(grounds.now)
    _judge_certificate(found, signed, grounds, at)
    found.eseal, why = judge_seal(
        part,
        signed,
        grounds.trust,
        at,
        proven=found.proven,
        extra=grounds.certificates,
    )
    found.reasons += why
    if owner.kind != "body" and not any(r.code == "untrusted" for r in found.reasons):
        found.add("usage")
    shown = found.eseal.name if found.eseal and found.eseal.personal else owner.name
    if part.label and part.label.split() not in (owner.name.split(), shown.split()):
        found.add("body", actual=shown, expected=part.label)


def _judge_certificate(
    found: _Findings, signed: cms.SignedContent, grounds: Grounds, at: datetime
) -> None:
    """Trust at the proven time; without proof, now: a claimed time vouches for nothing."""
    carried = (*signed.certificates, *grounds.certificates)
    try:
        path = grounds.trust.validate(signed.certificate, at, "sign", carried)
    except TrustError as error:
        found.reasons.append(trust_reason(error, proven=found.proven))
    else:
        if strays(signed.certificates, path, grounds.trust):
            found.add("cms")
        found.neighbour = neighbour_of(path) or found.neighbour
        found.revocation_as_of = path.revocation_as_of
        if found.proven and (note := revoked_later(path, found.time)):
            found.reasons.append(note)


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
        content=found.content,
        attributes=found.attributes,
        time=found.time,
        proven=found.proven,
        authority=found.authority,
        neighbour=found.neighbour,
        algorithm=found.algorithm,
        revocation_as_of=found.revocation_as_of,
        eseal=found.eseal,
        pages=part.pages,
        covers=part.end,
    )
