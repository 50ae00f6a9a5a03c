"""The one writer: everything waiting is one transaction, and nobody is answered before COMMIT.

The order of a group: each operation in a savepoint of its own; all new records appended to the
log; the log's head signed; the receipts made and stored; COMMIT; then the answers. A failing
operation takes back its own savepoint alone; one whose answer can not be made takes the group back,
which is then done one by one. A failing disk, or a log that can not be appended to, fails the whole
group and ends the writer for good: what is durable is no longer known, and only a restart reads it
anew. However it ends, nobody is left waiting.
"""

import errno
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
)

from formats.canonical import to_bytes
from formats.effects import Clock
from formats.errors import YidaoError
from formats.evidence.checkpoint import Checkpoint, origin_of, sign_checkpoint
from formats.evidence.merkle import EMPTY_ROOT, MerkleLog, leaf_hash
from formats.evidence.receipt import Receipt
from formats.ids import NodeId
from formats.limits import MAX_GROUP, MAX_WAITING_WRITES
from server.config import LogKey
from server.errors import Draining, NodeError, StorageFailed, StorageFull
from server.store.database import Database, micros
from server.store.hashes import SqlHashStore, open_log
from server.store.tables import checkpoints, mailbox, outbox, records
from server.store.work import Counters, Finish, Leaf, Receipts, Stamp, Work
from signing.signer import Signer

T = TypeVar("T")
Operation = Callable[[Work], Finish[T]]
Listener = Callable[[frozenset[str], frozenset[str]], None]
"""Told after COMMIT: bodies with new mailbox entries, neighbours with new outbox rows."""

_logger = logging.getLogger("yidao.writer")
_FULL: Final = "database or disk is full"
_NO_SPACE: Final = {errno.ENOSPC, errno.EDQUOT}
_DISK_GONE: Final = {
    errno.EIO, errno.EROFS, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.EUCLEAN,
}  # fmt: skip
"""After these nothing written before is certain; a missing file or too many open ones is less."""

_MISTAKES: Final = (
    DataError, IntegrityError, InterfaceError, NotSupportedError, ProgrammingError,
)  # fmt: skip
"""What the database says of a wrong statement, not of its disk: one operation's own fault."""


