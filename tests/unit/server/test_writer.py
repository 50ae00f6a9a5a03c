"""The one writer: groups, savepoints, receipts, and what a bad disk does."""

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from formats.canonical import from_bytes
from formats.effects import system_clock, system_randomness
from formats.evidence.checkpoint import origin_of, verify_checkpoint
from formats.evidence.merkle import MerkleLog, leaf_hash, verify_inclusion
from formats.evidence.receipt import Receipt
from formats.ids import new_id, sha256
from formats.limits import MAX_GROUP
from server.config import DataFolder, make_keys
from server.errors import Draining, NodeError, NotFound, StorageFailed, StorageFull
from server.store.database import Database
from server.store.tables import challenges, checkpoints, records
from server.store.work import Finish, Work
from server.store.writer import Writer
from tests.support.pki import PilotWorld
from tests.support.store import Store


def issue(work: Work) -> Finish[bytes]:
    dispatch = new_id(system_clock, system_randomness)
    ref = work.issue("SubmissionAcceptance", dispatch=dispatch, digest=sha256(dispatch.encode()))
    return lambda receipts: work.receipt(ref, receipts)


def block(writer: Writer) -> threading.Event:
    """Keep the writer busy until the event is set, so that what follows is one group."""
    go = threading.Event()

    def wait(_: Work) -> Finish[None]:
        go.wait(10)
        return lambda _: None

    writer.submit(wait)
    return go


def test_what_waits_is_one_group_with_one_checkpoint(store: Store) -> None:
    go = block(store.writer)
    futures = [store.writer.submit(issue) for _ in range(50)]
    go.set()
    receipts = [from_bytes(Receipt, future.result(20)) for future in futures]

    assert {50} == {receipt.tree_size for receipt in receipts}
    assert 1 == store.count(checkpoints)


def test_every_receipt_verifies_against_the_log(store: Store, folder: DataFolder) -> None:
    _, key = make_keys(folder, system_randomness)
    receipts = [from_bytes(Receipt, store.do(issue)) for _ in range(20)]

    for receipt in receipts:
        head = verify_checkpoint(receipt.checkpoint, origin_of("340000"), key.public)
        verify_inclusion(
            leaf_hash(receipt.record),
            receipt.leaf_index,
            receipt.tree_size,
            receipt.inclusion,
            head.root,
        )
    assert list(range(20)) == [receipt.leaf_index for receipt in receipts]


def test_a_failing_operation_takes_back_only_its_own_work(store: Store) -> None:
    def fail(work: Work) -> Finish[bytes]:
        issue(work)
        raise NotFound

    go = block(store.writer)
    futures: list[Future[bytes]] = [store.writer.submit(op) for op in (issue, fail, issue)]
    go.set()

    assert 2 == from_bytes(Receipt, futures[0].result(20)).tree_size
    assert 2 == from_bytes(Receipt, futures[2].result(20)).tree_size
    with pytest.raises(NotFound):
        futures[1].result(20)
    assert 2 == store.count(records)


def test_a_mistake_in_one_operation_does_not_end_the_writer(store: Store) -> None:
    def wrong(_: Work) -> Finish[None]:
        raise KeyError("mistake")

    with pytest.raises(NodeError, match="unexpected"):
        store.do(wrong)
    assert store.do(issue)


def test_an_answer_that_cannot_be_made_fails_its_own_submission_alone(store: Store) -> None:
    def wrong(work: Work) -> Finish[bytes]:
        issue(work)
        return lambda receipts: receipts[-1]

    go = block(store.writer)
    futures = [store.writer.submit(operation) for operation in (issue, wrong, issue)]
    go.set()
    sizes = [from_bytes(Receipt, futures[at].result(20)).tree_size for at in (0, 2)]

    with pytest.raises(NodeError, match="unexpected"):
        futures[1].result(20)
    assert ([1, 2], 2, False) == (sizes, store.count(records), store.writer.failed)


def test_a_wrong_statement_is_no_disk_error(store: Store) -> None:
    def wrong(work: Work) -> Finish[None]:
        work.connection.execute(insert(challenges).values(id="1"))
        return lambda _: None

    with pytest.raises(NodeError, match="unexpected"):
        store.do(wrong)
    assert store.do(issue)


def test_a_listener_that_fails_does_not_end_the_writer(store: Store) -> None:
    def listener(_: frozenset[str], __: frozenset[str]) -> None:
        raise RuntimeError("the loop is closed")

    def wake(work: Work) -> Finish[None]:
        work.woken.add("340000.bgt")
        return lambda _: None

    store.writer.listen(listener)
    store.do(wake)

    assert store.do(issue)


