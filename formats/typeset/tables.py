"""Tables: a grid of cells as wide as the core, split between rows over pages, head repeated."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from formats.document.model import Table
from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.display import Item, Rule, Tag
from formats.typeset.flow import Block, Counter, Draw, run_at
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
from formats.typeset.words import clean

SIZES: Final = (14.0, 12.0, 10.5, 9.0)
"""4号, 小四, 五号, 小五: the largest that lets the columns breathe is taken."""

LEADING: Final = 1.45
"""Line to line inside a cell, in ems of its type."""

PADDING: Final = 1.2
"""Millimetres at either side of a cell."""

VERTICAL_PADDING: Final = 1.6
MOST_LINES: Final = 20
"""A cell with more lines is cut, so that its row fits on a page."""

COMFORT: Final = 4
"""A column wants room for this many characters before smaller type is taken."""

_FIGURE: Final = re.compile(r"[-+−]?[0-9][0-9,.]*[%％‰]?")
_NOTHING: Final = frozenset({"-", "—", "/", "无"})
"""What stands in a column of figures where there is none."""


class TableTooWide(Refused):
    """The table has more columns than the page can show."""

    code = "formats.table-too-wide"
    happened = mark("表格有 {columns} 列，版心宽度放不下。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请把表格设为横排、减少列数或拆成几个后重试。")


def table_blocks(table: Table, fonts: FontSet, counter: Counter) -> list[Block]:
    """The table's rows as blocks, its head first. Raises `TableTooWide`."""
    rows = table_rows(table, fonts, counter, CORE_WIDTH)
    if not rows:
        return []
    heads = [row for row in rows if row.heads]
    # A head of several pieces is as high as a page and not repeated; then only the frame is closed.
    repeated = _head_block(heads[0]) if len(heads) == 1 else _edge_block(rows[0].widths)
    blocks = [_edge_block(rows[0].widths)]
    for row in rows:
        draw = _draw(row)
        height = row.height / PITCH
        blocks.append(
            Block(height, draw, "text", row.group, row.heads, on_grid=False, head=repeated)
            if not row.heads
            else Block(height, draw, "text", row.group, keep_next=True, on_grid=False)
        )
    return blocks


def is_cramped(table: Table) -> bool:
    """Whether its columns would breathe in landscape only."""
    columns = _columns(table)
    return not table.landscape and columns > 0 and _room(columns, CORE_WIDTH) < COMFORT


def table_rows(
    table: Table, fonts: FontSet, counter: Counter, width: float
) -> tuple["TableRow", ...]:
    """The rows of a table ``width`` mm wide, set but not placed. Raises `TableTooWide`."""
    columns = _columns(table)
    if columns == 0:
        return ()
    header = _padded(table.header, columns)
    texts = [_padded(row, columns) for row in table.rows]
    size = _size(columns, width)
    every = [header, *texts]
    widths = tuple(_widths(every, size, fonts, width))
    ends = tuple(_figures_end(column, size, fonts) for column in zip(*texts, strict=True))
    ends = ends or (None,) * columns
    made: list[TableRow] = []
    for number, cells in enumerate(every):
        heads = number == 0
        if heads and not any(header):
            continue
        pieces = _pieces(cells, widths, fonts, size=size, role="hei" if heads else "fang")
        group = counter.next()
        made += [
            TableRow(lines, widths, size, group, heads, (None,) * columns if heads else ends)
            for lines in pieces
        ]
    return tuple(made)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the lines of each cell, set to the widths of the columns."""

    cells: tuple[tuple[Row, ...], ...]
    widths: tuple[float, ...]
    size: float
    group: int
    heads: bool
    figures: tuple[float | None, ...]
    """For each column of figures the width of its widest one; they end under one another."""

    @property
    def height(self) -> float:
        """Millimetres."""
        count = max([1, *(len(lines) for lines in self.cells)])
        step = em_of(self.size) * LEADING
        return (count - 1) * step + em_of(self.size) + 2 * VERTICAL_PADDING

    def items(self, left: float, y: float) -> tuple[Item, ...]:
        """The text, the rule below it and the rules between; ``y`` is the row's upper edge."""
        step = em_of(self.size) * LEADING
        tag: Tag = "table_head" if self.heads else "table"
        items: list[Item] = []
        x = left
        for column, (lines, width) in enumerate(zip(self.cells, self.widths, strict=True)):
            used = (len(lines) - 1) * step + em_of(self.size)
            top = y + (self.height - used) / 2 - (EM - em_of(self.size)) / 2
            for place, row in enumerate(lines):
                inset = self._inset(column, row, width, alone=len(lines) == 1)
                items += run_at(
                    row, x + inset, top + place * step, tag, group=self.group, cell=column + 1
                )
            x += width
        bottom = y + self.height
        items.append(Rule(left, bottom, x, bottom, INNER_RULE_WIDTH))
        edge = left
        for width in (0.0, *self.widths):
            edge += width
            items.append(Rule(edge, y, edge, bottom, INNER_RULE_WIDTH))
        return tuple(items)

    def _inset(self, column: int, row: Row, width: float, *, alone: bool) -> float:
        """A line alone is centred, figures end in line, longer text begins at the left."""
        figures = self.figures[column]
        if alone and figures is not None:
            return (width + min(figures, width - 2 * PADDING)) / 2 - row.width
        return (width - row.width) / 2 if alone else PADDING


