"""The node's database: SQLCipher under SQLAlchemy Core, with the schema brought up to date.

Two engines on one file: the writer's, whose transactions begin IMMEDIATE and which only
`server.store.writer` uses, and the readers', which can not write. The 256-bit key is raw, so that
no connection pays for key derivation; it lies in a file only the node's user may read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from formats.i18n import mark, tr
from server.errors import NotSetUp

PAGE_BYTES: Final = 8192
KEY_BYTES: Final = 32
READERS: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION: Final = re.compile(r"4\.")

DATABASE_ERRORS: Final = (DatabaseError, sqlcipher3.DatabaseError)
"""What a database operation raises: through SQLAlchemy, or from the driver's own copying."""


@dataclass(frozen=True, slots=True)
class Database:
    """Both engines of the node's store."""

    writing: Engine
    reading: Engine

    def close(self) -> None:
        """Give all connections back."""
        self.writing.dispose()
        self.reading.dispose()


def micros(at: datetime) -> int:
    """An instant as it is stored."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def instant(stored: int) -> datetime:
    """A stored instant."""
    return _EPOCH + timedelta(microseconds=stored)


def open_database(path: Path, key: bytes) -> Database:
    """Open (or make) the database and bring its schema up to date. Raises `NotSetUp`."""
    writing = create_engine(
        "sqlite://",
        module=sqlcipher3,
        creator=lambda: _connect(path, key),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=1,
    )
    reading = create_engine(
        "sqlite://",
        module=sqlcipher3,
        creator=lambda: _connect(path, key, query_only=True),
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=READERS,
    )

    @event.listens_for(writing, "begin")
    def _immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(reading, "begin")
    def _deferred(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    try:
        upgrade(writing)
    except (DatabaseError, sqlcipher3.DatabaseError) as error:
        if "not a database" in str(error):
            raise NotSetUp(str(error), what=tr(_WHAT_KEY), how=tr(_HOW_KEY)) from error
        raise
    path.chmod(0o600)
    return Database(writing, reading)


def _connect(path: Path, key: bytes, *, query_only: bool = False) -> Any:  # noqa: ANN401 - the driver has no types
    """A keyed connection; what it returns is checked to be SQLCipher, never plain SQLite."""
    connection = sqlcipher3.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=30
    )
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    (version,) = connection.execute("PRAGMA cipher_version").fetchone() or ("",)
    if not _VERSION.match(version):
        # A plain SQLite in the driver's place would ignore the key and write in the clear.
        raise NotSetUp(f"cipher_version {version!r}", what="SQLCipher", how=tr(_HOW_CIPHER))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if query_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def copy_database(database: Database, target: Path, key: bytes) -> None:
    """A copy of one moment, under the same key, while the original is in use."""
    copy = _connect(target, key)
    try:
        with database.reading.connect() as connection:
            original: Any = connection.connection.driver_connection
            original.backup(copy)  # all pages in one step, so no writer comes between
    finally:
        copy.close()
    target.chmod(0o600)


def head() -> str:
    """The revision this program wants."""
    return "0001"


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing."""
    with engine.connect() as connection:
        exists = engine.dialect.has_table(connection, "alembic_version")
        found = (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if exists
            else None
        )
    if found == head():
        return  # importing Alembic costs a start a fifth of a second
    from alembic import command  # noqa: PLC0415 - loaded when used: start-up stays quick
    from alembic.config import Config  # noqa: PLC0415 - loaded when used: start-up stays quick

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


_HOW_CIPHER = mark("请重新安装本程序自带的依赖（sqlcipher3）。")
_WHAT_KEY = mark("与数据库相配的密钥")
_HOW_KEY = mark("请从备份恢复 database.key；没有该密钥，数据库无法打开。")
