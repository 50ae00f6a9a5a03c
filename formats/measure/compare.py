"""Where the ink of two revisions of one document differs, page by page.

Both are drawn by the same engine, fields and their appearances included, and compared dot by dot.
What a reader sees is what counts here: a file may have grown by a time-stamp and look the same,
or have changed one byte and say something else.
"""

import sys
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated, BinaryIO, Final

import msgspec

from formats.canonical import Value, from_bytes
from formats.errors import BadInput, TooLarge
from formats.limits import (
    KIB,
    MAX_COMPARE_SECONDS,
    MAX_COMPARED_SIDE,
    MAX_MEASURE_MEMORY,
    MAX_MEASURED_PAGES,
    MAX_PDF_BYTES,
)
from formats.measure.reader import Pdf, opened_pdf
from formats.safe.child import ask_child, limit_child
from formats.safe.pdf import BadPdf
from formats.typeset.grid import MM_PER_POINT

_DOTS_PER_POINT: Final = 1.9
"""137 dpi: MAX_COMPARED_SIDE for the height of A4."""

_MAX_REQUEST: Final = 4 * KIB


class Change(Value, frozen=True, kw_only=True):
    """A page on which the ink differs. Lengths in mm from the top left corner as it is shown."""

    page: int
    """From 1."""
    left_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float
    """The smallest box around all that differs; the whole page where one revision lacks it."""
    only_in: Annotated[str, msgspec.Meta(pattern="^(signed|current)?$")] = ""
    """Which revision alone has the page."""


class Comparison(Value, frozen=True, kw_only=True):
    """What became of the pages since they were signed."""

    signed_pages: int
    current_pages: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A page drawn: its size in points, dots a point, grey dots row by row."""

    size: tuple[float, float]
    scale: float
    width: int
    dots: bytes


class Request(Value, frozen=True, kw_only=True):
    """One JSON line before the two files."""

    signed: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF_BYTES)]
    current: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF_BYTES)]


def compare_outside(
    signed: bytes, current: bytes, *, seconds: int = MAX_COMPARE_SECONDS
) -> Comparison | None:
    """`compare` in a limited process; None where it gave no answer, whatever the bytes are."""
    if max(len(signed), len(current)) > MAX_PDF_BYTES:
        return None
    request = msgspec.json.encode(Request(signed=len(signed), current=len(current)))
    answer = ask_child(
        "formats.measure.compare", request + b"\n" + signed + current, seconds=seconds
    )
    try:
        return None if answer is None else from_bytes(Comparison, answer)
    except BadInput:
        return None


def compare(signed: bytes, current: bytes) -> Comparison:
    """The pages that differ in ink. Raises `BadPdf`, `EncryptedPdf` or `TooLarge`."""
    with opened_pdf(signed) as before, opened_pdf(current) as after:
        counts = len(before), len(after)
        if max(counts) > MAX_MEASURED_PAGES:
            raise TooLarge(f"{max(counts)} pages", limit=MAX_MEASURED_PAGES)
        if 0 in counts:
            raise BadPdf("no pages")
        changes = []
        pages = zip_longest(range(counts[0]), range(counts[1]))
        for number, (one, other) in enumerate(pages, 1):
            if one is None or other is None:
                size = (
                    after[number - 1].get_size() if one is None else before[number - 1].get_size()
                )
                changes.append(_alone(number, size, "current" if one is None else "signed"))
            elif change := _change(number, before, after):
                changes.append(change)
    return Comparison(signed_pages=counts[0], current_pages=counts[1], changes=tuple(changes))


def _alone(number: int, size: tuple[float, float], only_in: str) -> Change:
    wide, tall = (_mm(edge) for edge in size)
    return Change(
        page=number, left_mm=0, top_mm=0, right_mm=wide, bottom_mm=tall, only_in=only_in
    )  # fmt: skip


def _change(number: int, before: Pdf, after: Pdf) -> Change | None:
    """Where a page differs; None where every dot is the same."""
    one, other = _drawn(before[number - 1]), _drawn(after[number - 1])
    if one == other:
        return None
    if one.size != other.size:
        wide, tall = (_mm(max(edges)) for edges in zip(one.size, other.size, strict=True))
        return Change(page=number, left_mm=0, top_mm=0, right_mm=wide, bottom_mm=tall)
    left, top, right, bottom = _box(one.dots, other.dots, one.width)
    dot = MM_PER_POINT / one.scale
    return Change(
        page=number,
        left_mm=round(left * dot, 1),
        top_mm=round(top * dot, 1),
        right_mm=round(right * dot, 1),
        bottom_mm=round(bottom * dot, 1),
    )


def _drawn(page: Pdf) -> _Drawing:
    try:
        size = page.get_size()
        scale = min(_DOTS_PER_POINT, MAX_COMPARED_SIDE / max(*size, 1.0))
        bitmap = page.render(scale=scale, grayscale=True)
        stride, width = bitmap.stride, bitmap.width
        held = bytes(bitmap.buffer)
        bitmap.close()
    finally:
        page.close()
    rows = (held[at : at + width] for at in range(0, len(held), stride))
    return _Drawing(size, scale, width, b"".join(rows))


def _box(one: bytes, other: bytes, width: int) -> tuple[int, int, int, int]:
    """The columns and rows between which two drawings differ."""
    rows = [
        row
        for row in range(len(one) // width)
        if one[row * width : (row + 1) * width] != other[row * width : (row + 1) * width]
    ]
    left, right = width, 0
    for row in rows:
        a, b = one[row * width : (row + 1) * width], other[row * width : (row + 1) * width]
        differing = [column for column in range(width) if a[column] != b[column]]
        left, right = min(left, differing[0]), max(right, differing[-1] + 1)
    return left, rows[0], right, rows[-1] + 1


def _mm(points: float) -> float:
    return round(points * MM_PER_POINT, 1)


def serve(source: BinaryIO, sink: BinaryIO, seconds: int) -> None:
    """The child: one request, one comparison. Raises `BadInput`; the parent then has no answer."""
    request = from_bytes(Request, source.readline(_MAX_REQUEST), limit=_MAX_REQUEST)
    size = request.signed + request.current
    limit_child(seconds=seconds, memory=MAX_MEASURE_MEMORY + 8 * size)
    sink.write(
        msgspec.json.encode(compare(source.read(request.signed), source.read(request.current)))
    )
    sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
