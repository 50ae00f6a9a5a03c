"""版头 of the DOCX by format: corner, red mark, number, approvers, red rules.

GB/T 9704-2012 7.2 and 10.

Word has no places on a page, only what comes below what. So every distance of the head becomes
the height of a line or the space above one; the text begins on the grid's row where the typeset
page has it. A line of exact height has its baseline at four fifths of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from formats.document.model import Document
from formats.typeset.grid import CORE_WIDTH, MARK_TOP, SIZE_2, SIZE_3, em_of
from formats.typeset.head import TITLE_ROW, URGENCY, named
from formats.typeset.letter import DOUBLE_RULE, FIRST_RULE_GAP, LETTER_MARK_TOP
from formats.typeset.minutes import minutes_suffix
from formats.typeset.order import ORDER_MARK_TOP, TEXT_ROW, TEXT_ROW_WITHOUT, order_mark
from formats.write.docx_markup import (
    EM,
    LINE,
    border,
    ems,
    look,
    paragraph,
    plain,
    run,
    twips,
    w,
)

TOP: Final = 34.58
"""The upper margin: the first row's line is higher than its type (GB/T 33476.2-2016 6.2)."""

ROW: Final = LINE * 25.4 / 1440
BASELINE: Final = 0.8
"""Of a line of exact height."""

INK_TOP: Final = 0.845
"""Of a Chinese character over its baseline, in ems; and what is below it."""

INK_BOTTOM: Final = 0.08
_EM: Final = 16 * 25.4 / 72
_TWO: Final = 2 * ROW
_RULE_GAP: Final = 4.0
_EDGE: Final = 5.0
"""A mark keeps off the core's edges."""

_WIDEST: Final = 15.0
_SPREAD: Final = 1.25
_LOOSEST: Final = 17.0
_NARROWEST: Final = 0.5
_NAME_LINE: Final = 11.5
"""Height of a name's line in a joint mark, closer where there are many."""

_MOST_NAMES: Final = 10
_TALLEST_JOINT: Final = 62.0
_LETTER_TITLE_ROW: Final = 4
_LETTER_CORNER: Final = 51.2
"""Where the first row below a letter's double rule begins: 7/8 of a character below it."""


@dataclass(slots=True)
class Pen:
    """Elements one below another, and how far down the page they reach, in mm."""

    y: float = TOP
    elements: list[etree._Element] = field(default_factory=list)

    def row(self, style: str | None = None, *runs: etree._Element, **look_: object) -> None:
        """A row of the grid."""
        self.elements.append(paragraph(style, *runs, **look_))  # type: ignore[arg-type] # passed on
        self.y += ROW

    def gap_to(self, y: float) -> int:
        """Twips from here down to ``y``; the pen moves there."""
        gap = max(0, twips(y - self.y))
        self.y += gap * 25.4 / 1440
        return gap


@dataclass(frozen=True, slots=True)
class Head:
    """The head of page 1."""

    elements: tuple[etree._Element, ...]
    before: int
    """Twips above the title, or above the text of a format without one."""
    first: tuple[etree._Element, etree._Element] | None = None
    """Header and footer of page 1 alone."""


def em_top(points: float) -> float:
    """From the top of a row's line to that of its type's em box, in mm."""
    return BASELINE * ROW - 0.88 * points * 25.4 / 72


def em_bottom(points: float) -> float:
    """From the top of a row's line to the foot of its type's em box, in mm."""
    return BASELINE * ROW + 0.12 * points * 25.4 / 72


def head_of(document: Document) -> Head:
    """The head of the document's format."""
    if document.format == "letter":
        return _letter(document)
    if document.format == "order":
        return _order(document)
    suffix = minutes_suffix(document.issuers) if document.format == "minutes" else "文件"
    return _general(document, suffix)


