"""标题, 主送机关, 正文, 附件说明, 附件. GB/T 9704-2012 7.3.1 to 7.3.4, 7.3.7."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from formats.i18n import mark, tr
from formats.measure.closing import attachment_note
from formats.measure.families import FAMILY_NAMES
from formats.measure.found import Findings
from formats.measure.rows import Row, is_mark
from formats.measure.rules.grid import body_rows, pitch_of
from formats.measure.rules.head import MIDDLE
from formats.measure.scene import Scene
from formats.measure.views import View
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_RIGHT, CORE_TOP, EM, PITCH

_LEVEL1: Final = re.compile(r"[一二三四五六七八九十]{1,3}、\S")
_LEVEL2: Final = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]\S")
_ITEM: Final = re.compile(r"(?:附件[：:])?(?P<count>[0-9０-９]{1,2}[.．、])?(?P<name>.*)")
_ENDS: Final = ("。", "！", "？", "；", "：", "”", "）", ":", ";", ".")
_EARLY: Final = 2.5 * EM
"""A row ending this far before the right edge ends its paragraph."""

_LABEL_SIZES: Final = (15.2, 16.6)
_FULL_NAME: Final = mark("小标宋体")


def check_body(scene: Scene, found: Findings) -> None:
    """Everything between the red rule and the closing, and the 附件."""
    _title(scene.head.title, found)
    _recipients(scene, found)
    _first_page(scene, found)
    for view in scene.views:
        _indents(scene, view, found)
    _families(scene, found)
    _last_headings(scene, found)
    _note(scene, found)
    for annex in scene.annexes:
        _annex(scene, annex.page, found)


def _title(rows: Sequence[Row], found: Findings) -> None:
    if not rows:
        return
    page = rows[0].page
    found.judge("L41", rows[0].size, page, rows[0])
    family = rows[0].whole.family
    if family is not None and family != "title":
        found.add("L42", page, rows[0], tr(FAMILY_NAMES[family]), expected=tr(_FULL_NAME))
    for row in rows:
        if not found.judge("L43", row.whole.off_centre(MIDDLE), page, row):
            break
    _shape(rows, "L44", found)


def _shape(rows: Sequence[Row], code: str, found: Findings) -> None:
    """No row may be shorter than both its neighbours: that is an hourglass."""
    widths = [row.right - row.left for row in rows]
    em = rows[0].whole.em
    for before, here, after in zip(widths, widths[1:], widths[2:], strict=False):
        if here < before - 0.8 * em and here < after - 0.8 * em:
            found.add(code, rows[0].page, rows[0], "、".join(str(len(row.text)) for row in rows))
            return


def _recipients(scene: Scene, found: Findings) -> None:
    rows, title = scene.head.recipients, scene.head.title
    if not rows or scene.head.format == "order":
        return
    for row in rows:
        if not found.judge("L45", row.left - CORE_LEFT, row.page, row):
            break
    if title and title[-1].page == rows[0].page:
        # Both stand in rows of the grid: what counts are the middles of their em boxes.
        view = scene.views[rows[0].page - 1]
        step = _middle(rows[0]) - _middle(title[-1])
        text = scene.text_rows(view)
        # The rows of the page may be spaced; the step to the next row tells how far.
        own = text[0].y - rows[-1].y if text else PITCH
        counts = (step / PITCH, step / own if own > 0.9 * PITCH else 0.0)
        count = min(counts, key=lambda count: abs(count - 2.0))
        found.judge("L46", count, rows[0].page, rows[0])
    if not rows[-1].text.endswith("："):
        found.add("L47", rows[-1].page, rows[-1], rows[-1].text[-1])


def _middle(row: Row) -> float:
    return (row.whole.top + row.whole.bottom) / 2


def _first_page(scene: Scene, found: Findings) -> None:
    head = scene.head
    if head.mark is None or len(scene.views) == 1:
        return
    first = scene.views[0]
    elsewhere = any(scene.text_rows(view) for view in scene.views[1 : scene.main_end])
    if elsewhere and not scene.text_rows(first) and not first.grids and not first.sheet.blots:
        found.add("L48", 1, None)


def _starts(scene: Scene, view: View) -> Iterator[tuple[Row, Row | None]]:
    """Rows that surely begin a paragraph, with the row before them on the page."""
    rows = body_rows(scene, view)
    for before, row in pairwise(rows):
        if row.y - before.y > 1.6 * PITCH or row.y - before.y < 0.5 * PITCH:
            continue
        early = before.right < CORE_RIGHT - _EARLY
        if early and before.text.endswith(_ENDS) and before.left < CORE_LEFT + 2.4 * EM:
            yield row, before


def _indents(scene: Scene, view: View, found: Findings) -> None:
    if view.sideways:
        return
    note = {id(row) for row in note_rows(scene)}
    for row, _ in _starts(scene, view):
        indent = (row.left - CORE_LEFT) / EM
        if id(row) in note or len(row.parts) > 2 or not -0.5 <= indent <= 3.6:  # noqa: PLR2004 - set in for another reason
            continue
        if row.text[0] in "（“《〔(" and indent >= 1.3:  # noqa: PLR2004 - an opening mark's cell may be half
            continue
        if not found.judge("L49", indent, view.page, row):
            return


def _families(scene: Scene, found: Findings) -> None:
    """Of the first two levels; the first heading that differs stands for all of its level."""
    rows = [row for view in scene.views for row in body_rows(scene, view)]
    for code, pattern, family, name in (
        ("L50", _LEVEL1, "hei", mark("黑体")), ("L51", _LEVEL2, "kai", mark("楷体")),
    ):  # fmt: skip
        for row in rows:
            indented = 1.4 * EM <= row.left - CORE_LEFT <= 2.6 * EM
            if not indented or not pattern.match(row.text):
                continue
            lead = row.whole.head(3).family
            full = row.right > CORE_RIGHT - _EARLY
            if lead == "fang" and full and "。" not in row.text:
                continue  # a numbered sentence too long for a heading is running text
            if lead is not None and lead != family:
                found.add(code, row.page, row, tr(FAMILY_NAMES[lead]), expected=tr(name))
                break


def _last_headings(scene: Scene, found: Findings) -> None:
    begun = {annex.page for annex in scene.annexes}
    for view, following in pairwise(scene.views):
        if following.page in begun:
            continue
        rows = body_rows(scene, view)
        if not rows or rows[-1] is not view.rows[-1] or not scene.text_rows(following):
            continue
        last = rows[-1]
        heading = _LEVEL1.match(last.text) or _LEVEL2.match(last.text)
        indented = 1.4 * EM < last.left - CORE_LEFT < 2.6 * EM
        short = last.right < CORE_RIGHT - _EARLY
        if heading and indented and short and "。" not in last.text and last.y > CORE_BOTTOM / 2:
            found.add("L52", view.page, last, last.text[:14])


def note_rows(scene: Scene) -> tuple[Row, ...]:
    """The rows of 附件说明: from the one that begins with 附件： to the next row of text."""
    for view in scene.views[: scene.main_end]:
        rows = [row for row in scene.text_rows(view) if not view.in_grid(row)]
        found = attachment_note(rows)
        if found:
            return found
    return ()


def _note(scene: Scene, found: Findings) -> None:
    rows = note_rows(scene)
    if not rows:
        return
    first = rows[0]
    view = scene.views[first.page - 1]
    found.judge("L55", (first.left - CORE_LEFT) / EM, first.page, first)
    before = [row for row in scene.text_rows(view) if row.y < first.y - 1]
    if before and not any(before[-1].y < grid[3] for grid in view.grids):
        step = _steps(first.y - before[-1].y, view, scene)
        found.judge("L56", step, first.page, first)
    items = _items(rows)
    for item in items:
        last = item[-1].text[-1]
        if last in "。；，、;,.":
            found.add("L57", first.page, item[-1], last)
        _aligned(item, found)


def _steps(distance: float, view: View, scene: Scene) -> float:
    """A distance in rows of the page's own pitch."""
    return distance / (pitch_of(body_rows(scene, view)) or PITCH)


