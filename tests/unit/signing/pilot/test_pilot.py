import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from signing.keys import KeyFileBad, KeyPairMismatch, KeySigner, load_key, load_signer
from signing.pilot import Pilot, issue_node, issue_tls, issue_ukey, revoke
from signing.pilot.commands import app
from signing.pilot.errors import BadBodyId, BadHost, BadName, BadNodeId, BadReason
from signing.pilot.store import NotIssued, PilotExists, PilotMissing
from signing.tokens.base import Secret
from signing.tokens.soft import SoftProvider
from signing.trust.certs import serial_of
from tests.support.pki import PIN, SoftHsm

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@pytest.fixture
def pki(tmp_path: Path) -> Pilot:
    return Pilot.create(tmp_path / "pki", clock, os.urandom)


def test_a_pilot_is_not_created_over_another(pki: Pilot) -> None:
    root = pki.root
    with pytest.raises(PilotExists):
        Pilot.create(pki.folder, clock, os.urandom)

    assert root == pki.root


def test_a_pilot_is_the_same_when_opened_again(pki: Pilot, tmp_path: Path) -> None:
    issue_node(pki, "340000", tmp_path)

    assert pki.entries == Pilot.open(pki.folder, clock, os.urandom).entries


def test_a_folder_without_a_pilot_is_said_to_hold_none(tmp_path: Path) -> None:
    with pytest.raises(PilotMissing):
        Pilot.open(tmp_path, clock, os.urandom)


def test_a_damaged_index_is_said_to_be_unusable(pki: Pilot) -> None:
    (pki.folder / "pilot.json").write_bytes(b'{"version":1')

    with pytest.raises(PilotMissing):
        Pilot.open(pki.folder, clock, os.urandom)


def test_only_a_body_id_gets_a_ukey(pki: Pilot, tmp_path: Path) -> None:
    token = SoftProvider(tmp_path).initialise("x", Secret(PIN), os.urandom)
    token.login(Secret(PIN))

    with pytest.raises(BadBodyId):
        issue_ukey(pki, token, "安徽", "安徽")
    assert () == token.certificates()


@pytest.mark.parametrize(
    "name", ["", " ", "办\n公", "长" * 59], ids=["none", "blank", "line", "long"]
)
def test_a_name_without_room_in_a_certificate_is_refused_before_any_key_is_made(
    pki: Pilot, tmp_path: Path, name: str
) -> None:
    token = SoftProvider(tmp_path).initialise("x", Secret(PIN), os.urandom)
    token.login(Secret(PIN))

    with pytest.raises(BadName):
        issue_ukey(pki, token, "340000.bgt", name)
    assert not list(tmp_path.glob("*/*.p8"))


def test_only_a_node_id_and_a_host_are_certified_as_such(pki: Pilot, tmp_path: Path) -> None:
    with pytest.raises(BadNodeId):
        issue_node(pki, "../340000", tmp_path)
    for host in ("a b", "主机.政务", "a..b", ""):
        with pytest.raises(BadHost):
            issue_tls(pki, tmp_path, [host], "x")
    assert not list(tmp_path.glob("*.key"))


@pytest.mark.parametrize("other", ["neighbour", "gm-province"])
def test_nothing_is_signed_with_a_key_of_another_authority(
    pki: Pilot, tmp_path: Path, other: str
) -> None:
    keys = pki.folder / "keys"
    (keys / "province.key").write_bytes((keys / f"{other}.key").read_bytes())

    with pytest.raises(KeyPairMismatch):
        issue_node(pki, "340000", tmp_path)


def test_a_second_ukey_keeps_the_recovery_key_of_the_first(pki: Pilot, tmp_path: Path) -> None:
    issued = []
    for label in ("first", "second"):
        token = SoftProvider(tmp_path).initialise(label, Secret(PIN), os.urandom)
        token.login(Secret(PIN))
        issued.append(issue_ukey(pki, token, "340000.bgt", "安徽省人民政府办公厅"))

    assert issued[0].recovery == issued[1].recovery
    assert issued[0].sign != issued[1].sign
    assert 5 == len(pki.body_certificates("340000.bgt"))
    assert KeySigner(load_key(pki.recovery_key("340000.bgt")), issued[0].recovery)


