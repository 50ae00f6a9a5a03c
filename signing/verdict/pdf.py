"""The verdict on a sealed PDF: a pure function of its bytes, the trust store and the time.

The worst part decides. A document is green only when its issuing body certified it first, every
signature and time-stamp on it passes, everything after the certification is one of the two things
permitted (a joint issuer in the field made for it, an archive time-stamp), and not one byte of the
file lies outside. Hostile bytes end in a red verdict, never in an exception; for files from
outside, `signing.verdict.sandbox` runs this in a process of its own with limits.
"""

from collections.abc import Collection
from datetime import datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from formats.limits import MAX_PDF_BYTES
from signing.seal.dss import ValidationData, read_validation_data
from signing.seal.intake import unsteady
from signing.trust.store import TrustStore
from signing.verdict import parts as found
from signing.verdict.acceptance import DEFAULT, Policy, accepted_by
from signing.verdict.carried import unrelated
from signing.verdict.gaps import leftovers
from signing.verdict.level import level_of
from signing.verdict.parts import Part, Unfit
from signing.verdict.proof import grounds_of
from signing.verdict.reasons import Reason, reason
from signing.verdict.report import LEVELS, SignatureReport, Verdict, refusal, verdict_of
from signing.verdict.revisions import revisions_of
from signing.verdict.seals import joint_reasons
from signing.verdict.signature import judge_all


def verify_pdf(
    pdf: bytes,
    *,
    trust: TrustStore,
    now: datetime,
    expected_bodies: Collection[str] | None = None,
    policy: Policy = DEFAULT,
) -> Verdict:
    """What is to be thought of a PDF. Raises nothing, whatever the bytes are.

    ``expected_bodies``: the ids of the bodies that must have sealed it, no more and no fewer.
    ``policy``: what its reader accepts.
    """
    if len(pdf) > MAX_PDF_BYTES:
        return refusal(pdf, "too-large", now)
    try:
        return _verify(pdf, policy.applied_to(trust), now, expected_bodies, policy)
    except Unfit as unfit:
        return refusal(pdf, unfit.code, now)
    except Exception:  # noqa: BLE001 - the import boundary: pyHanko lets out any kind of error
        return refusal(pdf, "unreadable", now)


def signed_revision(pdf: bytes, verdict: Verdict) -> bytes | None:
    """The file as the issuing body sealed it, to be shown beside the current one.

    None where there is no seal whose signature is right: see `Verdict.issued`.
    """
    return pdf[: verdict.issued] or None


def _verify(
    pdf: bytes,
    trust: TrustStore,
    now: datetime,
    expected: Collection[str] | None,
    policy: Policy,
) -> Verdict:
    reader = found.read(pdf)
    parts = found.parts_of(reader, pdf)
    if not parts:
        return refusal(pdf, "removed" if b"/ByteRange" in pdf else "unsigned", now)
    grounds = grounds_of(reader, trust, now)
    signatures = tuple(accepted_by(policy, said) for said in judge_all(parts, pdf, grounds))
    level, revisions = level_of(reader, signatures), revisions_of(reader, parts, signatures)
    reasons = [
        *_order(parts),
        *_strangers(reader, parts),
        *_additions(reader, parts),
        *_bodies(signatures, expected),
    ]
    if LEVELS.index(level) < LEVELS.index(policy.level):
        reasons.append(reason("level", level=level, wanted=policy.level))
    if not found.ends_cleanly(reader, pdf, parts) or leftovers(reader, pdf, parts[0].revision):
        reasons.append(reason("extra-bytes"))
    moving = unsteady(pdf)
    if moving:
        reasons.append(reason("unsteady", detail=moving.rstrip("。.")))
    if unrelated(_ever_stored(reader, parts[0].revision), trust):
        reasons.append(reason("store"))
    if any(revision.kind == "unknown" for revision in revisions):
        reasons.append(reason("modified"))
    return verdict_of(
        pdf, reasons=reasons, signatures=signatures, revisions=revisions, level=level, now=now
    )


def _ever_stored(reader: PdfFileReader, since: int) -> ValidationData:
    """What the security store held in any revision: what a later one dropped is still there."""
    held = [
        read_validation_data(reader.get_historical_resolver(revision))
        for revision in range(since, reader.xrefs.total_revisions)
    ]
    return ValidationData(
        tuple(dict.fromkeys(item for store in held for item in store.certificates)),
        tuple(dict.fromkeys(item for store in held for item in store.crls)),
    )


def _order(parts: tuple[Part, ...]) -> list[Reason]:
    """The one certification comes first and permits no more than filling in fields."""
    claiming = [p for p in parts if _certifies(p.embedded)]
    certified = [p for p in parts if p.kind == "certification"]
    if not certified:
        return [reason("certification" if claiming else "no-certification")]
    if claiming != certified or parts[0] is not certified[0]:
        return [reason("certification")]
    level = certified[0].embedded.docmdp_level
    if level not in {MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS}:
        return [reason("permission")]
    return []


def _certifies(embedded: EmbeddedPdfSignature) -> bool:
    """Whether the signature's own dictionary says that it certifies, ISO 32000-1 12.8.2.2."""
    references = embedded.sig_object.get("/Reference", [])
    return any(r.get_object()["/TransformMethod"] == "/DocMDP" for r in references)


def _strangers(reader: PdfFileReader, parts: tuple[Part, ...]) -> list[Reason]:
    """After the certification only its own fields are signed; archive time-stamps bring theirs."""
    if any(found.duplicates(parts)):
        return [reason("stranger")]
    seal = next((p for p in parts if p.kind == "certification"), None)
    if seal is None:
        return []
    foreseen = found.field_names(reader, seal.revision)
    for part in parts:
        visible = part.kind == "timestamp" and _visible(part.embedded.sig_field)
        if (part.kind != "timestamp" and part.field not in foreseen) or visible:
            return [reason("stranger")]
    return []


def _visible(field: generic.DictionaryObject) -> bool:
    left, bottom, right, top = (float(edge) for edge in field.get("/Rect", (0, 0, 0, 0)))
    return "/Kids" in field or left != right or bottom != top


def _additions(reader: PdfFileReader, parts: tuple[Part, ...]) -> list[Reason]:
    """What was permissibly added, and what is still missing."""
    reasons = []
    stamps = sum(1 for p in parts if p.kind == "timestamp")
    last = max(p.revision for p in parts)
    stamps = max(stamps, int(reader.xrefs.total_revisions - 1 > last))
    if stamps:
        reasons.append(reason("archived", count=stamps))
    joint = (p.field for p in parts if p.kind == "approval")
    return [*joint_reasons(joint, found.empty_fields(reader)), *reasons]


def _bodies(
    signatures: tuple[SignatureReport, ...], expected: Collection[str] | None
) -> list[Reason]:
    if expected is None:
        return []
    actual = {s.body_id: s.body for s in signatures if s.kind != "timestamp"}
    if set(actual) == set(expected):
        return []
    return [reason("body", actual="、".join(actual.values()), expected="、".join(sorted(expected)))]
