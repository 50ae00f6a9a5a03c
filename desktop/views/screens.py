"""收文, 发文 and 档案: one screen of list and document; only columns and acts differ."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters import inbox, outgoing
from desktop.presenters.archive import ArchivePresenter
from desktop.presenters.drafts import DraftsPresenter
from desktop.presenters.inbox import InboxPresenter
from desktop.presenters.lists import ListPresenter
from desktop.presenters.outgoing import OutgoingPresenter
from desktop.presenters.states import ListState, when
from desktop.services.words import INCOMING, KINDS, OUTGOING, REASONS, URGENCY, label
from desktop.views.detail import DetailPane
from desktop.views.widgets.dialogs import ActDialog, ReturnDialog
from desktop.views.widgets.table import Column, RowsTable
from formats.i18n import tr
from signing.tokens.base import Secret

AskPin = Callable[[str, str], Secret | None]
"""Asks for the PIN: purpose and the act's words; ``None`` when the person turned back."""


class ListScreen(QWidget):
    """A list on the left, its document on the right."""

    def __init__(
        self, title: str, presenter: ListPresenter, columns: Sequence[Column], ask_pin: AskPin
    ) -> None:
        super().__init__()
        self.presenter = presenter
        self._ask_pin = ask_pin
        self._rows: tuple[Any, ...] = ()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._left_side(title, columns))
        splitter.addWidget(self._right_side())
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.table.row_changed.connect(presenter.select)
        self.detail.action.connect(self.on_action)
        presenter.changed.connect(self.render_state)
        QShortcut(
            QKeySequence("Ctrl+F"),
            self,
            self.filter.setFocus,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    def _left_side(self, title: str, columns: Sequence[Column]) -> QWidget:
        heading = QLabel(title)
        heading.setObjectName("Title")
        self.summary = QLabel()
        self.summary.setObjectName("Muted")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("筛选：标题、文号、单位  (Ctrl+F)"))
        self.filter.setAccessibleName(tr("筛选列表"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(220)
        self.filter.textChanged.connect(lambda _text: self._show_rows())
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addWidget(self.summary)
        top.addStretch(1)
        top.addWidget(self.filter)
        self.table = RowsTable(columns)
        self.table.setAccessibleName(title)
        self._empty = QLabel()
        self._empty.setObjectName("Muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 6, 12)
        column.addLayout(top)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column.addLayout(self._stack, 1)
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
        if state.rows != self._rows or (state.empty and not self._empty.text()):
            self._rows = state.rows
            self._empty.setText(state.empty)
            self._show_rows()
        self.summary.setText(state.summary)
        self.detail.render_state(state.detail, state.busy)

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
        self.table.set_rows(rows, self.presenter.key)
        if rows:
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        if self._rows:
            self._empty.setText(tr("没有符合“{text}”的公文。清空筛选框看全部。", text=wanted))
        else:
            self._empty.setText(self.presenter.state.empty)


class InboxScreen(ListScreen):
    """收文."""

    presenter: InboxPresenter

    def __init__(self, presenter: InboxPresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("收文"),
            presenter,
            (
                Column(
                    tr("状态"),
                    110,
                    lambda row: label(INCOMING, row.state),
                    lambda row: inbox.STATE_TONES[row.state],
                ),
                Column(tr("标题"), 0, lambda row: urgency_first(row.urgency, row.title)),
                Column(tr("发文单位"), 150, lambda row: row.sender_name),
                Column(tr("收到"), 130, lambda row: when(row.received)),
            ),
            ask_pin,
        )

    def searchable(self, row: Any) -> str:
        return f"{row.title} {row.number} {row.sender_name}"

    def on_action(self, action: str, key: str) -> None:
        """签收, 退回 or 归档; several selected documents are signed for with one PIN."""
        if action == "sign-for":
            chosen = [row for row in self.table.chosen() if row.state == "pending"]
            keys = [row.id for row in chosen] if any(r.id == key for r in chosen) else [key]
            purpose = (
                tr("为《{title}》签收。签收后不能退回。", title=self.current_title())
                if len(keys) == 1
                else tr("为选中的 {count} 件公文签收。签收后不能退回。", count=len(keys))
            )
            if (pin := self._ask_pin(purpose, tr("签收"))) is not None:
                self.presenter.sign_for(keys, pin)
        elif action == "return":
            dialog = ReturnDialog(
                self.current_title(), [(c, label(REASONS, c)) for c in REASONS], self
            )
            if dialog.exec():
                purpose = tr("为《{title}》退回。", title=self.current_title())
                if (pin := self._ask_pin(purpose, tr("退回"))) is not None:
                    self.presenter.return_document(
                        key, dialog.reason.currentData(), dialog.remark.toPlainText(), pin
                    )
        elif action == "file":
            self.presenter.file(key)


class OutgoingScreen(ListScreen):
    """发文."""

    presenter: OutgoingPresenter

    def __init__(self, presenter: OutgoingPresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("发文"),
            presenter,
            (
                Column(
                    tr("状态"),
                    100,
                    lambda row: label(OUTGOING, row.state),
                    lambda row: outgoing.STATE_TONES[row.state],
                ),
                Column(tr("标题"), 0, lambda row: urgency_first(row.urgency, row.title)),
                Column(
                    tr("签收"),
                    70,
                    lambda row: f"{row.signed}/{row.recipients}",
                ),
                Column(tr("发出"), 130, lambda row: when(row.sent_at or row.sealed_at)),
            ),
            ask_pin,
        )

    def on_action(self, action: str, key: str) -> None:
        """发送, 撤回, 催办 or 重试."""
        title = self.current_title()
        if action == "send":
            if (pin := self._ask_pin(tr("发送《{title}》。", title=title), tr("发送"))) is not None:
                self.presenter.send(key, pin)
        elif action == "recall":
            dialog = ActDialog(
                tr("撤回《{title}》？", title=title),
                tr("将从尚未签收的单位撤回。已签收的单位不受影响，请另行通知。"),
                tr("撤回"),
                self,
            )
            reason = QLineEdit()
            reason.setPlaceholderText(tr("撤回原因（收文单位会看到）"))
            reason.setAccessibleName(tr("撤回原因"))
            dialog.insert(reason)
            dialog.act_button.setEnabled(False)
            reason.textChanged.connect(
                lambda text: dialog.act_button.setEnabled(bool(text.strip()))
            )
            if dialog.exec():
                pin = self._ask_pin(tr("撤回《{title}》。", title=title), tr("撤回"))
                if pin is not None:
                    self.presenter.recall(key, reason.text().strip(), pin)
        elif action == "remind":
            self.presenter.remind(key)
        elif action == "retry":
            self.presenter.retry()


class DraftsScreen(ListScreen):
    """草稿."""

    presenter: DraftsPresenter
    opened = pyqtSignal(str)

    def __init__(self, presenter: DraftsPresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("草稿"),
            presenter,
            (
                Column(tr("文种"), 70, lambda row: label(KINDS, row.kind)),
                Column(tr("标题"), 0, lambda row: row.title or tr("（未写标题）")),
                Column(tr("最后修改"), 140, lambda row: when(row.updated)),
            ),
            ask_pin,
        )
        self.table.row_opened.connect(lambda row: self.opened.emit(row.id))

    def on_action(self, action: str, key: str) -> None:
        """继续编辑 or 删除."""
        if action == "edit":
            self.opened.emit(key)
        elif action == "delete":
            self.presenter.delete(key)


class ArchiveScreen(ListScreen):
    """档案."""

    presenter: ArchivePresenter

    def __init__(self, presenter: ArchivePresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("档案"),
            presenter,
            (
                Column(tr("档号"), 190, lambda row: row.archive_code),
                Column(tr("标题"), 0, lambda row: row.title),
                Column(tr("文种"), 60, lambda row: label(KINDS, row.kind)),
                Column(
                    tr("成文日期"),
                    100,
                    lambda row: row.issue_date.isoformat() if row.issue_date else "",
                ),
            ),
            ask_pin,
        )
        self.filter.setPlaceholderText(tr("检索全文：任意两个字即可  (Ctrl+K)"))
        self.filter.setAccessibleName(tr("检索档案"))
        self.filter.setMinimumWidth(300)

    def _show_rows(self) -> None:
        # Here the box is a full-text query for the archive, not a filter over the list.
        if self.filter.text().strip() != self.presenter.query:
            self.presenter.search(self.filter.text())
            return
        self.table.set_rows(self._rows, self.presenter.key)
        self._stack.setCurrentIndex(0 if self._rows else 1)
        self._empty.setText(self.presenter.state.empty)

    def on_action(self, action: str, key: str) -> None:
        """导出."""
        if action == "export":
            folder = QFileDialog.getExistingDirectory(self, tr("导出到文件夹"))
            if folder:
                self.presenter.export(key, Path(folder))


def urgency_first(urgency: str | None, title: str) -> str:
    """A title with its 特急 or 加急 in front, where it has one."""
    return f"【{label(URGENCY, urgency)}】{title}" if urgency else title
