"""The columns of a table: their type, their widths, and how their cells are aligned.

The largest type is taken in which short columns and columns of figures need not break, and longer
text has room for eight characters a line. What is left goes to the columns of text so that the
tallest cell becomes as low as it can be. Pure: cells and fonts in, widths in mm out.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import em_of
from formats.typeset.linebreak import natural_width

SHORT: Final = 10
"""A column whose cells have at most so many characters is not broken while there is room."""

ROOM: Final = 8
"""Characters a line that longer text wants at least."""

CENTRED: Final = 14
"""Cells of one line and at most so many characters are centred; a column of longer ones is
ranged left."""

MEASURED: Final = 200
"""Characters of a cell that are looked at to share out the width."""

MOSTLY: Final = 0.6
"""Of the filled cells: so many figures make a column of figures, whatever stands between them."""

_HEAD_ALONE: Final = 8
"""A longer head may stand in two lines above narrow cells."""

_FIGURE: Final = re.compile(r"([-+−]?(?:\d{1,3}(?:,\d{3})+|\d+))((?:\.\d+)?[%％‰]?)", re.ASCII)
_NOTHING: Final = frozenset({"-", "—", "——", "/", "无"})
"""What stands in a column of figures where there is none."""

_SLACK: Final = 0.1
"""Millimetres that keep rounding from breaking a line."""


class TableTooWide(Refused):
    """The table has more columns than the page can show."""

    code = "formats.table-too-wide"
    happened = mark("表格有 {columns} 列，版心宽度放不下。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请把表格设为横排、减少列数或拆成几个后重试。")


@dataclass(frozen=True, slots=True)
class Figures:
    """A column whose figures stand with their decimal points under one another."""

    whole: float
    """Millimetres of the longest integer part."""
    part: float
    """Of the longest decimal part, its point included."""


Alignment = Literal["left", "centre"] | Figures


@dataclass(frozen=True, slots=True)
class Column:
    """One column, in mm."""

    width: float
    measure: float
    """Of its lines: whole characters where text is broken, so that lines end under one another."""
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns, and the type they share."""

    each: tuple[Column, ...]
    size: float
    """Points."""

    @property
    def width(self) -> float:
        """Millimetres of all columns."""
        return sum(column.width for column in self.each)


@dataclass(frozen=True, slots=True)
class _Step:
    """Type in points, mm at either side of a cell, and the characters that every column gets."""

    size: float
    padding: float
    least: float


_STEPS: Final = (
    _Step(14.0, 1.5, ROOM),  # 4号
    _Step(12.0, 1.5, ROOM),  # 小四
    _Step(10.5, 1.2, ROOM),  # 五号
    _Step(9.0, 1.0, ROOM),  # 小五
    _Step(9.0, 0.8, 4),
    _Step(9.0, 0.6, 2),
    _Step(7.5, 0.5, 2),  # 六号
)
CRAMPED: Final = 4
"""The first step whose columns are thinner than is comfortable."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a column would have, in characters."""

    longest: float
    """Its longest cell."""
    wanted: float
    """The same, and its head."""
    figures: tuple[float, float] | None

    def least(self, step: _Step) -> float:
        """What it must have."""
        if step.least < ROOM:
            whole = self.figures is not None and step.least > 2  # noqa: PLR2004 - the last resort
            return self.wanted if whole else min(self.wanted, max(step.least, 2.0))
        stays = self.figures is not None or self.wanted <= SHORT
        return self.wanted if stays else float(ROOM)


def fit_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], fonts: FontSet, width: float
) -> Columns:
    """Columns that fill ``width`` mm; all rows have as many cells. Raises `TableTooWide`."""
    wishes = _wishes(header, rows, fonts)
    number = _step_for(wishes, width)
    if number is None:
        raise TableTooWide(f"{len(wishes)} columns", columns=len(wishes))
    step = _STEPS[number]
    em, around = em_of(step.size), 2 * step.padding + _SLACK
    texts = _shared(
        [wish.wanted * em for wish in wishes],
        [wish.least(step) * em for wish in wishes],
        width - len(wishes) * around,
    )
    each = (_column(wish, text + around, step) for wish, text in zip(wishes, texts, strict=True))
    return Columns(tuple(each), step.size)


