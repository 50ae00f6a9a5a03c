"""草稿: what is being written."""

from typing import Any

from PyQt6.QtCore import pyqtSignal

from desktop.presenters.drafts import DraftsPresenter
from desktop.presenters.states import short_when
from desktop.services.words import KINDS, label
from desktop.views.screens import AskPin, ListScreen
from desktop.views.widgets.table import Column
from formats.i18n import tr


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
                Column(
                    tr("标题"),
                    0,
                    lambda row: row.title or tr("（未写标题）"),
                    under=lambda row: row.number,
                ),
                Column(tr("最后修改"), 104, lambda row: short_when(row.updated)),
            ),
            ask_pin,
        )

    def open_row(self, row: Any) -> None:
        """Enter on a row: continue writing."""
        self.opened.emit(row.id)

    def on_action(self, action: str, key: str) -> None:
        """继续编辑 or 删除."""
        if action == "edit":
            self.opened.emit(key)
        elif action == "delete":
            self.presenter.delete(key)
