"""Large bytes at rest: one encrypted STREAM file each under ``blobs/``, beside the database.

Order of writes: temporary file, fsync, rename, directory fsync (`Blobs.put`); only then the row,
in the caller's transaction (`Blobs.keep`). So a row always has its file; a file without a row is an
orphan of a crash and `sweep` removes it. Each file has a random key of its own, kept in the row
wrapped (RFC 3394) under a key from the vault's secret, and is never written a second time.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from desktop.files import disk_errors, sync_folder
from desktop.vault.database import Connection, Database
from desktop.vault.errors import BlobDamaged
from formats.effects import Randomness
from formats.envelope.stream import (
    KEY_BYTES,
    StreamDamaged,
    StreamReader,
    StreamSummary,
    seal_stream,
)
from formats.ids import Digest

FOLDER: Final = "blobs"
ORPHAN_AGE: Final = timedelta(hours=1)
"""A file without a row that is younger may belong to a transaction still under way."""
_ID_BYTES: Final = 16
_ENDING: Final = ".blob"
_PART: Final = ".part"

SCHEMA: Final = (
    """CREATE TABLE blob (
        id TEXT PRIMARY KEY,
        length INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        cipher_length INTEGER NOT NULL,
        cipher_sha256 TEXT NOT NULL,
        wrapped_key BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)


