"""What each revision since the first signature is: nothing may be there without an explanation.

The difference policy says what a revision may change; here each must also be for something: a
signature, a time-stamp, or data that proves them. A revision that is for nothing is what remains
of a change that was tried.
"""

from collections.abc import Iterator
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.seal.strict import entry
from signing.verdict.parts import Part
from signing.verdict.report import Revision, RevisionKind, SignatureKind, SignatureReport

_KINDS: Final[dict[SignatureKind, RevisionKind]] = {
    "certification": "certification",
    "approval": "approval",
    "timestamp": "timestamp",
}

_STORED: Final = ("/Certs", "/CRLs", "/OCSPs")


def revisions_of(
    reader: PdfFileReader, parts: tuple[Part, ...], signatures: tuple[SignatureReport, ...]
) -> tuple[Revision, ...]:
    """The revisions from the first signature on; ``signatures`` are the reports on ``parts``."""
    return tuple(_told(reader, parts, signatures))


def _told(
    reader: PdfFileReader, parts: tuple[Part, ...], signatures: tuple[SignatureReport, ...]
) -> Iterator[Revision]:
    signed = {part.revision: report for part, report in zip(parts, signatures, strict=True)}
    for number in range(parts[0].revision, reader.xrefs.total_revisions):
        report = signed.get(number)
        if report is not None:
            yield Revision(
                number=number + 1,
                kind=_KINDS[report.kind],
                field=report.field,
                by=report.body or report.authority,
            )
        else:
            kept = _carries_proof(reader, number)
            yield Revision(number=number + 1, kind="validation-data" if kept else "unknown")


def _carries_proof(reader: PdfFileReader, number: int) -> bool:
    """Whether the security store holds something in that revision that it did not hold before."""
    return bool(_stored(reader, number) - _stored(reader, number - 1))


def _stored(reader: PdfFileReader, number: int) -> frozenset[generic.Reference]:
    """The certificates, lists and responses of a revision's security store, PAdES 5.4.2.2."""
    store = entry(reader.get_historical_root(number), "/DSS")
    held = (kept for kind in _STORED if kind in store for kept in store[kind])
    return frozenset(kept.reference for kept in held if isinstance(kept, generic.IndirectObject))
