"""The right-hand side of every list: verdict, facts, page, journey, files, and what can be done."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import DetailState, Tone, when
from desktop.services.words import CONSIGNMENT, label
from desktop.views.widgets.preview import PagePreview
from desktop.views.widgets.strip import VerdictStrip
from desktop.views.widgets.table import Column, RowsTable
from formats.i18n import tr

CONSIGNMENT_TONES: dict[str, Tone] = {
    "waiting": "quiet",
    "accepted": "quiet",
    "relayed": "quiet",
    "delivered": "info",
    "opened": "info",
    "signed": "ok",
    "returned": "warn",
    "recalled": "quiet",
    "refused": "bad",
    "expired": "warn",
    "undeliverable": "bad",
}


class DetailPane(QWidget):
    """Shows a `DetailState`; says which action was asked for."""

    action = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._pdf: bytes | None = None
        self._title = QLabel()
        self._title.setObjectName("Title")
        self._title.setWordWrap(True)
        self._facts = QLabel()
        self._facts.setWordWrap(True)
        self._facts.setTextFormat(Qt.TextFormat.RichText)
        self.strip = VerdictStrip()
        self.preview = PagePreview(tr("在左侧选择一份公文。"))
        self.consignments = RowsTable(
            (
                Column(tr("收文单位"), 0, lambda row: row.name),
                Column(
                    tr("状态"),
                    120,
                    lambda row: label(CONSIGNMENT, row.state),
                    lambda row: CONSIGNMENT_TONES[row.state],
                ),
                Column(tr("时间"), 140, lambda row: when(row.at)),
                Column(tr("签收人或原因"), 160, lambda row: row.actor or row.reason),
            )
        )
        self.events = RowsTable(
            (
                Column(tr("时间"), 140, lambda row: when(row.at)),
                Column(tr("事项"), 150, lambda row: row.label),
                Column(tr("证明方"), 0, lambda row: row.issuer),
                Column(
                    tr("凭证"),
                    110,
                    lambda row: tr("已核验") if row.verified else tr("未核验"),
                    lambda row: "ok" if row.verified else "warn",
                ),
            )
        )
        self.files = RowsTable(
            (
                Column(tr("文件"), 0, lambda row: row.name),
                Column(tr("大小"), 100, lambda row: size_words(row.size)),
            )
        )
        self.tabs = QTabWidget()
        self.tabs.addTab(self.preview, tr("正文"))
        journey = QWidget()
        column = QVBoxLayout(journey)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.consignments, 2)
        column.addWidget(self.events, 3)
        self.tabs.addTab(journey, tr("流转"))
        self.tabs.addTab(self.files, tr("附件"))
        self._buttons = QHBoxLayout()
        self._busy = QLabel()
        self._busy.setObjectName("Muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addWidget(self.strip)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(self._buttons)

    def render_state(self, state: DetailState | None, busy: str = "") -> None:
        """Show a document, or the sentence for none."""
        if state is None:
            self._key = ""
            self._title.clear()
            self._facts.clear()
            self.strip.render_state(None)
            self._pdf = None
            self.preview.clear(tr("在左侧选择一份公文。"))
            self._set_actions(None, busy)
            return
        if state.key != self._key:
            self.tabs.setCurrentIndex(0)
        self._key = state.key
        self._title.setText(state.title)
        self._facts.setText(
            " &nbsp; ".join(
                f"<span style='color:#5c6169'>{_plain(name)}</span> {_plain(value)}"
                for name, value in state.facts
            )
        )
        self.strip.render_state(state.strip)
        if state.pdf is None:
            self._pdf = None
            self.preview.clear(state.page_text)
        elif state.pdf != self._pdf:
            self._pdf = state.pdf
            self.preview.show_pdf(state.pdf)
        self.consignments.set_rows(state.consignments, lambda row: row.id)
        self.consignments.setVisible(bool(state.consignments))
        self.events.set_rows(state.events, lambda row: f"{row.seq}{row.event}{row.consignment}")
        self.files.set_rows(state.files, lambda row: row.name)
        self.tabs.setTabText(
            2, tr("附件 {count}", count=len(state.files)) if state.files else tr("附件")
        )
        self._set_actions(state, busy)

    def _set_actions(self, state: DetailState | None, busy: str) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget is not self._busy:
                widget.deleteLater()
        self._busy.setText(busy)
        self._buttons.addWidget(self._busy)
        self._buttons.addStretch(1)
        for action in state.actions if state is not None else ():
            button = QPushButton(action.words)
            button.setObjectName(f"action-{action.id}")
            button.setProperty("primary", "true" if action.primary else "false")
            button.setEnabled(action.enabled and not busy)
            button.setToolTip(action.why or action.words)
            button.clicked.connect(
                lambda _checked=False, name=action.id: self.action.emit(name, self._key)
            )
            self._buttons.addWidget(button)


def size_words(size: int) -> str:
    """A size for people, in units of 1024."""
    if size < 1024:  # noqa: PLR2004 - the unit itself
        return tr("{size} 字节", size=size)
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KiB"
    return f"{size / 1024 / 1024:.1f} MiB"


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
