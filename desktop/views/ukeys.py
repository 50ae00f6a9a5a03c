"""UKEY: a card for each that is plugged in; its PIN's standing is read before anybody enters it."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.states import Tone
from desktop.presenters.ukeys import UkeyCard, UkeysPresenter, UkeysState
from desktop.views.theme import icon, tone_colours
from desktop.views.widgets.pins import ChangePinDialog, UnlockPinDialog
from formats.i18n import tr

_PICTURES: dict[Tone, str] = {
    "ok": "ok", "info": "info", "warn": "warn", "bad": "bad", "quiet": "clock", "accent": "key",
}  # fmt: skip
_MARK = 20


class UkeysScreen(QWidget):
    """设置 / UKEY."""

    shown = pyqtSignal()

    def __init__(self, presenter: UkeysPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self._cards: tuple[UkeyCard, ...] | None = None
        self._busy = ""
        head = QLabel(tr("UKEY"))
        head.setObjectName("Title")
        self.summary = QLabel()
        self.summary.setObjectName("Muted")
        self.trouble = QLabel()
        self.trouble.setObjectName("Refused")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.empty = QLabel()
        self.empty.setObjectName("Muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.list_area = QScrollArea()
        self.list_area.setWidgetResizable(True)
        self.list_area.setAccessibleName(tr("已插入的 UKEY"))
        top = QHBoxLayout()
        top.addWidget(head)
        top.addWidget(self.summary)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addLayout(top)
        column.addWidget(self.trouble)
        column.addWidget(self.empty)
        column.addWidget(self.list_area, 1)
        presenter.changed.connect(self.render_state)
        self.render_state(presenter.state)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Look while somebody is looking."""
        super().showEvent(event)
        self.presenter.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Leave the UKEYs alone."""
        super().hideEvent(event)
        self.presenter.stop()

    def do_primary(self) -> None:
        """Ctrl+Enter: no act here is so plainly meant that a key should do it."""

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes in turn."""
        return (self.list_area,)

    def render_state(self, state: UkeysState) -> None:
        """Show what is plugged in."""
        count = len(state.cards)
        self.summary.setText(state.busy or (tr("{count} 个", count=count) if count else ""))
        self.trouble.setText(state.trouble)
        self.trouble.setVisible(bool(state.trouble))
        self.empty.setText(state.empty)
        self.empty.setVisible(bool(state.empty))
        self.list_area.setVisible(bool(state.cards))
        if (state.cards, state.busy) != (self._cards, self._busy):
            self._cards, self._busy = state.cards, state.busy
            self.list_area.setWidget(self._page(state.cards, busy=bool(state.busy)))

    def _page(self, cards: tuple[UkeyCard, ...], *, busy: bool) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        for card in cards:
            column.addWidget(self._card(card, busy=busy))
        column.addStretch(1)
        return page

    def _card(self, card: UkeyCard, *, busy: bool) -> QFrame:
        frame = QFrame()
        frame.setObjectName("Card")
        title = QLabel(card.title)
        title.setObjectName("Title")
        title.setWordWrap(True)
        standing = _toned(card.standing, card.standing_tone)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(_marked(standing, card.standing_tone))
        column.addLayout(_marked(_toned(card.pin, card.pin_tone), card.pin_tone))
        for warning in card.warnings:
            column.addLayout(_marked(_toned(warning, "warn"), "warn"))
        column.addLayout(_facts(card.facts))
        row = QHBoxLayout()
        row.addStretch(1)
        for name, words, wanted, ask in (
            ("unlock-pin", tr("用管理员 PIN 解锁……"), card.can_unlock, self._ask_unlock),
            ("change-pin", tr("修改 PIN……"), card.can_change, self._ask_change),
        ):
            if wanted:
                button = QPushButton(words)
                button.setObjectName(name)
                button.setAccessibleName(tr("{act} {title}", act=words, title=card.title))
                button.setEnabled(not busy)
                button.clicked.connect(lambda _checked=False, one=card, act=ask: act(one))
                row.addWidget(button)
        column.addLayout(row)
        return frame

    def _ask_change(self, card: UkeyCard) -> None:
        dialog = ChangePinDialog(card.title, card.pin, self)
        if dialog.exec():
            self.presenter.change_pin(card.id, *dialog.take_pins())

    def _ask_unlock(self, card: UkeyCard) -> None:
        dialog = UnlockPinDialog(card.title, card.pin, self)
        if dialog.exec():
            self.presenter.unlock(card.id, *dialog.take_pins())


def _toned(words: str, tone: Tone) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setStyleSheet(f"color: {tone_colours(tone)[0]}; font-weight: 600;")
    return label


def _marked(label: QLabel, tone: Tone) -> QHBoxLayout:
    mark = QLabel()
    mark.setPixmap(icon(_PICTURES[tone], tone_colours(tone)[0], _MARK).pixmap(_MARK, _MARK))
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label, 1)
    return row


def _facts(facts: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(facts):
        label = QLabel(name)
        label.setObjectName("Muted")
        told = QLabel(value)
        told.setWordWrap(True)
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(told, row, 1)
    return grid
