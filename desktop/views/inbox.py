"""收文: verify at a glance, 签收, 退回, 归档."""

from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QFileDialog

from desktop.presenters.inbox import InboxPresenter, state_words
from desktop.presenters.states import short_when
from desktop.services.words import REASONS, label
from desktop.views.screens import AskPin, ListScreen, urgency_first
from desktop.views.widgets.dialogs import ReturnDialog
from desktop.views.widgets.table import Column
from formats.i18n import tr


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
                    112,
                    lambda row: state_words(row)[0],
                    lambda row: state_words(row)[1],
                ),
                Column(
                    tr("标题"),
                    0,
                    lambda row: urgency_first(row.urgency, row.title),
                    under=lambda row: " · ".join(filter(None, (row.sender_name, row.number))),
                ),
                Column(tr("收到"), 104, lambda row: short_when(row.received)),
            ),
            ask_pin,
        )

    def open_list(self, *, todo_only: bool) -> None:
        """Show what waits, or everything."""
        title = tr("待签收") if todo_only else tr("收文")
        self.heading.setText(title)
        self.table.setAccessibleName(title)
        self.presenter.open_list(todo_only=todo_only)

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
            self._return(key)
        elif action == "countersign":
            self._countersign(key)
        elif action == "file":
            self.presenter.file(key)
        elif action == "verify":
            self.presenter.verify(key)
        elif action == "save":
            folder = QFileDialog.getExistingDirectory(self, tr("存到文件夹"))
            if folder:
                self.presenter.save(key, Path(folder))

    def _return(self, key: str) -> None:
        dialog = ReturnDialog(self.current_title(), [(c, label(REASONS, c)) for c in REASONS], self)
        if dialog.exec():
            purpose = tr("为《{title}》退回。", title=self.current_title())
            if (pin := self._ask_pin(purpose, tr("退回"))) is not None:
                self.presenter.return_document(key, dialog.reason.currentData(), dialog.note, pin)

    def _countersign(self, key: str) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("盖章后存到文件夹"))
        if not folder:
            return
        purpose = tr(
            "在《{title}》为本单位预留的位置加盖印章。原文件不改动，盖章后另存。",
            title=self.current_title(),
        )
        if (pin := self._ask_pin(purpose, tr("盖章"))) is not None:
            self.presenter.countersign(key, Path(folder), pin)
