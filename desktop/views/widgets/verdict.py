"""The verdict on the screen: a head that is always in sight, and a page with everything behind it.

Colour is never the only sign. Each state has a picture of its own shape, its word in bold, what may
be done in a frame of its own, and an edge that is drawn differently: a plain line where a document
may be acted upon, a broken one where that is not settled, a double one where it may not.
"""

from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import Tone
from desktop.presenters.verdict import EDGES, CardState, SignatureCard
from desktop.views.theme import LIGHT, icon, tone_colours
from formats.i18n import tr

_MARK: Final = 30
_SMALL_MARK: Final = 18
_READABLE: Final = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


class VerdictHead(QFrame):
    """State, consequence and sentence, above the page whatever tab is open."""

    more = pyqtSignal()
    """Whoever looks wants the page with everything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("VerdictHead")
        self.mark = QLabel()
        self.word = QLabel()
        self.word.setObjectName("VerdictWord")
        self.act = QLabel()
        self.act.setObjectName("VerdictAct")
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(_READABLE)
        self.button = QToolButton()
        self.button.setObjectName("verdict-more")
        self.button.setText(tr("验签详情"))
        self.button.clicked.connect(self.more)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.word)
        first.addWidget(self.act)
        first.addStretch(1)
        first.addWidget(self.button)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addLayout(first)
        words.addWidget(self.sentence)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(12)
        layout.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.hide()

    def render_state(self, card: CardState | None) -> None:
        """Show a verdict, or nothing."""
        self.setVisible(card is not None)
        if card is None:
            return
        ink, ground = tone_colours(card.tone)
        edge = EDGES[card.status]
        frame = f"{edge.replace('4px', '1px').replace('6px double', '2px solid')} {ink}"
        self.setStyleSheet(
            f"#VerdictHead {{ background: {ground}; border-left: {edge} {ink};"
            " border-radius: 4px; }"
            f"#VerdictHead QLabel {{ color: {ink}; background: transparent; }}"
            f"#VerdictHead QLabel#VerdictAct {{ border: {frame}; border-radius: 4px;"
            " padding: 1px 8px; font-weight: 600; }"
        )
        self.mark.setPixmap(icon(card.picture, ink, _MARK).pixmap(_MARK, _MARK))
        self.mark.setAccessibleName(card.word)
        self.word.setText(card.word)
        self.act.setText(card.may_act)
        self.sentence.setText(card.sentence)
        self.setAccessibleName(card.spoken)
        self.sentence.setAccessibleName(card.spoken)


class OriginalBar(QFrame):
    """Says that the page shows the file as it was sealed, and leads back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Original")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.back = QToolButton()
        self.back.setObjectName("original-back")
        self.back.setText(tr("返回现在的文件"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self.words, 1)
        row.addWidget(self.back)
        self.tell("")

    def tell(self, difference: str) -> None:
        """Say what is shown, and what looks different, once that is known."""
        self.words.setText(tr("这是签发时的原件：签发之后补充的内容不在其中。") + difference)


class VerdictPanel(QWidget):
    """Everything the verdict rests on, and what can be done with it."""

    asked = pyqtSignal(str)
    """``original`` or ``report``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CardState | None = None
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(tr("验签详情"))
        self.original = QPushButton()
        self.original.setObjectName("verdict-original")
        self.original.clicked.connect(lambda: self.asked.emit("original"))
        self.report = QPushButton(tr("保存验证报告……"))
        self.report.setObjectName("verdict-report")
        self.report.clicked.connect(lambda: self.asked.emit("report"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.original)
        buttons.addStretch(1)
        buttons.addWidget(self.report)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(buttons)

    def render_state(self, card: CardState | None, *, original: bool = False) -> None:
        """Show a verdict; ``original``: the revision as sealed is what the page shows now."""
        self.original.setText(tr("返回现在的文件") if original else tr("查看签发时原件"))
        self.original.setVisible(card is not None and card.added)
        if card == self._card:
            return  # what is being read or selected stays where it is
        self._card = card
        self._scroll.setWidget(_content(card) if card is not None else QWidget())


def _content(card: CardState) -> QWidget:
    page = QWidget()
    page.setObjectName("VerdictPage")
    column = QVBoxLayout(page)
    column.setContentsMargins(4, 4, 8, 4)
    column.setSpacing(8)
    column.addWidget(_text(card.advice, card.tone, bold=True))
    column.addWidget(_section(tr("理由")))
    if not card.reasons:
        column.addWidget(_text(tr("各项检查全部通过，没有需要说明的问题。")))
    for line in card.reasons:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(
            _text(line.word, line.tone, bold=True, wrap=False), 0, Qt.AlignmentFlag.AlignTop
        )
        row.addWidget(_text(line.text), 1)
        code = _text(tr("代码 {code}", code=line.code), wrap=False)
        code.setObjectName("Muted")
        row.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
    for signature in card.signatures:
        column.addWidget(_signature(signature))
    column.addWidget(_section(tr("文件")))
    column.addLayout(_facts(card.document))
    column.addStretch(1)
    return page


def _signature(card: SignatureCard) -> QFrame:
    frame = QFrame()
    frame.setObjectName("Card")
    ink, _ground = tone_colours(card.tone)
    mark = QLabel()
    mark.setPixmap(icon(card.picture, ink, _SMALL_MARK).pixmap(_SMALL_MARK, _SMALL_MARK))
    mark.setAccessibleName(card.word)
    top = QHBoxLayout()
    top.setSpacing(8)
    top.addWidget(mark)
    title = QLabel(card.title)
    title.setStyleSheet("font-weight: 600;")
    top.addWidget(title)
    top.addStretch(1)
    top.addWidget(_text(card.word, card.tone, bold=True, wrap=False))
    column = QVBoxLayout(frame)
    column.setContentsMargins(12, 8, 12, 8)
    column.addLayout(top)
    column.addLayout(_facts(card.facts))
    return frame


def _facts(facts: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(facts):
        label = QLabel(name)
        label.setObjectName("Muted")
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_text(value), row, 1)
    return grid


def _section(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("Section")
    return label


def _text(words: str, tone: Tone | None = None, *, bold: bool = False, wrap: bool = True) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setTextInteractionFlags(_READABLE)
    ink = tone_colours(tone)[0] if tone is not None else LIGHT.text
    label.setStyleSheet(f"color: {ink};" + (" font-weight: 600;" if bold else ""))
    return label
