"""How a DOCX paragraph looks, from its runs and its styles: side, type, colour, indents."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHAIN: Final = 12
"""Styles based on styles; Word itself stops at eleven."""
_CHAR: Final = 320
"""Twips of a 3号 character: indents are told in twips or in hundredths of a character."""
_RED: Final = (0xA0, 0x70)
"""The least of red and the most of green and blue that the eye still calls red."""
_SIDES: Final[dict[str | None, Literal["left", "center", "right"]]] = {
    "center": "center", "right": "right", "end": "right",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What classification may use."""

    align: Literal["left", "center", "right"] | None
    size: float | None
    style: str | None
    red: bool = False
    bold: bool = False
    indented: bool = False
    lead: int = 0
    """Characters that the whole paragraph is moved to the right."""
    new_page: bool = False


class Styles:
    """The paragraph styles of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._chains: dict[str | None, list[etree._Element]] = {}
        self._default: str | None = None
        self._base: etree._Element | None = None
        if root is None:
            return
        self._base = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        for style in root.iter(f"{W}style"):
            name = style.get(f"{W}styleId")
            if name is None or style.get(f"{W}type") != "paragraph":
                continue
            self._styles[name] = style
            if style.get(f"{W}default") in {"1", "true"}:
                self._default = name

    def chain(self, name: str | None) -> list[etree._Element]:
        """The style and those it is based on, nearest first."""
        if name not in self._chains:
            self._chains[name] = list(self._climb(name))
        return self._chains[name]

    def _climb(self, name: str | None) -> Iterator[etree._Element]:
        for _ in range(_CHAIN):
            style = self._styles.get(name) if name is not None else None
            if style is None:
                return
            yield style
            name = value(style.find(f"{W}basedOn"))

    def look(self, paragraph: etree._Element) -> Look:
        """The paragraph's look."""
        own = paragraph.find(f"{W}pPr")
        style = value(own.find(f"{W}pStyle")) if own is not None else None
        chain = self.chain(style or self._default)
        layers = [p for p in (own, *(one.find(f"{W}pPr") for one in chain)) if p is not None]
        faces = [f for f in (*(one.find(f"{W}rPr") for one in chain), self._base) if f is not None]
        align = next((s for s in (value(p.find(f"{W}jc")) for p in layers) if s), None)
        size, red, bold = _type(paragraph, faces)
        first, left = _indents(layers)
        breaks = next((b for b in (p.find(f"{W}pageBreakBefore") for p in layers)
                       if b is not None), None)  # fmt: skip
        return Look(
            _SIDES.get(align, "left" if align else None),
            size,
            style or self._default,
            red,
            bold,
            first > 0,
            max(0, left),
            breaks is not None and is_on(breaks),
        )


def _type(
    paragraph: etree._Element, faces: list[etree._Element]
) -> tuple[float | None, bool, bool]:
    """Size of the type that most of the text is set in, whether it is red, whether it is bold."""
    counts: Counter[tuple[float | None, bool, bool]] = Counter()
    for run in paragraph.iter(f"{W}r"):
        length = sum(len((t.text or "").strip()) for t in run.iterchildren(f"{W}t"))
        if not length:
            continue
        own = run.find(f"{W}rPr")
        layers = [own, *faces] if own is not None else faces
        size = next((s for s in map(_points, layers) if s is not None), None)
        colour = next((c for c in (value(p.find(f"{W}color")) for p in layers) if c), None)
        weight = next((b for b in (p.find(f"{W}b") for p in layers) if b is not None), None)
        counts[size, _is_red(colour), weight is not None and is_on(weight)] += length
    if not counts:
        return next((s for s in map(_points, faces) if s is not None), None), False, False
    return counts.most_common(1)[0][0]


def _indents(layers: list[etree._Element]) -> tuple[int, int]:
    """First line's and whole paragraph's indent in characters, each from the nearest layer."""
    first = left = None
    for layer in layers:
        indent = layer.find(f"{W}ind")
        if indent is None:
            continue
        if first is None:
            first = _chars(indent, "firstLineChars", "firstLine")
        if left is None:
            left = _chars(indent, "leftChars", "left")
            left = left if left is not None else _chars(indent, "startChars", "start")
    return first or 0, left or 0


def _chars(indent: etree._Element, in_chars: str, in_twips: str) -> int | None:
    chars, twips = _number(indent.get(W + in_chars)), _number(indent.get(W + in_twips))
    if chars:
        return max(1, chars // 100) if chars > 0 else 0
    return None if twips is None else max(0, round(twips / _CHAR))


def _number(text: str | None) -> int | None:
    plain = text is not None and len(text) <= 7 and text.lstrip("-").isdecimal() and text.isascii()  # noqa: PLR2004 - no page is wider
    return int(text) if plain and text is not None else None


def _is_red(colour: str | None) -> bool:
    if colour is None or len(colour) != 6:  # noqa: PLR2004 - RRGGBB; auto and theme colours are not
        return False
    try:
        red, green, blue = bytes.fromhex(colour)
    except ValueError:
        return False
    return red >= _RED[0] and max(green, blue) <= _RED[1]


def _points(properties: etree._Element | None) -> float | None:
    if properties is None:
        return None
    text = value(properties.find(f"{W}sz"))
    return int(text) / 2 if text and text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - Word's own limit is 3276


def is_on(element: etree._Element) -> bool:
    """Whether a switch such as ``w:b`` is on; it is without a value."""
    return value(element) not in {"0", "false", "off", "none"}


def value(element: etree._Element | None) -> str | None:
    """The element's ``w:val``."""
    found = element.get(f"{W}val") if element is not None else None
    return str(found) if found is not None else None
