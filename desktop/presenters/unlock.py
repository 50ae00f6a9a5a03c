"""Opening a profile: which UKEY is plugged in, how its PIN stands, and the PIN that opens.

The UKEYs are looked at before anything is entered: another body's is named, a locked one is told
at once, and where the body has two plugged in, one is chosen. All of it off the GUI thread.
"""

from dataclasses import dataclass, replace

import msgspec
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from desktop.presenters.states import Tone
from desktop.presenters.tasks import Tasks
from desktop.presenters.ukeys import pin_words
from desktop.profile import Profile
from desktop.services.session import Workspace
from desktop.services.ukey import load_directory
from desktop.services.ukeys import UkeyRow, present
from formats.effects import Clock, system_clock
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret

LOOK_INTERVAL_MS = 2_000
"""Between two looks for a UKEY while its PIN is being asked for."""


@dataclass(frozen=True, slots=True)
class UnlockState:
    """What stands above the PIN."""

    choices: tuple[tuple[str, str], ...] = ()
    """Serial and words of the body's UKEYs; more than one only where there is a choice."""
    chosen: str = ""
    """The serial of the one whose PIN is meant; empty where none is there."""
    words: str = ""
    tone: Tone = "quiet"
    ready: bool = True
    """Whether a PIN could open; true as long as nobody has looked."""


class UnlockPresenter(QObject):
    """Opens one profile."""

    opened = pyqtSignal(object)
    failed = pyqtSignal(object)
    changed = pyqtSignal(object)

    def __init__(self, profile: Profile, tasks: Tasks, clock: Clock = system_clock) -> None:
        super().__init__()
        self.profile = profile
        self.tasks = tasks
        self.state = UnlockState()
        self._rows: tuple[UkeyRow, ...] = ()
        self._wanted = ""
        self._clock = clock
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    @property
    def body_name(self) -> str:
        """The body by its name in the directory, else by its code."""
        try:
            return load_directory(self.profile, self._clock).body(self.profile.body).name
        except YidaoError:  # opening will say what is wrong with it
            return tr("单位代码 {body}", body=self.profile.body)

    def start(self) -> None:
        """The question is shown."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """It is answered or turned back from."""
        self._timer.stop()

    def look(self) -> None:
        """See which UKEYs are plugged in; once at a time."""
        if self._looking:
            return
        self._looking = True

        def done(rows: tuple[UkeyRow, ...]) -> None:
            self._looking = False
            self._rows = rows
            self._show(unlock_state(rows, self.profile, self._wanted))

        def failed(error: YidaoError) -> None:
            self._looking = False
            self._show(UnlockState(words=error.text(), tone="bad", ready=False))

        self.tasks.run("token", tr("查看 UKEY"), present, self.profile, done=done, failed=failed)

    def choose(self, serial: str) -> None:
        """Mean this one of two."""
        self._wanted = serial
        self._show(unlock_state(self._rows, self.profile, serial))

    def open(self, pin: Secret) -> None:
        """Try the PIN; it is wiped whatever comes of it."""
        profile = self.profile
        if self.state.chosen:
            settings = msgspec.structs.replace(profile.settings, token=self.state.chosen)
            profile = replace(profile, settings=settings)

        def job() -> Workspace:
            try:
                return Workspace.open(profile, pin)
            finally:
                pin.wipe()

        self.tasks.run("token", tr("打开"), job, done=self.opened.emit, failed=self.failed.emit)

    def _show(self, state: UnlockState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)


def unlock_state(rows: tuple[UkeyRow, ...], profile: Profile, wanted: str) -> UnlockState:
    """What is said of the UKEYs plugged in. ``wanted``: the serial chosen before, or empty."""
    own = [row for row in rows if row.own]
    if not own:
        owner = next((row.owner for row in rows if row.owner), "")
        if owner:
            words = tr("插入的 UKEY 属于“{owner}”。请换用本单位的 UKEY。", owner=owner)
            return UnlockState(words=words, tone="bad", ready=False)
        words = tr("没有找到本单位的 UKEY。插入后会自动继续。")
        return UnlockState(words=words, tone="warn", ready=False)
    usual = profile.settings.token
    row = next(
        (row for name in (wanted, usual) for row in own if name in {row.serial, row.label}), own[0]
    )
    words, tone = pin_words(row.pin, row.remaining, default_pin=row.default_pin)
    choices = tuple((each.serial, f"{each.label}（{each.serial}）") for each in own)
    return UnlockState(
        choices=choices if len(choices) > 1 else (),
        chosen=row.serial,
        words=words,
        tone=tone,
        ready=row.pin != "locked",
    )
