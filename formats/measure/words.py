"""The words on the pages of a foreign PDF, read in a limited process, and no 密级 among them.

A mark stands at the head of the first page (GB/T 9704-2012 7.2.2): ``机密★1年``, or the word alone
on its line. With its star it is looked for on every page, since a file may be several bound
together; alone it counts at the head of the first only, where it can be nothing else. A scanned
page has no words: such a file is judged by its name, as a picture is.
"""

import re
import sys
from typing import Annotated, BinaryIO, Final

import msgspec

from formats.canonical import Value, from_bytes
from formats.document.classified import refuse_paragraph, refuse_text
from formats.errors import BadInput, Classified
from formats.limits import (
    KIB,
    MAX_MEASURE_MEMORY,
    MAX_PAGE_GLYPHS,
    MAX_PDF_BYTES,
    MAX_WORD_PAGES,
    MAX_WORD_SECONDS,
)
from formats.measure.reader import Pdf, opened_pdf
from formats.safe.child import ask_child, limit_child

PDF: Final = b"%PDF-"
HEAD_LINES: Final = 12
"""Lines that the head of a first page has at most: copy number, mark, urgency, issuers, number."""

_MAX_REQUEST: Final = 4 * KIB
_BREAKS: Final = re.compile(r"[\r\n\x0b\x0c\ufffe]+")


class Request(Value, frozen=True, kw_only=True):
    """One JSON line before the file."""

    size: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF_BYTES)]


class Found(Value, frozen=True, kw_only=True):
    """The 密级 that the pages bear; empty where they bear none."""

    mark: str = ""


def refuse_classified_pdf(data: bytes, *, seconds: int = MAX_WORD_SECONDS) -> None:
    """Raises `Classified` when a PDF bears a 密级 mark; one that cannot be read is let pass."""
    if not data.startswith(PDF) or len(data) > MAX_PDF_BYTES:
        return
    request = msgspec.json.encode(Request(size=len(data)))
    answer = ask_child("formats.measure.words", request + b"\n" + data, seconds=seconds)
    if answer is None:
        return
    try:
        found = from_bytes(Found, answer, limit=4 * KIB)
    except BadInput:
        return
    if found.mark:
        raise Classified("a mark on a page", mark=found.mark)


def mark_of(data: bytes) -> str:
    """The mark that the first pages bear, empty for none. Raises `BadPdf` or `EncryptedPdf`."""
    with opened_pdf(data) as document:
        for number in range(min(len(document), MAX_WORD_PAGES)):
            lines = _lines(document[number])
            try:
                refuse_text("\n".join(lines))
                for line in lines[:HEAD_LINES] if number == 0 else ():
                    refuse_paragraph(line)
            except Classified as error:
                return str(error.values["mark"])
    return ""


def _lines(page: Pdf) -> tuple[str, ...]:
    try:
        text = page.get_textpage()
        try:
            count = min(text.count_chars(), MAX_PAGE_GLYPHS)
            found = text.get_text_range(0, count, errors="replace") if count else ""
        finally:
            text.close()
    finally:
        page.close()
    return tuple(line for line in (part.strip() for part in _BREAKS.split(found)) if line)


def serve(source: BinaryIO, sink: BinaryIO, seconds: int) -> None:
    """The child: one request, what was found. Raises `BadInput`; the parent then has no answer."""
    request = from_bytes(Request, source.readline(_MAX_REQUEST), limit=_MAX_REQUEST)
    limit_child(seconds=seconds, memory=MAX_MEASURE_MEMORY + 8 * request.size)
    sink.write(msgspec.json.encode(Found(mark=mark_of(source.read(request.size)))))
    sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
