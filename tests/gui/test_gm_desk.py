"""A desk in the GM suite: its UKEY is SM2, what it seals is SM2, and the screens say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QLabel, QWidget

from desktop.profile import Settings, create_profile
from desktop.services.session import Workspace
from desktop.services.typesetting import typeset
from desktop.views.detail import VERDICT
from formats.document.parse import parse_document
from formats.effects import system_clock
from signing.tokens.base import Secret
from signing.trust.certs import to_pem
from signing.trust.snapshot import sign_snapshot
from tests.gui.conftest import BODY
from tests.gui.verdicts import EXAMPLE
from tests.support.pki import PIN, PilotWorld, build_world, snapshot_of
from tests.support.windows import Dialogs, Person


@pytest.fixture
def workspace(pilot: PilotWorld, tmp_path: Path) -> Iterator[Workspace]:
    """The provincial office with everything in SM2; the window of `conftest` opens on it."""
    world = build_world(tmp_path / "world", pilot.softhsm, suite="GM")
    directory = sign_snapshot(
        snapshot_of(world), world.pilot.directory_signer("GM"), system_clock()
    )
    profile = create_profile(
        tmp_path / "profile",
        Settings(body=BODY, node="https://127.0.0.1:9", module=world.module, token=BODY),
        anchors=world.anchors,
        tls_ca=to_pem(world.anchors[0]),
        directory=directory,
    )
    with Workspace.create(profile, Secret(PIN)) as opened:
        yield opened


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_desk_in_gm_seals_and_verifies_in_gm(
    person: Person, dialogs: Dialogs, tmp_path: Path
) -> None:
    window = person.window
    window.go("ukeys")
    person.wait(lambda: bool(window.ukeys.state.cards))
    assert "国密 SM2" in said(window.ukeys_screen)

    path = tmp_path / "通知.pdf"
    path.write_bytes(typeset(parse_document(EXAMPLE.read_bytes())).pdf)
    window.go("batch")
    window.batch.add([path])
    dialogs.enter_pin()
    window.batch_screen.do_primary()
    person.wait(lambda: bool(window.batch.state.rows) and not window.batch.state.running)
    out = window.batch.state.rows[0].out
    assert out is not None, window.batch.state.rows[0].words

    window.go("verify")
    window.outside.open_files([out])
    screen = window.outside_screen
    person.wait(lambda: screen.detail.verdict.word.text() == "签名有效，时间未经证明")
    screen.detail.tabs.setCurrentIndex(VERDICT)
    person.wait(lambda: "国密：SM2 密钥，SM3 摘要" in said(screen.detail.verdict_page))
    person.rest()

    dialogs.choose(tmp_path / "报告")
    screen.detail.verdict_page.report.click()
    person.wait(lambda: "验证报告已存为" in person.told())
    person.rest()
    assert ["验证报告 通知.json"] == [entry.name for entry in (tmp_path / "报告").iterdir()]
