"""Characters become rows, and rows parts with room between them, however the file drew them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TypeVar

from formats.measure.families import Family
from formats.measure.sheet import Box, Glyph, Tint
from formats.typeset.grid import ASCENT, MM_PER_POINT

T = TypeVar("T")

_SAME_ROW = 0.25
"""Baselines closer than this share of the smaller type's height are one row."""

_APART = 0.8
"""A gap of this share of the em parts a row; justified text never opens so far."""

_HALF = frozenset("，。、；：？！）》】〕〉」』”’（《【〔〈「『“‘·—…")
"""Marks whose ink fills half the cell and whose cell may be half."""


@dataclass(frozen=True, slots=True)
class Part:
    """Characters that stand together on one baseline. Made by `part_of`."""

    page: int
    glyphs: tuple[Glyph, ...]
    text: str
    """The characters, without blanks."""
    y: float
    """The baseline."""
    size: float
    """The type size that most characters have, in points."""
    ink: Box
    family: Family | None
    """Of most Chinese characters, else of most characters."""
    tint: Tint
    """Of most characters."""

    @property
    def em(self) -> float:
        """The height of the em box, in mm."""
        return self.size * MM_PER_POINT

    @property
    def left(self) -> float:
        """The origin of the first character."""
        return self.glyphs[0].x

    @property
    def right(self) -> float:
        """The end of the last character's advance."""
        return self.glyphs[-1].right

    @property
    def top(self) -> float:
        """The upper edge of the em box."""
        return self.y - ASCENT * self.em

    @property
    def bottom(self) -> float:
        """The lower edge of the em box."""
        return self.y + (1 - ASCENT) * self.em

    @property
    def centre(self) -> float:
        """The middle between the first origin and the end of the last advance."""
        return (self.left + self.right) / 2

    def off_centre(self, middle: float) -> float:
        """How far the part lies from a middle, by cells or by ink, whichever is nearer."""
        by_cell, by_ink = self.centre - middle, (self.ink[0] + self.ink[2]) / 2 - middle
        return by_cell if abs(by_cell) < abs(by_ink) else by_ink

    def head(self, count: int) -> "Part":
        """Its first characters."""
        return part_of(self.page, self.glyphs[:count])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a page: the whole of it, and its parts from left to right."""

    whole: Part
    parts: tuple[Part, ...]

    @property
    def page(self) -> int:
        """From 1."""
        return self.whole.page

    @property
    def text(self) -> str:
        """The characters, without blanks."""
        return self.whole.text

    @property
    def y(self) -> float:
        """The baseline."""
        return self.whole.y

    @property
    def size(self) -> float:
        """The type size that most characters have, in points."""
        return self.whole.size

    @property
    def left(self) -> float:
        """The origin of the first character."""
        return self.whole.left

    @property
    def right(self) -> float:
        """The end of the last character's advance."""
        return self.whole.right


def part_of(page: int, glyphs: Sequence[Glyph]) -> Part:
    """Glyphs of one baseline, from left to right, as a part."""
    chosen = [glyph for glyph in glyphs if is_han(glyph.char)] or glyphs
    return Part(
        page,
        tuple(glyphs),
        "".join(glyph.char for glyph in glyphs),
        median(glyph.y for glyph in glyphs),
        _most(round(glyph.style.size, 1) for glyph in glyphs),
        (
            min(glyph.ink[0] for glyph in glyphs),
            min(glyph.ink[1] for glyph in glyphs),
            max(glyph.ink[2] for glyph in glyphs),
            max(glyph.ink[3] for glyph in glyphs),
        ),
        _most(glyph.style.family for glyph in chosen),
        _most(glyph.style.tint for glyph in glyphs),
    )


def _most(values: Iterable[T]) -> T:
    return Counter(values).most_common(1)[0][0]


def is_han(char: str) -> bool:
    """Whether the character is Chinese."""
    return "\u3400" <= char <= "\u9fff" or char > "\U00020000" or char == "〇"


def is_full(char: str) -> bool:
    """Whether the character always fills a whole cell."""
    return is_han(char) and char not in _HALF


def is_mark(char: str) -> bool:
    """Whether the character is a mark whose cell may be half and may hang."""
    return char in _HALF


def rows_of(page: int, glyphs: Iterable[Glyph]) -> tuple[Row, ...]:
    """The rows of a page from top to bottom."""
    ordered = sorted(glyphs, key=lambda glyph: (glyph.y, glyph.x))
    groups: list[list[Glyph]] = []
    level = 0.0
    for glyph in ordered:
        reach = _SAME_ROW * glyph.style.size * MM_PER_POINT
        if groups:
            reach = min(reach, _SAME_ROW * groups[-1][0].style.size * MM_PER_POINT)
        if groups and glyph.y - level <= reach:
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
            level = glyph.y
    return tuple(_row(page, group) for group in groups)


def _row(page: int, group: Sequence[Glyph]) -> Row:
    ordered = sorted(group, key=lambda glyph: (glyph.x, glyph.right))
    kept = [ordered[0]]
    for glyph in ordered[1:]:
        near = abs(glyph.x - kept[-1].x) < 0.2 * glyph.style.em
        if not (near and glyph.char == kept[-1].char):
            kept.append(glyph)
    parts: list[list[Glyph]] = [[kept[0]]]
    for before, glyph in pairwise(kept):
        if glyph.x - before.right > _APART * max(before.style.em, glyph.style.em):
            parts.append([])
        parts[-1].append(glyph)
    return Row(part_of(page, kept), tuple(part_of(page, part) for part in parts))
