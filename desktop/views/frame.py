"""What stands around every screen: top bar, navigation, status bar."""

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStatusBar,
    QToolButton,
    QWidget,
)

from desktop.presenters.shell import ShellState
from desktop.views.theme import LIGHT, icon, tone_colours
from formats.i18n import mark, tr

NAVIGATION = (
    ("inbox-todo", "inbox", mark("待签收")),
    ("inbox", "file", mark("收文")),
    ("drafts", "draft", mark("草稿")),
    ("outgoing", "outgoing", mark("发文")),
    ("archive", "archive", mark("档案")),
    ("verify", "verify", mark("验证文件")),
    ("batch", "seal", mark("批量盖章")),
    ("ukeys", "key", mark("UKEY")),
)
"""Key, picture and words of each place."""
NAV_ROW = 38
"""Pixels at 100 %: a line of 10 pt with room around it."""

_KEY = Qt.ItemDataRole.UserRole


class TopBar(QFrame):
    """Whose desk it is, search, a new document, the UKEY and the node."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.setObjectName("TopBar")
        brand = QLabel(tr("驿道"))
        brand.setObjectName("Brand")
        whose = QLabel(body)
        whose.setObjectName("Body")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("检索档案  (Ctrl+K)"))
        self.search.setAccessibleName(tr("检索档案"))
        self.search.setMaximumWidth(360)
        self.new_button = QPushButton(tr("新建公文"))
        self.new_button.setIcon(icon("new", LIGHT.panel))
        self.new_button.setToolTip(tr("新建公文 (Ctrl+N)"))
        self.new_button.setProperty("primary", "true")
        self.token_badge = _badge("key")
        self.node_badge = _badge("online")
        bar = QHBoxLayout(self)
        bar.setContentsMargins(14, 8, 14, 8)
        bar.setSpacing(10)
        bar.addWidget(brand)
        bar.addWidget(whose)
        bar.addStretch(1)
        bar.addWidget(self.search, 3)
        bar.addStretch(1)
        for widget in (self.token_badge, self.node_badge, self.new_button):
            bar.addWidget(widget)

    def render_state(self, state: ShellState) -> None:
        """Show UKEY and node."""
        self.token_badge.setText(state.ukey)
        self.token_badge.setToolTip(
            "\n".join(filter(None, (state.ukey_tip, tr("点击查看和管理 UKEY"))))
        )
        self.token_badge.setIcon(icon("key", tone_colours(state.ukey_tone)[0]))
        words = {None: tr("未连接"), True: tr("已连接"), False: tr("连接中断")}[state.online]
        ink = {None: LIGHT.muted, True: LIGHT.ok, False: LIGHT.bad}[state.online]
        self.node_badge.setText(words)
        self.node_badge.setIcon(icon("offline" if state.online is False else "online", ink))
        self.node_badge.setToolTip(
            "\n".join(filter(None, (state.trouble, tr("点击立即同步 (F5)"))))
        )


class Navigation(QListWidget):
    """The places of the window, with what waits at each."""

    chosen = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Nav")
        self.setFixedWidth(168)
        self.setIconSize(QSize(18, 18))
        self.setAccessibleName(tr("导航"))
        for place, (key, picture, words) in enumerate(NAVIGATION):
            item = QListWidgetItem(icon(picture, LIGHT.muted), tr(words))
            item.setData(_KEY, key)
            item.setToolTip(tr("{words} (Ctrl+{number})", words=tr(words), number=place + 1))
            # Qt measures items before the style sheet pads them; a given height keeps them apart.
            item.setSizeHint(QSize(0, NAV_ROW))
            self.addItem(item)
        self.currentItemChanged.connect(self._changed)

    def show_place(self, key: str | None) -> None:
        """Mark a place, or none, without going there."""
        self.blockSignals(True)
        self.setCurrentRow(-1)
        for row, (name, _picture, _words) in enumerate(NAVIGATION):
            if name == key:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def render_state(self, state: ShellState) -> None:
        """Show the counts."""
        counts = {"inbox-todo": state.todo, "drafts": state.drafts, "outgoing": state.outbox}
        for row, (key, _picture, words) in enumerate(NAVIGATION):
            if (item := self.item(row)) is not None:
                count = counts.get(key, 0)
                item.setText(f"{tr(words)}  {count}" if count else tr(words))

    def _changed(self, item: QListWidgetItem | None, _old: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_KEY))


class StatusWords:
    """The permanent words of the status bar; what is told for a while stands left of them."""

    def __init__(self, bar: QStatusBar) -> None:
        self.sync = QLabel()
        self.outbox = QLabel()
        self.task = QLabel()
        reminder = QLabel(tr("本网络不得传输涉密公文"))
        for words in (self.task, self.sync, self.outbox, reminder):
            bar.addPermanentWidget(words)
        bar.setSizeGripEnabled(False)

    def render_state(self, state: ShellState) -> None:
        """Show when the node was last asked, what waits, and what runs."""
        self.sync.setText(tr("同步 {time}", time=state.synced) if state.synced else tr("尚未同步"))
        self.outbox.setText(tr("待发 {count}", count=state.outbox))
        self.task.setText(state.running)
        self.task.setVisible(bool(state.running))


def _badge(picture: str) -> QToolButton:
    badge = QToolButton()
    badge.setIcon(icon(picture, LIGHT.muted))
    badge.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return badge


def focus_next(panes: tuple[QWidget, ...], current: QWidget | None) -> None:
    """F6: the pane after the one that has the focus; the first where none has it."""
    here = next(
        (
            place
            for place, pane in enumerate(panes)
            if current is not None and (pane is current or pane.isAncestorOf(current))
        ),
        -1,
    )
    panes[(here + 1) % len(panes)].setFocus(Qt.FocusReason.ShortcutFocusReason)