class _AnswerFailed(Exception):
    """The answer of an operation could not be made: a mistake in that operation."""


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    operation: Operation[T]
    future: "Future[T]"


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest signed head of the log."""

    size: int
    text: str


class Writer:
    """Owns the writing connection, the log and the row counters."""

    def __init__(
        self,
        database: Database,
        *,
        node: NodeId,
        signer: Signer,
        log_key: LogKey,
        clock: Clock,
        stamp: Stamp = lambda _: None,
        on_fatal: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._node = node
        self._signer = signer
        self._log_key = log_key
        self._clock = clock
        self._stamp = stamp
        self._on_fatal = on_fatal
        self._listeners: list[Listener] = []
        self._waiting: deque[_Job[Any]] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._failed: NodeError | None = None
        self._log: tuple[MerkleLog, SqlHashStore] | None = None
        with database.writing.begin() as connection:
            self._counters = _counters(connection, clock())
            self._log, self.head = self._load(connection)
        self.groups = 0
        self.writes = 0
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def listen(self, listener: Listener) -> None:
        """Be told after every commit."""
        self._listeners.append(listener)

    def submit(self, operation: Operation[T]) -> "Future[T]":
        """Queue an operation; the future resolves after COMMIT.

        It may raise a `YidaoError` of the operation, `Draining`, `StorageFull` or `StorageFailed`.
        """
        job = _Job(operation, Future[T]())
        with self._changed:
            if self._failed is not None:
                job.future.set_exception(self._failed)
            elif self._stopping or len(self._waiting) >= MAX_WAITING_WRITES:
                job.future.set_exception(Draining())
            else:
                self._waiting.append(job)
                self._changed.notify()
        return job.future

    def do(self, operation: Callable[[Work], None]) -> "Future[None]":
        """Queue an operation that answers nothing; as `submit`."""

        def run(work: Work) -> Finish[None]:
            operation(work)
            return lambda _: None

        return self.submit(run)

    def stop(self) -> None:
        """Finish what is waiting, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def failed(self) -> bool:
        """Whether it ended before it was told to; only a restart helps."""
        return self._failed is not None

    def fail(self, error: OSError) -> NodeError:
        """An error of the system, for example on a blob; the coded error for it."""
        if error.errno in _NO_SPACE:
            return StorageFull(str(error))
        if error.errno in _DISK_GONE:
            return self._fatal(error)
        _logger.error("unexpected", exc_info=error)
        return NodeError("unexpected")

    # --- the thread -----------------------------------------------------------------------------
    def _run(self) -> None:
        group: list[_Job[Any]] = []
        try:
            while group := self._next_group():
                self._commit([job for job in group if job.future.set_running_or_notify_cancel()])
        except BaseException as error:  # noqa: BLE001 - a thread's end: who waits must be told
            self._fatal(error)
        finally:
            with self._changed:
                self._stopping = True
                group += self._waiting
                self._waiting.clear()
            _refuse(group, self._failed or Draining())

    def _next_group(self) -> list[_Job[Any]]:
        """What is to be one transaction; empty when the writer is to end."""
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            count = min(len(self._waiting), MAX_GROUP)
            return [self._waiting.popleft() for _ in range(count)]

    def _commit(self, group: Sequence[_Job[Any]]) -> None:
        if self._failed is not None:
            return _refuse(group, self._failed)
        try:
            works = self._transact(group)
        except _AnswerFailed:  # all is taken back: find the one, and do the others
            self._log = None
            if len(group) > 1:
                for job in group:
                    self._commit([job])
                return None
            _logger.exception("an answer can not be made")
            return _refuse(group, NodeError("unexpected"))
        except Exception as error:  # noqa: BLE001 - whatever it is, it concerns the whole group
            self._log = None
            return _refuse(group, self._broken(error))
        self._tell(works)
        return None

    def _transact(self, group: Sequence[_Job[Any]]) -> list[Work]:
        """Do a group and answer it; what its operations did. Raises what concerns all of it."""
        works: list[Work] = []
        finishes: list[tuple[_Job[Any], Finish[Any]]] = []
        refused: list[tuple[_Job[Any], YidaoError]] = []
        with self._database.writing.begin() as connection:
            for job in group:
                work = self._work(connection)
                try:
                    with connection.begin_nested():
                        finish = job.operation(work)
                except DBAPIError as error:
                    if not isinstance(error, _MISTAKES):
                        raise
                    refused.append((job, self._coded(error)))
                except Exception as error:  # noqa: BLE001 - a mistake in one is that one's alone
                    refused.append((job, self._coded(error)))
                else:
                    works.append(work)
                    finishes.append((job, finish))
            receipts, head = self._seal(
                connection, [leaf for work in works for leaf in work.leaves]
            )
            answers = _answers(finishes, receipts)
        self.head = head
        self.groups += 1
        self.writes += len(answers)
        for job, answer in answers:
            job.future.set_result(answer)
        for job, cause in refused:
            job.future.set_exception(cause)
        return works

    def _coded(self, error: Exception) -> YidaoError:
        """What the caller of a failing operation is told."""
        if isinstance(error, YidaoError):
            return error
        if isinstance(error, OSError):
            return self.fail(error)
        _logger.error("an operation failed", exc_info=error)
        return NodeError("unexpected")

    def _work(self, connection: Connection) -> Work:
        return Work(
            connection=connection,
            node=self._node,
            now=self._clock(),
            signer=self._signer,
            stamp=self._stamp,
            counters=self._counters,
        )

    def _seal(self, connection: Connection, leaves: Sequence[Leaf]) -> tuple[Receipts, LogHead]:
        """Append the group's records to the log, sign its head, make and store the receipts."""
        if not leaves:
            return {}, self.head
        if self._log is None:
            self._log, _ = self._load(connection)
        log, store = self._log
        store.use(connection)
        places = [log.append(leaf_hash(leaf.record)) for leaf in leaves]
        store.flush()
        checkpoint = Checkpoint(origin=origin_of(self._node), size=log.size, root=log.root())
        text = sign_checkpoint(checkpoint, self._log_key.public, self._log_key.sign)
        connection.execute(
            insert(checkpoints).values(size=log.size, text=text, at=micros(self._clock()))
        )
        receipts = {
            leaf.id: to_bytes(
                Receipt(
                    record=leaf.record,
                    timestamp=leaf.timestamp,
                    leaf_index=place,
                    tree_size=log.size,
                    inclusion=log.inclusion(place),
                    checkpoint=text,
                )
            )
            for leaf, place in zip(leaves, places, strict=True)
        }
        connection.execute(
            update(records).where(records.c.id == bindparam("ref")),
            [{"ref": ref, "receipt": receipt} for ref, receipt in receipts.items()],
        )
        return receipts, LogHead(log.size, text)

    def _load(self, connection: Connection) -> tuple[tuple[MerkleLog, SqlHashStore], LogHead]:
        query = select(checkpoints.c.size, checkpoints.c.text)
        row = connection.execute(query.order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
        if row is None:
            empty = Checkpoint(origin=origin_of(self._node), size=0, root=EMPTY_ROOT)
            text = sign_checkpoint(empty, self._log_key.public, self._log_key.sign)
            return open_log(connection, 0), LogHead(0, text)
        return open_log(connection, row.size), LogHead(row.size, row.text)

    def _tell(self, works: Sequence[Work]) -> None:
        bodies = frozenset(body for work in works for body in work.woken)
        lanes = frozenset(lane for work in works for lane in work.lanes)
        if bodies or lanes:
            for listener in self._listeners:
                try:
                    listener(bodies, lanes)
                except Exception:
                    _logger.exception("a listener failed")  # all is durable; it will look again

    def _broken(self, error: Exception) -> NodeError:
        if _FULL in str(error):
            return StorageFull(str(error))
        return self._fatal(error)

    def _fatal(self, error: BaseException) -> NodeError:
        _logger.critical("storage failed, the node stops: %s", error, exc_info=error)
        failed = self._failed = StorageFailed(str(error))
        self._on_fatal()
        return failed


def _answers(
    finishes: Sequence[tuple[_Job[Any], Finish[Any]]], receipts: Receipts
) -> list[tuple[_Job[Any], Any]]:
    """The answers of a group. Raises `_AnswerFailed`, or what the disk raises."""
    try:
        return [(job, finish(receipts)) for job, finish in finishes]
    except (DBAPIError, OSError):
        raise
    except Exception as error:
        raise _AnswerFailed from error


def _refuse(group: Sequence[_Job[Any]], error: YidaoError) -> None:
    for job in group:
        if not job.future.done():
            job.future.set_exception(error)


def _counters(connection: Connection, now: datetime) -> Counters:
    """Where the row ids stand.

    Mailbox numbers go on from the milliseconds of the clock at least: a node restored from an old
    backup must not give a number again that a client's cursor is already past.
    """

    def highest(column: Any) -> int:  # noqa: ANN401 - a SQLAlchemy column
        return int(connection.execute(select(func.max(column))).scalar() or 0)

    milliseconds = micros(now) // 1000
    return Counters(
        record=highest(records.c.id),
        mailbox=max(highest(mailbox.c.seq), milliseconds),
        outbox=highest(outbox.c.id),
    )
