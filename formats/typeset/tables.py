"""Tables: a grid of cells as wide as the core, split over pages, its head repeated.

A row is kept whole while it has few lines; a taller one may be split between its lines. Every rule
is drawn once, and the frame is closed at the foot of each page and at the head of the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from formats.document.model import Table
from formats.typeset.columns import Columns, Figures, are_cramped, figure_parts, fit_columns
from formats.typeset.display import Item, Rule, Tag
from formats.typeset.flow import Block, Counter, Draw, run_at
from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import (
    CORE_HEIGHT,
    CORE_LEFT,
    CORE_WIDTH,
    EM,
    INNER_RULE_WIDTH,
    PITCH,
    em_of,
)
from formats.typeset.linebreak import Row, Span, break_rows, natural_width, single_row
from formats.typeset.words import clean

LEADING: Final = 1.45
"""Line to line inside a cell, in ems of its type."""

PADDING: Final = 0.6
"""Millimetres between a row's rules and the leading of its first and last line."""

KEPT: Final = 6
"""A row of at most so many lines is never split between pages."""

TOGETHER: Final = 2
"""Lines of a split row that stay together at its beginning and its end."""

_MANY: Final = 7
"""Columns from which on a table may be cramped."""

REPEATED: Final = 1 / 3
"""A head that takes more of a page than this is not repeated."""


def table_blocks(table: Table, fonts: FontSet, counter: Counter) -> list[Block]:
    """The table's rows as blocks, its head first. Raises `TableTooWide`."""
    rows = table_rows(table, fonts, counter, CORE_WIDTH, CORE_HEIGHT)
    if not rows:
        return []
    closing = _edge_block(rows[0].columns)
    repeated = repeated_head(rows)
    head = _head_block(repeated) if repeated is not None else closing
    opening = Block(0, closing.draw, "text", keep_next=True)  # on the grid, clear of what is above
    return [opening, *(_block(row, head, closing) for row in rows)]


def is_cramped(table: Table, fonts: FontSet) -> bool:
    """Whether its columns are thinner than is comfortable, and would be less so in landscape."""
    header, texts = _cells(table)
    if table.landscape or len(header) < _MANY:
        return False
    return are_cramped(header, texts, fonts, CORE_WIDTH, CORE_HEIGHT)


def table_rows(
    table: Table, fonts: FontSet, counter: Counter, width: float, depth: float
) -> tuple["TableRow", ...]:
    """The rows of a table ``width`` mm wide, set but not placed; tall ones are in slices.

    ``depth`` is the height of a page in mm. Raises `TableTooWide`.
    """
    header, texts = _cells(table)
    if not header:
        return ()
    columns = fit_columns(header, texts, fonts, width)
    made: list[TableRow] = []
    if any(header):
        whole = _row(header, columns, fonts, counter.next(), heads=True)
        made += [whole] if whole.height <= depth * REPEATED else _slices(whole)
    for cells in texts:
        row = _row(cells, columns, fonts, counter.next(), heads=False)
        made += [row] if row.count <= KEPT else _slices(row)
    return tuple(made)


def repeated_head(rows: Sequence["TableRow"]) -> "TableRow | None":
    """The head that stands on every page, where it is not too tall for that."""
    first = rows[0]
    return first if first.heads and first.begins and first.ends else None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row or a slice of it: the lines of each cell, set to the widths of the columns."""

    cells: tuple[tuple[Row, ...], ...]
    insets: tuple[tuple[float, ...], ...]
    """From the cell's left edge to each line, in mm."""
    columns: Columns
    group: int
    heads: bool
    count: int
    """Lines that it has room for."""
    begins: bool = True
    """Whether it is the first slice of its row."""
    ends: bool = True

    @property
    def height(self) -> float:
        """Millimetres."""
        return self.count * self._step + PADDING * (self.begins + self.ends)

    @property
    def keeps_next(self) -> bool:
        """Whether what follows must stand on its page: it ends the head."""
        return self.heads and self.ends

    @property
    def _step(self) -> float:
        return em_of(self.columns.size) * LEADING

    def items(self, left: float, y: float) -> tuple[Item, ...]:
        """The text, the rule below it and the rules between; ``y`` is the row's upper edge."""
        tag: Tag = "table_head" if self.heads else "table"
        items: list[Item] = []
        x = left
        lead = (self._step - EM) / 2  # a line's 3号 em box is centred in its leading
        for number, lines in enumerate(self.cells):
            top = y + PADDING * self.begins + lead
            if self.begins and self.ends:
                top += (self.count - len(lines)) * self._step / 2
            for place, row in enumerate(lines):
                items += run_at(
                    row, x + self.insets[number][place], top + place * self._step, tag,
                    group=self.group, cell=number + 1,
                )  # fmt: skip
            x += self.columns.each[number].width
        bottom = y + self.height
        if self.ends:
            items.append(edge(left, bottom, self.columns))
        items += _uprights(left, y, bottom, self.columns)
        return tuple(items)


