"""An 附件 that is bound apart: sheets of its own, telling whose they are. GB/T 9704-2012 7.3.7.

Row 0 bears the document's 发文字号 and after it 附件 with its number, flush left; title, text and
page numbers are those of any 附件, counted from 1.
"""

from formats.document.model import Document
from formats.errors import BadInput
from formats.i18n import mark
from formats.typeset.body import attachment_blocks
from formats.typeset.compose import number_pages
from formats.typeset.display import ComposeReport, Composition, Page
from formats.typeset.flow import Counter, draw_layout, paginate
from formats.typeset.fonts import FontSet
from formats.typeset.notices import glyph_notices, table_notices


class NoSuchAttachment(BadInput):
    """The document has no 附件 of that number that is bound apart."""

    code = "formats.no-such-attachment"
    happened = mark("公文没有第 {number} 个另行装订的附件。")
    safe = mark("没有写入任何文件，原稿没有改动。")
    advice = mark("请核对附件序号，或在该附件上选择“另行装订”。")


def separate_numbers(document: Document) -> tuple[int, ...]:
    """Which 附件, counted from 1, are bound apart."""
    return tuple(
        number
        for number, attachment in enumerate(document.attachments, start=1)
        if attachment.separate
    )


def compose_separate(document: Document, number: int, fonts: FontSet) -> Composition:
    """Typeset 附件 ``number``, counted from 1.

    Raises `NoSuchAttachment`, `TitleTooLong`, `TableTooWide`, `TooLarge`.
    """
    if number not in separate_numbers(document):
        raise NoSuchAttachment(str(number), number=number)
    several = len(document.attachments) > 1
    attachment = document.attachments[number - 1]
    blocks = attachment_blocks(
        attachment,
        number if several else None,
        fonts,
        Counter(),
        of=str(document.number) if document.number else "",
    )
    pages = draw_layout(paginate(blocks))
    number_pages(pages, frozenset(), fonts)
    told = (*table_notices(attachment.body, fonts), *glyph_notices(pages))
    report = ComposeReport((), told, len(pages))
    return Composition(tuple(Page(tuple(items)) for items in pages), report)
