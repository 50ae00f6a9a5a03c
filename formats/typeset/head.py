"""版头: copy number, urgency, the red mark, number, approvers, the red rule. GB/T 9704-2012 7.2."""

import math
from dataclasses import dataclass
from typing import Final

from formats.document.model import Document
from formats.typeset.display import Item, Notice, Rule, Run, Tag
from formats.typeset.flow import run_at
from formats.typeset.fonts import FontSet, Glyph, Role
from formats.typeset.grid import (
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    CORE_WIDTH,
    EM,
    MARK_TOP,
    MM_PER_POINT,
    PITCH,
    RED_RULE_GAP,
    RED_RULE_WIDTH,
    SIZE_2,
    SIZE_3,
    em_of,
    row_top,
)
from formats.typeset.linebreak import Row, Span, break_rows, single_row

URGENCY: Final = {"extra_urgent": "特急", "urgent": "加急"}
TITLE_ROW: Final = 10
"""Where the title begins under a mark of the usual height."""

_TITLE_LIFT: Final = (em_of(SIZE_2) - EM) / 2
"""A title's em box, centred in its row, begins this far above the row's."""

MARK_INK_BOTTOM: Final = (
    row_top(TITLE_ROW) - _TITLE_LIFT - 4 * PITCH - RED_RULE_WIDTH / 2 - RED_RULE_GAP - EM
)
"""The mark's height is free; this one makes both gaps of two rows come out exactly."""

WIDEST: Final = 15.0
"""A character of the mark is at most 15 wide (1999 tradition; the 2012 text leaves it free)."""

LOOSEST: Final = 17.0
"""Character pitch of a short mark."""

NARROWEST: Final = 0.6
"""A red head is condensed to no less than this; longer names get lower characters."""

JOINT_HEIGHT: Final = 56.0
"""The names of joint issuers share this height where they are many."""

_TITLE_GAP_TOLERANCE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Head:
    """The drawn head, and the row on which the title begins."""

    items: tuple[Item, ...]
    title_row: int
    notices: tuple[Notice, ...]


def compose_head(document: Document, fonts: FontSet) -> Head:
    """The head of page 1 in the general format."""
    items = list(_corner(document, fonts))
    mark_items, bottom = _mark(document, fonts)
    items += mark_items
    y = bottom + 2 * PITCH  # 7.2.5: two rows below the mark
    number_items, y = _number(document, fonts, y)
    items += number_items
    rule = y + EM + RED_RULE_GAP + RED_RULE_WIDTH / 2
    items.append(Rule(CORE_LEFT, rule, CORE_RIGHT, rule, RED_RULE_WIDTH, "red"))
    least = rule + 2 * PITCH - _TITLE_GAP_TOLERANCE + _TITLE_LIFT  # 7.3.1: two rows below
    return Head(tuple(items), math.ceil((least - CORE_TOP) / PITCH), ())


def _corner(document: Document, fonts: FontSet) -> list[Item]:
    """份号 and 紧急程度, stacked at the top left; what is missing closes up (7.2.1, 7.2.3)."""
    lines: list[tuple[str, Role, Tag]] = []
    if document.copy_number:
        lines.append((document.copy_number, "fang", "copy_number"))
    if document.urgency:
        lines.append((URGENCY[document.urgency], "hei", "urgency"))
    items: list[Item] = []
    for number, (text, role, tag) in enumerate(lines):
        items += run_at(single_row(text, role, SIZE_3, fonts), CORE_LEFT, row_top(number), tag)
    return items


def _mark(document: Document, fonts: FontSet) -> tuple[list[Item], float]:
    """发文机关标志 and the y of its lower ink edge (7.2.4)."""
    if document.issuer_mark or len(document.issuers) == 1:
        text = document.issuer_mark or f"{document.issuers[0]}文件"
        height = (MARK_INK_BOTTOM - MARK_TOP) / _ink_share(text, fonts)
        run, bottom = _mark_line(
            text, fonts, left=CORE_LEFT, width=CORE_WIDTH, top=MARK_TOP, height=height
        )
        return [run], bottom
    return _joint_mark(document.issuers, fonts)


def _ink(text: str, fonts: FontSet) -> tuple[float, float]:
    """Lowest and highest ink of the text over the baseline, as fractions of the em."""
    low, high = math.inf, -math.inf
    for char in text:
        glyph = fonts.glyph("title", char)
        bounds = glyph.font.face.bounds(glyph.number)
        if bounds:
            low = min(low, bounds[1] / glyph.font.face.units)
            high = max(high, bounds[3] / glyph.font.face.units)
    return (low, high) if low < high else (0.0, 1.0)


def _ink_share(text: str, fonts: FontSet) -> float:
    low, high = _ink(text, fonts)
    return high - low


