"""The frame: keys, focus, counts, closing."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from desktop.errors import DiskFull
from desktop.presenters.shell import ShellPresenter
from desktop.services.drafting import Drafting
from desktop.views.screens import ListScreen
from desktop.views.widgets.dialogs import ErrorDialog
from desktop.views.window import Window
from formats.document.parse import parse_document
from signing.errors import PinWrong
from tests.support.windows import Dialogs, Person

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "notice.json"


CONTROL = Qt.KeyboardModifier.ControlModifier


def press(
    widget: QWidget,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """One key, as a person presses it."""
    QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]  # its stub lacks static


def test_the_list_has_the_focus_when_the_window_opens(window: Window) -> None:
    window.activateWindow()
    assert window.focusWidget() is window.inbox_screen.table


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        (Qt.Key.Key_1, "inbox_screen"),
        (Qt.Key.Key_2, "inbox_screen"),
        (Qt.Key.Key_3, "drafts_screen"),
        (Qt.Key.Key_4, "outgoing_screen"),
        (Qt.Key.Key_5, "archive_screen"),
        (Qt.Key.Key_6, "outside_screen"),
        (Qt.Key.Key_7, "batch_screen"),
        (Qt.Key.Key_8, "ukeys_screen"),
        (Qt.Key.Key_N, "compose_screen"),
    ],
)
def test_every_place_is_reached_by_a_key(person: Person, key: Qt.Key, screen: str) -> None:
    press(person.window, key, CONTROL)

    assert person.window.stack.currentWidget() is getattr(person.window, screen)
    person.rest()


def test_the_first_two_places_are_told_apart(person: Person) -> None:
    person.window.go("inbox-todo")
    assert "待签收" == person.window.inbox_screen.heading.text()
    person.window.go("inbox")
    assert "收文" == person.window.inbox_screen.heading.text()
    person.rest()


def test_an_empty_list_says_what_to_do(person: Person) -> None:
    for place, words in (
        ("inbox-todo", "按 F5"), ("outgoing", "按 Ctrl+N"), ("archive", "归档"),
        ("drafts", "按 Ctrl+N"),
    ):  # fmt: skip
        person.window.go(place)
        person.rest()
        screen = person.window.screen_shown
        assert isinstance(screen, ListScreen)
        assert words in screen.table.empty


def test_control_k_goes_to_the_search_and_control_f_to_the_filter(person: Person) -> None:
    window = person.window
    window.activateWindow()
    press(window, Qt.Key.Key_K, CONTROL)
    assert window.focusWidget() is window.search
    window.go("outgoing")
    press(window.outgoing_screen.table, Qt.Key.Key_F, CONTROL)
    assert window.focusWidget() is window.outgoing_screen.filter
    person.rest()


def test_f6_goes_round_the_panes(person: Person) -> None:
    window = person.window
    Drafting(window.workspace).save(parse_document(EXAMPLE.read_bytes()))
    window.go("drafts")
    screen = window.drafts_screen
    person.wait(lambda: screen.detail.primary is not None and screen.detail.preview.pages > 0)
    person.wait(lambda: screen.detail.primary is not None and screen.detail.primary.isVisible())
    window.activateWindow()
    window.nav.setFocus()
    seen = []
    for _ in range(4):
        press(window, Qt.Key.Key_F6)
        seen.append(window.focusWidget())

    assert [screen.table, screen.detail.preview.focusProxy()] == seen[:2]
    assert [screen.detail.primary, window.nav] == seen[2:]


def test_control_enter_does_the_main_act(person: Person) -> None:
    window = person.window
    Drafting(window.workspace).save(parse_document(EXAMPLE.read_bytes()))
    window.go("drafts")
    person.wait(lambda: window.drafts_screen.detail.primary is not None)

    press(window, Qt.Key.Key_Return, CONTROL)

    assert window.stack.currentWidget() is window.compose_screen
    person.rest()


def test_closing_keeps_what_is_being_written(person: Person) -> None:
    window = person.window
    window.new_document()
    window.compose_screen.form.body.setPlainText("正在写的一段话。")

    window.close()

    drafts = Drafting(window.workspace)
    assert ["正在写的一段话。"] == [
        block.text for block in drafts.load(drafts.list()[0].id).document.body
    ]


def test_a_new_document_keeps_the_one_before(person: Person) -> None:
    window = person.window
    window.new_document()
    window.compose_screen.form.body.setPlainText("第一份。")
    window.new_document()
    window.compose_screen.form.body.setPlainText("第二份。")
    window.go("drafts")

    person.wait(lambda: 2 == len(window.drafts.state.rows))
    person.rest()
    drafts = window.nav.item(2)
    assert drafts is not None
    assert "草稿  2" == drafts.text()


def test_what_cannot_be_kept_is_not_closed_without_a_word(
    person: Person, dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = person.window

    def full(*_: object, **__: object) -> None:
        raise DiskFull("no space", path="/", reason="")

    window.new_document()
    window.compose_screen.form.body.setPlainText("正在写的一段话。")
    monkeypatch.setattr(window.compose.drafting, "save", full)
    dialogs.expect_error()
    dialogs.refuse()

    assert not window.close()

    assert window.isVisible()
    assert "正在写的一段话。" == window.compose_screen.form.body.toPlainText()
    person.rest()


def test_an_error_says_what_is_safe_and_what_to_do(window: Window, dialogs: Dialogs) -> None:
    dialogs.expect_error()
    window.show_error(PinWrong())

    for sentence in (*PinWrong().sentences(), PinWrong.code):
        assert sentence in dialogs.seen[-1]


def test_details_of_an_error_can_be_copied(window: Window) -> None:
    dialog = ErrorDialog(PinWrong("slot 3"), window)
    dialog._copy("slot 3")
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert "slot 3" == clipboard.text()


def test_a_sync_that_runs_is_not_started_twice(window: Window) -> None:
    shell: ShellPresenter = window.shell
    shell.sync()
    shell.sync(asked=True)
    assert 1 == sum(task.title == "同步" for task in window.tasks.running)
