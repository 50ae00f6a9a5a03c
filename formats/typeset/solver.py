"""The least change that lets every page be as GB/T 9704-2012 wants it. 7.3.3, 7.3.5.5.

What must hold: page 1 shows text, the page with 署名, date and seals bears text too, and no
heading ends a page. Where the plain setting fails, 7.3.5.5 says how to mend it: by the distance of
rows and characters, never by 此页无正文. The solver tries a fixed list of such changes and takes
the one that deviates least:

==========  ========================================================  ======================
remedy      what changes                                              costs
==========  ========================================================  ======================
pitch       rows of the pages before the closing's closed up or       1 a mm and page
            opened, or of the closing's own, so that they still fill
            the core
carry       rows of text carried over, their place left free          1.5 a row
tracking    characters closed up or opened to 29 or 27 a row, in the  4 a point, of the whole
            last paragraph or in the whole text                       text 8
split       the last row of text broken in two, its place left free   6
recipients  主送 moved to the 版记 (7.3.2): the last resort             20
==========  ========================================================  ======================

Fewer or more than 28 characters a row are told by whole characters: a row is set to the full
measure, so any smaller change of their distance would vanish again.

One row of text beside the closing costs 2 more than two. Beyond mending are a text of a single
character whose closing needs a page of its own, and one that ends in a landscape table; the caller
tells so. Pure: blocks in, a layout out. Pages that a change leaves alone are not set again, and no
row is broken again but for tracking and split.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Final

from formats.typeset.display import Remedy
from formats.typeset.flow import Block, Layout, paginate, pitch_of
from formats.typeset.grid import COLUMNS, CORE_WIDTH, EM, MM_PER_POINT, PITCH, ROWS

WANTED: Final = 2
"""Rows of text beside the closing; one is allowed."""

MOST_CARRIED: Final = 3
CLOSEST: Final = 9.9
"""Millimetres: rows any closer would look like another standard's."""

WIDEST: Final = 12.2
"""Rows any further apart look empty (two blank rows begin at 15.7)."""

_ONE_ROW: Final = 2.0
_CARRY: Final = 1.5
_TRACKING: Final = 4.0
_WHOLE: Final = 2.0
"""How much dearer tracking is in the whole text than in its last paragraph."""

_SPLIT: Final = 6.0
_RECIPIENTS: Final = 20.0
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
    last_alone: bool = False
    """Only the last paragraph has other than 28."""
    split: bool = False
    """The last row of text broken in two."""

    @property
    def tracking(self) -> float:
        """Millimetres between characters."""
        return CORE_WIDTH / self.columns - EM

    @property
    def points(self) -> float:
        """The same in points."""
        return self.tracking / MM_PER_POINT

    @property
    def cost(self) -> float:
        """What it deviates from the plain one."""
        dearer = 1.0 if self.last_alone else _WHOLE
        tracking = _TRACKING * dearer * abs(self.points)
        return tracking + _RECIPIENTS * self.moved + _SPLIT * self.split


@dataclass(frozen=True, slots=True)
class Solution:
    """The layout that was chosen, and what it took."""

    layout: Layout
    setting: Setting
    blocks: tuple[Block, ...]
    remedies: tuple[Remedy, ...]
    deviation: float

    @property
    def accompanied(self) -> bool:
        """Whether text stands beside the closing, or there is none."""
        page = closing_page(self.layout)
        return page is None or page in _texts_by_page(self.layout)


@dataclass(frozen=True, slots=True)
class _Change:
    setting: Setting = field(default_factory=Setting)
    rows: tuple[tuple[int, int], ...] = ()
    """Pages with other than 22 rows."""
    carry: int = 0


@dataclass(frozen=True, slots=True)
class _Flow:
    """The blocks of one setting, and their plain layout."""

    blocks: tuple[Block, ...]
    layout: Layout


def solve(
    blocks_of: Callable[[Setting], Sequence[Block]], *, first_row: int, movable: bool
) -> Solution:
    """The layout of least deviation. ``movable``: 主送 may go to the 版记. Raises `TooLarge`.

    ``blocks_of`` gives all blocks of the flow, closing and notes included, for a setting.
    """
    flows: dict[Setting, _Flow] = {}

    def flow(setting: Setting) -> _Flow:
        if setting not in flows:
            blocks = tuple(blocks_of(setting))
            flows[setting] = _Flow(blocks, paginate(blocks, first_row=first_row))
        return flows[setting]

    plain = flow(Setting())
    fault = _fault(plain.layout)
    best = Solution(plain.layout, Setting(), plain.blocks, (), fault)
    if fault == 0:
        return best
    for price, change in _changes(closing_page(plain.layout), first_row, movable=movable):
        if price >= best.deviation - 1e-9:
            break
        found = _solution(change, price, flow(change.setting), first_row)
        if found is not None and found.deviation < best.deviation - 1e-9:
            best = found
    return best


@lru_cache(maxsize=256)
def _changes(
    last: int | None, first_row: int, *, movable: bool
) -> tuple[tuple[float, _Change], ...]:
    """Everything that is tried with its price, the cheapest first; ``last`` is the closing's page.

    Between equals the order in which they stand here decides.
    """
    found: list[_Change] = []
    row_changes = tuple(_row_changes(last, first_row))
    for setting in _settings(movable=movable):
        if setting != Setting():
            found.append(_Change(setting))
        for rows in row_changes:
            found += (_Change(setting, rows, carry) for carry in (0, 1, 2))
        found += (_Change(setting, (), carry) for carry in range(1, MOST_CARRIED + 1))
    priced = [(round(_price(change, first_row), 6), change) for change in found]
    return tuple(sorted(priced, key=itemgetter(0)))


