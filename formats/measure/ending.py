"""附件 and 版记 as they stand on the pages. GB/T 9704-2012 7.3.7, 7.4."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formats.measure.rows import Part, Row
from formats.measure.sheet import Stroke
from formats.measure.views import View
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, EM

LABEL: Final = re.compile(r"附件[0-9０-９一二三四五六七八九十]{0,3}[：:]?|附[：:]?")
_LIST: Final = re.compile(r"(?:抄送|主送|分送|抄报)[：:].*")
_PRINTED: Final = re.compile(r".*年.{1,3}月.{1,3}[日号]印[发制]?")
_SMALL: Final = 15.2
_NEAR: Final = 16.0
"""A rule of the 版记 lies no further from its rows, in mm."""

_LEAST_RULE: Final = 60.0
_LOWER_PART: Final = CORE_BOTTOM - 120.0


@dataclass(frozen=True, slots=True)
class Annex:
    """A bound 附件: the page it begins on, its label, its title."""

    page: int
    label: Part
    title: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记."""

    page: int
    rows: tuple[Row, ...]
    rules: tuple[Stroke, ...]
    top: float


def read_annexes(views: Sequence[View]) -> tuple[Annex, ...]:
    """Where each bound 附件 begins; one that lies turned is found by its label alone."""
    found = []
    for view in views:
        if not view.rows or view.in_grid(view.rows[0]):
            continue
        label = view.rows[0].parts[-1] if view.page == 1 else view.rows[0].parts[0]
        if LABEL.fullmatch(label.text) and label.text != "附" and label.y < CORE_BOTTOM / 3:
            title: list[Row] = []
            for row in view.rows[1:7]:
                if view.in_grid(row) or row.size < 17.4:  # noqa: PLR2004 - points: no title
                    break
                title.append(row)
            found.append(Annex(view.page, label, tuple(title)))
    return tuple(found)


def read_imprint(views: Sequence[View]) -> Imprint | None:
    """The 版记, from the last page backwards."""
    for view in reversed(views):
        rows = [row for row in view.rows if not view.in_grid(row)]
        first = next((n for n, row in enumerate(rows) if _begins(row, view)), None)
        if first is None:
            continue
        rules = [stroke for stroke in view.level(_LEAST_RULE) if stroke.tint != "red"]
        top = _top(rows, first, rules)
        kept = tuple(row for row in rows if row.y > top)
        own = tuple(stroke for stroke in rules if stroke.y >= top)
        return Imprint(view.page, kept, own, top)
    return None


def _top(rows: Sequence[Row], first: int, rules: Sequence[Stroke]) -> float:
    """Where the 版记 begins: at its first rule, or above its first row where it has none."""
    for stroke in rules:
        below = [row for row in rows if row.y > stroke.y]
        if below and all(row.size < _SMALL for row in below):
            return stroke.y - 0.5
    near = [stroke.y for stroke in rules if 0 < rows[first].y - stroke.y < _NEAR]
    return (near[-1] if near else rows[first].whole.top) - 0.5


def _begins(row: Row, view: View) -> bool:
    listed = _LIST.fullmatch(row.text) is not None and row.left < CORE_LEFT + 3 * EM
    if not (listed or _PRINTED.fullmatch(row.text)) or row.y < _LOWER_PART:
        return False
    ruled = any(
        abs(stroke.y - row.y) < _NEAR and stroke.tint != "red" for stroke in view.level(_LEAST_RULE)
    )
    last = row.size < _SMALL and row is view.rows[-1]
    return ruled or last or (listed and row.size < _SMALL)
