"""A real window on a real profile: SoftHSM as the UKEY, the vault on disk, and nodes if asked."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import load_qt_chinese
from desktop.profile import Settings, create_profile
from desktop.services.session import Workspace
from desktop.views.theme import apply_theme
from desktop.views.window import Window
from formats.effects import system_clock
from signing.tokens.base import Secret
from signing.trust.certs import to_pem
from signing.trust.snapshot import sign_snapshot
from tests.support.nodes import BODY_AT, Nodes
from tests.support.pki import PIN, PilotWorld, snapshot_of
from tests.support.windows import Dialogs, Person, scripted_dialogs

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BODY = "340000.bgt"

Sit = Callable[[str], Person]


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> QApplication:
    """The application with our theme, put on once: it is applied to every widget there is."""
    load_qt_chinese(qapp)
    apply_theme(qapp)
    return qapp


def leave(window: Window) -> None:
    """Close a window and take it away, so that the tests after it do not carry it along."""
    # Qt remembers Ctrl of the last key as held; a key without it lets go.
    QTest.keyClick(window, Qt.Key.Key_F12)  # type: ignore[call-overload]  # its stub lacks static
    window.compose.dirty = False
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def dialogs() -> Iterator[Dialogs]:
    """Answers for modal dialogs; one without an answer fails the test with its text."""
    with scripted_dialogs() as script:
        yield script
    script.check_all_answered()


@pytest.fixture
def workspace(pilot: PilotWorld, tmp_path: Path) -> Iterator[Workspace]:
    """A fresh profile of the provincial office; its node does not exist."""
    directory = sign_snapshot(snapshot_of(pilot), pilot.pilot.directory_signer(), system_clock())
    profile = create_profile(
        tmp_path / "profile",
        Settings(
            body=BODY, node="https://127.0.0.1:9", module=str(pilot.softhsm.module), token=BODY
        ),
        anchors=pilot.anchors,
        tls_ca=to_pem(pilot.anchors[0]),
        directory=directory,
    )
    with Workspace.create(profile, Secret(PIN), provider=pilot.softhsm.provider) as opened:
        yield opened


@pytest.fixture
def window(
    workspace: Workspace, qtbot: QtBot, theme: QApplication, dialogs: Dialogs
) -> Iterator[Window]:
    """The window on that profile, shown, not connected."""
    del theme
    shown = Window(workspace, online=False)
    shown.show()
    qtbot.waitUntil(lambda: not shown.tasks.running, timeout=20_000)
    yield shown
    leave(shown)
    dialogs.check()


@pytest.fixture
def person(window: Window, qtbot: QtBot, dialogs: Dialogs) -> Person:
    """Someone at that window."""
    return Person(window, qtbot, dialogs)


@pytest.fixture
def nodes(pilot: PilotWorld, tmp_path: Path) -> Iterator[Nodes]:
    """Province, city and county as real processes, not yet started; ended after the test."""
    made = Nodes(pilot, tmp_path / "nodes")
    yield made
    made.close()


@pytest.fixture
def sit(
    nodes: Nodes, tmp_path: Path, qtbot: QtBot, theme: QApplication, dialogs: Dialogs
) -> Iterator[Sit]:
    """Sits a person down at the window of the body at a node, connected to it."""
    del theme
    opened: list[tuple[Window, Workspace]] = []

    def sit_down(node: str) -> Person:
        body, running = BODY_AT[node], nodes[node]
        profile = create_profile(
            tmp_path / "profiles" / body,
            Settings(
                body=body, node=running.url, module=str(nodes.world.softhsm.module), token=body
            ),
            anchors=nodes.world.anchors,
            tls_ca=(running.folder / "tls-ca.pem").read_bytes(),
            directory=(running.folder / "directory.p7m").read_bytes(),
        )
        desk = Workspace.create(profile, Secret(PIN), provider=nodes.world.softhsm.provider)
        window = Window(desk)
        opened.append((window, desk))
        window.show()
        return Person(window, qtbot, dialogs)

    yield sit_down
    for window, desk in opened:
        leave(window)
        desk.close()
