"""Tables: a grid of cells as wide as the core, split between rows over pages, head repeated."""

from collections.abc import Sequence
from typing import Final

from formats.document.model import Table
from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.display import Item, Rule
from formats.typeset.flow import Block, Counter, run_at
from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import (
    CORE_LEFT,
    CORE_WIDTH,
    EM,
    INNER_RULE_WIDTH,
    PITCH,
    em_of,
)
from formats.typeset.linebreak import Row, Span, break_rows, natural_width

SIZES: Final = (14.0, 12.0, 10.5, 9.0)
"""4号, 小四, 五号, 小五: the largest that lets the columns breathe is taken."""

LEADING: Final = 1.45
"""Line to line inside a cell, in ems of its type."""

PADDING: Final = 1.2
"""Millimetres at either side of a cell."""

VERTICAL_PADDING: Final = 1.6
MOST_LINES: Final = 20
"""A cell with more lines is cut, so that its row fits on a page."""

_COMFORT: Final = 4
"""A column wants room for this many characters before smaller type is taken."""


class TableTooWide(Refused):
    """The table has more columns than the page can show."""

    code = "formats.table-too-wide"
    happened = mark("表格有 {columns} 列，版心宽度放不下。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请减少列数或把表格拆成几个后重试。")


def table_blocks(table: Table, fonts: FontSet, counter: Counter) -> list[Block]:
    """The table's rows as blocks. Raises `TableTooWide`."""
    columns = max([len(table.header), *(len(row) for row in table.rows)], default=0)
    if columns == 0:
        return []
    header = _padded(table.header, columns)
    rows = [_padded(row, columns) for row in table.rows]
    size = _size(columns)
    widths = _widths([header, *rows], size, fonts)
    head: Block | None = None
    blocks: list[Block] = []
    if any(header):
        heads = _row_blocks(
            header, widths, fonts, size=size, role="hei", group=counter.next(), head=None
        )
        blocks += heads
        head = heads[0] if len(heads) == 1 else None  # a giant head is not repeated
    for row in rows:
        blocks += _row_blocks(
            row, widths, fonts, size=size, role="fang", group=counter.next(), head=head
        )
    return blocks


def _padded(cells: Sequence[str], columns: int) -> tuple[str, ...]:
    texts = tuple(" ".join(cell.split()) for cell in cells)
    return texts + ("",) * (columns - len(texts))


def _size(columns: int) -> float:
    width = CORE_WIDTH / columns - 2 * PADDING
    for size in SIZES:
        if width >= _COMFORT * em_of(size):
            return size
    smallest = SIZES[-1]
    if width < 2 * em_of(smallest):
        raise TableTooWide(f"{columns} columns", columns=columns)
    return smallest


def _widths(rows: Sequence[tuple[str, ...]], size: float, fonts: FontSet) -> list[float]:
    """Column widths filling the core, by the longest cell of each, none too thin or too greedy."""
    columns = len(rows[0])
    least = 2 * em_of(size) + 2 * PADDING
    wanted = []
    for column in range(columns):
        longest = max(natural_width(row[column][:60], "fang", size, fonts) for row in rows)
        wanted.append(min(max(longest + 2 * PADDING + 0.5, least), CORE_WIDTH / 2))
    return _shared(wanted, CORE_WIDTH)


def _shared(wanted: Sequence[float], whole: float) -> list[float]:
    """``whole`` among the columns: the modest get what they want, the greedy share the rest."""
    total = sum(wanted)
    if total <= whole:
        return [width * whole / total for width in wanted]
    given = dict.fromkeys(range(len(wanted)), 0.0)
    left, rest = list(range(len(wanted))), whole
    while left:
        fair = rest / len(left)
        modest = [column for column in left if wanted[column] <= fair]
        for column in modest or left:
            given[column] = wanted[column] if modest else fair
            rest -= given[column]
        left = [column for column in left if column not in modest] if modest else []
    return list(given.values())


def _row_blocks(
    cells: Sequence[str], widths: Sequence[float], fonts: FontSet, *, size: float, role: Role,
    group: int, head: Block | None,
) -> list[Block]:  # fmt: skip
    """One table row; more blocks when a cell has more lines than a page is trusted with."""
    lines = [
        break_rows((Span(text, role, size),), fonts, width - 2 * PADDING) if text else ()
        for text, width in zip(cells, widths, strict=True)
    ]
    count = max([1, *(len(column) for column in lines)])
    pieces = range(0, count, MOST_LINES)
    return [
        _piece([column[start : start + MOST_LINES] for column in lines], widths, size, group, head)
        for start in pieces
    ]


def _piece(
    lines: Sequence[Sequence[Row]], widths: Sequence[float], size: float, group: int,
    head: Block | None,
) -> Block:  # fmt: skip
    step = em_of(size) * LEADING
    count = max([1, *(len(column) for column in lines)])
    height = (count - 1) * step + em_of(size) + 2 * VERTICAL_PADDING

    def draw(y: float, _: float) -> tuple[Item, ...]:
        items: list[Item] = []
        left = CORE_LEFT
        for column, width in zip(lines, widths, strict=True):
            used = (len(column) - 1) * step + em_of(size) if column else 0.0
            top = y + (height - used) / 2
            single = len(column) == 1
            for place, row in enumerate(column):
                inset = (width - row.width) / 2 if single else PADDING
                # run_at takes the top of the grid's cell that the smaller type is centred in
                cell_top = top + place * step - (EM - em_of(size)) / 2
                items += run_at(row, left + inset, cell_top, "table", group=group)
            left += width
        return (*items, *_frame(y, height, widths))

    return Block(
        height / PITCH, draw, "text", group, keep_next=head is None, on_grid=False, head=head
    )


def _frame(y: float, height: float, widths: Sequence[float]) -> list[Item]:
    bottom = y + height
    right = CORE_LEFT + sum(widths)
    items: list[Item] = [
        Rule(CORE_LEFT, y, right, y, INNER_RULE_WIDTH),
        Rule(CORE_LEFT, bottom, right, bottom, INNER_RULE_WIDTH),
    ]
    x = CORE_LEFT
    for width in (0.0, *widths):
        x += width
        items.append(Rule(x, y, x, bottom, INNER_RULE_WIDTH))
    return items
