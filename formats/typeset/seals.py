"""Names and the date under their seals. GB/T 9704-2012 7.3.5.1.

Seals of joint issuers stand in rows from left to right and from top to bottom, each on its name,
the last one also on the date; the columns of all rows stand under one another.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from formats.typeset.flow import Counter
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, CORE_WIDTH, EM, PITCH, ROWS
from formats.typeset.linebreak import Row
from formats.typeset.spots import Closing, Part, Spot, closing_block, even_rows

SEAL_GAP: Final = 2.0
"""Between two seals: they may neither touch nor be tangent (7.3.5.1)."""

NAMES_APART: Final = 0.9 * EM
"""Between the names of two neighbours."""

MOST_IN_ROW: Final = 3
MOST_WRAPS: Final = 2
"""Rows of a name that still lie under its seal together."""

MOST_ROWS: Final = ROWS - 1
"""Of a closing with its seals: a row of text must find room on its page (7.3.5.5)."""

SHARED_ROWS: Final = 16
"""Rows of a closing that leave a quarter of its page to text; taller ones wrap long names."""

CLOSEST_PITCH: Final = 9.9
"""The row pitch that no solver goes below; rows of seals stay apart even then."""

_ALONE: Final = 0.9
"""Of the core, that a name in a column of its own takes at most."""

_NEAR: Final = 1e-6

_LARGE: Final = 55.0
"""A seal this large needs a third blank row above the name."""

_DIAMETERS: Final = (
    (("国务院",), 60.0),
    (("省人民政府", "自治区人民政府"), 50.0),
    (("北京市人民政府", "天津市人民政府", "上海市人民政府", "重庆市人民政府"), 50.0),
    (("乡人民政府", "镇人民政府", "街道办事处"), 42.0),
    (("人民政府",), 45.0),
)
_OTHER_DIAMETER: Final = 42.0


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of seals: the first row of its names (of the tallest), and how many they take."""

    top: int
    tall: int

    @property
    def end(self) -> int:
        """The row below the names."""
        return self.top + self.tall


@dataclass(frozen=True, slots=True)
class _Plan:
    """How joint seals are arranged."""

    columns: int
    pitch: float
    """Between the centres of two columns."""
    centre: float
    """x of the last column, and of the date."""
    names: tuple[tuple[Row, ...], ...]
    lines: tuple[_Line, ...]


def seal_diameter(body: str) -> float:
    """Millimetres, by the rank its name tells (国发〔1999〕25号)."""
    for endings, diameter in _DIAMETERS:
        if body.endswith(endings):
            return diameter
    return _OTHER_DIAMETER


def sealed_closing(
    issuers: Sequence[str], date: Row | None, fonts: FontSet, counter: Counter, *, noted: int = 0
) -> Closing:
    """Names over the date, each under its seal; the last seal also presses the date (7.3.5.1).

    ``noted`` rows of 附件说明 stand between the text and it.
    """
    diameters = [seal_diameter(name) for name in issuers]
    plan = _plan(issuers, diameters, date, fonts, MOST_ROWS - noted)
    parts: list[Part] = []
    spots: list[Spot] = []
    for place, (name, rows, diameter) in enumerate(
        zip(issuers, plan.names, diameters, strict=True)
    ):
        number, slot = divmod(place, plan.columns)
        line = plan.lines[number]
        beside = diameters[number * plan.columns : (number + 1) * plan.columns]
        x = plan.centre - (len(beside) - 1 - slot) * plan.pitch
        spare = line.tall - len(rows)
        # Over the date names stand at the foot of their rows, elsewhere in the middle.
        top = line.top + (spare if number == len(plan.lines) - 1 else spare / 2)
        parts += [(row, x - row.width / 2, top + k, "issuer", place) for k, row in enumerate(rows)]
        middle = line.top + (line.tall - 1) / 2
        pressed = plan.lines[-1].end if date and number == len(plan.lines) - 1 else 0
        spots.append(
            Spot(
                x,
                middle,
                diameter,
                name,
                largest=max(beside),
                smallest=min(beside),
                date=pressed,
                last=beside[-1],
                first=number == 0,
            )
        )
    end = plan.lines[-1].end
    if date:
        parts.append((date, plan.centre - date.width / 2, end, "date", len(issuers)))
        end += 1
    lowest = max(spot.y(PITCH) + spot.diameter / 2 for spot in spots)
    reserve = max(0, math.ceil((lowest - EM) / PITCH - 1e-6) + 1 - end)
    kept = tuple(replace(spot, rows=end + reserve) for spot in spots)
    last = spots[(len(plan.lines) - 1) * plan.columns :]  # only these reach below the date
    free = min(spot.x - spot.diameter / 2 for spot in last) - CORE_LEFT
    return Closing(closing_block(end, parts, counter, reserve), kept, free=free)


