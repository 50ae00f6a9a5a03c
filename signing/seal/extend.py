"""Keep a sealed PDF provable for decades: levels B-LT and B-LTA (ETSI EN 319 142-1 5.4, 5.5).

B-LT puts into the document what it takes to judge it without any directory: every certificate of
every path, and the revocation lists and OCSP responses that clear them. B-LTA seals that off with
a document time-stamp, and again with a further one before the last one's certificate or algorithm
ends. Both are incremental revisions: nothing of what was signed changes. Everything is offline but
the time-stamp itself, and what comes out has passed our own verdict, or nothing comes out.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

from formats.errors import Refused
from formats.i18n import mark, tr
from signing import cms, suites
from signing.errors import TrustError
from signing.seal.apply import MAX_TOKEN_ROOM, TOKEN_ROOM
from signing.seal.dss import ValidationData, add_validation_data, read_validation_data
from signing.seal.eseal import parse_seal
from signing.seal.faults import refused
from signing.seal.strict import coded, open_writer
from signing.timestamp import TimestampInvalid, TimestampSource, open_token, request_for, token_of
from signing.trust import certs, oids
from signing.trust.standing import standing_of
from signing.trust.store import TrustPath, TrustStore, Usage
from signing.verdict import parts as found
from signing.verdict.parts import Part
from signing.verdict.pdf import verify_pdf
from signing.verdict.proof import Grounds, Point, Stamped, ends_at, grounds_of, judge_stamp
from signing.verdict.proof import timeline as timeline_of
from signing.verdict.reasons import SEVERITY, reason
from signing.verdict.report import Verdict

_FIELD: Final = "Archive{number}"


class ExtensionRefused(Refused):
    """The document is not one whose proof can be kept."""

    code = "extend.refused"
    happened = mark("该文件不能续加存档时间戳：{why}。")
    safe = mark("原文件没有改动。")
    advice = mark("请先按验证结论处理该文件。")


class ProofIncomplete(ExtensionRefused):
    """Something that it takes to judge the document later is not at hand."""

    code = "extend.incomplete"
    happened = mark("续存所需的验证资料不全：{why}。")
    advice = mark("请同步通讯录，或导入所缺的吊销列表后重试。")


class StampUnproven(ExtensionRefused):
    """The new revision does not pass the verdict that the old one passed."""

    code = "extend.unproven"
    happened = mark("续加的存档时间戳没有通过验证：{why}。")
    advice = mark("请换用其他时间戳服务后重试。")


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A document looked at: its signatures in order, what it carries, what judges it."""

    points: tuple[Point, ...]
    grounds: Grounds
    carried: ValidationData
    closed: bool
    """Whether nothing was added after the last signature or time-stamp."""


def extend_lt(pdf: bytes, *, trust: TrustStore, now: datetime) -> bytes:
    """The document with everything it takes to judge it later (B-LT).

    The same bytes where nothing is missing. Raises `ExtensionRefused`, also for a document that
    is not to be trusted, or `SealRefused` where its structure cannot be added to.
    """
    before = _accepted(pdf, trust, now)
    seen = _look(pdf, trust, now)
    data = _missing(pdf, seen, seen.points)
    if not data:
        return pdf
    return _passed(_with_data(pdf, data), trust, now, before)


def extend_lta(
    pdf: bytes,
    *,
    trust: TrustStore,
    timestamps: TimestampSource,
    now: datetime,
    until: datetime | None = None,
    suite: suites.Suite | None = None,
) -> bytes:
    """The document with its validation data under a document time-stamp (B-LTA).

    The same bytes where its last time-stamp covers everything and can be believed until after
    ``until`` (default: now). ``suite``: of the new time-stamp; default: the one that the trust
    store's policy wants for new acts. Raises as `extend_lt`, and what the time-stamp source raises.
    """
    before = _accepted(pdf, trust, now)
    seen = _look(pdf, trust, now)
    last = seen.points[-1]
    if seen.closed and last.own is not None and _lasting(last.own, seen, until or now):
        inside = _missing(pdf, seen, seen.points[:-1], settled=True)
        if not inside:
            return pdf
    data = _missing(pdf, seen, seen.points)
    extended = _with_data(pdf, data) if data else pdf
    chosen = suite or _suite_for(pdf, seen)
    stamped, at = _stamp(extended, timestamps, chosen)
    return _passed(stamped, trust, max(now, at), before)


def proven_until(pdf: bytes, trust: TrustStore, now: datetime) -> datetime:
    """The last moment at which the document still proves itself as it stands.

    That is when the certificate, an issuer or the suite of the outermost time-stamp ends; without
    one, of the first signature's own time-stamp or certificate. It may lie in the past. Raises
    `ExtensionRefused` for a document that proves nothing.
    """
    seen = _look(pdf, trust, now)
    for point in reversed(seen.points):
        if point.own is not None and point.own.path is not None:
            return _end(point.own, seen)
    ends = []
    for point in seen.points:
        if point.own is None:
            ends += [_end_of_signature(point, pdf, seen)]
    if not ends:
        raise ExtensionRefused("unsigned", why=reason("unsigned").text)
    return min(ends)


