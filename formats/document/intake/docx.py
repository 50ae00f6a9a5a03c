"""DOCX to lines, tables and pictures in reading order; nothing is run, fetched or drawn.

ISO/IEC 29500-1. Revisions are read as accepted. The head may stand in a text box, a table or the
page's header, the 版记 in a table or the footer: each gives lines, told where they stood.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from lxml import etree

from formats.document.errors import BadDocx, TooLong
from formats.document.intake.clues import LEFT_OUT, LONG
from formats.document.intake.grids import Cell, cells_of, holds_layout, rows_of, table_of
from formats.document.intake.lines import Notes, SourceLine, finished
from formats.document.intake.losses import note_losses
from formats.document.intake.numbering import Numbering
from formats.document.intake.package import Package, R, W, open_package
from formats.document.intake.pictures import Pictures
from formats.document.intake.running import drawn_text, is_contents, is_head, is_imprint, text_of
from formats.document.intake.styles import Look, Styles
from formats.i18n import tr
from formats.limits import MAX_PARAGRAPHS

_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS: Final = frozenset(
    W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
_Place = Literal["body", "box", "grid", "header", "footer"]
_HEAD_LINES: Final = 12
"""Lines from the top among which a table may be the frame of a red head."""
_LEADING: Final = {" ": 0.5, "\u00a0": 0.5, "\u2002": 0.5, "\u3000": 1.0, "\u2003": 1.0, "\t": 3.0}
"""Characters that each leading blank moves a line to the right."""
_INDENT: Final = 3
"""Leading blanks up to here are a first line's indent; beyond, the line was pushed aside."""
_PROSE: Final = ("。", "；", "：", ":")
"""How no line of a head ends."""


def lines_of_docx(data: bytes, filename: str, notes: Notes) -> list[SourceLine]:
    """The document's lines.

    Raises `BadDocx`, `MacroDocument`, `TooLarge`, `TooLong`, `Classified`.
    """
    package = open_package(data, filename)
    body = package.root.find(f"{W}body")
    if body is None:
        raise BadDocx("no body", filename=filename)
    note_losses(package, notes)
    return finished(_Reader(package, notes).document(body))


