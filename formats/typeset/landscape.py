"""Tables set sideways: 横排表格 of GB/T 9704-2012 8.

The page stays upright with its number in the usual place; the table is turned a quarter
counter-clockwise, so that its head lies at the left edge: the binding edge of an odd page and the
cut edge of an even one, as the clause wants for both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from formats.document.model import Table
from formats.typeset.display import Bars, Item, Picture, Rule, Run
from formats.typeset.flow import Block, Counter
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_BOTTOM, CORE_HEIGHT, CORE_LEFT, CORE_WIDTH, ROWS
from formats.typeset.tables import TableRow, edge, table_rows


def landscape_blocks(table: Table, fonts: FontSet, counter: Counter) -> list[Block]:
    """A block for each page that the table takes, its head on all. Raises `TableTooWide`.

    The table is as wide as the core is high (225 mm) and a page as long as the core is wide.
    """
    rows = table_rows(table, fonts, counter, CORE_HEIGHT)
    heads = tuple(row for row in rows if row.heads)
    repeated = heads if len(heads) == 1 else ()
    return [_block(page) for page in _pages(rows, repeated)]


def _pages(rows: Sequence[TableRow], repeated: tuple[TableRow, ...]) -> Iterator[list[TableRow]]:
    """The rows of each page, from its left edge to its right one."""
    page: list[TableRow] = []
    used = 0.0
    for row in rows:
        if page and used + row.height > CORE_WIDTH + 1e-6:
            yield page
            page = list(repeated)
            used = sum(head.height for head in repeated)
        page.append(row)
        used += row.height
    if page:
        yield page


def _block(rows: Sequence[TableRow]) -> Block:
    def draw(_: float, __: float) -> tuple[Item, ...]:
        items: list[Item] = [edge(0.0, 0.0, rows[0].widths)]
        y = 0.0
        for row in rows:
            items += row.items(0.0, y)
            y += row.height
        return tuple(turned(items))

    return Block(ROWS, draw, "text", rows[0].group, turned_page=True)


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
