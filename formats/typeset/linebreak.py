"""Breaking text into rows of the grid: kinsoku, whole numbers, marks compressed or pushed.

A row never begins with a closing mark and never ends with an opening one; figures, Latin words,
year brackets and dashes stay whole. A mark that just does not fit is pulled in by compressing
marks of the row, each by at most half an em; failing that, the last character moves down with it
and the row is spread to the full measure. Pure: text and fonts in, rows out; no character is
added, lost or moved.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from formats.limits import MAX_KEPT_PARAGRAPHS
from formats.typeset.fonts import FontSet, Glyph, Role
from formats.typeset.grid import em_of

NOT_AT_START: Final = frozenset("，。、；：！？）》】〕〉」』”’…—％·,.;:!?)]}%℃‰～")
NOT_AT_END: Final = frozenset("（《【〔〈「『“‘([{￥$")
CLOSERS: Final = frozenset("，。、；：！？）》】〕〉」』”’")
"""Full-width marks whose right half is empty."""

OPENERS: Final = frozenset("（《【〔〈「『“‘")

_WHOLE: Final = re.compile(
    r"〔\d{4}〕(?:第?\d{1,6}号)?"  # 发文字号
    r"|\d[\d,.:/\-]*(?:[%％‰℃]|[年月日时分秒号条款项个名元万亿])?"
    r"|[A-Za-z\u00c0-\u024f][\w\u00c0-\u024f'./:@+\-]*"
    r"|—+|…+",
    re.ASCII,
)
_STRETCH_LIMIT: Final = 0.25
"""Of an em for each gap: a row that would need more stays ragged."""

_SPACE: Final = " "
_FULL: Final = 0.99
"""An advance of at least this many em takes a whole cell."""

_NARROW: Final = 0.5
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one role and size (points)."""

    text: str
    role: Role
    size: float


@dataclass(slots=True)
class _Cell:
    glyph: Glyph
    role: Role
    size: float
    width: float
    """Millimetres on the grid."""
    shift: float = 0.0
    """Moves the glyph inside its cell: an opening mark compressed from its left."""


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


def break_rows(
    spans: Sequence[Span], fonts: FontSet, measure: float, *, first_indent: float = 0.0,
    tracking: float = 0.0,
) -> tuple[Row, ...]:  # fmt: skip
    """Rows of at most ``measure`` mm, the first one indented; all but the last are filled.

    ``tracking`` mm are added to every cell (7.3.5.5 lets characters be closed up or opened). Rows
    are kept: of a text that is typed only the paragraph under the fingers is broken anew.
    """
    kept, key = fonts.rows, (tuple(spans), measure, first_indent, tracking)
    rows = kept.get(key)
    if rows is None:
        rows = _broken(spans, fonts, measure, first_indent, tracking)
        if len(kept) >= MAX_KEPT_PARAGRAPHS:
            kept.pop(next(iter(kept)), None)  # the oldest; another thread may have been first
        kept[key] = rows
    return rows


def _broken(
    spans: Sequence[Span], fonts: FontSet, measure: float, first_indent: float, tracking: float
) -> tuple[Row, ...]:
    cells = _cells(spans, fonts)
    if tracking:
        for cell in cells:
            cell.width += tracking
    rows: list[Row] = []
    line: list[_Cell] = []
    width, indent = 0.0, first_indent
    for cluster in _split_wide(_clusters(cells), measure - first_indent):
        extra = cluster[0].width if len(cluster) == 1 else sum(cell.width for cell in cluster)
        over = width + extra - (measure - indent)
        if line and over > _SLACK and not _fits(line, cluster, over, fonts):
            rows.append(_row(line, indent, measure, fonts, fill=True))
            line, width, indent = [], 0.0, 0.0
        line += cluster
        width += extra
    if line:
        overfull = width > measure - indent + _SLACK
        rows.append(_row(line, indent, measure, fonts, fill=overfull))
    return tuple(rows)


def natural_width(text: str, role: Role, size: float, fonts: FontSet) -> float:
    """Millimetres of ``text`` set without breaking."""
    return sum(cell.width for cell in _cells((Span(text, role, size),), fonts))


def single_row(text: str, role: Role, size: float, fonts: FontSet) -> Row:
    """``text`` on one row, however wide."""
    return _row(_cells((Span(text, role, size),), fonts), 0.0, 0.0, fonts, fill=False)


def _cells(spans: Sequence[Span], fonts: FontSet) -> list[_Cell]:
    cells = []
    for span in spans:
        em = em_of(span.size)
        role, size = span.role, span.size
        for char in span.text:
            glyph = fonts.glyph(role, char)
            cells.append(_Cell(glyph, role, size, glyph.advance * em))
    return cells


def _clusters(cells: list[_Cell]) -> Iterator[list[_Cell]]:
    """Groups that stay together: kinsoku marks join their neighbours, figures stay whole."""
    if not cells:
        return
    text = "".join(cell.glyph.char for cell in cells)
    inside: set[int] = set()
    for match in _WHOLE.finditer(text):
        inside.update(range(match.start() + 1, match.end()))
    start = 0
    for place in range(1, len(cells)):
        char = text[place]
        bound = (
            place in inside
            or char in NOT_AT_START
            or char == _SPACE
            or text[place - 1] in NOT_AT_END
        )
        if not bound:
            yield cells[start:place]
            start = place
    yield cells[start:]


