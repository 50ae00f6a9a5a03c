"""What the three lists have in common: load rows, follow the current one, show its document."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from desktop.presenters.states import DetailState, ListState
from desktop.presenters.tasks import Pool, Tasks
from desktop.services.session import Workspace
from desktop.services.verdicts import seen_difference
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rows of a list, how many there are in words, and the sentence where there are none."""

    rows: tuple[Any, ...]
    summary: str
    empty: str


class ListPresenter(QObject):
    """A list and the document of its current row. Subclasses say where both come from."""

    changed = pyqtSignal(object)
    failed = pyqtSignal(object)
    told = pyqtSignal(str)
    counts_changed = pyqtSignal()

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__()
        self.workspace = workspace
        self.tasks = tasks
        self.state = ListState()
        self.original = ""
        """The key of the document whose revision as sealed is shown in the place of the file."""
        self._compared: tuple[str, str] | None = None
        self._generation = 0
        self._list_generation = 0

    # --- what a subclass says ------------------------------------------------------------------

    def load_rows(self) -> tuple[Any, ...]:
        """The rows; runs off the GUI thread."""
        raise NotImplementedError

    def load_list(self) -> Loaded:
        """The rows with what is said of them; runs off the GUI thread."""
        rows = self.load_rows()
        return Loaded(rows, tr("{count} 件", count=len(rows)) if rows else "", self.empty_words())

    def load_detail(self, row: Any) -> DetailState:
        """The document of a row; runs off the GUI thread."""
        raise NotImplementedError

    def key(self, row: Any) -> str:
        """What names a row."""
        raise NotImplementedError

    def empty_words(self) -> str:
        """The sentence for a list without rows."""
        raise NotImplementedError

    def write_report(self, key: str, folder: Path) -> tuple[Path, ...]:
        """Write the verdict on a document into a folder; runs off the GUI thread."""
        raise NotImplementedError

    def newer_detail(self, _row: Any) -> DetailState | None:
        """The document again with what the node knows; runs beside the other work."""
        return None

    def skeleton(self, row: Any) -> DetailState:
        """What is known of a row at once, before its document is loaded."""
        return DetailState(
            key=self.key(row), title=row.title, page_text=tr("正在打开……"), loading=True
        )

    # --- what the screen asks ------------------------------------------------------------------

    def refresh(self) -> None:
        """Load the rows anew; the latest wish wins."""
        self._list_generation += 1
        wanted = self._list_generation

        def done(loaded: Loaded) -> None:
            if wanted == self._list_generation:
                self._rows_loaded(loaded)

        self.tasks.run("compute", tr("读取列表"), self.load_list, done=done, failed=self._fail)

    def select(self, row: Any | None) -> None:
        """Make a row the current one and load its document; the latest wish wins."""
        self._generation += 1
        if row is None:
            self.show_state(replace(self.state, detail=None))
            return
        shown = self.state.detail
        if shown is None or shown.key != self.key(row):
            self.show_state(replace(self.state, detail=self.skeleton(row)))
        wanted = self._generation
        self.tasks.run(
            "compute",
            tr("打开公文"),
            self.load_detail,
            row,
            done=lambda detail: self._detail_loaded(wanted, detail, row),
            failed=lambda error: self._detail_failed(wanted, row, error),
        )

    def toggle_original(self, key: str) -> None:
        """Show the file as it was sealed, or again as it lies here."""
        self.original = "" if self.original == key else key
        row = next((row for row in self.state.rows if self.key(row) == key), None)
        if row is not None:
            self.select(row)

    def save_report(self, key: str, folder: Path) -> None:
        """Write the verdict into a folder, for whoever asks for it."""

        def told(paths: tuple[Path, ...]) -> str:
            return tr("验证报告已存为 {names}。", names="、".join(map(str, paths)))

        self.act(tr("正在保存验证报告……"), lambda: self.write_report(key, folder), told)

    def compared(self, detail: DetailState, current: bytes) -> DetailState:
        """A detail that shows the original, with what looks different from the current file."""
        if not detail.original or detail.pdf is None:
            return detail
        if self._compared is None or self._compared[0] != detail.key:
            self._compared = (detail.key, seen_difference(detail.pdf, current))
        return replace(detail, difference=self._compared[1])

    # --- for subclasses ------------------------------------------------------------------------

    def act(
        self,
        words: str,
        job: Callable[[], Any],
        told: Callable[[Any], str],
        *,
        pin: Secret | None = None,
        pool: Pool = "token",
    ) -> None:
        """Run an act; with a PIN, the UKEY checks it first, on the token's own thread."""
        self.show_state(replace(self.state, busy=words))

        def run() -> Any:
            if pin is not None:
                try:
                    self.workspace.present_pin(pin)
                finally:
                    pin.wipe()
            return job()

        def done(result: Any) -> None:
            self.show_state(replace(self.state, busy=""))
            self.told.emit(told(result))
            self.refresh()

        self.tasks.run(pool, words, run, done=done, failed=self._fail)

    def show_state(self, state: ListState) -> None:
        """Keep a state and tell the screen."""
        self.state = state
        self.changed.emit(state)

    def _rows_loaded(self, loaded: Loaded) -> None:
        rows = loaded.rows
        shown = self.state.detail
        self.show_state(
            replace(
                self.state,
                rows=rows,
                empty="" if rows else loaded.empty,
                summary=loaded.summary,
            )
        )
        self.counts_changed.emit()
        if shown is None or self.state.detail is not shown:
            return  # the screen has chosen another row, which loads by itself
        current = next((row for row in rows if self.key(row) == shown.key), None)
        if current is not None:
            self.select(current)

    def _detail_loaded(self, wanted: int, detail: DetailState, row: Any) -> None:
        if wanted != self._generation:
            return
        self.show_state(replace(self.state, detail=detail))
        if type(self).newer_detail is ListPresenter.newer_detail:
            return

        def newer(found: DetailState | None) -> None:
            if found is not None and wanted == self._generation:
                self.show_state(replace(self.state, detail=found))

        # Asking the node may take until its time-out; the list stays quick meanwhile.
        self.tasks.run(
            "network",
            tr("查询流转"),
            self.newer_detail,
            row,
            done=newer,
            failed=lambda _error: None,  # what was last known stays
        )

    def _detail_failed(self, wanted: int, row: Any, error: YidaoError) -> None:
        if wanted == self._generation:
            self.show_state(
                replace(self.state, detail=replace(self.skeleton(row), page_text=error.text()))
            )

    def _fail(self, error: YidaoError) -> None:
        self.show_state(replace(self.state, busy=""))
        self.failed.emit(error)
