"""Blocks of content and their way onto pages.

A block knows its height in rows and draws itself at a given y; paginating decides the page and
row of each. All text stands on the grid's rows; only table rows have heights between them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from formats.errors import TooLarge
from formats.limits import MAX_PAGES
from formats.typeset.display import Colour, Item, Run, Tag
from formats.typeset.grid import ASCENT, CORE_LEFT, EM, PITCH, ROWS, em_of
from formats.typeset.linebreak import Row

Draw = Callable[[float, float], tuple[Item, ...]]
"""(y of the block's first em box top, row pitch) -> items."""

Part = Literal["title", "blank", "recipients", "text", "closing", "note"]

_NEAR: Final = 1e-6


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


@dataclass(frozen=True, slots=True)
class Placed:
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
    pitches: dict[int, float] = field(default_factory=dict)
    """Pages whose pitch is not the standard one."""

    def pitch(self, page: int) -> float:
        """The row pitch of a page."""
        return self.pitches.get(page, PITCH)


def run_at(
    row: Row, x: float, y: float, tag: Tag, *, group: int = 0, colour: Colour = "black"
) -> tuple[Run, ...]:
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
        runs.append(Run(row.glyphs[start:place], xs, baseline, size, tag, group, colour))
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
    first_row: float = 0,
    breaks: frozenset[int] = frozenset(),
    rows: dict[int, int] | None = None,
) -> Layout:
    """Place ``blocks`` in order. Raises `TooLarge`.

    ``breaks`` are indexes that begin a page; ``rows`` gives pages that hold more than 22 rows,
    their pitch closed up.
    """
    per_page = rows or {}
    placed: list[Placed] = []
    page, row = 0, float(first_row)
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.on_grid:
            row = math.ceil(row - _NEAR)
        full = row + _needed(blocks, index) > per_page.get(page, ROWS) + _NEAR
        if (full and row > 0) or (index in breaks and row > 0):
            placed, index = _take_back_headings(placed, page, blocks, index)
            page, row = page + 1, 0.0
            if page >= MAX_PAGES:
                raise TooLarge(f"{page} pages", limit=MAX_PAGES)
            block = blocks[index]
            if block.head is not None:
                placed.append(Placed(page, row, block.head))
                row += block.head.height
        if block.part == "blank" and row == 0 and page > 0:
            index += 1
            continue
        placed.append(Placed(page, row, block))
        row += block.height
        index += 1
    pitches = {
        number: PITCH * (ROWS - 1) / (count - 1)
        for number, count in per_page.items()
        if count != ROWS
    }
    return Layout(tuple(placed), page + 1, math.ceil(row - _NEAR), pitches)


def _needed(blocks: Sequence[Block], index: int) -> float:
    """Rows the block must find free: its own, plus the first table row under a table's head."""
    block = blocks[index]
    if block.keep_next and not block.on_grid and index + 1 < len(blocks):
        return block.height + blocks[index + 1].height
    return block.height + block.reserve


def _take_back_headings(
    placed: list[Placed], page: int, blocks: Sequence[Block], index: int
) -> tuple[list[Placed], int]:
    """Move headings that would end ``page`` to the next one, unless they are all it holds."""
    back = index
    while back > 0 and blocks[back - 1].keep_next and placed and placed[-1].page == page:
        back -= 1
        placed = placed[:-1]
    if back != index and not any(item.page == page for item in placed):
        return [*placed, *_again(blocks, back, index, page)], index
    return placed, back


def _again(blocks: Sequence[Block], start: int, end: int, page: int) -> list[Placed]:
    row = 0.0
    restored = []
    for block in blocks[start:end]:
        restored.append(Placed(page, row, block))
        row += block.height
    return restored


def draw_layout(layout: Layout, top: float) -> list[list[Item]]:
    """The items of each page; ``top`` is the y of row 0's em box."""
    pages: list[list[Item]] = [[] for _ in range(layout.pages)]
    for item in layout.placed:
        pitch = layout.pitch(item.page)
        pages[item.page] += item.block.draw(top + item.row * pitch, pitch)
    return pages
