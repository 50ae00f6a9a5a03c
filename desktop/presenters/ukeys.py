"""UKEY: what is plugged in, how each PIN stands before anybody enters it, and a new PIN."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from desktop.presenters.states import Tone
from desktop.presenters.tasks import Tasks
from desktop.services.session import Workspace
from desktop.services.ukeys import UkeyRow, Ukeys
from formats.errors import YidaoError
from formats.i18n import mark, tr
from signing.errors import TokenError
from signing.tokens.base import PinState, Secret
from signing.tokens.pins import check_new_pin

LOOK_INTERVAL_MS = 1_000
"""Between two looks while the screen is shown; plugging in is seen by the next one."""

SOON = timedelta(days=30)
URGENT = timedelta(days=7)

PIN_STATES: dict[PinState, tuple[str, Tone]] = {
    "ok": (mark("PIN 正常"), "ok"),
    "low": (mark("PIN 曾输错，请仔细核对"), "warn"),
    "final": (mark("PIN 只剩最后一次机会，再输错将被锁定"), "bad"),
    "locked": (mark("PIN 已锁定，需由发放单位的管理员 PIN 解锁"), "bad"),
    "unknown": (mark("PIN 尚未设置"), "quiet"),
}
PinAct = Callable[[str, Secret, Secret], None]

KEY_WORDS = {
    "sm2-sm3": mark("国密 SM2"),
    "ecdsa-sha256": mark("国际 ECDSA"),
    "rsa-sha256": mark("国际 RSA"),
}


@dataclass(frozen=True, slots=True)
class UkeyCard:
    """One UKEY on the screen."""

    id: str
    title: str
    """Whose it is; what a blank or unreadable one is."""
    standing: str
    """In use, the body's own, or another's: in words."""
    standing_tone: Tone
    pin: str
    pin_tone: Tone
    warnings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    can_change: bool
    can_unlock: bool


@dataclass(frozen=True, slots=True)
class UkeysState:
    """The screen."""

    cards: tuple[UkeyCard, ...] = ()
    empty: str = ""
    busy: str = ""
    trouble: str = ""


def pin_words(
    state: PinState, remaining: int | None, *, default_pin: bool | None = None
) -> tuple[str, Tone]:
    """How a PIN stands, told before it is entered; a number only where the device tells it."""
    words, tone = PIN_STATES[state]
    told = tr(words)
    if remaining is not None and state in {"ok", "low", "final"}:
        told = tr("{words}（还可试 {count} 次）", words=told, count=remaining)
    if default_pin and state != "locked":
        return tr("{words}；仍为出厂 PIN，请修改", words=told), "bad" if tone == "bad" else "warn"
    return told, tone


def card_of(row: UkeyRow, own_body: str, now: datetime) -> UkeyCard:
    """A UKEY in words. ``own_body``: the name of the body whose desk this is."""
    pin, tone = pin_words(row.pin, row.remaining, default_pin=row.default_pin)
    standing, standing_tone = _standing(row, own_body)
    keys = "、".join(tr(KEY_WORDS.get(name, name)) for name in row.algorithms)
    facts = (
        (tr("标签"), row.label),
        (tr("序列号"), row.serial),
        (tr("厂商型号"), row.maker),
        (tr("驱动配置"), row.profile or tr("没有专门的配置，按通用方式使用")),
        (tr("签名算法"), keys),
        (tr("证书有效期至"), row.until.strftime("%Y-%m-%d") if row.until else ""),
        (tr("电子印章"), "、".join(row.seals)),
    )
    return UkeyCard(
        id=row.id,
        title=row.owner or (tr("无法读取") if row.error else tr("空白 UKEY")),
        standing=standing,
        standing_tone=standing_tone,
        pin=pin,
        pin_tone=tone,
        warnings=tuple(_warnings(row, now)),
        facts=tuple((name, value) for name, value in facts if value),
        can_change=row.pin not in {"locked", "unknown"},
        can_unlock=row.pin in {"locked", "final", "low"},
    )


def _standing(row: UkeyRow, own_body: str) -> tuple[str, Tone]:
    if row.in_use:
        return tr("正在使用"), "ok"
    if row.own:
        return tr("本单位的另一个 UKEY"), "info"
    if row.owner:
        return tr("属于“{owner}”，不能用于“{own}”", owner=row.owner, own=own_body), "bad"
    return tr("没有签名证书"), "quiet"


def _warnings(row: UkeyRow, now: datetime) -> list[str]:
    told = [row.error] if row.error else []
    if row.until is None:
        return told
    left = row.until - now
    if left <= timedelta(0):
        told.append(tr("证书已过有效期，请到发放单位换发。"))
    elif left <= URGENT:
        told.append(tr("证书还有 {days} 天到期，请立即换发。", days=left.days))
    elif left <= SOON:
        told.append(tr("证书还有 {days} 天到期，请尽快换发。", days=left.days))
    return told


def new_pin_trouble(new: str, again: str, old: str = "") -> str:
    """What is wrong with a new PIN as it is being typed, or an empty string."""
    if not new:
        return ""
    secret, former = Secret(new), Secret(old)
    try:
        check_new_pin(secret, former if old else None)
    except TokenError as error:
        return error.sentences()[0] + error.sentences()[2]
    finally:
        secret.wipe()
        former.wipe()
    return tr("两次输入的新 PIN 不一致。") if again and new != again else ""


class UkeysPresenter(QObject):
    """Looks at what is plugged in while its screen is shown."""

    changed = pyqtSignal(object)
    failed = pyqtSignal(object)
    told = pyqtSignal(str)
    logged_out = pyqtSignal(str)
    """The desk's own login has ended with a refused change; why, in Chinese."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__()
        self.workspace = workspace
        self.tasks = tasks
        self.ukeys = Ukeys(workspace)
        self.state = UkeysState()
        self.rows: tuple[UkeyRow, ...] = ()
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """The screen is shown."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """The screen is left."""
        self._timer.stop()

    def look(self) -> None:
        """See what is plugged in; once at a time, behind whatever the UKEY is doing."""
        if self._looking:
            return
        self._looking = True

        def done(rows: tuple[UkeyRow, ...]) -> None:
            self._looking = False
            self.rows = rows
            own, now = self.workspace.body.name, self.workspace.clock()
            self._show(
                replace(
                    self.state,
                    cards=tuple(card_of(row, own, now) for row in rows),
                    empty="" if rows else tr("没有插入 UKEY。插入后会自动显示在这里。"),
                    trouble="",
                )
            )

        def failed(error: YidaoError) -> None:
            self._looking = False
            self.rows = ()
            self._show(replace(self.state, cards=(), empty="", trouble=error.text()))

        self.tasks.run("token", tr("查看 UKEY"), self.ukeys.list, done=done, failed=failed)

    def row(self, ukey: str) -> UkeyRow | None:
        """What was last seen of a UKEY."""
        return next((row for row in self.rows if row.id == ukey), None)

    def change_pin(self, ukey: str, old: Secret, new: Secret) -> None:
        """Change the PIN of one."""
        self._act(ukey, tr("正在修改 PIN……"), tr("PIN 已修改。"), self.ukeys.change_pin, (old, new))

    def unlock(self, ukey: str, admin_pin: Secret, new: Secret) -> None:
        """Give one a new PIN by that of the issuing office."""
        told = tr("UKEY 已解锁，新 PIN 已生效。")
        self._act(ukey, tr("正在解锁 UKEY……"), told, self.ukeys.unlock, (admin_pin, new))

    def _act(
        self, ukey: str, words: str, told: str, act: PinAct, pins: tuple[Secret, Secret]
    ) -> None:
        self._show(replace(self.state, busy=words))
        row = self.row(ukey)

        def job() -> None:
            try:
                act(ukey, *pins)
            finally:
                for pin in pins:
                    pin.wipe()

        def done(_nothing: None) -> None:
            self._show(replace(self.state, busy=""))
            self.told.emit(told)
            self.look()

        def failed(error: YidaoError) -> None:
            self._show(replace(self.state, busy=""))
            if row is not None and row.in_use:
                self.logged_out.emit(error.text())
            else:
                self.failed.emit(error)
            self.look()

        self.tasks.run("token", words, job, done=done, failed=failed)

    def _show(self, state: UkeysState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
