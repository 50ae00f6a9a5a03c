"""Sheet, margins, grid, type and colour of running text. GB/T 9704-2012 5."""

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Final

from formats.i18n import tr
from formats.measure.families import FAMILY_NAMES
from formats.measure.found import Findings
from formats.measure.rows import Part, Row, is_full
from formats.measure.scene import Scene
from formats.measure.sheet import Box, Glyph
from formats.measure.table import CHECKS
from formats.measure.views import View
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    CORE_WIDTH,
    EM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
)

_TRIM: Final = 2.0  # 5.1
_BODY_SIZES: Final = (13.5, 17.3)
"""Points: what may pass for running text."""

_SHOWN: Final = 12
_PITCHES: Final = (7.0, 14.5)
_ADJUSTED: Final = (9.7, 10.75)
"""Row pitches that 7.3.5.5 lets a page take so that the seal stands with text."""

_SPREAD: Final = 12.3
"""19 rows spread over the core, in mm; 18 would look like another document."""

_SLACK: Final = 1.0
_SPACED: Final = (0.05, 0.36)
"""Room added between characters, in mm, that 7.3.5.5 lets a page take; about a point."""

_ENOUGH: Final = 60
"""Characters, two rows of them, from which on a habit can be told."""

_SHARE: Final = 8
"""One in so many counts as what the type usually does."""


def check_sheet(scene: Scene, found: Findings) -> None:
    """Everything of clause 5."""
    _sizes(scene, found)
    _top(scene, found)
    _sides(scene, found)
    _pitch(scene, found)
    _cells(scene, found)
    _type(scene, found)
    _inside(scene, found)
    for view in scene.views:
        _black(scene, view, found)
        _overlap(view, found)


def _sizes(scene: Scene, found: Findings) -> None:
    for view in scene.views:
        width, height = view.sheet.width, view.sheet.height
        shown = f"{width:.0f}×{height:.0f} mm"
        sides = sorted((width, height))
        if abs(sides[0] - PAGE_WIDTH) > _TRIM or abs(sides[1] - PAGE_HEIGHT) > _TRIM:
            found.add("L01", view.page, None, shown)
        elif width > height:
            found.add("L02", view.page, None, shown)


def body_rows(scene: Scene, view: View) -> list[Row]:
    """Rows of the page set in what may be 3号 type."""
    least, most = _BODY_SIZES
    return [row for row in scene.text_rows(view) if least <= row.size <= most]


def _top(scene: Scene, found: Findings) -> None:
    """天头: the em box of the first row of a page that begins with text."""
    for view in scene.views:
        if view.sideways or not view.rows or view.sheet.width > view.sheet.height:
            continue
        first = view.rows[0]
        row_like = _BODY_SIZES[0] <= first.size <= _BODY_SIZES[1]
        imprint = scene.imprint is not None and first in scene.imprint.rows
        above = [s.y for s in view.sheet.strokes] + [b.box[1] for b in view.sheet.blots]
        furniture = view.page == 1 and (
            scene.head.format == "letter" or first.y > CORE_TOP + 4 * EM
        )
        if not row_like or imprint or furniture or view.in_grid(first):
            continue
        if first.whole.top > CORE_TOP + 3 * EM or any(y < first.y for y in above):
            continue  # the page begins lower, or with something else
        if CHECKS["L03"].passes(first.whole.top, CORE_TOP):
            continue
        leaded = _leaded(scene, view, first.whole.top)
        found.judge("L14" if leaded else "L03", first.whole.top, view.page, first)
        return


def _leaded(scene: Scene, view: View, top: float) -> bool:
    """Whether a word processor put half the leading above the first row, all within the core."""
    rows = body_rows(scene, view)
    pitch = pitch_of(rows)
    if pitch is None or any(
        row.whole.bottom > CORE_BOTTOM + _SLACK / 2
        for page in scene.views
        for row in scene.text_rows(page)
    ):
        return False
    return 0 < top - CORE_TOP <= 0.75 * (pitch - rows[0].whole.em) + 0.3


