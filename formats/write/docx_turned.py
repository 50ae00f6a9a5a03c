"""Landscape pages of the DOCX: the number stands where portrait pages have it. GB/T 9704-2012 8.

The sheet is turned clockwise to be read, so its left edge is the portrait page's foot. A text box
of the header stands there, its words running downwards; the pages have no footer.
"""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, PAGE_HEIGHT, PAGE_NUMBER_Y
from formats.typeset.grid import EM as CELL
from formats.write.docx_markup import Side, number_runs, paragraph, w

HEADERS: Final[Mapping[str, str]] = {"default": "rIdTurnedOdd", "even": "rIdTurnedEven"}
"""Relationship of each kind of header of a landscape page."""

PLAIN_HEADER: Final = "rIdPlainHeader"
"""Of the empty header of portrait pages: without one they have that of the section before."""

PLAIN_FOOTER: Final = "rIdPlainFooter"
"""Of the empty footer of landscape pages."""

_WPS: Final = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_SPACES: Final = {
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": _WPS,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
_EMU: Final = 36000
"""Of a millimetre."""

_LENGTH: Final = 40.0
_WIDTH: Final = 10.0
"""Of the box, in mm; the number's dash lies in its middle."""

_LINE: Final = 400


def turned_parts() -> dict[str, etree._Element]:
    """The parts that a DOCX with landscape pages has besides, by relationship."""
    return {
        HEADERS["default"]: _header("right"),
        HEADERS["even"]: _header("left"),
        PLAIN_HEADER: w("hdr", paragraph("page")),
        PLAIN_FOOTER: w("ftr", paragraph("page")),
    }


def _header(side: Side) -> etree._Element:
    """``right`` on odd pages, ``left`` on even ones, as the portrait page has it."""
    x = PAGE_HEIGHT - PAGE_NUMBER_Y - _WIDTH / 2
    y = CORE_RIGHT - CELL - _LENGTH if side == "right" else CORE_LEFT + CELL
    number = paragraph("page", *number_runs(), line=_LINE, side=side)
    drawing = w("drawing", _anchor(x, y, number))
    choice = _part("mc:Choice", drawing, Requires="wps")
    return w(
        "hdr",
        w("p", w("pPr", w("pStyle", val="page")), w("r", _part("mc:AlternateContent", choice))),
    )


def _anchor(x: float, y: float, content: etree._Element) -> etree._Element:
    """A box without rules, ``x`` and ``y`` mm from the sheet's upper left corner."""
    size = {"cx": round(_WIDTH * _EMU), "cy": round(_LENGTH * _EMU)}
    shape = _part(
        "wps:wsp",
        _part("wps:cNvSpPr", txBox=1),
        _part(
            "wps:spPr",
            _part("a:xfrm", _part("a:off", x=0, y=0), _part("a:ext", **size)),
            _part("a:prstGeom", _part("a:avLst"), prst="rect"),
            _part("a:noFill"),
            _part("a:ln", _part("a:noFill")),
        ),
        _part("wps:txbx", w("txbxContent", content)),
        _part("wps:bodyPr", vert="vert", lIns=0, tIns=0, rIns=0, bIns=0, anchor="ctr"),
    )
    sides = dict.fromkeys(("distT", "distB", "distL", "distR", "simplePos"), 0)
    return _part(
        "wp:anchor",
        _part("wp:simplePos", x=0, y=0),
        _offset("wp:positionH", x),
        _offset("wp:positionV", y),
        _part("wp:extent", **size),
        _part("wp:wrapNone"),
        _part("wp:docPr", id=1, name="页码"),
        _part("wp:cNvGraphicFramePr"),
        _part("a:graphic", _part("a:graphicData", shape, uri=_WPS)),
        **sides, relativeHeight=1, behindDoc=0, locked=0, layoutInCell=1, allowOverlap=1,
    )  # fmt: skip


def _offset(tag: str, millimetres: float) -> etree._Element:
    offset = _part("wp:posOffset")
    offset.text = str(round(millimetres * _EMU))
    return _part(tag, offset, relativeFrom="page")


def _part(tag: str, *children: etree._Element, **attributes: object) -> etree._Element:
    """An element of another namespace; its attributes have none."""
    prefix, _, local = tag.partition(":")
    element = etree.Element(f"{{{_SPACES[prefix]}}}{local}", nsmap=_SPACES)
    for name, value in attributes.items():
        element.set(name, str(value))
    element.extend(children)
    return element
