"""版记. GB/T 9704-2012 7.4."""

import re
from typing import Final

from formats.i18n import mark, tr
from formats.measure.ending import Imprint
from formats.measure.families import FAMILY_NAMES
from formats.measure.found import Findings
from formats.measure.rows import Row, is_full, is_mark
from formats.measure.scene import Scene
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, EM

_LIST: Final = re.compile(r"(?:抄送|主送|分送|抄报)[：:]")
_PRINTED: Final = re.compile(r"[1-9]\d{3}年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日印发")
_DATED: Final = re.compile(r".*年.{1,3}月.{1,3}[日号].{0,3}")
_FOUR: Final = (13.2, 14.8)


def check_imprint(scene: Scene, found: Findings) -> None:
    """版记 of every format; a letter's has no rules and no 印发."""
    imprint = scene.imprint
    if imprint is None:
        return
    last = next((view.page for view in reversed(scene.views) if not view.blank), imprint.page)
    if imprint.page != last:
        found.add("L79", imprint.page, None, str(imprint.page))
    if scene.head.format != "letter":
        _rules(imprint, found)
        if imprint.page % 2 and len(scene.views) > 1:
            found.add("L84", imprint.page, None, str(imprint.page))
        _printed(imprint, found)
    _type(imprint, found)
    _lists(imprint, found)


def _rules(imprint: Imprint, found: Findings) -> None:
    rules = imprint.rules
    if not rules:
        return
    for number, rule in enumerate(rules):
        outer = number in {0, len(rules) - 1}
        found.judge("L80" if outer else "L81", rule.width, imprint.page, (rule.left, rule.y))
        found.judge("L83", rule.length, imprint.page, (rule.left, rule.y))
    found.judge("L82", rules[-1].y, imprint.page, (rules[-1].left, rules[-1].y))


def _type(imprint: Imprint, found: Findings) -> None:
    for row in imprint.rows:
        family = row.whole.family
        if not _FOUR[0] <= row.size <= _FOUR[1] or family not in {"fang", None}:
            name = tr(FAMILY_NAMES[family]) if family else ""
            shown = f"{row.size:g} pt {name}".rstrip()
            found.add("L85", imprint.page, row, shown, expected=tr(mark("4 号仿宋")))
            return


def _lists(imprint: Imprint, found: Findings) -> None:
    """抄送 and 主送: one character free, wraps under the first name, a full stop at the end."""
    entries: list[list[Row]] = []
    for row in imprint.rows:
        if _LIST.match(row.text):
            entries.append([row])
        elif entries and not _printed_row(row) and not _across(entries[-1][-1], row, imprint):
            entries[-1].append(row)
    for entry in entries:
        first = entry[0]
        found.judge("L86", (first.left - CORE_LEFT) / EM, imprint.page, first)
        start = first.whole.glyphs[3] if len(first.text) > 3 else None  # noqa: PLR2004 - behind the colon
        for row in entry[1:]:
            if start is not None and not is_mark(start.char) and not is_mark(row.text[0]):
                found.judge("L87", row.left - start.x, imprint.page, row)
        widest = max(row.right if is_full(row.text[-1]) else row.right - EM / 2 for row in entry)
        if widest > CORE_RIGHT - 0.5 * EM:
            found.add("L86", imprint.page, first, (CORE_RIGHT - widest) / EM)
        if not entry[-1].text.endswith("。"):
            found.add("L88", imprint.page, entry[-1], entry[-1].text[-1])


def _across(before: Row, row: Row, imprint: Imprint) -> bool:
    return any(before.y < rule.y < row.y for rule in imprint.rules)


def _printed_row(row: Row) -> bool:
    return _DATED.fullmatch(row.parts[-1].text) is not None


def _printed(imprint: Imprint, found: Findings) -> None:
    rows = [row for row in imprint.rows if _printed_row(row) and not _LIST.match(row.text)]
    if not rows:
        return
    date = rows[-1].parts[-1]
    if not _PRINTED.search(date.text):
        found.add("L89", imprint.page, date, date.text)
    found.judge("L86", (CORE_RIGHT - date.right) / EM, imprint.page, date)
    if len(rows[-1].parts) > 1:
        found.judge("L86", (rows[-1].left - CORE_LEFT) / EM, imprint.page, rows[-1])