def _settings(*, movable: bool) -> Iterator[Setting]:
    for moved in (False, True) if movable else (False,):
        yield Setting(moved=moved)
        for columns in (COLUMNS + 1, COLUMNS - 1):
            yield Setting(moved=moved, columns=columns, last_alone=True)
        for columns in (COLUMNS + 1, COLUMNS - 1):
            yield Setting(moved=moved, columns=columns)
        yield Setting(moved=moved, split=True)


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
    return pitches + _CARRY * change.carry + change.setting.cost


def _solution(change: _Change, price: float, flow: _Flow, first_row: int) -> Solution | None:
    """The layout under a change; None where there is nothing to carry."""
    breaks: frozenset[int] = frozenset()
    resume = min((page for page, _ in change.rows), default=flow.layout.pages - 1)
    if change.carry:
        start = _carried_from(flow.blocks, change.carry)
        if start is None:
            return None
        breaks = frozenset({start})
        resume = min(resume, flow.layout.page_of(start))
    layout = flow.layout
    if change.rows or change.carry:
        layout = paginate(
            flow.blocks, first_row=first_row, breaks=breaks, rows=dict(change.rows),
            known=(flow.layout, min(resume, flow.layout.pages - 1)),
        )  # fmt: skip
    if change.carry and not _carries(layout, breaks):
        return None
    fault = _fault(layout)
    remedies = tuple(_remedies(change, layout, first_row))
    deviation = round(price + fault, 3)
    return Solution(layout, change.setting, flow.blocks, remedies, deviation)


def _carried_from(blocks: Sequence[Block], count: int) -> int | None:
    """Where the last ``count`` rows of text begin, with the headings that belong to them."""
    start = None
    for place in range(len(blocks) - 1, -1, -1):
        if blocks[place].part == "text":
            if count == 0:
                break
            start, count = place, count - 1
    else:  # all of the text would go
        return None
    while start is not None and start > 0 and blocks[start - 1].keep_next:
        start -= 1
    return start


def _carries(layout: Layout, breaks: frozenset[int]) -> bool:
    """Whether the carried rows begin the closing's page (below a repeated table head)."""
    page = closing_page(layout)
    return page is not None and layout.starts[page][0] in breaks


def _fault(layout: Layout) -> float:
    """What still is wrong, as a cost: 0 where all is well."""
    fault = 0.0
    texts = _texts_by_page(layout)
    if texts and 0 not in texts:
        fault += 2 * _IMPOSSIBLE
    page = closing_page(layout)
    if page is not None and page > 0 and texts and not _parted(layout):
        beside = texts.get(page, 0)
        if beside == 0:
            fault += _IMPOSSIBLE
        elif beside < WANTED:
            fault += _ONE_ROW
    return fault + _IMPOSSIBLE * _ends_in_heading(layout)


def _parted(layout: Layout) -> bool:
    """Whether a landscape table stands last: no change brings text to the closing then."""
    texts = (item.block for item in reversed(layout.placed) if item.block.part == "text")
    return next((block.turned_page for block in texts), False)


def _texts_by_page(layout: Layout) -> Mapping[int, int]:
    """How many rows of text there are on the first page and on the last ones."""
    found: dict[int, int] = {}
    last = closing_page(layout)
    edges = {0, last} if last is not None else {0}
    for page in edges:
        begin = layout.starts[page][1]
        end = layout.starts[page + 1][1] if page + 1 < layout.pages else len(layout.placed)
        count = sum(item.block.part == "text" for item in layout.placed[begin:end])
        if count:
            found[page] = count
    if not found and any(item.block.part == "text" for item in layout.placed):
        found[-1] = 1  # text there is, though on neither page
    return found


def _ends_in_heading(layout: Layout) -> bool:
    """Whether a page ends in a heading whose text is on the next one.

    Below a heading of a landscape table there is no such place: the table has pages of its own.
    """
    return any(
        0 < count < len(layout.placed)
        and layout.placed[count - 1].block.keep_next
        and not layout.placed[count].block.turned_page
        for _, count in layout.starts[1:]
    )


def closing_page(layout: Layout) -> int | None:
    """The page of the closing block, from 0."""
    return next(
        (item.page for item in reversed(layout.placed) if item.block.part == "closing"), None
    )


def _remedies(change: _Change, layout: Layout, first_row: int) -> Iterator[Remedy]:
    for page, rows in change.rows:
        pitch = pitch_of(rows, first_row if page == 0 else 0)
        yield Remedy("pitch", page + 1, round(pitch - PITCH, 3), "mm")
    last = closing_page(layout) or 0
    if change.carry:
        yield Remedy("carry", last, change.carry, "rows")
    if change.setting.columns != COLUMNS:
        page = last + 1 if change.setting.last_alone else 0
        yield Remedy("tracking", page, round(change.setting.points, 2), "pt")
    if change.setting.moved:
        yield Remedy("recipients", 0, 1, "moved")
    if change.setting.split:
        yield Remedy("split", last, 1, "rows")
