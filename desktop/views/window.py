"""The window: top bar, navigation, one screen at a time, status bar."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.archive import ArchivePresenter
from desktop.presenters.compose import ComposePresenter
from desktop.presenters.drafts import DraftsPresenter
from desktop.presenters.inbox import InboxPresenter
from desktop.presenters.outgoing import OutgoingPresenter
from desktop.presenters.shell import ShellPresenter, ShellState
from desktop.presenters.tasks import Tasks
from desktop.services.session import Workspace
from desktop.views.compose import ComposeScreen
from desktop.views.screens import ArchiveScreen, DraftsScreen, InboxScreen, OutgoingScreen
from desktop.views.theme import LIGHT, icon, tone_colours
from desktop.views.widgets.dialogs import ErrorDialog, PinDialog
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret

NAVIGATION = (
    ("inbox-todo", "inbox"),
    ("inbox", "file"),
    ("drafts", "draft"),
    ("outgoing", "outgoing"),
    ("archive", "archive"),
)


class Window(QMainWindow):
    """One opened profile."""

    def __init__(self, workspace: Workspace, *, online: bool = True) -> None:
        super().__init__()
        self.workspace = workspace
        self.tasks = Tasks(self)
        self.shell = ShellPresenter(workspace, self.tasks)
        self.inbox = InboxPresenter(workspace, self.tasks)
        self.outgoing = OutgoingPresenter(workspace, self.tasks)
        self.archive = ArchivePresenter(workspace, self.tasks)
        self.drafts = DraftsPresenter(workspace, self.tasks)
        self.compose = ComposePresenter(workspace, self.tasks)
        self.setWindowTitle(tr("驿道 · {body}", body=workspace.body.name))
        self.setMinimumSize(1024, 700)
        self.resize(1366, 768)
        self._build()
        self._connect()
        self.shell.start(online=online)
        self.go("inbox-todo")

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._navigation())
        middle.addWidget(self._screens(), 1)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        column.addLayout(middle, 1)
        self.setCentralWidget(centre)
        self.sync_words = QLabel()
        self.outbox_words = QLabel()
        self.task_words = QLabel()
        reminder = QLabel(tr("本网络不得传输涉密公文"))
        if (status := self.statusBar()) is not None:
            for label in (self.sync_words, self.outbox_words, self.task_words, reminder):
                status.addPermanentWidget(label)

    def _top_bar(self) -> QFrame:
        top = QFrame()
        top.setObjectName("TopBar")
        bar = QHBoxLayout(top)
        bar.setContentsMargins(14, 8, 14, 8)
        brand = QLabel(tr("驿道"))
        brand.setObjectName("Brand")
        body = QLabel(self.workspace.body.name)
        body.setObjectName("Body")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("检索档案  (Ctrl+K)"))
        self.search.setAccessibleName(tr("检索档案"))
        self.search.setMaximumWidth(360)
        self.search.returnPressed.connect(self._search)
        self.new_button = QPushButton(tr("新建公文"))
        self.new_button.setIcon(icon("new", LIGHT.panel))
        self.new_button.setProperty("primary", "true")
        self.new_button.clicked.connect(self.new_document)
        self.token_badge = self._badge("key")
        self.node_badge = self._badge("online")
        bar.addWidget(brand)
        bar.addWidget(body)
        bar.addStretch(1)
        bar.addWidget(self.search, 3)
        bar.addStretch(1)
        for widget in (self.new_button, self.token_badge, self.node_badge):
            bar.addWidget(widget)
        return top

    def _navigation(self) -> QListWidget:
        self.nav = QListWidget()
        self.nav.setObjectName("Nav")
        self.nav.setFixedWidth(168)
        self.nav.setIconSize(QSize(18, 18))
        self.nav.setAccessibleName(tr("导航"))
        for key, picture in NAVIGATION:
            item = QListWidgetItem(icon(picture, LIGHT.muted), self._nav_words(key))
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.nav.addItem(item)
        self.nav.currentItemChanged.connect(self._nav_changed)
        return self.nav

    def _screens(self) -> QStackedWidget:
        self.inbox_screen = InboxScreen(self.inbox, self.ask_pin)
        self.outgoing_screen = OutgoingScreen(self.outgoing, self.ask_pin)
        self.archive_screen = ArchiveScreen(self.archive, self.ask_pin)
        self.drafts_screen = DraftsScreen(self.drafts, self.ask_pin)
        self.compose_screen = ComposeScreen(self.compose, self.ask_pin)
        self.stack = QStackedWidget()
        for screen in (
            self.inbox_screen,
            self.outgoing_screen,
            self.archive_screen,
            self.drafts_screen,
            self.compose_screen,
        ):
            self.stack.addWidget(screen)
        return self.stack

    def _badge(self, picture: str) -> QToolButton:
        badge = QToolButton()
        badge.setIcon(icon(picture, LIGHT.muted))
        badge.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return badge

    def _connect(self) -> None:
        self.shell.changed.connect(self.render_state)
        self.shell.news.connect(lambda _report: self._refresh_current())
        self.shell.failed.connect(self._tell)
        for presenter in (self.inbox, self.outgoing, self.archive, self.drafts):
            presenter.failed.connect(self.show_error)
            presenter.told.connect(self._tell_words)
            presenter.counts_changed.connect(self.shell.recount)
        self.compose.failed.connect(self.show_error)
        self.compose.told.connect(self._tell_words)
        self.compose_screen.left.connect(lambda: self.go("outgoing"))
        self.drafts_screen.opened.connect(self.edit_draft)
        self.node_badge.clicked.connect(self.sync)
        for keys, slot in (
            ("Ctrl+N", self.new_document),
            ("Ctrl+K", self.search.setFocus),
            ("F5", self.sync),
            *(
                (f"Ctrl+{n + 1}", lambda n=n: self.nav.setCurrentRow(n))
                for n in range(len(NAVIGATION))
            ),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    # --- what a person does --------------------------------------------------------------------

    def go(self, key: str) -> None:
        """Show a screen."""
        for row in range(self.nav.count()):
            item = self.nav.item(row)
            if item is not None and item.data(Qt.ItemDataRole.UserRole) == key:
                self.nav.blockSignals(True)
                self.nav.setCurrentRow(row)
                self.nav.blockSignals(False)
        if key.startswith("inbox"):
            self.inbox.todo_only = key == "inbox-todo"
            self.inbox.refresh()
            self.stack.setCurrentWidget(self.inbox_screen)
        elif key == "outgoing":
            self.outgoing.refresh()
            self.stack.setCurrentWidget(self.outgoing_screen)
        elif key == "drafts":
            self.drafts.refresh()
            self.stack.setCurrentWidget(self.drafts_screen)
        elif key == "archive":
            self.archive.refresh()
            self.stack.setCurrentWidget(self.archive_screen)

    def _nav_changed(self, item: QListWidgetItem | None, _old: QListWidgetItem | None) -> None:
        if item is not None:
            self.go(item.data(Qt.ItemDataRole.UserRole))

    def new_document(self) -> None:
        """Start an empty document."""
        self.compose.start()
        self._open_editor()

    def edit_draft(self, draft: str) -> None:
        """Continue a draft."""
        try:
            self.compose.load(draft)
        except YidaoError as error:
            self.show_error(error)
            return
        self._open_editor()

    def _open_editor(self) -> None:
        self.nav.clearSelection()
        self.stack.setCurrentWidget(self.compose_screen)
        self.compose_screen.form.title.setFocus()

    def sync(self) -> None:
        """Synchronise now."""
        self.shell.sync()

    def _search(self) -> None:
        self.archive_screen.filter.setText(self.search.text())
        self.go("archive")

    def ask_pin(self, purpose: str, act: str) -> Secret | None:
        """The PIN for one act, or ``None``."""
        try:
            info = self.workspace.token()
        except YidaoError as error:
            self.show_error(error)
            return None
        dialog = PinDialog(purpose, info.label, pin_words(info.pin_state), act, self)
        return dialog.take_pin() if dialog.exec() else None

    def show_error(self, error: YidaoError) -> None:
        """What happened, what is safe, what to do."""
        ErrorDialog(error, self).exec()

    # --- showing -------------------------------------------------------------------------------

    def render_state(self, state: ShellState) -> None:
        """Show the frame."""
        for row in range(self.nav.count()):
            item = self.nav.item(row)
            if item is not None:
                item.setText(self._nav_words(item.data(Qt.ItemDataRole.UserRole), state))
        self.token_badge.setText(state.ukey)
        self.token_badge.setIcon(icon("key", tone_colours(state.ukey_tone)[0]))
        online = {None: tr("未连接"), True: tr("已连接"), False: tr("连接中断")}[state.online]
        self.node_badge.setText(online)
        tone = {None: LIGHT.muted, True: LIGHT.ok, False: LIGHT.bad}[state.online]
        self.node_badge.setIcon(icon("offline" if state.online is False else "online", tone))
        self.node_badge.setToolTip(tr("点击立即同步 (F5)"))
        self.sync_words.setText(
            tr("同步 {time}", time=state.synced) if state.synced else tr("尚未同步")
        )
        self.outbox_words.setText(tr("待发 {count}", count=state.outbox))
        self.task_words.setText(state.running)
        self.task_words.setVisible(bool(state.running))

    @staticmethod
    def _nav_words(key: str, state: ShellState | None = None) -> str:
        words = {
            "inbox-todo": tr("待签收"),
            "inbox": tr("收文"),
            "drafts": tr("草稿"),
            "outgoing": tr("发文"),
            "archive": tr("档案"),
        }[key]
        count = 0
        if state is not None:
            count = {"inbox-todo": state.todo, "drafts": state.drafts,
                     "outgoing": state.outbox}.get(key, 0)  # fmt: skip
        return f"{words}  {count}" if count else words

    def _refresh_current(self) -> None:
        current = self.stack.currentWidget()
        if current in (self.inbox_screen, self.outgoing_screen):
            current.presenter.refresh()

    def _tell(self, error: YidaoError) -> None:
        self._tell_words(error.text())

    def _tell_words(self, words: str) -> None:
        if (status := self.statusBar()) is not None:
            status.showMessage(words, 15_000)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Save what is being written and let running work end."""
        if self.stack.currentWidget() is self.compose_screen and self.compose.state.preview_stale:
            self.compose.save()
        self.shell.stop()
        self.tasks.close()
        super().closeEvent(event)


def pin_words(state: str) -> str:
    """What the PIN dialog says of the tries left; never an invented number."""
    return {
        "low": tr("已有输错记录，请仔细核对。"),
        "final": tr("再输错一次，UKEY 将被锁定。"),
        "locked": tr("UKEY 已锁定，请到发放单位解锁。"),
    }.get(state, "")
