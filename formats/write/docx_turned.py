"""Landscape pages of the DOCX: the number stands where portrait pages have it. GB/T 9704-2012 8.

The sheet is turned clockwise to be read, so its left edge is the portrait page's foot. A table of
one cell floats there, its words running downwards; it hangs on the header, for the pages have no
footer. (A text box does as well in Word; LibreOffice 7.4 loses its place on even pages.)
"""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, PAGE_HEIGHT, PAGE_NUMBER_Y
from formats.typeset.grid import EM as CELL
from formats.write.docx_markup import Side, number_runs, paragraph, twips, w

HEADERS: Final[Mapping[str, str]] = {"default": "rIdTurnedOdd", "even": "rIdTurnedEven"}
"""Relationship of each kind of header of a landscape page."""

PLAIN_HEADER: Final = "rIdPlainHeader"
"""Of the empty header of portrait pages: without one they have that of the section before."""

PLAIN_FOOTER: Final = "rIdPlainFooter"
"""Of the empty footer of landscape pages."""

_LENGTH: Final = 40.0
_WIDTH: Final = 10.0
"""Of the cell, in mm; the number's dash lies in its middle."""

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
    width = twips(_WIDTH)
    place = w("tblpPr", leftFromText=0, rightFromText=0, vertAnchor="page", horzAnchor="page",
              tblpX=twips(x), tblpY=twips(y))  # fmt: skip
    cell = w(
        "tc",
        w(
            "tcPr",
            w("tcW", w=width, type="dxa"),
            w("textDirection", val="tbRl"),
            w("vAlign", val="center"),
        ),
        paragraph("page", *number_runs(), line=_LINE, side=side),
    )
    table = w(
        "tbl",
        w(
            "tblPr",
            place,
            w("tblOverlap", val="never"),
            w("tblW", w=width, type="dxa"),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
        ),
        w("tblGrid", w("gridCol", w=width)),
        w("tr", w("trPr", w("trHeight", val=twips(_LENGTH), hRule="exact")), cell),
    )
    return w("hdr", table, paragraph("page"))
