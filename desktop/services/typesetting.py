"""A document as the page it will be: the one way from model to PDF on this side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formats.document.model import Block, Document
from formats.errors import BadInput

if TYPE_CHECKING:
    from formats.typeset.display import ComposeReport, Notice
    from formats.typeset.fonts import FontSet


@dataclass(frozen=True, slots=True)
class Typeset:
    """A typeset PDF and what came of it."""

    pdf: bytes
    pages: int
    seal_slots: int
    warnings: tuple[str, ...]
    """Notices that matter: a person should look at the page."""
    notes: tuple[str, ...]
    """The other notices."""
    report: "ComposeReport"
    """All of it as values: slots, remedies, notices."""
    separate: tuple[tuple[int, bytes], ...] = ()
    """附件 that are bound apart, each by its number with a PDF of its own."""


def typeset(document: Document) -> Typeset:
    """Typeset with this machine's fonts, the document's XML attached.

    Raises `FontsMissing` and what `compose` raises.
    """
    from formats.document.xml import to_xml  # noqa: PLC0415 - fonts load when they are used
    from formats.typeset.compose import compose  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.typeset.fonts import load_fonts  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.typeset.separate import separate_numbers  # noqa: PLC0415 - loads when used
    from formats.write.pdf import write_pdf  # noqa: PLC0415 - loaded when used: start-up stays quick

    fonts = load_fonts()
    composition = compose(document, fonts)
    report = composition.report
    pdf = write_pdf(composition, fonts, title=document.title, xml=to_xml(document))
    notices = list(report.warnings)
    apart: list[tuple[int, bytes]] = []
    for number in separate_numbers(document):
        data, more = _apart(document, number, fonts)
        apart.append((number, data))
        notices += (notice for notice in more if notice not in notices)
    return Typeset(
        report=report,
        separate=tuple(apart),
        pdf=pdf,
        pages=report.pages,
        seal_slots=len(report.seal_slots),
        warnings=tuple(notice.text() for notice in notices if notice.matters),
        notes=tuple(notice.text() for notice in notices if not notice.matters),
    )


def _apart(document: Document, number: int, fonts: "FontSet") -> tuple[bytes, "tuple[Notice, ...]"]:
    """The PDF of an 附件 that is bound apart, and what is to be told of it."""
    from formats.typeset.separate import compose_separate  # noqa: PLC0415 - loads when used
    from formats.write.pdf import write_pdf  # noqa: PLC0415 - loads when used

    title = document.attachments[number - 1].title
    done = compose_separate(document, number, fonts)
    return write_pdf(done, fonts, title=title), done.report.warnings


def source_of(pdf: bytes) -> Document | None:
    """The document that was attached to a PDF typeset here; ``None`` where there is none.

    It is covered by the seal of the PDF like every other byte, and by nothing else.
    """
    from formats.document.xml import from_xml  # noqa: PLC0415 - loads when used
    from formats.safe.pdf import open_pdf  # noqa: PLC0415 - loaded when used: start-up stays quick
    from formats.write.pdf import XML_NAME  # noqa: PLC0415 - loaded when used: start-up stays quick

    try:
        with open_pdf(pdf) as opened:
            if XML_NAME not in opened.attachments:
                return None
            xml = opened.attachments[XML_NAME].get_file().read_bytes()
        return from_xml(xml)
    except BadInput:
        return None


def text_of(document: Document) -> str:
    """The running text of a document, one paragraph or cell a line, for the archive's index."""
    return "\n".join(_texts(document))


def _texts(document: Document) -> Iterator[str]:
    yield from _block_texts(document.body)
    for attachment in document.attachments:
        yield attachment.title
        yield from _block_texts(attachment.body)
    if document.note:
        yield document.note


def _block_texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.text is not None:
            yield block.text
        if block.table is not None:
            yield from block.table.header
            for row in block.table.rows:
                yield from row