def _mark_line(
    text: str, fonts: FontSet, *, left: float, width: float, top: float, height: float,
    justify: bool = False,
) -> tuple[Run, float]:  # fmt: skip
    """One red line whose ink top is ``top``; ``height`` is the em it would like, in mm."""
    glyphs = tuple(fonts.glyph("title", char) for char in text)
    count = len(glyphs)
    pitch = width / count if justify else min(LOOSEST, width / count)
    cell = min(WIDEST, pitch)
    if cell < NARROWEST * height:
        height = cell / NARROWEST
    stretch = min(1.0, cell / height)
    cell = height * stretch
    if justify and count > 1:
        pitch = (width - cell) / (count - 1)
    used = pitch * (count - 1) + cell
    start = left + (width - used) / 2
    low, high = _ink(text, fonts)
    baseline = top + high * height
    xs = _centred(glyphs, start, pitch, cell)
    run = Run(glyphs, xs, baseline, height / MM_PER_POINT, "mark", colour="red", stretch=stretch)
    return run, baseline - low * height


def _centred(
    glyphs: tuple[Glyph, ...], start: float, pitch: float, cell: float
) -> tuple[float, ...]:
    """Each glyph in the middle of its cell."""
    return tuple(
        start + place * pitch + cell * (1 - glyph.advance) / 2 for place, glyph in enumerate(glyphs)
    )


def _joint_mark(issuers: tuple[str, ...], fonts: FontSet) -> tuple[list[Item], float]:
    """Names one below another, the host first, 文件 to their right at mid height (7.2.4)."""
    step = min(15.0, JOINT_HEIGHT / len(issuers))
    height = step / 1.2
    suffix = 2 * min(WIDEST, height * 1.3)
    left_width = CORE_WIDTH - suffix - EM
    longest = max(len(name) for name in issuers)
    width = min(left_width, longest * height)
    start = CORE_LEFT + (CORE_WIDTH - (width + EM + suffix)) / 2
    items: list[Item] = []
    bottom = MARK_TOP
    for place, name in enumerate(issuers):
        run, bottom = _mark_line(
            name,
            fonts,
            left=start,
            width=width,
            top=MARK_TOP + place * step,
            height=height,
            justify=True,
        )
        items.append(run)
    share = _ink_share("文件", fonts)
    tall = suffix / 2 * 1.1
    middle = (MARK_TOP + bottom) / 2 - tall * share / 2
    run, _ = _mark_line(
        "文件", fonts, left=start + width + EM, width=suffix, top=middle, height=tall
    )
    return [*items, run], bottom


def _number(document: Document, fonts: FontSet, y: float) -> tuple[list[Item], float]:
    """发文字号, with 签发人 beside it upward; also the y of its row (7.2.5, 7.2.6)."""
    text = str(document.number) if document.number else ""
    if document.direction != "up" or not document.approvers:
        if not text:
            return [], y
        row = _fitted(text, CORE_WIDTH, fonts)
        return list(run_at(row, CORE_LEFT + (CORE_WIDTH - row.width) / 2, y, "number")), y
    items, y = _approvers(document.approvers, fonts, y)
    if text:
        row = _fitted(text, CORE_WIDTH / 2, fonts)
        items = [*run_at(row, CORE_LEFT + EM, y, "number"), *items]
    return items, y


def _fitted(text: str, width: float, fonts: FontSet) -> Row:
    """The text on one row, in smaller type when it is wider than ``width``."""
    row = single_row(text, "fang", SIZE_3, fonts)
    if row.width > width:
        row = single_row(text, "fang", math.floor(SIZE_3 * width / row.width * 2) / 2, fonts)
    return row


def _approvers(names: tuple[str, ...], fonts: FontSet, y: float) -> tuple[list[Item], float]:
    """签发人 at the right, two names a row, later rows under the first name."""
    label = single_row("签发人：", "fang", SIZE_3, fonts)
    rows = [single_row(name, "kai", SIZE_3, fonts) for name in names]
    room = CORE_WIDTH / 2 - EM - label.width
    rows = [
        row
        if row.width <= room
        else break_rows((Span(row.text, "kai", SIZE_3 * room / row.width * 0.95),), fonts, room)[0]
        for row in rows
    ]
    per_row = 2 if len(rows) > 1 and 2 * max(row.width for row in rows) + EM <= room else 1
    column = max(row.width for row in rows)
    block = column * per_row + EM * (per_row - 1)
    left = CORE_RIGHT - EM - block
    items: list[Item] = list(run_at(label, left - label.width, y, "approver"))
    for place, row in enumerate(rows):
        line, slot = divmod(place, per_row)
        items += run_at(row, left + slot * (column + EM), y + line * PITCH, "approver")
    return items, y + (len(rows) - 1) // per_row * PITCH
