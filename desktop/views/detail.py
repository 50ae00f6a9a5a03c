"""The right-hand side of every list: verdict, facts, page, journey, files, and what can be done."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import Action, DetailState, Tone, when
from desktop.services.rows import LayoutRow
from desktop.services.words import CONSIGNMENT, STRENGTHS, label
from desktop.views.theme import LIGHT
from desktop.views.widgets.preview import PagePreview
from desktop.views.widgets.strip import VerdictStrip
from desktop.views.widgets.table import Column, RowsTable
from desktop.views.widgets.verdict import OriginalBar, VerdictHead, VerdictPanel
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


PAGE, JOURNEY, FILES, LAYOUT, DESCRIPTION, VERDICT = range(6)
"""The tabs, in order."""
RECIPIENTS_SHOWN = 4
"""Rows of recipients above the evidence; more by scrolling."""
_WORD_JOINER = "\u2060"
_GLUED = 24
"""Up to this many characters a fact is not broken over two lines."""


class DetailPane(QWidget):
    """Shows a `DetailState`; says which action was asked for."""

    action = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._pdf: bytes | None = None
        self._offered: tuple[str, tuple[Action, ...], bool] | None = None
        self._title = QLabel()
        self._title.setObjectName("Title")
        self._title.setWordWrap(True)
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts = QLabel()
        self._facts.setWordWrap(True)
        self._facts.setTextFormat(Qt.TextFormat.RichText)
        self.strip = VerdictStrip()
        self.verdict = VerdictHead()
        self.verdict.more.connect(lambda: self.tabs.setCurrentIndex(VERDICT))
        self.original = OriginalBar()
        self.original.back.clicked.connect(lambda: self.action.emit("original", self._key))
        self.preview = PagePreview(tr("在左侧选择一份公文。"))
        self._make_tables()
        self._make_tabs()
        self._buttons = QHBoxLayout()
        self._said = QLabel()
        self._said.setObjectName("Muted")
        # The words give way before the buttons, and never push the list aside.
        self._said.setWordWrap(True)
        self._said.setMinimumWidth(1)
        self._buttons.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addWidget(self.strip)
        layout.addWidget(self.verdict)
        layout.addWidget(self.original)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(self._buttons)
        self.render_state(None)

    def _make_tables(self) -> None:
        self.consignments = RowsTable(
            (
                Column(
                    tr("收文单位"),
                    0,
                    lambda row: row.name,
                    under=lambda row: row.reason or (row.actor if row.actor != row.name else ""),
                ),
                Column(
                    tr("状态"),
                    120,
                    lambda row: label(CONSIGNMENT, row.state),
                    lambda row: CONSIGNMENT_TONES[row.state],
                ),
                Column(tr("时间"), 150, lambda row: when(row.at)),
            ),
            minor=True,
        )
        self.consignments.setAccessibleName(tr("收文单位"))
        self.events = RowsTable(
            (
                Column(tr("事项"), 0, lambda row: row.label, under=lambda row: row.issuer),
                Column(tr("时间"), 150, lambda row: when(row.at)),
                Column(
                    tr("凭证"),
                    96,
                    lambda row: tr("已核验") if row.verified else tr("未核验"),
                    lambda row: "ok" if row.verified else "warn",
                ),
            ),
            minor=True,
            empty=tr("还没有凭证。发出以后，每个节点的回执列在这里。"),
        )
        self.events.setAccessibleName(tr("凭证"))
        self.files = RowsTable(
            (
                Column(tr("文件"), 0, lambda row: row.name),
                Column(tr("大小"), 110, lambda row: size_words(row.size)),
            ),
            minor=True,
        )
        self.files.setAccessibleName(tr("文件"))

    def _make_tabs(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.addTab(self.preview, tr("正文"))
        journey = QWidget()
        column = QVBoxLayout(journey)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.consignments)
        column.addWidget(self.events, 1)
        self.tabs.addTab(journey, tr("流转"))
        self.tabs.addTab(self.files, tr("附件"))
        self.tabs.addTab(self._layout_page(), tr("版式"))
        self._description = QLabel()
        self._description.setWordWrap(True)
        self._description.setTextFormat(Qt.TextFormat.RichText)
        self._description.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._description.setContentsMargins(12, 10, 12, 10)
        self._description.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._description)
        self.tabs.addTab(scroll, tr("著录"))
        self.verdict_page = VerdictPanel()
        self.verdict_page.asked.connect(lambda wanted: self.action.emit(wanted, self._key))
        self.tabs.addTab(self.verdict_page, tr("验签"))
        # The page's own bar stands beside the tabs, which leaves the page a line more.
        self.tabs.setCornerWidget(self.preview.bar)
        self.tabs.currentChanged.connect(self._show_bar)

    def _layout_page(self) -> QWidget:
        self.layout_words = QLabel()
        self.layout_words.setWordWrap(True)
        self.layout_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.layout_rows = RowsTable(
            (
                Column(
                    tr("强度"),
                    72,
                    lambda row: label(STRENGTHS, row.strength),
                    lambda row: "bad" if row.strength == "required" else "quiet",
                ),
                Column(
                    tr("问题"),
                    0,
                    lambda row: row.message,
                    under=lambda row: f"{row.where} · {row.clause}",
                ),
                Column(tr("实测"), 110, lambda row: row.measured),
                Column(tr("应为"), 110, lambda row: row.expected),
            ),
            minor=True,
        )
        self.layout_rows.setAccessibleName(tr("版式检查结果"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.layout_words)
        column.addWidget(self.layout_rows, 1)
        return page

    @property
    def primary(self) -> QPushButton | None:
        """The button of the main act, where it can be pressed."""
        for place in range(self._buttons.count()):
            item = self._buttons.itemAt(place)
            button = item.widget() if item is not None else None
            if (
                isinstance(button, QPushButton)
                and button.property("primary") == "true"
                and button.isEnabled()
            ):
                return button
        return None

    def show_page(self) -> None:
        """Go to the tab of the page."""
        self.tabs.setCurrentIndex(PAGE)

    def render_state(self, state: DetailState | None, busy: str = "") -> None:
        """Show a document, or the sentence for none."""
        if state is None:
            self._key, self._pdf = "", None
            self._title.clear()
            self._facts.hide()
            self.strip.render_state(None)
            self._show_verdict(None)
            self.preview.clear(tr("在左侧选择一份公文。"))
            self._show_tab_bar(False)
            for tab in (JOURNEY, FILES, LAYOUT, DESCRIPTION, VERDICT):
                self.tabs.setTabVisible(tab, False)
            self._set_actions(None, busy)
            return
        self._show_tab_bar(True)
        same = state.key == self._key
        self._key = state.key
        self._title.setText(state.title)
        self._facts.setVisible(bool(state.facts))
        self._facts.setText(" &nbsp; ".join(_fact(*pair) for pair in state.facts))
        self.strip.render_state(state.strip)
        self._show_verdict(state)
        self._show_page(state, same=same)
        if not state.loading:  # else the tab that is looked at would close for a moment
            self._show_tabs(state)
        self._set_actions(state, busy)

    def _show_page(self, state: DetailState, *, same: bool) -> None:
        if state.pdf is None:
            self._pdf = None
            self.preview.clear(state.page_text)
        elif state.pdf != self._pdf:
            self._pdf = state.pdf
            self.preview.show_pdf(state.pdf, same=same)
        self._show_bar()

    def _show_tabs(self, state: DetailState) -> None:
        self.consignments.set_rows(state.consignments, lambda row: row.id)
        self.consignments.setVisible(bool(state.consignments))
        self.consignments.fit_height(RECIPIENTS_SHOWN)
        self.events.set_rows(state.events, lambda row: f"{row.seq}{row.event}{row.consignment}")
        self.files.set_rows(state.files, lambda row: row.name)
        words = state.files_words or tr("附件")
        self.tabs.setTabText(FILES, tr("{words} {count}", words=words, count=len(state.files)))
        self._description.setText(
            "<table cellpadding='4'>"
            + "".join(
                f"<tr><td style='color:{LIGHT.muted}'>{_plain(name)}</td>"
                f"<td>{_plain(value)}</td></tr>"
                for name, value in state.details
            )
            + "</table>"
        )
        found = state.layout
        self.layout_words.setText(found.summary if found is not None else "")
        self.layout_rows.set_rows(found.rows if found is not None else (), _layout_key)
        self.tabs.setTabText(
            LAYOUT,
            tr("版式 {count}", count=len(found.rows)) if found and found.rows else tr("版式"),
        )
        for tab, wanted in (
            (LAYOUT, found is not None),
            (JOURNEY, bool(state.consignments or state.events)),
            (FILES, bool(state.files)),
            (DESCRIPTION, bool(state.details)),
            (VERDICT, state.card is not None),
        ):
            self.tabs.setTabVisible(tab, wanted)

    def _show_verdict(self, state: DetailState | None) -> None:
        card = state.card if state is not None else None
        original = state is not None and state.original
        self.verdict.render_state(card)
        self.verdict_page.render_state(card, original=original)
        self.original.setVisible(original)
        self.original.tell(state.difference if state is not None else "")

    def _show_tab_bar(self, wanted: bool) -> None:
        if (bar := self.tabs.tabBar()) is not None:
            bar.setVisible(wanted)

    def _show_bar(self) -> None:
        self.preview.bar.setVisible(self.tabs.currentIndex() == PAGE and self.preview.pages > 0)

    def _set_actions(self, state: DetailState | None, busy: str) -> None:
        actions = state.actions if state is not None else ()
        why = next((action.why for action in actions if not action.enabled), "")
        self._said.setText(busy or why)
        if (self._key, actions, bool(busy)) == self._offered:
            return  # a button that has the focus keeps it
        self._offered = (self._key, actions, bool(busy))
        while (item := self._buttons.takeAt(1)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for action in actions:
            button = QPushButton(action.words)
            button.setObjectName(f"action-{action.id}")
            button.setProperty("primary", "true" if action.primary else "false")
            button.setEnabled(action.enabled and not busy)
            keys = tr("{words} (Ctrl+Enter)", words=action.words)
            button.setToolTip(action.why or (keys if action.primary else action.words))
            button.clicked.connect(
                lambda _checked=False, name=action.id: self.action.emit(name, self._key)
            )
            self._buttons.addWidget(button)


def _layout_key(row: LayoutRow) -> str:
    return f"{row.code}{row.where}{row.message}"


def size_words(size: int) -> str:
    """A size for people, in units of 1024."""
    if size < 1024:  # noqa: PLR2004 - the unit itself
        return tr("{size} 字节", size=size)
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KiB"
    return f"{size / 1024 / 1024:.1f} MiB"


def _fact(name: str, value: str) -> str:
    whole = f"{name} {value}"
    glue = _WORD_JOINER if len(whole) <= _GLUED else ""
    shown = "&nbsp;" if glue else " "
    return (
        f"<span style='color:{LIGHT.muted}'>{_plain(glue.join(name))}</span>"
        f"{glue}{shown}{glue}{_plain(glue.join(value)).replace(' ', shown)}"
    )


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
