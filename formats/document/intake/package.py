"""A DOCX package opened: its parts as trees, what it refers to, and what must be refused first.

ISO/IEC 29500-2. The file goes through `formats.safe.zip`, each part through `formats.safe.xml`;
macros and embedded programs are refused, relationships to the outside are never followed.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from formats.document.classified import refuse_paragraph, refuse_text
from formats.document.errors import BadDocx, MacroDocument
from formats.errors import BadInput, TooLarge
from formats.limits import MAX_DOCX_BYTES, MAX_DOCX_MEMBERS, MAX_SOURCE_BYTES, MAX_XML_BYTES
from formats.safe.xml import parse_xml
from formats.safe.zip import read_members

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# ISO "strict" files differ from common ones in the names of their namespaces alone.
_STRICT: Final[Mapping[bytes, bytes]] = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main":
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships":
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/drawingml/main":
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing":
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}  # fmt: skip
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_PROGRAMS: Final = re.compile(
    r"vbaproject|vbadata|activex|oleobject|\.(?:bin|exe|dll|js|vbs|ocx|com|scr)$", re.IGNORECASE
)
_HARMLESS_BIN: Final = re.compile(r"printersettings", re.IGNORECASE)
_SCANNED: Final = re.compile(
    r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml|docProps/.*\.xml"
)


@dataclass(frozen=True, slots=True)
class Package:
    """The parts that reading needs."""

    members: Mapping[str, bytes]
    filename: str
    main: str
    """Name of the main part."""
    root: etree._Element
    relations: Mapping[str, str]
    """Of the main part: id to the name of a part that is inside the package."""
    outside: bool
    """Whether anything refers to the outside."""

    def part(self, name: str) -> etree._Element | None:
        """A part's tree; ``None`` when there is none. Raises `BadDocx`, `TooLarge`."""
        return read_part(self.members, name, self.filename) if name in self.members else None

    def beside(self, name: str) -> etree._Element | None:
        """A part in the main part's folder."""
        return self.part(posixpath.join(posixpath.dirname(self.main), name))


def open_package(data: bytes, filename: str) -> Package:
    """The package. Raises `BadDocx`, `MacroDocument`, `TooLarge`, `Classified`."""
    members = _members(data, filename)
    main = _main_part(members, filename)
    root = read_part(members, main, filename)
    _refuse_marks(root, members, filename)
    outside = any(
        b'TargetMode="External"' in part for name, part in members.items() if name.endswith(".rels")
    )
    return Package(members, filename, main, root, _relations(members, main, filename), outside)


def read_part(members: Mapping[str, bytes], name: str, filename: str) -> etree._Element:
    """A part that must be there. Raises `BadDocx`, `TooLarge`."""
    if name not in members:
        raise BadDocx(f"no {name}", filename=filename)
    data = members[name]
    if b"purl.oclc.org" in data:
        for strict, common in _STRICT.items():
            data = data.replace(strict, common)
    try:
        return parse_xml(data, max_bytes=MAX_XML_BYTES)
    except TooLarge:
        raise
    except BadInput as error:
        raise BadDocx(f"{name}: {error}", filename=filename) from error


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
    relations = read_part(members, "_rels/.rels", filename)
    for relation in relations.iter(_RELATION):
        outside = relation.get("TargetMode") == "External"
        if str(relation.get("Type", "")).endswith("/officeDocument") and not outside:
            target = posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
            if target in members:
                return target
    raise BadDocx("no main part", filename=filename)


def _relations(members: Mapping[str, bytes], main: str, filename: str) -> dict[str, str]:
    folder, name = posixpath.split(main)
    listed = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if listed not in members:
        return {}
    found: dict[str, str] = {}
    for relation in read_part(members, listed, filename).iter(_RELATION):
        if relation.get("TargetMode") == "External":
            continue
        told = str(relation.get("Target", ""))
        whole = told.lstrip("/") if told.startswith("/") else posixpath.join(folder, told)
        target = posixpath.normpath(whole)
        if target in members:
            found[str(relation.get("Id", ""))] = target
    return found


def _refuse_marks(root: etree._Element, members: Mapping[str, bytes], filename: str) -> None:
    """密级 marks hide in text boxes, headers, hidden text and properties as well."""
    for paragraph in root.iter(f"{W}p"):
        parts = paragraph.iter(f"{W}t", f"{W}delText", f"{W}br", f"{W}cr")
        text = "".join("\n" if p.tag in {f"{W}br", f"{W}cr"} else p.text or "" for p in parts)
        refuse_paragraph(text.replace("\n", ""))
        for row in text.split("\n") if "\n" in text else ():
            refuse_paragraph(row)
    for name in members:
        if not _SCANNED.fullmatch(name):
            continue
        part = read_part(members, name, filename)
        if name.startswith("word/"):
            for paragraph in part.iter(f"{W}p"):
                refuse_paragraph("".join(t.text or "" for t in paragraph.iter(f"{W}t")))
        else:
            for words in part.itertext():
                refuse_text(str(words))
