"""What the three special formats ask beside the general one. GB/T 9704-2012 10."""

from typing import Final

from formats.i18n import mark, tr
from formats.measure.families import FAMILY_NAMES
from formats.measure.found import Findings
from formats.measure.masthead import DoubleRule
from formats.measure.rows import Part, is_mark
from formats.measure.rules.head import MIDDLE, check_number_form, thickness
from formats.measure.scene import Scene
from formats.measure.table_head import SEVEN_EIGHTHS
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    EM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PITCH,
)

_UNDER: Final = 1.2
"""How far, in mm, the rows under a letter's first double rule may stray."""

_FOOT: Final = 20.0  # 10.1
_ATTENDANCE: Final = ("出席", "请假", "列席")


def check_kind(scene: Scene, found: Findings) -> None:
    """Dispatches by the format that the pages show."""
    if scene.head.format == "letter":
        _letter(scene, found)
    elif scene.head.format == "order":
        _order(scene, found)
    elif scene.head.format == "minutes":
        _minutes(scene, found)


def _letter(scene: Scene, found: Findings) -> None:
    head = scene.head
    if head.mark is None:
        return
    found.judge("L101", head.mark.ink[1], 1, head.mark.ink[:2])
    first = next((one for one in head.doubles if one.upper.y < PAGE_HEIGHT / 2), None)
    second = next((one for one in head.doubles if one.upper.y >= PAGE_HEIGHT / 2), None)
    for double, thick_first, name in (
        (first, True, mark("首页上部的双线")), (second, False, mark("首页下部的双线")),
    ):  # fmt: skip
        if double is None:
            found.add("L112", 1, None, tr(name))
        else:
            _double(double, found, thick_first=thick_first)
    if second is not None:
        # The standard does not say which edge of the double rule it measures to.
        low = PAGE_HEIGHT - second.lower.y - thickness(second.lower) / 2
        high = PAGE_HEIGHT - second.upper.y + thickness(second.upper) / 2
        distance = min(max(low, _FOOT), high)
        found.judge("L104", distance, 1, (second.upper.left, second.upper.y))
    if first is not None:
        _under_rule(scene, first, found)
    _letter_imprint(scene, found)


def _double(double: DoubleRule, found: Findings, *, thick_first: bool) -> None:
    at = (double.upper.left, double.upper.y)
    found.judge("L103", double.upper.length, 1, at)
    found.judge("L106", (double.upper.left + double.upper.right - PAGE_WIDTH) / 2, 1, at)
    if "red" not in {double.upper.tint, double.lower.tint}:
        found.add("L112", 1, at, tr(mark("双线")))
    upper, lower = thickness(double.upper), thickness(double.lower)
    thick_thin, thin_thick = mark("上粗下细"), mark("上细下粗")
    wanted = thick_thin if thick_first else thin_thick
    if upper > lower + 0.05:
        shown = thick_thin
    else:
        shown = thin_thick if lower > upper + 0.05 else mark("上下同粗")
    if shown != wanted:
        found.add("L105", 1, at, tr(shown), expected=tr(wanted))


def _under_rule(scene: Scene, first: DoubleRule, found: Findings) -> None:
    head = scene.head
    if head.mark is not None:
        gap = first.upper.y - thickness(first.upper) / 2 - head.mark.ink[3]
        found.judge("L102", gap, 1, (first.upper.left, first.upper.y))
    edge = first.lower.y + thickness(first.lower) / 2
    corner = [part for part in (head.copy_number, head.secrecy, head.urgency) if part is not None]
    tops: list[Part] = [*corner[:1], *([head.number] if head.number else [])]
    for part in tops:
        if abs(part.top - edge - SEVEN_EIGHTHS) > _UNDER:
            found.add("L109", 1, part, part.text)
    if head.number is not None:
        check_number_form(head.number, found)
        found.judge("L108", CORE_RIGHT - head.number.right, 1, head.number)
    lowest = max((part.bottom for part in (*corner, *tops)), default=edge)
    if head.title:
        found.judge("L110", head.title[0].whole.top - lowest, 1, head.title[0])


def _letter_imprint(scene: Scene, found: Findings) -> None:
    imprint = scene.imprint
    if imprint is None:
        return
    rules = [rule for rule in imprint.rules if rule.tint != "red" and rule.y < CORE_BOTTOM + 2]
    if rules:
        found.add("L111", imprint.page, (rules[0].left, rules[0].y), tr(mark("分隔线")))
    for row in imprint.rows:
        if row.text.endswith("印发"):
            found.add("L111", imprint.page, row, tr(mark("印发日期")))


def _order(scene: Scene, found: Findings) -> None:
    head = scene.head
    if head.mark is None:
        return
    found.judge("L121", head.mark.ink[1] - CORE_TOP, 1, head.mark.ink[:2])
    if head.number is None:
        return
    gaps = [head.number.top - head.mark.ink[3]]
    if head.mark.parts:
        gaps.append(head.number.top - max(part.bottom for part in head.mark.parts))
    found.judge("L122", min(gaps, key=lambda gap: abs(gap - 2 * PITCH)), 1, head.number)
    found.judge("L123", head.number.off_centre(MIDDLE), 1, head.number)
    rows = scene.text_rows(scene.views[0])
    if rows:
        found.judge("L124", rows[0].whole.top - head.number.bottom, 1, rows[0])


def _minutes(scene: Scene, found: Findings) -> None:
    head = scene.head
    if head.mark is not None:
        found.judge("L131", head.mark.ink[1] - CORE_TOP, 1, head.mark.ink[:2])
    for view, rows in scene.all_text():
        for place, row in enumerate(rows):
            if not row.text.startswith(_ATTENDANCE) or row.text[2:3] not in {"：", ":"}:
                continue
            label = row.whole.head(2)
            if label.family not in {"hei", None}:
                name = tr(FAMILY_NAMES[label.family])
                found.add(
                    "L132", view.page, row, f"{label.text}（{name}）", expected=tr(mark("黑体"))
                )
            found.judge("L133", (row.left - CORE_LEFT) / EM, view.page, row)
            following = rows[place + 1] if place + 1 < len(rows) else None
            if following is None or following.text.startswith(_ATTENDANCE):
                continue
            if following.y - row.y > 1.5 * PITCH:
                continue
            start = row.whole.glyphs[3] if len(row.text) > 3 else None  # noqa: PLR2004 - behind the colon
            if start is not None and not is_mark(start.char) and not is_mark(following.text[0]):
                found.judge("L134", following.left - start.x, view.page, following)
