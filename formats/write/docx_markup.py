"""WordprocessingML by the piece: paragraphs, runs and their properties in the schema's order.

ISO/IEC 29500-1 §17. Lengths are twips (1/1440 inch) unless a name says otherwise.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal
from unicodedata import east_asian_width

from lxml import etree

from formats.document.names import split_recipients
from formats.typeset.words import clean, joined

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES: Final = {"w": W, "r": R}
_Q: Final = f"{{{W}}}"
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LINE: Final = 592
"""Row to row, 29.6 pt: 22 of them fill the height between the margins."""

EM: Final = 315
"""A 3号 character, 16 pt less the tracking of a quarter of a point."""

SMALL_EM: Final = 280
"""A 4号 character."""

Side = Literal["left", "center", "right", "both", "distribute"]
Font = Literal["fang", "kai", "hei", "song", "title"]
FONTS: Final[dict[Font, str]] = {
    "fang": "仿宋_GB2312", "kai": "楷体_GB2312", "hei": "黑体", "song": "宋体",
    "title": "方正小标宋简体",
}  # fmt: skip


def twips(mm: float) -> int:
    """Millimetres as twips."""
    return round(mm * 1440 / 25.4)


def ems(text: str) -> float:
    """The width of the text in ems: Latin letters and digits are half as wide."""
    return sum(1.0 if east_asian_width(char) in "WFA" else 0.5 for char in text)


def plain(text: str) -> str:
    """The text as XML may hold it, without what has no ink."""
    return _NO_XML.sub("", clean(text))


def _spaced(text: str) -> str:
    """`plain` with the blanks that the text begins and ends with."""
    inner = text.strip(" ")
    if not inner:
        return text
    start = text.index(inner)
    return text[:start] + plain(inner) + text[start + len(inner) :]


def listed(names: Sequence[str]) -> str:
    """Names of bodies in a row, parted so that whoever reads them back finds the same names."""
    text = plain(joined(named := [name for name in map(plain, names) if name]))
    return text if split_recipients(text) == tuple(named) else "，".join(named)


def w(tag: str, *children: etree._Element | None, **attributes: object) -> etree._Element:
    """``w:tag``. Attributes are ``w:`` ones; those that are None are left out, as are children."""
    element = etree.Element(_Q + tag, nsmap=_NAMES)
    for name, value in attributes.items():
        if value is not None:
            element.set(_Q + name.rstrip("_"), str(value))
    element.extend([child for child in children if child is not None])
    return element


def fonts(font: Font) -> etree._Element:
    """``w:rFonts`` for Chinese and for Latin text, which official documents set in one face."""
    name = FONTS[font]
    return w("rFonts", hint="eastAsia", ascii=name, eastAsia=name, hAnsi=name, cs=name)


def look(
    font: Font | None = None,
    *,
    points: float | None = None,
    red: bool = False,
    tracking: int | None = None,
    scale: int | None = None,
) -> etree._Element | None:
    """``w:rPr``; ``scale`` is the width of the characters in percent. None when it says nothing."""
    half = None if points is None else round(points * 2)
    parts = [
        fonts(font) if font else None,
        w("color", val="FF0000") if red else None,
        w("spacing", val=tracking) if tracking is not None else None,
        w("w", val=scale) if scale is not None else None,
        w("sz", val=half) if half else None,
        w("szCs", val=half) if half else None,
    ]
    return w("rPr", *parts) if any(part is not None for part in parts) else None


def run(text: str, properties: etree._Element | None = None) -> etree._Element:
    """A run; tabs and line feeds of the text become ``w:tab`` and ``w:br``."""
    element = w("r", properties)
    for piece in re.split("([\t\n])", text):
        if piece == "\t":
            element.append(w("tab"))
        elif piece == "\n":
            element.append(w("br"))
        elif piece:
            part = w("t")
            part.text = _spaced(piece)
            if part.text != part.text.strip():
                part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            element.append(part)
    return element


def paragraph(
    style: str | None,
    *runs: etree._Element,
    before: int | None = None,
    line: int | None = None,
    left: int | None = None,
    right: int | None = None,
    first: int | None = None,
    hanging: int | None = None,
    side: Side | None = None,
    tabs: Sequence[tuple[Side, int]] = (),
    new_page: bool = False,
    keep_next: bool = False,
) -> etree._Element:
    """``w:p``; ``line`` is exact, ``tabs`` count from the paragraph's left margin."""
    spacing = w("spacing", before=before, line=line, lineRule="exact" if line is not None else None)
    indent = w("ind", left=left, right=right, firstLine=first, hanging=hanging)
    parts = [
        w("pStyle", val=style) if style else None,
        w("keepNext") if keep_next else None,
        w("pageBreakBefore") if new_page else None,
        w("tabs", *(w("tab", val=kind, pos=at) for kind, at in tabs)) if tabs else None,
        spacing if spacing.attrib else None,
        indent if indent.attrib else None,
        w("jc", val=side) if side else None,
    ]
    some = any(part is not None for part in parts)
    return w("p", w("pPr", *parts) if some else None, *runs)


def number_runs() -> tuple[etree._Element, ...]:
    """— n —, the number counted by whoever lays out the pages."""
    return run("— "), w("fldSimple", run("1"), instr=" PAGE "), run(" —")


def blank(rows: int = 1) -> list[etree._Element]:
    """Empty rows of the grid."""
    return [paragraph(None) for _ in range(rows)]


def kept(elements: Sequence[etree._Element]) -> Sequence[etree._Element]:
    """The elements, each kept on the page of the next one."""
    for element in elements:
        if element.tag != f"{_Q}p":
            continue
        properties = element.find(f"{_Q}pPr")
        if properties is None:
            properties = w("pPr")
            element.insert(0, properties)
        if properties.find(f"{_Q}keepNext") is None:
            styled = properties.find(f"{_Q}pStyle") is not None
            properties.insert(1 if styled else 0, w("keepNext"))
    return elements


def space_before(element: etree._Element, twips_: int) -> None:
    """Twips more above a paragraph than its style gives it; a table has no such space."""
    properties = element.find(f"{_Q}pPr")
    if element.tag != f"{_Q}p" or properties is None:
        return
    spacing = properties.find(f"{_Q}spacing")
    if spacing is None:
        spacing = w("spacing")
        later = {f"{_Q}{tag}" for tag in ("ind", "jc", "outlineLvl", "rPr", "sectPr")}
        at = next((n for n, child in enumerate(properties) if child.tag in later), len(properties))
        properties.insert(at, spacing)
    spacing.set(f"{_Q}before", str(twips_))


def framed(elements: Sequence[etree._Element], width: int) -> Sequence[etree._Element]:
    """Paragraphs as a frame at the foot of the page's text area, with no text beside it."""
    for element in elements:
        properties = element.find(f"{_Q}pPr")
        if properties is not None:
            styled = properties.find(f"{_Q}pStyle") is not None
            frame = w("framePr", w=width, hSpace=0, wrap="notBeside", vAnchor="margin",
                      hAnchor="margin", xAlign="left", yAlign="bottom")  # fmt: skip
            properties.insert(1 if styled else 0, frame)
    return elements


def border(kind: str, *, eighths: int, space: int = 0, colour: str = "000000") -> dict[str, object]:
    """The attributes of a border: its width in eighths of a point, its distance in points."""
    return {"val": kind, "sz": eighths, "space": space, "color": colour}


def xml_bytes(root: etree._Element) -> bytes:
    """A part as it lies in the package."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
