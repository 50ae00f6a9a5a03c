"""Payloads by their digest, as files: written once, never changed.

A blob exists under its name only when whole: it is written to a temporary file, flushed, renamed,
and the folder is flushed, before the transaction that names it. A crash leaves at most a blob that
no dispatch names; `sweep` removes those after a day.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from formats.digests import hasher, suite_of_digest, written
from formats.directory import Suite
from formats.effects import Randomness
from formats.errors import TooLarge
from formats.ids import Digest
from formats.limits import MIB
from server.config import sync_folder

_NAME: Final = re.compile(r"[0-9a-f]{64}(\.sm3)?")
_PIECE: Final = MIB


def digest_of_file(path: Path, suite: Suite) -> Digest:
    """The digest of a file in a suite; blocking."""
    made = hasher(suite)
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            made.update(piece)
    return written(made.digest(), suite)


class Incoming:
    """A payload that is arriving: hashed while written. Leaving it unkept removes it."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._hash = hashlib.sha256()
        self._stream: BinaryIO = path.open("xb", buffering=0)
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        self._path.unlink(missing_ok=True)

    def digest_in(self, suite: Suite) -> Digest:
        """The digest of what came so far; blocking under GM, whose is made from the file.

        Which suite it is, the header says, that is judged when the payload has arrived.
        """
        if suite == "INTL":
            return "sha256:" + self._hash.hexdigest()
        return digest_of_file(self._path, suite)

    def write(self, data: bytes) -> None:
        """The next bytes. Raises `TooLarge`."""
        self.size += len(data)
        if self.size > self._limit:
            raise TooLarge(f"payload over {self._limit}", limit=self._limit)
        self._hash.update(data)
        view = memoryview(data)
        while view:
            view = view[self._stream.write(view) :]

    def flush(self) -> Path:
        """Make the bytes durable; the path to rename."""
        os.fsync(self._stream.fileno())
        return self._path


class Blobs:
    """The content-addressed folder."""

    def __init__(self, folder: Path, randomness: Randomness) -> None:
        self._folder = folder
        self._drafts = folder / "incoming"
        self._randomness = randomness
        self._drafts.mkdir(parents=True, exist_ok=True)

    def receive(self, limit: int) -> Incoming:
        """Begin to take a payload of at most ``limit`` bytes."""
        return Incoming(self._drafts / self._randomness(16).hex(), limit)

    def keep(self, incoming: Incoming, digest: Digest) -> Digest:
        """Put what arrived under its digest (of `Incoming.digest_in`), durably; blocking.

        Putting it again is nothing.
        """
        return self.adopt(incoming.flush(), digest)

    def adopt(self, path: Path, digest: Digest) -> Digest:
        """Put a flushed file on the same file system under its digest, durably."""
        target = self.path(digest)
        if not target.exists():
            if not target.parent.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(target.parent.parent)
                sync_folder(self._folder)
            path.replace(target)
        else:
            os.utime(target)  # it may be an orphan about to be swept
        sync_folder(target.parent)
        return digest

    def path(self, digest: Digest) -> Path:
        """Where the blob of that digest is, or would be: by its digits, ``.sm3`` after them."""
        algorithm, _, digits = digest.partition(":")
        name = digits if algorithm == "sha256" else f"{digits}.{algorithm}"
        if not _NAME.fullmatch(name):
            raise ValueError(digest)
        return self._folder / name[:2] / name[2:4] / name

    def has(self, digest: Digest) -> bool:
        """Whether the blob is here, whole."""
        return self.path(digest).exists()

    def digests(self) -> Iterator[Digest]:
        """Every blob here."""
        for path in self._folder.glob("??/??/*"):
            if _NAME.fullmatch(path.name):
                digits, _, algorithm = path.name.partition(".")
                yield f"{algorithm or 'sha256'}:{digits}"

    def verify(self, digest: Digest) -> bool:
        """Whether the blob is here and its bytes are those of its name."""
        try:
            return digest == digest_of_file(self.path(digest), suite_of_digest(digest))
        except FileNotFoundError:
            return False

    def sweep(self, named: Callable[[str], bool], older_than: float) -> int:
        """Remove blobs and drafts from before ``older_than`` (POSIX time) that nothing names."""
        removed = 0
        for digest in self.digests():
            path = self.path(digest)
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < older_than and not named(digest):
                    path.unlink()
                    removed += 1
        for draft in self._drafts.iterdir():
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < older_than:
                    draft.unlink()
                    removed += 1
        return removed
