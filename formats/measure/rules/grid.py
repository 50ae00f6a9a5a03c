"""Rows, characters a row, type size and family of running text. GB/T 9704-2012 5.2.2, 5.2.3."""

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Final

from formats.i18n import tr
from formats.measure.families import FAMILY_NAMES
from formats.measure.found import Findings
from formats.measure.rows import Row, is_full
from formats.measure.scene import Scene
from formats.measure.table import CHECKS
from formats.measure.views import View
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_WIDTH, EM

BODY_SIZES: Final = (13.5, 17.3)
"""Points: what may pass for running text."""

SLACK: Final = 1.0
"""How far ink may lie beyond the core, in mm: the standard's own tolerance of its margins."""

_PITCHES: Final = (7.0, 14.5)
_ADJUSTED: Final = (9.7, 10.75)
"""Row pitches that 7.3.5.5 lets a page take so that the seal stands with text."""

_ADJUSTED_ROWS: Final = (20, 23)
_SPREAD: Final = 12.3
"""19 rows spread over the core, in mm; 18 would look like another document."""

_FEW: Final = 25
"""One in so many shows the type's own step."""

_SPACED: Final = (0.05, 0.36)
"""Room added between characters, in mm, that 7.3.5.5 lets a page take; about a point."""

_ENOUGH: Final = 60
"""Characters, two rows of them, from which on a habit can be told."""

_SHARE: Final = 8
"""One in so many counts as what the type usually does."""


def check_grid(scene: Scene, found: Findings) -> None:
    """The grid of rows and characters, and the type in it."""
    _pitch(scene, found)
    _cells(scene, found)
    _type(scene, found)


def body_rows(scene: Scene, view: View) -> list[Row]:
    """Rows of the page set in what may be 3号 type."""
    least, most = BODY_SIZES
    return [row for row in scene.text_rows(view) if least <= row.size <= most]


def pitch_of(rows: list[Row]) -> float | None:
    """The row pitch of a page, None where too few rows follow each other."""
    least, most = _PITCHES
    steps = [after.y - row.y for row, after in pairwise(rows)]
    near = [step for step in steps if least <= step <= most]
    return median(near) if len(near) >= 3 else None  # noqa: PLR2004 - enough to tell


def _pitch(scene: Scene, found: Findings) -> None:
    measured: list[tuple[float, View, int]] = []
    for view in scene.views:
        rows = body_rows(scene, view)
        pitch = pitch_of(rows)
        if pitch is not None:
            measured.append((pitch, view, len(rows)))
    if not measured:
        return
    check = CHECKS["L07"]
    expected = check.expected if isinstance(check.expected, float) else 0.0
    alone = len(measured) == 1 and _fills(scene, measured[0][1])
    basic = alone or any(check.passes(pitch, expected) for pitch, _, _ in measured)
    for pitch, view, _ in measured:
        if basic and _adjusted(scene, view, pitch):
            continue
        if not found.judge("L07", pitch, view.page, None):
            return
    _rows(scene, found)


def _rows(scene: Scene, found: Findings) -> None:
    """Rows of the fullest of the pages whose text runs on to the next page."""
    running = [
        (len(body_rows(scene, view)), view)
        for view, following in pairwise(scene.views)
        if view.page > 1 and _runs_on(scene, view, following)
    ]
    if len(running) < 2:  # noqa: PLR2004 - one page may be short for a reason
        return
    most, view = max(running, key=lambda entry: entry[0])
    if not _ADJUSTED_ROWS[0] <= most <= _ADJUSTED_ROWS[1]:
        found.add("L08", view.page, None, float(most))


def _runs_on(scene: Scene, view: View, following: View) -> bool:
    """Whether a paragraph goes on from a page of nothing but text to the next."""
    if view.grids or view.sheet.blots or view.sideways or following.grids:
        return False
    if any(annex.page in {view.page, following.page} for annex in scene.annexes):
        return False
    rows = body_rows(scene, following)
    return bool(rows) and rows[0] is following.rows[0] and rows[0].left < CORE_LEFT + EM


def _adjusted(scene: Scene, view: View, pitch: float) -> bool:
    """Whether a page's own pitch is one that 5.2.3 and 7.3.5.5 let it take.

    A little closer or wider anywhere; much wider only so that the page fills the core.
    """
    least, most = _ADJUSTED
    return least <= pitch <= most or (most < pitch <= _SPREAD and _fills(scene, view))


def _fills(scene: Scene, view: View) -> bool:
    """Whether the last row of text ends at the core's foot, or leaves no room for one more."""
    rows = body_rows(scene, view)
    pitch = pitch_of(rows)
    if pitch is None:
        return False
    free = CORE_BOTTOM - rows[-1].whole.bottom
    return -SLACK <= free <= 1.1 * pitch


def _cells(scene: Scene, found: Findings) -> None:
    """The step from one Chinese character to the next, and how many of them the core takes.

    Justified rows open wider than the type asks; the last rows of paragraphs show its own step.
    Pages that are plainly spaced wider than their type (7.3.5.5) do not count.
    """
    steps: Counter[float] = Counter()
    for view in scene.views:
        own = _steps(scene, view)
        if not _spaced(scene, view, own):
            steps += own
    total = sum(steps.values())
    usual = sum(count for step, count in steps.items() if _fits(step) >= 28)  # noqa: PLR2004 - 5.2.3
    if total < _ENOUGH or usual * _FEW >= total:
        return
    common = [step for step, count in steps.items() if count * _SHARE >= total and step > 0]
    if common:
        found.judge("L09", _fits(min(common)), 0, None)


def _steps(scene: Scene, view: View) -> Counter[float]:
    """How often each step stands between two Chinese characters of a page."""
    return Counter(
        round(other.x - one.x, 2)
        for row in body_rows(scene, view)
        for one, other in pairwise(row.whole.glyphs)
        if is_full(one.char) and is_full(other.char)
    )


def _spaced(scene: Scene, view: View, steps: Counter[float]) -> bool:
    """Whether no row of the page stands as close as its type would."""
    if not steps:
        return False
    em = median(row.whole.em for row in body_rows(scene, view))
    least, most = _SPACED
    return least <= min(steps) - em <= most


def _fits(step: float) -> float:
    return float(int((CORE_WIDTH + 0.5) / step)) if step > 0 else 0.0


def _type(scene: Scene, found: Findings) -> None:
    """Size and family of most running text."""
    sizes: Counter[float] = Counter()
    families: Counter[str] = Counter()
    first: Row | None = None
    for _, rows in scene.all_text():
        for row in rows:
            if row.size > 20 or len(row.text) < 6:  # noqa: PLR2004 - headings and scraps do not count
                continue
            first = first or row
            sizes[row.size] += len(row.text)
            if row.whole.family is not None:
                families[row.whole.family] += len(row.text)
    if first is None or sum(sizes.values()) < _ENOUGH:
        return
    found.judge("L10", sizes.most_common(1)[0][0], first.page, first)
    if families:
        family = families.most_common(1)[0][0]
        if family != "fang":
            name = next(name for key, name in FAMILY_NAMES.items() if key == family)
            found.add("L11", first.page, first, tr(name))
