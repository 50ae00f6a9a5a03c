"""The child process in which a foreign PDF is measured: one request in, one report out."""

import sys
from typing import Annotated, BinaryIO

import msgspec

from formats.canonical import Value, from_bytes
from formats.i18n import use_language
from formats.limits import KIB, MAX_MEASURE_MEMORY, MAX_PDF_BYTES
from formats.measure.layout import check_layout
from formats.safe.child import limit_child

_MAX_REQUEST = 4 * KIB


class Request(Value, frozen=True, kw_only=True):
    """One JSON line before the file."""

    language: str
    size: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF_BYTES)]


def serve(source: BinaryIO, sink: BinaryIO, seconds: int) -> None:
    """Measure one file. Raises `BadInput` for a request that is not one."""
    request = from_bytes(Request, source.readline(_MAX_REQUEST), limit=_MAX_REQUEST)
    use_language(request.language)
    limit_child(seconds=seconds, memory=MAX_MEASURE_MEMORY + 8 * request.size)
    report = check_layout(source.read(request.size))
    sink.write(msgspec.json.encode(report))
    sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
