"""The vault: everything this client keeps, encrypted under one secret.

    vault.db            SQLCipher: all tables, by named schema
    vault.keys          the secret, wrapped for each UKEY and for recovery
    blobs/              one encrypted file a blob
    archive.checkpoint  how far the archive's ledger was known to reach

`Vault.open` never makes anything: where a file is missing or does not open, it says so and leaves
the folder alone.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from desktop.files import disk_errors, sync_folder
from desktop.vault import blobs as _blobs
from desktop.vault.blobs import Blobs
from desktop.vault.database import Connection, Database
from desktop.vault.errors import KeysDamaged, VaultDamaged, VaultExists, VaultLocked, VaultMissing
from desktop.vault.keys import (
    KEYS_FILE,
    SECRET_BYTES,
    KeyFile,
    Label,
    SecretSlot,
    Slot,
    Unwrapper,
    derive,
    new_key_file,
    read_key_file,
    unlock,
    with_slot,
    without_slot,
    write_key_file,
)
from formats.effects import Clock, Randomness
from formats.i18n import tr
from formats.ids import new_id

DATABASE_FILE: Final = "vault.db"
_PART: Final = "vault.db.part"

_SCHEMA: Final = (
    "CREATE TABLE vault (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    *_blobs.SCHEMA,
)


class Vault:
    """An open vault. Use it as a context manager, or call `lock`."""

    folder: Path
    blobs: Blobs

    def __init__(
        self, folder: Path, keys: KeyFile, secret: bytearray, *, randomness: Randomness
    ) -> None:
        """Use `create` or `open`. Takes ``secret`` over and wipes it on `lock`."""
        self.folder = folder
        self._keys = keys
        self._secret = secret
        self._kek = bytearray(derive(secret, "blob-kek"))
        self._open_database: Database | None = None
        self.blobs = Blobs(folder / _blobs.FOLDER, self._database, self._kek, randomness)
        try:
            self._open_database = Database.open(folder / DATABASE_FILE, _database_key(secret))
            self._compare(keys)
        except BaseException:
            self.lock()
            raise

    @classmethod
    def create(
        cls,
        folder: Path,
        slots: Sequence[SecretSlot],
        *,
        clock: Clock,
        randomness: Randomness,
    ) -> "Vault":
        """A new vault that each of ``slots`` opens. The folder is made when it is not there.

        `vault.db` gets its name last: until then it is not a vault, and a second try clears what
        the first left. Raises `VaultExists`, `DiskFull`, `DiskTrouble`, and what a slot raises.
        """
        if not slots:
            raise ValueError("a vault needs somebody who can open it")
        part = folder / _PART
        if (folder / DATABASE_FILE).exists() or (
            (folder / KEYS_FILE).exists() and not part.exists()
        ):
            raise VaultExists(str(folder), folder=folder)
        secret = bytearray(randomness(SECRET_BYTES))
        keys = new_key_file(secret, new_id(clock, randomness), slots, clock)
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / _blobs.FOLDER).mkdir(exist_ok=True, mode=0o700)
            for ending in ("", "-wal", "-shm", "-journal"):
                part.with_name(part.name + ending).unlink(missing_ok=True)
        database = Database.create(part, _database_key(secret))
        try:
            database.apply_schema("vault", 1, _SCHEMA)
            with database.transaction() as connection:
                _note(connection, keys)
        finally:
            database.close()
        write_key_file(folder, keys)
        with disk_errors(folder):
            part.rename(folder / DATABASE_FILE)
            sync_folder(folder)
        return cls(folder, keys, secret, randomness=randomness)

    @classmethod
    def open(cls, folder: Path, unwrapper: Unwrapper, *, randomness: Randomness) -> "Vault":
        """An existing vault.

        Raises `VaultMissing`, `NoFittingSlot`, `KeysDamaged`, `VaultDamaged`, `VaultTooNew`, and
        what the unwrapper raises. Whatever happens, no file is made or changed.
        """
        for name in (KEYS_FILE, DATABASE_FILE, _blobs.FOLDER):
            if not (folder / name).exists():
                raise VaultMissing(str(folder / name), folder=folder, file=name)
        keys = read_key_file(folder)
        return cls(folder, keys, unlock(keys, unwrapper), randomness=randomness)

    def lock(self) -> None:
        """Close every connection and wipe the keys from memory; harmless when done twice."""
        if self._open_database is not None:
            self._open_database.close()
            self._open_database = None
        for key in (self._secret, self._kek):
            key[:] = bytes(len(key))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.lock()

    @property
    def id(self) -> str:
        """The vault's own identifier, the same in `vault.keys` and in the database."""
        return self._keys.archive

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Who can open it."""
        return self._keys.slots

    @property
    def database(self) -> Database:
        """The open database. Raises `VaultLocked`."""
        return self._database()

    def read(self) -> AbstractContextManager[Connection]:
        """See `Database.read`."""
        return self._database().read()

    def transaction(self) -> AbstractContextManager[Connection]:
        """See `Database.transaction`."""
        return self._database().transaction()

    def after_commit(self, act: Callable[[], None]) -> None:
        """See `Database.after_commit`."""
        self._database().after_commit(act)

    def apply_schema(
        self, name: str, version: int, statements: Sequence[str], *, newest: int | None = None
    ) -> None:
        """See `Database.apply_schema`."""
        self._database().apply_schema(name, version, statements, newest=newest)

    def derive(self, label: Label) -> bytes:
        """A key for one use, from the vault's secret. Raises `VaultLocked`."""
        self._database()
        return derive(self._secret, label)

    def add_slot(self, slot: SecretSlot, clock: Clock) -> None:
        """Let somebody more open the vault; a slot for the same certificate is replaced."""
        self._database()
        self._put(with_slot(self._keys, self._secret, slot, clock))

    def remove_slot(self, index: int) -> None:
        """Take a slot away. Raises `SlotNeeded`."""
        self._database()
        self._put(without_slot(self._keys, self._secret, index))

    def _put(self, keys: KeyFile) -> None:
        """The file first: a crash between leaves it one epoch ahead, which `_compare` takes."""
        write_key_file(self.folder, keys)
        self._keys = keys
        with self.transaction() as connection:
            _note(connection, keys)

    def _compare(self, keys: KeyFile) -> None:
        """Keys and database belong together, and the keys are not an older file put back."""
        with self.read() as connection:
            noted = {row["name"]: row["value"] for row in connection.execute("SELECT * FROM vault")}
        if noted.get("archive") != keys.archive:
            raise VaultDamaged("another vault's database", file=DATABASE_FILE)
        if keys.epoch < int(noted.get("epoch", "0")):
            raise KeysDamaged(
                f"epoch {keys.epoch}", file=KEYS_FILE, reason=tr("被换成了较早的版本")
            )

    def _database(self) -> Database:
        if self._open_database is None:
            raise VaultLocked
        return self._open_database


def _database_key(secret: bytearray) -> bytearray:
    return bytearray(derive(secret, "db"))


def _note(connection: Connection, keys: KeyFile) -> None:
    connection.executemany(
        "INSERT INTO vault VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [("archive", keys.archive), ("epoch", str(keys.epoch))],
    )