def _sides(scene: Scene, found: Findings) -> None:
    lefts: Counter[float] = Counter()
    places: dict[float, Row] = {}
    rights: list[tuple[float, Row]] = []
    for view in scene.views:
        rows = body_rows(scene, view)
        for row in rows:
            left = round(row.left, 1)
            lefts[left] += 1
            places.setdefault(left, row)
        for row, after in pairwise(rows):
            if is_full(row.text[-1]) and after.left < row.left + EM and len(row.text) > 15:  # noqa: PLR2004 - a full row
                rights.append((row.right, row))
    least = max(3, sum(lefts.values()) // 8)
    common = [left for left, count in sorted(lefts.items()) if count >= least]
    if not common:
        return
    left = common[0]
    if left > CORE_LEFT + 1.5 * EM and len(common) < 3:  # noqa: PLR2004 - only first rows of paragraphs
        return
    margin_good = found.judge("L04", left, places[left].page, places[left])
    if margin_good and len(rights) >= 3:  # noqa: PLR2004 - enough full rows
        right, row = max(rights, key=lambda entry: entry[0])
        found.judge("L05", right - left, row.page, row)


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


_ADJUSTED_ROWS: Final = (20, 23)


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
    return -_SLACK <= free <= 1.1 * pitch


def _cells(scene: Scene, found: Findings) -> None:
    """The step from one Chinese character to the next, and how many of them the core takes.

    What most pages do tells; those that are plainly spaced wider than their type (7.3.5.5) do not.
    """
    fitting = [count for view in scene.views if (count := _fitting(scene, view)) is not None]
    if fitting:
        found.judge("L09", Counter(fitting).most_common(1)[0][0], 0, None)


def _fitting(scene: Scene, view: View) -> float | None:
    """Characters a row of the page takes; None where it is spaced, or bears too little text.

    Justified rows open wider than the type asks; what many rows do at the least is its step.
    """
    steps = Counter(
        round(other.x - one.x, 2)
        for row in body_rows(scene, view)
        for one, other in pairwise(row.whole.glyphs)
        if is_full(one.char) and is_full(other.char)
    )
    total = sum(steps.values())
    common = [step for step, count in steps.items() if count * _SHARE >= total and step > 0]
    if total < _ENOUGH or not common:
        return None
    em = Counter(round(row.whole.em, 2) for row in body_rows(scene, view)).most_common(1)[0][0]
    least, most = _SPACED
    if least <= min(common) - em <= most:
        return None
    return float(int((CORE_WIDTH + 0.5) / min(common)))


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


def _inside(scene: Scene, found: Findings) -> None:
    """Ink beyond the core, the furniture of the format aside; each side once, where it is worst."""
    worst: dict[str, tuple[float, int, float, float]] = {}
    for view in scene.views:
        if view.sheet.width > view.sheet.height:
            continue
        for box, x, y in _boxes(scene, view):
            letter = scene.head.format == "letter" and view.page == 1 and box[3] < CORE_TOP + 4 * EM
            beyond = {
                "left": CORE_LEFT - box[0],
                "top": 0.0 if letter else CORE_TOP - box[1],
                "right": box[2] - CORE_RIGHT,
                "bottom": box[3] - CORE_BOTTOM,
            }
            for side, over in beyond.items():
                if over > worst.get(side, (_SLACK, 0, 0.0, 0.0))[0]:
                    worst[side] = (over, view.page, x, y)
    edges = {
        "left": CORE_LEFT, "top": CORE_TOP, "right": CORE_RIGHT, "bottom": CORE_BOTTOM,
    }  # fmt: skip
    for side, (over, page, x, y) in worst.items():
        edge = edges[side]
        reached = edge - over if side in {"left", "top"} else edge + over
        found.add("L06", page, (x, y), reached, expected=edge)


def _boxes(scene: Scene, view: View) -> list[tuple[Box, float, float]]:
    """Everything printed on a page that belongs into the core, with the point to show."""
    doubled = {s for pair in scene.head.doubles for s in (pair.upper, pair.lower)}
    boxes = [(glyph.ink, glyph.x, glyph.y) for glyph in _printed(view)]
    boxes += [
        ((s.left, min(s.y1, s.y2), s.right, max(s.y1, s.y2)), s.left, s.y)
        for s in view.sheet.strokes
        if not (view.page == 1 and scene.head.format == "letter" and s in doubled)
    ]
    boxes += [(b.box, b.box[0], b.box[1]) for b in view.sheet.blots if b.tint != "red"]
    ground = PAGE_WIDTH * 0.95  # a ground laid over the whole sheet is not content
    return [entry for entry in boxes if entry[0][2] - entry[0][0] < ground]


def _printed(view: View) -> list[Glyph]:
    number = set(map(id, view.number.glyphs)) if view.number else set()
    inside = [glyph for row in view.rows for glyph in row.whole.glyphs]
    return [glyph for glyph in (*inside, *view.sheet.sideways) if id(glyph) not in number]


def _black(scene: Scene, view: View, found: Findings) -> None:
    """Coloured text that is not the mark."""
    marks = set(scene.head.mark.parts) if scene.head.mark and view.page == 1 else set()
    for row in view.rows:
        for part in row.parts:
            if part.tint in {"red", "other"} and part not in marks:
                found.add("L12", view.page, part, part.text[:_SHOWN])
                return


def _overlap(view: View, found: Findings) -> None:
    """Two rows whose ink lies on each other."""
    for row, after in pairwise(view.rows):
        if after.y - row.y > 0.55 * min(row.whole.em, after.whole.em):
            continue
        if any(_meet(one, other) for one in row.parts for other in after.parts):
            found.add("L13", view.page, after, after.text[:_SHOWN])
            return


def _meet(one: Part, other: Part) -> bool:
    high = min(one.ink[3], other.ink[3]) - max(one.ink[1], other.ink[1])
    wide = min(one.ink[2], other.ink[2]) - max(one.ink[0], other.ink[0])
    return high > 0.5 and wide > 0.5  # noqa: PLR2004 - mm of ink on ink
