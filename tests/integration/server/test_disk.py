"""A disk that fails: nobody gets a receipt for what is not durable, and the node says so."""

import asyncio
import errno
import os
import shutil
from pathlib import Path

import pytest
from starlette.requests import Request

from formats.protocol.errors import ExchangeFailed
from server.api import health
from server.api.http import Asked
from server.app import Running, open_node
from server.config import DataFolder
from server.store.work import Work
from tests.support.nodes import PROVINCE, Desk, Nodes


def test_a_node_whose_writer_ended_is_neither_alive_nor_ready(nodes: Nodes) -> None:
    told: list[bool] = []
    folder = DataFolder(nodes[PROVINCE].folder)
    node = open_node(folder, on_fatal=lambda: told.append(True))
    asked = Asked(Request({"type": "http"}), node)

    def look() -> list[int]:
        return [asyncio.run(handler(asked)).status_code for handler in (health.live, health.ready)]

    before = look()
    node.writer.fail(OSError(errno.EIO, os.strerror(errno.EIO)))
    after = look()
    node.database.close()

    assert ([200, 200], [503, 503], [True]) == (before, after, told)


def test_a_task_of_the_supervision_that_fails_is_shown_until_it_works(nodes: Nodes) -> None:
    node = open_node(DataFolder(nodes[PROVINCE].folder))
    node.writer.start()
    running = Running(node)
    asked = Asked(Request({"type": "http"}), node)

    def wrong(_: Work) -> None:
        raise KeyError("mistake")

    def shown() -> bool:
        return b"deadlines" in asyncio.run(health.health(asked)).body

    running.supervise("deadlines", wrong)
    before = shown()
    running.supervise("deadlines", lambda _: None)
    after = shown()
    node.writer.stop()
    node.database.close()

    assert (True, False) == (before, after)


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def submit_until_it_fails(desk: Desk, folder: Path, count: int) -> list[str]:
    """The dispatches that were answered with a receipt."""
    answered = []
    for number in range(count):
        sealed = desk.close_dispatch(["340000.bgt"], b"%d" % number * 1000, folder)
        try:
            desk.submit(sealed)
        except ExchangeFailed:
            break
        answered.append(sealed.header.dispatch)
    return answered


@needs_strace
@pytest.mark.parametrize(
    ("fault", "when", "ending"), [("error=EIO", 25, 3), ("signal=KILL", 40, -9)]
)
def test_a_sync_that_fails_loses_nothing_that_was_answered(
    nodes: Nodes, tmp_path: Path, fault: str, when: int, ending: int
) -> None:
    node = nodes[PROVINCE]
    inject = f"inject=fsync,fdatasync:{fault}:when={when}+"
    node.start(["strace", "-f", "-qq", "-o", "/dev/null", "-e", inject])
    answered = submit_until_it_fails(nodes.desk(PROVINCE), tmp_path, 30)
    status = node.process.wait(60) if node.process else None
    node.kill_group()

    node.start()
    there = {entry.dispatch for entry in nodes.desk(PROVINCE).entries()}

    assert ending == status
    assert answered
    assert len(answered) < 30
    assert set(answered) <= there
