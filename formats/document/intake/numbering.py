"""Automatic numbers of a DOCX: the 一、 that Word draws but does not store."""

import re
from typing import Final

from lxml import etree

from formats.document.intake.styles import Styles, W

_DIGITS: Final = "〇一二三四五六七八九"
_CHINESE: Final = frozenset({
        "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting",
        "taiwaneseCountingThousand", "taiwaneseCounting", "chineseLegalSimplified",
})  # fmt: skip
_MAX_LEVEL: Final = 8
_Level = tuple[str, str, int]
"""Format, text such as ``%1、``, and the first number."""


class Numbering:
    """The running numbers while a document is read from top to bottom."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, str] = {}
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[tuple[str, int], int] = {}
        if root is None:
            return
        for number in root.iter(f"{W}num"):
            abstract = number.find(f"{W}abstractNumId")
            if abstract is not None:
                self._lists[str(number.get(f"{W}numId"))] = str(abstract.get(f"{W}val"))
        for abstract in root.iter(f"{W}abstractNum"):
            name = str(abstract.get(f"{W}abstractNumId"))
            for level in abstract.iter(f"{W}lvl"):
                at = _integer(level.get(f"{W}ilvl"), 0)
                self._levels[name, at] = (
                    _text(level, "numFmt", "decimal"),
                    _text(level, "lvlText", ""),
                    _integer(_text(level, "start", "1"), 1),
                )

    def next_for(self, paragraph: etree._Element, style: str | None, styles: Styles) -> str:
        """The number before the paragraph; empty when it has none, or a bullet."""
        properties = paragraph.find(f"{W}pPr/{W}numPr")
        for one in styles.chain(style):
            if properties is None:
                properties = one.find(f"{W}pPr/{W}numPr")
        if properties is None:
            return ""
        listed = self._lists.get(_text(properties, "numId", "0"))
        at = min(_integer(_text(properties, "ilvl", "0"), 0), _MAX_LEVEL)
        if listed is None or (listed, at) not in self._levels:
            return ""
        form, text, first = self._levels[listed, at]
        self._counts[listed, at] = self._counts.get((listed, at), first - 1) + 1
        for deeper in range(at + 1, _MAX_LEVEL + 1):
            self._counts.pop((listed, deeper), None)
        if form in {"bullet", "none"}:
            return ""
        return re.sub(r"%([1-9])", lambda m: self._shown(listed, int(m[1]) - 1), text)

    def _shown(self, listed: str, at: int) -> str:
        form, _, first = self._levels.get((listed, at), ("decimal", "", 1))
        count = self._counts.get((listed, at), first)
        return chinese(count) if form in _CHINESE else str(count)


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals; beyond that in digits."""
    if not 0 < number < 100:  # noqa: PLR2004 - no document numbers its parts further
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def _text(parent: etree._Element, name: str, default: str) -> str:
    element = parent.find(f"{W}{name}")
    value = element.get(f"{W}val") if element is not None else None
    return str(value) if value is not None else default


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default  # noqa: PLR2004 - a count, not a hash
