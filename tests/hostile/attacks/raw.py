"""Surgery on the bytes: increments and cross-references written by hand, ranges and values cut."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF", re.DOTALL)
_RANGE = re.compile(rb"/ByteRange \[([\d ]+)\] *")
_VALUE = re.compile(rb"/Contents <([0-9A-Fa-f]+)>")


@dataclass(frozen=True, slots=True)
class End:
    """What the last cross-reference of a file with tables says."""

    start: int
    size: int
    root: bytes
    info: bytes

    @classmethod
    def of(cls, pdf: bytes) -> "End":
        """The end of a file whose last section is a table."""
        *_, last = _TRAILER.finditer(pdf)
        said = last[1]
        size = re.search(rb"/Size (\d+)", said)
        root = re.search(rb"/Root (\d+ \d+ R)", said)
        info = re.search(rb"/Info (\d+ \d+ R)", said)
        if size is None or root is None:
            raise ValueError("no trailer of a table")
        return cls(int(last[2]), int(size[1]), root[1], info[1] if info else b"")


Objects = Mapping[tuple[int, int], bytes | None]
"""By number and generation: the bytes between ``obj`` and ``endobj``, or None for a free entry."""


def increment(
    pdf: bytes,
    objects: Objects,
    *,
    previous: int | None = None,
    root: bytes | None = None,
    extra: bytes = b"",
    before: bytes = b"",
) -> bytes:
    """The file with one more revision, its cross-reference a table.

    ``extra`` goes in the trailer, ``before`` between the old file and the new objects.
    """
    end = End.of(pdf)
    out = bytearray(pdf + b"\n" + before)
    places: dict[tuple[int, int], int] = {}
    for (number, generation), body in objects.items():
        if body is not None:
            places[number, generation] = len(out)
            out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
    start = len(out)
    out += b"xref\n"
    if not objects:
        out += b"0 0\n"
    for number, generation in sorted(objects):
        kind = b"n" if (number, generation) in places else b"f"
        out += b"%d 1\n%010d %05d %s \n" % (
            number,
            places.get((number, generation), 0),
            generation,
            kind,
        )
    size = max([end.size, *(number + 1 for number, _ in objects)])
    out += b"trailer\n<</Size %d/Root %s%s/Prev %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root or end.root,
        b"/Info " + end.info if end.info else b"",
        end.start if previous is None else previous,
        extra,
        start,
    )
    return bytes(out)


def body_of(pdf: bytes, number: int) -> bytes:
    """What the last object of that number holds, between ``obj`` and ``endobj``."""
    *_, last = re.finditer(rb"(?<!\d)%d 0 obj\s(.*?)\s*endobj" % number, pdf, re.DOTALL)
    return last[1]


def next_number(pdf: bytes) -> int:
    """The first number that no object has."""
    return End.of(pdf).size


def edges_of(pdf: bytes) -> tuple[int, int, int, int]:
    """The byte range of the first signature."""
    found = _RANGE.search(pdf)
    if found is None:
        raise ValueError("no byte range")
    first, gap, after, length = (int(edge) for edge in found[1].split())
    return first, gap, after, length


def with_range(pdf: bytes, text: bytes) -> bytes:
    """The file with another first /ByteRange, the length of the file kept where it fits."""
    found = _RANGE.search(pdf)
    if found is None:
        raise ValueError("no byte range")
    return pdf[: found.start()] + text.ljust(len(found[0])) + pdf[found.end() :]


def with_edges(pdf: bytes, change: Callable[[list[int]], list[int]]) -> bytes:
    """The file with other numbers in its first /ByteRange."""
    numbers = change(list(edges_of(pdf)))
    return with_range(pdf, b"/ByteRange [" + b" ".join(b"%d" % n for n in numbers) + b"]")


def value_of(pdf: bytes) -> bytes:
    """The first signature value: the bytes between its angle brackets, decoded, with padding."""
    found = _VALUE.search(pdf)
    if found is None:
        raise ValueError("no value")
    return bytes.fromhex(found[1].decode())


def with_value(pdf: bytes, der: bytes) -> bytes:
    """The file with another first signature value, padded with zeros; no byte else changes.

    Raises `ValueError` where it does not fit.
    """
    found = _VALUE.search(pdf)
    if found is None or 2 * len(der) > len(found[1]):
        raise ValueError("no room for that value")
    text = der.hex().encode().ljust(len(found[1]), b"0")
    return pdf[: found.start(1)] + text + pdf[found.end(1) :]


def with_value_text(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The file with other text between the angle brackets of its first signature value."""
    found = _VALUE.search(pdf)
    if found is None:
        raise ValueError("no value")
    return pdf[: found.start(1)] + change(found[1]) + pdf[found.end(1) :]