def test_a_log_that_cannot_be_appended_to_refuses_the_group_and_ends_the_writer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise IndexError("a hash is missing")

    monkeypatch.setattr(MerkleLog, "append", damaged)
    go = block(store.writer)
    futures = [store.writer.submit(issue) for _ in range(3)]
    go.set()

    for future in futures:
        with pytest.raises(StorageFailed):
            future.result(20)
    assert (True, 0) == (store.writer.failed, store.count(records))


def test_a_writer_thread_that_dies_leaves_nobody_waiting(store: Store) -> None:
    def end(_: Work) -> Finish[bytes]:
        raise SystemExit

    go = block(store.writer)
    futures = [store.writer.submit(operation) for operation in (issue, end, issue)]
    late = [store.writer.submit(issue) for _ in range(MAX_GROUP)]
    go.set()

    for future in (*futures, *late, store.writer.submit(issue)):
        with pytest.raises(StorageFailed):
            future.result(20)
    assert store.writer.failed


def test_the_log_goes_on_where_it_stood_after_a_restart(
    pilot: PilotWorld, database: Database, folder: DataFolder
) -> None:
    _, log_key = make_keys(folder, system_randomness)
    sizes = []
    for _ in range(3):
        writer = Writer(
            database,
            node="340000",
            signer=pilot.nodes["340000"].signer(),
            log_key=log_key,
            clock=system_clock,
        )
        writer.start()
        sizes.append(from_bytes(Receipt, writer.submit(issue).result(20)).tree_size)
        writer.stop()

    assert [1, 2, 3] == sizes


def broken(kind: str) -> Callable[[Work], Finish[bytes]]:
    def operation(_: Work) -> Finish[bytes]:
        raise OperationalError("INSERT", {}, Exception(kind))

    return operation


def test_a_disk_error_refuses_the_group_and_ends_the_writer(
    pilot: PilotWorld, database: Database, folder: DataFolder
) -> None:
    _, log_key = make_keys(folder, system_randomness)
    told: list[bool] = []
    writer = Writer(
        database,
        node="340000",
        signer=pilot.nodes["340000"].signer(),
        log_key=log_key,
        clock=system_clock,
        on_fatal=lambda: told.append(True),
    )
    writer.start()
    go = block(writer)
    futures = [writer.submit(issue), writer.submit(broken("disk I/O error"))]
    go.set()
    for future in (*futures, writer.submit(issue)):
        with pytest.raises(StorageFailed):
            future.result(20)
    writer.stop()

    assert ([True], True) == (told, writer.failed)


def test_a_full_disk_refuses_the_group_and_the_writer_goes_on(store: Store) -> None:
    with pytest.raises(StorageFull) as refusal:
        store.do(broken("database or disk is full"))

    assert "服务器存储空间不足，暂时不能接收。" in refusal.value.text("zh")
    assert 1 == from_bytes(Receipt, store.do(issue)).tree_size


def test_a_full_disk_under_a_blob_is_told_apart_from_a_broken_one(store: Store) -> None:
    full = store.writer.fail(OSError(errno.ENOSPC, "No space left on device"))

    assert (StorageFull, False) == (type(full), store.writer.failed)


@pytest.mark.parametrize(
    ("number", "ends"), [(errno.EIO, True), (errno.EMFILE, False), (errno.ENOENT, False)]
)
def test_only_a_lost_disk_ends_the_writer(store: Store, number: int, ends: bool) -> None:
    store.writer.fail(OSError(number, os.strerror(number)))

    assert ends == store.writer.failed


def test_a_stopped_writer_finishes_what_waits_and_takes_no_more(store: Store) -> None:
    futures = [store.writer.submit(issue) for _ in range(10)]
    store.writer.stop()

    assert all(future.result(1) for future in futures)
    with pytest.raises(Draining):
        store.writer.submit(issue).result(1)


def test_a_reader_cannot_write(store: Store) -> None:
    row = {"id": "1", "nonce": b"", "certificate": b"", "expires": 0}
    with (
        pytest.raises(OperationalError, match="readonly"),
        store.database.reading.begin() as connection,
    ):
        connection.execute(insert(challenges).values(row))


def test_the_database_is_encrypted_and_flushes_every_commit(store: Store) -> None:
    with store.database.writing.connect() as connection:
        version = connection.execute(text("PRAGMA cipher_version")).scalar()
        modes = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "journal_mode", "cipher_page_size")
        ]

    assert str(version).startswith("4.")
    assert [2, "wal", "8192"] == modes
