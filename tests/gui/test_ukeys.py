"""UKEYs at the desk: whose, how the PIN stands before it is entered, a new PIN, two to choose."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.presenters.tasks import Tasks
from desktop.presenters.ukeys import new_pin_trouble
from desktop.presenters.unlock import UnlockPresenter
from desktop.profile import Profile, Settings, create_profile
from desktop.services.session import Workspace
from desktop.views.ukeys import UkeysScreen
from desktop.views.unlock import UnlockDialog
from desktop.views.widgets.pins import ChangePinDialog, NewPinDialog, UnlockPinDialog
from desktop.views.window import Window
from formats.effects import system_clock, system_randomness
from signing.errors import AdminPinWrong, PinLocked, PinWrong
from signing.pilot import issue_ukey
from signing.tokens.base import Secret
from signing.tokens.soft import SoftProvider, SoftToken
from signing.trust.certs import to_pem
from signing.trust.snapshot import sign_snapshot
from tests.gui.conftest import BODY
from tests.support.pki import PIN, PilotWorld, snapshot_of
from tests.support.windows import PATIENCE_MS, Dialogs, Person

NAME, OTHER, OTHER_NAME = "安徽省人民政府办公厅", "340100.bgs", "合肥市人民政府办公室"
ADMIN, NEW = "87651234", "274916"


class Drawer:
    """UKEYs in files, to be plugged in and issued."""

    def __init__(self, folder: Path, pilot: PilotWorld) -> None:
        self.folder = folder
        folder.mkdir()
        self.provider = SoftProvider(folder)
        self.pilot = pilot

    def issue(self, label: str, body: str = BODY, name: str = NAME) -> SoftToken:
        """A UKEY of a body, plugged in, not logged in."""
        token = self.provider.initialise(label, Secret(PIN), system_randomness, Secret(ADMIN))
        token.login(Secret(PIN))
        issue_ukey(self.pilot.pilot, token, body, name)
        token.logout()
        return token


@pytest.fixture
def drawer(pilot: PilotWorld, tmp_path: Path) -> Drawer:
    return Drawer(tmp_path / "tokens", pilot)


@pytest.fixture
def profile(drawer: Drawer, pilot: PilotWorld, tmp_path: Path) -> Profile:
    directory = sign_snapshot(snapshot_of(pilot), pilot.pilot.directory_signer(), system_clock())
    return create_profile(
        tmp_path / "profile",
        Settings(body=BODY, node="https://127.0.0.1:9", module=f"soft:{drawer.folder}", token=BODY),
        anchors=pilot.anchors,
        tls_ca=to_pem(pilot.anchors[0]),
        directory=directory,
    )


@pytest.fixture
def workspace(drawer: Drawer, profile: Profile) -> Iterator[Workspace]:
    """A desk opened with a UKEY of the drawer; the window of `conftest` opens on it."""
    drawer.issue(BODY)
    with Workspace.create(profile, Secret(PIN), provider=drawer.provider) as opened:
        yield opened


def screen_of(person: Person, cards: int) -> UkeysScreen:
    """The UKEY screen, once it shows that many."""
    person.window.go("ukeys")
    screen = person.window.ukeys_screen
    person.wait(lambda: len(screen.presenter.state.cards) == cards)
    return screen


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def press(screen: UkeysScreen, name: str) -> None:
    button = screen.findChild(QPushButton, name)
    assert button is not None
    button.click()


def test_what_is_plugged_in_is_shown_with_its_pins_standing(person: Person) -> None:
    told = said(screen_of(person, 1))

    assert NAME in told
    assert "正在使用" in told
    assert "国际 ECDSA" in told
    assert "还可试" in told
    person.rest()


def test_a_first_pin_that_was_never_changed_is_warned_of(person: Person) -> None:
    assert "仍为出厂 PIN" in said(screen_of(person, 1))
    person.rest()


def test_plugging_one_in_shows_it_and_another_bodys_is_named(
    person: Person, drawer: Drawer
) -> None:
    screen = screen_of(person, 1)
    drawer.issue("hefei", OTHER, OTHER_NAME)
    person.wait(lambda: len(screen.presenter.state.cards) == 2)

    assert f"属于“{OTHER_NAME}”，不能用于“{NAME}”" in said(screen)
    person.rest()


def entering(permit: str, new: str) -> Callable[[NewPinDialog], None]:
    """An answer to the question for a new PIN."""

    def answer(dialog: NewPinDialog) -> None:
        for field, text in ((dialog.permit, permit), (dialog.new, new), (dialog.again, new)):
            field.setText(text)
        dialog.act_button.click()

    return answer


def test_the_pin_is_changed_and_the_desk_goes_on(person: Person, dialogs: Dialogs) -> None:
    screen = screen_of(person, 1)
    dialogs.expect(ChangePinDialog, entering(PIN, NEW))
    press(screen, "change-pin")
    person.wait(lambda: person.told() == "PIN 已修改。")
    person.rest()

    assert not person.window.locked
    person.window.workspace.signer().sign(b"still logged in")
    with pytest.raises(PinWrong):
        person.window.workspace.present_pin(Secret(PIN))
    person.window.workspace.present_pin(Secret(NEW))


def test_a_wrong_old_pin_covers_the_desk_and_says_why(person: Person, dialogs: Dialogs) -> None:
    screen = screen_of(person, 1)
    dialogs.expect(ChangePinDialog, entering("654321", NEW))
    press(screen, "change-pin")
    person.wait(lambda: person.window.locked)
    person.wait(lambda: not person.window.lock.trouble.isHidden())

    assert "PIN 不正确" in person.window.lock.trouble.text()
    person.window.lock.field.setText(PIN)
    person.window.lock.button.click()
    person.wait(lambda: not person.window.locked)
    person.rest()


def lock_up(token: SoftToken) -> None:
    """Enter wrong PINs until it locks."""
    while token.info().pin_state != "locked":
        with pytest.raises((PinWrong, PinLocked)):
            token.login(Secret("000001"))


def test_a_locked_one_is_unlocked_by_the_offices_pin(
    person: Person, drawer: Drawer, dialogs: Dialogs
) -> None:
    second = drawer.issue("second")
    lock_up(second)
    screen = screen_of(person, 2)
    assert "PIN 已锁定" in said(screen)

    dialogs.expect(UnlockPinDialog, entering(ADMIN, NEW))
    press(screen, "unlock-pin")
    person.wait(lambda: person.told() == "UKEY 已解锁，新 PIN 已生效。")
    person.rest()

    second.login(Secret(NEW))
    assert "ok" == second.info().pin_state


def test_a_wrong_office_pin_is_told_and_changes_nothing(
    person: Person, drawer: Drawer, dialogs: Dialogs
) -> None:
    second = drawer.issue("second")
    lock_up(second)
    screen = screen_of(person, 2)

    dialogs.expect(UnlockPinDialog, entering("11112222", NEW))
    dialogs.expect_error()
    press(screen, "unlock-pin")
    person.wait(lambda: bool(dialogs.errors))
    person.rest()

    assert [AdminPinWrong.code] == [error.code for error in dialogs.errors]
    assert "locked" == second.info().pin_state
    assert not person.window.locked


@pytest.mark.parametrize(
    ("new", "again", "old", "words"),
    [
        ("", "", "", ""),
        ("12345", "", "", "过于简单"),
        ("123456", "", "", "过于简单"),
        ("777777", "", "", "过于简单"),
        (NEW, "", NEW, "与原 PIN 相同"),
        (NEW, "274917", "", "不一致"),
        (NEW, NEW, PIN, ""),
    ],
)
def test_a_new_pin_is_judged_while_it_is_typed(new: str, again: str, old: str, words: str) -> None:
    trouble = new_pin_trouble(new, again, old)

    assert (words in trouble) if words else not trouble


def test_a_new_pin_is_taken_once_and_forgotten_when_turned_back(qtbot: QtBot) -> None:
    dialog = ChangePinDialog(NAME, "PIN 正常")
    qtbot.addWidget(dialog)
    assert not dialog.act_button.isEnabled()
    for field, text in ((dialog.permit, PIN), (dialog.new, NEW), (dialog.again, NEW)):
        field.setText(text)

    assert dialog.act_button.isEnabled()
    assert [PIN, NEW] == [pin.text() for pin in dialog.take_pins()]
    dialog.permit.setText(PIN)
    dialog.reject()
    assert "" == dialog.permit.text() == dialog.new.text() == dialog.again.text()


def test_ctrl_enter_does_nothing_behind_the_screen(person: Person, window: Window) -> None:
    screen = screen_of(person, 1)

    assert window.screen_shown is screen
    window.screen_shown.do_primary()
    person.rest()


# --- the question for the PIN ---------------------------------------------------------------------


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def asked(profile: Profile, tasks: Tasks, qtbot: QtBot) -> UnlockDialog:
    """The question, once the UKEYs have been looked at."""
    dialog = UnlockDialog(UnlockPresenter(profile, tasks))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.standing.text()), timeout=PATIENCE_MS)
    return dialog


def test_the_pins_standing_is_told_before_it_is_entered(
    drawer: Drawer, profile: Profile, tasks: Tasks, qtbot: QtBot
) -> None:
    token = drawer.issue(BODY)
    with pytest.raises(PinWrong):
        token.login(Secret("000001"))
    dialog = asked(profile, tasks, qtbot)

    assert "曾输错" in dialog.standing.text()
    assert f"还可试 {token.info().remaining} 次" in dialog.standing.text()
    assert dialog.choice.isHidden()


def test_a_locked_ukey_is_not_asked_for_its_pin(
    drawer: Drawer, profile: Profile, tasks: Tasks, qtbot: QtBot
) -> None:
    lock_up(drawer.issue(BODY))
    dialog = asked(profile, tasks, qtbot)
    dialog.field.setText(PIN)

    assert "已锁定" in dialog.standing.text()
    assert not dialog.open_button.isEnabled()


def test_another_bodys_ukey_is_named_and_costs_no_try(
    drawer: Drawer, profile: Profile, tasks: Tasks, qtbot: QtBot
) -> None:
    other = drawer.issue("hefei", OTHER, OTHER_NAME)
    before = other.info().remaining
    dialog = asked(profile, tasks, qtbot)
    dialog.field.setText(PIN)

    assert f"插入的 UKEY 属于“{OTHER_NAME}”。请换用本单位的 UKEY。" == dialog.standing.text()
    assert not dialog.open_button.isEnabled()
    assert before == other.info().remaining


def test_it_goes_on_as_soon_as_the_ukey_is_plugged_in(
    drawer: Drawer, profile: Profile, tasks: Tasks, qtbot: QtBot
) -> None:
    dialog = asked(profile, tasks, qtbot)
    dialog.field.setText(PIN)
    assert "没有找到本单位的 UKEY" in dialog.standing.text()
    assert not dialog.open_button.isEnabled()

    drawer.issue(BODY)
    qtbot.waitUntil(dialog.open_button.isEnabled, timeout=PATIENCE_MS)


def test_of_two_ukeys_of_the_body_one_is_chosen(
    drawer: Drawer, profile: Profile, tasks: Tasks, qtbot: QtBot
) -> None:
    drawer.issue(BODY)
    second = drawer.issue("second")
    dialog = asked(profile, tasks, qtbot)
    qtbot.waitUntil(dialog.choice.isVisible, timeout=PATIENCE_MS)
    assert 2 == dialog.choice.count()

    place = dialog.choice.findData(second.info().serial)
    dialog.choice.setCurrentIndex(place)
    dialog.choice.activated.emit(place)

    assert second.info().serial == dialog.presenter.state.chosen
