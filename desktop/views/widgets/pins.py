"""Dialogs for a new PIN: what permits it, the new one twice, and why it will not do, at once."""

from PyQt6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.presenters.ukeys import new_pin_trouble
from desktop.views.widgets.dialogs import MIN_PIN_LENGTH, ActDialog, pin_field
from formats.i18n import tr
from signing.tokens.base import Secret


class NewPinDialog(ActDialog):
    """Asks for a PIN that permits, and for a new one, twice; keeps neither."""

    def __init__(
        self, title: str, text: str, permit: str, act: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, text, act, parent)
        self.permit = self._field(permit)
        self.new = self._field(tr("新 PIN（至少 6 位）"))
        self.again = self._field(tr("再输入一次新 PIN"))
        self.words = QLabel()
        self.words.setObjectName("Warning")
        self.words.setWordWrap(True)
        self.insert(self.words)
        for field in (self.permit, self.new, self.again):
            field.textChanged.connect(self._check)
        self.act_button.setDefault(True)
        self._check()
        self.permit.setFocus()

    def take_pins(self) -> tuple[Secret, Secret]:
        """The PIN that permits and the new one, once; the fields are emptied."""
        pins = Secret(self.permit.text()), Secret(self.new.text())
        self._forget()
        return pins

    def reject(self) -> None:
        """Turn back; what was typed is forgotten."""
        self._forget()
        super().reject()

    def former(self) -> str:
        """The PIN that the new one must differ from."""
        return self.permit.text()

    def _field(self, words: str) -> QLineEdit:
        field = pin_field()
        field.setPlaceholderText(words)
        field.setAccessibleName(words)
        self.insert(field)
        return field

    def _forget(self) -> None:
        for field in (self.permit, self.new, self.again):
            field.clear()

    def _check(self) -> None:
        trouble = new_pin_trouble(self.new.text(), self.again.text(), self.former())
        self.words.setText(trouble)
        self.words.setVisible(bool(trouble))
        typed = len(self.permit.text()) >= MIN_PIN_LENGTH and bool(self.new.text())
        self.act_button.setEnabled(typed and not trouble and self.new.text() == self.again.text())


class ChangePinDialog(NewPinDialog):
    """The holder changes the PIN."""

    def __init__(self, holder: str, standing: str, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("修改 PIN"),
            tr("UKEY：{holder}。{standing}。", holder=holder, standing=standing),
            tr("现在的 PIN"),
            tr("修改 PIN"),
            parent,
        )


class UnlockPinDialog(NewPinDialog):
    """The issuing office gives a locked UKEY a new PIN."""

    def __init__(self, holder: str, standing: str, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("解锁 UKEY"),
            tr(
                "UKEY：{holder}。{standing}。"
                "管理员 PIN 由发放单位保管；连续输错会锁死，只能重新发放。",
                holder=holder,
                standing=standing,
            ),
            tr("管理员 PIN"),
            tr("解锁"),
            parent,
        )
