"""Tables set sideways: 横排表格 of GB/T 9704-2012 8.

The page stays upright with its number in the usual place; the table is turned a quarter
counter-clockwise, so that its head lies at the left edge: the binding edge of an odd page and the
cut edge of an even one, as the clause wants for both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from formats.document.model import Table
from formats.typeset.display import Bars, Item, Picture, Rule, Run
from formats.typeset.flow import Block, Counter, run_at
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_BOTTOM, CORE_HEIGHT, CORE_LEFT, CORE_WIDTH, PITCH, ROWS
from formats.typeset.linebreak import Row
from formats.typeset.tables import TableRow, edge, repeated_head, table_rows


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a table on its first page, in the frame that is 225 wide."""

    items: tuple[Item, ...]
    rows: int
    """Rows of the grid it takes, the blank one above the table included."""


_NOTHING: Final = Heading((), 0)
MOST_HEADING_ROWS: Final = 5
"""A longer label and title would leave a turned page no room for its table."""


def attachment_heading(label: Sequence[Row], title: Sequence[Row], counter: Counter) -> Heading:
    """附件 with its number flush left from row 0, its title centred a blank row below (7.3.7)."""
    items: list[Item] = []
    group = counter.next()
    for place, row in enumerate(label):
        items += run_at(row, 0.0, place * PITCH, "attachment", group=group)
    group = counter.next()
    for place, row in enumerate(title, start=len(label) + 1):
        left = (CORE_HEIGHT - row.width) / 2
        items += run_at(row, left, place * PITCH, "attachment_title", group=group)
    return Heading(tuple(items), len(label) + len(title) + 2)


def landscape_blocks(
    table: Table, fonts: FontSet, counter: Counter, heading: Heading = _NOTHING
) -> list[Block]:
    """A block for each page that the table takes, its head on all. Raises `TableTooWide`.

    The table is as wide as the core is high (225 mm) and a page as long as the core is wide.
    """
    rows = table_rows(table, fonts, counter, CORE_HEIGHT, CORE_WIDTH)
    pages = list(_pages(rows, heading.rows * PITCH))
    return [_block(page, heading if place == 0 else _NOTHING) for place, page in enumerate(pages)]


def _pages(rows: Sequence[TableRow], taken: float) -> Iterator[list[TableRow]]:
    """The rows of each page, from its left edge to its right one; ``taken`` mm of the first.

    Where not even a head and a row fit below what is taken, the first page has no row.
    """
    page: list[TableRow] = []
    used = taken
    repeated = repeated_head(rows) if rows else None
    for place, row in enumerate(rows):
        need = row.height
        if row.keeps_next and place + 1 < len(rows):
            need += rows[place + 1].height
        if used > 0 and used + need > CORE_WIDTH + 1e-6:
            yield page
            page, used = [], 0.0
            if repeated is not None and row is not repeated:
                page, used = [repeated], repeated.height
        page.append(row)
        used += row.height
    if page:
        yield page


def _block(rows: Sequence[TableRow], heading: Heading) -> Block:
    def draw(_: float, __: float) -> tuple[Item, ...]:
        y = heading.rows * PITCH
        items = list(heading.items)
        if rows:
            items.append(edge(0.0, y, rows[0].columns))
        for row in rows:
            items += row.items(0.0, y)
            y += row.height
        if rows and not rows[-1].ends:  # the row goes on overleaf
            items.append(edge(0.0, y, rows[0].columns))
        return tuple(turned(items))

    group = rows[0].group if rows else 0
    return Block(ROWS, draw, "text", group, turned_page=True)


def turned(items: Iterable[Item]) -> Iterator[Item]:
    """Items of a frame 225 wide and 156 high, turned into the core of an upright page.

    What is at (x, y) in the frame goes to (28 + y, 262 - x) on the page.
    """
    for item in items:
        match item:
            case Run():
                ys = tuple(CORE_BOTTOM - x for x in item.xs)
                yield replace(item, xs=ys, y=CORE_LEFT + item.y, turned=True)
            case Rule():
                yield replace(
                    item,
                    x1=CORE_LEFT + item.y1, y1=CORE_BOTTOM - item.x1,
                    x2=CORE_LEFT + item.y2, y2=CORE_BOTTOM - item.x2,
                )  # fmt: skip
            case Picture():
                yield replace(
                    item, x=CORE_LEFT + item.y, y=CORE_BOTTOM - item.x - item.width,
                    width=item.height, height=item.width, turned=True,
                )  # fmt: skip
            case Bars():
                cells = tuple(
                    (CORE_LEFT + y, CORE_BOTTOM - x - width, height, width)
                    for x, y, width, height in item.cells
                )
                yield replace(item, cells=cells)
