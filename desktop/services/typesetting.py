"""A document as the page it will be: the one way from model to PDF on this side."""

from dataclasses import dataclass

from formats.document.model import Document


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


def typeset(document: Document) -> Typeset:
    """Typeset with this machine's fonts, the document's XML attached.

    Raises `FontsMissing` and what `compose` raises.
    """
    from formats.typeset.compose import compose  # noqa: PLC0415 - fonts load when they are used
    from formats.typeset.fonts import load_fonts  # noqa: PLC0415
    from formats.write.pdf import write_pdf  # noqa: PLC0415
    from formats.write.xml import document_xml  # noqa: PLC0415

    fonts = load_fonts()
    composition = compose(document, fonts)
    report = composition.report
    pdf = write_pdf(composition, fonts, title=document.title, xml=document_xml(document))
    return Typeset(
        pdf=pdf,
        pages=report.pages,
        seal_slots=len(report.seal_slots),
        warnings=tuple(notice.text() for notice in report.warnings if notice.matters),
        notes=tuple(notice.text() for notice in report.warnings if not notice.matters),
    )
