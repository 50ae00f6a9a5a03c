"""DOCX to lines and tables. Only text and its look are taken; nothing is run, fetched or drawn.

ISO/IEC 29500-1. The package goes through `formats.safe.zip`, each part through `formats.safe.xml`;
macros and embedded programs are refused, relationships to the outside are never followed.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from formats.document.classified import refuse_paragraph, refuse_text
from formats.document.errors import BadDocx, MacroDocument
from formats.document.intake.lines import Notes, SourceLine, finished
from formats.document.intake.numbering import Numbering
from formats.document.intake.styles import Styles
from formats.document.model import Table
from formats.errors import BadInput, TooLarge
from formats.i18n import mark, tr
from formats.limits import MAX_DOCX_BYTES, MAX_DOCX_MEMBERS, MAX_SOURCE_BYTES, MAX_XML_BYTES
from formats.safe.xml import parse_xml
from formats.safe.zip import read_members

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL: Final = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PROGRAMS: Final = re.compile(
    r"vbaproject|vbadata|activex|oleobject|\.(?:bin|exe|dll|js|vbs|ocx|com|scr)$", re.IGNORECASE
)
_HARMLESS_BIN: Final = re.compile(r"printersettings", re.IGNORECASE)
# Text that is not of this version, or not text: deleted, moved away, a field's code, a fallback.
_SKIPPED: Final = frozenset(
    W + name
    for name in ("del", "moveFrom", "instrText", "delText", "txbxContent", "pict", "object",
                 "drawing", "footnoteReference", "endnoteReference", "commentReference")
)  # fmt: skip
_LAYOUT: Final = re.compile(r"抄\s*送|印发$|签发人|文件$|[〔\[［][0-9]{4}[〕\]］]")
_SCANNED: Final = re.compile(
    r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml|docProps/.*\.xml"
)


def lines_of_docx(data: bytes, filename: str, notes: Notes) -> list[SourceLine]:
    """The document's lines. Raises `BadDocx`, `MacroDocument`, `TooLarge`, `Classified`."""
    members = _members(data, filename)
    main = _main_part(members, filename)
    root = _part(members, main, filename)
    body = root.find(f"{W}body")
    if body is None:
        raise BadDocx("no body", filename=filename)
    folder = posixpath.dirname(main)
    styles = Styles(_optional(members, f"{folder}/styles.xml", filename))
    numbering = Numbering(_optional(members, f"{folder}/numbering.xml", filename))
    _scan(root, members, filename)
    _note_losses(root, members, notes)
    reader = _Reader(styles, numbering, notes)
    return finished(reader.blocks(body))


def _members(data: bytes, filename: str) -> Mapping[str, bytes]:
    try:
        members = read_members(
            data,
            max_members=MAX_DOCX_MEMBERS,
            max_member_bytes=MAX_SOURCE_BYTES,
            max_total_bytes=MAX_DOCX_BYTES,
        )
    except TooLarge:
        raise
    except BadInput as error:
        raise BadDocx(str(error), filename=filename) from error
    types = members.get("[Content_Types].xml", b"")
    programs = [n for n in members if _PROGRAMS.search(n) and not _HARMLESS_BIN.search(n)]
    if programs or b"macroEnabled" in types or b"vbaProject" in types:
        raise MacroDocument(programs[0][:60] if programs else "content type", filename=filename)
    return members


def _main_part(members: Mapping[str, bytes], filename: str) -> str:
    relations = _part(members, "_rels/.rels", filename)
    for relation in relations.iter(_RELATION):
        outside = relation.get("TargetMode") == "External"
        if str(relation.get("Type", "")).endswith("/officeDocument") and not outside:
            target = posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
            if target in members:
                return target
    raise BadDocx("no main part", filename=filename)


def _part(members: Mapping[str, bytes], name: str, filename: str) -> etree._Element:
    if name not in members:
        raise BadDocx(f"no {name}", filename=filename)
    # ISO "strict" files differ from common ones in the names of their namespaces alone.
    data = members[name].replace(_STRICT, _TRANSITIONAL)
    try:
        return parse_xml(data, max_bytes=MAX_XML_BYTES)
    except TooLarge:
        raise
    except BadInput as error:
        raise BadDocx(f"{name}: {error}", filename=filename) from error


def _optional(members: Mapping[str, bytes], name: str, filename: str) -> etree._Element | None:
    return _part(members, name, filename) if name in members else None


def _scan(root: etree._Element, members: Mapping[str, bytes], filename: str) -> None:
    """密级 marks hide in text boxes, headers, hidden text and properties as well."""
    for paragraph in root.iter(f"{W}p"):
        refuse_paragraph("".join(t.text or "" for t in paragraph.iter(f"{W}t", f"{W}delText")))
    for name in members:
        if _SCANNED.fullmatch(name):
            part = _part(members, name, filename)
            if name.startswith("word/"):
                for paragraph in part.iter(f"{W}p"):
                    refuse_paragraph("".join(t.text or "" for t in paragraph.iter(f"{W}t")))
            else:
                for text in part.itertext():
                    refuse_text(str(text))