def _end_of_signature(point: Point, pdf: bytes, seen: _Sealed) -> datetime:
    signed, stamped = _opened(point, pdf, seen.grounds)
    if stamped is not None and stamped.path is not None:
        return _end(stamped, seen)
    at = point.by(seen.grounds.now)
    path = _path_of(signed.certificate, "sign", signed, seen.grounds, at)
    return ends_at(path, seen.grounds.trust, suites.suite_of_key(signed.certificate).name)


def _end(stamped: Stamped, seen: _Sealed) -> datetime:
    if stamped.path is None or stamped.stamp is None:
        raise ExtensionRefused("nothing proven", why="；".join(r.text for r in stamped.reasons))
    return ends_at(stamped.path, seen.grounds.trust, stamped.stamp.suite.name)


def _lasting(stamped: Stamped, seen: _Sealed, until: datetime) -> bool:
    return stamped.at is not None and _end(stamped, seen) > until


def _accepted(pdf: bytes, trust: TrustStore, now: datetime) -> Verdict:
    """The verdict before anything is added. Raises `ExtensionRefused` where it is red."""
    verdict = verify_pdf(pdf, trust=trust, now=now)
    if verdict.status == "red":
        raise ExtensionRefused(verdict.reasons[0].code, why=verdict.reasons[0].text)
    return verdict


def _passed(pdf: bytes, trust: TrustStore, now: datetime, before: Verdict) -> bytes:
    """The extended document, which is no worse than it was. Raises `StampUnproven`."""
    after = verify_pdf(pdf, trust=trust, now=now)
    allowed = max(SEVERITY.index(before.status), SEVERITY.index("blue"))
    if SEVERITY.index(after.status) > allowed or not after.has("archived"):
        raise StampUnproven(after.reasons[0].code, why=after.reasons[0].text)
    return pdf


def _look(pdf: bytes, trust: TrustStore, now: datetime) -> _Sealed:
    """Raises `ExtensionRefused` where there is nothing sealed, `SealRefused` for a bad file."""
    try:
        with coded():
            reader = found.read(pdf)
            parts = found.parts_of(reader, pdf)
            carried = read_validation_data(reader)
            grounds = grounds_of(reader, trust, now)
            closed = int(reader.xrefs.total_revisions) - 1
    except found.Unfit as unfit:
        told = reason(unfit.code)
        raise ExtensionRefused(unfit.code, why=told.text) from unfit
    if not parts:
        raise ExtensionRefused("unsigned", why=reason("unsigned").text)
    return _Sealed(
        points=timeline_of(parts, pdf, grounds),
        grounds=grounds,
        carried=carried,
        closed=closed == max(part.revision for part in parts),
    )


def _missing(
    pdf: bytes, seen: _Sealed, points: Sequence[Point], *, settled: bool = False
) -> ValidationData:
    """What these signatures and time-stamps need and the document does not carry yet.

    ``settled``: be content with what covers the time in question; else a list made after that
    time, which may know of a revocation reported late, is taken along when there is one.
    """
    certificates: list[bytes] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for path, at in _questions(pdf, seen, points):
        links = (path.certificate, *path.issuers)
        certificates += links
        for link, issuer in pairwise(links):
            kind, source = _evidence(link, issuer, at, seen, settled=settled)
            (crls if kind == "crl" else ocsps).append(source)
    return ValidationData(tuple(certificates), tuple(crls), tuple(ocsps)).without(seen.carried)


def _questions(
    pdf: bytes, seen: _Sealed, points: Sequence[Point]
) -> Iterator[tuple[TrustPath, datetime]]:
    """Every path that will have to be judged, and the time for which."""
    now = seen.grounds.now
    for point in points:
        if point.own is not None:
            yield _proving(point.own), max(point.by(now), _time_of(point.own))
            continue
        signed, stamped = _opened(point, pdf, seen.grounds)
        at = point.by(now)
        if stamped is not None:
            yield _proving(stamped), max(at, _time_of(stamped))
            at = _time_of(stamped)
        yield _path_of(signed.certificate, "sign", signed, seen.grounds, at), at
        if oids.SEAL_ATTRIBUTE in signed.attributes:
            maker = parse_seal(signed.attributes[oids.SEAL_ATTRIBUTE]).maker
            yield _path_of(maker, "seal", signed, seen.grounds, at), at


