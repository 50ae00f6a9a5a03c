"""Sheet, margins, what lies beyond the core, colour. GB/T 9704-2012 5.1, 5.2.1, 5.2.4."""

from collections import Counter
from itertools import pairwise
from typing import Final

from formats.measure.found import Findings
from formats.measure.rows import Part, Row, is_full
from formats.measure.rules.grid import BODY_SIZES, SLACK, body_rows, pitch_of
from formats.measure.scene import Scene
from formats.measure.sheet import Box, Glyph
from formats.measure.table import CHECKS
from formats.measure.views import View
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    EM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
)

_TRIM: Final = 2.0  # 5.1
_SHOWN: Final = 12


def check_sheet(scene: Scene, found: Findings) -> None:
    """The sheet, its margins, and what is printed beyond them or over each other."""
    _sizes(scene, found)
    _top(scene, found)
    _sides(scene, found)
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


def _top(scene: Scene, found: Findings) -> None:
    """天头: the em box of the first row of a page that begins with text."""
    for view in scene.views:
        if view.sideways or not view.rows or view.sheet.width > view.sheet.height:
            continue
        first = view.rows[0]
        row_like = BODY_SIZES[0] <= first.size <= BODY_SIZES[1]
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
        row.whole.bottom > CORE_BOTTOM + SLACK / 2
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
                if over > worst.get(side, (SLACK, 0, 0.0, 0.0))[0]:
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