def _plan(
    issuers: Sequence[str], diameters: Sequence[float], date: Row | None, fonts: FontSet, room: int
) -> _Plan:
    """The arrangement with room for text above it, the fewest wrapped names, the most columns.

    ``room`` rows are left on its page by a row of text and 附件说明; where none fits, the lowest.
    """
    plans = [
        plan
        for columns in range(min(MOST_IN_ROW, len(issuers)), 0, -1)
        if (plan := _columns(columns, issuers, diameters, date, fonts)) is not None
    ]

    def rank(plan: _Plan) -> tuple[int, bool, bool, int, int]:
        wraps = max(map(len, plan.names))
        end = plan.lines[-1].end + 2  # the date, and the seal's end below it
        over = max(0, end - room)
        return over, wraps > MOST_WRAPS, end > SHARED_ROWS, wraps, -plan.columns

    return min(plans, key=rank)


def _columns(
    columns: int, issuers: Sequence[str], diameters: Sequence[float], date: Row | None,
    fonts: FontSet,
) -> _Plan | None:  # fmt: skip
    """The issuers in so many columns, None where they would not fit side by side."""
    centre = CORE_RIGHT - 4 * EM - (date.width if date else 0.0) / 2
    if columns == 1:
        names = tuple(even_rows(name, fonts, CORE_WIDTH * _ALONE) for name in issuers)
        half = max(*diameters, *(row.width for rows in names for row in rows)) / 2
        centre = min(centre, CORE_RIGHT - half)
        return _Plan(1, 0.0, centre, names, _lines(1, names, diameters))
    beside = _chunks(columns, diameters)
    least = SEAL_GAP + max((one + next_) / 2 for line in beside for one, next_ in pairwise(line))
    first = max(line[0] for line in beside if len(line) == columns)
    most = (centre - CORE_LEFT - first / 2) / (columns - 1)
    room = max(4 * EM, _name_room(columns, centre, least))
    names = tuple(even_rows(name, fonts, room) for name in issuers)
    widest = max(row.width for rows in names for row in rows)
    # Columns stand no further apart than seals and names ask for, as they do in print.
    pitch = min(most, max(least, widest + NAMES_APART))
    left = centre - (columns - 1) * pitch - widest / 2
    right = centre + max(widest, *(line[-1] for line in beside)) / 2
    inside = left > CORE_LEFT - _NEAR and right < CORE_RIGHT + _NEAR
    if most < least or not inside or widest > pitch - EM / 2:
        return None
    return _Plan(columns, pitch, centre, names, _lines(columns, names, diameters))


def _chunks(columns: int, diameters: Sequence[float]) -> list[Sequence[float]]:
    """The seals row by row."""
    return [diameters[start : start + columns] for start in range(0, len(diameters), columns)]


def _lines(
    columns: int, names: Sequence[Sequence[Row]], diameters: Sequence[float]
) -> tuple[_Line, ...]:
    """The rows of seals, far enough apart for seals and names."""
    starts = range(0, len(names), columns)
    tall = [max(map(len, names[start : start + columns])) for start in starts]
    largest = [max(line) for line in _chunks(columns, diameters)]
    lines = [_Line(_first_row(tall[0], largest[0]), tall[0])]
    for place in range(1, len(tall)):
        apart = ((largest[place - 1] + largest[place]) / 2 + SEAL_GAP) / CLOSEST_PITCH
        top = lines[-1].top + (tall[place - 1] - tall[place]) / 2 + apart
        lines.append(_Line(max(lines[-1].end + 1, math.ceil(top - 1e-9)), tall[place]))
    return tuple(lines)


def _first_row(tall: int, largest: float) -> int:
    """Blank rows above the first names: their middle lies where the seal's centre may be."""
    if largest >= _LARGE:
        return 3
    return 2 if tall <= MOST_WRAPS else 1


def _name_room(columns: int, centre: float, least: float) -> float:
    """How wide names may be, so that neighbours stay apart and the first one stays in the core.

    With n columns the first name begins (n - 1) pitches and half a width left of ``centre``; the
    pitch is the name's width and a gap, but ``least`` for the seals' sake.
    """
    left = centre - CORE_LEFT
    room = (left - (columns - 1) * NAMES_APART) / (columns - 0.5)
    if room + NAMES_APART < least:
        room = 2 * (left - (columns - 1) * least)
    return min(room, 2 * (CORE_RIGHT - centre))
