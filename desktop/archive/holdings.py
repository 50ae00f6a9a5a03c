"""What leaves the archive and comes back: one item as a folder, the whole vault as a copy.

Both are made under a temporary name and renamed when they are whole. A backup is the vault itself,
still encrypted, its database consistent while work went on, each file compared with its digest; it
is opened and checked before it gets its name. A restore does the same check before it copies, and
never writes over anything.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from desktop.archive.archive import Archive
from desktop.archive.errors import BackupBroken, ExportRefused
from desktop.archive.ledger import (
    CHECKPOINT_FILE,
    Ledger,
    read_checkpoint,
    require_extends,
    write_checkpoint,
)
from desktop.archive.naming import distinct, safe_name
from desktop.archive.record import record_of
from desktop.archive.values import ItemId
from desktop.archive.versions import as_file, versions_of
from desktop.files import disk_errors, sync_folder, write_whole
from desktop.progress import Cancelled, Progress, check, never, silent
from desktop.vault.blobs import FOLDER, BlobRef
from desktop.vault.database import Database
from desktop.vault.errors import BlobDamaged
from desktop.vault.keys import KEYS_FILE, Unwrapper
from desktop.vault.vault import DATABASE_FILE, Vault
from formats.canonical import to_bytes
from formats.effects import Clock, Randomness
from formats.errors import BadInput
from formats.i18n import tr

METADATA_FILE: Final = "元数据.json"
HISTORY_FILE: Final = "经历.json"


def export_item(
    archive: Archive, item: ItemId, folder: Path, *, actor: str = ""
) -> tuple[Path, ...]:
    """A folder inside ``folder`` with the item's files, its record and its ledger entries.

    The export is noted in the ledger. Raises `ItemMissing`, `BlobDamaged`, `ExportRefused` when
    the item's folder is there already, `DiskFull`, `DiskTrouble`.
    """
    found = archive.item(item)
    target = folder / safe_name(f"{found.archive_code} {found.title}", limit=200)
    taken = {METADATA_FILE.casefold(), HISTORY_FILE.casefold()}
    names: list[str] = []
    with _new_folder(target) as part:
        with archive.vault.read() as connection:
            further = tuple(as_file(version) for version in versions_of(connection, found.row))
        for one in (*found.files, *further):
            name = distinct(safe_name(one.name), taken)
            with disk_errors(part / name), (part / name).open("wb") as sink:
                archive.copy_file(one, sink)
                sink.flush()
                os.fsync(sink.fileno())
            names.append(name)
        record = msgspec.json.encode(record_of(found))
        write_whole(part / METADATA_FILE, msgspec.json.format(record, indent=2) + b"\n")
        history = b"\n".join(to_bytes(entry) for entry in archive.history(item))
        write_whole(part / HISTORY_FILE, history + b"\n")
    archive.note("exported", item=item, actor=actor, facts={"files": str(len(names))})
    return tuple(target / name for name in (*names, METADATA_FILE, HISTORY_FILE))


def backup(
    archive: Archive,
    target: Path,
    *,
    actor: str = "",
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> Path:
    """A whole, verified copy of the vault as the new folder ``target``; noted in the ledger.

    The same UKEYs and recovery shares open it. Raises `ExportRefused`, `BackupBroken`,
    `BlobDamaged`, `DiskFull`, `DiskTrouble`, `VaultFull`, `Stopped`.
    """
    vault = archive.vault
    with _new_folder(target) as part:
        vault.database.copy_to(part / DATABASE_FILE)
        copy = vault.database.sibling(part / DATABASE_FILE)
        try:
            _copy_blobs(_refs(copy), vault.folder, part, progress, cancelled)
            with copy.read() as connection:
                write_checkpoint(
                    part,
                    connection,
                    archive=vault.id,
                    key=vault.derive("ledger-mac"),
                    at=archive.clock(),
                )
            _require_sound(copy)
        finally:
            copy.close()
        _copy_durable(vault.folder / KEYS_FILE, part / KEYS_FILE)
    archive.note("backed-up", item="", actor=actor, facts={})
    return target


def verify_backup(
    source: Path,
    unwrapper: Unwrapper,
    *,
    randomness: Randomness,
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> tuple[int, datetime | None]:
    """How many items a backup holds, and when it was made; every file of it checked.

    Raises `BackupBroken`, and what `Vault.open` raises.
    """
    with Vault.open(source, unwrapper, randomness=randomness) as vault:
        _require_sound(vault.database)
        refs = _refs(vault.database)
        for place, ref in enumerate(refs):
            check(cancelled)
            progress(tr("核对备份"), place / len(refs))
            _check_blob(vault, ref)
        key = vault.derive("ledger-mac")
        checkpoint = read_checkpoint(source, archive=vault.id, key=key)
        with vault.read() as connection:
            require_extends(connection, checkpoint)
            items = int(connection.execute("SELECT count(*) FROM item").fetchone()[0])
    return items, checkpoint.at if checkpoint else None


def restore(
    source: Path,
    target: Path,
    unwrapper: Unwrapper,
    *,
    clock: Clock,
    randomness: Randomness,
    actor: str = "",
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> int:
    """A backup, verified first, as the new vault folder ``target``; how many items it holds.

    Raises as `verify_backup`, and `ExportRefused` when ``target`` is there.
    """
    if target.exists():
        raise ExportRefused(str(target), path=target)
    items, _ = verify_backup(
        source, unwrapper, randomness=randomness, progress=progress, cancelled=cancelled
    )
    with _new_folder(target) as part:
        for name in (DATABASE_FILE, CHECKPOINT_FILE, KEYS_FILE):
            _copy_durable(source / name, part / name)
        with Vault.open(source, unwrapper, randomness=randomness) as vault:
            _copy_blobs(_refs(vault.database), source, part, progress, cancelled)
    with Vault.open(target, unwrapper, randomness=randomness) as vault:
        vault.database.use_log()
        Archive(vault, clock, randomness).note("restored", item="", actor=actor, facts={})
    return items


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder under a temporary name that becomes ``target`` when all went well."""
    if target.exists():
        raise ExportRefused(str(target), path=target)
    part = target.with_name(f".{target.name}.part")
    with disk_errors(target):
        shutil.rmtree(part, ignore_errors=True)  # left by a try that was cut off
        part.mkdir(parents=True, mode=0o700)
    try:
        yield part
        with disk_errors(target):
            sync_folder(part)
            part.rename(target)
            sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _refs(database: Database) -> Sequence[BlobRef]:
    with database.read() as connection:
        rows = connection.execute("SELECT * FROM blob ORDER BY id").fetchall()
    return [BlobRef(*row) for row in rows]


