"""The least change that lets every page be as GB/T 9704-2012 wants it. 7.3.3, 7.3.5.5.

What must hold: page 1 shows text, and the page with 署名, date and seals bears text too. Where
the plain setting fails, 7.3.5.5 says how to mend it: by the distance of rows and characters,
never by 此页无正文. The solver tries a fixed list of such changes and takes the one that deviates
least:

========  ==========================================================  ======================
remedy    what changes                                                costs
========  ==========================================================  ======================
pitch     rows of the pages before the closing closed up or opened,   1 a mm and page
          so that they still fill the core
carry     rows of text carried over, their place left free            1.5 a row
tracking  characters of the text closed up or opened to 29 or 27      10 a mm
          a row
recipients  主送 moved to the 版记 (7.3.2)                               3
split     the last row of text broken in two, its place left free     6
========  ==========================================================  ======================

One row of text beside the closing costs 2 more than two. A text of a single row whose closing
needs a page of its own is beyond mending; the caller tells so. Pure: blocks in, a layout out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from formats.typeset.display import Remedy
from formats.typeset.flow import Block, Layout, paginate, pitch_of
from formats.typeset.grid import COLUMNS, CORE_WIDTH, EM, MM_PER_POINT, PITCH, ROWS

WANTED: Final = 2
"""Rows of text beside the closing; one is allowed."""

MOST_CARRIED: Final = 3
CLOSEST: Final = 9.9
"""Millimetres: rows any closer would look like another standard's."""

WIDEST: Final = 12.6
"""Rows any further apart look empty (two blank rows begin at 15.7)."""

_ONE_ROW: Final = 2.0
_CARRY: Final = 1.5
_TRACKING: Final = 10.0
_RECIPIENTS: Final = 3.0
_SPLIT: Final = 6.0
_IMPOSSIBLE: Final = 1000.0
_REACH: Final = 4
"""Pages before the closing that share a change."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to set the text."""

    moved: bool = False
    """主送 in the 版记."""
    columns: int = COLUMNS
    """Characters a row of text."""
    split: bool = False
    """The last row of text broken in two."""

    @property
    def tracking(self) -> float:
        """Millimetres between characters."""
        return CORE_WIDTH / self.columns - EM


@dataclass(frozen=True, slots=True)
class Solution:
    """The layout that was chosen, and what it took."""

    layout: Layout
    setting: Setting
    blocks: tuple[Block, ...]
    remedies: tuple[Remedy, ...]
    deviation: float
    solved: bool
    """Whether everything holds that must."""


@dataclass(frozen=True, slots=True)
class _Change:
    setting: Setting = field(default_factory=Setting)
    rows: tuple[tuple[int, int], ...] = ()
    """Pages with other than 22 rows."""
    carry: int = 0


def solve(
    blocks_of: Callable[[Setting], Sequence[Block]], *, first_row: int, movable: bool
) -> Solution:
    """The layout of least deviation. ``movable``: 主送 may go to the 版记. Raises `TooLarge`.

    ``blocks_of`` gives all blocks of the flow, closing and notes included, for a setting.
    """
    made: dict[Setting, tuple[Block, ...]] = {}

    def solution(change: _Change) -> Solution | None:
        if change.setting not in made:
            made[change.setting] = tuple(blocks_of(change.setting))
        return _solution(change, made[change.setting], first_row)

    best = solution(_Change())
    if best is None or best.deviation == 0:
        return best or _plain(made[Setting()], first_row)
    for change in _changes(best.layout, first_row, movable=movable):
        if _price(change, first_row) >= best.deviation:
            continue
        found = solution(change)
        if found is not None and found.deviation < best.deviation - 1e-9:
            best = found
    return best


def _plain(blocks: tuple[Block, ...], first_row: int) -> Solution:
    return Solution(paginate(blocks, first_row=first_row), Setting(), blocks, (), 0.0, solved=True)


def _changes(plain: Layout, first_row: int, *, movable: bool) -> Iterator[_Change]:
    """Everything that is tried, roughly from the least on; the order decides between equals."""
    last = closing_page(plain)
    for moved in (False, True) if movable else (False,):
        for columns in (COLUMNS, COLUMNS + 1, COLUMNS - 1):
            setting = Setting(moved=moved, columns=columns)
            yield _Change(setting)
            for rows in _row_changes(last, first_row):
                yield _Change(setting, rows)
                yield from (_Change(setting, rows, carry) for carry in (1, 2))
            yield from (_Change(setting, (), carry) for carry in range(1, MOST_CARRIED + 1))
        yield _Change(Setting(moved=moved, split=True))
        yield _Change(Setting(moved=moved, split=True), (), 1)


