"""A document becomes pages: the general format of GB/T 9704-2012 from red head to 版记."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from formats.document.model import Document
from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.body import attachment_blocks, opening_blocks
from formats.typeset.closing import Closing, compose_closing
from formats.typeset.display import (
    ComposeReport,
    Composition,
    Item,
    Notice,
    Page,
    Rule,
    Run,
    SealSlot,
)
from formats.typeset.flow import Block, Counter, Layout, draw_layout, paginate
from formats.typeset.fonts import FontSet
from formats.typeset.frame import Frame, compose_frame
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    EM,
    PAGE_NUMBER_Y,
    ROWS,
    SIZE_4,
    em_of,
)
from formats.typeset.imprint import Imprint, ImprintTooTall, compose_imprint
from formats.typeset.linebreak import single_row

ROWS_WITH_CLOSING: Final = 2
"""Rows of text that are carried over so that the closing does not stand alone."""

CLOSED_UP: Final = ROWS + 1
"""Rows of a page whose pitch is closed up (7.3.5.5 allows it); 9.974 mm instead of 10.449."""

_SHOWN: Final = 20
"""Characters named in one notice."""

_IMPRINT_GAP: Final = 2.0


class PersonalSignatureNotYet(Refused):
    """签名章 needs the signer's office and name, which the general format does not carry."""

    code = "formats.personal-signature-not-yet"
    happened = mark("本版本还不能排加盖签发人签名章的公文。")
    safe = mark("原稿没有改动。")
    advice = mark("请改用加盖印章（signature 填 seal）或不加盖印章（none）。")


FIRST_PAGE_EMPTY: Final = mark("首页没有显示正文（GB/T 9704 7.3.3），请缩短标题或主送机关。")
RECIPIENTS_MOVED: Final = mark("主送机关过多，已移至版记（GB/T 9704 7.3.2）。")
CLOSING_ALONE: Final = mark("署名、日期和印章所在页没有正文（GB/T 9704 7.3.5.5），请调整正文。")
CLOSED_UP_NOTICE: Final = mark("第 {page} 页收紧行距，使印章与正文同处一页。")
CARRIED: Final = mark("第 {page} 页末移出 {rows} 行，使印章与正文同处一页。")
MISSING: Final = mark("字体中没有这些字：{chars}，已用“〓”代替，请更换。")
FALLBACK: Final = mark("这些字由后备字体补足：{chars}")
EMPTY_BODY: Final = mark("公文没有正文。")


@dataclass(slots=True)
class _Book:
    """The pages while they are made."""

    pages: list[list[Item]]
    slots: list[SealSlot]
    notices: list[Notice]
    unnumbered: set[int]


def compose(document: Document, fonts: FontSet) -> Composition:
    """Typeset ``document``.

    Raises `FormatNotYet`, `PersonalSignatureNotYet`, `HeadTooTall`, `TableTooWide`,
    `ImprintTooTall`, `TooLarge`.
    """
    if document.signature == "personal":
        raise PersonalSignatureNotYet
    book = _Book([], [], [], set())
    counter = Counter()
    frame = compose_frame(document, fonts)
    moved = _main_part(document, fonts, frame, book, counter)
    end = _attachments(document, fonts, book, counter)
    imprint = compose_imprint(document, fonts, with_recipients=moved)
    if imprint is not None:
        _place_imprint(imprint, book, end, counter)
    _number_pages(book, fonts)
    book.notices += _glyph_notices(book.pages)
    pages = tuple(Page(tuple(items)) for items in book.pages)
    return Composition(pages, ComposeReport(tuple(book.slots), tuple(book.notices), len(pages)))


def _main_part(
    document: Document, fonts: FontSet, frame: Frame, book: _Book, counter: Counter
) -> bool:
    """Everything up to 附注; whether the recipients go to the 版记."""
    blocks = opening_blocks(document, fonts, counter, with_recipients=True)
    has_text = any(block.part == "text" for block in blocks)
    moved = False
    if has_text and not _shows_text(paginate(blocks, first_row=frame.first_row)):
        shorter = opening_blocks(document, fonts, counter, with_recipients=False)
        moved = _movable(document, fonts) and _shows_text(
            paginate(shorter, first_row=frame.first_row)
        )
        if moved:
            blocks = shorter
            book.notices.append(Notice("T03", RECIPIENTS_MOVED, matters=False))
        else:
            book.notices.append(Notice("T02", FIRST_PAGE_EMPTY, matters=True))
    if not has_text:
        book.notices.append(Notice("T01", EMPTY_BODY, matters=True))
    closing = compose_closing(document, fonts, counter)
    layout = _with_closing(blocks, closing, frame.first_row, book)
    book.pages += draw_layout(layout, CORE_TOP)
    book.pages[0][:0] = frame.items
    _slots(layout, closing, book)
    book.notices += frame.notices
    return moved


def _movable(document: Document, fonts: FontSet) -> bool:
    """Whether the recipients fit into the 版记."""
    try:
        compose_imprint(document, fonts, with_recipients=True)
    except ImprintTooTall:
        return False
    return bool(document.main_recipients)


def _shows_text(layout: Layout) -> bool:
    return any(item.page == 0 and item.block.part == "text" for item in layout.placed)


