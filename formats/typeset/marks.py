"""发文机关标志: the red name at the head of page 1, of one body or of several.

GB/T 9704-2012 7.2.4, 10.1 to 10.3. A mark is given the ink edges it must keep, so that every
distance of the head that is measured from it comes out exactly; its characters are condensed, and
only then lowered, to fit the core.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formats.typeset.display import Item, Run
from formats.typeset.fonts import FontSet, Glyph
from formats.typeset.grid import CORE_LEFT, CORE_WIDTH, EM, MM_PER_POINT

WIDEST: Final = 15.0
"""A character of the mark is at most 15 wide (1999 tradition; the 2012 text leaves it free)."""

EDGE: Final = EM / 2
"""Between a mark and the core's edges: it is centred, and never touches them."""

SPREAD: Final = 1.25
"""Character pitch of a short mark over the width of its characters."""

LOOSEST: Final = 17.0
"""Character pitch of a short mark at most."""

NARROWEST: Final = 0.5
"""A red head is condensed to no less than this; longer names get lower characters."""

NAME_GAP: Final = 0.25
"""Between the names of a joint mark, over the height of their ink."""

SUFFIX_HEIGHT: Final = 18.0
"""The em of 文件 beside joint names, about that of a mark of one body."""

_SUFFIX_SHAPE: Final = 0.8
"""Width over height of 文件 beside joint names."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The drawn mark."""

    items: tuple[Item, ...]
    bottom: float
    """The lower edge of its ink; above the wanted one where a long name made it lower."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Characters of one height in cells of one width, a pitch apart."""

    text: str
    left: float
    pitch: float
    cell: float
    height: float

    def run(self, baseline: float, fonts: FontSet) -> Run:
        """The red glyphs, each in the middle of its cell."""
        glyphs = tuple(fonts.glyph("title", char) for char in self.text)
        stretch = self.cell / self.height
        xs = tuple(
            self.left + place * self.pitch + self.cell * (1 - glyph.advance) / 2
            for place, glyph in enumerate(glyphs)
        )
        size = self.height / MM_PER_POINT
        return Run(glyphs, xs, baseline, size, "mark", colour="red", stretch=stretch)


def single_mark(text: str, fonts: FontSet, *, top: float, bottom: float) -> Mark:
    """One centred line whose ink reaches from ``top`` to ``bottom``, in mm from the sheet's top."""
    low, high = _ink(text, fonts)
    height = (bottom - top) / (high - low)
    room = CORE_WIDTH - 2 * EDGE
    cell = min(WIDEST, height, room / len(text))
    pitch = cell
    if len(text) > 1:
        pitch = min(LOOSEST, cell * SPREAD, (room - cell) / (len(text) - 1))
    height = min(height, cell / NARROWEST)
    left = CORE_LEFT + (CORE_WIDTH - pitch * (len(text) - 1) - cell) / 2
    baseline = top + high * height
    run = _Line(text, left, pitch, cell, height).run(baseline, fonts)
    return Mark((run,), baseline - low * height)


def name_height(count: int, tall: float) -> float:
    """The ink height of each of ``count`` names that share ``tall`` mm."""
    return tall / (count + NAME_GAP * (count - 1))


def joint_mark(
    names: Sequence[str], suffix: str, fonts: FontSet, *, top: float, bottom: float
) -> Mark:
    """Names of equal width one below another, the host's first, ``suffix`` at their right.

    The ink of the names reaches from ``top`` to ``bottom``; the suffix stands at mid height.
    """
    low, high = _ink("".join(names), fonts)
    height = name_height(len(names), bottom - top) / (high - low)
    side = min(WIDEST, SUFFIX_HEIGHT * _SUFFIX_SHAPE)
    room = CORE_WIDTH - 2 * EDGE - EM - side * len(suffix)
    longest = max(len(name) for name in names)
    cell = min(height, room / longest)
    height = min(height, cell / NARROWEST)
    width = min(room, longest * cell * (1.1 if longest * cell * 1.1 <= room else 1.0))
    left = CORE_LEFT + (CORE_WIDTH - width - EM - side * len(suffix)) / 2
    items: list[Item] = []
    first = top + _ink(names[0], fonts)[1] * height
    last = bottom + _ink(names[-1], fonts)[0] * height
    for place, name in enumerate(names):
        pitch = (width - cell) / (len(name) - 1) if len(name) > 1 else 0.0
        start = left if len(name) > 1 else left + (width - cell) / 2
        baseline = first + (last - first) * place / (len(names) - 1)
        items.append(_Line(name, start, pitch, cell, height).run(baseline, fonts))
    low, high = _ink(suffix, fonts)
    tall = min(SUFFIX_HEIGHT, (bottom - top) / (high - low))
    baseline = (top + bottom) / 2 + (high + low) / 2 * tall
    line = _Line(suffix, left + width + EM, side, min(side, tall), tall)
    return Mark((*items, line.run(baseline, fonts)), bottom)


def _ink(text: str, fonts: FontSet) -> tuple[float, float]:
    """Lowest and highest ink of the text over the baseline, as fractions of the em."""
    low, high = math.inf, -math.inf
    for glyph in _glyphs(text, fonts):
        bounds = glyph.font.face.bounds(glyph.number)
        if bounds:
            low = min(low, bounds[1] / glyph.font.face.units)
            high = max(high, bounds[3] / glyph.font.face.units)
    return (low, high) if low < high else (0.0, 1.0)


def _glyphs(text: str, fonts: FontSet) -> tuple[Glyph, ...]:
    return tuple(fonts.glyph("title", char) for char in text)
