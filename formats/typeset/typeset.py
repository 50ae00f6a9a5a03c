"""One call from a document to its PDF."""

from formats.document.model import Document
from formats.typeset.compose import compose
from formats.typeset.display import ComposeReport
from formats.typeset.fonts import FontSet
from formats.write.pdf import write_pdf


def typeset_pdf(document: Document, fonts: FontSet) -> tuple[bytes, ComposeReport]:
    """The typeset PDF and what came of it. Raises what `compose` raises."""
    composition = compose(document, fonts)
    return write_pdf(composition, fonts, title=document.title), composition.report
