"""Names and dates under their seals, and 职务 beside 签名章. GB/T 9704-2012 7.3.5.1 and 7.3.5.3.

Seals of joint issuers stand in rows from left to right and from top to bottom, each on its name,
the last one also on the date; the columns of all rows stand under one another.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from formats.typeset.display import Item, SlotKind, Tag
from formats.typeset.flow import Block, Counter, run_at
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, CORE_WIDTH, EM, PITCH, ROWS, SIZE_3
from formats.typeset.linebreak import Row, Span, break_rows, single_row

SEAL_GAP: Final = 2.0
"""Between two seals: they may neither touch nor be tangent (7.3.5.1)."""

NAME_ABOVE: Final = 1.0
"""The seal's centre above the middle of 署名, so that name and date lie slightly below it."""

DATE_SHIFT: Final = EM / 2
"""By which the date may leave 右空四字 so that three seals find room in a row."""

MOST_IN_ROW: Final = 3
MOST_ROWS: Final = ROWS - 1
"""Of a closing with its seals: a row of text must find room on its page (7.3.5.5)."""

SHARED_ROWS: Final = 16
"""Rows of a closing that leave a quarter of its page to text; taller ones wrap long names."""

CLOSEST_PITCH: Final = 9.9
"""The row pitch that no solver goes below; rows of seals stay apart even then."""

STAMP_WIDTH: Final = 30.0
STAMP_HEIGHT: Final = 15.0
"""A 签名章 of the usual size: two to four characters of handwriting, within two rows (16.0 mm)."""

STAMP_ROWS: Final = 2

_CLEAR: Final = 0.5
"""A seal stays at least this far below the last row of text."""

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

_NAME_PARTS: Final = frozenset("省市县区州局厅委部会府院组室处办和与及的、")
"""A row of a name that wraps had better end with one of these."""

_EVENING: Final = 5
"""Widths tried for the rows of a name, a character apart."""

_INSIDE: Final = 5.0
"""A break inside a word is as bad as rows that differ by so many characters."""

Part = tuple[Row, float, float, Tag]
"""A row of type, its x on the sheet in mm, the row of the block it stands on, its tag."""


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
    """The largest seal of its row, 0 for itself: all of a row share one height."""
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
        if self.first:
            centre = min(centre, text_end + pitch + self.diameter / 2 - _CLEAR)
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


def sealed_closing(
    issuers: Sequence[str], date: Row | None, fonts: FontSet, counter: Counter
) -> Closing:
    """Names over the date, each under its seal; the last seal also presses the date (7.3.5.1)."""
    diameters = [seal_diameter(name) for name in issuers]
    plan = _plan(issuers, diameters, date, fonts)
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
        parts += [(row, x - row.width / 2, top + k, "issuer") for k, row in enumerate(rows)]
        middle = line.top + (line.tall - 1) / 2
        spots.append(Spot(x, middle, diameter, name, largest=max(beside), first=number == 0))
    end = plan.lines[-1].end
    if date:
        parts.append((date, plan.centre - date.width / 2, end, "date"))
        end += 1
    lowest = max(spot.y(PITCH) + spot.diameter / 2 for spot in spots)
    reserve = max(0, math.ceil((lowest - EM) / PITCH - 1e-6) + 1 - end)
    kept = tuple(replace(spot, rows=end + reserve) for spot in spots)
    last = spots[(len(plan.lines) - 1) * plan.columns :]  # only these reach below the date
    free = min(spot.x - spot.diameter / 2 for spot in last) - CORE_LEFT
    return Closing(closing_block(end, parts, counter, reserve), kept, free=free)


def _plan(
    issuers: Sequence[str], diameters: Sequence[float], date: Row | None, fonts: FontSet
) -> _Plan:
    """The arrangement with room for text above it, the fewest wrapped names, the most columns."""
    plans = [
        plan
        for columns in range(min(MOST_IN_ROW, len(issuers)), 0, -1)
        if (plan := _columns(columns, issuers, diameters, date, fonts)) is not None
    ]

    def rank(plan: _Plan) -> tuple[int, int, int]:
        wraps = max(map(len, plan.names))
        end = plan.lines[-1].end + 2  # the date, and the seal's end below it
        crowded = (end > SHARED_ROWS) + (end > MOST_ROWS)
        return crowded, wraps, -plan.columns

    return min(plans, key=rank)


