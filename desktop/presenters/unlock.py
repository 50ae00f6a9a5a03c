"""Opening a profile: the UKEY logs in and unlocks the vault, off the GUI thread."""

from PyQt6.QtCore import QObject, pyqtSignal

from desktop.presenters.tasks import Tasks
from desktop.profile import Profile
from desktop.services.session import Workspace
from formats.i18n import tr
from signing.tokens.base import Secret


class UnlockPresenter(QObject):
    """Opens one profile."""

    opened = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(self, profile: Profile, tasks: Tasks) -> None:
        super().__init__()
        self.profile = profile
        self.tasks = tasks

    @property
    def body_name(self) -> str:
        """What the profile calls its body before the directory can be read."""
        return tr("单位代码 {body}", body=self.profile.body)

    def open(self, pin: Secret) -> None:
        """Try the PIN; it is wiped whatever comes of it."""

        def job() -> Workspace:
            try:
                return Workspace.open(self.profile, pin)
            finally:
                pin.wipe()

        self.tasks.run("token", tr("打开"), job, done=self.opened.emit, failed=self.failed.emit)
