"""主体 as blocks for the flow: title, recipients, text, attachment note. GB/T 9704-2012 7.3."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from formats.document.model import Attachment, Document
from formats.document.model import Block as Paragraph
from formats.typeset.display import Item, Tag
from formats.typeset.flow import Block, Counter, blank_block, run_at, text_block
from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_TOP,
    CORE_WIDTH,
    EM,
    SIZE_2,
    SIZE_3,
    em_of,
)
from formats.typeset.linebreak import Row, Span, break_rows, natural_width, single_row
from formats.typeset.pictures import picture_blocks
from formats.typeset.tables import table_blocks
from formats.typeset.titles import title_rows
from formats.typeset.words import clean, joined

INDENT: Final = 2 * EM  # 7.3.3: 首行空二字
LEVEL_ROLES: Final[dict[int, Role]] = {0: "fang", 1: "hei", 2: "kai", 3: "fang", 4: "fang"}
LEVEL_TAGS: Final[dict[int, Tag]] = {
    0: "body", 1: "heading1", 2: "heading2", 3: "heading3", 4: "heading4",
}  # fmt: skip
_HEADING_LEVELS: Final = (1, 2)
_HEADING_ROWS: Final = 2
"""A heading longer than this is a paragraph: it may stand at the foot of a page."""


def title_blocks(title: str, fonts: FontSet, counter: Counter, tag: Tag = "title") -> list[Block]:
    """The title, centred."""
    group = counter.next()
    lift = (em_of(SIZE_2) - EM) / 2  # a title's em is taller than its row's: keep it in the core

    def centred(row: Row) -> Block:
        x = CORE_LEFT + (CORE_WIDTH - row.width) / 2

        def draw(y: float, _: float) -> tuple[Item, ...]:
            kept = min(max(y, CORE_TOP + lift), CORE_BOTTOM - EM - lift)
            return run_at(row, x, kept, tag, group=group)

        return Block(1, draw, "title", group)

    return [centred(row) for row in title_rows(clean(title), fonts)]


def recipient_blocks(names: Sequence[str], fonts: FontSet, counter: Counter) -> list[Block]:
    """主送机关: a blank row below the title, flush left, ending in a full-width colon (7.3.2)."""
    if not names:
        return []
    text = clean(joined(names)) + "："
    group = counter.next()
    rows = break_rows((Span(text, "fang", SIZE_3),), fonts, CORE_WIDTH)
    return [text_block(row, "recipients", part="recipients", group=group) for row in rows]


def paragraph_blocks(
    paragraphs: Sequence[Paragraph],
    fonts: FontSet,
    counter: Counter,
    *,
    tracking: float = 0.0,
    split: bool = False,
) -> Iterator[Block]:
    """Paragraphs in their four levels, and tables.

    ``tracking`` in mm; ``split`` breaks the last paragraph's only row in two.
    """
    last = len(paragraphs) - 1
    for place, paragraph in enumerate(paragraphs):
        if paragraph.table is not None:
            yield from table_blocks(paragraph.table, fonts, counter)
            continue
        if paragraph.image is not None:
            yield from picture_blocks(paragraph.image, fonts, counter)
            continue
        text = clean(paragraph.text or "")
        if not text:
            continue
        rows = _rows(text, paragraph.level, fonts, tracking)
        if split and place == last and len(rows) == 1:
            rows = _halved(text, paragraph.level, fonts, rows[0].width)
        yield from _text(text, paragraph.level, rows, counter)


def _rows(text: str, level: int, fonts: FontSet, tracking: float = 0.0) -> tuple[Row, ...]:
    return break_rows(
        _spans(text, level), fonts, CORE_WIDTH, first_indent=INDENT, tracking=tracking
    )


def _halved(text: str, level: int, fonts: FontSet, width: float) -> tuple[Row, ...]:
    """One row's text in two rows, the first a little longer."""
    measure = INDENT + math.ceil((width - INDENT) * 0.6 / EM) * EM
    return break_rows(_spans(text, level), fonts, measure, first_indent=INDENT)