def _columns(
    columns: int, issuers: Sequence[str], diameters: Sequence[float], date: Row | None,
    fonts: FontSet,
) -> _Plan | None:  # fmt: skip
    """The issuers in so many columns, None where their seals would not fit side by side."""
    widest_seal = max(diameters)
    date_width = date.width if date else 0.0
    centre = CORE_RIGHT - 4 * EM - date_width / 2
    if columns == 1:
        room = CORE_WIDTH * 0.9
        names = tuple(even_rows(name, fonts, room) for name in issuers)
        half = max(widest_seal, *(row.width for rows in names for row in rows)) / 2
        pitch = 0.0
        centre = min(centre, CORE_RIGHT - half)
    else:
        pitch = (centre - CORE_LEFT - widest_seal / 2) / (columns - 1)
        least = widest_seal + SEAL_GAP
        lack = (least - pitch) * (columns - 1)
        if lack > DATE_SHIFT:
            return None
        if lack > 0:
            pitch, centre = least, centre + lack
        names = tuple(
            even_rows(name, fonts, max(4 * EM, _name_room(columns, centre, pitch)))
            for name in issuers
        )
        widest = max(row.width for rows in names for row in rows)
        # Columns stand no further apart than seals and names ask for, as they do in print.
        pitch = min(pitch, max(least, widest + EM))
        if (
            centre - (columns - 1) * pitch - widest / 2 < CORE_LEFT - 1e-6
            or widest > pitch - EM / 2
        ):
            return None
        if centre + max(widest, widest_seal) / 2 > CORE_RIGHT + 1e-6:
            return None
    return _Plan(columns, pitch, centre, names, _lines(columns, names, diameters))


def _lines(
    columns: int, names: Sequence[Sequence[Row]], diameters: Sequence[float]
) -> tuple[_Line, ...]:
    """The rows of seals, far enough apart for seals and names."""
    starts = range(0, len(names), columns)
    tall = [max(map(len, names[start : start + columns])) for start in starts]
    largest = [max(diameters[start : start + columns]) for start in starts]
    lines = [_Line(2 if max(diameters) < _LARGE else 3, tall[0])]
    for place in range(1, len(tall)):
        apart = ((largest[place - 1] + largest[place]) / 2 + SEAL_GAP) / CLOSEST_PITCH
        top = lines[-1].top + (tall[place - 1] - tall[place]) / 2 + apart
        lines.append(_Line(max(lines[-1].end + 1, math.ceil(top - 1e-9)), tall[place]))
    return tuple(lines)


def _name_room(columns: int, centre: float, pitch: float) -> float:
    """How wide names may be so that those of neighbours stay a character apart in the core."""
    # With n columns of pitch p = width + EM, the first name begins (n - 1) p + width / 2 left of
    # the last one's centre.
    reach = (centre - CORE_LEFT - (columns - 1) * EM) / (columns - 0.5)
    return min(max(pitch - EM, reach), 2 * (CORE_RIGHT - centre))


def signed_closing(
    signers: Sequence[tuple[str, str]], date: Row | None, fonts: FontSet, counter: Counter
) -> Closing:
    """签名章, one (office, name) a row, the host's first, 职务 at their left (7.3.5.3)."""
    left = CORE_RIGHT - 4 * EM - STAMP_WIDTH
    end = left - 2 * EM
    parts: list[Part] = []
    spots: list[Spot] = []
    row = 2  # rows are left blank above the first one
    for office, name in signers:
        lines = even_rows(office, fonts, end - CORE_LEFT) if office else ()
        rows = max(STAMP_ROWS, len(lines))
        middle = row + (rows - 1) / 2
        top = middle - (len(lines) - 1) / 2
        parts += [(line, end - line.width, top + k, "signer") for k, line in enumerate(lines)]
        spots.append(
            Spot(
                left + STAMP_WIDTH / 2, middle, STAMP_WIDTH, name,
                kind="personal", height=STAMP_HEIGHT,
            )
        )  # fmt: skip
        row += rows
    if date:
        parts.append((date, CORE_RIGHT - 4 * EM - date.width, row + 1, "date"))
        row += 2
    return Closing(closing_block(row, parts, counter), tuple(spots))


def closing_block(
    height: float, parts: Sequence[Part], counter: Counter, reserve: float = 0
) -> Block:
    """The block of ``height`` rows that draws the parts in their reading order."""
    group = counter.next()

    def draw(y: float, pitch: float) -> tuple[Item, ...]:
        items: list[Item] = []
        for row, x, line, tag in parts:
            items += run_at(row, x, y + line * pitch, tag, group=group)
        return tuple(items)

    return Block(height, draw, "closing", group, reserve=reserve)