def _split_wide(clusters: Iterator[list[_Cell]], measure: float) -> Iterator[list[_Cell]]:
    """A cluster wider than a row (a web address, a run of marks) is cut where it must be."""
    for cluster in clusters:
        if len(cluster) == 1 or sum(cell.width for cell in cluster) <= measure:
            yield cluster
            continue
        piece: list[_Cell] = []
        width = 0.0
        for cell in cluster:
            banned = cell.glyph.char in NOT_AT_START or (
                piece and piece[-1].glyph.char in NOT_AT_END
            )
            if piece and width + cell.width > measure - 2 * cell.width and not banned:
                yield piece
                piece, width = [], 0.0
            elif piece and width + cell.width > measure:
                yield piece  # a whole row of marks: nothing better can be done
                piece, width = [], 0.0
            piece.append(cell)
            width += cell.width
        yield piece


def _fits(line: list[_Cell], cluster: list[_Cell], over: float, fonts: FontSet) -> bool:
    """Whether compressing marks takes ``over`` mm out of the row that ends with ``cluster``.

    Only for the sake of a mark: plain characters go down, or rows would grow tight for nothing.
    """
    last = _last_ink(cluster)
    if cluster[last].glyph.char == _SPACE or cluster[-1].glyph.char == _SPACE:
        over -= sum(cell.width for cell in cluster[last + 1 :])
    if over <= _SLACK:
        return True
    if cluster[last].glyph.char not in NOT_AT_START:
        return False
    room = _end_room(cluster[last], fonts)
    if over <= room + _SLACK:
        return True
    room += sum(_inner_room(cell) for cell in line[1:]) + (
        sum(_inner_room(cell) for cell in cluster[:last])
    )
    if line:
        room += _inner_room(line[0]) if line[0].glyph.char in CLOSERS else 0.0
    return over <= room + _SLACK


def _last_ink(cells: Sequence[_Cell]) -> int:
    """The place of the last cell that is not a space."""
    place = len(cells) - 1
    while place > 0 and cells[place].glyph.char == _SPACE:
        place -= 1
    return place


def _end_room(cell: _Cell, fonts: FontSet) -> float:
    if cell.glyph.char in CLOSERS and cell.glyph.advance >= _FULL:
        half = fonts.half(cell.role, cell.glyph.char)
        return cell.width * _NARROW if half is not None else 0.0
    return 0.0


def _inner_room(cell: _Cell) -> float:
    glyph = cell.glyph
    if glyph.advance < _FULL:
        return 0.0
    if glyph.char in CLOSERS:
        return cell.width * max(0.0, min(_NARROW, 1.0 - glyph.right - 0.02))
    if glyph.char in OPENERS:
        return cell.width * max(0.0, min(_NARROW, glyph.left - 0.02))
    return 0.0


def _row(cells: list[_Cell], indent: float, measure: float, fonts: FontSet, *, fill: bool) -> Row:
    """Place the cells; when ``fill``, compress or spread them to end exactly at the measure."""
    if fill:
        _set_to(cells, measure - indent, fonts)
    x = indent
    xs = []
    for cell in cells:
        xs.append(x + cell.shift)
        x += cell.width
    return Row(
        tuple(cell.glyph for cell in cells), tuple(xs), tuple(cell.size for cell in cells), x
    )


def _set_to(cells: list[_Cell], measure: float, fonts: FontSet) -> None:
    last = _last_ink(cells)
    for cell in cells[last + 1 :]:
        cell.width = 0.0  # spaces at the end of a row hang
    over = sum(cell.width for cell in cells) - measure
    if over > _SLACK:
        over = _compress(cells, last, over, fonts)
    if over < -_SLACK:
        _spread(cells[: last + 1], -over)


def _compress(cells: list[_Cell], last: int, over: float, fonts: FontSet) -> float:
    """Take ``over`` mm out, the mark at the row's end first; what is left (or overtaken)."""
    end = cells[last]
    room = _end_room(end, fonts)
    half = fonts.half(end.role, end.glyph.char) if room else None
    if half is not None:
        end.glyph = half
        end.width -= room
        over -= room
    inner = [(cell, _inner_room(cell)) for cell in cells[:last]]
    if cells[0].glyph.char in OPENERS:
        inner = inner[1:]
    total = sum(room for _, room in inner)
    if over <= _SLACK or total <= 0:
        return over
    share = min(1.0, over / total)
    for cell, space in inner:
        taken = space * share
        cell.width -= taken
        if cell.glyph.char in OPENERS:
            cell.shift -= taken
    return over - total * share


def _spread(cells: list[_Cell], lack: float) -> None:
    """Widen the gaps between cells, never inside a figure or a word."""
    gaps = [
        cell
        for cell, after in pairwise(cells)
        if cell.glyph.advance >= _FULL or after.glyph.advance >= _FULL or cell.glyph.char == _SPACE
    ]
    if not gaps:
        return
    each = lack / len(gaps)
    if each > _STRETCH_LIMIT * em_of(cells[0].size):
        return
    for cell in gaps:
        cell.width += each
