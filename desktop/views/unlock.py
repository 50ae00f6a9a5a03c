"""The first thing a person sees: whose desk this is, and the PIN that opens it."""

from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop.presenters.unlock import UnlockPresenter, UnlockState
from desktop.services.session import Workspace
from desktop.views.theme import LIGHT, icon, tone_colours
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
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("选择 UKEY"))
        self.choice.hide()
        self.choice.activated.connect(
            lambda _place: presenter.choose(str(self.choice.currentData()))
        )
        layout.addWidget(self.choice)
        self.standing = QLabel()
        self.standing.setWordWrap(True)
        layout.addWidget(self.standing)
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
        presenter.changed.connect(self.render_state)

    def render_state(self, state: UnlockState) -> None:
        """Say which UKEY is meant and how its PIN stands."""
        ink, _ground = tone_colours(state.tone)
        self.standing.setText(state.words)
        self.standing.setStyleSheet(f"color: {ink}; font-weight: 600;")
        self.standing.setVisible(bool(state.words))
        self.choice.setVisible(bool(state.choices))
        shown = [self.choice.itemData(place) for place in range(self.choice.count())]
        if shown != [serial for serial, _words in state.choices]:
            self.choice.clear()
            for serial, words in state.choices:
                self.choice.addItem(words, serial)
        self.choice.setCurrentIndex(self.choice.findData(state.chosen))
        self._typed(self.field.text())

    def showEvent(self, event: QShowEvent | None) -> None:
        """Look for UKEYs while the question stands."""
        super().showEvent(event)
        self.presenter.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Look no more."""
        super().hideEvent(event)
        self.presenter.stop()

    def _typed(self, text: str) -> None:
        ready = self.presenter.state.ready and self.field.isEnabled()
        self.open_button.setEnabled(ready and len(text) >= MIN_PIN_LENGTH)

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