def _items(rows: Sequence[Row]) -> list[list[Row]]:
    items: list[list[Row]] = []
    for row in rows:
        numbered = re.match(r"(?:附件[：:])?[0-9０-９]{1,2}[.．、]", row.text)
        if not items or numbered:
            items.append([])
        items[-1].append(row)
    return items


def _aligned(item: Sequence[Row], found: Findings) -> None:
    """Rows that wrap begin under the first character of the name."""
    match = _ITEM.fullmatch(item[0].text)
    if match is None or len(item) == 1 or not match["name"]:
        return
    start = item[0].whole.glyphs[match.start("name")]
    for row in item[1:]:
        if not is_mark(start.char) and not is_mark(row.text[0]):
            found.judge("L58", row.left - start.x, row.page, row)


def _annex(scene: Scene, page: int, found: Findings) -> None:
    annex = next(one for one in scene.annexes if one.page == page)
    label = annex.label
    alone = scene.head.format != "attachment"
    if alone:
        found.judge("L75", label.left, page, label)
        first_row = abs(label.top - CORE_TOP) < PITCH / 2
        if abs(label.left - CORE_LEFT) < 1.3 and not first_row:  # noqa: PLR2004 - mm
            found.add("L75", page, label, label.left)
    three = _LABEL_SIZES[0] <= label.size <= _LABEL_SIZES[1]
    if label.family not in {"hei", None} or not three:
        family = FAMILY_NAMES[label.family] if label.family else mark("未知字体")
        found.add("L76", page, label, f"{label.size:g} pt {tr(family)}", expected=tr(mark("黑体")))
    if not annex.title:
        return
    first = annex.title[0]
    row = (_middle(first) - (label.top + label.bottom) / 2) / PITCH + 1
    found.judge("L77", row, page, first)
    for line in annex.title:
        if not found.judge("L78", line.whole.off_centre(MIDDLE), page, line):
            break
    _shape(annex.title, "L44", found)
