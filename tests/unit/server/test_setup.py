"""What is missing is named; keys are made once and never anew; the directory never goes back."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from formats.effects import system_clock, system_randomness
from server.app import open_node
from server.config import DataFolder, Settings, make_keys, save_settings
from server.directory import import_directory
from server.errors import DirectoryOlder, NotSetUp
from server.store.database import open_database
from signing.trust.snapshot import sign_snapshot
from tests.support.pki import PilotWorld, snapshot_of


def test_a_node_without_settings_says_how_to_get_them(folder: DataFolder) -> None:
    with pytest.raises(NotSetUp) as missing:
        open_node(folder)

    assert "yidao-node enrol" in missing.value.text("zh")


def test_a_node_without_a_certificate_says_which_file_is_missing(folder: DataFolder) -> None:
    save_settings(folder, Settings(node="340000"))

    with pytest.raises(NotSetUp) as missing:
        open_node(folder)

    assert "缺少节点证书" in missing.value.text("zh")
    assert "node.key" in missing.value.text("zh")


def test_a_lost_database_key_is_not_replaced(folder: DataFolder) -> None:
    key, _ = make_keys(folder, system_randomness)
    open_database(folder.database, key).close()
    (folder / "database.key").unlink()

    with pytest.raises(NotSetUp) as missing:
        make_keys(folder, system_randomness)

    assert "从备份恢复 database.key" in missing.value.text("zh")
    assert not (folder / "database.key").exists()


def test_a_lost_log_key_is_not_replaced(folder: DataFolder) -> None:
    key, _ = make_keys(folder, system_randomness)
    open_database(folder.database, key).close()
    (folder / "log.key").unlink()

    with pytest.raises(NotSetUp):
        make_keys(folder, system_randomness)


def test_a_key_that_others_can_read_is_refused(folder: DataFolder) -> None:
    make_keys(folder, system_randomness)
    (folder / "log.key").chmod(0o644)

    with pytest.raises(NotSetUp) as refusal:
        make_keys(folder, system_randomness)

    assert "chmod 600" in refusal.value.text("zh")


def test_keys_are_for_the_owner_alone(folder: DataFolder) -> None:
    make_keys(folder, system_randomness)

    modes = {(folder / name).stat().st_mode & 0o777 for name in ("database.key", "log.key")}
    assert {0o600} == modes


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_another_key_does_not_open_the_database(folder: DataFolder) -> None:
    key, _ = make_keys(folder, system_randomness)
    open_database(folder.database, key).close()

    with pytest.raises(NotSetUp) as refusal:
        open_database(folder.database, bytes(32))

    assert "没有该密钥，数据库无法打开" in refusal.value.text("zh")


def signed(pilot: PilotWorld, version: int, previous: str | None = None) -> bytes:
    snapshot = snapshot_of(pilot, version=version, previous=previous)
    return sign_snapshot(snapshot, pilot.pilot.directory_signer(), system_clock())


def test_a_directory_of_the_same_or_a_lower_version_is_refused(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    path = tmp_path / "directory.p7m"
    import_directory(path, signed(pilot, 5), pilot.anchors, system_clock)
    before = path.read_bytes()

    for version in (4, 5):
        with pytest.raises(DirectoryOlder):
            import_directory(path, signed(pilot, version), pilot.anchors, system_clock)

    assert before == path.read_bytes()


def test_an_expired_directory_does_not_forget_its_version(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    path = tmp_path / "directory.p7m"
    import_directory(path, signed(pilot, 5), pilot.anchors, system_clock)

    def later() -> datetime:
        return system_clock() + timedelta(days=8)

    snapshot = snapshot_of(pilot, version=4, days=20)
    old = sign_snapshot(snapshot, pilot.pilot.directory_signer(), system_clock())
    with pytest.raises(DirectoryOlder):
        import_directory(path, old, pilot.anchors, later)


def test_a_node_is_ready_without_loading_what_only_a_lane_needs() -> None:
    program = "import sys, server.serve; print('requests' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)

    assert b"False\n" == said.stdout
