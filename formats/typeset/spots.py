"""The closing block: rows of type, and the spots that seals and 签名章 take in it.

GB/T 9704-2012 7.3.5. What is the same for every kind of closing stands here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from formats.typeset.display import Item, SlotKind, Tag
from formats.typeset.flow import Block, Counter, run_at
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_WIDTH, EM, SIZE_3
from formats.typeset.linebreak import Row, Span, break_rows, single_row

NAME_ABOVE: Final = 1.0
"""The seal's centre above the middle of 署名, so that name and date lie slightly below it."""

PRESSED: Final = 4.0
"""From a seal's lower edge up to the middle of a date that it presses, at least."""

_CLEAR: Final = 0.5
"""A seal stays at least this far below the last row of text."""

_NAME_PARTS: Final = frozenset("省市县区州局厅委部会府院组室处办和与及的、")
"""A row of a name that wraps had better end with one of these."""

_EVENING: Final = 5
"""Widths tried for the rows of a name, a character apart."""

_INSIDE: Final = 5.0
"""A break inside a word is as bad as rows that differ by so many characters."""

Part = tuple[Row, float, float, Tag, int]
"""A row of type, its x on the sheet in mm, the row of the block it stands on, its tag, and the
number of the paragraph that it is a row of: a name that wraps is one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a seal's or stamp's centre lies within the closing block."""

    x: float
    row: float
    """The row (of the block) on whose middle 署名 or 签名章 is centred."""
    diameter: float
    """Of the seal; of a 签名章 its width."""
    body: str
    """Whose it is: a body's name, or of a 签名章 the signer's."""
    rows: float = 0
    """Rows from the block's top that the seal must end in; 0 while that is not known."""
    kind: SlotKind = "seal"
    height: float | None = None
    """Of a 签名章."""
    largest: float = 0.0
    smallest: float = 0.0
    """Diameters of its row, 0 for its own: all seals of a row stand at one height."""
    date: float = 0
    """The row of the date that the last seal of its row also presses; 0 where there is none."""
    last: float = 0.0
    """The diameter of that seal."""
    first: bool = True
    """Whether its row is the first one below the text."""

    def y(self, pitch: float) -> float:
        """The centre in mm below the block's top (its first row's em box)."""
        middle = self.row * pitch + EM / 2
        if self.kind == "personal":
            return middle
        largest = max(self.largest, self.diameter)
        text_end = EM - pitch  # of the row above the block
        centre = middle - NAME_ABOVE
        if self.date:  # far below a name of many rows
            reached = self.date * pitch + EM / 2 - self.last / 2 + PRESSED
            centre = max(centre, reached)
        if self.first:
            centre = min(centre, text_end + pitch + (self.smallest or self.diameter) / 2 - _CLEAR)
        if self.rows:
            centre = min(centre, (self.rows - 1) * pitch + EM - largest / 2)
        return max(centre, text_end + _CLEAR + largest / 2)


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing block, its seals, and the notes that follow it."""

    block: Block | None
    spots: tuple[Spot, ...] = ()
    notes: tuple[Block, ...] = ()
    free: float = CORE_WIDTH
    """Millimetres from the core's left edge to the first seal that reaches below the date."""

    def followed_by(self, notes: tuple[Block, ...]) -> "Closing":
        """The same with 附注."""
        return replace(self, notes=notes)


def even_rows(name: str, fonts: FontSet, measure: float) -> tuple[Row, ...]:
    """A name in as few rows of at most ``measure`` mm as it takes, about equally long.

    Where there is a choice the rows part after a word that names end with (省, 会, 和).
    """
    spans = (Span(name, "fang", SIZE_3),)
    rows = break_rows(spans, fonts, measure)
    texts = [row.text for row in rows]
    if len(rows) > 1:
        whole = single_row(name, "fang", SIZE_3, fonts).width
        tried = [
            [row.text for row in break_rows(spans, fonts, share, first_indent=shorter * EM)]
            for extra in range(_EVENING)
            for shorter in range(_EVENING)
            if (share := whole / len(rows) + extra * EM) < measure and shorter <= extra + 1
        ]
        texts = min((found for found in [*tried, texts] if len(found) == len(rows)), key=_uneven)
    # A name's rows are centred or flush: none is spread to the measure it was broken for.
    return tuple(single_row(text.strip(" "), "fang", SIZE_3, fonts) for text in texts)


def _uneven(texts: Sequence[str]) -> float:
    """How little the rows of a name please: unequal lengths, and breaks inside words."""
    lengths = [len(text) for text in texts]
    inside = sum(text[-1] not in _NAME_PARTS for text in texts[:-1])
    return max(lengths) - min(lengths) + _INSIDE * inside


def closing_block(
    height: float, parts: Sequence[Part], counter: Counter, reserve: float = 0
) -> Block:
    """The block of ``height`` rows that draws the parts in their reading order."""
    groups = {number: counter.next() for number in dict.fromkeys(part[4] for part in parts)}

    def draw(y: float, pitch: float) -> tuple[Item, ...]:
        items: list[Item] = []
        for row, x, line, tag, paragraph in parts:
            items += run_at(row, x, y + line * pitch, tag, group=groups[paragraph])
        return tuple(items)

    return Block(height, draw, "closing", max(groups.values(), default=0), reserve=reserve)
