"""Breaking text into rows of the grid: where each row ends, and the rows themselves.

A row ends at the last place that `formats.typeset.kinsoku` grades free, unless it would gape
there: then at a less welcome one, in the order of the grades. A mark that just does not fit is
pulled in by closing up the marks of its row, each by at most half an em; failing that, the last
character moves down with it. How a row is then filled is `formats.typeset.justify`. Pure: text and
fonts in, rows out; no character is added, lost or moved.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import em_of
from formats.typeset.justify import SLACK, Line, Row, fill, place
from formats.typeset.kinsoku import (
    CLOSERS,
    FREE,
    NOT_AT_END,
    NOT_AT_START,
    OPENERS,
    SEAM,
    SOFT,
    SPACES,
    WEAK,
    WHOLE,
    cuts,
)

__all__ = [
    "CLOSERS", "NOT_AT_END", "NOT_AT_START", "OPENERS",
    "Row", "Span", "break_rows", "natural_width", "single_row",
]  # fmt: skip

_EASY: Final = (0.5, 1.0)
"""How much of what its gaps can take a row may use before a cut of the next grade is looked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one role and size (points)."""

    text: str
    role: Role
    size: float


def break_rows(
    spans: Sequence[Span], fonts: FontSet, measure: float, *, first_indent: float = 0.0,
    tracking: float = 0.0,
) -> tuple[Row, ...]:  # fmt: skip
    """Rows of at most ``measure`` mm, the first one indented; all but the last are filled.

    ``tracking`` mm are added between cells (7.3.5.5 lets characters be closed up or opened). Rows
    are kept: of a text that is typed only the paragraph under the fingers is broken anew.
    """
    given = tuple(spans)
    rows: tuple[Row, ...] = fonts.rows.get(
        (given, measure, first_indent, tracking),
        1 + sum(len(span.text) for span in given),
        lambda: _broken(given, fonts, measure, first_indent, tracking),
    )
    return rows


def natural_width(text: str, role: Role, size: float, fonts: FontSet) -> float:
    """Millimetres of ``text`` set without breaking."""
    em = em_of(size)
    return sum([glyph.advance * em for glyph in fonts.glyphs(role, text)])


def single_row(text: str, role: Role, size: float, fonts: FontSet) -> Row:
    """``text`` on one row, however wide."""
    glyphs, em = fonts.glyphs(role, text), em_of(size)
    *xs, width = accumulate([glyph.advance * em for glyph in glyphs], initial=0.0)
    return Row(tuple(glyphs), tuple(xs), (size,) * len(glyphs), width)


def _broken(
    spans: Sequence[Span], fonts: FontSet, measure: float, first_indent: float, tracking: float
) -> tuple[Row, ...]:
    text = "".join(span.text for span in spans)
    grades = cuts(text)
    parts = [(span.text, span.role, span.size) for span in spans]
    line = Line.of(text, parts, fonts, tracking, grades)
    rows: list[Row] = []
    start, indent, last = 0, first_indent, len(line.text)
    while start < last:
        room = measure - indent
        end = _end(line, grades, start, room)
        if end < last or line.width(start, end) > room + SLACK:
            rows.append(fill(line, start, end, indent, room))
        else:
            rows.append(place(line, start, end, indent))
        start, indent = end, 0.0
    return tuple(rows)


def _end(line: Line, grades: bytearray, start: int, room: float) -> int:
    """Where the row that begins at ``start`` ends."""
    last = len(line.text)
    if line.width(start, max(start + 1, line.inked)) <= room + SLACK:
        return last
    fit = bisect_right(line.before, line.before[start] + room + line.tracking + SLACK) - 1
    fit = max(fit, start + 1)
    if fit >= last:
        return last  # one character wider than the measure
    while line.text[fit] in SPACES:
        fit += 1  # hanging over the edge; there is ink behind, or the rest would have fitted
    tight = _tightest(line, grades, start, fit, room)
    if tight == last or (tight and line.text[line.ink_end(start, tight) - 1] in NOT_AT_START):
        return tight
    found = 0
    for grade, ease in zip((FREE, WEAK), _EASY, strict=True):
        found = _latest(grades, start, fit, grade) or found
        if found and line.gape(start, found, room) <= ease:
            return found
        if tight and grade == FREE:
            return tight
    return (
        _latest(grades, start, fit, SOFT)
        or _latest(grades, start, fit, SEAM)
        or _inside(grades, start, fit)
        or fit
    )


def _inside(grades: bytearray, start: int, fit: int) -> int:
    """Where a word is cut that no row can hold: no single character of it is left behind."""
    end = _latest(grades, start, fit, WHOLE)
    lone = end and (end + 1 == len(grades) or grades[end + 1] < WHOLE)
    return end - 1 if lone and end - 2 > start and grades[end - 1] == WHOLE else end


def _latest(grades: bytearray, start: int, fit: int, grade: int) -> int:
    """The last place up to ``fit`` where a cut is of that grade or better; 0 when there is none."""
    for end in range(fit, start, -1):
        if grades[end] <= grade:
            return end
    return 0


def _tightest(line: Line, grades: bytearray, start: int, fit: int, room: float) -> int:
    """The last free place beyond ``fit`` that closing up the row's marks reaches; 0 if none."""
    found, last = 0, len(line.text)
    ink = fit
    for end in range(fit + 1, last + 1):
        if line.text[end - 1] not in SPACES:
            ink = end
        over = line.width(start, ink) - room
        spare, half = line.spare(start, ink)
        if over > spare + line.ems[ink - 1]:
            break
        if over <= spare + half + SLACK and (end == last or grades[end] == FREE):
            found = end
    return found
