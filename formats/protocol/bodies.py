"""What both transports do with bytes: a body with its file behind it, an answer within bounds.

Files and sockets are opened by the transports; here they are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from os import SEEK_END
from typing import BinaryIO, Final

from formats.limits import MAX_ANSWER_BYTES
from formats.protocol.errors import NotTheProtocol
from formats.protocol.wire import Request, Response

BLOCK: Final = 64 * 1024


class Body:
    """The bytes of a request, then a window of its file; its length is known beforehand."""

    def __init__(self, request: Request, file: BinaryIO | None) -> None:
        """``file`` is ``request.body_file``, open for reading; the caller closes it."""
        self._head = request.body
        self._file = file
        self._left = 0
        if file is not None:
            rest = file.seek(0, SEEK_END) - request.body_offset
            file.seek(request.body_offset)
            self._left = rest if request.body_length is None else min(rest, request.body_length)
        self._size = len(self._head) + self._left

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read(BLOCK):
            yield block

    def read(self, size: int = BLOCK) -> bytes:
        """The next bytes, ``size`` at most; empty at the end."""
        if self._head:
            block, self._head = self._head[:size], self._head[size:]
            return block
        if self._file is None:
            return b""
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        return block


def answer_head(status: int, headers: Mapping[str, str]) -> Response:
    """An answer whose body is not read, or not yet."""
    return Response(status, {name.lower(): value for name, value in headers.items()})


def whole_answer(status: int, headers: Mapping[str, str], pieces: Iterable[bytes]) -> Response:
    """An answer in memory. Raises `NotTheProtocol` beyond `MAX_ANSWER_BYTES`."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise NotTheProtocol("answer too large")
    head = answer_head(status, headers)
    return Response(head.status, head.headers, bytes(body))