def _opened(point: Point, pdf: bytes, grounds: Grounds) -> tuple[cms.SignedContent, Stamped | None]:
    part: Part = point.part
    signed = cms.open_detached(part.contents, part.signed_bytes(pdf))
    if signed.timestamp is None:
        return signed, None
    return signed, judge_stamp(signed.timestamp, signed.signature, grounds, point.outer)


def _proving(stamped: Stamped) -> TrustPath:
    if stamped.path is None or stamped.at is None:
        why = "；".join(reason.text for reason in stamped.reasons)
        raise ProofIncomplete(stamped.reasons[0].code, why=why)
    return stamped.path


def _time_of(stamped: Stamped) -> datetime:
    if stamped.at is None:
        raise ProofIncomplete(stamped.reasons[0].code, why=stamped.reasons[0].text)
    return stamped.at


def _path_of(
    certificate: bytes, usage: Usage, signed: cms.SignedContent, grounds: Grounds, at: datetime
) -> TrustPath:
    carried = (*signed.certificates, *grounds.certificates)
    try:
        return grounds.trust.validate(certificate, at, usage, carried)
    except TrustError as error:
        raise ProofIncomplete(error.code, why=error.sentences()[0].rstrip("。.")) from error


def _evidence(
    link: bytes, issuer: bytes, at: datetime, seen: _Sealed, *, settled: bool
) -> tuple[str, bytes]:
    """The list or response that clears a certificate at that time. Raises `ProofIncomplete`."""
    carried, trust = seen.carried, seen.grounds.trust
    own = standing_of(link, issuer, carried.crls, carried.ocsps)
    if own is not None and own.status.until >= at and (settled or own.status.as_of >= at):
        return own.kind, own.source
    best = standing_of(link, issuer, trust.crls, trust.ocsps)
    if best is None or best.status.until + trust.grace < at:
        name = certs.name_of(issuer)
        raise ProofIncomplete(
            certs.serial_of(link), why=tr("没有“{name}”截至此时的吊销列表", name=name)
        )
    return best.kind, best.source


def _suite_for(pdf: bytes, seen: _Sealed) -> suites.Suite:
    """The suite for new acts; without a policy, that of the document's first signature."""
    policy = seen.grounds.trust.policy
    if policy is not None:
        return suites.suite_named(policy.new)
    first = seen.points[0].part
    return suites.suite_of_key(
        cms.open_detached(first.contents, first.signed_bytes(pdf)).certificate
    )


def _with_data(pdf: bytes, data: ValidationData) -> bytes:
    with coded():
        items = (*data.certificates, *data.crls, *data.ocsps)
        writer = open_writer(pdf, _identifier(pdf, *items))
        add_validation_data(writer, data)
        sink = BytesIO()
        writer.write(sink)
        return sink.getvalue()


def _identifier(*parts: bytes) -> bytes:
    """16 bytes that name a revision by what goes into it."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()[:16]


def _stamp(pdf: bytes, source: TimestampSource, suite: suites.Suite) -> tuple[bytes, datetime]:
    """The document under one more document time-stamp, and the time that it says."""
    room = TOKEN_ROOM
    while True:
        with coded():
            writer = open_writer(pdf, _identifier(pdf, b"document time-stamp"))
            name = _free_name(writer)
            # Outside of the page: it is nothing to see, nor to be read out (ISO 14289-1 7.18.1).
            hidden = InvisSigSettings(box_out_of_bounds=True)
            spec = SigFieldSpec(name, invis_sig_settings=hidden)
            embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
            next(embedding)
            embedding.send(SigObjSetup(DocumentTimestamp(bytes_reserved=2 * room)))
            prepared, output = embedding.send(SigIOSetup(md_algorithm=suite.digest_name))
        token, at = _token_over(prepared.document_digest, source, suite)
        if len(token) <= room:
            with coded():
                embedding.send(token)
            return bytes(output.getvalue()), at
        room = len(token)
        if room > MAX_TOKEN_ROOM:
            raise refused("malformed", f"{room} bytes of time-stamp")


def _free_name(writer: IncrementalPdfFileWriter) -> str:
    taken = {str(name) for name, _, _ in enumerate_sig_fields(writer)}
    number = 1
    while _FIELD.format(number=number) in taken:
        number += 1
    return _FIELD.format(number=number)


def _token_over(
    digest: bytes, source: TimestampSource, suite: suites.Suite
) -> tuple[bytes, datetime]:
    """The token over a digest, checked to answer our question; the nonce follows from it."""
    nonce = int.from_bytes(hashlib.sha256(b"nonce" + digest).digest()[:8], "big")
    response = source(request_for(digest, nonce=nonce, suite=suite))
    stamp = open_token(response)
    if (stamp.imprint, stamp.nonce, stamp.suite) != (digest, nonce, suite):
        raise TimestampInvalid("answers another question")
    return token_of(response), stamp.at
