"""What every source is first reduced to: lines and tables in reading order, with their look.

Also the way from bytes of a text file to such lines: encoding, line ends, wrapped paragraphs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from formats.document.classified import refuse_paragraph, refuse_text
from formats.document.errors import BadEncoding, TooLong
from formats.document.intake.punctuation import widen
from formats.document.model import Image, Table
from formats.document.parse import FORBIDDEN
from formats.i18n import tr
from formats.limits import MAX_PARAGRAPH_CHARS

_BLANK: Final = " \t\u00a0\u3000\u2002\u2003"
_SMALL: Final = str.maketrans("﹝﹞﹙﹚﹐﹔﹕", "〔〕（），；：")
"""Small forms that some input methods give for the full-width marks."""
_FAR: Final = 40
"""Blanks that push text from one edge of the page to the other; more say nothing more."""
_FAR_APART: Final = re.compile(r"\s{41,}")
_WRAPPED: Final = 24
"""A line shorter than this ends its paragraph; text is wrapped at 30 characters and more."""
_ENDS: Final = "。：；！？”）)!?:;…"
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_MAX_PRIVATE: Final = 0.02
"""A file read in the wrong encoding is full of private-use characters; rare names have a few."""


@dataclass(frozen=True, slots=True)
class IntakeNote:
    """Something that intake concluded and a person should look at."""

    field: str
    """The field of `Document` concerned, or ``source``."""
    message: str
    """One Chinese sentence."""
    confidence: float = 1.0
    """How sure it is, 0 to 1; what is under 0.7 must be looked at."""
    line: int | None = None
    """Line or paragraph of the source, counted from 1."""


@dataclass(frozen=True, slots=True)
class IntakeElement:
    """What one line of the source was taken as: the review list has one for every line."""

    line: int
    """Line or paragraph of the source, counted from 1; several elements may share one."""
    text: str
    """As taken in, at most 80 characters; the first row of a table, the words of a picture."""
    element: str
    """One of `formats.document.intake.labels.ELEMENTS`."""
    confidence: float
    """How sure it is, 0 to 1; what is under 0.7 must be looked at."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the source, cleaned, or one table."""

    text: str
    number: int
    """Counted from 1 in the source."""
    table: Table | None = None
    align: Literal["left", "center", "right"] | None = None
    size: float | None = None
    """Of its largest type, in points, where the source says."""
    indented: bool = False
    """Its first line begins further in, by the paragraph's look or by up to seven blanks."""
    image: Image | None = None
    floating: bool = False
    """A picture that lies over or under the text, such as a scanned seal."""
    red: bool = False
    bold: bool = False
    lead: int = 0
    """Blanks before the text, in characters."""
    new_page: bool = False
    place: Literal["body", "box", "grid", "header", "footer"] = "body"
    """Where it stands: in the text, a text box, a table that only holds things in place, …"""


@dataclass(slots=True)
class Notes:
    """Collects notes while a source is read."""

    found: list[IntakeNote] = field(default_factory=list)
    removed: int = 0

    def add(
        self, field_name: str, message: str, confidence: float = 1.0, line: int | None = None
    ) -> None:
        """Keep a note."""
        self.found.append(IntakeNote(field_name, message, confidence, line))

    def clean(self, text: str) -> str:
        """The text without characters that cannot be seen; how many went is noted at the end."""
        cleaned, count = FORBIDDEN.subn("", text.replace("\t", " ").replace("\u00a0", " "))
        self.removed += count
        return cleaned

    def clean_lines(self, text: str) -> str:
        """As `clean`, line by line: a break inside a paragraph is kept."""
        return "\n".join(self.clean(line) for line in text.split("\n"))

    def closed(self) -> tuple[IntakeNote, ...]:
        """All notes, in the order they came."""
        if self.removed:
            message = tr("已删除 {count} 个不可见字符。", count=self.removed)
            return (*self.found, IntakeNote("source", message))
        return tuple(self.found)


