"""Blocks of content and their way onto pages.

A block knows its height in rows and draws itself at a given y; paginating decides the page and
row of each. All text stands on the grid's rows; only table rows have heights between them.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from formats.errors import TooLarge
from formats.limits import MAX_PAGES
from formats.typeset.display import Colour, Item, Run, Tag
from formats.typeset.grid import ASCENT, CORE_LEFT, CORE_TOP, EM, PITCH, ROWS, em_of
from formats.typeset.linebreak import Row

Draw = Callable[[float, float], tuple[Item, ...]]
"""(y of the block's first em box top, row pitch) -> items."""

Part = Literal[
    "title", "blank", "recipients", "text", "attached", "closing", "note",
]  # fmt: skip
"""Only ``text`` is 正文: 附件说明 and 出席 are ``attached`` to it."""

_NEAR: Final = 1e-6
_CLEAR: Final = 0.2
"""Of a row: what stays free between the rule below a table and the text after it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a height that goes on one page."""

    height: float
    draw: Draw
    part: Part = "text"
    group: int = 0
    keep_next: bool = False
    """A heading does not stay behind as the last row of a page."""
    on_grid: bool = True
    reserve: float = 0
    """Rows that must be free below it on its page, but that what follows may share: a seal's."""
    head: "Block | None" = None
    """Repeated above this block when it begins a page: the head of a split table."""
    foot: "Block | None" = None
    """Put without height below what ends the page before, when this block begins a page: the rule
    that closes a table's frame where a row is split."""
    turned_page: bool = False
    """Stands upwards on a page of its own, in page coordinates: a landscape table."""


class Placed(NamedTuple):
    """A block on a page (from 0, within its flow) at a row."""

    page: int
    row: float
    block: Block


@dataclass(slots=True)
class Counter:
    """Numbers for paragraphs, so that writers can tell which rows belong together."""

    value: int = 0

    def next(self) -> int:
        """The next number."""
        self.value += 1
        return self.value


@dataclass(frozen=True, slots=True)
class Layout:
    """A paginated flow."""

    placed: tuple[Placed, ...]
    pages: int
    end_row: float
    """The first free row of the last page."""
    first_row: int = 0
    """The row of page 0 that its text begins on; above it the grid is the standard one."""
    rows: dict[int, int] = field(default_factory=dict)
    """Pages that hold more or fewer than 22 rows."""
    starts: tuple[tuple[int, int], ...] = ((0, 0),)
    """Of each page the index of the block that begins it, and how many were placed before."""

    def page_of(self, index: int) -> int:
        """The page that the block with this index was put on."""
        return bisect_right(self.starts, (index, len(self.placed))) - 1

    def pitch(self, page: int) -> float:
        """The row pitch of a page below its head: its rows fill the core."""
        count = self.rows.get(page, ROWS)
        return pitch_of(count, self.first_row if page == 0 else 0)

    def y(self, page: int, row: float) -> float:
        """The upper edge of the em box of a row, in mm."""
        if page == 0:
            fixed = self.first_row
            return CORE_TOP + fixed * PITCH + (row - fixed) * self.pitch(0)
        return CORE_TOP + row * self.pitch(page)


def pitch_of(rows: int, first_row: int = 0) -> float:
    """The pitch that ends ``rows`` rows at the core's lower edge, those from ``first_row`` on."""
    return PITCH * (ROWS - 1 - first_row) / max(1, rows - 1 - first_row)


def run_at(
    row: Row, x: float, y: float, tag: Tag, *, group: int = 0, colour: Colour = "black",
    cell: int = 0,
) -> tuple[Run, ...]:  # fmt: skip
    """The row's runs, one a size, its first cell at ``x`` and its 3号 em box top at ``y``."""
    runs: list[Run] = []
    start = 0
    count = len(row.glyphs)
    for place in range(1, count + 1):
        if place < count and row.sizes[place] == row.sizes[start]:
            continue
        size = row.sizes[start]
        height = em_of(size)
        baseline = y + (EM - height) / 2 + ASCENT * height
        xs = tuple(x + offset for offset in row.xs[start:place])
        glyphs = row.glyphs[start:place]
        runs.append(Run(glyphs, xs, baseline, size, tag, group, colour, cell=cell))
        start = place
    return tuple(runs)


def text_block(
    row: Row, tag: Tag, *, part: Part = "text", x: float = CORE_LEFT, group: int = 0,
    keep_next: bool = False,
) -> Block:  # fmt: skip
    """One row of text."""

    def draw(y: float, _: float) -> tuple[Item, ...]:
        return run_at(row, x, y, tag, group=group)

    return Block(1, draw, part, group, keep_next)


def blank_block(rows: int = 1) -> Block:
    """Empty rows; dropped where they would begin a page."""
    return Block(rows, lambda _y, _pitch: (), "blank")


def paginate(
    blocks: Sequence[Block],
    *,
    first_row: int = 0,
    breaks: frozenset[int] = frozenset(),
    rows: Mapping[int, int] | None = None,
    known: tuple[Layout, int] | None = None,
) -> Layout:
    """Place ``blocks`` in order. Raises `TooLarge`.

    ``breaks`` are indexes that begin a page; ``rows`` gives pages that hold more or fewer than 22
    rows, their pitch closed up or opened. ``known`` is a layout of the same blocks and a page of
    it before which ``breaks`` and ``rows`` change nothing: its pages are taken over.
    """
    pen = _Pen(blocks, first_row, dict(rows or {}))
    index = pen.take_over(*known) if known is not None else 0
    while index < len(blocks):
        index = pen.place(index, begin=index in breaks)
    return pen.layout()


class _Pen:
    """Where the next block goes."""

    def __init__(self, blocks: Sequence[Block], first_row: int, rows: dict[int, int]) -> None:
        self.blocks = blocks
        self.rows = rows
        self.first_row = first_row
        self.placed: list[Placed] = []
        self.page = 0
        self.row = float(first_row)
        self.gridded = True
        """Whether what stands last is on the grid's rows."""
        self.starts = [(0, 0)]
        """The block that begins each page, and the first of ``placed`` that is on it."""
        self._measure()

    def take_over(self, layout: Layout, page: int) -> int:
        """Go on at the start of a page of a known layout; the index of the next block."""
        if page == 0:
            return 0
        index, count = layout.starts[page]
        self.placed = list(layout.placed[:count])
        self.starts = list(layout.starts[: page + 1])
        self.page = page
        self.row = 0.0
        self._measure()
        return index

    def _measure(self) -> None:
        """The rows of this page, and how many of them a row of 10.449 mm takes."""
        self.capacity = self.rows.get(self.page, ROWS)
        if self.capacity == ROWS:
            self.scale = 1.0
        else:
            first = self.first_row if self.page == 0 else 0
            self.scale = PITCH / pitch_of(self.capacity, first)

    def height(self, block: Block) -> float:
        """In rows of this page; only rows on the grid change with its pitch."""
        return block.height if block.on_grid else block.height * self.scale

    def place(self, index: int, *, begin: bool) -> int:
        """Put a block down, or turn the page before it; the index of what comes next."""
        block = self.blocks[index]
        if block.turned_page:
            if self.row > 0:
                self._turn(index)
            self._put(block)
            self.row = float(self.capacity)  # what follows begins a page
            return index + 1
        if block.on_grid and not (self.gridded and self.row.is_integer()):
            self.row = self._grid_row(block)
        if self.row > 0 and (begin or self.row + self._needed(index) > self.capacity + _NEAR):
            index = self._take_back_headings(index)
            foot = self.blocks[index].foot
            if foot is not None:
                self._put(foot)
            self._turn(index)
            return index
        if self.row == 0 and self.page > 0:
            if block.part == "blank":
                return index + 1
            if block.head is not None:
                self._put(block.head)
        self._put(block)
        return index + 1

    def _grid_row(self, block: Block) -> float:
        """The next row of the grid; the closing stands right below a table, as 7.3.5.1 wants."""
        if self.gridded:
            return float(math.ceil(self.row - _NEAR))
        if block.part == "closing":
            return self.row + 1 - EM * self.scale / PITCH  # as far below it as below a row of text
        return float(math.ceil(self.row + _CLEAR))

    def _put(self, block: Block) -> None:
        self.placed.append(Placed(self.page, self.row, block))
        self.gridded = block.on_grid
        self.row += block.height if block.on_grid else block.height * self.scale

    def _turn(self, index: int) -> None:
        """Begin a page with the block of this index."""
        self.page += 1
        if self.page >= MAX_PAGES:
            raise TooLarge(f"{self.page} pages", limit=MAX_PAGES)
        self.row = 0.0
        self.gridded = True
        self.starts.append((index, len(self.placed)))
        self._measure()

    def _needed(self, index: int) -> float:
        """Rows it must find free: its own, plus the first table row under a table's head."""
        block = self.blocks[index]
        need = self.height(block)
        if block.keep_next and not block.on_grid:
            while index + 1 < len(self.blocks) and self.blocks[index].keep_next:
                index += 1
                need += self.height(self.blocks[index])
            return min(need + self._leading, float(self.capacity))
        return need + (block.reserve if block.on_grid else self._leading)

    @property
    def _leading(self) -> float:
        """Of the last row only the em box is inside the core, for what fills its rows wholly."""
        return 1 - EM * self.scale / PITCH

    def _take_back_headings(self, index: int) -> int:
        """Take headings that would end the page off it again, unless they are all it holds."""
        back, kept = index, len(self.placed)
        _, page_start = self.starts[-1]
        while back > 0 and self.blocks[back - 1].keep_next and kept > page_start:
            back -= 1
            kept -= 1
        if back == index or kept == page_start:
            return index
        del self.placed[kept:]
        return back

    def layout(self) -> Layout:
        """What has been placed."""
        rows = {page: count for page, count in self.rows.items() if count != ROWS}
        end = math.ceil(self.row - _NEAR)
        placed, starts = tuple(self.placed), tuple(self.starts)
        return Layout(placed, self.page + 1, end, self.first_row, rows, starts)


def draw_layout(layout: Layout, shift: float = 0.0) -> list[list[Item]]:
    """The items of each page; those of page 0 ``shift`` mm lower (a letter's, 10.1)."""
    pages: list[list[Item]] = [[] for _ in range(layout.pages)]
    for item in layout.placed:
        down = shift if item.page == 0 else 0.0
        pages[item.page] += item.block.draw(
            layout.y(item.page, item.row) + down, layout.pitch(item.page)
        )
    return pages
