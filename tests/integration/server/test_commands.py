"""``yidao-node`` from the outside: set a node up, look at it, back it up, bring it back."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from formats.directory import SuitePolicy, SuiteTerm
from formats.effects import system_clock
from formats.protocol import calls
from server.checkup import Finding, _identity
from server.config import DataFolder, load_settings
from signing.trust.snapshot import open_snapshot
from tests.support.nodes import CITY, PROVINCE, Nodes, submit_call
from tests.support.pki import PilotWorld


def run(*arguments: object, status: int = 0) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A command with ``--json``; what it reported."""
    command = [sys.executable, "-m", "server.cli", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert status == done.returncode, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def test_a_node_is_set_up_by_its_commands_alone(pilot: PilotWorld, tmp_path: Path) -> None:
    pki = pilot.pilot.folder
    data, files = tmp_path / "data", tmp_path / "files"
    run("pki", "issue-node", "--dir", pki, "--node", "340200", "--out", data)
    made = run(
        "enrol", "--data", data, "--node", "340200", "--url", "https://127.0.0.1:9/",
        "--out", files / "340200.json",
    )  # fmt: skip
    bodies = files / "bodies.csv"
    bodies.write_text(
        "id,name,short_name,level,node,parent,marks,is_office\n"
        "340200.bgs,芜湖市人民政府办公室,芜湖市政府办,city,340200,,芜政办 芜政,1\n"
    )
    (data / "anchors").mkdir()
    (data / "anchors" / "root.cer").write_bytes(pilot.anchors[0])
    signed = files / "directory.p7m"
    run(
        "directory", "build", "--bodies", bodies, "--pki", pki,
        "--node", files / "340200.json", "--out", signed,
    )  # fmt: skip
    run("directory", "import", "--data", data, signed)
    shown = run("directory", "show", "--data", data)

    assert ("340200", "https://127.0.0.1:9") == (made["node"], made["url"])
    assert (1, ["340200"], ["340200.bgs"]) == (shown["version"], shown["nodes"], shown["bodies"])


def test_a_network_moves_to_another_suite_by_commands(pilot: PilotWorld, tmp_path: Path) -> None:
    pki, data, signed = pilot.pilot.folder, tmp_path / "data", tmp_path / "directory.p7m"
    run("pki", "issue-node", "--dir", pki, "--node", "340200", "--out", data)
    enrolled = tmp_path / "340200.json"
    run(
        "enrol", "--data", data, "--node", "340200", "--url", "https://127.0.0.1:9/",
        "--out", enrolled,
    )  # fmt: skip
    (tmp_path / "bodies.json").write_text("[]")
    (data / "anchors").mkdir()
    for number, anchor in enumerate(pilot.anchors):
        (data / "anchors" / f"{number}.cer").write_bytes(anchor)

    def build(*policy: str, previous: bool = True) -> SuitePolicy:
        """The next directory, taken over by the node; what it says of suites."""
        run(
            "directory", "build", "--bodies", tmp_path / "bodies.json", "--pki", pki,
            "--node", enrolled, "--out", signed, *policy,
            *(["--previous", signed] if previous else []),
        )  # fmt: skip
        run("directory", "import", "--data", data, signed)
        opened = open_snapshot(signed.read_bytes(), pilot.anchors, now=system_clock())
        return opened.suite_policy()

    assert build(previous=False) == SuitePolicy(new="INTL")
    both = build("--suite", "INTL", "--accept", "GM")
    moved = build("--suite", "GM", "--accept", "INTL=2027-06-30")
    assert both == SuitePolicy(new="INTL", accepted=(SuiteTerm(suite="GM"),))
    assert moved.new == "GM"
    assert moved.accepts("INTL", datetime(2027, 6, 30, 15, 59, tzinfo=UTC))
    assert not moved.accepts("INTL", datetime(2027, 6, 30, 16, 0, tzinfo=UTC))
    assert build() == moved

    said = run(
        "directory", "build", "--bodies", tmp_path / "bodies.json", "--pki", pki,
        "--node", enrolled, "--out", signed, "--suite", "SM9", status=1,
    )  # fmt: skip
    assert "node.suite-option" == said["error"]["code"]


def test_a_suite_that_a_node_still_needs_is_not_ended_by_a_slip(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    pki, data, signed = pilot.pilot.folder, tmp_path / "data", tmp_path / "directory.p7m"
    run("pki", "issue-node", "--dir", pki, "--node", "340200", "--out", data)
    enrolled, bodies = tmp_path / "340200.json", tmp_path / "bodies.json"
    run("enrol", "--data", data, "--node", "340200", "--url", "https://x:9", "--out", enrolled)
    bodies.write_text("[]")
    build = (
        *("directory", "build", "--bodies", bodies, "--pki", pki),
        *("--node", enrolled, "--out", signed, "--suite", "GM"),
    )

    moved = run(*build)
    assert ("GM", {"INTL": None}) == (moved["suite"], moved["accepted"])
    signed.unlink()
    said = run(*build, "--accept", "INTL=2020-01-01", status=1)
    assert "node.suite-cut-off" == said["error"]["code"]
    assert not signed.exists()


def test_the_check_tells_a_node_whose_records_nobody_believes(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    pki, data, signed = pilot.pilot.folder, tmp_path / "data", tmp_path / "directory.p7m"
    run("pki", "issue-node", "--dir", pki, "--node", "340200", "--out", data)
    run("pki", "issue-tls", "--dir", pki, "--out", data)
    enrolled, bodies = tmp_path / "340200.json", tmp_path / "bodies.json"
    run("enrol", "--data", data, "--node", "340200", "--url", "https://x:9", "--out", enrolled)
    bodies.write_text("[]")
    (data / "anchors").mkdir()
    for number, anchor in enumerate(pilot.anchors):
        (data / "anchors" / f"{number}.cer").write_bytes(anchor)
    build = ("directory", "build", "--bodies", bodies, "--pki", pki, "--node", enrolled)
    run(*build, "--out", signed)
    run("directory", "import", "--data", data, signed)
    folder = DataFolder(data)

    def found() -> Finding:
        return _identity(folder, load_settings(folder), standing=True)

    assert found().ok
    run("pki", "issue-node", "--dir", pki, "--node", "340200", "--out", data, "--suite", "GM")
    assert "GM" in found().detail  # nobody accepts that suite here
    run(*build, "--out", signed, "--previous", signed, "--suite", "INTL", "--accept", "GM")
    run("directory", "import", "--data", data, signed)
    assert "登记的不是现用的节点证书" in found().detail


def test_a_node_without_a_certificate_gets_a_request_for_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = run("enrol", "--data", data, "--node", "340200", "--url", "https://x:1")

    checked = subprocess.run(
        ["openssl", "req", "-in", data / "node.csr", "-noout", "-verify"],
        capture_output=True,
        check=False,
    )
    assert (None, 0) == (made["certificate"], checked.returncode)
    assert made["request"].startswith("-----BEGIN CERTIFICATE REQUEST-----")


def test_a_directory_that_goes_back_is_refused(nodes: Nodes, tmp_path: Path) -> None:
    old = tmp_path / "old.p7m"
    old.write_bytes(nodes.publish(version=1))
    nodes.publish(version=2)

    said = run("directory", "import", "--data", nodes[CITY].folder, old, status=1)

    assert "node.directory-older" == said["error"]["code"]


def test_a_running_node_takes_over_a_newer_directory(nodes: Nodes) -> None:
    nodes.start(PROVINCE)
    desk = nodes.desk(PROVINCE)
    nodes.publish(version=7)

    for _ in range(50):
        version = desk.send(calls.health(), log_in=False).directory_version
        if version == 7:
            break
        subprocess.run(["sleep", "0.1"], check=True)
    assert 7 == version
    assert desk.send(calls.directory(known_version=6), log_in=False) is not None
    assert desk.send(calls.directory(known_version=7), log_in=False) is None


def test_a_node_that_is_not_set_up_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "serve", "--data", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)

    assert 1 == done.returncode
    assert "缺少节点配置文件 node.json" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_restored_node_answers_as_the_one_that_was_backed_up(
    nodes: Nodes, tmp_path: Path
) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    desk = nodes.desk(PROVINCE)
    sealed = desk.close_dispatch(["340100.bgs"], b"package" * 1000, tmp_path)
    first = desk.raw(submit_call(sealed)).body
    made = run("backup", "--data", node.folder, tmp_path / "backup")
    node.kill()
    node.folder.rename(tmp_path / "lost")

    run("restore", "--data", node.folder, tmp_path / "backup")
    node.start()

    assert 1 == made["blobs"]
    assert first == nodes.desk(PROVINCE).raw(submit_call(sealed)).body


def test_a_damaged_backup_is_not_restored(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    desk = nodes.desk(PROVINCE)
    desk.submit(desk.close_dispatch(["340100.bgs"], b"package" * 1000, tmp_path))
    backup = tmp_path / "backup"
    run("backup", "--data", node.folder, backup)
    blob = next(path for path in (backup / "blobs").glob("??/??/*"))
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")

    said = run("restore", "--data", tmp_path / "fresh", backup, status=1)

    assert "node.restore-refused" == said["error"]["code"]
    assert not (tmp_path / "fresh").exists()
    assert [] == list(tmp_path.glob("*.restoring"))


@pytest.mark.parametrize("damage", ["blob", "database"])
def test_the_self_check_names_what_is_damaged(nodes: Nodes, tmp_path: Path, damage: str) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    desk = nodes.desk(PROVINCE)
    desk.submit(desk.close_dispatch(["340100.bgs"], b"package" * 1000, tmp_path))
    assert 0 == node.stop()
    if damage == "blob":
        next((node.folder / "blobs").glob("??/??/*")).unlink()
    else:
        data = bytearray((node.folder / "node.db").read_bytes())
        for place in range(3 * 8192 + 100, len(data), 8192):
            data[place] ^= 1
        (node.folder / "node.db").write_bytes(data)

    command = [sys.executable, "-m", "server.cli", "check", "--data", str(node.folder), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)

    assert 1 == done.returncode
    assert b"Traceback" not in done.stderr
    report = json.loads(done.stdout)
    name = "公文密文" if damage == "blob" else "数据库"
    assert name in json.dumps(report, ensure_ascii=False)
