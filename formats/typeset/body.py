"""主体 as blocks for the flow: title, recipients, text, attachment note. GB/T 9704-2012 7.3."""

from collections.abc import Sequence
from typing import Final

from formats.document.model import Attachment
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
    ROWS,
    SIZE_2,
    SIZE_3,
    em_of,
)
from formats.typeset.landscape import MOST_HEADING_ROWS, attachment_heading, landscape_blocks
from formats.typeset.linebreak import Row, Span, break_rows, natural_width, single_row
from formats.typeset.pictures import picture_blocks
from formats.typeset.tables import table_blocks
from formats.typeset.titles import cut_costs, require_room, title_rows
from formats.typeset.words import clean, joined

INDENT: Final = 2 * EM  # 7.3.3: 首行空二字
LEVEL_ROLES: Final[dict[int, Role]] = {0: "fang", 1: "hei", 2: "kai", 3: "fang", 4: "fang"}
LEVEL_TAGS: Final[dict[int, Tag]] = {
    0: "body", 1: "heading1", 2: "heading2", 3: "heading3", 4: "heading4",
}  # fmt: skip
_HEADING_LEVELS: Final = (1, 2)
_HEADING_ROWS: Final = 2
"""A heading longer than this is a paragraph: it may stand at the foot of a page."""

HEADING_CHARS: Final = 30
"""A sentence longer than this, its number included, is no heading but text: a row holds 26."""

_AROUND: Final = 4
"""Rows of an 附件's first page that its title leaves free: label, two blank ones, one of text."""

_SENTENCE_ENDS: Final = "。；！？：…"


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


def body_blocks(
    paragraphs: Sequence[Paragraph], fonts: FontSet, counter: Counter
) -> list[list[Block]]:
    """Paragraphs in their four levels, tables and pictures, each as blocks of its own."""
    return [
        paragraph_blocks(paragraph, fonts, counter, heads=heads_text(paragraphs, place))
        for place, paragraph in enumerate(paragraphs)
    ]


def heads_text(paragraphs: Sequence[Paragraph], place: int) -> bool:
    """Whether a paragraph is the heading of what follows it, or leads in a table.

    A sentence of level 1 or 2 that ends in a full stop is a heading only where deeper levels or
    text follow; in a list of numbered sentences it is an item. A table's own heading stays with
    it, unless page 1 might show no other text.
    """
    this = paragraphs[place]
    text = clean(this.text or "")
    if not text:
        return False
    later = (paragraphs[index] for index in range(place + 1, len(paragraphs)))
    after = next(filter(_inked, later), None)
    if after is None:
        return False
    if this.level not in _HEADING_LEVELS:
        upright = after.table is not None and not after.table.landscape
        return upright and any(map(_inked, paragraphs[:place]))
    return "。" not in text or after.text is None or not 0 < after.level <= this.level


def _inked(paragraph: Paragraph) -> bool:
    return paragraph.text is None or bool(clean(paragraph.text))


def paragraph_blocks(
    paragraph: Paragraph,
    fonts: FontSet,
    counter: Counter,
    *,
    heads: bool = False,
    tracking: float = 0.0,
    split: bool = False,
) -> list[Block]:
    """One paragraph, table or picture; ``[]`` for one without ink.

    ``heads``: it is kept on the page of what follows it, a heading or what leads in a table.
    ``tracking`` in mm; ``split`` breaks a paragraph's only row in two.
    """
    if paragraph.table is not None:
        set_table = landscape_blocks if paragraph.table.landscape else table_blocks
        return list(set_table(paragraph.table, fonts, counter))
    if paragraph.image is not None:
        return picture_blocks(paragraph.image, fonts, counter)
    text = clean(paragraph.text or "")
    if not text:
        return []
    faces = level_faces(text, paragraph.level)
    spans = tuple(Span(part, role, SIZE_3) for part, role in faces)
    rows = break_rows(spans, fonts, CORE_WIDTH, first_indent=INDENT, tracking=tracking)
    if split and len(rows) == 1:
        rows = _halved(text, spans, fonts)
    numbered = paragraph.level in _HEADING_LEVELS
    heading = numbered and len(faces) == 1 and faces[0][1] != "fang"
    running = numbered and not heading
    tag: Tag = "body" if running else LEVEL_TAGS[paragraph.level]
    group = counter.next()
    kept = heads and (heading or not numbered) and len(rows) <= _HEADING_ROWS
    return [text_block(row, tag, group=group, keep_next=kept) for row in rows]


def level_faces(text: str, level: int) -> tuple[tuple[str, Role], ...]:
    """The parts of a paragraph, each with its face: 黑体 and 楷体 are for headings alone.

    A paragraph of level 1 or 2 is a heading as far as its first full stop; what follows is
    running text in 仿宋. Where that first sentence is itself running text, longer than a heading
    (`HEADING_CHARS`) and closed by a mark, the whole paragraph is.
    """
    role = LEVEL_ROLES[level]
    if role == "fang":
        return ((text, role),)
    end = text.find("。") + 1 or len(text)
    if end > HEADING_CHARS and text[end - 1] in _SENTENCE_ENDS:
        return ((text, "fang"),)
    if end == len(text):
        return ((text, role),)
    return (text[:end], role), (text[end:], "fang")


def _halved(text: str, spans: Sequence[Span], fonts: FontSet) -> tuple[Row, ...]:
    """One row's text in two rows, the first a little longer, parted where a phrase ends."""
    wanted = len(text) * 0.6
    costs = cut_costs(text)
    half = len(text) / 2 - 1  # with its indent the first row is not the shorter one
    near = [place for place in costs if half <= place <= 0.9 * len(text)]
    cut = min(near, key=lambda place: costs[place] + abs(place - wanted) / 2, default=0)
    if not cut:
        return break_rows(spans, fonts, CORE_WIDTH, first_indent=INDENT)
    width = natural_width(text[:cut], spans[0].role, SIZE_3, fonts)
    return break_rows(spans, fonts, INDENT + width, first_indent=INDENT)


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

    Before a landscape table both are turned with it. ``of`` is the document's 发文字号, which
    stands before the label of one that is bound apart.
    Raises `TitleTooLong`, `TableTooWide`.
    """
    label = clean(of) + ("附件" if number is None else f"附件{number}")
    rows = break_rows((Span(label, "hei", SIZE_3),), fonts, CORE_WIDTH)
    first = attachment.body[0].table if attachment.body else None
    titles = title_rows(clean(attachment.title), fonts)
    if first is not None and first.landscape and len(rows) + len(titles) <= MOST_HEADING_ROWS:
        heading = attachment_heading(rows, titles, counter)
        rest = body_blocks(attachment.body[1:], fonts, counter)
        turned = landscape_blocks(first, fonts, counter, heading)
        return [*turned, *(block for blocks in rest for block in blocks)]
    group = counter.next()
    labelled = [text_block(row, "attachment", part="title", group=group) for row in rows]
    title = title_blocks(attachment.title, fonts, counter, "attachment_title")
    require_room(len(title), ROWS - _AROUND - (len(rows) - 1))
    return [
        *labelled,
        blank_block(),
        *title,
        blank_block(),
        *(block for blocks in body_blocks(attachment.body, fonts, counter) for block in blocks),
    ]
