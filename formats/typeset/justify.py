"""Filling a row: marks closed up, or gaps opened, so that it ends exactly at the measure.

A full-width mark at the end of a filled row takes half a cell (GB/T 15834-2011 5.1.10), with a
glyph of half the width. What is then too much is taken out of the empty halves of the row's other
marks; what is lacking is spread over its gaps, more of it over the spaces between words, none of
it inside a figure, a Latin word or a dash. A row that would gape stays short.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from formats.typeset.fonts import FontSet, Glyph, Role
from formats.typeset.grid import em_of
from formats.typeset.kinsoku import CLOSERS, OPENERS, SEAM, SPACES

SLACK: Final = 1e-6
"""Millimetres that are rounding."""

_GAP: Final = 1 / 3
"""Of an em, by which a gap may open; what a row would need beyond that leaves it short."""

_SPACE: Final = 0.75
"""The same for the space between words."""

_FULL: Final = 0.99
"""An advance of at least this many em takes a whole cell."""

_HALF: Final = 0.5
_CLEAR: Final = 0.02
"""Of an em, that stays between a mark closed up and its neighbour."""

_JOINED: Final = "—―─…⋯"
_NARROW: Final = re.compile("[\x00-\u2e7f]{2,}")
"""Runs of what is not Chinese; but these marks Chinese sets in a cell of their own."""

_WIDE_MARKS: Final = frozenset("“”‘’·—―─…⋯")
_MARKS: Final = CLOSERS | OPENERS


@dataclass(frozen=True, slots=True)
class Row:
    """One row: glyphs with their x in mm from the row's left edge, and sizes in points."""

    glyphs: tuple[Glyph, ...]
    xs: tuple[float, ...]
    sizes: tuple[float, ...]
    width: float
    """From the left edge to the end of the last cell."""

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(glyph.char for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class Line:
    """All characters of a paragraph in a row, with what may happen to them. Lengths in mm."""

    text: str
    inked: int
    """Where its last ink ends."""
    fonts: FontSet
    glyphs: list[Glyph]
    roles: list[Role]
    sizes: list[float]
    ems: list[float]
    widths: list[float]
    """Of each cell, with the tracking behind it."""
    tracking: float
    before: list[float]
    """The widths of all cells before each place, 0 to the number of characters."""
    rooms: list[float]
    """By how much each cell can be closed up."""
    spared: list[float]
    """The rooms of all cells before each place."""
    gaps: list[float]
    """By how much the gap before each cell can open; the first is 0."""
    opened: list[float]
    """The gaps of all cells up to and with the one before each place."""

    @classmethod
    def of(
        cls, text: str, spans: Sequence[tuple[str, Role, float]], fonts: FontSet, tracking: float,
        grades: bytearray,
    ) -> "Line":  # fmt: skip
        """The line of ``spans``: parts of ``text``, role and size in points.

        ``grades`` say where rows may end; they tell the space of 50 km/h from one between words.
        """
        glyphs: list[Glyph] = []
        roles: list[Role] = []
        sizes: list[float] = []
        ems: list[float] = []
        for part, role, size in spans:
            glyphs += fonts.glyphs(role, part)
            roles += [role] * len(part)
            sizes += [size] * len(part)
            ems += [em_of(size)] * len(part)
        widths = [glyph.advance * em for glyph, em in zip(glyphs, ems, strict=True)]
        if tracking:
            widths = [width + tracking for width in widths]
        rooms, gaps = _elastic(text, glyphs, ems, grades)
        if tracking > 0:
            _keep_joined(text, widths, tracking)
        return cls(
            text, len(text.rstrip(SPACES)), fonts, glyphs, roles, sizes, ems, widths, tracking,
            list(accumulate(widths, initial=0.0)),
            rooms, list(accumulate(rooms, initial=0.0)),
            gaps, list(accumulate(gaps, initial=0.0)),
        )  # fmt: skip

    def width(self, start: int, end: int) -> float:
        """Of the characters from ``start`` up to ``end``, without tracking behind the last."""
        return self.before[end] - self.before[start] - self.tracking

    def ink_end(self, start: int, end: int) -> int:
        """``end`` without the spaces before it, which hang."""
        while end > start + 1 and self.text[end - 1] in SPACES:
            end -= 1
        return end

    def half(self, place: int) -> Glyph | None:
        """What stands for the mark at ``place`` at the end of a row, when it is one."""
        if self.text[place] not in CLOSERS or self.glyphs[place].advance < _FULL:
            return None
        return self.fonts.half(self.roles[place], self.text[place])

    def spare(self, start: int, ink: int) -> tuple[float, float]:
        """What closing up takes out of a row: between its marks, and out of the last one."""
        half = self.half(ink - 1) if ink - start > 1 else None
        saved = self.glyphs[ink - 1].advance * self.ems[ink - 1] * _HALF if half else 0.0
        first = self.rooms[start] if self.text[start] in OPENERS else 0.0
        return max(0.0, self.spared[ink - 1] - self.spared[start] - first), saved

    def gape(self, start: int, end: int, room: float) -> float:
        """How much of what its gaps can take a row needs to be filled; infinite if it has none."""
        ink = self.ink_end(start, end)
        lack = room - self.width(start, ink) + self.spare(start, ink)[1]
        if lack <= SLACK:
            return 0.0
        take = self.opened[ink] - self.opened[start + 1]
        return lack / take if take > 0 else float("inf")


def _elastic(
    text: str, glyphs: list[Glyph], ems: list[float], grades: bytearray
) -> tuple[list[float], list[float]]:
    """By how much each cell can be closed up, and the gap before it opened."""
    count = len(text)
    gaps = [_GAP * em for em in ems]
    if count:
        gaps[0] = 0.0
    for match in _NARROW.finditer(text):
        begin, end = match.span()
        if _WIDE_MARKS.isdisjoint(match[0]):
            gaps[begin + 1 : end] = [0.0] * (end - begin - 1)
        else:
            for place in range(begin + 1, end):
                if _stiff(text[place - 1], text[place]):
                    gaps[place] = 0.0
    for space in SPACES:
        place = text.find(space)
        while 0 <= place < count - 1:
            after = place + 1
            gaps[after] = _SPACE * ems[after] if grades[after] < SEAM else 0.0
            place = text.find(space, place + 1)
    rooms = [0.0] * count
    for place in [place for place, char in enumerate(text) if char in _MARKS]:
        rooms[place] = _room(glyphs[place]) * ems[place]
    return rooms, gaps


def _stiff(before: str, after: str) -> bool:
    """Whether nothing opens between two characters that are not Chinese."""
    if before == after and after in _JOINED:
        return True
    return before not in _WIDE_MARKS and after not in _WIDE_MARKS


def _room(glyph: Glyph) -> float:
    """The empty part of a full-width mark that can be taken, in ems."""
    if glyph.advance < _FULL:
        return 0.0
    empty = 1.0 - glyph.right if glyph.char in CLOSERS else glyph.left
    return max(0.0, min(_HALF, empty - _CLEAR))


def _keep_joined(text: str, widths: list[float], tracking: float) -> None:
    """A dash of two cells is one stroke: nothing opens it."""
    for place in range(1, len(text)):
        if text[place] in _JOINED and text[place - 1] == text[place]:
            widths[place - 1] -= tracking


@dataclass(slots=True)
class _Cells:
    """The cells of one row while it is filled."""

    glyphs: list[Glyph]
    widths: list[float]
    moved: dict[int, float]
    """By how much ink moves inside a cell that was closed up from its left."""


def place(line: Line, start: int, end: int, indent: float) -> Row:
    """The characters as they are."""
    cells = _Cells(line.glyphs[start:end], line.widths[start:end], {})
    return _row(line, start, indent, cells)


def fill(line: Line, start: int, end: int, indent: float, room: float) -> Row:
    """The characters set to end at ``room`` mm, unless the row would gape.

    The last row of a paragraph is only closed up, when it is too long.
    """
    ink = line.ink_end(start, end)
    cells = _Cells(line.glyphs[start:end], line.widths[start:end], {})
    cells.widths[ink - start :] = [0.0] * (end - ink)  # spaces at the end of a row hang
    last = end == len(line.text)
    lack = room + line.tracking - sum(cells.widths)
    half = line.half(ink - 1) if ink - start > 1 and not (last and lack > -SLACK) else None
    if half is not None:
        width = half.advance * line.ems[ink - 1] + line.tracking
        lack += cells.widths[ink - 1 - start] - width
        cells.glyphs[ink - 1 - start] = half
        cells.widths[ink - 1 - start] = width
    if lack < -SLACK:
        _close_up(line, start, ink, cells, -lack)
    elif lack > SLACK and not last:
        _open(line, start, ink, cells, lack)
    return _row(line, start, indent, cells)


def _close_up(line: Line, start: int, ink: int, cells: _Cells, over: float) -> None:
    """Take ``over`` mm out of the row's marks."""
    rooms = line.rooms[start : ink - 1]
    if rooms and line.text[start] in OPENERS:
        rooms[0] = 0.0  # nothing stands before it that it could close up to
    total = sum(rooms)
    share = min(1.0, over / total) if total > 0 else 0.0
    for place, room in enumerate(rooms):
        if room:
            cells.widths[place] -= room * share
            if line.text[start + place] in OPENERS:
                cells.moved[place] = -room * share


def _open(line: Line, start: int, ink: int, cells: _Cells, lack: float) -> None:
    """Spread ``lack`` mm over the gaps by what each can take."""
    take = line.opened[ink] - line.opened[start + 1]
    if lack > take + SLACK:
        return
    share = lack / take
    cells.widths[: ink - start - 1] = [
        width + gap * share
        for width, gap in zip(cells.widths, line.gaps[start + 1 : ink], strict=False)
    ]


def _row(line: Line, start: int, indent: float, cells: _Cells) -> Row:
    *xs, width = accumulate(cells.widths, initial=indent)
    for place, moved in cells.moved.items():
        xs[place] += moved
    sizes = line.sizes[start : start + len(xs)]
    return Row(tuple(cells.glyphs), tuple(xs), tuple(sizes), width - line.tracking)
