"""版记 of the DOCX: a table between rules at the foot of its page. GB/T 9704-2012 7.4."""

from typing import Final

from lxml import etree

from formats.document.model import Document
from formats.typeset.grid import CORE_LEFT, CORE_WIDTH
from formats.typeset.imprint import STEP
from formats.write.docx_markup import (
    EM,
    SMALL_EM,
    Side,
    blank,
    border,
    framed,
    listed,
    paragraph,
    plain,
    run,
    twips,
    w,
)

_CORE: Final = twips(CORE_WIDTH)
_BELOW: Final = twips(2.42)
"""From the core's lower edge, where the last rule is, to the foot of the text area."""

_OUTER: Final = 8
"""Eighths of a point: 0.35 mm."""

_INNER: Final = 6


def imprint(document: Document) -> list[etree._Element]:
    """抄送, 印发机关 and 印发日期; a letter's has 抄送 alone, without rules (10.1)."""
    ruled = document.format != "letter"
    rows: list[etree._Element] = []
    names = listed(document.cc)
    step = twips(STEP) - 1
    if names:
        text = f"抄送：{names.rstrip('。；;.')}。"
        lead = EM + 3 * SMALL_EM
        rows.append(
            paragraph(
                "imprint", run(text), left=lead, hanging=3 * SMALL_EM, right=EM, line=step,
                side="both",
            )
        )  # fmt: skip
    day = document.print_date
    printed = f"{day.year}年{day.month}月{day.day}日印发" if day else ""
    office = plain(document.printer or "")
    if ruled and (printed or office):
        tabs: list[tuple[Side, int]] = [("right", _CORE - EM)]
        text = f"{office}\t{printed}" if printed else office
        rows.append(paragraph("imprint", run(text), left=EM, tabs=tabs, line=step))
    if not ruled:
        below = paragraph(None, line=_BELOW)
        return [*framed([*rows, below], _CORE), paragraph(None, line=20)] if rows else []
    # A blank row keeps it off the text where the table does not float to the foot of the page.
    return [*blank(), _table(rows), paragraph(None, line=20)] if rows else []


def _table(rows: list[etree._Element]) -> etree._Element:
    made = []
    for number, row in enumerate(rows):
        last = number == len(rows) - 1
        edges = [w("top", **border("single", eighths=_OUTER if number == 0 else _INNER))]
        if last:
            edges.append(w("bottom", **border("single", eighths=_OUTER)))
        made.append(_row(row, w("tcBorders", *edges)))
    made.append(_row(paragraph(None, line=_BELOW), None, height=_BELOW))
    # LibreOffice lets a table as wide as the text float only where the sheet's edge places it.
    place = w("tblpPr", horzAnchor="page", vertAnchor="margin", tblpX=twips(CORE_LEFT),
              tblpYSpec="bottom", leftFromText=0, rightFromText=0)  # fmt: skip
    return w(
        "tbl",
        w(
            "tblPr",
            place,
            w("tblOverlap", val="never"),
            w("tblW", w=_CORE, type="dxa"),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
        ),
        w("tblGrid", w("gridCol", w=_CORE)),
        *made,
    )


def _row(
    content: etree._Element, edges: etree._Element | None, height: int | None = None
) -> etree._Element:
    return w(
        "tr",
        w("trPr", w("cantSplit"), w("trHeight", val=height, hRule="exact") if height else None),
        w("tc", w("tcPr", w("tcW", w=_CORE, type="dxa"), edges), content),
    )
