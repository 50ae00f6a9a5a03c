"""A page seen as a reader sees it: rows, the page number apart, grids of tables, what is blank."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formats.measure.rows import Part, Row, rows_of
from formats.measure.sheet import Box, SealMark, Sheet, Stroke
from formats.typeset.grid import CORE_BOTTOM

NUMBER: Final = re.compile(
    r"(?P<before>[—–―－\-─·•.~～]*)第?(?P<digits>[0-9０-９]{1,4})页?(?:共[0-9０-９]+页)?"
    r"(?P<after>[—–―－\-─·•.~～]*)|[0-9]{1,4}/[0-9]{1,4}"
)
_NUMBER_FROM: Final = CORE_BOTTOM - 7.0
"""A page number is looked for below this."""

_LARGEST_NUMBER: Final = 18.0
_LEAST_LINE: Final = 20.0
_LEAST_UPRIGHT: Final = 3.0
_TOUCH: Final = 1.5
_FULL_LINE: Final = 60.0
_SCAN_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class View:
    """One page."""

    sheet: Sheet
    rows: tuple[Row, ...]
    """Without the page number and without what stands in a seal."""
    number: Part | None
    """The page number."""
    grids: tuple[Box, ...]
    """Of ruled tables."""

    @property
    def page(self) -> int:
        """From 1."""
        return self.sheet.number

    @property
    def blank(self) -> bool:
        """Whether nothing is printed, a page number aside."""
        return not (self.rows or self.sheet.sideways or self.sheet.strokes or self.sheet.blots)

    @property
    def sideways(self) -> bool:
        """Whether the content stands turned by a quarter, as a wide table does."""
        return len(self.sheet.sideways) > sum(len(row.text) for row in self.rows)

    @property
    def scanned(self) -> bool:
        """Whether a picture covers the page and there is no text that prints."""
        area = self.sheet.width * self.sheet.height
        return not self.rows and any(
            blot.picture and _area(blot.box) > _SCAN_SHARE * area for blot in self.sheet.blots
        )

    def in_grid(self, row: Row) -> bool:
        """Whether a row stands in a table."""
        return any(
            top - _TOUCH <= row.y <= bottom + _TOUCH and left - _TOUCH <= row.left <= right
            for left, top, right, bottom in self.grids
        )

    def level(self, least: float) -> tuple[Stroke, ...]:
        """Horizontal rules of that length or more, from top to bottom, outside tables."""
        found = [stroke for stroke in self.sheet.strokes if stroke.level and stroke.length >= least]
        return tuple(
            sorted((s for s in found if not self._grid_line(s)), key=lambda stroke: stroke.y)
        )

    def _grid_line(self, stroke: Stroke) -> bool:
        return stroke.tint != "red" and any(
            top - 0.5 <= stroke.y <= bottom + 0.5 for _, top, _, bottom in self.grids
        )


def view_of(sheet: Sheet, seals: Sequence[SealMark]) -> View:
    """The page; ``seals`` are those that lie on it."""
    inside = [seal.box for seal in seals]
    glyphs = [
        glyph
        for glyph in sheet.glyphs
        if not (glyph.style.tint == "red" and any(_in(glyph.ink, box) for box in inside))
    ]
    rows = list(rows_of(sheet.number, glyphs))
    number = None
    if rows and _is_number(rows[-1]):
        number = rows.pop().whole
    return View(sheet, tuple(rows), number, _grids(sheet))


def _is_number(row: Row) -> bool:
    match = NUMBER.fullmatch(row.text)
    if match is None or row.y < _NUMBER_FROM or row.size > _LARGEST_NUMBER:
        return False
    return row.y > CORE_BOTTOM or bool(match["before"] or match["after"] or "页" in row.text)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _in(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _grids(sheet: Sheet) -> tuple[Box, ...]:
    """Boxes of tables: upright rules that hang together, with the level ones they meet."""
    lines = [stroke for stroke in sheet.strokes if stroke.tint != "red"]
    uprights = sorted(
        (s for s in lines if s.upright and s.length >= _LEAST_UPRIGHT),
        key=lambda stroke: min(stroke.y1, stroke.y2),
    )
    boxes: list[Box] = []
    for stroke in uprights:
        box = (stroke.left, min(stroke.y1, stroke.y2), stroke.right, max(stroke.y1, stroke.y2))
        if boxes and box[1] <= boxes[-1][3] + _TOUCH:
            boxes[-1] = _joined(boxes[-1], box)
        else:
            boxes.append(box)
    wide = [box for box in boxes if box[2] - box[0] > _LEAST_LINE]
    return tuple(wide) or _open_grids(lines)


def _open_grids(lines: Sequence[Stroke]) -> tuple[Box, ...]:
    """A table with level rules alone, unless it ends at the core's foot as a 版记 does."""
    level = sorted((s for s in lines if s.level and s.length >= _FULL_LINE), key=lambda s: s.y)
    level = [s for s in level if s.width < 2.5]  # noqa: PLR2004 - a bar is no rule
    if len(level) < 3 or level[-1].y > CORE_BOTTOM - 10:  # noqa: PLR2004 - head, foot and one between
        return ()
    return (
        (
            min(s.left for s in level), level[0].y, max(s.right for s in level), level[-1].y,
        ),
    )  # fmt: skip


def _joined(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]),
    )  # fmt: skip
