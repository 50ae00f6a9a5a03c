"""署名, 成文日期, seals and 附注 as they stand on the pages. GB/T 9704-2012 7.3.5, 7.3.6."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formats.measure.rows import Part, Row
from formats.measure.sheet import SealMark
from formats.measure.views import View
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, EM, PITCH

DATE: Final = re.compile(
    r"[0-9０-９〇零○O一二三四五六七八九]{2,4}年[0-9０-９一二三四五六七八九十元]{1,3}月[0-9０-９一二三四五六七八九十廿]{1,4}[日号]"
)
GOOD_DATE: Final = re.compile(r"[1-9][0-9]{3}年(?:[1-9]|1[0-2])月(?:[1-9]|[12][0-9]|3[01])日")
ATTACHED: Final = re.compile(r"附件[：:]\S.*")
_NOTE: Final = re.compile(r"[（(].*")
_RIGHT_PART: Final = CORE_LEFT + 5 * EM
"""A date further left ends a sentence of the text."""

_INDENTED: Final = CORE_LEFT + 2.6 * EM
"""Rows of text begin left of this; names of a signature right of it, or several in a row."""

_NO_TEXT: Final = re.compile(r"此页无正文|本页无正文|此页无内容")
_MOST_NAME_ROWS: Final = 40


@dataclass(frozen=True, slots=True)
class Closing:
    """The signature of the document."""

    page: int
    date: Part
    names: tuple[Part, ...]
    """From top to bottom, left to right."""
    seals: tuple[SealMark, ...]
    above: Row | None
    """The last row of text on the page above the names, None when there is none."""
    notes: tuple[Row, ...]
    """附注, in rows."""
    no_text_words: Part | None
    """A row that says that the page has no text."""


def read_closing(
    views: Sequence[View], seals: Sequence[SealMark], start: float, ends: dict[int, float]
) -> Closing | None:
    """The closing on the pages before the first 附件; ``start`` is where text begins on page 1.

    ``ends`` says for a page from what y on the 版记 takes it.
    """
    for view in reversed(views):
        rows = [
            row for row in view.rows
            if row.y < ends.get(view.page, 1000.0)
            and not (view.page == 1 and row.y < start)
            and not view.in_grid(row)
        ]  # fmt: skip
        for place in range(len(rows) - 1, -1, -1):
            part = rows[place].parts[-1]
            if DATE.fullmatch(part.text) and part.left > _RIGHT_PART and part.size < 20:  # noqa: PLR2004 - a title's size
                return _closing(view, rows, place, seals)
    return None


def _closing(view: View, rows: Sequence[Row], place: int, seals: Sequence[SealMark]) -> Closing:
    date_row = rows[place]
    here = tuple(seal for seal in seals if seal.page == view.page)
    names: list[Part] = list(date_row.parts[:-1])
    listed = {id(row) for row in attachment_note(rows[:place])}
    first = place
    while first > 0 and place - first < _MOST_NAME_ROWS:
        row = rows[first - 1]
        if id(row) in listed or not _signs(row, rows[first].y, here):
            break
        names = [*row.parts, *names]
        first -= 1
    above = [row for row in rows[:first] if not _NO_TEXT.search(row.text)]
    words = [row.whole for row in rows if _NO_TEXT.search(row.text)]
    return Closing(
        view.page, date_row.parts[-1], tuple(names), here, above[-1] if above else None,
        _notes(rows[place + 1 :]), words[0] if words else None,
    )  # fmt: skip


def attachment_note(rows: Sequence[Row]) -> tuple[Row, ...]:
    """附件说明 among rows of one page: from 附件： to where a row is left blank or text goes on."""
    start = next((n for n, row in enumerate(rows) if ATTACHED.fullmatch(row.text)), None)
    if start is None:
        return ()
    found = [rows[start]]
    for row in rows[start + 1 :]:
        if row.left < _INDENTED or row.y - found[-1].y > 1.6 * PITCH:
            break
        found.append(row)
    return tuple(found)


def _signs(row: Row, below: float, seals: Sequence[SealMark]) -> bool:
    """Whether a row above the date bears names: set in from the left, or under seals."""
    if row.text.endswith(("。", "；", "：", "！", "？", "，")):
        return False
    sealed = [
        seal for seal in seals
        if seal.box[1] < row.y < seal.box[3]
        and any(abs(part.centre - seal.x) < seal.diameter / 2 for part in row.parts)
    ]  # fmt: skip
    if sealed and (len(row.parts) > 1 or row.left > _INDENTED or len(row.text) < 20):  # noqa: PLR2004 - a name
        return True
    near = below - row.y < (6.6 if sealed or len(row.parts) > 1 else 3.2) * PITCH
    return near and row.left > _INDENTED and row.right <= CORE_RIGHT + EM


def _notes(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows in brackets below the date."""
    found: list[Row] = []
    opened = False
    for row in rows:
        if not opened and not _NOTE.fullmatch(row.text):
            break
        found.append(row)
        opened = not row.text.endswith(("）", ")"))
    return tuple(found)
