"""What lies between the objects of the revisions that came after the seal.

A reader that follows the cross-reference never sees bytes that no entry points at; another that
repairs, or the next update, may. A cross-reference may also point back into the bytes that were
signed, where a whole other page can lie hidden in a stream. So every revision after the seal must
be made of its own objects, its cross-reference and white space, from its first byte to its last.
"""

import re
from collections.abc import Iterator
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import read_object_header

from signing.seal.strict import entry

_LISTS: Final = ("/Certs", "/CRLs", "/OCSPs")
_SPACE: Final = b" \t\r\n\x0c\x00"
_END_OF_OBJECT: Final = re.compile(rb"\s*endobj(?![0-9A-Za-z])")
_END_OF_REVISION: Final = re.compile(rb"\s*(?:endobj\s*)?startxref\s+(\d+)\s+%%EOF")


def leftovers(reader: PdfFileReader, pdf: bytes, since: int) -> bool:
    """Whether a revision after number ``since`` holds bytes that are no part of it, or no proof."""
    last = reader.xrefs.total_revisions - 1
    try:
        if last > since and pdf[_end_of(reader, pdf, last) :].strip(_SPACE):
            return True  # behind it, a second mark of the end may name it once more
        return any(
            not _is_whole(reader, pdf, revision) or not _brings_proof(reader, revision)
            for revision in range(since + 1, last + 1)
        )
    except (PdfError, ValueError):
        return True


def _is_whole(reader: PdfFileReader, pdf: bytes, revision: int) -> bool:
    place, end = _end_of(reader, pdf, revision - 1), _end_of(reader, pdf, revision)
    spans = sorted({*_objects(reader, pdf, revision), _section(reader, revision, end)})
    for start, stop in spans:
        if start < place or pdf[place:start].strip(_SPACE):
            return False
        place = stop
    return place == end


def _brings_proof(reader: PdfFileReader, revision: int) -> bool:
    """Whether a revision has a signature, a time-stamp or something for the security store."""
    past = reader.get_historical_resolver(revision)
    added = reader.xrefs.explicit_refs_in_revision(revision)
    stored = {held for kind in _LISTS for held in _references(past.root, kind)}
    return bool(added & stored) or any(
        isinstance(held, generic.DictionaryObject) and "/ByteRange" in held
        for held in map(past, added)
    )


def _references(root: generic.DictionaryObject, kind: str) -> Iterator[generic.Reference]:
    """What a list of the document security store refers to."""
    for held in entry(entry(root, "/DSS"), kind):
        if isinstance(held, generic.IndirectObject):
            yield held.reference


def _objects(reader: PdfFileReader, pdf: bytes, revision: int) -> Iterator[tuple[int, int]]:
    """From where to where each object of a revision reaches; those in streams lie in these."""
    section = reader.xrefs.get_xref_container_info(revision)
    for reference in reader.xrefs.explicit_refs_in_revision(revision):
        start = reader.xrefs.get_historical_ref(reference, revision)
        if isinstance(start, int) and start != section.declared_startxref:
            yield start, _end_of_object(reader, pdf, start)


def _end_of_object(reader: PdfFileReader, pdf: bytes, start: int) -> int:
    reader.stream.seek(start)
    number, generation = read_object_header(reader.stream, strict=True)
    generic.read_object(reader.stream, generic.Reference(number, generation, reader))
    closing = _END_OF_OBJECT.match(pdf, reader.stream.tell())
    if closing is None:
        raise ValueError("an object without its end")
    return closing.end()


def _section(reader: PdfFileReader, revision: int, end: int) -> tuple[int, int]:
    """From where to where the cross-reference of a revision reaches, its trailer included."""
    return int(reader.xrefs.get_xref_container_info(revision).declared_startxref), end


def _end_of(reader: PdfFileReader, pdf: bytes, revision: int) -> int:
    """The end of a revision: behind its end-of-file mark."""
    section = reader.xrefs.get_xref_container_info(revision)
    reader.stream.seek(section.end_location)
    if section.stream_ref is None:  # a table is followed by its trailer's dictionary
        generic.read_object(reader.stream, generic.TrailerReference(reader))
    closing = _END_OF_REVISION.match(pdf, reader.stream.tell())
    if closing is None or int(closing[1]) != section.declared_startxref:
        raise ValueError("a revision without its end")
    return closing.end()
