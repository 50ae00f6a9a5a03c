"""批量盖章: several PDFs sealed under one PIN, a result for each, and a way to stop in between."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QObject, pyqtSignal

from desktop.files import disk_errors
from desktop.presenters.states import Tone
from desktop.presenters.tasks import TaskHandle, Tasks
from desktop.services.batch_sealing import BatchOptions, seal_batch
from desktop.services.batch_sealing import BatchRow as Sealed
from desktop.services.sealing import Hand
from desktop.services.session import Workspace
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret

MOST = 500
"""Documents of one batch: an office seals fewer in a week, and a person still surveys the list."""

Standing = Literal["waiting", "sealed", "refused", "left"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sealed, where to, and how."""

    sources: tuple[Path, ...]
    folder: Path
    riding: bool = False
    """骑缝章 over the edges of all pages too."""
    lasting: bool = False
    """With a time-stamp and all that verifying needs years later (B-LT)."""


Run = Callable[[Order, Secret, Callable[[Sealed], None], Callable[[], bool]], tuple[Sealed, ...]]
"""Order, PIN, whom to tell of each document, cancelled; gives a row for each document."""


def sealing_at(workspace: Workspace) -> Run:
    """Batches with the UKEY of an open desk."""

    def run(
        order: Order, pin: Secret, told: Callable[[Sealed], None], cancelled: Callable[[], bool]
    ) -> tuple[Sealed, ...]:
        workspace.require_current_directory()
        workspace.present_pin(pin)
        with disk_errors(order.folder):
            order.folder.mkdir(parents=True, exist_ok=True)
        hand = Hand(workspace.signer(), workspace.seals(), workspace.trust, workspace.clock)
        return seal_batch(
            order.sources,
            order.folder,
            hand=hand,
            timestamps=workspace.timestamps,
            options=BatchOptions(riding=order.riding, level="B-LT" if order.lasting else None),
            cancelled=cancelled,
            told=told,
        )

    return run


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
    folder: Path | None = None
    """Where sealed files go; beside the first document, until another is chosen."""
    done: int = 0
    total: int = 0
    running: bool = False
    stopping: bool = False
    summary: str = ""

    @property
    def target(self) -> Path | None:
        """Where sealed files go; ``None`` while there is no document."""
        if self.folder is not None:
            return self.folder
        return self.rows[0].path.parent / tr("已盖章") if self.rows else None

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
    _advanced = pyqtSignal(object)

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

    def choose_folder(self, folder: Path) -> None:
        """Put sealed files there."""
        self._show(replace(self.state, folder=folder))

    def start(self, pin: Secret, *, riding: bool = False, lasting: bool = False) -> None:
        """Seal what is not sealed yet, under this PIN, which is wiped whatever comes of it."""
        state = self.state
        if state.running or not state.to_seal or state.target is None:
            pin.wipe()
            return
        order = Order(state.to_seal, state.target, riding, lasting)
        rows = tuple(
            row if row.standing == "sealed" else BatchRow(row.path) for row in self.state.rows
        )
        self._show(
            replace(
                state,
                rows=rows,
                done=0,
                total=len(order.sources),
                running=True,
                summary=tr("正在盖章……"),
            )
        )

        def job(cancelled: Callable[[], bool]) -> tuple[Sealed, ...]:
            try:
                return self._run(order, pin, self._advanced.emit, cancelled)
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

    def _one_done(self, row: Sealed) -> None:
        if self.state.running:
            done = self.state.done + (row.state != "skipped")
            self._show(replace(self._with(row), done=done))

    def _ended(self, rows: tuple[Sealed, ...]) -> None:
        for row in rows:
            self.state = self._with(row)
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
        self._show(
            replace(self.state, rows=rows, total=0, running=False, stopping=False, summary=words)
        )
        self.told.emit(words)

    def _with(self, told: Sealed) -> BatchState:
        rows = tuple(
            _resulting(row, told) if str(row.path) == told.source else row
            for row in self.state.rows
        )
        return replace(self.state, rows=rows)

    def _show(self, state: BatchState) -> None:
        self.state = state
        self.changed.emit(state)


def _resulting(row: BatchRow, told: Sealed) -> BatchRow:
    if told.state == "skipped":
        return replace(row, standing="left", words=told.message)
    if told.state == "failed":
        return replace(row, standing="refused", words=told.message)
    out = Path(told.target)
    stamped = told.report is not None and told.report.stamped
    words = tr("存为 {name}", name=out) if stamped else tr("存为 {name}（没有时间戳）", name=out)
    return replace(row, standing="sealed", words=words, out=out)


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
