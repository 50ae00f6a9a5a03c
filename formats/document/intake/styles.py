"""How a DOCX paragraph looks: alignment and largest type, from its runs and its styles."""

from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHAIN: Final = 12
"""Styles based on styles; Word itself stops at eleven."""


@dataclass(frozen=True, slots=True)
class Look:
    """What classification may use."""

    align: Literal["left", "center", "right"] | None
    size: float | None
    style: str | None


class Styles:
    """The paragraph styles of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
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
        found: list[etree._Element] = []
        while name is not None and len(found) < _CHAIN:
            style = self._styles.get(name)
            if style is None:
                break
            found.append(style)
            name = _value(style.find(f"{W}basedOn"))
        return found

    def look(self, paragraph: etree._Element) -> Look:
        """The paragraph's look."""
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle")) or self._default
        chain = self.chain(style)
        align = _value(paragraph.find(f"{W}pPr/{W}jc"))
        sizes = [_points(r) for r in paragraph.iter(f"{W}rPr")]
        size = max((s for s in sizes if s is not None), default=None)
        for one in chain:
            align = align or _value(one.find(f"{W}pPr/{W}jc"))
            size = size or _points(one.find(f"{W}rPr"))
        size = size or _points(self._base)
        sides: dict[str | None, Literal["left", "center", "right"]] = {
            "center": "center", "right": "right", "end": "right",
        }  # fmt: skip
        return Look(sides.get(align, "left" if align else None), size, style)


def _points(properties: etree._Element | None) -> float | None:
    if properties is None:
        return None
    text = _value(properties.find(f"{W}sz"))
    return int(text) / 2 if text and text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - Word's own limit is 3276


def _value(element: etree._Element | None) -> str | None:
    found = element.get(f"{W}val") if element is not None else None
    return str(found) if found is not None else None
