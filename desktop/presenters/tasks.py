"""Work off the GUI thread: plain functions in pools by resource, answers back as queued signals.

A job is ``fn(*args)``; it knows nothing of Qt. ``progress`` and ``cancelled`` are passed to it as
keywords when it asks for them. Answers arrive on the GUI thread. Every handle is kept until it has
finished, so a view may drop its own reference at any time.
"""

import inspect
import logging
import threading
from collections.abc import Callable
from typing import Any, Literal

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

from desktop.services.progress import Stopped
from formats.errors import YidaoError

Pool = Literal["network", "compute", "token"]

_POOL_SIZES: dict[Pool, int] = {
    "network": 4,  # enough to download while a long poll waits
    "compute": 2,  # a preview and a verification side by side
    "token": 1,  # UKEY libraries are often not safe to call from two threads
}


_log = logging.getLogger(__name__)


class Unexpected(YidaoError):
    """A defect of ours; the text says so instead of blaming the user."""

    code = "desktop.unexpected"


class TaskHandle(QObject):
    """One running job: its signals, and the way to stop it."""

    progressed = pyqtSignal(str, object)
    done = pyqtSignal(object)
    failed = pyqtSignal(object)
    finished = pyqtSignal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether the job has been asked to stop."""
        return self._stop.is_set()


class _Job(QRunnable):
    def __init__(self, handle: TaskHandle, call: Callable[[], Any]) -> None:
        super().__init__()
        self._handle = handle
        self._call = call

    def run(self) -> None:
        try:
            result = self._call()
        except Stopped as error:
            self._handle.failed.emit(error)
        except YidaoError as error:
            self._handle.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - the slot boundary: nothing may kill the thread
            _log.exception("a defect in %s", self._handle.title)
            self._handle.failed.emit(Unexpected(f"{type(error).__name__}: {error}"))
        else:
            self._handle.done.emit(result)
        finally:
            self._handle.finished.emit()


class Tasks(QObject):
    """The pools, and the list of what runs now."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[TaskHandle] = []
        self._closed = False
        self._pools: dict[Pool, QThreadPool] = {}
        for name, size in _POOL_SIZES.items():
            pool = QThreadPool(self)
            pool.setMaxThreadCount(size)
            self._pools[name] = pool

    @property
    def running(self) -> tuple[TaskHandle, ...]:
        """What runs or waits now, oldest first."""
        return tuple(self._running)

    def run(
        self,
        pool: Pool,
        title: str,
        function: Callable[..., Any],
        *args: object,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[YidaoError], None] | None = None,
        progress: Callable[[str, float | None], None] | None = None,
    ) -> TaskHandle:
        """Start ``function(*args)`` in a pool and return its handle.

        Once closed, nothing is started any more.
        """
        handle = TaskHandle(title)
        if self._closed:
            handle.cancel()
            return handle
        # The handle lives in the GUI thread, so answers emitted by a job arrive there, queued.
        if done is not None:
            handle.done.connect(lambda result: None if self._closed else done(result))
        if failed is not None:
            handle.failed.connect(lambda error: None if self._closed else failed(error))
        if progress is not None:
            handle.progressed.connect(progress)
        handle.finished.connect(lambda: self._forget(handle))
        wanted = inspect.signature(function).parameters
        extra: dict[str, object] = {}
        if "progress" in wanted:
            extra["progress"] = handle.progressed.emit
        if "cancelled" in wanted:
            extra["cancelled"] = handle.cancelled
        self._running.append(handle)
        self.changed.emit()
        started = self._pools[pool]
        started.start(_Job(handle, lambda: function(*args, **extra)))
        return handle

    def close(self, milliseconds: int = 3000) -> None:
        """Ask everything to stop and wait a little for it; no answer arrives after this."""
        self._closed = True
        for handle in self._running:
            handle.cancel()
        for pool in self._pools.values():
            pool.waitForDone(milliseconds)

    def _forget(self, handle: TaskHandle) -> None:
        if handle in self._running:
            self._running.remove(handle)
        if not self._closed:
            self.changed.emit()