@dataclass(frozen=True, slots=True)
class BlobRef:
    """One blob: durable under `blobs/`, and kept once its row is committed."""

    id: str
    length: int
    """Plain bytes."""
    sha256: Digest
    """Of the plain bytes."""
    cipher_length: int
    cipher_sha256: Digest
    """Of the file as it lies on the disk, so it can be checked without any key."""
    wrapped_key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Its file, as errors name it."""
        return f"{FOLDER}/{self.id[:2]}/{self.id}{_ENDING}"

    def file_in(self, folder: Path) -> Path:
        """Its file under a ``blobs`` folder."""
        return folder / self.id[:2] / f"{self.id}{_ENDING}"

    def check_in(self, folder: Path) -> None:
        """Compare the file with its length and digest; needs no key. Raises `BlobDamaged`."""
        path = self.file_in(folder)
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise BlobDamaged(str(error), file=self.name) from error
        if size != self.cipher_length or f"sha256:{found}" != self.cipher_sha256:
            raise BlobDamaged("digest", file=self.name)


class Blobs:
    """The blobs of one vault."""

    def __init__(
        self,
        folder: Path,
        database: Callable[[], Database],
        kek: bytearray,
        randomness: Randomness,
    ) -> None:
        """``kek`` wraps the keys of the files; the vault wipes it when it locks."""
        self.folder: Final = folder
        self._database = database
        self._kek = kek
        self._randomness = randomness

    def put(self, content: bytes | Path | BinaryIO) -> BlobRef:
        """Write a blob and make it durable; `keep` its row next.

        Raises `DiskFull` or `DiskTrouble`, `TooLarge`; then nothing is left behind.
        """
        self._database()  # a locked vault has no key to wrap with
        if isinstance(content, bytes):
            return self._write(io.BytesIO(content))
        if isinstance(content, Path):
            with disk_errors(content), content.open("rb") as source:
                return self._write(source)
        return self._write(content)

    def keep(self, connection: Connection, ref: BlobRef) -> None:
        """Record a blob in the caller's transaction; its commit is what makes the blob kept."""
        connection.execute(
            "INSERT INTO blob VALUES (?, ?, ?, ?, ?, ?)",
            (
                ref.id,
                ref.length,
                ref.sha256,
                ref.cipher_length,
                ref.cipher_sha256,
                ref.wrapped_key,
            ),
        )

    def ref(self, blob: str) -> BlobRef:
        """A kept blob by its id. Raises `BlobDamaged` when there is no such row."""
        with self._database().read() as connection:
            row = connection.execute("SELECT * FROM blob WHERE id = ?", (blob,)).fetchone()
        if row is None:
            raise BlobDamaged("no row", file=blob)
        return BlobRef(*row)

    def open(self, blob: BlobRef | str) -> StreamReader:
        """The plain bytes, readable at any place. Raises `BlobDamaged`, here and while reading."""
        ref = blob if isinstance(blob, BlobRef) else self.ref(blob)
        path = self.path(ref.id)
        try:
            key = aes_key_unwrap(bytes(self._kek), ref.wrapped_key)
            reader = _NamedReader(key, path)
        except (InvalidUnwrap, StreamDamaged, OSError) as error:
            raise BlobDamaged(str(error), file=ref.name) from error
        if reader.size != ref.length:
            reader.close()
            raise BlobDamaged("length", file=ref.name)
        return reader

    def read(self, blob: BlobRef | str) -> bytes:
        """All the plain bytes, their digest checked. Raises `BlobDamaged`."""
        ref = blob if isinstance(blob, BlobRef) else self.ref(blob)
        with self.open(ref) as reader:
            data = reader.read()
        if "sha256:" + hashlib.sha256(data).hexdigest() != ref.sha256:
            raise BlobDamaged("digest", file=ref.name)
        return data

    def copy(self, blob: BlobRef | str, sink: BinaryIO) -> Digest:
        """Write the plain bytes chunk by chunk; the digest of what was written."""
        ref = blob if isinstance(blob, BlobRef) else self.ref(blob)
        digest = hashlib.sha256()
        with self.open(ref) as reader:
            while chunk := reader.read(64 * 1024):
                digest.update(chunk)
                sink.write(chunk)
        if "sha256:" + digest.hexdigest() != ref.sha256:
            raise BlobDamaged("digest", file=ref.name)
        return ref.sha256

    def drop(self, connection: Connection, blob: str) -> None:
        """Forget a blob in the caller's transaction; after its commit the file is removed.

        Without the row its key is gone, so what a backup still holds cannot be read.
        """
        connection.execute("DELETE FROM blob WHERE id = ?", (blob,))

        def remove() -> None:
            with suppress(OSError):  # what stays is an orphan, and `sweep` removes it
                self.path(blob).unlink()

        self._database().after_commit(remove)

    def check(self, ref: BlobRef) -> None:
        """Compare a file with its row, without a key. Raises `BlobDamaged`."""
        ref.check_in(self.folder)

    def all(self) -> Iterator[BlobRef]:
        """Every kept blob."""
        with self._database().read() as connection:
            rows = connection.execute("SELECT * FROM blob ORDER BY id").fetchall()
        for row in rows:
            yield BlobRef(*row)

    def sweep(self, now: datetime) -> int:
        """Remove what a crash left: files without a row, older than `ORPHAN_AGE`. How many."""
        with self._database().read() as connection:
            kept = {row[0] for row in connection.execute("SELECT id FROM blob")}
        removed = 0
        with disk_errors(self.folder):
            for path in self.folder.glob("??/*"):
                orphan = path.suffix == _PART or path.name.removesuffix(_ENDING) not in kept
                age = now.timestamp() - path.stat().st_mtime
                if orphan and age > ORPHAN_AGE.total_seconds():
                    path.unlink()
                    removed += 1
        return removed

    def path(self, blob: str) -> Path:
        """Where the file of a blob lies."""
        return self.folder / blob[:2] / f"{blob}{_ENDING}"

    def _write(self, source: BinaryIO) -> BlobRef:
        blob, key = self._randomness(_ID_BYTES).hex(), self._randomness(KEY_BYTES)
        path = self.path(blob)
        part = path.with_suffix(_PART)
        with disk_errors(path):
            if not path.parent.is_dir():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self.folder)
            try:
                summary = _sealed_file(key, source, part)
                part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
            sync_folder(path.parent)
        return BlobRef(
            id=blob,
            length=summary.plain_size,
            sha256=summary.plain_digest,
            cipher_length=summary.cipher_size,
            cipher_sha256=summary.cipher_digest,
            wrapped_key=aes_key_wrap(bytes(self._kek), key),
        )


class _NamedReader(StreamReader):
    """A reader whose damage names the file."""

    def __init__(self, key: bytes, path: Path) -> None:
        self._path = path
        source = path.open("rb")
        try:
            super().__init__(key, source)
        except BaseException:
            source.close()
            raise

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override] # as its base
        try:
            return super().readinto(buffer)
        except (StreamDamaged, OSError) as error:
            name = f"{FOLDER}/{self._path.parent.name}/{self._path.name}"
            raise BlobDamaged(str(error), file=name) from error


def _sealed_file(key: bytes, source: BinaryIO, part: Path) -> StreamSummary:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        summary = seal_stream(key, source, sink)
        sink.flush()
        os.fsync(sink.fileno())
    return summary
