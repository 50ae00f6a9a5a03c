"""纪要格式: its mark, and who was at the meeting. GB/T 9704-2012 10.3.

The clause lets each body set its minutes by its own practice; what it does fix is kept: the mark
like a general document's and 出席, 请假, 列席 below the text.
"""

from collections.abc import Sequence
from typing import Final

from formats.document.model import Document
from formats.typeset.body import INDENT
from formats.typeset.display import Item
from formats.typeset.flow import Block, Counter, blank_block, run_at
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_LEFT, CORE_WIDTH, SIZE_3
from formats.typeset.head import Head, compose_head
from formats.typeset.linebreak import Row, Span, break_rows, natural_width, single_row
from formats.typeset.words import clean, joined

SUFFIX: Final = "纪要"
_LABELS: Final = (("present", "出席："), ("absent", "请假："), ("observers", "列席："))


def compose_minutes(document: Document, fonts: FontSet) -> Head:
    """The head of minutes: like a general document's, under the mark ×××纪要."""
    return compose_head(document, fonts, suffix=minutes_suffix(document.issuers))


def minutes_suffix(issuers: Sequence[str]) -> str:
    """What makes the issuer's name the name of its minutes.

    A meeting's name takes 纪要, a body's 会议纪要; one that already ends so takes nothing.
    """
    if any(name.endswith(SUFFIX) for name in issuers):
        return ""
    met = all(name.endswith("会议") for name in issuers)
    return SUFFIX if met or len(issuers) > 1 else f"会议{SUFFIX}"


def attendance_blocks(document: Document, fonts: FontSet, counter: Counter) -> list[Block]:
    """出席, 请假 and 列席 in that order, a blank row below the text or the attachment note.

    Indented two; labels 3号黑体, names 3号仿宋, wraps under the first name. Empty lists are left
    out, and ``[]`` is returned where nobody is named.
    """
    attendance = document.attendance
    if attendance is None:
        return []
    blocks: list[Block] = []
    for field, label in _LABELS:
        names = [name for name in map(clean, getattr(attendance, field)) if name]
        if names:
            blocks += _list(label, names, fonts, counter)
    return [blank_block(), *blocks] if blocks else []


def _list(label: str, names: Sequence[str], fonts: FontSet, counter: Counter) -> list[Block]:
    lead = single_row(label, "hei", SIZE_3, fonts)
    start = INDENT + natural_width(label, "hei", SIZE_3, fonts)
    rows = break_rows((Span(joined(names), "fang", SIZE_3),), fonts, CORE_WIDTH - start)
    group = counter.next()
    return [
        _row([(lead, INDENT), (row, start)] if place == 0 else [(row, start)], group)
        for place, row in enumerate(rows)
    ]


def _row(parts: Sequence[tuple[Row, float]], group: int) -> Block:
    """One row in parts, with their x from the core's left edge."""

    def draw(y: float, _: float) -> tuple[Item, ...]:
        return tuple(
            item
            for row, x in parts
            for item in run_at(row, CORE_LEFT + x, y, "attendance", group=group)
        )

    return Block(1, draw, "text", group)
