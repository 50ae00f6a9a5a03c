"""联合盖章 and 会签: the own seal in the field that the issuing body left open for it.

What is sealed was verified first: a body vouches for nothing that its own client calls doubtful.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.files import read_file, write_whole
from desktop.services.rows import SealReport
from desktop.services.sealing import Hand
from formats.i18n import tr
from formats.ids import sha256
from formats.limits import MAX_PDF_BYTES
from signing.timestamp_client import TimestampsUnavailable

if TYPE_CHECKING:
    from signing.seal.fields import OpenPlace
    from signing.timestamp import TimestampSource
    from signing.verdict.report import Verdict


@dataclass(frozen=True, slots=True)
class Countersigned:
    """The document with the own seal, and what it was before."""

    pdf: bytes
    stamped: bool
    pages: int
    seals: int
    """How many the document bears now."""


def countersigned(
    pdf: bytes,
    hand: Hand,
    timestamps: "TimestampSource | None",
    *,
    field: str | None = None,
) -> Countersigned:
    """The PDF with the own seal in its field; ``field`` names it where the body's name does not.

    Without an answer of the time-stamp authorities it is sealed without a time-stamp. Raises
    `SealRefused` where the document does not verify or keeps no place, `SealMissing`, `SealFault`,
    and what the UKEY raises.
    """
    from signing.seal.apply import countersign_pdf  # noqa: PLC0415 - loads when a seal is made
    from signing.seal.choice import choose_seal  # noqa: PLC0415 - the same

    verdict = _require_sound(pdf, hand)
    place = _place(pdf, hand, field)
    seal = choose_seal(
        hand.seals,
        [place.slot],
        certificate=hand.signer.certificate,
        trust=hand.trust,
        at=hand.clock(),
    )

    def act(source: "TimestampSource | None") -> bytes:
        return countersign_pdf(
            pdf,
            place.field,
            signer=hand.signer,
            seal=seal,
            trust=hand.trust,
            timestamps=source,
            clock=hand.clock,
        )

    stamped = timestamps is not None
    try:
        done = act(timestamps)
    except TimestampsUnavailable:
        stamped, done = False, act(None)
    seals = sum(1 for s in verdict.signatures if s.kind in {"certification", "approval"})
    return Countersigned(done, stamped, verdict.signed_pages, seals + 1)


def countersign_file(
    source: Path,
    target: Path,
    *,
    hand: Hand,
    timestamps: "TimestampSource | None",
    field: str | None = None,
) -> SealReport:
    """Seal the own field of a file into another file, which appears whole or not at all.

    Raises as `countersigned`, or `DiskFull`.
    """
    from signing.trust.certs import owner_of  # noqa: PLC0415 - loads when a seal is made

    done = countersigned(read_file(source, limit=MAX_PDF_BYTES), hand, timestamps, field=field)
    write_whole(target, done.pdf)
    return SealReport(
        pages=done.pages,
        seals=done.seals,
        digest=sha256(done.pdf),
        signer=owner_of(hand.signer.certificate).name,
        stamped=done.stamped,
        level="B-T" if done.stamped else "B-B",
    )


def _require_sound(pdf: bytes, hand: Hand) -> "Verdict":
    """What verifies but for seals still missing may be sealed. Raises `SealRefused`."""
    from signing.seal.faults import refused  # noqa: PLC0415 - loads when a seal is made
    from signing.verdict.sandbox import verify_outside  # noqa: PLC0415 - the same

    verdict = verify_outside(pdf, trust=hand.trust, now=hand.clock())
    wrong = [r for r in verdict.reasons if r.status in {"red", "amber"}]
    if any(r.code != "seals-missing" for r in wrong):
        raise refused("unverified", wrong[0].code, entry=tr("；").join(r.text for r in wrong))
    return verdict


def _place(pdf: bytes, hand: Hand, field: str | None) -> "OpenPlace":
    """The named field, or the one kept for the own body. Raises `SealRefused`."""
    from signing.seal.faults import refused  # noqa: PLC0415 - loads when a seal is made
    from signing.seal.fields import open_places  # noqa: PLC0415 - the same
    from signing.trust.certs import owner_of  # noqa: PLC0415 - the same

    owner = owner_of(hand.signer.certificate).name
    for place in open_places(pdf):
        own = "".join(place.slot.body.split()) == "".join(owner.split())
        if place.field == field or (field is None and own):
            return place
    raise refused("not-asked", field or owner, entry=owner)
