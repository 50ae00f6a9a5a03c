"""页码. GB/T 9704-2012 7.5, 10.1."""

from typing import Final

from formats.i18n import mark, tr
from formats.measure.families import FAMILY_NAMES
from formats.measure.found import Findings
from formats.measure.rows import Part
from formats.measure.rules.head import MIDDLE
from formats.measure.scene import Scene
from formats.measure.views import NUMBER
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_RIGHT, EM

_DASHES: Final = "—–―－"
_LISTED: Final = 12
_SIDE: Final = 0.8 * EM


def check_numbers(scene: Scene, found: Findings) -> None:
    """Every page's number: there, right, in its place. What recurs is told once."""
    unnumbered = _unnumbered(scene)
    offset: int | None = None
    missing: list[int] = []
    seen: set[str] = set()
    for view in scene.views:
        number = view.number
        if view.page in unnumbered:
            if number is not None:
                _needless(number, found)
            continue
        if number is None:
            missing.append(view.page)
            continue
        value = _value(number)
        if offset is None:  # one bound apart, or a part of a volume, may begin with any number
            offset = value - view.page if scene.head.mark is None else 0
        due = view.page + offset
        if value != due and "L95" not in seen:
            seen.add("L95")
            found.add("L95", view.page, number, str(value), expected=str(due))
        _number(number, due, found, seen)
    if missing:
        shown = "、".join(map(str, missing[:_LISTED])) + ("…" if len(missing) > _LISTED else "")
        found.add("L90", missing[0], None, shown)


def _needless(number: Part, found: Findings) -> None:
    if number.page == 1:
        found.add("L107", 1, number, number.text)
    else:
        found.add("L96", number.page, number, str(number.page))


def _unnumbered(scene: Scene) -> set[int]:
    """Pages without a number: a letter's first, a blank page before the 版记 and the 版记's."""
    pages = {1} if scene.head.format == "letter" else set()
    pages |= {view.page for view in scene.views if view.blank}
    if scene.imprint is not None and scene.imprint.page > 1:
        page = scene.imprint.page
        if scene.views[page - 2].blank:
            pages.add(page)
    return pages


def _value(number: Part) -> int:
    match = NUMBER.fullmatch(number.text)
    digits = match["digits"] if match else None
    return int(digits or number.text.split("/")[0])


def _number(number: Part, value: int, found: Findings, seen: set[str]) -> None:
    """One number's form, type and place; ``seen`` are the codes that need no saying again."""
    wrong = Findings()
    _form(number, value, wrong)
    wrong.judge("L91", number.size, number.page, number)
    digits = [glyph for glyph in number.glyphs if glyph.char.isdigit()]
    family = digits[0].style.family
    if family not in {"song", "title", None}:
        shown = tr(FAMILY_NAMES[family])
        wrong.add("L97", number.page, number, shown, expected=tr(mark("宋体")))
    _height(number, wrong)
    _side(number, value, wrong)
    found.take(finding for finding in wrong.listed() if finding.code not in seen)
    seen.update(finding.code for finding in wrong.listed())


def _form(number: Part, value: int, found: Findings) -> None:
    text = number.text
    dashed = text[0] in _DASHES and text[-1] in _DASHES and text[1] not in _DASHES
    if not dashed or text[1:-1] != str(_value(number)) or "０" <= text[1] <= "９":
        found.add("L94", number.page, number, text, expected=f"— {value} —")


def _height(number: Part, found: Findings) -> None:
    """The dash lies 7 mm below the core; without one the middle of the digits does."""
    dash = number.glyphs[0] if number.glyphs[0].char in _DASHES else None
    top, bottom = (dash.ink[1], dash.ink[3]) if dash is not None else (number.ink[1], number.ink[3])
    found.judge("L92", (top + bottom) / 2 - CORE_BOTTOM, number.page, number)


def _side(number: Part, value: int, found: Findings) -> None:
    odd = value % 2 == 1
    distance = CORE_RIGHT - EM - number.right if odd else number.left - CORE_LEFT - EM
    if abs(distance) <= _SIDE:
        return
    wanted = mark("居右空一字") if odd else mark("居左空一字")
    if abs(number.centre - MIDDLE) < 5:  # noqa: PLR2004 - mm
        shown = tr(mark("居中"))
    elif (number.centre > MIDDLE) == odd:
        edge = CORE_RIGHT - number.right if odd else number.left - CORE_LEFT
        shown = tr(mark("空 {count} 字"), count=f"{edge / EM:.1f}")
    else:
        shown = tr(mark("居左")) if odd else tr(mark("居右"))
    found.add("L93", number.page, number, shown, expected=tr(wanted))
