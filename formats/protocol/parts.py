"""Several byte strings in one body: small parts first, each after its length, then the payload.

    "YDP1" | count (1 byte) | length (4 bytes, big-endian) | part | … | payload to the end

The small parts fit in memory; the payload is streamed, so a node hashes it while it arrives.
"""

from collections.abc import Sequence
from typing import Final

from formats.errors import BadInput, TooLarge
from formats.i18n import mark

MAGIC: Final = b"YDP1"


class BadParts(BadInput):
    """A body that is not in this framing, or is cut."""

    code = "exchange.bad-parts"
    happened = mark("上传的数据不完整或格式有误。")
    safe = mark("服务器没有接收任何内容，本机的公文仍在。")
    advice = mark("请重新发送；若仍不成功，请检查网络代理设置。")


def frame(parts: Sequence[bytes]) -> bytes:
    """The head of a body: everything before the payload."""
    lengths = [len(part).to_bytes(4, "big") + part for part in parts]
    return MAGIC + bytes((len(parts),)) + b"".join(lengths)


class PartsReader:
    """Takes a body in pieces of any size; collects the small parts, passes the payload on."""

    def __init__(self, limits: Sequence[int]) -> None:
        """``limits``: the largest size of each expected part, in order."""
        self._limits = tuple(limits)
        self._buffer = bytearray()
        self._started = False
        self.parts: list[bytes] = []

    def _complete(self) -> bool:
        return self._started and len(self.parts) == len(self._limits)

    def feed(self, data: bytes) -> bytes:
        """The payload bytes in ``data``. Raises `BadParts` or `TooLarge`."""
        if self._complete():
            return data
        self._buffer += data
        if not self._started:
            if len(self._buffer) < len(MAGIC) + 1:
                return b""
            if self._buffer[: len(MAGIC)] != MAGIC or self._buffer[4] != len(self._limits):
                raise BadParts("magic or count")
            del self._buffer[: len(MAGIC) + 1]
            self._started = True
        while len(self.parts) < len(self._limits):
            if not self._take(self._limits[len(self.parts)]):
                return b""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest

    def _take(self, limit: int) -> bool:
        """Move one whole small part out of the buffer, if it is there."""
        size = int.from_bytes(self._buffer[:4], "big")
        if len(self._buffer) < 4:  # noqa: PLR2004 - the length field
            return False
        if size > limit:
            raise TooLarge(f"part {len(self.parts)}: {size} bytes", limit=limit)
        if len(self._buffer) < 4 + size:
            return False
        self.parts.append(bytes(self._buffer[4 : 4 + size]))
        del self._buffer[: 4 + size]
        return True

    def finish(self) -> None:
        """The body ended. Raises `BadParts` when a part is missing."""
        if not self._complete():
            raise BadParts("cut short")
