"""The window in tests: dialogs are answered by a script; one that nobody expects fails the test.

A real `exec` blocks for ever without a person, so `Dialogs` stands in its place: it shows the
dialog, lets the next scripted answer work its widgets, and returns what that came to.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PyQt6.QtWidgets import QDialog, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.views.widgets.dialogs import ActDialog, ErrorDialog, PinDialog, ReturnDialog
from desktop.views.window import Window
from formats.errors import YidaoError
from signing.errors import TokenMissing
from signing.tokens.base import Token
from tests.support.pki import PIN

D = TypeVar("D", bound=QDialog)
PATIENCE_MS = 20_000
"""For a loaded machine with two cores; a green test waits for none of it."""


@dataclass
class Dialogs:
    """What the person at the desk answers, in order."""

    script: list[tuple[type[QDialog], Callable[[QDialog], None]]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    errors: list[YidaoError] = field(default_factory=list)
    """Errors that were shown and expected."""
    seen: list[str] = field(default_factory=list)
    """All texts of each dialog that was answered."""

    def expect(self, kind: type[D], answer: Callable[[D], None]) -> None:
        """The next dialog of that kind is answered so."""
        self.script.append((kind, answer))  # type: ignore[arg-type]  # kind and answer go together

    def enter_pin(self, pin: str = PIN) -> None:
        """A PIN is typed and confirmed."""

        def answer(dialog: PinDialog) -> None:
            dialog.field.setText(pin)
            dialog.act_button.click()

        self.expect(PinDialog, answer)

    def give_reason(self, code: str, note: str = "") -> None:
        """退回 is confirmed with a reason."""

        def answer(dialog: ReturnDialog) -> None:
            dialog.reason.setCurrentIndex(dialog.reason.findData(code))
            dialog.remark.setPlainText(note)
            dialog.act_button.click()

        self.expect(ReturnDialog, answer)

    def expect_error(self) -> None:
        """An error is read and closed; it is kept in ``errors``."""

        def answer(dialog: ErrorDialog) -> None:
            self.errors.append(dialog.error)
            dialog.accept()

        self.expect(ErrorDialog, answer)

    def confirm(self) -> None:
        """An act is confirmed."""
        self.expect(ActDialog, lambda dialog: dialog.act_button.click())

    def refuse(self) -> None:
        """An act is turned back from."""
        self.expect(ActDialog, lambda dialog: dialog.cancel_button.click())

    def choose(self, path: Path) -> None:
        """The next file dialog gives that path."""
        self.files.append(str(path))

    def exec(self, dialog: QDialog) -> int:
        """In the place of `QDialog.exec`."""
        texts = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
        if not self.script or not isinstance(dialog, self.script[0][0]):
            self.unexpected.append(f"{type(dialog).__name__}: {' '.join(texts)}")
            return 0
        self.seen.append("\n".join(texts))
        _kind, answer = self.script.pop(0)
        dialog.show()
        answer(dialog)
        dialog.hide()
        return dialog.result()

    def file(self, *_: object) -> tuple[str, str]:
        """In the place of `QFileDialog.getOpenFileName`."""
        return (self.files.pop(0) if self.files else "", "")

    def folder(self, *_: object) -> str:
        """In the place of `QFileDialog.getExistingDirectory`."""
        return self.file()[0]

    def check(self) -> None:
        """Fail at once where a dialog came that nobody expected."""
        if self.unexpected:
            pytest.fail("; ".join(self.unexpected))

    def check_all_answered(self) -> None:
        """Fail where a dialog came that nobody expected, or an expected one never came."""
        self.check()
        waiting = [kind.__name__ for kind, _answer in self.script]
        assert [] == waiting, "these dialogs never came"


@contextmanager
def scripted_dialogs() -> Iterator[Dialogs]:
    """Dialogs answered by a script while this lasts."""
    dialogs = Dialogs()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QDialog, "exec", lambda dialog: dialogs.exec(dialog))  # noqa: PLW0108 - binds the dialog
        patch.setattr(QFileDialog, "getOpenFileName", dialogs.file)
        patch.setattr(QFileDialog, "getExistingDirectory", dialogs.folder)
        yield dialogs


@dataclass
class Person:
    """Someone at a window: presses what is there, waits for what comes."""

    window: Window
    qtbot: QtBot
    dialogs: Dialogs

    def wait(self, met: Callable[[], bool]) -> None:
        """Until it is so; an unexpected dialog fails at once."""

        def look() -> bool:
            self.dialogs.check()
            return met()

        self.qtbot.waitUntil(look, timeout=PATIENCE_MS)

    def rest(self) -> None:
        """Until nothing runs any more."""
        self.wait(lambda: not self.window.tasks.running)

    def press(self, action: str) -> None:
        """Press a button of the document shown."""
        self.window.screen_shown.detail.action.emit(  # type: ignore[union-attr]  # a list
            action,
            self.window.screen_shown.presenter.state.detail.key,  # type: ignore[union-attr]
        )

    def offered(self) -> list[str]:
        """The acts that can be done with the document shown."""
        detail = self.window.screen_shown.presenter.state.detail  # type: ignore[union-attr]
        return [a.id for a in detail.actions if a.enabled] if detail is not None else []

    def told(self) -> str:
        """The sentence in the status bar."""
        bar = self.window.statusBar()
        return bar.currentMessage() if bar is not None else ""

    def sync_until(self, met: Callable[[], bool]) -> None:
        """Press F5 until it is so; nodes take their time."""

        def look() -> bool:
            if not self.window.tasks.running:
                self.window.sync()
            return met()

        self.wait(look)


class Pulled:
    """A UKEY that has been pulled out; what the driver then raises is raised here.

    SoftHSM whose token folder is moved away stays broken for the rest of the process.
    """

    def __init__(self, token: Token) -> None:
        self._token = token

    def __getattr__(self, name: str) -> object:
        if name in {"info", "sign", "login", "agree", "decrypt", "certificates"}:
            raise TokenMissing("pulled")
        return getattr(self._token, name)
