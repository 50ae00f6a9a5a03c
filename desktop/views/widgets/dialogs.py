"""Dialogs in the words of the house: what happens, to whom, and buttons that name the act."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
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
from formats.i18n import tr
from signing.tokens.base import Secret

MIN_PIN_LENGTH = 4
"""Shorter than any UKEY accepts; only keeps an empty entry from costing a try."""


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


class PinDialog(ActDialog):
    """Asks for the PIN of one UKEY for one purpose; the PIN is kept nowhere."""

    def __init__(
        self, purpose: str, holder: str, pin_words: str, act: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("输入 UKEY 的 PIN"), purpose, act, parent)
        owner = QLabel(tr("UKEY：{holder}", holder=holder))
        owner.setObjectName("Section")
        self.insert(owner)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(tr("PIN"))
        self.field.setPlaceholderText(tr("PIN"))
        self.field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.insert(self.field)
        self._words = QLabel(pin_words)
        self._words.setWordWrap(True)
        self._words.setStyleSheet(f"color: {LIGHT.warn};")
        self._words.setVisible(bool(pin_words))
        self.insert(self._words)
        self.act_button.setEnabled(False)
        self.act_button.setDefault(True)
        self.field.textChanged.connect(
            lambda text: self.act_button.setEnabled(len(text) >= MIN_PIN_LENGTH)
        )

    def take_pin(self) -> Secret:
        """The PIN, once; the field is emptied."""
        secret = Secret(self.field.text().encode())
        self.field.clear()
        return secret


class ReturnDialog(ActDialog):
    """Asks why a document goes back, R26."""

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
        self.remark.setMaximumHeight(80)
        self.insert(self.remark)


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
        top = QHBoxLayout()
        mark = QLabel()
        mark.setPixmap(icon("bad", LIGHT.bad, 28).pixmap(28, 28))
        top.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
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
        layout.addLayout(buttons)

    def _copy(self, text: str) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(text)
