"""版头 of a general document: copy number, urgency, mark, number, approvers, red rule. 7.2.

GB/T 9704-2012 7.2. 纪要 have the same head under a mark of their own (10.3); the parts that
信函 and 命令 share with it are functions here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formats.document.model import Document
from formats.i18n import mark
from formats.typeset.display import Item, Notice, Rule, Tag
from formats.typeset.flow import run_at
from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import (
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    CORE_WIDTH,
    EM,
    MARK_TOP,
    PITCH,
    RED_RULE_GAP,
    RED_RULE_WIDTH,
    SIZE_2,
    SIZE_3,
    em_of,
    row_top,
)
from formats.typeset.linebreak import Row, single_row
from formats.typeset.marks import Mark, joint_mark, name_height, single_mark
from formats.typeset.words import clean

URGENCY: Final = {"extra_urgent": "特急", "urgent": "加急"}
TITLE_ROW: Final = 10
"""Where the title begins under a mark of the usual height."""

TITLE_LIFT: Final = (em_of(SIZE_2) - EM) / 2
"""A title's em box, centred in its row, begins this far above the row's."""

MARK_INK_BOTTOM: Final = (
    row_top(TITLE_ROW) - TITLE_LIFT - 4 * PITCH - RED_RULE_WIDTH / 2 - RED_RULE_GAP - EM
)
"""The mark's height is free; this one makes both gaps of two rows come out exactly."""

GOOD_NAME: Final = 8.0
"""Ink height in mm that each name of a joint mark has where the page has room for it."""

LEAST_NAME: Final = 5.6
"""A name of a mark is taller than text (3号, 5.2 mm of ink); else the host's stands alone."""

LOW_TITLE: Final = 14
LOWEST_TITLE: Final = 16
"""Rows of page 1 where a tall joint mark lets the title begin: text must still show below it. The
lower one is for names that would be too low otherwise."""

HOST_ALONE: Final = mark(
    "联合行文机关过多，发文机关标志单独使用主办机关名称（《党政机关公文处理工作条例》第九条第五项）。"
)

_EXACT: Final = 0.4
"""Millimetres by which a row of the grid may miss two rows' distance and stay where it is."""


@dataclass(frozen=True, slots=True)
class Head:
    """The drawn head, and the row on which the title (or the text) begins."""

    items: tuple[Item, ...]
    title_row: int
    shift: float = 0.0
    """Millimetres that the rows of page 1 stand below the grid's: at most 0."""
    notices: tuple[Notice, ...] = ()


def compose_head(document: Document, fonts: FontSet, *, suffix: str = "文件") -> Head:
    """The head of page 1; ``suffix`` follows the issuer's name in the mark."""
    approvers = named(document.approvers) if document.direction == "up" else ()
    rows = approver_rows(approvers, fonts)
    items = corner(document, fonts)
    drawn, notices = _mark(document, suffix, len(rows) - 1 if rows else 0, fonts)
    items += drawn.items
    y = drawn.bottom + 2 * PITCH  # 7.2.5: two rows below the mark
    number_items, y = _number(document, rows, fonts, y)
    items += number_items
    rule = y + EM + RED_RULE_GAP + RED_RULE_WIDTH / 2
    items.append(Rule(CORE_LEFT, rule, CORE_RIGHT, rule, RED_RULE_WIDTH, "red"))
    row, shift = two_rows_below(rule, TITLE_LIFT)  # 7.3.1
    return Head(tuple(items), row, shift, notices)


def named(names: Sequence[str]) -> tuple[str, ...]:
    """The names that still say something once invisible characters are gone."""
    return tuple(name for name in map(clean, names) if name)


def two_rows_below(y: float, lift: float = 0.0) -> tuple[int, float]:
    """The row that keeps two rows' distance from ``y``, and by how much it leaves the grid.

    A mark of usual length makes that nothing. A longer name has a lower mark, and page 1's rows
    move up by what it is lower. ``lift`` is what the row's type stands above its 3号 em box.
    """
    wanted = y + 2 * PITCH + lift
    row = math.ceil((wanted - _EXACT - CORE_TOP) / PITCH)
    shift = wanted - row_top(row)
    return row, shift if shift < -_EXACT else 0.0


def corner(document: Document, fonts: FontSet, top: float = CORE_TOP) -> list[Item]:
    """份号 and 紧急程度 at the core's left edge; what is missing closes up (7.2.1, 7.2.3)."""
    lines: list[tuple[str, Role, Tag]] = []
    if copy_number := clean(document.copy_number or ""):
        lines.append((copy_number, "fang", "copy_number"))
    if document.urgency:
        lines.append((URGENCY[document.urgency], "hei", "urgency"))
    items: list[Item] = []
    for place, (text, role, tag) in enumerate(lines):
        row = fitted(text, role, CORE_WIDTH / 2, fonts)
        items += run_at(row, CORE_LEFT, top + place * PITCH, tag)
    return items