def _general(document: Document, suffix: str) -> Head:
    pen = Pen()
    _corner(document, pen, 3)
    approvers = named(document.approvers) if document.direction == "up" else ()
    lines = _approver_lines(approvers)
    issuers = named(document.issuers)
    text = plain(document.issuer_mark or "")
    row = TITLE_ROW + max(0, len(lines) - 1)
    tall = TOP + TITLE_ROW * ROW + em_top(SIZE_2) - _TWO - _RULE_GAP - _EM - _TWO - MARK_TOP
    if not text and 1 < len(issuers) <= _MOST_NAMES:
        wanted = min(_NAME_LINE * len(issuers), _TALLEST_JOINT)
        more = max(0, -int((tall - wanted) // ROW)) if wanted > tall else 0
        row += more
        pen.elements.append(_joint(issuers, suffix, pen, tall + more * ROW))
        bottom = MARK_TOP + tall + more * ROW
    else:
        _mark(pen, text or f"{''.join(issuers[:1])}{suffix}", MARK_TOP, MARK_TOP + tall)
        bottom = MARK_TOP + tall
    first = bottom + _TWO - em_top(SIZE_3)  # 7.2.5
    number = plain(str(document.number)) if document.number else ""
    if lines:
        _approved(pen, number, lines, first)
    elif number:
        pen.row("number", run(number), side="center", before=pen.gap_to(first))
    last = first + max(0, len(lines) - 1) * ROW
    _rule(pen, last + em_bottom(SIZE_3) + _RULE_GAP)  # 7.2.7
    return Head(tuple(pen.elements), pen.gap_to(TOP + row * ROW))


def _corner(document: Document, pen: Pen, rows: int) -> None:
    """份号 and 紧急程度, and blank rows down to where the mark's line begins (7.2.1, 7.2.3)."""
    if copy_number := plain(document.copy_number or ""):
        pen.row("copy", run(copy_number))
    if document.urgency:
        pen.row("urgency", run(URGENCY[document.urgency]))
    while pen.y < TOP + (rows - 0.5) * ROW:
        pen.row()


def _mark(pen: Pen, text: str, top: float, bottom: float) -> None:
    """发文机关标志 with its ink from ``top`` to ``bottom`` or less, as wide as fits (7.2.4)."""
    size, scale, tracking = _fitted(text, (bottom - top) / (INK_TOP + INK_BOTTOM))
    baseline = top + INK_TOP * size
    line = twips((baseline - pen.y) / BASELINE)
    properties = look(points=_points(size), scale=scale, tracking=tracking)
    pen.elements.append(paragraph("mark", run(text, properties), line=line))
    pen.y += line * 25.4 / 1440


def _fitted(text: str, height: float) -> tuple[float, int, int]:
    """Em in mm, width in percent, tracking in twips of a mark that fits the core."""
    room = CORE_WIDTH - 2 * _EDGE
    count = max(len(text), 1)
    cell = min(_WIDEST, height, room / count)
    pitch = min(_LOOSEST, cell * _SPREAD, (room - cell) / (count - 1)) if count > 1 else cell
    height = min(height, cell / _NARROWEST)
    return height, max(1, round(100 * cell / height)), max(0, twips(pitch - cell) - 1)


def _points(mm: float) -> float:
    """Half points, as Word counts them."""
    return round(mm * 144 / 25.4) / 2


def _joint(names: Sequence[str], suffix: str, pen: Pen, tall: float) -> etree._Element:
    """The names one below another, as wide as the longest; 文件 at their right, at mid height."""
    line = tall / len(names)
    size = line / 1.2
    side = min(_WIDEST, 18.0)
    room = CORE_WIDTH - 2 * _EDGE - EM * 25.4 / 1440 - side * len(suffix)
    longest = max(len(name) for name in names)
    cell = min(size, room / longest)
    size = min(size, cell / _NARROWEST)
    left = longest * cell * 1.08
    widths = [twips(min(left, room)) + 60, EM + twips(side * len(suffix))]
    scale = round(100 * cell / size)
    # Ink begins below the top of its line; the table stands that much higher.
    gap = pen.gap_to(MARK_TOP - (BASELINE * line - INK_TOP * size))
    pen.elements.append(paragraph(None, line=max(gap, 1)))
    rows = [
        paragraph(
            "mark",
            run(name, look(points=_points(size), scale=scale)),
            side="distribute",
            line=twips(line),
        )
        for name in names
    ]
    big = look(points=_points(side / 0.85), scale=85)
    apart = paragraph("mark", run(suffix, big), side="right", line=twips(side * 1.25))
    pen.y += tall
    return layout_table(widths, [[rows, [apart]]], heights=[twips(tall)], middle=True)


def layout_table(
    widths: Sequence[int],
    rows: Sequence[Sequence[Sequence[etree._Element]]],
    *,
    heights: Sequence[int | None] = (),
    middle: bool = False,
    bottom: bool = False,
    centred: bool = True,
) -> etree._Element:
    """A table without rules that keeps things side by side; rows of cells of paragraphs."""
    place = "center" if middle else "bottom" if bottom else None
    made = []
    for number, cells in enumerate(rows):
        height = heights[number] if heights else None
        made.append(
            w(
                "tr",
                w(
                    "trPr",
                    w("cantSplit"),
                    w("trHeight", val=height, hRule="exact") if height else None,
                ),
                *(
                    w(
                        "tc",
                        w(
                            "tcPr",
                            w("tcW", w=width, type="dxa"),
                            w("vAlign", val=place) if place else None,
                        ),
                        *(content or [paragraph(None)]),
                    )
                    for width, content in zip(widths, cells, strict=True)
                ),
            )
        )
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblW", w=sum(widths), type="dxa"),
            w("jc", val="center") if centred else None,
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
        ),
        w("tblGrid", *(w("gridCol", w=width) for width in widths)),
        *made,
    )


def _approver_lines(names: Sequence[str]) -> list[str]:
    """The approvers' names, two a row (7.2.6)."""
    pairs = all(ems(name) <= 8 for name in names)  # noqa: PLR2004 - two such leave the number room
    size = 2 if pairs else 1
    return ["\u3000".join(names[k : k + size]) for k in range(0, len(names), size)]


