"""Paragraphs whose every row became a line of its own, as text copied from a PDF has them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.clues import (
    ATTACHED,
    ATTENDANCE,
    CC,
    CHAPTER,
    CONTACT,
    ISSUER,
    LABEL,
    compact,
    is_open_date,
    parse_date,
)
from formats.document.intake.lines import Notes, SourceLine
from formats.i18n import tr

_WIDTHS: Final = (20, 46)
"""Characters on a row of text, from a narrow column to a page in small type."""
_SLACK: Final = 2.5
"""Characters by which a full row may fall short: marks must not begin a row."""
_LEAST: Final = 8
"""Full rows that show a habit, not a chance."""
_SHARE: Final = 0.35
_ENDS: Final = ("。", "：", "；", "！", "？", "”", "）")


def unwrapped(lines: Sequence[SourceLine], notes: Notes) -> list[SourceLine]:
    """The lines with torn paragraphs whole again; as they are where nothing is torn."""
    width = _width(lines)
    if width is None:
        return list(lines)
    joined: list[SourceLine] = []
    torn = False
    for line in lines:
        if joined and torn and _goes_on(joined[-1], line):
            joined[-1] = replace(joined[-1], text=_together(joined[-1].text, line.text))
        else:
            joined.append(line)
        torn = _is_full(line, width) and not line.text.endswith(_ENDS)
    if len(joined) < len(lines):
        notes.add("body", tr("文字是逐行断开的，已合并为段落，请核对分段。"), 0.6)
    return joined


def _width(lines: Sequence[SourceLine]) -> int | None:
    """Characters on a full row, when the lines are rows."""
    widths = Counter(round(_measure(line.text)) for line in lines if _is_plain(line))
    likely = [
        (count, width) for width, count in widths.items() if _WIDTHS[0] <= width <= _WIDTHS[1]
    ]
    if not likely:
        return None
    width = max(likely)[1]
    full = [line for line in lines if _is_full(line, width)]
    open_ended = [line for line in full if not line.text.endswith(_ENDS)]
    longer = [line for line in lines if _measure(line.text) > width + _SLACK]
    enough = len(full) >= max(_LEAST, _SHARE * len(lines)) and len(open_ended) * 2 > len(full)
    return width if enough and not longer else None


def _measure(text: str) -> float:
    """Characters of Chinese that take the same room."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _is_plain(line: SourceLine) -> bool:
    return line.table is None and line.image is None and line.align not in {"center", "right"}


def _is_full(line: SourceLine, width: int) -> bool:
    # An indented row begins two characters further in.
    room = width - (2 if line.indented else 0)
    return _is_plain(line) and room - _SLACK <= _measure(line.text) <= width + _SLACK


def _goes_on(above: SourceLine, line: SourceLine) -> bool:
    text = line.text
    begins = (
        level_of(text) or CHAPTER.match(text) or ATTACHED.match(text) or LABEL.match(compact(text))
        or CC.match(text) or ATTENDANCE.match(text) or CONTACT.match(text.lstrip("（"))
        or ISSUER.match(compact(text)) or parse_date(text) or is_open_date(text)
    )  # fmt: skip
    same = _is_plain(line) and above.size == line.size and above.place == line.place
    return same and not begins and not line.indented and not line.new_page


def _together(first: str, second: str) -> str:
    latin = first[-1].isascii() and second[0].isascii() and second[0].isalpha()
    return f"{first} {second}" if latin else first + second
