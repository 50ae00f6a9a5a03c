"""The SQLCipher file: one writer, a pool of readers, schemas that only move forward.

The only module on this side that knows sqlcipher3. The key is a raw 256-bit key and never stands
in SQL text. Every open proves that the file is encrypted. What SQLite refuses inside `read` or
`transaction` leaves as a coded error of `desktop.vault.errors`; SQL that is simply wrong does not.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from sqlcipher3 import dbapi2

from desktop.vault.errors import (
    NotEncrypted,
    VaultBusy,
    VaultConflict,
    VaultDamaged,
    VaultFull,
    VaultLocked,
    VaultTooNew,
    VaultTrouble,
)

PAGE_BYTES: Final = 8192
_PLAIN_HEADER: Final = b"SQLite format 3\x00"
_BUSY_MILLISECONDS: Final = 10_000
_IDLE_READERS: Final = 4
"""Readers kept warm: a new connection starts with a cold, still encrypted cache."""

# What SQLite says, for what it means. sqlcipher3 gives no error numbers.
_MEANINGS: Final = (
    ("disk is full", VaultFull),
    ("is locked", VaultBusy),
    ("malformed", VaultDamaged),
    ("not a database", VaultDamaged),
    ("disk I/O error", VaultTrouble),
    ("readonly", VaultTrouble),
    ("unable to open", VaultTrouble),
    ("constraint failed", VaultConflict),
    ("append-only", VaultConflict),  # what our own triggers say
)


class Cursor(Protocol):
    """What a statement answers; rows are read by place or by column name."""

    rowcount: int
    lastrowid: int

    def fetchone(self) -> Any:  # noqa: ANN401 - a row's columns are of any type
        """The next row, or ``None``."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection lent out by `Database.read` or `Database.transaction`."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Cursor:
        """Run one statement."""

    def executemany(self, sql: str, rows: Sequence[Sequence[object]], /) -> Cursor:
        """Run one statement for each row."""


@contextmanager
def _coded(path: Path) -> Iterator[None]:
    """Turn what SQLite refuses into a coded error; wrong SQL passes as it is."""
    try:
        yield
    except dbapi2.Error as error:
        text = str(error)
        for words, kind in _MEANINGS:
            if words in text:
                raise kind(text, file=path.name) from error
        raise