def test_what_is_revoked_leaves_the_directory(pki: Pilot, tmp_path: Path) -> None:
    token = SoftProvider(tmp_path).initialise("x", Secret(PIN), os.urandom)
    token.login(Secret(PIN))
    ukey = issue_ukey(pki, token, "340000.bgt", "安徽省人民政府办公厅")

    revoke(pki, serial_of(ukey.sign), reason="superseded")

    assert {"encrypt"} == {c.usage for c in pki.body_certificates("340000.bgt")}


def test_a_certificate_never_issued_is_not_revoked(pki: Pilot) -> None:
    with pytest.raises(NotIssued):
        revoke(pki, "ABCD")


def test_an_unknown_reason_revokes_nothing(pki: Pilot, tmp_path: Path) -> None:
    issued = issue_node(pki, "340000", tmp_path)
    with pytest.raises(BadReason):
        revoke(pki, serial_of(issued.certificate), reason="不想要了")

    assert pki.entry(serial_of(issued.certificate)).revoked is None


def test_the_first_revocation_stands(pki: Pilot, tmp_path: Path) -> None:
    serial = serial_of(issue_node(pki, "340000", tmp_path).certificate)
    first = revoke(pki, serial, reason="keyCompromise")

    assert first == revoke(pki, serial, reason="superseded")


def test_a_signer_is_read_back_from_its_files(pki: Pilot, tmp_path: Path) -> None:
    issued = issue_node(pki, "340000", tmp_path)

    signer = load_signer(issued.key_path, issued.certificate_path)

    assert (issued.certificate, issued.chain) == (signer.certificate, signer.chain)


def test_a_key_of_another_certificate_is_refused(pki: Pilot, tmp_path: Path) -> None:
    first, second = (issue_node(pki, n, tmp_path / n) for n in ("340000", "340100"))

    with pytest.raises(KeyPairMismatch):
        load_signer(first.key_path, second.certificate_path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_damaged_key_file_is_said_to_be_unusable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "node.key").write_bytes(content)

    with pytest.raises(KeyFileBad) as caught:
        load_key(tmp_path / "node.key")
    assert "node.key" in caught.value.text()


def test_the_commands_make_a_working_pilot(softhsm: SoftHsm, tmp_path: Path) -> None:
    folder, out = str(tmp_path / "pki"), str(tmp_path / "out")
    (tmp_path / "pin").write_text(PIN + "\n")
    run = CliRunner().invoke

    def call(*arguments: str) -> list[dict[str, object]]:
        done = run(app, [*arguments, "--dir", folder, "--json"])
        assert 0 == done.exit_code, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    call("init")
    (ukey,) = call(
        *("issue-ukey", "--body", "340000.bgt", "--name", "安徽省人民政府办公厅", "--init"),
        *("--token-label", "by command", "--pin-file", str(tmp_path / "pin")),
        *("--module", str(softhsm.module)),
    )
    (node,) = call("issue-node", "--node", "340000", "--out", out)
    call("issue-tsa", "--out", out)
    call("issue-tls", "--out", out, "--host", "localhost")
    call("revoke", "--serial", str(node["serial"]), "--reason", "keyCompromise")
    call("crl")
    shown = {str(entry["serial"]): entry for entry in call("show")}

    assert {"node.key", "node.pem", "tsa.key", "tsa.pem", "tls.key", "tls.pem"} <= {
        path.name for path in Path(out).iterdir()
    }
    assert "keyCompromise" == shown[str(node["serial"])]["reason"]
    assert "body:340000.bgt" == shown[str(ukey["sign"])]["owner"]
    assert 0o600 == (tmp_path / f"pki/recovery/{ukey['token']}.so-pin").stat().st_mode & 0o777
