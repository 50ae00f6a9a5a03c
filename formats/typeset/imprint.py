"""版记: 抄送, printer and date between rules, its last rule on the core's lower edge.

GB/T 9704-2012 7.4. A letter's has 抄送 alone, without rules, as the last rows of the core (10.1).
"""

from dataclasses import dataclass
from typing import Final

from formats.document.model import Document
from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.display import Item, Rule
from formats.typeset.flow import Counter, run_at
from formats.typeset.fonts import FontSet
from formats.typeset.grid import (
    CORE_BOTTOM,
    CORE_HEIGHT,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_WIDTH,
    EM,
    INNER_RULE_WIDTH,
    OUTER_RULE_WIDTH,
    SIZE_4,
    em_of,
)
from formats.typeset.linebreak import Row, Span, break_rows, natural_width, single_row
from formats.typeset.words import clean, joined

STEP: Final = 9.0
"""Rule to rule around one row of 4号: the character and 7/8 of it, rounded."""

LEADINGS: Final = (1.5, 1.3, 1.15)
"""Row to row of one entry that wraps, in ems: closer where a page would not hold the 版记."""


class ImprintTooTall(Refused):
    """The 版记 does not fit on a page of its own."""

    code = "formats.imprint-too-tall"
    happened = mark("抄送机关过多，版记一页放不下。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请用统称合并抄送机关（如“各市人民政府”）后重试。")


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines of one 版记 element: (row, x from the core's left edge, y from the entry's top)."""

    lines: tuple[tuple[Row, float, float], ...]
    height: float
    ruled: bool
    """A thin rule stands above it."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """The whole 版记, measured."""

    entries: tuple[Entry, ...]
    height: float
    ruled: bool = True
    """Between rules; a letter's is not."""

    def draw(self, counter: Counter) -> list[Item]:
        """The items, reading downwards."""
        y = CORE_BOTTOM - self.height
        items: list[Item] = []
        for number, entry in enumerate(self.entries):
            if self.ruled and (number == 0 or entry.ruled):
                width = OUTER_RULE_WIDTH if number == 0 else INNER_RULE_WIDTH
                items.append(Rule(CORE_LEFT, y, CORE_RIGHT, y, width))
            group = counter.next()
            for row, x, offset in entry.lines:
                top = y + offset - (EM - em_of(SIZE_4)) / 2
                items += run_at(row, CORE_LEFT + x, top, "imprint", group=group)
            y += entry.height
        if self.ruled:
            items.append(Rule(CORE_LEFT, CORE_BOTTOM, CORE_RIGHT, CORE_BOTTOM, OUTER_RULE_WIDTH))
        return items


def compose_imprint(document: Document, fonts: FontSet, *, with_recipients: bool) -> Imprint | None:
    """The 版记, None when the document has nothing to put in it.

    ``with_recipients`` when 主送机关 were moved here (7.3.2). Raises `ImprintTooTall`.
    """
    height = 0.0
    for leading in LEADINGS:
        imprint = _imprint(document, fonts, leading * em_of(SIZE_4), moved=with_recipients)
        if imprint is None or imprint.height <= CORE_HEIGHT:
            return imprint
        height = imprint.height
    raise ImprintTooTall(f"{height:.0f} mm")


def _imprint(document: Document, fonts: FontSet, line: float, *, moved: bool) -> Imprint | None:
    """The 版记 with ``line`` mm from row to row, however high."""
    ruled = document.format != "letter"
    pad = (STEP - em_of(SIZE_4)) / 2 if ruled else 0.0
    entries: list[Entry] = []
    for label, names in (
        ("主送：", document.main_recipients if moved else ()),
        ("抄送：", document.cc),
    ):
        listed = tuple(name for name in map(clean, names) if name)
        if listed:
            gap = 0.0 if ruled or not entries else line - em_of(SIZE_4)
            entries.append(_list(label, listed, fonts, pad, line, ruled=not entries, above=gap))
    last = _printed(document, fonts, line) if ruled else None
    if last is not None:
        entries.append(last)
    if not entries:
        return None
    return Imprint(tuple(entries), sum(entry.height for entry in entries), ruled)


def _list(
    label: str, names: tuple[str, ...], fonts: FontSet, pad: float, line: float, *, ruled: bool,
    above: float,
) -> Entry:  # fmt: skip
    """空一字 at both sides, wraps under the first name, ending in a full stop (7.4.2).

    ``pad`` mm stay free above and below it, and ``above`` it some more.
    """
    start = EM + natural_width(label, "fang", SIZE_4, fonts)
    text = joined(names).rstrip("。；;.") + "。"
    rows = break_rows((Span(text, "fang", SIZE_4),), fonts, CORE_WIDTH - start - EM)
    top = above + pad
    lines = [(single_row(label, "fang", SIZE_4, fonts), EM, top)]
    lines += [(row, start, top + place * line) for place, row in enumerate(rows)]
    return Entry(tuple(lines), top + (len(rows) - 1) * line + em_of(SIZE_4) + pad, ruled)


def _printed(document: Document, fonts: FontSet, line: float) -> Entry | None:
    """印发机关 at the left, 印发日期 at the right, each 空一字 (7.4.3)."""
    date = document.print_date
    right = single_row(
        f"{date.year}年{date.month}月{date.day}日印发" if date else "", "fang", SIZE_4, fonts
    )
    printer = clean(document.printer or "")
    if not printer and not date:
        return None
    room = CORE_WIDTH - 3 * EM - right.width
    rows = break_rows((Span(printer, "fang", SIZE_4),), fonts, room)
    pad = (STEP - em_of(SIZE_4)) / 2
    lines = [(row, EM, pad + place * line) for place, row in enumerate(rows)]
    if date:
        lines.append((right, CORE_WIDTH - EM - right.width, pad + max(0, len(rows) - 1) * line))
    return Entry(tuple(lines), STEP + max(0, len(rows) - 1) * line, ruled=True)
