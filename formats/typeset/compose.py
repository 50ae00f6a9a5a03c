"""A document becomes pages, from red head to 版记; what a format fixes comes as its frame."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from formats.document.model import Block as Paragraph
from formats.document.model import Document
from formats.typeset.barcode import placed_bars
from formats.typeset.body import attachment_blocks
from formats.typeset.closing import Closing, compose_closing
from formats.typeset.display import (
    ComposeReport,
    Composition,
    Item,
    Notice,
    Page,
    Picture,
    Rule,
    Run,
    SealSlot,
)
from formats.typeset.flow import Counter, Layout, draw_layout, paginate
from formats.typeset.fonts import FontSet
from formats.typeset.frame import Frame, compose_frame
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    EM,
    PAGE_NUMBER_Y,
    SIZE_4,
    em_of,
)
from formats.typeset.imprint import Imprint, ImprintTooTall, compose_imprint
from formats.typeset.linebreak import single_row
from formats.typeset.notices import (
    CLOSING_ALONE,
    EMPTY,
    FIRST_PAGE_BARE,
    glyph_notices,
    table_notices,
    told,
)
from formats.typeset.opening import Opening
from formats.typeset.solver import Solution, solve

_IMPRINT_GAP: Final = 2.0


@dataclass(slots=True)
class _Book:
    """The pages while they are made."""

    pages: list[list[Item]]
    slots: list[SealSlot]
    notices: list[Notice]
    unnumbered: set[int]
    """Pages, from 0, that bear no number."""


def compose(document: Document, fonts: FontSet) -> Composition:
    """Typeset ``document``.

    Raises `HeadTooTall`, `TitleTooLong`, `SignersMissing`, `ClosingTooTall`, `TableTooWide`,
    `ImprintTooTall`, `TooLarge`.
    """
    book = _Book([], [], [], set())
    counter = Counter()
    frame = compose_frame(document, fonts)
    if not frame.first_numbered:
        book.unnumbered.add(0)
    solution = _main_part(document, fonts, frame, book, counter)
    _attachments(document, fonts, book, counter)
    imprint = compose_imprint(document, fonts, with_recipients=solution.setting.moved)
    if imprint is not None:
        _place_imprint(imprint, book, counter, even=frame.even_imprint)
    bars, told_of_bars = placed_bars(document)
    book.pages[0] += bars
    book.notices += told_of_bars
    number_pages(book.pages, book.unnumbered, fonts)
    book.notices += table_notices(_bound(document), fonts)
    book.notices += glyph_notices(book.pages)
    pages = tuple(Page(tuple(items)) for items in book.pages)
    report = ComposeReport(
        tuple(book.slots), tuple(book.notices), len(pages), solution.remedies, solution.deviation
    )
    return Composition(pages, report)


def _main_part(
    document: Document, fonts: FontSet, frame: Frame, book: _Book, counter: Counter
) -> Solution:
    """Everything up to 附注."""
    opening = Opening(document, frame, fonts, counter)
    closing = compose_closing(document, fonts, counter, noted=len(opening.after))
    tail = [*([closing.block] if closing.block is not None else []), *closing.notes]
    solution = solve(
        lambda setting: [*opening.blocks(setting), *tail],
        first_row=frame.first_row,
        movable=_movable(document, fonts),
    )
    has_text = any(block.part == "text" for block in solution.blocks)
    if not has_text:
        book.notices.append(EMPTY)
    elif not _shows_text(solution.layout):
        book.notices.append(FIRST_PAGE_BARE)
    elif not solution.accompanied:
        book.notices.append(CLOSING_ALONE)
    book.notices += [told(remedy) for remedy in solution.remedies]
    book.pages += draw_layout(solution.layout, frame.shift)
    book.pages[0][:0] = frame.items
    _slots(solution.layout, closing, book, frame.shift)
    book.notices += frame.notices
    return solution


def _movable(document: Document, fonts: FontSet) -> bool:
    """Whether the recipients fit into the 版记."""
    if not document.main_recipients:
        return False
    try:
        compose_imprint(document, fonts, with_recipients=True)
    except ImprintTooTall:
        return False
    return True


def _shows_text(layout: Layout) -> bool:
    return any(item.page == 0 and item.block.part == "text" for item in layout.placed)


def _slots(layout: Layout, closing: Closing, book: _Book, shift: float) -> None:
    for item in layout.placed:
        if item.block.part != "closing":
            continue
        pitch = layout.pitch(item.page)
        top = layout.y(item.page, item.row) + (shift if item.page == 0 else 0.0)
        book.slots += [
            SealSlot(
                item.page + 1, round(spot.x, 3), round(top + spot.y(pitch), 3), spot.diameter,
                spot.body, spot.kind, spot.height,
            )
            for spot in closing.spots
        ]  # fmt: skip


def _attachments(document: Document, fonts: FontSet, book: _Book, counter: Counter) -> None:
    """附件 that are bound in, each from a new page on."""
    several = len(document.attachments) > 1
    for number, attachment in enumerate(document.attachments, start=1):
        if attachment.separate:
            continue
        blocks = attachment_blocks(attachment, number if several else None, fonts, counter)
        book.pages += draw_layout(paginate(blocks))


def _bound(document: Document) -> Iterator[Paragraph]:
    """What stands in the text and in the 附件 that are bound in."""
    yield from document.body
    for attachment in document.attachments:
        if not attachment.separate:
            yield from attachment.body


def _lowest(book: _Book) -> float:
    """The y below which the last page is free."""
    last = len(book.pages)
    lowest = CORE_TOP
    for item in book.pages[-1]:
        lowest = max(lowest, _bottom(item))
    for slot in book.slots:
        if slot.page == last:
            lowest = max(lowest, slot.y_mm + (slot.height_mm or slot.diameter_mm) / 2)
    return lowest


def _bottom(item: Item) -> float:
    match item:
        case Run(turned=True):
            return max(item.xs)
        case Run():
            return item.y + EM / 4
        case Rule():
            return max(item.y1, item.y2) if item.colour == "black" else CORE_TOP
        case Picture():
            return item.y + item.height
        case _:
            return max(y + height for _, y, _, height in item.cells)


def _place_imprint(imprint: Imprint, book: _Book, counter: Counter, *, even: bool) -> None:
    """On the last page, which is an even one; a blank page before it goes unnumbered (7.5).

    A letter's needs no even page (10.1).
    """
    room = CORE_BOTTOM - imprint.height - _IMPRINT_GAP >= _lowest(book)
    if even and len(book.pages) % 2 == 0 and not room:
        book.unnumbered |= {len(book.pages), len(book.pages) + 1}
        book.pages.append([])
    if (even and len(book.pages) % 2) or (not even and not room):
        book.pages.append([])
    book.pages[-1] += imprint.draw(counter)


def number_pages(pages: Sequence[list[Item]], unnumbered: Collection[int], fonts: FontSet) -> None:
    """— n — at the outer edge, one character in, but on the ``unnumbered``, from 0 (7.5)."""
    dash = fonts.glyph("song", "—")
    bounds = dash.font.face.bounds(dash.number) or (0, 0, 0, 0)
    middle = (bounds[1] + bounds[3]) / 2 / dash.font.face.units
    baseline = PAGE_NUMBER_Y + middle * em_of(SIZE_4)
    for place, items in enumerate(pages):
        if place in unnumbered:
            continue
        row = single_row(f"— {place + 1} —", "song", SIZE_4, fonts)
        x = CORE_RIGHT - EM - row.width if place % 2 == 0 else CORE_LEFT + EM
        items.append(
            Run(row.glyphs, tuple(x + offset for offset in row.xs), baseline, SIZE_4, "page_number")
        )
