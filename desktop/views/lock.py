"""The desk after its UKEY was pulled out: nothing to be read, and the way back."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.presenters.shell import ShellState
from desktop.views.theme import LIGHT, icon
from desktop.views.widgets.dialogs import MIN_PIN_LENGTH, pin_field
from formats.i18n import tr
from signing.tokens.base import Secret

_WIDTH = 460
_MARK = 40


class LockScreen(QWidget):
    """Covers the window; the same UKEY and its PIN take the desk up where it was left."""

    entered = pyqtSignal(object)
    """The PIN, as a `Secret`."""

    def __init__(self, body: str) -> None:
        super().__init__()
        card = QFrame()
        card.setObjectName("Card")
        card.setFixedWidth(_WIDTH)
        mark = QLabel()
        mark.setPixmap(icon("key", LIGHT.warn, _MARK).pixmap(_MARK, _MARK))
        head = QLabel(tr("桌面已锁定"))
        head.setObjectName("Title")
        whose = QLabel(body)
        whose.setObjectName("Section")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.kept = QLabel()
        self.kept.setObjectName("Muted")
        self.kept.setWordWrap(True)
        self.field = pin_field()
        self.field.textChanged.connect(self._check)
        self.field.returnPressed.connect(self._enter)
        self.trouble = QLabel()
        self.trouble.setObjectName("Refused")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.button = QPushButton(tr("解锁"))
        self.button.setObjectName("unlock")
        self.button.setProperty("primary", "true")
        self.button.clicked.connect(self._enter)
        self._ready = False
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        for widget in (mark, head, whose, self.words, self.kept, self.field, self.trouble):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        column.addLayout(row)
        layout = QVBoxLayout(self)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def render_state(self, state: ShellState) -> None:
        """Say what is wanted: the UKEY, or its PIN."""
        self.words.setText(
            tr("UKEY 已插回。输入 PIN，回到刚才的位置。")
            if state.ukey_present
            else state.other_ukey + tr("UKEY 已拔出，内容已遮住。请插回同一个 UKEY。")
        )
        ready = state.ukey_present and not state.unlocking
        came_back = ready and not self._ready
        self._ready = ready
        self.field.setEnabled(ready)
        if not state.ukey_present:
            self.field.clear()
        self.trouble.setText(state.lock_words)
        self.trouble.setVisible(bool(state.lock_words) and state.ukey_present)
        self._check()
        if came_back and self.isVisible():
            self.field.setFocus()

    def tell_kept(self, *, kept: bool) -> None:
        """Say whether what was being written is in the vault."""
        self.kept.setText(
            tr("正在写的公文已存入草稿。")
            if kept
            else tr("正在写的公文没有存上，仍在窗口里；解锁后请先保存。")
        )

    def _check(self) -> None:
        self.button.setEnabled(self._ready and len(self.field.text()) >= MIN_PIN_LENGTH)

    def _enter(self) -> None:
        if self.button.isEnabled():
            pin = Secret(self.field.text())
            self.field.clear()
            self.entered.emit(pin)