def are_cramped(
    header: Sequence[str], rows: Sequence[Sequence[str]], fonts: FontSet, narrow: float, wide: float
) -> bool:
    """Whether columns in ``narrow`` mm are thinner than is comfortable, in ``wide`` ones less so.

    False where even ``narrow`` ones cannot be set: that is refused, not told.
    """
    wishes = _wishes(header, rows, fonts)
    here, there = _step_for(wishes, narrow), _step_for(wishes, wide)
    return here is not None and there is not None and there < here >= CRAMPED


def _wishes(header: Sequence[str], rows: Sequence[Sequence[str]], fonts: FontSet) -> list["_Wish"]:
    return [_wish(head, [row[place] for row in rows], fonts) for place, head in enumerate(header)]


def _step_for(wishes: Sequence["_Wish"], width: float) -> int | None:
    """The first step at which every column has what it must have; None where none does."""
    for number, step in enumerate(_STEPS):
        room = width - len(wishes) * (2 * step.padding + _SLACK)
        if sum(wish.least(step) for wish in wishes) * em_of(step.size) <= room:
            return number
    return None


def figure_parts(cell: str) -> tuple[str, str] | None:
    """The integer and the decimal part of a figure; None for any other text."""
    found = _FIGURE.fullmatch(cell)
    return (found[1], found[2]) if found else None


def _wish(head: str, cells: Sequence[str], fonts: FontSet) -> _Wish:
    texts = set(cells) - {""}
    longest = max((_ems(text, "fang", fonts) for text in texts), default=0.0)
    above = _ems(head, "hei", fonts)
    if above > _HEAD_ALONE:
        above = max(_HEAD_ALONE, above / 2 + 1)
    figures = _figures(cells, fonts)
    if figures is not None:
        longest = max(longest, sum(figures))
    return _Wish(longest, max(longest, above, 2.0), figures)


def _ems(text: str, role: Role, fonts: FontSet) -> float:
    size = _STEPS[0].size
    return natural_width(text[:MEASURED], role, size, fonts) / em_of(size)


def _figures(cells: Sequence[str], fonts: FontSet) -> tuple[float, float] | None:
    """The longest parts of a column of figures, in characters; None for text."""
    filled = [cell for cell in cells if cell and cell not in _NOTHING]
    parts = [parts for parts in map(figure_parts, filled) if parts is not None]
    if not parts or len(parts) < MOSTLY * len(filled):
        return None
    wholes, rests = ({part[side] for part in parts} for side in (0, 1))
    return (
        max(_ems(whole, "fang", fonts) for whole in wholes),
        max(_ems(rest, "fang", fonts) for rest in rests),
    )


def _column(wish: _Wish, width: float, step: _Step) -> Column:
    em = em_of(step.size)
    room = width - 2 * step.padding
    one_line = wish.longest * em <= room
    measure = room if one_line else max(1, math.floor(room / em + 1e-6)) * em
    alignment: Alignment = "left"
    if one_line and wish.figures is not None:
        alignment = Figures(wish.figures[0] * em, wish.figures[1] * em)
    elif one_line and wish.longest <= CENTRED:
        alignment = "centre"
    return Column(width, measure, alignment)


_HALVINGS: Final = 40
"""By then the number of lines is known far better than a printer can show."""


def _shared(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """``room`` among the columns, none with less than its ``least``.

    Where all can have what they want, the rest is spread in proportion; else every column gets
    its want divided by one and the same number of lines, or its least.
    """
    total = sum(wanted)
    if total <= room:
        return [width * room / total for width in wanted]

    def given(lines: float) -> list[float]:
        return [max(low, want / lines) for want, low in zip(wanted, least, strict=True)]

    few, many = 1.0, 2.0
    while sum(given(many)) > room and many < MEASURED:
        few, many = many, 2 * many
    for _ in range(_HALVINGS):
        middle = (few + many) / 2
        if sum(given(middle)) > room:
            few = middle
        else:
            many = middle
    widths = given(many)
    spare = room - sum(widths)
    return [width + max(0.0, spare) / len(widths) for width in widths]
