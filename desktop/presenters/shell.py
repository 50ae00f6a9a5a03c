"""What stands around every screen: who is working, the UKEY, the node, what waits."""

from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from desktop.presenters.inbox import TODO
from desktop.presenters.states import Tone, when
from desktop.presenters.tasks import Tasks
from desktop.services import ukeys
from desktop.services.bodies import Bodies
from desktop.services.drafting import Drafting
from desktop.services.incoming import Incoming
from desktop.services.outgoing import Outgoing
from desktop.services.rows import SyncReport
from desktop.services.session import Workspace
from formats.errors import YidaoError
from formats.i18n import tr
from signing.errors import TokenError, TokenMissing
from signing.tokens.base import Secret, TokenInfo

SYNC_INTERVAL_MS = 30_000
"""Between two looks at the mailbox while the window is open; a look waits for news by itself."""

TOKEN_INTERVAL_MS = 300
"""A pulled UKEY locks the desk within a second; polling is what every driver supports."""


@dataclass(frozen=True, slots=True)
class ShellState:
    """The frame of the window."""

    body: str = ""
    todo: int = 0
    outbox: int = 0
    drafts: int = 0
    synced: str = ""
    online: bool | None = None
    """``None`` until the node has been tried."""
    ukey: str = ""
    ukey_tone: Tone = "quiet"
    ukey_tip: str = ""
    trouble: str = ""
    """Why the node could not be reached, in Chinese."""
    running: str = ""
    locked: bool = False
    """The UKEY was pulled out: nothing is shown until it is back and its PIN was entered."""
    ukey_present: bool = True
    other_ukey: str = ""
    """Which UKEY is plugged in in the place of the desk's own, in Chinese; empty for none."""
    lock_words: str = ""
    """Why the desk could not be unlocked, in Chinese."""
    unlocking: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """The desk's UKEY is not there: why in words, and what is plugged in instead."""

    why: str
    other: str = ""


