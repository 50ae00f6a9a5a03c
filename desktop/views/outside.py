"""验证文件: choose or drop files; the verdict, the page, the original, the report."""

from pathlib import Path

from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QFileDialog, QPushButton

from desktop.presenters.outside import OutsidePresenter, standing
from desktop.views.screens import AskPin, ListScreen
from desktop.views.widgets.table import Column
from formats.i18n import tr


class OutsideScreen(ListScreen):
    """验证文件."""

    presenter: OutsidePresenter

    def __init__(self, presenter: OutsidePresenter, ask_pin: AskPin) -> None:
        super().__init__(
            tr("验证文件"),
            presenter,
            (
                Column(
                    tr("结论"),
                    212,
                    lambda row: standing(row)[0],
                    lambda row: standing(row)[1],
                ),
                Column(tr("文件"), 0, lambda row: row.title, under=lambda row: row.number),
            ),
            ask_pin,
        )
        self.setAcceptDrops(True)
        self.choose = QPushButton(tr("选择文件……"))
        self.choose.setObjectName("verify-open")
        self.choose.clicked.connect(self._choose)
        self.tools.addWidget(self.choose)

    def on_action(self, action: str, key: str) -> None:
        """The own seal in the place kept open for it: the one act on what was not received here."""
        if action == "countersign":
            purpose = tr(
                "在《{title}》为本单位预留的位置加盖印章。原文件不改动，盖章后另存。",
                title=self.current_title(),
            )
            if (pin := self._ask_pin(purpose, tr("盖章"))) is not None:
                self.presenter.countersign(key, pin)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Files may be dropped here."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and data.hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Judge what was dropped; only files of this machine."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None:
            urls = [url for url in data.urls() if url.isLocalFile()]
            self.presenter.open_files(Path(url.toLocalFile()) for url in urls)
            event.acceptProposedAction()

    def _choose(self) -> None:
        files, _kind = QFileDialog.getOpenFileNames(
            self, tr("选择要验证的文件"), "", tr("PDF 和公文包 (*.pdf *.asice)")
        )
        self.presenter.open_files(map(Path, files))
