"""The UKEY is pulled out: the desk is covered at once, nothing is lost, its PIN uncovers it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.profile import Settings, create_profile
from desktop.services.drafting import Drafting
from desktop.services.session import Workspace
from desktop.views.lock import LockScreen
from desktop.views.widgets.dialogs import PinDialog
from desktop.views.window import Window
from formats.effects import system_clock, system_randomness
from signing.errors import DriverGarbage
from signing.pilot import issue_ukey
from signing.tokens.base import Secret, Token
from signing.tokens.soft import SoftProvider, SoftToken
from signing.trust.certs import to_pem
from signing.trust.snapshot import sign_snapshot
from tests.gui.conftest import BODY
from tests.support.pki import PIN, PilotWorld, snapshot_of
from tests.support.windows import Person

NAME = "安徽省人民政府办公厅"


class Socket:
    """Where the UKEY is plugged in: a soft token whose folder can be taken away and put back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.provider = SoftProvider(folder)

    def issue(self, pilot: PilotWorld, label: str, body: str, name: str) -> SoftToken:
        """A UKEY of a body, plugged in."""
        token = self.provider.initialise(label, Secret(PIN), system_randomness)
        token.login(Secret(PIN))
        issue_ukey(pilot.pilot, token, body, name)
        token.logout()
        return token

    def pull(self) -> None:
        """Pull out what is plugged in."""
        for token in [*self.folder.iterdir()]:
            token.rename(self.folder.with_name(token.name))

    def put_back(self, serial: str) -> None:
        """Plug it in again."""
        self.folder.with_name(serial).rename(self.folder / serial)


@pytest.fixture
def socket(pilot: PilotWorld, tmp_path: Path) -> Socket:
    made = Socket(tmp_path / "tokens")
    made.folder.mkdir()
    made.issue(pilot, BODY, BODY, NAME)
    return made


@pytest.fixture
def workspace(socket: Socket, pilot: PilotWorld, tmp_path: Path) -> Iterator[Workspace]:
    """A profile whose UKEY can really be pulled out; the window of `conftest` opens on it."""
    directory = sign_snapshot(snapshot_of(pilot), pilot.pilot.directory_signer(), system_clock())
    profile = create_profile(
        tmp_path / "profile",
        Settings(body=BODY, node="https://127.0.0.1:9", module=f"soft:{socket.folder}", token=BODY),
        anchors=pilot.anchors,
        tls_ca=to_pem(pilot.anchors[0]),
        directory=directory,
    )
    with Workspace.create(profile, Secret(PIN), provider=socket.provider) as opened:
        yield opened


def serial(window: Window) -> str:
    return window.workspace.token().serial


def enter(lock: LockScreen, pin: str = PIN) -> None:
    lock.field.setText(pin)
    lock.button.click()


def test_a_pulled_ukey_covers_the_desk_within_a_second(
    window: Window, socket: Socket, qtbot: QtBot
) -> None:
    socket.pull()
    began = time.monotonic()
    qtbot.waitUntil(lambda: window.locked, timeout=5000)

    assert time.monotonic() - began < 1.0
    assert not window.desk.isVisible()
    assert "未插入 UKEY" == window.top.token_badge.text()


def test_what_was_being_written_is_kept_and_found_again(
    person: Person, window: Window, socket: Socket
) -> None:
    plugged = serial(window)
    window.new_document()
    window.compose_screen.form.body.setPlainText("正在写的一段话。")
    socket.pull()
    person.wait(lambda: window.locked)

    drafts = Drafting(window.workspace)
    assert ["正在写的一段话。"] == [
        block.text for block in drafts.load(drafts.list()[0].id).document.body
    ]
    assert "正在写的公文已存入草稿。" == window.lock.kept.text()
    assert not window.lock.button.isEnabled()
    assert not window.lock.field.isEnabled()

    socket.put_back(plugged)
    person.wait(window.lock.field.isEnabled)
    enter(window.lock)
    person.wait(lambda: not window.locked)

    assert window.stack.currentWidget() is window.compose_screen
    assert "正在写的一段话。" == window.compose_screen.form.body.toPlainText()
    person.rest()


def test_the_ukey_alone_does_not_uncover_the_desk(
    person: Person, window: Window, socket: Socket
) -> None:
    plugged = serial(window)
    socket.pull()
    person.wait(lambda: window.locked)
    socket.put_back(plugged)
    person.wait(window.lock.field.isEnabled)
    enter(window.lock, "654321")
    person.wait(lambda: not window.lock.trouble.isHidden())

    assert window.locked
    assert "PIN 不正确" in window.lock.trouble.text()
    assert "" == window.lock.field.text()
    person.rest()


def test_whose_ukey_was_put_in_instead_is_told(
    person: Person, window: Window, socket: Socket, pilot: PilotWorld
) -> None:
    plugged = serial(window)
    socket.pull()
    person.wait(lambda: window.locked)
    socket.issue(pilot, "hefei", "340100.bgs", "合肥市人民政府办公室")
    person.wait(lambda: "插入的 UKEY 属于“合肥市人民政府办公室”。" in window.lock.words.text())
    assert not window.lock.field.isEnabled()

    socket.issue(pilot, "second", BODY, NAME)
    person.wait(lambda: "本单位的另一个 UKEY（second）" in window.lock.words.text())
    socket.put_back(plugged)
    person.wait(window.lock.field.isEnabled)
    person.rest()


def test_a_covered_desk_answers_no_key(person: Person, window: Window, socket: Socket) -> None:
    before = window.stack.currentWidget()
    socket.pull()
    person.wait(lambda: window.locked)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)  # type: ignore[call-overload]  # its stub lacks static

    assert window.locked
    assert window.stack.currentWidget() is before
    person.rest()


def test_the_node_is_left_alone_meanwhile(person: Person, window: Window, socket: Socket) -> None:
    socket.pull()
    person.wait(lambda: window.locked)
    window.sync()

    assert "同步" not in [task.title for task in window.tasks.running]
    assert "未连接" == window.top.node_badge.text()
    person.rest()


def test_a_question_that_stood_open_is_closed_and_its_pin_forgotten(
    person: Person, window: Window, socket: Socket
) -> None:
    dialog = PinDialog("为《标题》签收。", NAME, "ok", "签收", window)
    dialog.field.setText(PIN)
    dialog.show()
    socket.pull()
    person.wait(lambda: window.locked)

    assert not dialog.isVisible()
    assert 0 == dialog.result()
    assert "" == dialog.field.text()
    person.rest()


def test_nothing_of_a_document_can_be_read_while_covered(
    person: Person, window: Window, socket: Socket
) -> None:
    window.new_document()
    window.compose_screen.form.title.setText("关于机密事项的通知")
    window.tell("《关于机密事项的通知》已存")
    socket.pull()
    person.wait(lambda: window.locked)
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]

    assert shown
    assert not any("机密事项" in text for text in shown)
    assert "" == person.told()
    person.rest()


def test_a_driver_that_stumbles_does_not_take_the_desk_away(
    person: Person, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stumbling:
        """A token whose driver answers nonsense."""

        def info(self) -> None:
            raise DriverGarbage("nonsense")

        def logout(self) -> None:
            """Nothing to end."""

    workspace = window.workspace
    holder: Token = workspace.holder()
    monkeypatch.setattr(workspace, "_token", Stumbling())
    person.wait(lambda: window.top.token_badge.text() == "UKEY 没有应答")

    assert not window.locked
    monkeypatch.setattr(workspace, "_token", holder)
    person.wait(lambda: window.top.token_badge.text() != "UKEY 没有应答")
    person.rest()
