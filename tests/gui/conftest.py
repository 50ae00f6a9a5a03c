"""A real window on a real profile: SoftHSM as the UKEY, the vault on disk, no node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.profile import Settings, create_profile
from desktop.services.session import Workspace
from desktop.views.theme import apply_theme
from desktop.views.window import Window
from formats.effects import system_clock

from signing.tokens.base import Secret
from signing.trust.certs import to_pem
from signing.trust.snapshot import sign_snapshot
from tests.support.pki import PIN, PilotWorld, snapshot_of

BODY = "340000.bgt"


@pytest.fixture
def workspace(pilot: PilotWorld, tmp_path: Path) -> Iterator[Workspace]:
    """A fresh profile of the provincial office; its node does not exist."""
    directory = sign_snapshot(
        snapshot_of(pilot), pilot.pilot.directory_signer(), system_clock()
    )
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
def window(workspace: Workspace, qtbot: QtBot, qapp: QApplication) -> Iterator[Window]:
    """The window on that profile, shown, not connected."""
    apply_theme(qapp)
    shown = Window(workspace, online=False)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()
