"""Digest and size of what passes by, hashed in a thread of its own while other work goes on."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from formats import digests
from formats.directory import Suite
from formats.ids import Digest


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
        self._running: Future[None] | None = None

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
        """Take a piece in. Its memory must not change until the next call has returned."""
        self.size += len(piece)
        self._wait()
        if last:
            self._hasher.update(piece)
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "tally")
        self._running = self._thread.submit(self._hasher.update, piece)

    def digest(self) -> Digest:
        """Of everything taken in; nothing may follow."""
        self._wait()
        return digests.written(self._hasher.digest(), self._suite)

    def _wait(self) -> None:
        if self._running is not None:
            self._running.result()
            self._running = None