def decode(data: bytes, filename: str) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB 18030. Raises `BadEncoding`."""
    for encoding, marks in (
        ("utf-8-sig", (b"\xef\xbb\xbf",)),
        ("utf-16", (b"\xff\xfe", b"\xfe\xff")),
        ("utf-8", (b"",)),
        ("gb18030", (b"",)),
    ):
        if not data.startswith(marks):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _plausible(text):
            return text
    raise BadEncoding(f"{len(data)} bytes", filename=filename)


def _plausible(text: str) -> bool:
    if re.search("[\x00-\x08\x0e-\x1f]", text):
        return False
    return len(_PRIVATE.findall(text)) <= _MAX_PRIVATE * len(text)


def lines_of_text(text: str, notes: Notes) -> list[SourceLine]:
    """Paragraphs of a text, blank lines dropped, wrapped lines joined, marks widened.

    Raises `formats.errors.Classified`.
    """
    refuse_text(text)
    raw = re.split(r"\r\n|[\n\r\v\f\u2028\u2029\x85]", text)
    tables = _tables(raw, notes)
    lines: list[SourceLine] = []
    wrapped = _is_wrapped(raw)
    open_paragraph = False
    for number, whole in enumerate(raw, start=1):
        if number in tables:
            table = tables[number]
            if table is not None:
                lines.append(SourceLine("", number, table=table))
            open_paragraph = False
            continue
        line = notes.clean(whole.replace("\t", "  "))
        body = line.strip(_BLANK)
        indented = line[: len(line) - len(line.lstrip(_BLANK))] != ""
        if not body:
            open_paragraph = False
            continue
        if wrapped and open_paragraph and not indented:
            lines[-1] = replace(lines[-1], text=_joined(lines[-1].text, body))
        else:
            lead = sum(1.0 if c in "\u3000\u2003" else 0.5 for c in line[: line.index(body[0])])
            lines.append(SourceLine(body, number, indented=indented, lead=int(lead)))
        open_paragraph = len(body) >= _WRAPPED and body[-1] not in _ENDS
    return finished(lines)


def _tables(raw: list[str], notes: Notes) -> dict[int, Table | None]:
    """Tables pasted as rows with tabs: by the number of their first line; ``None`` for the others.

    At least two rows of the same number of columns, the first cell at the line's beginning.
    """
    found: dict[int, Table | None] = {}
    rows: list[tuple[str, ...]] = []
    for number, line in enumerate((*raw, ""), start=1):
        cells = tuple(line.split("\t"))
        row = len(cells) > 1 and line[0] not in " \u3000" and "".join(cells).strip(_BLANK) != ""
        if row and (not rows or len(rows[0]) == len(cells)):
            rows.append(cells)
            continue
        if len(rows) > 1:
            first = number - len(rows)
            found |= dict.fromkeys(range(first, number))
            cleaned = [tuple(notes.clean(c).strip(_BLANK) for c in row) for row in rows]
            found[first] = Table(header=cleaned[0], rows=tuple(cleaned[1:]))
        rows = [cells] if row else []
    return found


def _is_wrapped(raw: Iterable[str]) -> bool:
    """Whether paragraphs are told by their indent, so that lines without one continue them."""
    filled = [line for line in raw if line.strip(_BLANK)]
    indented = sum(line[0] in _BLANK for line in filled)
    return len(filled) > 5 and 0.15 < indented / len(filled) < 0.85  # noqa: PLR2004 - some of each


def _joined(first: str, second: str) -> str:
    latin = first[-1].isascii() and second[0].isascii()
    return f"{first} {second}" if latin else first + second


def finished(lines: Iterable[SourceLine]) -> list[SourceLine]:
    """The lines with full-width marks. Raises `formats.errors.Classified`, `TooLong`."""
    done: list[SourceLine] = []
    listed = list(lines)
    for line in listed:
        refuse_paragraph(line.text)  # all of them, before any is refused for its length
    for line in listed:
        text = _FAR_APART.sub(" " * _FAR, line.text).translate(_SMALL)
        if len(text) > MAX_PARAGRAPH_CHARS:
            raise TooLong(f"{len(text)} characters", place=tr("正文"), limit=MAX_PARAGRAPH_CHARS)
        done.append(replace(line, text=widen(text)))
    return done
