"""A lock that every thread and every process on one folder shares: a window and a terminal, say."""

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType

from desktop.files import disk_errors


class SharedLock:
    """Held by one thread of one process; the others wait. Ends with the process, however it ends.

    Entering raises `DiskTrouble` when the file can not be opened.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._threads = threading.Lock()
        self._handle = -1

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            with disk_errors(self._file):
                self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except BaseException:
            self._release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def _release(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
        self._threads.release()