def _note_losses(root: etree._Element, members: Mapping[str, bytes], notes: Notes) -> None:
    found = {element.tag for element in root.iter(*(W + n for n in _LOSSES))}
    for name, message in _LOSSES.items():
        if W + name in found:
            notes.add("source", tr(message), 0.5)
    if any(b'TargetMode="External"' in d for n, d in members.items() if n.endswith(".rels")):
        notes.add("source", tr("文档中指向外部的链接没有导入。"))


_LOSSES: Final[Mapping[str, str]] = {
    "drawing": mark("文档中的图片没有导入，请作为附件文件随文发送。"),
    "txbxContent": mark("文本框中的文字没有导入，请核对。"),
    "footnoteReference": mark("脚注没有导入，请核对。"),
    "ins": mark("文档含有修订标记，已按接受全部修订导入，请核对。"),
    "del": mark("文档含有修订标记，删除的文字没有导入，请核对。"),
    "vanish": mark("文档含有隐藏文字，没有导入，请核对。"),
}


class _Reader:
    """Walks the body in reading order."""

    def __init__(self, styles: Styles, numbering: Numbering, notes: Notes) -> None:
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._count = 0

    def blocks(self, parent: etree._Element) -> Iterator[SourceLine]:
        for element in parent:
            if element.tag == f"{W}p":
                yield from self.paragraph(element)
            elif element.tag == f"{W}tbl":
                yield from self.table(element)
            elif element.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo",
                                 f"{W}customXml", f"{W}smartTag"}:  # fmt: skip
                yield from self.blocks(element)

    def paragraph(self, element: etree._Element) -> Iterator[SourceLine]:
        self._count += 1
        look = self._styles.look(element)
        text = self._notes.clean_lines(self._text(element))
        number = self._numbering.next_for(element, look.style, self._styles)
        lines = [part.strip(" \u3000") for part in (number + text).split("\n")]
        for line in lines:
            if line:
                yield SourceLine(line, self._count, align=look.align, size=look.size)

    def table(self, element: etree._Element) -> Iterator[SourceLine]:
        rows = [list(self._row(row)) for row in element.iter(f"{W}tr") if _owner(row) is element]
        rows = [row for row in rows if row]
        cells = [cell for row in rows for cell in row]
        if len(cells) <= 1 or any(_LAYOUT.search(cell) for cell in cells):
            # A table that only holds the red head or the 版记 in place.
            for row in rows:
                self._count += 1
                for cell in row:
                    if cell.strip():
                        yield SourceLine(cell.strip(), self._count)
            return
        self._count += 1
        width = max(len(row) for row in rows)
        even = [tuple(row + [""] * (width - len(row))) for row in rows]
        yield SourceLine("", self._count, table=Table(header=even[0], rows=tuple(even[1:])))

    def _row(self, row: etree._Element) -> Iterator[str]:
        for cell in row.iter(f"{W}tc"):
            if _owner(cell) is not row:
                continue
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            continues = merged is not None and merged.get(f"{W}val") != "restart"
            texts = (self._text(p) for p in cell.iter(f"{W}p"))
            text = "".join(self._notes.clean(t.replace("\n", "")).strip() for t in texts)
            yield "" if continues else text
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            yield from [""] * (_small(span.get(f"{W}val") if span is not None else None) - 1)

    def _text(self, element: etree._Element) -> str:
        parts: list[str] = []
        for child in element:
            if child.tag in _SKIPPED:
                continue
            if child.tag == f"{W}r" and child.find(f"{W}rPr/{W}vanish") is not None:
                continue
            if child.tag == f"{W}t":
                parts.append(child.text or "")
            elif child.tag == f"{W}tab":
                parts.append(" ")
            elif child.tag in {f"{W}br", f"{W}cr"}:
                parts.append("\n")
            elif child.tag == f"{W}noBreakHyphen":
                parts.append("-")
            elif child.tag not in {f"{W}pPr", f"{W}rPr"}:
                parts.append(self._text(child))
        return "".join(parts)


def _owner(element: etree._Element) -> etree._Element | None:
    """The nearest table above a row, or row above a cell."""
    wanted = f"{W}tbl" if element.tag == f"{W}tr" else f"{W}tr"
    parent = element.getparent()
    while parent is not None and parent.tag != wanted:
        parent = parent.getparent()
    return parent


def _small(text: str | None) -> int:
    """A span from outside: at least 1, and no wider than any page."""
    return min(int(text), 64) if text is not None and text.isascii() and text.isdigit() else 1
