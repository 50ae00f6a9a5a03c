"""What 收文, 发文, 草稿 and 档案 share: a list on the left, its document on the right."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.lists import ListPresenter
from desktop.presenters.states import ListState
from desktop.services.words import URGENCY, label
from desktop.views.detail import DetailPane
from desktop.views.widgets.table import Column, RowsTable
from formats.i18n import tr
from signing.tokens.base import Secret

AskPin = Callable[[str, str], Secret | None]
"""Asks for the PIN: purpose and the act's words; ``None`` when the person turned back."""


FILTER_WIDTH = 200

SIZES = [520, 678]
"""List and document at 1366 x 768: titles in one line, a page that can be read."""


class ListScreen(QWidget):
    """A list on the left, its document on the right."""

    def __init__(
        self, title: str, presenter: ListPresenter, columns: Sequence[Column], ask_pin: AskPin
    ) -> None:
        super().__init__()
        self.presenter = presenter
        self._ask_pin = ask_pin
        self._rows: tuple[Any, ...] = ()
        self._no_rows = ""
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._left_side(title, columns))
        splitter.addWidget(self._right_side())
        splitter.setStretchFactor(0, 5)
        splitter.setStretchFactor(1, 6)
        splitter.setSizes(SIZES)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.table.row_opened.connect(self.open_row)
        self.table.row_changed.connect(presenter.select)
        self.detail.action.connect(self._act)
        presenter.changed.connect(self.render_state)
        QShortcut(
            QKeySequence("Ctrl+F"),
            self,
            self.filter.setFocus,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    def _left_side(self, title: str, columns: Sequence[Column]) -> QWidget:
        self.heading = QLabel(title)
        self.heading.setObjectName("Title")
        self.summary = QLabel()
        self.summary.setObjectName("Muted")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("筛选  (Ctrl+F)"))
        self.filter.setAccessibleName(tr("筛选列表"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(FILTER_WIDTH)
        self.filter.textChanged.connect(lambda _text: self._show_rows())
        self.filter.setToolTip(tr("按标题、文号和单位筛选"))
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addWidget(self.summary)
        top.addStretch(1)
        self.tools = QHBoxLayout()
        """Where a screen puts buttons of its own."""
        top.addLayout(self.tools)
        top.addWidget(self.filter)
        self.table = RowsTable(columns)
        self.table.setAccessibleName(title)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 6, 12)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        return left

    def _right_side(self) -> QWidget:
        self.detail = DetailPane()
        right = QWidget()
        frame = QVBoxLayout(right)
        frame.setContentsMargins(6, 12, 12, 12)
        frame.addWidget(self.detail)
        return right

    def render_state(self, state: ListState) -> None:
        """Show a list and its document."""
        if (state.rows, state.empty) != (self._rows, self._no_rows):
            self._rows, self._no_rows = state.rows, state.empty
            self._show_rows()
        self.summary.setText(state.summary)
        self.detail.render_state(state.detail, state.busy)

    def open_row(self, _row: Any) -> None:
        """Enter on a row: go to its document."""
        self.detail.preview.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def do_primary(self) -> None:
        """Ctrl+Enter: the main act of the document shown, where there is one."""
        if (button := self.detail.primary) is not None:
            button.click()

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes in turn."""
        page = (self.detail.preview,) if self.detail.preview.isVisible() else ()
        button = self.detail.primary
        return (self.table, *page, *(() if button is None else (button,)))

    def _act(self, action: str, key: str) -> None:
        if action == "original":
            self.presenter.toggle_original(key)
            self.detail.show_page()
        elif action == "report":
            folder = QFileDialog.getExistingDirectory(self, tr("存到文件夹"))
            if folder:
                self.presenter.save_report(key, Path(folder))
        else:
            self.on_action(action, key)

    def on_action(self, action: str, key: str) -> None:
        """A button of the document was pressed."""
        raise NotImplementedError

    def searchable(self, row: Any) -> str:
        """The text of a row that the filter looks in."""
        return f"{row.title} {row.number}"

    def current_title(self) -> str:
        """The title of the document shown."""
        detail = self.presenter.state.detail
        return detail.title if detail is not None else ""

    def _show_rows(self) -> None:
        wanted = self.filter.text().strip().lower()
        rows = [row for row in self._rows if wanted in self.searchable(row).lower()]
        hidden = tr("没有符合“{text}”的公文。清空筛选框看全部。", text=wanted)
        self.table.set_empty(hidden if self._rows else self._no_rows)
        self.table.set_rows(rows, self.presenter.key)


def urgency_first(urgency: str | None, title: str) -> str:
    """A title with its 特急 or 加急 in front, where it has one."""
    return f"【{label(URGENCY, urgency)}】{title}" if urgency else title
