"""署名, 成文日期, seals, 附注. GB/T 9704-2012 7.3.5, 7.3.6."""

from collections.abc import Sequence
from itertools import combinations
from math import hypot
from typing import Final

from formats.i18n import mark, tr
from formats.measure.closing import GOOD_DATE, Closing
from formats.measure.found import Findings
from formats.measure.rows import Part
from formats.measure.scene import Scene
from formats.measure.sheet import SealMark
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_RIGHT, CORE_TOP, EM, PITCH

_SAME_ROW: Final = 8.0
"""Seals whose centres differ less than this in height, in mm, were meant to stand in one row."""

_LOWEST_SHARE: Final = 0.36
"""Of the diameter: how far below a seal's centre what it presses may lie."""

_FREE: Final = 4.0  # 7.3.5.1
_LEVEL_SHARE: Final = 0.15
_OFF_SEAL: Final = 2.0
_FORCED: Final = 0.8 * EM
"""A name or seal that comes this near to the core's edge forced the date to the left."""


def check_closing(scene: Scene, found: Findings) -> None:
    """The signature of the document, sealed or not."""
    closing = scene.closing
    _seals_inside(scene, found)
    if closing is None:
        return
    if not GOOD_DATE.fullmatch(closing.date.text):
        found.add("L70", closing.page, closing.date, closing.date.text)
    if closing.no_text_words is not None:
        found.add("L74", closing.page, closing.no_text_words, closing.no_text_words.text)
    _alone(scene, closing, found)
    personal = [seal for seal in closing.seals if seal.kind == "personal"]
    seals = [seal for seal in closing.seals if seal.kind == "seal"]
    if personal:
        _personal(closing, personal, found)
    elif seals:
        _sealed(closing, seals, found)
    elif closing.names and scene.head.format != "order":
        _without_seal(closing, found)
    if closing.notes:
        first = closing.notes[0]
        found.judge("L73", (first.left - CORE_LEFT) / EM, first.page, first)


def _alone(scene: Scene, closing: Closing, found: Findings) -> None:
    view = scene.views[closing.page - 1]
    if closing.page == 1 or closing.above is not None:
        return
    top = min(part.y for part in (*closing.names, closing.date))
    before = any(grid[1] < top for grid in view.grids) or any(
        blot.box[1] < top and blot.tint != "red" for blot in view.sheet.blots
    )
    if not before:
        found.add("L67", closing.page, closing.date)


def _seals_inside(scene: Scene, found: Findings) -> None:
    """Within the core, apart from each other, level in a row (7.3.5.1)."""
    for seal in scene.seals:
        left, top, right, bottom = seal.box
        over = max(CORE_LEFT - left, CORE_TOP - top, right - CORE_RIGHT, bottom - CORE_BOTTOM)
        found.judge("L63", max(over, 0.0), seal.page, (seal.x, seal.y))
    for one, other in combinations(scene.seals, 2):
        if one.page != other.page or one.kind != "seal" or other.kind != "seal":
            continue
        gap = hypot(one.x - other.x, one.y - other.y) - (one.diameter + other.diameter) / 2
        if gap <= 0.05:  # noqa: PLR2004 - mm: less cannot be seen apart
            found.add("L64", other.page, (other.x, other.y), gap)
        elif abs(one.y - other.y) < _SAME_ROW:
            found.judge("L66", abs(one.y - other.y), other.page, (other.x, other.y))


def _sealed(closing: Closing, seals: Sequence[SealMark], found: Findings) -> None:
    date, page = closing.date, closing.page
    free = (CORE_RIGHT - date.right) / EM
    edge = max([seal.box[2] for seal in seals] + [part.right for part in closing.names])
    forced = edge > CORE_RIGHT - _FORCED and free > _FREE
    if not forced:
        found.judge("L60", free, page, date)
    last = _last_name(closing)
    if last is not None:
        found.judge("L61", last.off_centre(date.centre), page, last)
    top = min(seal.box[1] for seal in seals)
    if closing.above is not None:
        found.judge("L62", top - closing.above.whole.bottom, page, (seals[0].x, top))
    lowest = max(seals, key=lambda seal: (round(seal.y), seal.x))
    for seal in seals:
        _pressing(closing, seal, found, dated=seal is lowest)