def _row_changes(last: int | None, first_row: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Ways to give or take up to three rows among the pages before the closing's, or on it."""
    if last is None:
        return
    if _fits(last, ROWS + 1, first_row):
        yield ((last, ROWS + 1),)
    for total in (1, -1, 2, -2, 3, -3):
        for count in range(1, min(last, _REACH) + 1):
            pages = range(last - count, last)
            share = _shared(total, count)
            if share is not None:
                rows = tuple(
                    (page, ROWS + more) for page, more in zip(pages, share, strict=True) if more
                )
                if all(_fits(page, number, first_row) for page, number in rows):
                    yield rows


def _shared(total: int, count: int) -> tuple[int, ...] | None:
    """``total`` rows over ``count`` pages as evenly as can be, None where a page has no share."""
    if abs(total) < count:
        return None
    each, rest = divmod(abs(total), count)
    sign = 1 if total > 0 else -1
    return tuple(sign * (each + (1 if place >= count - rest else 0)) for place in range(count))


def _fits(page: int, rows: int, first_row: int) -> bool:
    first = first_row if page == 0 else 0
    return rows - first > 1 and CLOSEST <= pitch_of(rows, first) <= WIDEST


def _price(change: _Change, first_row: int) -> float:
    """What the change itself costs."""
    pitches = sum(
        abs(pitch_of(rows, first_row if page == 0 else 0) - PITCH) for page, rows in change.rows
    )
    return (
        pitches
        + _CARRY * change.carry
        + _TRACKING * abs(change.setting.tracking)
        + _RECIPIENTS * change.setting.moved
        + _SPLIT * change.setting.split
    )


def _solution(change: _Change, blocks: tuple[Block, ...], first_row: int) -> Solution | None:
    """The layout under a change; None where there is nothing to solve or nothing to carry."""
    breaks: frozenset[int] = frozenset()
    if change.carry:
        start = _carried_from(blocks, change.carry)
        if start is None:
            return None
        breaks = frozenset({start})
    layout = paginate(blocks, first_row=first_row, breaks=breaks, rows=dict(change.rows))
    if change.carry and not _carries(layout, blocks, breaks):
        return None
    fault = _fault(layout)
    deviation = _price(change, first_row) + fault
    remedies = tuple(_remedies(change, layout, first_row))
    return Solution(
        layout, change.setting, blocks, remedies, round(deviation, 3), fault < _IMPOSSIBLE
    )


def _carried_from(blocks: Sequence[Block], count: int) -> int | None:
    """Where the last ``count`` rows of text begin, with the headings that belong to them."""
    places = [place for place, block in enumerate(blocks) if block.part == "text"]
    if len(places) <= count:
        return None
    start = places[-count]
    while start > 0 and blocks[start - 1].keep_next:
        start -= 1
    return start


def _carries(layout: Layout, blocks: Sequence[Block], breaks: Iterable[int]) -> bool:
    """Whether the carried rows begin the closing's page (below a repeated table head)."""
    page = closing_page(layout)
    first = {id(blocks[place]) for place in breaks}
    return page is not None and any(
        item.page == page and id(item.block) in first for item in layout.placed
    )


def _fault(layout: Layout) -> float:
    """What still is wrong, as a cost: 0 where all is well."""
    fault = 0.0
    texts = [item.page for item in layout.placed if item.block.part == "text"]
    if texts and texts[0] > 0:
        fault += 2 * _IMPOSSIBLE
    page = closing_page(layout)
    if page is not None and page > 0 and texts:
        beside = sum(place == page for place in texts)
        if beside == 0:
            fault += _IMPOSSIBLE
        elif beside < WANTED:
            fault += _ONE_ROW
    return fault


def closing_page(layout: Layout) -> int | None:
    """The page of the closing block, from 0."""
    return next((item.page for item in layout.placed if item.block.part == "closing"), None)


def _remedies(change: _Change, layout: Layout, first_row: int) -> Iterator[Remedy]:
    for page, rows in change.rows:
        pitch = pitch_of(rows, first_row if page == 0 else 0)
        yield Remedy("pitch", page + 1, round(pitch - PITCH, 3), "mm")
    last = closing_page(layout) or 0
    if change.carry:
        yield Remedy("carry", last, change.carry, "rows")
    if change.setting.columns != COLUMNS:
        yield Remedy("tracking", 0, round(change.setting.tracking / MM_PER_POINT, 2), "pt")
    if change.setting.moved:
        yield Remedy("recipients", 0, 1, "moved")
    if change.setting.split:
        yield Remedy("split", last, 1, "rows")
