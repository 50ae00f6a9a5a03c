"""Opening a profile: the UKEY logs in and unlocks the vault, off the GUI thread."""

from PyQt6.QtCore import QObject, pyqtSignal

from desktop.presenters.tasks import Tasks
from desktop.profile import Profile
from desktop.services.session import Workspace
from desktop.services.ukey import load_directory
from formats.effects import Clock, system_clock
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret


class UnlockPresenter(QObject):
    """Opens one profile."""

    opened = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, profile: Profile, tasks: Tasks, clock: Clock = system_clock) -> None:
        super().__init__()
        self.profile = profile
        self.tasks = tasks
        self._clock = clock

    @property
    def body_name(self) -> str:
        """The body by its name in the directory, else by its code."""
        try:
            return load_directory(self.profile, self._clock).body(self.profile.body).name
        except YidaoError:  # opening will say what is wrong with it
            return tr("单位代码 {body}", body=self.profile.body)

    def open(self, pin: Secret) -> None:
        """Try the PIN; it is wiped whatever comes of it."""

        def job() -> Workspace:
            try:
                return Workspace.open(self.profile, pin)
            finally:
                pin.wipe()

        self.tasks.run("token", tr("打开"), job, done=self.opened.emit, failed=self.failed.emit)
