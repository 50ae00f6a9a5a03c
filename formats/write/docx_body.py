"""主体 of the DOCX: title, recipients, text in its levels, 附件说明, 附件. GB/T 9704-2012 7.3."""

from collections.abc import Iterator, Sequence

from lxml import etree

from formats.document.model import Attachment, Block, Document
from formats.typeset.body import LEVEL_ROLES, heads_text, level_faces
from formats.typeset.titles import title_lines
from formats.write.docx_markup import (
    EM,
    LINE,
    Font,
    blank,
    ems,
    listed,
    look,
    paragraph,
    plain,
    run,
)
from formats.write.docx_tables import Media, Sections, picture, table


def title(text: str, style: str, before: int = 0) -> etree._Element:
    """标题 or that of an 附件, centred, in rows that end with phrases (7.3.1)."""
    rows = "\n".join(title_lines(plain(text)))
    return paragraph(style, run(rows), before=before or None)


def recipients(document: Document) -> list[etree._Element]:
    """主送机关, flush left (7.3.2)."""
    text = listed(document.main_recipients)
    return [paragraph("recipients", run(f"{text}："))] if text else []


def blocks(
    paragraphs: Sequence[Block], media: Media, sections: Sections
) -> Iterator[etree._Element]:
    """The text, tables and pictures (7.3.3)."""
    for place, block in enumerate(paragraphs):
        if block.table is not None:
            yield from table(block.table, sections)
        elif block.image is not None:
            yield from picture(block.image, media)
        elif text := plain(block.text or ""):
            yield _paragraph(text, block.level, heads=heads_text(paragraphs, place))


def _paragraph(text: str, level: int, *, heads: bool) -> etree._Element:
    faces = level_faces(text, level)
    role = faces[0][1]
    style = f"level{level}" if level and role == LEVEL_ROLES[level] else "body"
    own: dict[str, Font] = {"fang": "fang", "kai": "kai", "hei": "hei"}
    runs = [run(part, None if face == role else look(own[face])) for part, face in faces]
    return paragraph(style, *runs, keep_next=heads and len(faces) == 1 and role != "fang")


def attachment_note(attachments: Sequence[Attachment]) -> list[etree._Element]:
    """附件说明: a blank row, indented two, wraps under the name (7.3.4)."""
    if not attachments:
        return []
    label = "附件："
    lead = 2 * EM + len(label) * EM
    found = blank()
    several = len(attachments) > 1
    for number, attachment in enumerate(attachments, start=1):
        count = f"{number}." if several else ""
        start = lead + round(ems(count) * EM)
        text = (label if number == 1 else "") + count + plain(attachment.title)
        hanging = start - (2 * EM if number == 1 else lead)
        found.append(paragraph("attached", run(text), left=start, hanging=hanging or None))
    return found


def attachments(document: Document, media: Media, sections: Sections) -> Iterator[etree._Element]:
    """附件 that are bound in, each on a new page; those bound apart are named only (7.3.7)."""
    several = len(document.attachments) > 1
    for number, attachment in enumerate(document.attachments, start=1):
        if attachment.separate:
            continue
        yield from bound(attachment, number if several else None, media, sections, new_page=True)


def bound(
    attachment: Attachment,
    number: int | None,
    media: Media,
    sections: Sections,
    *,
    of: str = "",
    new_page: bool = False,
) -> Iterator[etree._Element]:
    """One 附件: its label, behind the document's number ``of`` when bound apart; title, text."""
    label = plain(of) + ("附件" if number is None else f"附件{number}")
    yield paragraph("label", run(label), new_page=new_page)
    yield title(attachment.title, "heading", LINE)
    yield from blank()
    yield from blocks(attachment.body, media, sections)
