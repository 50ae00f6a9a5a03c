"""署名, 成文日期, seal slots and 附注. GB/T 9704-2012 7.3.5 and 7.3.6.

The closing block reserves the room of the seals and says where they go; no seal is ever drawn
here. It is one block: it never breaks over pages.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from formats.document.model import Document
from formats.typeset.body import INDENT, clean
from formats.typeset.display import Item, Tag
from formats.typeset.flow import Block, Counter, blank_block, run_at, text_block
from formats.typeset.fonts import FontSet
from formats.typeset.grid import (
    CORE_LEFT,
    CORE_RIGHT,
    CORE_WIDTH,
    EM,
    PITCH,
    SEAL_LIFT,
    SIZE_3,
)
from formats.typeset.linebreak import Row, Span, break_rows, single_row

BLANKS_BEFORE_SEAL: Final = 2
SEAL_GAP: Final = 2.0
"""Between two seals: they may not touch (7.3.5.1)."""

_CLEAR: Final = 0.5
"""A seal stays at least this far below the last row of text."""

_DIAMETERS: Final = (
    (("国务院",), 60.0),
    (("省人民政府", "自治区人民政府"), 50.0),
    (("北京市人民政府", "天津市人民政府", "上海市人民政府", "重庆市人民政府"), 50.0),
    (("乡人民政府", "镇人民政府", "街道办事处"), 42.0),
    (("人民政府",), 45.0),
)
_OTHER_DIAMETER: Final = 42.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A seal's centre within the closing block: ``y`` from the block's top em box, in mm."""

    x: float
    row: float
    """The row (of the block) that the middle of what the seal presses lies on."""
    diameter: float
    body: str
    rows: float = 0
    """Rows from the block's top that the seal must end in; 0 while that is not known."""

    def y(self, pitch: float) -> float:
        """The centre below the block's top; a little higher than what it presses."""
        middle = self.row * pitch + EM / 2
        highest = -pitch + EM + _CLEAR + self.diameter / 2
        lowest = (self.rows - 1) * pitch + EM - self.diameter / 2 if self.rows else math.inf
        return max(min(middle - SEAL_LIFT, lowest), highest)


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing block, its seals, and the notes that follow it."""

    block: Block | None
    spots: tuple[Spot, ...]
    notes: tuple[Block, ...]


def seal_diameter(body: str) -> float:
    """Millimetres, by the rank its name tells (国发〔1999〕25号)."""
    for endings, diameter in _DIAMETERS:
        if body.endswith(endings):
            return diameter
    return _OTHER_DIAMETER


def compose_closing(document: Document, fonts: FontSet, counter: Counter) -> Closing:
    """The closing of a general document, sealed or not."""
    when = document.issue_date
    date_row = (
        single_row(f"{when.year}年{when.month}月{when.day}日", "fang", SIZE_3, fonts)
        if when
        else None
    )
    if document.signature == "seal":
        block, spots, free = _sealed(document.issuers, date_row, fonts, counter)
        return Closing(block, spots, _notes(document, fonts, counter, free, block.reserve))
    block = _unsealed(document.issuers, date_row, fonts, counter)
    return Closing(block, (), _notes(document, fonts, counter, CORE_WIDTH, 0))


def _rows_of(name: str, fonts: FontSet, width: float) -> tuple[Row, ...]:
    return break_rows((Span(clean(name), "fang", SIZE_3),), fonts, width)


def _sealed(
    issuers: Sequence[str], date_row: Row | None, fonts: FontSet, counter: Counter
) -> tuple[Block, tuple[Spot, ...], float]:
    """Names over the date, each under its seal; the last seal also presses the date."""
    diameters = [seal_diameter(name) for name in issuers]
    names = [_rows_of(name, fonts, CORE_WIDTH * 0.9) for name in issuers]
    widest = max(row.width for rows in names for row in rows)
    largest = max(diameters)
    column = max(widest + EM if len(issuers) > 1 else widest, largest + SEAL_GAP)
    date_width = date_row.width if date_row else 0.0
    centre = CORE_RIGHT - 4 * EM - date_width / 2  # 7.3.5.1: 右空四字
    centre = min(centre, CORE_RIGHT - max(widest, largest) / 2)
    per_line = max(1, min(3, len(issuers), int((centre - CORE_LEFT + column / 2) // column)))
    tall = max(len(rows) for rows in names)
    step = max(tall + 2, math.ceil((largest + SEAL_GAP) / PITCH))
    parts: list[tuple[Row, float, int, Tag]] = []
    spots: list[Spot] = []
    lines = math.ceil(len(issuers) / per_line)
    for place, (name, rows, diameter) in enumerate(zip(issuers, names, diameters, strict=True)):
        line, slot = divmod(place, per_line)
        in_line = min(per_line, len(issuers) - line * per_line)
        x = centre - (in_line - 1 - slot) * column
        top = BLANKS_BEFORE_SEAL + line * step
        parts += [
            (row, x - row.width / 2, top + number, "issuer") for number, row in enumerate(rows)
        ]
        below = 1 if line == lines - 1 and date_row else 0
        spots.append(Spot(x, top + (tall - 1 + below) / 2, diameter, name))
    end = BLANKS_BEFORE_SEAL + (lines - 1) * step + tall
    if date_row:
        parts.append((date_row, centre - date_width / 2, end, "date"))
        end += 1
    lowest = max(spot.y(PITCH) + spot.diameter / 2 for spot in spots)
    reserve = max(0, math.ceil((lowest - EM) / PITCH - 1e-6) + 1 - end)
    free = min(spot.x - spot.diameter / 2 for spot in spots) - CORE_LEFT
    kept = tuple(replace(spot, rows=end + reserve) for spot in spots)
    return _block(end, parts, counter, reserve), kept, free


def _unsealed(
    issuers: Sequence[str], date_row: Row | None, fonts: FontSet, counter: Counter
) -> Block:
    """One blank row, the name with two characters free at its right, the date below (7.3.5.2)."""
    names = [row for name in issuers for row in _rows_of(name, fonts, CORE_WIDTH - 4 * EM)]
    right = CORE_RIGHT - 2 * EM
    left = right - max(row.width for row in names)
    parts: list[tuple[Row, float, int, Tag]] = []
    if date_row:
        date_left = left + 2 * EM
        if date_left + date_row.width > right:  # a date longer than the name
            date_left = right - date_row.width
            left = date_left - 2 * EM
        parts.append((date_row, date_left, 1 + len(names), "date"))
    for number, row in enumerate(names):
        parts.append((row, left, 1 + number, "issuer"))
    parts.sort(key=lambda part: part[2])
    return _block(1 + len(names) + bool(date_row), parts, counter)


def _block(
    height: float,
    parts: Sequence[tuple[Row, float, int, Tag]],
    counter: Counter,
    reserve: float = 0,
) -> Block:
    group = counter.next()

    def draw(y: float, pitch: float) -> tuple[Item, ...]:
        items: list[Item] = []
        for row, x, line, tag in parts:
            items += run_at(row, x, y + line * pitch, tag, group=group)
        return tuple(items)

    return Block(height, draw, "closing", group, reserve=reserve)


def _notes(
    document: Document, fonts: FontSet, counter: Counter, free: float, reserve: float
) -> tuple[Block, ...]:
    """附注 in brackets, indented two, in the row below the date (7.3.6).

    Where it would run into the seal, whose left edge is ``free`` mm from the core's, it goes
    below the seal: ``reserve`` rows further down.
    """
    blocks: list[Block] = []
    reach = 0.0
    for text in filter(None, (clean(text or "") for text in (document.contact, document.note))):
        whole = text if text.startswith("（") and text.endswith("）") else f"（{text}）"
        rows = break_rows((Span(whole, "fang", SIZE_3),), fonts, CORE_WIDTH, first_indent=INDENT)
        group = counter.next()
        blocks += [text_block(row, "note", part="note", group=group) for row in rows]
        reach = max(reach, *(row.width for row in rows))
    if blocks and reserve and reach > free:
        blocks.insert(0, blank_block(int(reserve)))
    return tuple(blocks)
