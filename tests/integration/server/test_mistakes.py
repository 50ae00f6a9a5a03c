"""A tired operator: a node started twice, a port in use, a database that is gone."""

import json
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.nodes import PROVINCE, Nodes


def told(*arguments: object, status: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A command that ends by itself with that exit status; what it said as JSON."""
    command = [sys.executable, "-m", "server.cli", *map(str, arguments)]
    done = subprocess.run([*command, "--json"], capture_output=True, check=False, timeout=60)
    assert status == done.returncode, (done.stdout, done.stderr)
    assert b"Traceback" not in done.stderr
    return json.loads(done.stdout)


def serve(*arguments: object) -> tuple[int, str]:
    """`serve`, which must not go on serving; its exit status and what it said."""
    command = [sys.executable, "-m", "server.cli", "serve", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)
    return done.returncode, done.stderr


def test_a_second_process_on_one_data_folder_is_refused(nodes: Nodes) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]

    status, said = serve("--data", node.folder)

    assert (1, True, True) == (status, "[node.already-running]" in said, node.is_ready())


def test_a_port_that_another_program_has_is_refused(nodes: Nodes) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as this server itself does
        other.bind(("127.0.0.1", 0))
        other.listen()

        port = other.getsockname()[1]
        status, said = serve("--data", nodes[PROVINCE].folder, "--port", port)

    assert (1, True) == (status, "[node.address-taken]" in said)


def test_an_address_of_another_machine_is_refused(nodes: Nodes) -> None:
    status, said = serve("--data", nodes[PROVINCE].folder, "--host", "192.0.2.1")

    assert (1, True) == (status, "[node.address-unusable]" in said)


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(
    nodes: Nodes, tmp_path: Path, command: str
) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    desk = nodes.desk(PROVINCE)
    desk.submit(desk.close_dispatch(["340100.bgs"], b"package" * 1000, tmp_path))
    assert 0 == node.stop()
    (node.folder / "node.db").write_bytes(b"")

    if command == "serve":
        status, said = serve("--data", node.folder)
        assert (1, True) == (status, "node.db" in said)
    else:
        assert "node.db" in told("check", "--data", node.folder, status=1)["error"]["happened"]
    assert 0 == (node.folder / "node.db").stat().st_size


def test_settings_that_are_damaged_are_named(nodes: Nodes) -> None:
    (nodes[PROVINCE].folder / "node.json").write_bytes(b"")

    error = told("check", "--data", nodes[PROVINCE].folder, status=1)["error"]

    assert ("node.not-set-up", True) == (error["code"], "node.json" in error["happened"])


@pytest.mark.parametrize("name", ["node.key", "tls.pem", "directory.p7m"])
def test_the_self_check_sees_a_file_that_the_next_start_would_miss(nodes: Nodes, name: str) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    assert 0 == node.stop()
    (node.folder / name).write_bytes(b"")

    report = told("check", "--data", node.folder, status=1)

    bad = [found["check"] for found in report["findings"] if not found["ok"]]
    assert ["密钥、证书与通讯录"] == bad


def with_room_for(size: int) -> Callable[[], None]:
    """What a process does first so that it can write no file larger than that."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_backup_that_finds_no_room_leaves_nothing(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    assert 0 == node.stop()
    target = tmp_path / "backup"

    words = ["backup", "--data", str(node.folder), str(target)]
    # -B: else Python would leave its own byte code cut short, and later commands could not load it.
    command = [sys.executable, "-B", "-m", "server.cli", *words]
    done = subprocess.run(
        command, capture_output=True, check=False, text=True, preexec_fn=with_room_for(10_000)
    )

    assert (1, []) == (done.returncode, list(target.iterdir()))
    assert ("[node.backup-failed]" in done.stderr, "Traceback" in done.stderr) == (True, False)


def test_a_restore_that_finds_no_room_leaves_nothing(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    assert 0 == node.stop()
    told("backup", "--data", node.folder, tmp_path / "backup", status=0)
    home = tmp_path / "home"
    home.mkdir()

    words = ["restore", str(tmp_path / "backup"), "--data", str(home / "node")]
    # -B: else Python would leave its own byte code cut short, and later commands could not load it.
    command = [sys.executable, "-B", "-m", "server.cli", *words]
    done = subprocess.run(
        command, capture_output=True, check=False, text=True, preexec_fn=with_room_for(10_000)
    )

    assert (1, []) == (done.returncode, list(home.iterdir()))
    assert ("[node.restore-refused]" in done.stderr, "Traceback" in done.stderr) == (True, False)


def test_a_backup_into_a_folder_in_use_is_refused(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.start(PROVINCE)[PROVINCE]
    (tmp_path / "kept").write_bytes(b"kept")

    error = told("backup", "--data", node.folder, tmp_path, status=1)["error"]

    assert "备份没有完成：备份目录不是空目录。" == error["happened"]
    assert b"kept" == (tmp_path / "kept").read_bytes()


def test_a_file_that_is_not_there_is_told_in_chinese(nodes: Nodes, tmp_path: Path) -> None:
    words = ("directory", "import", tmp_path / "none", "--data", nodes[PROVINCE].folder)

    error = told(*words, status=1)["error"]

    assert f"无法读写“{tmp_path / 'none'}”：文件或文件夹不存在。" == error["happened"]
