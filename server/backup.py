"""Backup and restore of a node, while it runs.

The database is copied in one transaction, encrypted as it is; blobs never change, so copying them
after the database misses none that it names. The keys go into the backup: keep it as safe as the
node itself. A restored node is behind: its neighbours and clients repeat what it does not know.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import select

from formats.canonical import Value, from_bytes, to_bytes
from formats.effects import Clock, Randomness
from formats.i18n import tr
from formats.ids import Instant, NodeId
from formats.limits import MAX_CONFIG_BYTES
from formats.system import reason_of
from server.config import DataFolder, load_settings, make_keys, require_database, sync_folder
from server.errors import BackupFailed, RestoreRefused
from server.store.blobs import Blobs
from server.store.database import DATABASE_ERRORS, copy_database, open_database
from server.store.tables import dispatches
from signing.keys import write_private

_FILES: Final = (
    "node.json", "node.key", "node.pem", "tls.key", "tls.pem", "tls-ca.pem", "tsa.key", "tsa.pem",
    "tsa-gm.key", "tsa-gm.pem",
    "database.key", "log.key", "directory.p7m",
)  # fmt: skip
MANIFEST: Final = "backup.json"
_NO_ROOM: Final = re.compile("disk is full|disk I/O error|unable to open|readonly")
"""What SQLite says of the place it writes to; of a damaged database it says other things."""


class Manifest(Value, frozen=True, kw_only=True):
    """What a backup is; written last, so that a backup without it is not whole."""

    node: NodeId
    made: Instant
    blobs: int
    files: tuple[str, ...]


def back_up(folder: DataFolder, target: Path, clock: Clock, randomness: Randomness) -> Manifest:
    """Copy a node, running or not, into an empty folder.

    Raises `BackupFailed`; then nothing of it is left. Also as `load_settings` and `make_keys`.
    """
    load_settings(folder)
    require_database(folder, made=True)
    key, _ = make_keys(folder, randomness)
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise BackupFailed(str(target), reason=tr("备份目录不是空目录"))
        target.chmod(0o700)
    except OSError as error:
        raise BackupFailed(str(error), reason=reason_of(error)) from error
    try:
        return _copy_all(folder, key, target, clock=clock, randomness=randomness)
    except BaseException as error:
        _empty(target)
        if isinstance(error, OSError):
            raise BackupFailed(str(error), reason=reason_of(error)) from error
        if isinstance(error, DATABASE_ERRORS) and _NO_ROOM.search(str(error)):
            raise BackupFailed(str(error), reason=tr("磁盘空间不足，或不能写入")) from error
        raise


def _copy_all(
    folder: DataFolder, key: bytes, target: Path, *, clock: Clock, randomness: Randomness
) -> Manifest:
    database = open_database(folder.database, key)
    blobs = Blobs(folder.blobs, randomness)
    kept = Blobs(target / "blobs", randomness)
    try:
        copy_database(database, target / "node.db", key)
        copied = open_database(target / "node.db", key)
        try:
            with copied.reading.begin() as connection:
                query = select(dispatches.c.payload_digest).distinct()
                wanted = connection.execute(query).scalars().all()
        finally:
            copied.close()
    finally:
        database.close()
    for digest in wanted:
        _copy_blob(blobs.path(digest), kept.path(digest))
    files = tuple(name for name in _FILES if (folder / name).exists())
    for name in files:
        _copy(folder / name, target / name)
    _copy_anchors(folder.root, target)
    sync_folder(target)
    manifest = Manifest(
        node=load_settings(folder).node, made=clock(), blobs=len(wanted), files=files
    )
    write_private(target / MANIFEST, to_bytes(manifest))
    return manifest


def restore(
    backup: Path, folder: DataFolder, randomness: Randomness, verify: Callable[[DataFolder], bool]
) -> Manifest:
    """Put a backup into an empty data folder, checked before it appears there.

    Raises `RestoreRefused`; then the folder is as it was.
    """
    if folder.root.exists() and any(folder.root.iterdir()):
        raise RestoreRefused(str(folder.root), reason=tr("目标目录不是空目录"))
    if not (backup / MANIFEST).exists():
        raise RestoreRefused(MANIFEST, reason=tr("备份不完整"))
    manifest = from_bytes(Manifest, (backup / MANIFEST).read_bytes(), limit=MAX_CONFIG_BYTES)
    draft = folder.root.with_name(f"{folder.root.name}.{randomness(4).hex()}.restoring")
    try:
        shutil.copytree(backup, draft)
        (draft / "uploads").mkdir(exist_ok=True)
        (draft / "blobs").mkdir(exist_ok=True)
        if not verify(DataFolder(draft)):
            raise RestoreRefused("check", reason=tr("备份内容未通过自检"))
        (draft / MANIFEST).unlink()
        if folder.root.exists():
            folder.root.rmdir()
        draft.rename(folder.root)
    except shutil.Error as error:  # a list of what could not be copied, each in English
        raise RestoreRefused(
            str(error), reason=tr("备份中的文件无法全部复制，可能磁盘空间不足")
        ) from error
    except OSError as error:
        raise RestoreRefused(str(error), reason=reason_of(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    folder.root.chmod(0o700)
    sync_folder(folder.root.parent)
    return manifest


def _empty(folder: Path) -> None:
    """Take away what a backup that failed has put there; the folder was empty before."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    write_private(target, source.read_bytes())
    target.chmod(source.stat().st_mode & 0o777)


def _copy_blob(source: Path, target: Path) -> None:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _copy_anchors(source: Path, target: Path) -> None:
    for anchor in sorted((source / "anchors").glob("*.cer")):
        _copy(anchor, target / "anchors" / anchor.name)