def _text(text: str, level: int, rows: Sequence[Row], counter: Counter) -> Iterator[Block]:
    group = counter.next()
    # A numbered paragraph that is a sentence, or holds one, is text: it may end a page.
    heading = level in _HEADING_LEVELS and len(rows) <= _HEADING_ROWS and "。" not in text
    for row in rows:
        yield text_block(row, LEVEL_TAGS[level], group=group, keep_next=heading)


def _runs_in(text: str) -> bool:
    """Whether a heading sentence is followed by running text in the same paragraph."""
    end = text.find("。")
    return 0 <= end < len(text) - 1


def _spans(text: str, level: int) -> tuple[Span, ...]:
    """The heading's font for the heading; what follows its first full stop is 仿宋."""
    role = LEVEL_ROLES[level]
    if role == "fang" or not _runs_in(text):
        return (Span(text, role, SIZE_3),)
    end = text.index("。") + 1
    return Span(text[:end], role, SIZE_3), Span(text[end:], "fang", SIZE_3)


def attachment_note_blocks(
    attachments: Sequence[Attachment], fonts: FontSet, counter: Counter
) -> list[Block]:
    """附件说明: a blank row below the text, indented two, wraps under the name (7.3.4)."""
    if not attachments:
        return []
    blocks = [blank_block()]  # dropped by the flow where it would begin a page
    label = "附件："
    label_width = natural_width(label, "fang", SIZE_3, fonts)
    numbered = len(attachments) > 1
    for number, attachment in enumerate(attachments, start=1):
        count = f"{number}." if numbered else ""
        lead = INDENT + label_width
        start = lead + natural_width(count, "fang", SIZE_3, fonts)
        name = clean(attachment.title)
        rows = break_rows((Span(name, "fang", SIZE_3),), fonts, CORE_WIDTH - start)
        group = counter.next()
        prefix = (label if number == 1 else "") + count
        for place, row in enumerate(rows):
            lead_text = prefix if place == 0 else ""
            lead_row = single_row(lead_text, "fang", SIZE_3, fonts)
            lead_x = INDENT if number == 1 else lead
            blocks.append(_hanging((lead_row, lead_x), (row, start), group))
    return blocks


def _hanging(lead: tuple[Row, float], rest: tuple[Row, float], group: int) -> Block:
    """A row in two parts with their x from the core's left edge; wraps align to the second."""

    def draw(y: float, _: float) -> tuple[Item, ...]:
        return tuple(
            item
            for row, x in (lead, rest)
            for item in run_at(row, CORE_LEFT + x, y, "attachment_note", group=group)
        )

    return Block(1, draw, "attached", group)


def attachment_blocks(
    attachment: Attachment,
    number: int | None,
    fonts: FontSet,
    counter: Counter,
    *,
    of: str = "",
) -> list[Block]:
    """附件: its label in row 0, its title in row 2, then its text (7.3.7).

    ``of`` is the document's 发文字号, which stands before the label of one that is bound apart.
    """
    label = clean(of) + ("附件" if number is None else f"附件{number}")
    row = break_rows((Span(label, "hei", SIZE_3),), fonts, CORE_WIDTH)[0]
    return [
        text_block(row, "attachment", part="title", group=counter.next()),
        blank_block(),
        *title_blocks(attachment.title, fonts, counter, "attachment_title"),
        blank_block(),
        *paragraph_blocks(attachment.body, fonts, counter),
    ]


def opening_blocks(
    document: Document,
    fonts: FontSet,
    counter: Counter,
    *,
    titled: bool = True,
    with_recipients: bool = True,
    tracking: float = 0.0,
    split: bool = False,
) -> list[Block]:
    """Title, recipients and text of the document, with the blank row between title and them."""
    blocks: list[Block] = []
    if titled:
        blocks += [*title_blocks(document.title, fonts, counter), blank_block()]
    if with_recipients:
        blocks += recipient_blocks(document.main_recipients, fonts, counter)
    blocks += paragraph_blocks(document.body, fonts, counter, tracking=tracking, split=split)
    blocks += attachment_note_blocks(document.attachments, fonts, counter)
    return blocks
