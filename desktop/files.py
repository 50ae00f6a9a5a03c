"""Files on this machine: read with a limit, write whole or not at all, in coded errors."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from desktop.errors import DiskFull, DiskTrouble, OutputIsInput
from formats.errors import TooLarge
from formats.system import reason_of

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# EFBIG is what a process meets at RLIMIT_FSIZE; for the person it is the same want of room.


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn every `OSError` inside into `DiskFull` or `DiskTrouble` that names ``path``."""
    try:
        yield
    except OSError as error:
        raise coded(error, path) from error


def coded(error: OSError, path: Path) -> DiskTrouble:
    """`DiskFull` or `DiskTrouble` for what the system said about ``path``."""
    kind = DiskFull if error.errno in _FULL else DiskTrouble
    return kind(str(error), path=path, reason=reason_of(error))


def require_other_file(source: Path, target: Path) -> None:
    """Raises `OutputIsInput` when both names lead to one file."""
    with suppress(OSError):  # then one of them is not there, and they differ
        if target.samefile(source):
            raise OutputIsInput(str(target), path=target)


def read_file(path: Path, *, limit: int) -> bytes:
    """The whole file. Raises `TooLarge` or `DiskTrouble`."""
    with disk_errors(path), path.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(f"{path} is over {limit} bytes", limit=limit)
    return data


def write_whole(target: Path, data: bytes) -> None:
    """Put a file in place at once: temporary name, fsync, rename, directory fsync.

    Raises `DiskFull` or `DiskTrouble`; then ``target`` is what it was and nothing else is left.
    """
    write_together([(target, data)])


def write_together(files: Sequence[tuple[Path, bytes]]) -> None:
    """Put files in place, all of them written out before the first gets its name.

    Raises `DiskFull` or `DiskTrouble`; then every target is what it was, unless the system
    refused a name after it had given others.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for target, data in files:
            temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
            written.append((temporary, target))
            with disk_errors(target), temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for _, target in written:
            _require_no_folder(target)  # before the first rename, not between two
        for temporary, target in written:
            with disk_errors(target):
                temporary.replace(target)
    except BaseException:
        for temporary, _ in written:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise
    for folder in {target.parent for target, _ in files}:
        with disk_errors(folder):
            sync_folder(folder)


def _require_no_folder(target: Path) -> None:
    if target.is_dir():
        raise coded(IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)), target)


def write_new(target: Path, data: bytes) -> None:
    """The same for a file that must not be there yet. Raises `DiskTrouble` when it is."""
    if target.exists():
        raise coded(FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)), target)
    write_whole(target, data)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises `OSError`."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