def edge(left: float, y: float, widths: Sequence[float]) -> Rule:
    """The rule that closes a table upwards on each of its pages."""
    return Rule(left, y, left + sum(widths), y, INNER_RULE_WIDTH)


def _edge_block(widths: Sequence[float]) -> Block:
    return Block(
        0, lambda y, _: (edge(CORE_LEFT, y, widths),), "text", keep_next=True, on_grid=False
    )


def _head_block(row: "TableRow") -> Block:
    """The head as it is repeated: its upper edge with it."""

    def draw(y: float, _: float) -> tuple[Item, ...]:
        return (edge(CORE_LEFT, y, row.widths), *row.items(CORE_LEFT, y))

    return Block(row.height / PITCH, draw, "text", row.group, on_grid=False)


def _draw(row: "TableRow") -> Draw:
    return lambda y, _: row.items(CORE_LEFT, y)


def _columns(table: Table) -> int:
    return max([len(table.header), *(len(row) for row in table.rows)], default=0)


def _padded(cells: Sequence[str], columns: int) -> tuple[str, ...]:
    texts = tuple(clean(" ".join(cell.split())) for cell in cells)
    return texts + ("",) * (columns - len(texts))


def _room(columns: int, width: float) -> float:
    """Characters of the smallest type that a column holds."""
    return (width / columns - 2 * PADDING) / em_of(SIZES[-1])


def _size(columns: int, width: float) -> float:
    room = width / columns - 2 * PADDING
    for size in SIZES:
        if room >= COMFORT * em_of(size):
            return size
    smallest = SIZES[-1]
    if room < 2 * em_of(smallest):
        raise TableTooWide(f"{columns} columns", columns=columns)
    return smallest


def _figures_end(cells: Sequence[str], size: float, fonts: FontSet) -> float | None:
    """The width of the widest figure of a column that holds nothing else; None for text."""
    filled = [cell for cell in cells if cell and cell not in _NOTHING]
    if not filled or not all(_FIGURE.fullmatch(cell) for cell in filled):
        return None
    return max(natural_width(cell, "fang", size, fonts) for cell in filled)


def _widths(
    rows: Sequence[tuple[str, ...]], size: float, fonts: FontSet, whole: float
) -> list[float]:
    """Column widths filling ``whole``, by the longest cell of each, none too thin or greedy."""
    columns = len(rows[0])
    least = 2 * em_of(size) + 2 * PADDING
    wanted = []
    for column in range(columns):
        longest = max(natural_width(row[column][:60], "fang", size, fonts) for row in rows)
        wanted.append(min(max(longest + 2 * PADDING + 0.5, least), whole / 2))
    return _shared(wanted, whole)


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


def _pieces(
    cells: Sequence[str], widths: Sequence[float], fonts: FontSet, *, size: float, role: Role
) -> Iterator[tuple[tuple[Row, ...], ...]]:
    """The cells' lines; in pieces where a cell has more than a page is trusted with."""
    lines = [
        break_rows((Span(text, role, size),), fonts, width - 2 * PADDING) if text else ()
        for text, width in zip(cells, widths, strict=True)
    ]
    count = max([1, *(len(column) for column in lines)])
    for start in range(0, count, MOST_LINES):
        yield tuple(column[start : start + MOST_LINES] for column in lines)
