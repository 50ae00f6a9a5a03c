"""The window: one screen at a time inside its frame, and the dialogs over it."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.archive import ArchivePresenter
from desktop.presenters.batch import BatchPresenter, sealing_at
from desktop.presenters.compose import ComposePresenter
from desktop.presenters.drafts import DraftsPresenter
from desktop.presenters.inbox import InboxPresenter
from desktop.presenters.outgoing import OutgoingPresenter
from desktop.presenters.outside import OutsidePresenter
from desktop.presenters.shell import ShellPresenter, ShellState
from desktop.presenters.tasks import Tasks
from desktop.presenters.ukeys import UkeysPresenter
from desktop.services.progress import Stopped
from desktop.services.rows import SyncReport
from desktop.services.session import Workspace
from desktop.views.archive import ArchiveScreen
from desktop.views.batch import BatchScreen
from desktop.views.compose import ComposeScreen
from desktop.views.drafts import DraftsScreen
from desktop.views.frame import NAVIGATION, Navigation, StatusWords, TopBar, focus_next
from desktop.views.inbox import InboxScreen
from desktop.views.lock import LockScreen
from desktop.views.outgoing import OutgoingScreen
from desktop.views.outside import OutsideScreen
from desktop.views.screens import ListScreen
from desktop.views.ukeys import UkeysScreen
from desktop.views.widgets.dialogs import ActDialog, ErrorDialog, PinDialog
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret

TELL_MS = 15_000
"""How long a sentence stands in the status bar: time to look up, read it, and read it again."""


Screen = ListScreen | ComposeScreen | UkeysScreen | BatchScreen


class Window(QMainWindow):
    """One opened profile."""

    def __init__(self, workspace: Workspace, *, online: bool = True) -> None:
        """``online=False`` shows what is here without ever asking the node by itself."""
        super().__init__()
        self.workspace = workspace
        self.tasks = Tasks(self)
        self.shell = ShellPresenter(workspace, self.tasks)
        self.inbox = InboxPresenter(workspace, self.tasks)
        self.outgoing = OutgoingPresenter(workspace, self.tasks)
        self.outgoing.online = online
        self.archive = ArchivePresenter(workspace, self.tasks)
        self.drafts = DraftsPresenter(workspace, self.tasks)
        self.compose = ComposePresenter(workspace, self.tasks)
        self.ukeys = UkeysPresenter(workspace, self.tasks)
        self.outside = OutsidePresenter(workspace, self.tasks)
        self.batch = BatchPresenter(sealing_at(workspace), self.tasks)
        self._closing = False
        self.setWindowTitle(tr("驿道 · {body}", body=workspace.body.name))
        self.setMinimumSize(1024, 700)
        self.resize(1366, 768)
        self._build()
        self._connect()
        self._add_keys()
        self.shell.start(online=online)
        self.go("inbox-todo")

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.top = TopBar(self.workspace.body.name)
        self.search = self.top.search
        self.nav = Navigation()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.nav)
        middle.addWidget(self._screens(), 1)
        self.desk = QWidget()
        column = QVBoxLayout(self.desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(middle, 1)
        self.lock = LockScreen(self.workspace.body.name)
        self.cover = QStackedWidget()
        self.cover.addWidget(self.desk)
        self.cover.addWidget(self.lock)
        self.setCentralWidget(self.cover)
        bar = QStatusBar()
        self.setStatusBar(bar)
        self.status_words = StatusWords(bar)

    def _screens(self) -> QStackedWidget:
        self.inbox_screen = InboxScreen(self.inbox, self.ask_pin)
        self.outgoing_screen = OutgoingScreen(self.outgoing, self.ask_pin)
        self.archive_screen = ArchiveScreen(self.archive, self.ask_pin)
        self.drafts_screen = DraftsScreen(self.drafts, self.ask_pin)
        self.compose_screen = ComposeScreen(self.compose, self.ask_pin)
        self.ukeys_screen = UkeysScreen(self.ukeys)
        self.outside_screen = OutsideScreen(self.outside, self.ask_pin)
        self.batch_screen = BatchScreen(self.batch, self.ask_pin)
        self.stack = QStackedWidget()
        for screen in (
            self.inbox_screen,
            self.outgoing_screen,
            self.archive_screen,
            self.drafts_screen,
            self.compose_screen,
            self.ukeys_screen,
            self.batch_screen,
            self.outside_screen,
        ):
            self.stack.addWidget(screen)
        return self.stack

    def _connect(self) -> None:
        self.shell.changed.connect(self.render_state)
        self.shell.news.connect(self._news)
        self.shell.failed.connect(self._tell)
        self.lock.entered.connect(self.shell.unlock)
        for presenter in (self.inbox, self.outgoing, self.archive, self.drafts, self.outside):
            presenter.failed.connect(self.show_error)
            presenter.told.connect(self.tell)
            presenter.counts_changed.connect(self.shell.recount)
        for other in (self.compose, self.ukeys, self.batch):
            other.failed.connect(self.show_error)
            other.told.connect(self.tell)
        self.ukeys.logged_out.connect(self.shell.lock)
        self.compose.drafts_changed.connect(self.shell.recount)
        self.compose_screen.left.connect(self._sent)
        self.drafts_screen.opened.connect(self.edit_draft)
        self.nav.chosen.connect(self.go)
        self.search.returnPressed.connect(self._search)
        self.top.new_button.clicked.connect(self.new_document)
        self.top.node_badge.clicked.connect(self.sync)
        self.top.token_badge.clicked.connect(lambda: self.go("ukeys"))

    def _add_keys(self) -> None:
        self._keys = []
        for keys, slot in (
            ("Ctrl+N", self.new_document),
            ("Ctrl+K", self._to_search),
            ("Ctrl+S", self._save),
            ("F5", self.sync),
            ("F6", self._next_pane),
            ("Ctrl+Return", self._primary),
            ("Ctrl+Enter", self._primary),
            *(
                (f"Ctrl+{place + 1}", lambda key=key: self.go(key))
                for place, (key, _picture, _words) in enumerate(NAVIGATION)
            ),
        ):
            self._keys.append(QShortcut(QKeySequence(keys), self, slot))

    # --- what a person does --------------------------------------------------------------------

    @property
    def screen_shown(self) -> Screen:
        """The screen that is shown."""
        shown = self.stack.currentWidget()
        if isinstance(shown, Screen):
            return shown
        return self.inbox_screen

    def go(self, key: str) -> None:
        """Show a screen; what is being written is kept first."""
        writing = self.stack.currentWidget() is self.compose_screen
        if writing and not self.compose.keep():
            self.nav.show_place(None)
            return
        self.nav.show_place(key)
        if key.startswith("inbox"):
            self.inbox_screen.open_list(todo_only=key == "inbox-todo")
            self._show(self.inbox_screen)
        elif key == "outgoing":
            self.outgoing.refresh()
            self._show(self.outgoing_screen)
        elif key == "drafts":
            self.drafts.refresh()
            self._show(self.drafts_screen)
        elif key == "archive":
            self.archive.refresh()
            self._show(self.archive_screen)
        elif key == "ukeys":
            self.stack.setCurrentWidget(self.ukeys_screen)
        elif key == "verify":
            self.outside.refresh()
            self._show(self.outside_screen)
        elif key == "batch":
            self.stack.setCurrentWidget(self.batch_screen)

    def _show(self, screen: ListScreen) -> None:
        self.stack.setCurrentWidget(screen)
        if not self.nav.hasFocus():
            screen.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def new_document(self) -> None:
        """Start an empty document."""
        if self.compose.start():
            self._open_editor()

    def edit_draft(self, draft: str) -> None:
        """Continue a draft."""
        try:
            ready = self.compose.load(draft)
        except YidaoError as error:
            self.show_error(error)
            return
        if ready:
            self._open_editor()

    def _open_editor(self) -> None:
        self.nav.show_place(None)
        self.stack.setCurrentWidget(self.compose_screen)
        self.compose_screen.form.title.setFocus()

    def _sent(self) -> None:
        if self.stack.currentWidget() is self.compose_screen:
            self.go("outgoing")
        else:  # the person has gone on to something else meanwhile
            self._refresh_shown()

    def sync(self) -> None:
        """Synchronise now."""
        self.shell.sync(asked=True)

    def _save(self) -> None:
        if self.stack.currentWidget() is self.compose_screen:
            self.compose.save()

    def _primary(self) -> None:
        self.screen_shown.do_primary()

    def _next_pane(self) -> None:
        panes = (self.nav, *self.screen_shown.panes())
        focus_next(panes, QApplication.focusWidget())

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

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
        holder = tr("{body}（{label}）", body=self.workspace.body.name, label=info.label)
        dialog = PinDialog(purpose, holder, info.pin_state, act, self, remaining=info.remaining)
        return dialog.take_pin() if dialog.exec() else None

    def show_error(self, error: YidaoError) -> None:
        """What happened, what is safe, what to do."""
        if self._closing or isinstance(error, Stopped):
            return  # the person has ended it
        ErrorDialog(error, self).exec()

    # --- showing -------------------------------------------------------------------------------

    def render_state(self, state: ShellState) -> None:
        """Show the frame."""
        self.top.render_state(state)
        self.nav.render_state(state)
        self.status_words.render_state(state)
        self.lock.render_state(state)
        if state.locked != self.locked:
            self._lock(locked=state.locked)

    @property
    def locked(self) -> bool:
        """Whether the desk is covered because its UKEY was pulled out."""
        return self.cover.currentWidget() is self.lock

    def _lock(self, *, locked: bool) -> None:
        """Cover everything, or take the cover away; no question stays open meanwhile."""
        if not locked:
            self.cover.setCurrentWidget(self.desk)
            self._refresh_shown()
        else:
            self.lock.tell_kept(kept=self.compose.keep())
            for dialog in self.findChildren(QDialog):
                if dialog.isVisible() and not isinstance(dialog, ErrorDialog):
                    dialog.reject()  # what failed for want of the UKEY is still said
            self.tell("")
            self.cover.setCurrentWidget(self.lock)
        for key in self._keys:
            key.setEnabled(not locked)

    def tell(self, words: str) -> None:
        """Say a sentence in the status bar."""
        if (bar := self.statusBar()) is not None:
            bar.showMessage(words, TELL_MS)

    def _tell(self, error: YidaoError) -> None:
        if not self._closing:
            self.tell(error.text())

    def _news(self, report: SyncReport) -> None:
        if report.arrived:
            self.tell(tr("新到 {count} 件公文，在“待签收”。", count=len(report.arrived)))
        elif report.failed:
            self.tell(tr("有 {count} 件公文没有取到。", count=len(report.failed)))
        self._refresh_shown()

    def _refresh_shown(self) -> None:
        if self.stack.currentWidget() is self.inbox_screen:
            self.inbox.refresh()
        elif self.stack.currentWidget() is self.outgoing_screen:
            self.outgoing.refresh()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Keep what is being written and let running work end."""
        if not self._closing and event is not None and not self._may_close():
            event.ignore()
            return
        self._closing = True
        self.shell.stop()
        self.compose.stop()
        self.tasks.close()
        super().closeEvent(event)

    def _may_close(self) -> bool:
        if self.compose.keep():
            return True
        dialog = ActDialog(
            tr("关闭窗口？"),
            tr("正在写的公文没有保存。关闭后，上次保存以后的改动会丢失。"),
            tr("不保存，关闭"),
            self,
        )
        return bool(dialog.exec())