class ShellPresenter(QObject):
    """Keeps the frame true; synchronises by itself."""

    changed = pyqtSignal(object)
    news = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__()
        self.workspace = workspace
        self.tasks = tasks
        self.incoming = Incoming(workspace)
        self.outgoing = Outgoing(workspace)
        self.drafting = Drafting(workspace)
        self.bodies = Bodies(workspace)
        self.state = ShellState(body=workspace.body.name)
        self._syncing = False
        self._asked = False
        self._looking = False
        self._sync_timer = QTimer(self)
        self._sync_timer.setInterval(SYNC_INTERVAL_MS)
        self._sync_timer.timeout.connect(self.sync)
        self._token_timer = QTimer(self)
        self._token_timer.setInterval(TOKEN_INTERVAL_MS)
        self._token_timer.timeout.connect(self.look_at_token)
        tasks.changed.connect(self._tell_running)

    def start(self, *, online: bool = True) -> None:
        """Begin to watch; ``online=False`` shows what is here without asking the node."""
        self.recount()
        self.look_at_token()
        self._token_timer.start()
        if online:
            self.sync()
            self._sync_timer.start()

    def stop(self) -> None:
        """Stop watching."""
        self._sync_timer.stop()
        self._token_timer.stop()

    def sync(self, *, asked: bool = False) -> None:
        """Bring mailbox, outbox and directory up to date, once at a time.

        Trouble is told when a person ``asked``, or when it is new; not again every time.
        """
        if self.state.locked:
            return  # the node asks for the UKEY, and a failure would be blamed on the network
        self._asked = self._asked or asked
        if self._syncing:
            return
        self._syncing = True

        def job() -> SyncReport:
            self.bodies.sync()
            self.outgoing.flush()
            return self.incoming.sync()

        self.tasks.run("network", tr("同步"), job, done=self._synced, failed=self._sync_failed)

    def recount(self) -> None:
        """Count what waits, from the vault."""

        def job() -> tuple[int, int, int]:
            return (
                len(self.incoming.list(TODO)),
                len(self.outgoing.outbox()),
                len(self.drafting.list()),
            )

        def done(counts: tuple[int, int, int]) -> None:
            todo, outbox, drafts = counts
            self._show(replace(self.state, todo=todo, outbox=outbox, drafts=drafts))

        self.tasks.run("compute", tr("统计"), job, done=done, failed=self.failed.emit)

    def look_at_token(self) -> None:
        """Say whether the UKEY is there."""
        if self._looking:
            return  # the UKEY is at work; the last look has not had its turn yet
        self._looking = True

        locked = self.state.locked

        def look() -> TokenInfo | Away:
            try:
                return self.workspace.token()
            except TokenMissing as error:
                # The desk is covered first, at once; what else is plugged in is told by the next
                # look, since listing may take a driver some time.
                return Away(error.text(), self._other() if locked else "")

        def failed(error: YidaoError) -> None:
            self._looking = False
            # A driver that stumbles is no reason to take the desk away.
            words = tr("UKEY 没有应答")
            self._show(replace(self.state, ukey=words, ukey_tone="warn", ukey_tip=error.text()))

        self.tasks.run("token", tr("查看 UKEY"), look, done=self._looked, failed=failed)

    def _looked(self, found: TokenInfo | Away) -> None:
        self._looking = False
        if isinstance(found, Away):
            self._pulled(found)
            return
        name, tone = token_words(found)
        self._show(
            replace(
                self.state,
                ukey=name,
                ukey_tone=tone,
                ukey_tip=found.label,
                ukey_present=True,
                other_ukey="",
            )
        )

    def unlock(self, pin: Secret) -> None:
        """Take the desk up again with the same UKEY; the PIN is wiped whatever comes of it."""
        self._show(replace(self.state, unlocking=True, lock_words=""))

        def job() -> None:
            try:
                self.workspace.present_pin(pin)
            finally:
                pin.wipe()

        def done(_nothing: None) -> None:
            self._show(replace(self.state, locked=False, unlocking=False))
            self.look_at_token()
            if self._sync_timer.isActive():
                self.sync()

        def failed(error: YidaoError) -> None:
            self._show(replace(self.state, unlocking=False, lock_words=error.text()))
            self.look_at_token()

        self.tasks.run("token", tr("解锁"), job, done=done, failed=failed)

    def lock(self, words: str) -> None:
        """Cover the desk until the PIN is entered: its login has ended, and this is why."""
        self._show(replace(self.state, locked=True, lock_words=words))

    def _other(self) -> str:
        """What is plugged in instead, in words; runs on the UKEY's own thread."""
        try:
            rows = ukeys.present(self.workspace.profile)
        except TokenError:
            return ""
        for row in rows:
            if row.own:
                return tr("插入的是本单位的另一个 UKEY（{label}）。", label=row.label)
            if row.owner:
                return tr("插入的 UKEY 属于“{owner}”。", owner=row.owner)
        return ""

    def _pulled(self, away: Away) -> None:
        self._show(
            replace(
                self.state,
                ukey=tr("未插入 UKEY"),
                ukey_tone="warn",
                ukey_tip=away.why,
                ukey_present=False,
                other_ukey=away.other,
                locked=True,
                lock_words="" if not self.state.locked else self.state.lock_words,
            )
        )

    def _synced(self, report: SyncReport) -> None:
        self._syncing = self._asked = False
        now = when(self.workspace.clock())
        self._show(replace(self.state, online=True, synced=now, trouble=""))
        self.recount()
        self.news.emit(report)

    def _sync_failed(self, error: YidaoError) -> None:
        new = self._asked or self.state.online is not False
        self._syncing = self._asked = False
        self._show(replace(self.state, online=False, trouble=error.text()))
        self.recount()
        if new:
            self.failed.emit(error)

    def _tell_running(self) -> None:
        quiet = {
            tr("查看 UKEY"),
            tr("解锁"),
            tr("统计"),
            tr("读取列表"),
            tr("打开公文"),
            tr("查询流转"),
        }
        running = [task.title for task in self.tasks.running if task.title not in quiet]
        self._show(replace(self.state, running=running[0] if running else ""))

    def _show(self, state: ShellState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def token_words(info: TokenInfo) -> tuple[str, Tone]:
    """What the badge says of a UKEY that is there."""
    if info.pin_state == "locked":
        return tr("UKEY 已锁定"), "bad"
    if info.pin_state == "final":
        return tr("UKEY：只剩一次 PIN"), "bad"
    if info.pin_state == "low":
        return tr("UKEY：有输错记录"), "warn"
    if info.default_pin:
        return tr("UKEY：仍为出厂 PIN"), "warn"
    return tr("UKEY 已插入"), "ok"