def edge(left: float, y: float, columns: Columns) -> Rule:
    """A level rule as wide as the table."""
    return Rule(left, y, left + columns.width, y, INNER_RULE_WIDTH)


def _uprights(left: float, top: float, bottom: float, columns: Columns) -> Iterator[Rule]:
    """The rules between the columns; the outer ones do not reach out of the frame."""
    yield Rule(left + _HALF, top, left + _HALF, bottom, INNER_RULE_WIDTH)
    x = left
    for column in columns.each[:-1]:
        x += column.width
        yield Rule(x, top, x, bottom, INNER_RULE_WIDTH)
    x = left + columns.width - _HALF
    yield Rule(x, top, x, bottom, INNER_RULE_WIDTH)


_HALF: Final = INNER_RULE_WIDTH / 2


def _edge_block(columns: Columns) -> Block:
    return Block(0, lambda y, _: (edge(CORE_LEFT, y, columns),), "text", on_grid=False)


def _head_block(row: TableRow) -> Block:
    """The head as it is repeated: its upper edge with it."""

    def draw(y: float, _: float) -> tuple[Item, ...]:
        return (edge(CORE_LEFT, y, row.columns), *row.items(CORE_LEFT, y))

    return Block(row.height / PITCH, draw, "text", row.group, on_grid=False)


def _block(row: TableRow, head: Block, closing: Block) -> Block:
    draw: Draw = lambda y, _: row.items(CORE_LEFT, y)  # noqa: E731 - its type is wanted
    return Block(
        row.height / PITCH, draw, "text", row.group, row.keeps_next, on_grid=False,
        head=head if not row.heads else closing if not row.begins else None,
        foot=None if row.begins else closing,
    )  # fmt: skip


def _cells(table: Table) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows, all of the same number of cells."""
    columns = max([len(table.header), *(len(row) for row in table.rows)], default=0)
    return _padded(table.header, columns), [_padded(row, columns) for row in table.rows]


def _padded(cells: Sequence[str], columns: int) -> tuple[str, ...]:
    texts = tuple(clean(" ".join(cell.split())) for cell in cells)
    return texts + ("",) * (columns - len(texts))


def _row(
    texts: Sequence[str], columns: Columns, fonts: FontSet, group: int, *, heads: bool
) -> TableRow:
    """A row in one piece."""
    role: Role = "hei" if heads else "fang"
    cells, insets = [], []
    for text, column in zip(texts, columns.each, strict=True):
        span = Span(text, role, columns.size)
        lines = break_rows((span,), fonts, column.measure) if text else ()
        if heads:
            lines = tuple(_unspread(line, span, fonts, column.measure) for line in lines)
        if heads or column.alignment == "centre":
            places = tuple((column.width - line.width) / 2 for line in lines)
        elif column.alignment == "left":
            places = ((column.width - column.measure) / 2,) * len(lines)
        else:
            start = _figure_inset(span, column.width, column.alignment, fonts)
            places = (start,) * len(lines)
        cells.append(lines)
        insets.append(places)
    count = max([1, *map(len, cells)])
    return TableRow(tuple(cells), tuple(insets), columns, group, heads, count)


def _unspread(line: Row, span: Span, fonts: FontSet, measure: float) -> Row:
    """A line of a head as it is without being spread to the measure: it is centred."""
    plain = single_row(line.text.rstrip(" "), span.role, span.size, fonts)
    return plain if plain.width <= measure else line


def _figure_inset(span: Span, width: float, figures: Figures, fonts: FontSet) -> float:
    """Where a figure begins so that its point stands under the others'; words are centred."""
    parts = figure_parts(span.text)
    if parts is None:
        return (width - natural_width(span.text, span.role, span.size, fonts)) / 2
    whole = natural_width(parts[0], span.role, span.size, fonts)
    return (width - figures.whole - figures.part) / 2 + figures.whole - whole


def _slices(row: TableRow) -> Iterator[TableRow]:
    """A tall row in slices, one a line but for the lines that stay together at its ends."""
    last = row.count - TOGETHER
    cuts = [0, *range(TOGETHER, last + 1), row.count]
    for start, end in pairwise(cuts):
        yield TableRow(
            tuple(lines[start:end] for lines in row.cells),
            tuple(places[start:end] for places in row.insets),
            row.columns, row.group, row.heads, end - start,
            begins=start == 0, ends=end == row.count,
        )  # fmt: skip
