"""The window held still for a picture: go to a screen, wait until it is at rest, grab it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import msgspec
from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QWidget

from desktop.app import load_qt_chinese
from desktop.presenters.unlock import UnlockPresenter
from desktop.services.session import Workspace
from desktop.views.detail import JOURNEY
from desktop.views.screens import ListScreen
from desktop.views.theme import apply_theme
from desktop.views.unlock import UnlockDialog
from desktop.views.widgets.dialogs import ErrorDialog, PinDialog
from desktop.views.window import Window
from formats.document.model import Document, DocumentNumber
from formats.document.parse import parse_document
from formats.i18n import tr
from signing.errors import PinWrong

SIZE: Final = (1366, 768)
"""The screen of an office desk."""
EXAMPLE: Final = Path(__file__).resolve().parents[2] / "docs" / "examples" / "notice.json"
EXAMPLE_ISSUER: Final = "安徽省人民政府办公厅"
QUERY: Final = "公文"
PATIENCE_SECONDS: Final = 60.0
_LOOK_MS: Final = 120
"""Between two looks; a page is drawn in a thread of its own and arrives within this."""


class Studio:
    """One window on one workspace. Use it as a context manager."""

    def __init__(self, workspace: Workspace, out: Path) -> None:
        application = QApplication.instance()
        self.application = (
            application if isinstance(application, QApplication) else QApplication(["yidao"])
        )
        load_qt_chinese(self.application)
        apply_theme(self.application)
        self.workspace = workspace
        self.out = out
        self.window = Window(workspace, online=False)
        self.window.resize(*SIZE)
        self.window.show()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.window.close()

    def take(self, name: str) -> Path:
        """Set the scene of that name and take its picture. Raises `TimeoutError`."""
        scenes: dict[str, Callable[[], QWidget]] = {
            "inbox": self._inbox,
            "inbox-150": self._inbox,
            "outgoing": self._outgoing,
            "journey": self._journey,
            "drafts": self._drafts,
            "compose": self._compose,
            "archive": self._archive,
            "unlock": self._unlock,
            "pin": self._pin,
            "error": self._error,
        }
        widget = scenes[name]()
        path = self.out / f"{name}.png"
        self._at_rest(widget).save(str(path))
        if widget is not self.window:
            widget.close()
        return path

    def _inbox(self) -> QWidget:
        return self._list("inbox", self.window.inbox_screen)

    def _outgoing(self) -> QWidget:
        return self._list("outgoing", self.window.outgoing_screen)

    def _journey(self) -> QWidget:
        screen = self.window.outgoing_screen
        self._list("outgoing", screen)
        rows = screen.table.rows_model.rows()
        if rows:  # the one that has come farthest shows the most of the road
            farthest = max(range(len(rows)), key=lambda i: (rows[i].signed, rows[i].delivered))
            screen.table.selectRow(farthest)
            self._wait(lambda: not self.window.tasks.running)
        screen.detail.tabs.setCurrentIndex(JOURNEY)
        return self.window

    def _drafts(self) -> QWidget:
        return self._list("drafts", self.window.drafts_screen)

    def _compose(self) -> QWidget:
        self.window.new_document()
        self.window.compose.start(self._example())
        return self.window

    def _example(self) -> Document:
        """The example notice in the name of the own body, to the bodies below it."""
        body, bodies = self.workspace.body, self.workspace.snapshot.bodies
        below = tuple(other.name for other in bodies if other.parent == body.id)
        text = EXAMPLE.read_text("utf-8").replace(EXAMPLE_ISSUER, body.name)
        document = parse_document(text.encode())
        return msgspec.structs.replace(
            document,
            number=DocumentNumber(
                mark=body.marks[0] if body.marks else "X",
                year=document.number.year if document.number else 2026,
                serial=88,
            ),
            main_recipients=below or document.main_recipients,
            cc=(),
        )

    def _archive(self) -> QWidget:
        self.window.search.setText(QUERY)
        self.window.search.returnPressed.emit()
        return self.window

    def _unlock(self) -> QWidget:
        return _shown(UnlockDialog(UnlockPresenter(self.workspace.profile, self.window.tasks)))

    def _pin(self) -> QWidget:
        title = parse_document(EXAMPLE.read_bytes()).title
        return _shown(
            PinDialog(
                tr("为《{title}》签收。签收后不能退回。", title=title),
                self.workspace.body.name,
                "ok",
                tr("签收"),
                self.window,
            )
        )

    def _error(self) -> QWidget:
        return _shown(ErrorDialog(PinWrong(), self.window))

    def _list(self, key: str, screen: ListScreen) -> QWidget:
        self.window.go(key)
        self._wait(lambda: not self.window.tasks.running)
        screen.detail.tabs.setCurrentIndex(0)
        return self.window

    def _at_rest(self, widget: QWidget) -> QImage:
        """A picture that the next one equals, with no work left."""
        before = QImage()

        def same() -> bool:
            nonlocal before
            last, before = before, widget.grab().toImage()
            return not self.window.tasks.running and before == last

        self._wait(same)
        return before

    def _wait(self, met: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            loop = QEventLoop()
            QTimer.singleShot(_LOOK_MS, loop.quit)
            loop.exec()
            if met():
                return
            if time.monotonic() > end:
                raise TimeoutError("the window does not come to rest")


def _shown(widget: QWidget) -> QWidget:
    widget.show()
    return widget
