"""批量盖章: the list, one PIN, a bar that moves, a stop that keeps what is done."""

from pathlib import Path

from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.batch import STANDINGS, BatchPresenter, BatchState, standing_words
from desktop.views.screens import AskPin
from desktop.views.widgets.table import Column, RowsTable
from formats.i18n import tr


class BatchScreen(QWidget):
    """批量盖章."""

    def __init__(self, presenter: BatchPresenter, ask_pin: AskPin) -> None:
        super().__init__()
        self.presenter = presenter
        self._ask_pin = ask_pin
        self.setAcceptDrops(True)
        self._make_parts()
        self._lay_out()
        presenter.changed.connect(self.render_state)
        self.render_state(presenter.state)

    def _make_parts(self) -> None:
        self.summary = QLabel()
        self.summary.setObjectName("Muted")
        self.summary.setWordWrap(True)
        self.table = RowsTable(
            (
                Column(tr("结果"), 96, standing_words, lambda row: STANDINGS[row.standing]),
                Column(tr("文件"), 0, lambda row: row.title, under=lambda row: row.words),
                Column(tr("所在文件夹"), 260, lambda row: str(row.path.parent)),
            ),
            empty=tr("选择已排版的公文（PDF），或把文件拖到这里。全部文件只需输入一次 PIN。"),
        )
        self.table.setAccessibleName(tr("要盖章的文件"))
        self.table.row_opened.connect(self._open)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("盖章进度"))
        self.bar.setFormat(tr("%v / %m 份"))
        self.target = QLabel()
        self.target.setObjectName("Muted")
        self.riding = QCheckBox(tr("加盖骑缝章"))
        self.riding.setToolTip(tr("印章分布在每一页的边上，缺页或换页一看便知"))
        self.lasting = QCheckBox(tr("附验证资料，长期可验"))
        self.lasting.setToolTip(tr("随文件附时间戳、证书和吊销列表；时间戳服务不应答时不盖章"))
        self.add = _button("batch-add", tr("选择文件……"), self._choose)
        self.remove = _button("batch-remove", tr("移出列表"), self._remove)
        self.elsewhere = _button("batch-folder", tr("更改……"), self._choose_folder)
        self.elsewhere.setAccessibleName(tr("更改盖章后的文件夹"))
        self.stop = _button("batch-stop", tr("停止"), self.presenter.cancel)
        self.start = _button("batch-start", tr("盖章"), self.do_primary)
        self.start.setProperty("primary", "true")
        self.start.setToolTip(tr("{words} (Ctrl+Enter)", words=tr("盖章")))

    def _lay_out(self) -> None:
        head = QLabel(tr("批量盖章"))
        head.setObjectName("Title")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addLayout(_row((head, 0), (self.summary, 1), (self.add, 0), (self.remove, 0)))
        column.addWidget(self.table, 1)
        column.addLayout(
            _row((self.target, 1), (self.elsewhere, 0), (self.riding, 0), (self.lasting, 0))
        )
        column.addLayout(_row((self.bar, 1), (QWidget(), 1), (self.stop, 0), (self.start, 0)))

    def render_state(self, state: BatchState) -> None:
        """Show the list and how far the batch has come."""
        self.table.set_rows(state.rows, lambda row: str(row.path))
        self.summary.setText(
            state.summary or (tr("{count} 份", count=len(state.rows)) if state.rows else "")
        )
        self.bar.setVisible(state.running)
        self.bar.setRange(0, max(1, state.total))
        self.bar.setValue(state.done)
        self.stop.setVisible(state.running)
        self.stop.setEnabled(not state.stopping)
        count = len(state.to_seal)
        self.start.setText(tr("为 {count} 份文件盖章", count=count) if count else tr("盖章"))
        self.start.setEnabled(bool(count) and not state.running)
        self.add.setEnabled(not state.running)
        self.remove.setEnabled(bool(state.rows) and not state.running)
        self.target.setText(tr("盖章后存到：{folder}", folder=state.target) if state.target else "")
        for widget in (self.elsewhere, self.riding, self.lasting):
            widget.setEnabled(bool(state.rows) and not state.running)

    def do_primary(self) -> None:
        """Ask for the PIN once and begin."""
        count = len(self.presenter.state.to_seal)
        if not count or self.presenter.state.running:
            return
        purpose = tr(
            "为列表中的 {count} 份文件逐份加盖本单位印章。原文件不改动，盖章后的文件另存。",
            count=count,
        )
        if (pin := self._ask_pin(purpose, tr("盖章"))) is not None:
            self.presenter.start(
                pin, riding=self.riding.isChecked(), lasting=self.lasting.isChecked()
            )

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes in turn."""
        return (self.table, self.start) if self.start.isEnabled() else (self.table,)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Files may be dropped here."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and data.hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Take what was dropped; only files of this machine."""
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None:
            self.presenter.add(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
            event.acceptProposedAction()

    def _choose(self) -> None:
        files, _kind = QFileDialog.getOpenFileNames(
            self, tr("选择已排版的公文"), "", tr("PDF 文件 (*.pdf)")
        )
        self.presenter.add(map(Path, files))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("盖章后存到文件夹"))
        if folder:
            self.presenter.choose_folder(Path(folder))

    def _remove(self) -> None:
        self.presenter.remove(row.path for row in self.table.chosen())

    def _open(self, row: object) -> None:
        out = getattr(row, "out", None)
        if out is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(out)))


def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget, stretch in parts:
        row.addWidget(widget, stretch)
    return row


def _button(name: str, words: str, act: object) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]  # a slot
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
