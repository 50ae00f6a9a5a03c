"""Digest and size of what passes by, hashed in a thread of its own while other work goes on."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

from formats import digests
from formats.directory import Suite
from formats.ids import Digest

AHEAD: Final = 3
"""Pieces that may wait to be hashed. With one alone, a busy machine spends its time on waking up
the cipher and the hash in turns."""


class Tally:
    """Counts and hashes the pieces of one side of a stream, in order.

    A first piece that is also the last is hashed at once; only then would a thread cost more than
    it saves. Hashing lets other threads run, so two sides and the cipher share the processors.
    """

    def __init__(self, suite: Suite) -> None:
        self.size = 0
        """Bytes so far."""
        self._suite = suite
        self._hasher = digests.hasher(suite)
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread is not None:
            self._thread.shutdown()

    def add(self, piece: bytes | memoryview, *, last: bool) -> None:
        """Take a piece in. Its memory must not change until `AHEAD` further calls have returned."""
        self.size += len(piece)
        self._wait(0 if last else AHEAD - 1)
        if last:
            self._hasher.update(piece)
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "tally")
        self._waiting.append(self._thread.submit(self._hasher.update, piece))

    def digest(self) -> Digest:
        """Of everything taken in; nothing may follow."""
        self._wait(0)
        return digests.written(self._hasher.digest(), self._suite)

    def _wait(self, left: int) -> None:
        while len(self._waiting) > left:
            self._waiting.popleft().result()