def _last_name(closing: Closing) -> Part | None:
    """The name the date belongs to: the lowest, of those in a row the one over the date."""
    if not closing.names:
        return None
    low = max(part.y for part in closing.names)
    return min(
        (part for part in closing.names if abs(part.y - low) < 1),
        key=lambda part: abs(part.centre - closing.date.centre),
    )


def _pressing(closing: Closing, seal: SealMark, found: Findings, *, dated: bool) -> None:
    """A seal's centre lies a little above the middle of what it presses."""
    under = [
        part for part in closing.names
        if seal.box[1] < part.y < seal.box[3] and abs(part.centre - seal.x) < seal.diameter / 2
    ]  # fmt: skip
    at = (seal.x, seal.y)
    if dated:
        inside = seal.box[1] < closing.date.y < seal.box[3]
        if not inside:
            found.add("L65", seal.page, at, tr(mark("没有压住成文日期")))
            return
        under.append(closing.date)
    if not under:
        found.add("L65", seal.page, at, tr(mark("印章下没有署名")))
        return
    off = min((part.centre - seal.x for part in under), key=abs)
    middle = (min(part.top for part in under) + max(part.bottom for part in under)) / 2
    below = middle - seal.y
    if abs(off) > _OFF_SEAL:
        found.add("L65", seal.page, at, tr(mark("左右偏离 {off} mm"), off=f"{abs(off):.1f}"))
    elif not -_highest(seal, dated=dated) <= below <= _LOWEST_SHARE * seal.diameter:
        where = (
            mark("署名和日期在中心下 {off} mm")
            if below > 0
            else mark("署名和日期在中心上 {off} mm")
        )
        found.add("L65", seal.page, at, tr(where, off=f"{abs(below):.1f}"))


def _highest(seal: SealMark, *, dated: bool) -> float:
    """How far above the centre what is pressed may lie: seals in a row keep level with the last."""
    return 1.0 if dated else _LEVEL_SHARE * seal.diameter


def _without_seal(closing: Closing, found: Findings) -> None:
    """Unsealed (7.3.5.2), or a sealed form whose seal is still to come (7.3.5.1)."""
    name, date = closing.names[-1], closing.date
    rows = [part for part in closing.names if part.left > CORE_LEFT + EM]
    right = max(part.right for part in rows) if rows else name.right
    left = min(part.left for part in rows) if rows else name.left
    centred = abs(name.off_centre(date.centre)) < 1.8  # noqa: PLR2004 - mm
    shifted = abs((date.left - left) / EM - 2.0) < 0.4  # noqa: PLR2004 - 7.3.5.2
    free = (CORE_RIGHT - right) / EM
    if centred and not shifted:
        found.judge("L60", (CORE_RIGHT - date.right) / EM, closing.page, date)
        return
    if date.right > right + 0.5 * EM:  # a date longer than the name stands two in from the right
        found.judge("L68", (CORE_RIGHT - date.right) / EM, closing.page, date)
    else:
        found.judge("L68", free, closing.page, name)
    found.judge("L69", (date.left - left) / EM, closing.page, date)


def _personal(closing: Closing, seals: Sequence[SealMark], found: Findings) -> None:
    """签名章 two blank rows below the text, four characters free at its right (7.3.5.3).

    The signer's office stands two characters to its left, level with it; the date one blank row
    below, with four characters free.
    """
    for seal in seals:
        at = (seal.x, seal.y)
        found.judge("L71", (CORE_RIGHT - seal.box[2]) / EM, seal.page, at)
        beside = [
            part for part in closing.names
            if part.right < seal.x and abs(_middle(part) - seal.y) < seal.diameter / 2
        ]  # fmt: skip
        if beside:
            office = beside[-1]
            found.judge("L53", (seal.box[0] - office.right) / EM, seal.page, office)
            found.judge("L54", _middle(office) - seal.y, seal.page, office)
    first, last = min(seals, key=_top_of), max(seals, key=_top_of)
    if closing.above is not None:
        gap = (first.box[1] - closing.above.whole.bottom) / PITCH
        found.judge("L15", gap, first.page, (first.x, first.box[1]))
    found.judge("L59", (closing.date.top - last.box[3]) / PITCH, closing.page, closing.date)
    found.judge("L72", (CORE_RIGHT - closing.date.right) / EM, closing.page, closing.date)


def _middle(part: Part) -> float:
    return (part.top + part.bottom) / 2


def _top_of(seal: SealMark) -> float:
    return seal.box[1]
