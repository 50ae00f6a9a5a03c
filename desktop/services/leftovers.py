"""What nobody needs any more: files of the outbox folder, and blobs that no row names.

outbox/<dispatch>.bin    a payload: needed until nothing of the dispatch is open
outbox/<consignment>.in  a download: needed while the consignment is ``arriving``
blobs/                   what a crash left between writing a blob and its transaction
"""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.errors import DiskTrouble
from desktop.store import cursor, dispatches, files, mailbox, pending
from desktop.store.connection import Connection

if TYPE_CHECKING:
    from desktop.services.session import Workspace
    from desktop.vault.vault import Vault

EVERY: Final = timedelta(hours=24)
"""Between two sweeps of the blobs: it looks at every file."""
_YOUNG: Final = timedelta(hours=1)
"""A payload without a packaged dispatch may belong to one that is being packaged just now."""
_SWEPT: Final = "blobs swept"
"""Name of the cursor; its value is in seconds since 1970."""
_ANSWERED: Final = frozenset({"signed", "returned", "recalled"})


def sweep_outbox(workspace: "Workspace") -> None:
    """Remove files of the outbox folder that will not be read again; trouble waits for the next."""
    found = [
        path
        for path in workspace.profile.outbox_folder.glob("*")
        if path.suffix in {".bin", ".in"} and path.is_file()
    ]
    if not found:
        return
    with workspace.vault.read() as db:
        spent = [path for path in found if _is_spent(db, path, workspace.clock())]
    for path in spent:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def sweep_blobs(vault: "Vault", now: datetime) -> None:
    """Remove blobs without a row, once in `EVERY`; trouble with the disk waits for the next."""
    with vault.read() as db:
        last = cursor.get(db, _SWEPT)
    if 0 <= now.timestamp() - last < EVERY.total_seconds():
        return
    with suppress(DiskTrouble):
        vault.blobs.sweep(now)
        with vault.transaction() as db:
            cursor.move(db, _SWEPT, int(now.timestamp()))


def drop_files(vault: "Vault", db: Connection, owner: str) -> None:
    """Forget the files of an owner, and the blobs that no other owner shares."""
    for file in files.of(db, owner):
        drop_file(vault, db, owner, file)


def drop_file(vault: "Vault", db: Connection, owner: str, file: files.KeptFile) -> None:
    """Forget one file of an owner, and its blob unless another owner shares it."""
    files.drop(db, owner, file.name)
    if not files.is_used(db, file.blob):
        vault.blobs.drop(db, file.blob)


def _is_spent(db: Connection, path: Path, now: datetime) -> bool:
    if path.suffix == ".in":
        arriving = mailbox.get(db, path.stem)
        return arriving is None or arriving.state != "arriving"
    kept = dispatches.get(db, path.stem)
    if kept is None or kept.package is None:
        with suppress(OSError):
            return now.timestamp() - path.stat().st_mtime > _YOUNG.total_seconds()
        return False
    if pending.by_key(db, f"submit:{kept.dispatch}") is not None:
        return False
    if kept.state in {"failed", "recalled"}:
        return True
    return all(c.state in _ANSWERED for c in dispatches.consignments(db, kept.dispatch))
