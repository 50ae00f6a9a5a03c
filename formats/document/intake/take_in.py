"""Files of a draft to a `Document`: JSON, DOCX, plain text; and text to an attachment."""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from formats.document.classified import refuse_paragraph
from formats.document.errors import (
    BadDocx,
    EmptySource,
    LegacyWord,
    MacroDocument,
    TooLong,
    UnknownForm,
)
from formats.document.intake.assemble import NO_ISSUER, assemble
from formats.document.intake.classify import classify, elements_of, note_doubts
from formats.document.intake.clues import SOURCE
from formats.document.intake.docx import lines_of_docx
from formats.document.intake.gather import blocks_of
from formats.document.intake.lines import (
    IntakeElement,
    IntakeNote,
    Notes,
    SourceLine,
    decode,
    lines_of_text,
)
from formats.document.intake.rtf import RTF, text_of_rtf
from formats.document.intake.wrapped import unwrapped
from formats.document.model import Attachment, Document
from formats.document.parse import check_document, parse_document
from formats.errors import BadInput, Classified, TooLarge
from formats.i18n import tr
from formats.limits import MAX_PARAGRAPHS, MAX_SOURCE_BYTES

__all__ = [
    "NO_ISSUER",
    "Intake",
    "read_attachment",
    "refuse_classified_file",
    "take_in",
    "text_attachment",
]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_FOREIGN: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"MZ", b"\x7fELF", b"Rar!", b"7z")
_TEXTUAL: Final = frozenset({"json", "txt", "text", "md", ""})
_HEAD_LINES: Final = 5
"""A web page's source line stands right under the title."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A document that was taken in, and what a person should look at before it is used."""

    document: Document
    notes: tuple[IntakeNote, ...]
    elements: tuple[IntakeElement, ...] = ()
    """What every line of the source was taken as, in its order; empty for document JSON."""


def take_in(data: bytes, filename: str) -> Intake:
    """The document in a file; its first bytes decide what it is, its name only breaks ties.

    Raises `Classified`, `TooLarge`, a `BadDocument` for JSON, or a kind of `Unreadable`.
    """
    _refuse_name(filename)
    if len(data) > MAX_SOURCE_BYTES:
        raise TooLarge(f"{len(data)} bytes of source", limit=MAX_SOURCE_BYTES)
    ending = PurePath(filename).suffix.lower().removeprefix(".")
    if ending == "docm":
        raise MacroDocument("by name", filename=filename)
    if data.startswith((_OLE, RTF)) or (ending in {"doc", "wps"} and not data.startswith(_ZIP)):
        raise LegacyWord(ending, filename=filename)
    if data.startswith(_ZIP):
        notes = Notes()
        return _document(lines_of_docx(data, filename, notes), notes, filename)
    if ending == "docx":
        raise BadDocx("not a ZIP", filename=filename)
    if data.startswith(_FOREIGN) or ending not in _TEXTUAL:
        raise UnknownForm(ending, filename=filename)
    if ending == "json" or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Intake(parse_document(data), ())
    notes = Notes()
    return _document(lines_of_text(decode(data, filename), notes), notes, filename)


def refuse_classified_file(data: bytes, filename: str) -> None:
    """Raises `Classified` when the name or the text of a file beside a document has a 密级 mark.

    Text, DOCX and RTF are read; what cannot be read so is judged by its name.
    """
    _refuse_name(filename)
    if len(data) > MAX_SOURCE_BYTES:
        return
    try:
        if data.startswith(_ZIP):
            lines_of_docx(data, filename, Notes())
        elif data.startswith(RTF):
            for line in text_of_rtf(data).splitlines():
                refuse_paragraph(line)
        elif not data.startswith((_OLE, *_FOREIGN)):
            lines_of_text(decode(data, filename), Notes())
    except Classified:
        raise
    except BadInput:
        return


def _refuse_name(filename: str) -> None:
    refuse_paragraph(re.sub(r"\.[A-Za-z0-9]{1,5}$", "", filename))


def text_attachment(text: str) -> Attachment:
    """The text as an 附件: its first line is the title, levels come from 一、（一）1.（1）."""
    return read_attachment(text)[0]


def read_attachment(text: str) -> tuple[Attachment, tuple[IntakeNote, ...]]:
    """As `text_attachment`, with notes on what was left out. Raises `Classified`, `EmptySource`."""
    notes = Notes()
    lines = lines_of_text(text.removeprefix("\ufeff"), notes)
    if not lines:
        raise EmptySource(filename=tr("附件"))
    title, rest = lines[0].text, lines[1:]
    kept: list[SourceLine] = []
    for place, line in enumerate(rest):
        if place < _HEAD_LINES and SOURCE.match(line.text):
            message = tr("已略去来源行：{text}", text=line.text)
            notes.add("source", message, line=line.number)
        else:
            kept.append(line)
    return Attachment(title=title, body=tuple(blocks_of(kept))), notes.closed()


def _document(lines: list[SourceLine], notes: Notes, filename: str) -> Intake:
    if not lines:
        raise EmptySource(filename=filename)
    if len(lines) > MAX_PARAGRAPHS:
        raise TooLong(f"{len(lines)} lines", place=tr("正文"), limit=MAX_PARAGRAPHS)
    readings = classify(unwrapped(lines, notes))
    document = assemble(readings, notes)
    note_doubts(readings, notes)
    check_document(document)
    return Intake(document, notes.closed(), elements_of(readings))
