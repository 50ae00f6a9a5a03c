"""The verdict at one glance: colour, icon and sentence; the grounds unfold below it."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.presenters.states import StripState, Tone
from desktop.views.theme import icon, tone_colours
from formats.i18n import tr

_ICONS: dict[Tone, str] = {
    "ok": "ok", "info": "info", "warn": "warn", "bad": "bad", "quiet": "clock", "accent": "seal",
}  # fmt: skip


class VerdictStrip(QFrame):
    """One line that says genuine or not, with its grounds on request."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Strip")
        self._mark = QLabel()
        self._headline = QLabel()
        self._headline.setWordWrap(True)
        self._headline.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._more = QToolButton()
        self._more.setCheckable(True)
        self._more.setText(tr("依据"))
        self._more.toggled.connect(self._unfold)
        self._grounds = QLabel()
        self._grounds.setWordWrap(True)
        self._grounds.hide()
        top = QHBoxLayout()
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._headline, 1)
        top.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(top)
        layout.addWidget(self._grounds)
        self.hide()

    def render_state(self, state: StripState | None) -> None:
        """Show a verdict, or nothing."""
        self.setVisible(state is not None)
        if state is None:
            return
        ink, ground = tone_colours(state.tone)
        self.setStyleSheet(
            f"#Strip {{ background: {ground}; border-left: 4px solid {ink}; border-radius: 4px; }}"
            f"#Strip QLabel {{ color: {ink}; background: transparent; }}"
        )
        self._mark.setPixmap(icon(_ICONS[state.tone], ink).pixmap(20, 20))
        self._headline.setText(state.headline)
        self._headline.setAccessibleName(state.headline)
        self._more.setVisible(bool(state.grounds))
        self._grounds.setText("\n".join(f"· {ground_line}" for ground_line in state.grounds))
        self._unfold(self._more.isChecked())

    def _unfold(self, wanted: bool) -> None:
        self._grounds.setVisible(wanted and bool(self._grounds.text()))