def _copy_blobs(
    refs: Sequence[BlobRef], source: Path, target: Path, progress: Progress, cancelled: Cancelled
) -> None:
    """Each file compared with its digest as it is copied; the ciphertext is never opened."""
    (target / FOLDER).mkdir(mode=0o700, exist_ok=True)
    folders: set[Path] = {target / FOLDER}
    for place, ref in enumerate(refs):
        check(cancelled)
        progress(tr("复制加密文件"), place / len(refs))
        old, new = ref.file_in(source / FOLDER), ref.file_in(target / FOLDER)
        ref.check_in(source / FOLDER)
        with disk_errors(new):
            new.parent.mkdir(mode=0o700, exist_ok=True)
        _copy_durable(old, new)
        ref.check_in(target / FOLDER)
        folders.add(new.parent)
    with disk_errors(target):
        for folder in folders:
            sync_folder(folder)


def _copy_durable(source: Path, target: Path) -> None:
    with disk_errors(target), source.open("rb") as reader, target.open("xb") as writer:
        shutil.copyfileobj(reader, writer, 1024 * 1024)
        writer.flush()
        os.fsync(writer.fileno())


def _require_sound(database: Database) -> None:
    """Every page, the ledger's chain and tree. Raises `BackupBroken`."""
    faults = database.faults()
    if faults:
        raise BackupBroken(faults[0], reason=faults[0])
    try:
        with database.read() as connection:
            for _ in Ledger(connection).walk():
                pass
    except BadInput as error:
        raise BackupBroken(error.detail, reason=error.sentences()[0]) from error


def _check_blob(vault: Vault, ref: BlobRef) -> None:
    try:
        vault.blobs.check(ref)
    except BlobDamaged as error:
        raise BackupBroken(error.detail, reason=error.sentences()[0]) from error
