"""档案: search, read, export."""

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QPushButton

from desktop.presenters.archive import ArchivePresenter, snippet
from desktop.services.words import KINDS, label
from desktop.views.screens import AskPin, ListScreen
from desktop.views.widgets.table import Column
from formats.i18n import tr


class ArchiveScreen(ListScreen):
    """档案."""

    presenter: ArchivePresenter

    def __init__(self, presenter: ArchivePresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("档案"),
            presenter,
            (
                Column(tr("标题"), 0, lambda row: row.title, under=snippet),
                Column(tr("文种"), 64, lambda row: label(KINDS, row.kind)),
                Column(
                    tr("成文日期"),
                    104,
                    lambda row: row.issue_date.isoformat() if row.issue_date else "",
                ),
            ),
            ask_pin,
        )
        self.filter.setPlaceholderText(tr("检索全文：任意两个字即可"))
        self.filter.setAccessibleName(tr("检索档案"))
        self.filter.setToolTip(tr("检索全文：任意两个字即可"))

        self.renew = QPushButton()
        self.renew.setObjectName("archive-restamp")
        self.renew.setToolTip(tr("为半年内将失去证明力的档案续加存档时间戳；原有各版本不变"))
        self.renew.clicked.connect(lambda _checked=False: presenter.restamp())
        self.tools.addWidget(self.renew)
        presenter.restamping.connect(self._tell_renewal)
        self._tell_renewal("")

    def _tell_renewal(self, words: str) -> None:
        self.renew.setText(tr("{words} 停止", words=words) if words else tr("续签时间戳"))

    def _show_rows(self) -> None:
        # Here the box is a full-text query for the archive, not a filter over the list.
        if self.filter.text().strip() != self.presenter.query:
            self.presenter.search(self.filter.text())
            return
        self.table.set_empty(self._no_rows)
        self.table.set_rows(self._rows, self.presenter.key)

    def on_action(self, action: str, key: str) -> None:
        """导出."""
        if action == "export":
            folder = QFileDialog.getExistingDirectory(self, tr("导出到文件夹"))
            if folder:
                self.presenter.export(key, Path(folder))
