"""批量盖章: several PDFs sealed under one PIN, a result for each, and a way to stop in between."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from PyQt6.QtCore import QObject, pyqtSignal

from desktop.presenters.states import Tone
from desktop.presenters.tasks import TaskHandle, Tasks
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret

MOST = 500
"""Documents of one batch: an office seals fewer in a week, and a person still surveys the list."""

Standing = Literal["waiting", "sealed", "refused", "left"]


class Result(Protocol):
    """What became of one document, as `desktop.services.batch_sealing` tells it."""

    @property
    def path(self) -> Path:
        """The document."""

    @property
    def out(self) -> Path | None:
        """The sealed file; ``None`` where there is none."""

    @property
    def error(self) -> str:
        """Why not, in Chinese; empty where it was sealed."""


Progress = Callable[[int, int, Any], None]
Run = Callable[[tuple[Path, ...], Secret, Progress, Callable[[], bool]], tuple[Any, ...]]
"""Paths, PIN, progress (done, all, the last result), cancelled; gives a `Result` for each done."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One document of the batch."""

    path: Path
    standing: Standing = "waiting"
    words: str = ""
    """Where it went, or why it was not sealed."""
    out: Path | None = None

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class BatchState:
    """The screen."""

    rows: tuple[BatchRow, ...] = ()
    done: int = 0
    total: int = 0
    running: bool = False
    stopping: bool = False
    summary: str = ""

    @property
    def to_seal(self) -> tuple[Path, ...]:
        """What a run would seal: everything that is not sealed yet."""
        return tuple(row.path for row in self.rows if row.standing != "sealed")


STANDINGS: dict[Standing, Tone] = {
    "waiting": "quiet",
    "sealed": "ok",
    "refused": "bad",
    "left": "warn",
}


def standing_words(row: BatchRow) -> str:
    """The pill of a row."""
    return {
        "waiting": tr("待盖章"),
        "sealed": tr("已盖章"),
        "refused": tr("未盖章"),
        "left": tr("未处理"),
    }[row.standing]


class BatchPresenter(QObject):
    """Keeps the list, runs the batch on the UKEY's own thread."""

    changed = pyqtSignal(object)
    failed = pyqtSignal(object)
    told = pyqtSignal(str)
    _advanced = pyqtSignal(int, int, object)

    def __init__(self, run: Run, tasks: Tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.state = BatchState()
        self._run = run
        self._handle: TaskHandle | None = None
        self._advanced.connect(self._one_done)

    def add(self, paths: Iterable[Path]) -> None:
        """Put PDFs on the list, each once; what is no PDF by its name is left out and told."""
        if self.state.running:
            return
        known = {row.path for row in self.state.rows}
        wanted = [path for path in dict.fromkeys(paths) if path not in known]
        fitting = [path for path in wanted if path.suffix.lower() == ".pdf"]
        room = max(0, MOST - len(self.state.rows))
        rows = (*self.state.rows, *(BatchRow(path) for path in fitting[:room]))
        self._show(replace(self.state, rows=rows, summary=""))
        if len(fitting) > room:
            self.told.emit(tr("一次最多 {most} 份，其余没有列入。", most=MOST))
        elif len(fitting) < len(wanted):
            count = len(wanted) - len(fitting)
            self.told.emit(tr("{count} 个文件不是 PDF，没有列入。", count=count))

    def remove(self, paths: Iterable[Path]) -> None:
        """Take documents off the list; the files stay where they are."""
        if not self.state.running:
            gone = set(paths)
            rows = tuple(row for row in self.state.rows if row.path not in gone)
            self._show(replace(self.state, rows=rows, summary=""))

    def start(self, pin: Secret) -> None:
        """Seal what is not sealed yet, under this PIN, which is wiped whatever comes of it."""
        paths = self.state.to_seal
        if self.state.running or not paths:
            pin.wipe()
            return
        rows = tuple(
            row if row.standing == "sealed" else BatchRow(row.path) for row in self.state.rows
        )
        self._show(BatchState(rows=rows, total=len(paths), running=True, summary=tr("正在盖章……")))

        def job(cancelled: Callable[[], bool]) -> tuple[Any, ...]:
            try:
                return self._run(paths, pin, self._advanced.emit, cancelled)
            finally:
                pin.wipe()

        self._handle = self.tasks.run(
            "token", tr("批量盖章"), job, done=self._ended, failed=self._broke_off
        )

    def cancel(self) -> None:
        """Stop after the document in hand; what is sealed stays sealed."""
        if self._handle is not None and self.state.running:
            self._handle.cancel()
            self._show(replace(self.state, stopping=True, summary=tr("做完手上这一份就停……")))

    def _one_done(self, done: int, total: int, result: Result) -> None:
        if self.state.running:
            self._show(replace(self._with(result), done=done, total=total))

    def _ended(self, results: tuple[Result, ...]) -> None:
        for result in results:
            self.state = self._with(result)
        self._finish()

    def _broke_off(self, error: YidaoError) -> None:
        self._finish()
        self.failed.emit(error)

    def _finish(self) -> None:
        self._handle = None
        rows = tuple(
            replace(row, standing="left") if row.standing == "waiting" else row
            for row in self.state.rows
        )
        words = summary_words(rows)
        self._show(BatchState(rows=rows, done=self.state.done, total=0, summary=words))
        self.told.emit(words)

    def _with(self, result: Result) -> BatchState:
        rows = tuple(
            _resulting(row, result) if row.path == result.path else row for row in self.state.rows
        )
        return replace(self.state, rows=rows)

    def _show(self, state: BatchState) -> None:
        if state != self.state:
            self.state = state
        self.changed.emit(state)


def _resulting(row: BatchRow, result: Result) -> BatchRow:
    if result.out is not None and not result.error:
        words = tr("存为 {name}", name=result.out.name)
        return replace(row, standing="sealed", words=words, out=result.out)
    return replace(row, standing="refused", words=result.error, out=None)


def summary_words(rows: tuple[BatchRow, ...]) -> str:
    """What the batch came to, in one sentence."""
    sealed = sum(row.standing == "sealed" for row in rows)
    refused = sum(row.standing == "refused" for row in rows)
    left = sum(row.standing == "left" for row in rows)
    parts = [tr("{count} 份已盖章", count=sealed)]
    if refused:
        parts.append(tr("{count} 份未能盖章", count=refused))
    if left:
        parts.append(tr("{count} 份没有处理", count=left))
    return tr("；").join(parts) + tr("。")
