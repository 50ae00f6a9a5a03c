"""Dialogs in the words of the house: what happens, to whom, and buttons that name the act."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.views.theme import LIGHT, icon
from formats.errors import YidaoError
from formats.i18n import mark, tr
from signing.tokens.base import PinState, Secret

MIN_PIN_LENGTH = 4
"""Shorter than any UKEY accepts; only keeps an empty entry from costing a try."""
OTHER = "other"
"""The reason of R26 that needs words of one's own."""


class ActDialog(QDialog):
    """A title, a text, the act's own button, and a safe way out that is the default."""

    def __init__(self, title: str, text: str, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(24, 20, 24, 16)
        self._layout.setSpacing(12)
        head = QLabel(title)
        head.setObjectName("Title")
        head.setWordWrap(True)
        self._layout.addWidget(head)
        body = QLabel(text)
        body.setWordWrap(True)
        self._layout.addWidget(body)
        self.act_button = QPushButton(act)
        self.act_button.setProperty("primary", "true")
        self.act_button.clicked.connect(self.accept)
        self.cancel_button = QPushButton(tr("取消"))
        self.cancel_button.clicked.connect(self.reject)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.cancel_button)
        self._buttons.addWidget(self.act_button)
        self._layout.addLayout(self._buttons)

    def insert(self, widget: QWidget) -> None:
        """Put a widget between the text and the buttons."""
        self._layout.insertWidget(self._layout.count() - 1, widget)


PIN_WORDS = {
    "low": mark("已有输错记录，请仔细核对。"),
    "final": mark("再输错一次，UKEY 将被锁定。"),
    "locked": mark("UKEY 已锁定，请到发放单位解锁。"),
}
"""What is said of the tries left. A number only where the device tells it; none is invented."""


class PinDialog(ActDialog):
    """Asks for the PIN of one UKEY for one purpose; the PIN is kept nowhere.

    A last try needs a tick more; a locked UKEY is not asked for its PIN.
    """

    def __init__(
        self,
        purpose: str,
        holder: str,
        state: PinState,
        act: str,
        parent: QWidget | None = None,
        *,
        remaining: int | None = None,
    ) -> None:
        """``remaining``: tries left, where the device tells it."""
        super().__init__(tr("输入 UKEY 的 PIN"), purpose, act, parent)
        owner = QLabel(tr("UKEY：{holder}", holder=holder))
        owner.setObjectName("Section")
        self.insert(owner)
        self.field = pin_field()
        self.field.setHidden(state == "locked")
        self.insert(self.field)
        told = tr(PIN_WORDS[state]) if state in PIN_WORDS else ""
        if remaining is not None and state != "locked":
            told += tr("还可以输入 {count} 次。", count=remaining)
        self.words = QLabel(told)
        self.words.setObjectName("Warning")
        self.words.setWordWrap(True)
        self.words.setVisible(bool(self.words.text()))
        self.insert(self.words)
        self.sure = QCheckBox(tr("我已核对，仍要再试一次"))
        self.sure.setVisible(state == "final")
        self.insert(self.sure)
        self._final = state == "final"
        self.act_button.setEnabled(False)
        self.act_button.setDefault(True)
        self.field.textChanged.connect(self._check)
        self.sure.toggled.connect(self._check)
        (self.cancel_button if state == "locked" else self.field).setFocus()

    def reject(self) -> None:
        """Turn back; what was typed is forgotten."""
        self.field.clear()
        super().reject()

    def take_pin(self) -> Secret:
        """The PIN, once; the field is emptied."""
        secret = Secret(self.field.text())
        self.field.clear()
        return secret

    def _check(self) -> None:
        enough = len(self.field.text()) >= MIN_PIN_LENGTH
        self.act_button.setEnabled(enough and (self.sure.isChecked() or not self._final))


def pin_field() -> QLineEdit:
    """A field for a PIN."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(tr("PIN"))
    field.setPlaceholderText(tr("PIN"))
    field.setInputMethodHints(
        Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText
    )
    return field


class ReturnDialog(ActDialog):
    """Asks why a document goes back, R26: a reason, and words of one's own for the last one."""

    def __init__(
        self, title: str, reasons: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            tr("退回《{title}》？", title=title),
            tr("发文单位会看到退回的原因。退回后不能再签收，需要请对方重新发送。"),
            tr("退回"),
            parent,
        )
        self.reason = QComboBox()
        self.reason.setAccessibleName(tr("退回原因"))
        for code, words in reasons:
            self.reason.addItem(words, code)
        self.insert(self.reason)
        self.remark = QPlainTextEdit()
        self.remark.setAccessibleName(tr("补充说明"))
        self.remark.setPlaceholderText(tr("补充说明（选“其他”时必填）"))
        self.remark.setTabChangesFocus(True)
        self.remark.setMaximumHeight(80)
        self.insert(self.remark)
        self.reason.currentIndexChanged.connect(self._check)
        self.remark.textChanged.connect(self._check)
        self.reason.setFocus()

    @property
    def note(self) -> str:
        """What was written beside the reason."""
        return self.remark.toPlainText().strip()

    def _check(self) -> None:
        needed = self.reason.currentData() == OTHER
        self.act_button.setEnabled(bool(self.note) or not needed)


class ErrorDialog(QDialog):
    """What happened, what is still safe, what to do; the code under 详情, ready to copy."""

    def __init__(self, error: YidaoError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("没有完成"))
        self.setMinimumWidth(460)
        happened, safe, advice = error.sentences()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(10)
        self.error = error
        top = QHBoxLayout()
        picture = QLabel()
        picture.setPixmap(icon("bad", LIGHT.bad, 28).pixmap(28, 28))
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head = QLabel(happened)
        head.setObjectName("Title")
        head.setWordWrap(True)
        top.addWidget(head, 1)
        layout.addLayout(top)
        for sentence in (safe, advice):
            line = QLabel(sentence)
            line.setWordWrap(True)
            layout.addWidget(line)
        code = QLabel(tr("错误代码：{code}", code=error.code))
        code.setObjectName("Muted")
        code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(code)
        buttons = QHBoxLayout()
        copy = QPushButton(tr("复制详情"))
        copy.clicked.connect(lambda: self._copy(str(error)))
        close = QPushButton(tr("知道了"))
        close.setProperty("primary", "true")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        close.setFocus()

    def _copy(self, text: str) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(text)