def fitted(text: str, role: Role, width: float, fonts: FontSet) -> Row:
    """The text on one row, in smaller type when it is wider than ``width`` mm."""
    row = single_row(text, role, SIZE_3, fonts)
    size = SIZE_3
    while row.width > width:
        # 3号 is set in the grid's cell, which is narrower than its points say: hence the loop.
        size = min(size - 0.5, math.floor(size * width / row.width * 2) / 2)
        row = single_row(text, role, size, fonts)
        if size <= 1:
            break
    return row


def _mark(
    document: Document, suffix: str, more: int, fonts: FontSet
) -> tuple[Mark, tuple[Notice, ...]]:
    """发文机关标志; ``more`` rows of approvers stand below its number's first row (7.2.4)."""
    issuers = named(document.issuers)
    text = clean(document.issuer_mark or "")
    if not text and len(issuers) > 1:
        steps = _joint_steps(len(issuers), more)
        if steps is not None:
            bottom = MARK_INK_BOTTOM + steps * PITCH
            return joint_mark(issuers, suffix, fonts, top=MARK_TOP, bottom=bottom), ()
    single = single_mark(
        text or f"{''.join(issuers[:1])}{suffix}", fonts, top=MARK_TOP, bottom=MARK_INK_BOTTOM
    )
    alone = not text and len(issuers) > 1
    return single, (Notice("T20", HOST_ALONE, matters=False),) if alone else ()


def _joint_steps(count: int, more: int) -> int | None:
    """Rows by which a joint mark is taller than that of one body; None where it would be too low.

    Whole rows, so that every distance of the head still comes out exactly.
    """

    def height(steps: int) -> float:
        return name_height(count, MARK_INK_BOTTOM + steps * PITCH - MARK_TOP)

    steps = 1
    for wanted, lowest in ((GOOD_NAME, LOW_TITLE), (LEAST_NAME, LOWEST_TITLE)):
        while height(steps) < wanted and TITLE_ROW + steps + more < lowest:
            steps += 1
    return steps if height(steps) >= LEAST_NAME else None


def _number(
    document: Document, approvers: Sequence[Sequence[Row]], fonts: FontSet, y: float
) -> tuple[list[Item], float]:
    """发文字号, with 签发人 beside it upward; also the y of its row (7.2.5, 7.2.6)."""
    text = clean(str(document.number)) if document.number else ""
    if not approvers:
        if not text:
            return [], y
        return centred(text, y, fonts), y
    items, left, y = _approvers(approvers, fonts, y)
    if text:
        row = fitted(text, "fang", left - CORE_LEFT - 2 * EM, fonts)
        items = [*run_at(row, CORE_LEFT + EM, y, "number"), *items]
    return items, y


def centred(text: str, y: float, fonts: FontSet) -> list[Item]:
    """A number in the middle of the core, its em box at ``y``."""
    row = fitted(text, "fang", CORE_WIDTH, fonts)
    return list(run_at(row, CORE_LEFT + (CORE_WIDTH - row.width) / 2, y, "number"))


def approver_rows(names: Sequence[str], fonts: FontSet) -> list[list[Row]]:
    """The approvers' names in rows: two a row, one where two would leave the number no room."""
    room = _approver_room(fonts)
    rows = [fitted(name, "kai", room, fonts) for name in names]
    if not rows:
        return []
    pair = 2 * max(row.width for row in rows) + EM <= room
    size = 2 if len(rows) > 1 and pair else 1
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _approver_room(fonts: FontSet) -> float:
    """Half the core, less 空一字 and the label."""
    return CORE_WIDTH / 2 - EM - single_row(_APPROVER, "fang", SIZE_3, fonts).width


_APPROVER: Final = "签发人："


def _approvers(
    rows: Sequence[Sequence[Row]], fonts: FontSet, y: float
) -> tuple[list[Item], float, float]:
    """签发人 with 空一字 at the right, later rows under the first name (7.2.6).

    Also its left edge and the y of its last row.
    """
    label = single_row(_APPROVER, "fang", SIZE_3, fonts)
    widest = [
        max(line[slot].width for line in rows if slot < len(line)) for slot in range(len(rows[0]))
    ]
    # The names of the last column reach to 空一字, however short they are.
    left = CORE_RIGHT - EM - sum(widest) - EM * (len(widest) - 1)
    items: list[Item] = list(run_at(label, left - label.width, y, "approver"))
    for place, line in enumerate(rows):
        for slot, row in enumerate(line):
            x = left + sum(widest[:slot]) + slot * EM
            items += run_at(row, x, y + place * PITCH, "approver")
    return items, left - label.width, y + (len(rows) - 1) * PITCH