def _with_closing(blocks: Sequence[Block], closing: Closing, first_row: int, book: _Book) -> Layout:
    """Paginate with the closing, and see that it does not stand alone (7.3.5.5)."""
    tail = [closing.block] if closing.block is not None else []
    every = [*blocks, *tail, *closing.notes]
    layout = paginate(every, first_row=first_row)
    page = _closing_page(layout)
    if page is None or page == 0 or _has_text(layout, page):
        return layout
    if not any(block.part == "text" for block in blocks):
        return layout
    if page > 1:  # closing up page 1 would pull the title away from the red rule
        closer = paginate(every, first_row=first_row, rows={page - 1: CLOSED_UP})
        if _closing_page(closer) == page - 1:
            closed = (("page", page),)
            book.notices.append(Notice("T04", CLOSED_UP_NOTICE, matters=False, values=closed))
            return closer
    for count in range(ROWS_WITH_CLOSING, 0, -1):
        carried = _carry(blocks, every, first_row, count)
        if carried is not None and (page > 1 or _shows_text(carried)):
            values = (("page", page), ("rows", count))
            book.notices.append(Notice("T05", CARRIED, matters=False, values=values))
            return carried
    book.notices.append(Notice("T06", CLOSING_ALONE, matters=True))
    return layout


def _carry(
    blocks: Sequence[Block], every: Sequence[Block], first_row: int, count: int
) -> Layout | None:
    """The last ``count`` rows of text begin the closing's page, when that works."""
    places = [place for place, block in enumerate(blocks) if block.part == "text"][-count:]
    start = places[0]
    while start > 0 and blocks[start - 1].keep_next:
        start -= 1
    layout = paginate(every, first_row=first_row, breaks=frozenset({start}))
    page = _closing_page(layout)
    return layout if page is not None and _has_text(layout, page) else None


def _closing_page(layout: Layout) -> int | None:
    return next((item.page for item in layout.placed if item.block.part == "closing"), None)


def _has_text(layout: Layout, page: int) -> bool:
    return any(item.page == page and item.block.part == "text" for item in layout.placed)


def _slots(layout: Layout, closing: Closing, book: _Book) -> None:
    for item in layout.placed:
        if item.block.part != "closing":
            continue
        pitch = layout.pitch(item.page)
        top = CORE_TOP + item.row * pitch
        book.slots += [
            SealSlot(
                item.page + 1, round(spot.x, 3), round(top + spot.y(pitch), 3), spot.diameter,
                spot.body,
            )
            for spot in closing.spots
        ]  # fmt: skip


def _attachments(document: Document, fonts: FontSet, book: _Book, counter: Counter) -> float:
    """附件, each from a new page on; the lowest ink of the last page in mm."""
    several = len(document.attachments) > 1
    for number, attachment in enumerate(document.attachments, start=1):
        blocks = attachment_blocks(attachment, number if several else None, fonts, counter)
        book.pages += draw_layout(paginate(blocks), CORE_TOP)
    return _lowest(book)


def _lowest(book: _Book) -> float:
    """The y below which the last page is free."""
    last = len(book.pages)
    lowest = CORE_TOP
    for item in book.pages[-1]:
        if isinstance(item, Run):
            lowest = max(lowest, item.y + EM / 4)
        elif isinstance(item, Rule):
            lowest = max(lowest, item.y1, item.y2)
    for slot in book.slots:
        if slot.page == last:
            lowest = max(lowest, slot.y_mm + slot.diameter_mm / 2)
    return lowest


def _place_imprint(imprint: Imprint, book: _Book, lowest: float, counter: Counter) -> None:
    """On the last page, which is an even one; a blank page before it goes unnumbered (7.5)."""
    room = CORE_BOTTOM - imprint.height - _IMPRINT_GAP >= lowest
    if len(book.pages) % 2 == 0 and not room:
        book.unnumbered |= {len(book.pages), len(book.pages) + 1}
        book.pages.append([])
    if len(book.pages) % 2:
        book.pages.append([])
    book.pages[-1] += imprint.draw(counter)


def _number_pages(book: _Book, fonts: FontSet) -> None:
    """— n — at the outer edge, one character in (7.5)."""
    dash = fonts.glyph("song", "—")
    bounds = dash.font.face.bounds(dash.number) or (0, 0, 0, 0)
    middle = (bounds[1] + bounds[3]) / 2 / dash.font.face.units
    baseline = PAGE_NUMBER_Y + middle * em_of(SIZE_4)
    for place, items in enumerate(book.pages):
        if place in book.unnumbered:
            continue
        row = single_row(f"— {place + 1} —", "song", SIZE_4, fonts)
        x = CORE_RIGHT - EM - row.width if place % 2 == 0 else CORE_LEFT + EM
        items.append(
            Run(row.glyphs, tuple(x + offset for offset in row.xs), baseline, SIZE_4, "page_number")
        )


def _glyph_notices(pages: Iterable[Sequence[Item]]) -> list[Notice]:
    """Which characters no font has, and which came from a fallback."""
    glyphs = {
        id(glyph): glyph
        for items in pages
        for item in items
        if isinstance(item, Run)
        for glyph in item.glyphs
    }
    missing = sorted({glyph.char for glyph in glyphs.values() if glyph.missing})
    fallback = sorted(
        {glyph.char for glyph in glyphs.values() if not glyph.missing and not glyph.font.own}
    )
    notices = []
    if missing:
        chars = "".join(missing[:_SHOWN])
        notices.append(Notice("T10", MISSING, matters=True, values=(("chars", chars),)))
    if fallback:
        chars = "".join(fallback[:_SHOWN])
        notices.append(Notice("T11", FALLBACK, matters=False, values=(("chars", chars),)))
    return notices
