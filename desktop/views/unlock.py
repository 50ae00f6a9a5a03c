"""The first thing a person sees: whose desk this is, and the PIN that opens it."""

from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop.presenters.unlock import UnlockPresenter
from desktop.services.session import Workspace
from desktop.views.theme import LIGHT, icon
from desktop.views.widgets.dialogs import MIN_PIN_LENGTH, pin_field
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret


class UnlockDialog(QDialog):
    """Opens a profile with its UKEY; `workspace` is set once it is open."""

    def __init__(self, presenter: UnlockPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.workspace: Workspace | None = None
        self.setWindowTitle(tr("驿道"))
        self.setMinimumWidth(440)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 28, 32, 24)
        layout.setSpacing(12)
        brand = QLabel(tr("驿道"))
        brand.setObjectName("UnlockBrand")
        layout.addWidget(brand)
        who = QLabel(presenter.body_name)
        who.setObjectName("Title")
        who.setWordWrap(True)
        layout.addWidget(who)
        help_text = QLabel(tr("插入本单位的 UKEY，输入 PIN 打开公文和档案。"))
        help_text.setObjectName("Muted")
        help_text.setWordWrap(True)
        layout.addWidget(help_text)
        self.field = pin_field()
        self.field.textChanged.connect(self._typed)
        layout.addWidget(self.field)
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setObjectName("Refused")
        self.trouble.hide()
        layout.addWidget(self.trouble)
        row = QHBoxLayout()
        row.addStretch(1)
        self.open_button = QPushButton(tr("打开"))
        self.open_button.setIcon(icon("key", LIGHT.panel))
        self.open_button.setProperty("primary", "true")
        self.open_button.setDefault(True)
        self.open_button.setEnabled(False)
        self.open_button.clicked.connect(self._open)
        row.addWidget(self.open_button)
        layout.addLayout(row)
        presenter.opened.connect(self._opened)
        presenter.failed.connect(self._failed)

    def _typed(self, text: str) -> None:
        self.open_button.setEnabled(len(text) >= MIN_PIN_LENGTH)

    def _open(self) -> None:
        pin = Secret(self.field.text())
        self.field.clear()
        self.open_button.setEnabled(False)
        self.field.setEnabled(False)
        self.open_button.setText(tr("正在打开……"))
        self.presenter.open(pin)

    def _opened(self, workspace: Workspace) -> None:
        if not self.isVisible():  # closed while it was being opened
            workspace.close()
            return
        self.workspace = workspace
        self.accept()

    def _failed(self, error: YidaoError) -> None:
        self.trouble.setText(error.text())
        self.trouble.show()
        self.field.setEnabled(True)
        self.field.setFocus()
        self.open_button.setText(tr("打开"))