def _approved(pen: Pen, number: str, lines: Sequence[str], top: float) -> None:
    """发文字号 at the left on the last row of 签发人 at the right, each one character in."""
    label = "签发人："
    widest = max(ems(line) for line in lines)
    core = twips(CORE_WIDTH)
    at = core - EM - round(EM * (widest + len(label)))
    gap = pen.gap_to(top)
    if len(lines) == 1:
        runs = [run(f"{number}\t{label}"), run(lines[0], look("kai"))]
        pen.row("number", *runs, left=EM, tabs=[("left", at)], before=gap)
        return
    pen.elements.append(paragraph(None, line=max(gap, 1)))
    names = [paragraph("number", run(label), run(lines[0], look("kai")))]
    names += [
        paragraph("number", run(line, look("kai")), left=EM * len(label)) for line in lines[1:]
    ]
    cells = [[[paragraph("number", run(number), left=EM)], names]]
    pen.elements.append(layout_table([at, core - at], cells, bottom=True, centred=False))
    pen.y += ROW * len(lines)


def _rule(pen: Pen, y: float) -> None:
    """The red rule, centred at ``y``: the border of an empty line of its own."""
    line = pen.gap_to(y)
    spacing = w("spacing", line=max(line, 20), lineRule="exact")
    bottom = w("bottom", **border("single", eighths=12, colour="FF0000"))
    style = w("pStyle", val="rule")
    pen.elements.append(w("p", w("pPr", style, w("pBdr", bottom), spacing)))


def _order(document: Document) -> Head:
    """The mark is the title; 令号 below it, then the text (10.2)."""
    pen = Pen()
    _corner(document, pen, 2)
    text = plain(document.issuer_mark or "") or order_mark(named(document.issuers))
    row = TEXT_ROW if document.number else TEXT_ROW_WITHOUT
    text_top = TOP + row * ROW + em_top(SIZE_3)
    bottom = text_top - _TWO - (em_of(SIZE_3) + _TWO if document.number else 0.0)
    _mark(pen, text, ORDER_MARK_TOP, bottom)
    if document.number:
        top = bottom + _TWO - em_top(SIZE_3)
        number = f"第{document.number.serial}号"
        pen.row("number", run(number), side="center", before=pen.gap_to(top))
    return Head(tuple(pen.elements), pen.gap_to(TOP + row * ROW))


def _letter(document: Document) -> Head:
    """Mark and first double rule in page 1's header, the second rule in its footer (10.1)."""
    text = plain(document.issuer_mark or "") or "".join(named(document.issuers)[:1])
    bottom = _LETTER_CORNER - 4.84 - DOUBLE_RULE - FIRST_RULE_GAP
    header = Pen(HEADER_TOP)
    if text:
        _mark(header, text, LETTER_MARK_TOP, bottom)
    rule = _double_rule(twips(bottom + FIRST_RULE_GAP - header.y), thick_first=True)
    top = w("hdr", *header.elements, rule)
    foot = w("ftr", _double_rule(200, thick_first=False))
    pen = Pen(_LETTER_CORNER - 2.0)
    copy_number = plain(document.copy_number or "")
    urgency = URGENCY[document.urgency] if document.urgency else ""
    number = plain(str(document.number)) if document.number else ""
    gap = pen.gap_to(_LETTER_CORNER - em_top(SIZE_3))
    lines = [line for line in ((copy_number, "copy"), (urgency, "urgency")) if line[0]]
    left, style = lines[0] if lines else ("", "number")
    if left or number:
        right = [run(f"\t{number}", look("fang"))] if number else []
        tabs = [("right", twips(CORE_WIDTH))]
        pen.row(style, run(left), *right, tabs=tabs, before=gap)
    for text_, style in lines[1:]:
        pen.row(style, run(text_))
    row = _LETTER_TITLE_ROW + max(0, len(lines) - 1)
    return Head(tuple(pen.elements), pen.gap_to(TOP + row * ROW), (top, foot))


HEADER_TOP: Final = 27.0
"""Where a letter's header begins, in mm: a little above its mark."""

_OUT_LEFT: Final = twips(8.0)
_OUT_RIGHT: Final = twips(6.0)


def _double_rule(line: int, *, thick_first: bool) -> etree._Element:
    """Two red lines, 170 mm long: they reach beyond the core (10.1)."""
    kind = "thickThinSmallGap" if thick_first else "thinThickSmallGap"
    edge = w("bottom", **border(kind, eighths=24, colour="FF0000"))
    return w(
        "p",
        w(
            "pPr",
            w("pStyle", val="rule"),
            w("pBdr", edge),
            w("spacing", line=max(line, 20), lineRule="exact"),
            w("ind", left=-_OUT_LEFT, right=-_OUT_RIGHT),
        ),
    )
