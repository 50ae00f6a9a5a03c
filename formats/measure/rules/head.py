"""版头 of the general format, and what the other formats share with it. GB/T 9704-2012 7.2."""

import re
from typing import Final

from formats.i18n import mark, tr
from formats.measure.families import FAMILY_NAMES, Family
from formats.measure.found import Findings
from formats.measure.masthead import Masthead
from formats.measure.rows import Part, part_of
from formats.measure.scene import Scene
from formats.measure.sheet import Stroke
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, CORE_TOP, CORE_WIDTH, EM, PITCH, row_top

MIDDLE: Final = CORE_LEFT + CORE_WIDTH / 2
GOOD_NUMBER: Final = re.compile(r"[^〔〕\d第]{1,12}〔\d{4}〕[1-9]\d{0,5}号")
_MARK_FAMILIES: Final[tuple[Family, ...]] = ("title", "song")
_THREE: Final = (15.2, 16.6)
"""Points that pass for 3号."""

_FULL_NAME: Final = mark("小标宋体")


def check_head(scene: Scene, found: Findings) -> None:
    """版头 of the general format; the mark and the number of the others."""
    head = scene.head
    if head.format == "attachment":
        return
    if head.mark is None:
        found.add("L20", 1, None)
        return
    _mark(head, found)
    if head.format in {"general", "minutes"}:
        _corner(head, found)
    if head.format == "general":
        found.judge("L22", head.mark.ink[1] - CORE_TOP, 1, head.mark.ink[:2])
        _number(head, found)
        _approvers(head, found)
        _rule(head, found)


def _mark(head: Masthead, found: Findings) -> None:
    mark_ = head.mark
    if mark_ is None:
        return
    left, top, right, _ = mark_.ink
    if not mark_.red:
        found.add("L21", 1, (left, top))
    off = (left + right) / 2 - MIDDLE
    found.judge("L23", off, 1, (left, top))
    found.judge("L24", right - left, 1, (left, top))
    family = mark_.parts[0].family if mark_.parts else None
    if family is not None and family not in _MARK_FAMILIES:
        found.add("L25", 1, (left, top), tr(FAMILY_NAMES[family]), expected=tr(_FULL_NAME))


def _corner(head: Masthead, found: Findings) -> None:
    row = 0
    for code, part, family in (
        ("L26", head.copy_number, None), ("L39", head.secrecy, "hei"), ("L27", head.urgency, "hei"),
    ):  # fmt: skip
        if part is None:
            continue
        placed = abs(part.left - CORE_LEFT) < 1.3 and abs(part.top - row_top(row)) < 2.0  # noqa: PLR2004 - mm
        typed = _THREE[0] <= part.size <= _THREE[1] and (
            family is None or part.family in {family, None}
        )
        formed = code != "L26" or re.fullmatch(r"\d{6}", part.text) is not None
        if not (placed and typed and formed):
            found.add(code, 1, part, part.text)
        row += 1


def check_number_form(part: Part, found: Findings) -> None:
    """〔〕 around a whole year, no 第, no leading zero (7.2.5)."""
    if not GOOD_NUMBER.fullmatch(part.text):
        found.add("L31", 1, part, part.text)


def _number(head: Masthead, found: Findings) -> None:
    number, mark_ = head.number, head.mark
    first = head.approvers[0] if head.approvers else number
    if mark_ is not None and first is not None and number is not None:
        top = min(first.top, number.top)
        gaps = [top - mark_.ink[3]]
        if mark_.parts:  # measured from the type's box where a producer spaces that
            gaps.append(top - max(part.bottom for part in mark_.parts))
        found.judge("L28", min(gaps, key=lambda gap: abs(gap - 2 * PITCH)), 1, first)
    if number is None:
        return
    check_number_form(number, found)
    if not head.approvers:
        found.judge("L29", number.off_centre(MIDDLE), 1, number)
        return
    found.judge("L30", (number.left - CORE_LEFT) / EM, 1, number)
    last = head.approver_rows[-1]
    found.judge("L19", last.y - number.y, 1, number)


def _approvers(head: Masthead, found: Findings) -> None:
    if not head.approvers:
        return
    right = max(part.right for part in head.approvers)
    found.judge("L32", (CORE_RIGHT - right) / EM, 1, head.approvers[0])
    for part in head.approvers:
        name = part
        if part.text.startswith("签发人"):
            if len(part.text) <= 4:  # noqa: PLR2004 - the label alone
                continue
            name = _after_label(part)
        if name.family not in {"kai", None}:
            found.add("L33", 1, name, tr(FAMILY_NAMES[name.family]), expected=tr(mark("楷体")))
            return


def _after_label(part: Part) -> Part:
    return part_of(part.page, part.glyphs[4:])


def _rule(head: Masthead, found: Findings) -> None:
    rules = [rule for rule in head.rules if rule.tint == "red"] or list(head.rules)
    if not rules:
        found.add("L34", 1, None)
        return
    rule = rules[0]
    at = (rule.left, rule.y)
    if rule.tint != "red":
        found.add("L37", 1, at)
    found.judge("L36", rule.length, 1, at)
    found.judge("L38", thickness(rule), 1, at)
    last = max(
        (part.bottom for part in (head.number, *head.approvers) if part is not None), default=None
    )
    if last is not None:
        found.judge("L35", rule.y - thickness(rule) / 2 - last, 1, at)
    if head.title:
        gap = head.title[0].whole.top - (rule.y + thickness(rule) / 2)
        found.judge("L40", gap, 1, head.title[0])


def thickness(rule: Stroke) -> float:
    """Of a rule; a hairline of width 0 prints one dot."""
    return max(rule.width, 0.05)
