"""The composition root: environment, unlocking, and what a defect does."""

import os
import sys

import pytest

from desktop.app import NoDisplay, report_defects, run
from desktop.launcher import has_display, prepare_environment
from desktop.presenters.tasks import Unexpected
from desktop.presenters.unlock import UnlockPresenter
from desktop.services.session import Workspace
from desktop.views.unlock import UnlockDialog
from desktop.views.window import Window
from formats.errors import YidaoError
from signing.errors import PinWrong
from tests.support.pki import PIN
from tests.support.windows import Person


def test_without_a_screen_it_says_so(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(NoDisplay):
        run(workspace.profile.folder)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"QT_IM_MODULE": "fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "fcitx5"}, "ibus"),
        ({"XMODIFIERS": "@im=fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "xim", "XMODIFIERS": "@im=fcitx"}, "xim"),
        ({}, None),
    ],
)
def test_chinese_input_works_with_the_qt_of_the_wheel(
    before: dict[str, str], after: str | None
) -> None:
    environ = dict(before)
    prepare_environment(environ)
    assert after == environ.get("QT_IM_MODULE")


def test_a_screen_is_what_x_or_wayland_names() -> None:
    assert [True, True, False] == [
        has_display({"DISPLAY": ":0"}),
        has_display({"WAYLAND_DISPLAY": "wayland-0"}),
        has_display({}),
    ]


def test_the_desk_is_named_before_the_pin_is_asked(window: Window) -> None:
    presenter = UnlockPresenter(window.workspace.profile, window.tasks)
    assert "安徽省人民政府办公厅" == presenter.body_name
    os.truncate(window.workspace.profile.directory_file, 0)
    assert "单位代码 340000.bgt" == presenter.body_name


def test_a_wrong_pin_is_told_in_the_dialog_and_may_be_entered_again(person: Person) -> None:
    window = person.window
    dialog = UnlockDialog(UnlockPresenter(window.workspace.profile, window.tasks))
    dialog.show()
    assert not dialog.open_button.isEnabled()
    dialog.field.setText("654321")
    dialog.open_button.click()
    person.wait(dialog.trouble.isVisible)
    assert PinWrong().text() == dialog.trouble.text()
    assert "" == dialog.field.text()

    dialog.field.setText(PIN)
    dialog.open_button.click()
    person.wait(lambda: dialog.workspace is not None)
    assert dialog.workspace is not None
    assert "340000.bgt" == dialog.workspace.body.id
    dialog.workspace.vault.lock()


def test_a_defect_is_shown_and_does_not_end_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    shown: list[YidaoError] = []
    report_defects(shown.append)

    sys.excepthook(KeyError, KeyError("x"), None)
    sys.excepthook(PinWrong, PinWrong(), None)

    assert [Unexpected.code, PinWrong.code] == [error.code for error in shown]