class _Reader:
    """Walks the parts in reading order."""

    def __init__(self, package: Package, notes: Notes) -> None:
        self._package = package
        self._notes = notes
        self._styles = Styles(package.beside("styles.xml"))
        self._numbering = Numbering(package.beside("numbering.xml"))
        self._pictures = Pictures(package, notes)
        self._count = self._given = 0
        self._prose = False
        self._new_page = False
        self._carried = ""
        self._sideways: set[etree._Element] = set()

    def document(self, body: etree._Element) -> Iterator[SourceLine]:
        """The header that holds a head, the body, the footer that holds a 版记."""
        self._mark_sideways(body)
        yield from self._running(body, "header")
        yield from self._blocks(body, "body")
        yield from self._running(body, "footer")

    def _mark_sideways(self, body: etree._Element) -> None:
        """Tables that stand on landscape pages: a section's look comes after its content."""
        sideways = False
        for element in reversed(body):
            section = element if element.tag == f"{W}sectPr" else element.find(f"{W}pPr/{W}sectPr")
            if section is not None:
                size = section.find(f"{W}pgSz")
                sideways = size is not None and size.get(f"{W}orient") == "landscape"
            if sideways and element.tag == f"{W}tbl":
                self._sideways.add(element)

    def _running(
        self, body: etree._Element, which: Literal["header", "footer"]
    ) -> Iterator[SourceLine]:
        """Lines of page headers that make a head; of footers that make a 版记."""
        seen: set[str] = set()
        for reference in body.iter(f"{W}{which}Reference"):
            name = self._package.relations.get(str(reference.get(f"{R}id")), "")
            part = self._package.part(name) if name and name not in seen else None
            seen.add(name)
            if part is None:
                continue
            lines = list(self._blocks(part, which))
            belongs = is_head if which == "header" else is_imprint
            if any(belongs(line) for line in lines):
                yield from lines
            else:
                self._note_running(lines)

    def _note_running(self, lines: list[SourceLine]) -> None:
        for line in lines:
            if line.text and not LEFT_OUT.match(line.text) and not line.text.isdecimal():
                message = tr("页眉或页脚中的文字没有导入：{text}", text=line.text[:40])
                self._notes.add("source", message, 0.8)

    def _blocks(self, parent: etree._Element, place: _Place) -> Iterator[SourceLine]:
        for element in parent:
            if element.tag == f"{W}p":
                yield from self._paragraph(element, place)
            elif element.tag == f"{W}tbl":
                yield from self._table(element, place)
            elif element.tag == f"{W}sdt" and is_contents(element):
                self._notes.add("source", tr("目录没有导入。"))
            elif element.tag in _WRAPPERS:
                yield from self._blocks(element, place)

    def _paragraph(self, element: etree._Element, place: _Place) -> Iterator[SourceLine]:
        for box in _boxes(element):
            yield from self._blocks(box, "box" if place == "body" else place)
        for words in drawn_text(element):
            self._count += 1
            cleaned = self._notes.clean(words).strip()
            if cleaned:
                yield self._told(SourceLine(cleaned, self._count, red=True, size=36.0, place="box"))
        self._count += 1
        look = self._styles.look(element)
        number = self._numbering.next_for(element, look.style, self._styles)
        text = self._carried + number + text_of(element)
        self._carried = ""
        if _ends_deleted(element):
            self._carried = text.rstrip()
            return
        for at, part in enumerate(text.split("\f")):
            self._new_page |= look.new_page or at > 0
            yield from self._rows(part, look, place)
        yield from self._images(element, place)
        if element.find(f"{W}pPr/{W}sectPr") is not None:
            self._new_page = True

    def _rows(self, text: str, look: Look, place: _Place) -> Iterator[SourceLine]:
        for raw in text.split("\n"):
            lead = sum(
                _LEADING[c]
                for c in raw[: len(raw) - len(raw.lstrip(" \t\u00a0\u2002\u2003\u3000"))]
            )
            row = self._notes.clean(raw.replace("\t", "  ")).strip(" \u3000")
            if not row:
                continue
            aside = int(lead) + look.lead
            yield self._told(
                SourceLine(
                    row, self._count, align=look.align, size=look.size, red=look.red,
                    bold=look.bold, indented=look.indented or 0 < aside <= _INDENT, lead=aside,
                    new_page=self._new_page, place=place,
                )
            )  # fmt: skip
            self._new_page = False

    def _told(self, line: SourceLine) -> SourceLine:
        self._given += 1
        if self._given > MAX_PARAGRAPHS:
            raise TooLong(f"{self._given} lines", place=tr("正文"), limit=MAX_PARAGRAPHS)
        text = line.text
        self._prose |= len(text) > LONG or self._given > _HEAD_LINES or text.endswith(_PROSE)
        return line

    def _images(self, element: etree._Element, place: _Place) -> Iterator[SourceLine]:
        for drawing in _drawings(element):
            for image, floating in self._pictures.of(drawing):
                line = SourceLine("", self._count, image=image, floating=floating, place=place)
                yield self._told(line)

    def _table(self, element: etree._Element, place: _Place) -> Iterator[SourceLine]:
        rows = [cells_of(row) for row in rows_of(element)]
        if holds_layout(rows, at_top=not self._prose):
            for row in rows:
                yield from self._laid_out([cell for cell in row if not cell.continues], place)
            return
        self._count += 1
        table, merged = table_of(rows, self._notes, landscape=element in self._sideways)
        if merged:
            self._notes.add(
                "body", tr("表格有合并的单元格或多行表头，已拆开，请核对。"), 0.6, self._count
            )
        if table is not None:
            line = SourceLine("", self._count, table=table, new_page=self._new_page, place=place)
            self._new_page = False
            yield self._told(line)
        for paragraph in element.iter(f"{W}p"):
            yield from self._images(paragraph, place)

    def _laid_out(self, row: list[Cell], place: _Place) -> Iterator[SourceLine]:
        """A row of a table that only holds things in place."""
        where: _Place = "grid" if place == "body" else place
        cells = [list(self._blocks(cell.element, where)) for cell in row]
        cells = [lines for lines in cells if lines]
        single = len(cells) > 1 and all(
            len(lines) == 1 and lines[0].table is None for lines in cells
        )
        first, last = (cells[0][0], cells[-1][-1]) if cells else (None, None)
        if (
            single
            and first is not None
            and last is not None
            and (first.text.endswith((":", "：")) or "印发" in last.text)
        ):
            joined = "  " if "印发" in last.text else ""
            yield replace(first, text=joined.join(lines[0].text for lines in cells))
            return
        for lines in cells:
            yield from lines


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The text boxes anchored in the paragraph, each once: the newer form before its fallback."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if next(box.iterancestors(f"{W}p")) is not paragraph:
            continue  # a box in a box comes with the outer one
        if not _is_fallback(box, paragraph, f"{W}txbxContent"):
            yield box


def _is_fallback(element: etree._Element, paragraph: etree._Element, *tags: str) -> bool:
    """Whether a newer form of the same thing stands beside it, in ``mc:Choice``."""
    for above in element.iterancestors():
        if above is paragraph:
            return False
        if above.tag == f"{_MC}Fallback":
            parent = above.getparent()
            choice = parent.find(f"{_MC}Choice") if parent is not None else None
            return choice is not None and next(choice.iter(*tags), None) is not None
    return False


def _drawings(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Drawings that stand in the paragraph itself, not in a text box of it."""
    for drawing in paragraph.iter(f"{W}drawing", f"{W}pict"):
        if next(drawing.iterancestors(f"{W}p")) is not paragraph:
            continue
        if not _is_fallback(drawing, paragraph, f"{W}drawing"):
            yield drawing


def _ends_deleted(paragraph: etree._Element) -> bool:
    """The paragraph's end was deleted in a revision: its text goes on in the next one."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None