class Database:
    """One open file. Safe to use from several threads; a thread holds at most one transaction."""

    def __init__(self, path: Path, key: bytearray) -> None:
        """Use `create` or `open`. Takes ``key`` over and wipes it on `close`."""
        self.path: Final = path
        self._key = key
        self._guard = threading.RLock()  # the writer
        self._pool = threading.Lock()
        self._idle: list[Any] = []
        self._depth = 0
        self._after: list[Callable[[], None]] = []
        self._owner: int | None = None
        self._closed = False
        self._writer = _connect(path, key)

    @classmethod
    def create(cls, path: Path, key: bytearray) -> "Database":
        """A new file at a path where there is none. Raises `VaultTrouble`, `VaultFull`."""
        with _coded(path):
            path.touch(mode=0o600, exist_ok=False)
            connection = _connect(path, key)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(
                    "CREATE TABLE schema_version"
                    " (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT"
                )
            finally:
                connection.close()  # the last to close it writes the log back
        return cls.open(path, key)

    @classmethod
    def open(cls, path: Path, key: bytearray) -> "Database":
        """An existing file. Raises `VaultDamaged` (also for a key that does not fit)."""
        _require_encrypted(path)
        with _coded(path):
            return cls(path, key)

    def close(self) -> None:
        """Close every connection and wipe the key; harmless when done twice."""
        with self._guard, self._pool:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._idle, self._writer):
                with suppress(dbapi2.Error):
                    connection.close()
            self._idle.clear()
            self._key[:] = bytes(len(self._key))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state and cannot write.

        Inside a transaction of the same thread it is that transaction's connection.
        """
        if self._owner == threading.get_ident():
            with _coded(self.path):
                yield self._writer
            return
        with _coded(self.path):
            connection = self._take()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is committed together, or, when it raises, not at all.

        Inside another transaction of the same thread it is a savepoint of that one.
        """
        with self._guard:
            if self._closed:
                raise VaultLocked
            with _coded(self.path):
                if self._depth:
                    yield from self._savepoint()
                else:
                    yield from self._outermost()
            if not self._depth:
                self._run_after()

    def after_commit(self, act: Callable[[], None]) -> None:
        """Have ``act`` run once the current transaction is durable; never if it rolls back."""
        self._after.append(act)

    def schema_version(self, name: str) -> int:
        """The version of a named schema here; 0 when it was never applied."""
        with self.read() as connection:
            row = connection.execute(
                "SELECT version FROM schema_version WHERE name = ?", (name,)
            ).fetchone()
        return int(row[0]) if row else 0

    def apply_schema(
        self, name: str, version: int, statements: Sequence[str], *, newest: int | None = None
    ) -> None:
        """Bring a named schema from ``version - 1`` to ``version``, unless it is there already.

        Call once for each version, in order. ``newest`` is the highest version that the caller
        knows: with it, `VaultTooNew` is raised for a file that is beyond it.
        """
        known = self.schema_version(name)
        if newest is not None and known > newest:
            raise VaultTooNew(f"{name} {known}")
        if known >= version:
            return
        with self.transaction() as connection:
            known = self.schema_version(name)  # another process may have been first
            if known >= version:
                return
            if known != version - 1:
                raise ValueError(f"schema {name} goes from {known} to {version}")
            for statement in statements:
                connection.execute(statement)
            connection.execute(
                "INSERT INTO schema_version VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET version = excluded.version",
                (name, version),
            )

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file: every page's HMAC, then SQLite's own check."""
        try:
            with self.read() as connection:
                pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
                if pages:
                    return tuple(str(row[0]) for row in pages)
                rows = connection.execute("PRAGMA integrity_check").fetchall()
        except VaultDamaged as error:
            return (error.detail,)
        return tuple(str(row[0]) for row in rows if row[0] != "ok")

    def copy_to(self, path: Path) -> None:
        """A consistent copy under the same key while work goes on. Raises as `create`."""
        with self._guard, _coded(path):
            if self._closed:
                raise VaultLocked
            path.touch(mode=0o600, exist_ok=False)
            copy = _connect(path, self._key)
            try:
                self._writer.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            finally:
                copy.close()
        _require_encrypted(path)

    def sibling(self, path: Path) -> "Database":
        """Another file under the same key, such as a copy made by `copy_to`. Raises as `open`."""
        if self._closed:
            raise VaultLocked
        return Database.open(path, bytearray(self._key))

    def use_log(self) -> None:
        """Put a file restored from a copy back into WAL mode."""
        with self._guard, _coded(self.path):
            self._writer.execute("PRAGMA journal_mode = WAL")

    def _outermost(self) -> Iterator[Connection]:
        self._writer.execute("BEGIN IMMEDIATE")
        self._depth, self._owner = 1, threading.get_ident()
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            self._after.clear()
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise
        finally:
            self._depth, self._owner = 0, None

    def _savepoint(self) -> Iterator[Connection]:
        name, waiting = f"s{self._depth}", len(self._after)
        self._writer.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield self._writer
            self._writer.execute(f"RELEASE {name}")
        except BaseException:
            del self._after[waiting:]
            if self._writer.in_transaction:
                self._writer.execute(f"ROLLBACK TO {name}")
                self._writer.execute(f"RELEASE {name}")
            raise
        finally:
            self._depth -= 1

    def _run_after(self) -> None:
        acts, self._after = self._after, []
        for act in acts:
            act()

    def _take(self) -> Any:  # noqa: ANN401 - sqlcipher3 has no types
        with self._pool:
            if self._closed:
                raise VaultLocked
            if self._idle:
                return self._idle.pop()
        connection = _connect(self.path, self._key)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: Any) -> None:  # noqa: ANN401 - as above
        with self._pool:
            if not self._closed and len(self._idle) < _IDLE_READERS:
                with suppress(dbapi2.Error):
                    connection.rollback()
                    self._idle.append(connection)
                    return
        connection.close()


def _connect(path: Path, key: bytearray) -> Any:  # noqa: ANN401 - sqlcipher3 has no types
    """A keyed connection to an existing file."""
    connection = dbapi2.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _prepare(connection, path, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Any, path: Path, key: bytearray) -> None:  # noqa: ANN401 - as above
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
    connection.set_key(b"x'" + key.hex().encode() + b"'")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise NotEncrypted("no SQLCipher", file=path.name)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the key fits
    connection.row_factory = dbapi2.Row


def _require_encrypted(path: Path) -> None:
    """Raises `NotEncrypted` for SQLite in the clear, `VaultDamaged` for no database at all."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_PLAIN_HEADER))
    except OSError as error:
        raise VaultDamaged(str(error), file=path.name) from error
    if head == _PLAIN_HEADER:
        raise NotEncrypted(str(path), file=path.name)
    if len(head) < len(_PLAIN_HEADER):
        raise VaultDamaged(f"{len(head)} bytes", file=path.name)
