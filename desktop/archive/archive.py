"""The archive: file an item, find it, read it, say what happened to it.

Filing writes the blobs first, each durable, and then everything else in one transaction: the item,
its text, its index entry, its ledger entry. The checkpoint beside the database follows. A package
that was filed before is the item it was then: filing twice is once.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

from desktop.archive import rows, schema
from desktop.archive.checks import CheckRun, PdfVerifier
from desktop.archive.codes import DAT_13
from desktop.archive.errors import ItemMissing
from desktop.archive.intake import Numbering, require_fit
from desktop.archive.ledger import (
    Entry,
    Ledger,
    read_checkpoint,
    require_extends,
    write_checkpoint,
)
from desktop.archive.record import record_digest
from desktop.archive.search import search
from desktop.archive.soundness import check_archive
from desktop.archive.values import (
    ROLE_NAMES,
    Clockwork,
    FileRole,
    Item,
    ItemDraft,
    ItemId,
    Page,
    StoredFile,
)
from desktop.archive.versions import as_file, versions_of
from desktop.progress import Cancelled, Progress, never, silent
from desktop.vault.blobs import BlobRef
from desktop.vault.database import Connection
from desktop.vault.errors import BlobDamaged
from desktop.vault.vault import Vault
from formats.effects import Clock, Randomness
from formats.envelope.stream import StreamReader

DEFAULT_FONDS: Final = "Z001"


class Archive:
    """The archive in an open vault."""

    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        randomness: Randomness,
        *,
        fonds: str = DEFAULT_FONDS,
        template: str = DAT_13,
        clockwork: Clockwork = time.perf_counter,
    ) -> None:
        """Prepares the tables in a new vault, and checks the ledger against the checkpoint.

        ``fonds`` (全宗号) and ``template`` count only when the archive is new. Raises
        `LedgerRolledBack`, `LedgerBroken`, `CheckpointDamaged`, `VaultTooNew`.
        """
        self.vault: Final = vault
        self.clock: Final = clock
        self._clockwork = clockwork
        for version, statements in enumerate(schema.VERSIONS, 1):
            vault.apply_schema(schema.NAME, version, statements, newest=len(schema.VERSIONS))
        key = vault.derive("ledger-mac")
        checkpoint = read_checkpoint(vault.folder, archive=vault.id, key=key)
        with vault.read() as connection:
            require_extends(connection, checkpoint)
            known = _settings(connection)
        if not known:
            known = {"fonds": fonds, "template": template}
            with vault.transaction() as connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO archive_setting VALUES (?, ?)", list(known.items())
                )
        self.fonds: Final = known["fonds"]
        self._numbering = Numbering(self.fonds, known["template"], clock, randomness)
        if checkpoint is None:
            self.write_checkpoint()

    def ingest(self, draft: ItemDraft) -> ItemId:
        """File one item; once it is durable, its id. A digest filed before gives that item's id.

        Raises `ItemRefused`, `DiskFull`, `VaultFull` and their like; then nothing is filed.
        """
        return self.ingest_many([draft])[0]

    def ingest_many(self, drafts: Sequence[ItemDraft]) -> tuple[ItemId, ...]:
        """File items in one transaction: all of them or none."""
        for draft in drafts:
            require_fit(draft)
        with self.vault.read() as connection:
            known = {draft.digest: _id_of(connection, draft.digest) for draft in drafts}
        filing = _Filing()
        try:
            for draft in drafts:
                if known[draft.digest] is None and draft.digest not in filing.written:
                    filing.written[draft.digest] = []
                    for one in draft.files:
                        filing.written[draft.digest].append(self.vault.blobs.put(one.content))
            with self.vault.transaction() as connection:
                self.vault.after_commit(filing.commit)
                ids = self._insert(connection, drafts, filing)
                self.vault.after_commit(self.write_checkpoint)
        except BaseException:
            if not filing.committed:
                self._unlink(filing.written)
            raise
        self._unlink({k: v for k, v in filing.written.items() if k not in filing.used})
        return ids

    def search(
        self, query: str = "", limit: int = 50, before: str | None = None, *, facets: bool = False
    ) -> Page:
        """Items that answer the query (`desktop.archive.query`), newest first; all for ``""``.

        Never raises for what a person typed: see `Page.problem`.
        """
        with self.vault.read() as connection:
            return search(
                connection,
                query,
                limit=limit,
                before=before,
                facets=facets,
                clockwork=self._clockwork,
            )

    def item(self, item: ItemId) -> Item:
        """One item with its text and its list of files. Raises `ItemMissing`."""
        return self._load("id = ?", item)

    def find(self, *, digest: str = "", dispatch: str = "") -> Item | None:
        """The item filed under a package digest, or the newest of a dispatch, or ``None``."""
        where, value = ("digest = ?", digest) if digest else ("dispatch = ?", dispatch)
        try:
            return self._load(where, value) if value else None
        except ItemMissing:
            return None

    def item_ids(self) -> tuple[ItemId, ...]:
        """Every item, in archive order."""
        with self.vault.read() as connection:
            found = connection.execute("SELECT id FROM item ORDER BY row").fetchall()
        return tuple(row[0] for row in found)

    def check(
        self,
        items: Sequence[ItemId] | None = None,
        *,
        verifier: PdfVerifier | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> CheckRun:
        """四性检测: see `desktop.archive.soundness.check_archive`."""
        return check_archive(self, items, verifier=verifier, progress=progress, cancelled=cancelled)

    def read_file(
        self,
        item: ItemId,
        role: FileRole | str,
        name: str | None = None,
        *,
        actor: str = "",
        as_filed: bool = False,
    ) -> bytes:
        """The first file of a role, or that of a name; who opened it is noted for an ``actor``.

        Without a name the 正文 is the newest version that was kept provable
        (`desktop.archive.versions`), which begins with the bytes as they were filed; those alone
        with ``as_filed``. Raises `ItemMissing`, `BlobDamaged`.
        """
        found = self._file(item, role, name, newest=not as_filed)
        data = self.vault.blobs.read(found.blob)
        if actor:
            self.note_access(actor, "opened", item)
        return data

    def open_file(
        self, item: ItemId, role: FileRole | str, name: str | None = None
    ) -> StreamReader:
        """The same as a seekable reader, for large files. Raises as `read_file`."""
        return self.vault.blobs.open(self._file(item, role, name, newest=True).blob)

    def copy_file(self, found: StoredFile, sink: BinaryIO) -> None:
        """Write one file of an item into ``sink``, its digest checked. Raises `BlobDamaged`."""
        if self.vault.blobs.copy(found.blob, sink) != found.sha256:
            raise BlobDamaged("another file", file=found.name)

    def history(self, item: ItemId = "") -> tuple[Entry, ...]:
        """The ledger entries of an item, oldest first; of the archive as a whole for ``""``."""
        with self.vault.read() as connection:
            return Ledger(connection).of_item(item)

    def note(self, event: str, *, item: ItemId, actor: str, facts: dict[str, str]) -> Entry:
        """Add an entry to the ledger, such as exported, checked, backed-up."""
        with self.vault.transaction() as connection:
            entry = Ledger(connection).append(
                event, item=item, at=self.clock(), actor=actor, facts=facts
            )
            self.vault.after_commit(self.write_checkpoint)
        return entry

    def note_access(self, actor: str, act: str, item: ItemId) -> None:
        """Add a row to the access log."""
        with self.vault.transaction() as connection:
            connection.execute(
                "INSERT INTO access (at, actor, act, item) VALUES (?, ?, ?, ?)",
                (self.clock().isoformat(), actor, act, item),
            )

    def accesses(self, item: ItemId) -> tuple[tuple[datetime, str, str], ...]:
        """When, who, and what, for one item, oldest first."""
        with self.vault.read() as connection:
            found = connection.execute(
                "SELECT at, actor, act FROM access WHERE item = ? ORDER BY seq", (item,)
            ).fetchall()
        return tuple((datetime.fromisoformat(at), actor, act) for at, actor, act in found)

    def _insert(
        self, connection: Connection, drafts: Sequence[ItemDraft], filing: "_Filing"
    ) -> tuple[ItemId, ...]:
        ledger = Ledger(connection)
        ids: list[ItemId] = []
        for draft in drafts:
            known = _id_of(connection, draft.digest)  # another process may have been first
            if known is None:
                blobs = filing.written[draft.digest]
                for ref in blobs:
                    self.vault.blobs.keep(connection, ref)
                item = self._numbering.place(connection, draft, blobs)
                rows.insert(connection, item)
                facts = {"record": record_digest(item), "package": item.digest}
                ledger.append("filed", item=item.id, at=item.filed, actor=item.actor, facts=facts)
                filing.used.add(draft.digest)
                known = item.id
            ids.append(known)
        return tuple(ids)

    def _load(self, where: str, value: str) -> Item:
        with self.vault.read() as connection:
            row = connection.execute(
                f"SELECT * FROM item WHERE {where} ORDER BY row DESC LIMIT 1",  # noqa: S608 - three constants
                (value,),
            ).fetchone()
            if row is None:
                raise ItemMissing(value, what=value)
            return rows.load(connection, row)

    def versions(self, item: ItemId) -> tuple[StoredFile, ...]:
        """The further versions of an item's 正文 as files, oldest first. Raises `ItemMissing`."""
        found = self.item(item)
        with self.vault.read() as connection:
            return tuple(as_file(version) for version in versions_of(connection, found.row))

    def _file(self, item: ItemId, role: str, name: str | None, *, newest: bool) -> StoredFile:
        found = self.item(item)
        further = self.versions(item) if role == "document" else ()
        if name is None and newest and further:
            return further[-1]
        for one in (*found.files, *further):
            if one.role == role and name in {None, one.name}:
                return one
        what = f"{found.title} / {ROLE_NAMES.get(role, role)}"
        raise ItemMissing(f"{item} {role}", what=what)

    def write_checkpoint(self) -> None:
        """Note how far the ledger reaches; after a commit that added to it."""
        with self.vault.read() as connection:
            write_checkpoint(
                self.vault.folder,
                connection,
                archive=self.vault.id,
                key=self.vault.derive("ledger-mac"),
                at=self.clock(),
            )

    def _unlink(self, written: dict[str, list[BlobRef]]) -> None:
        """Remove blobs that no row will name; what stays behind `Blobs.sweep` removes."""
        for refs in written.values():
            for ref in refs:
                with suppress(OSError):
                    self.vault.blobs.path(ref.id).unlink()


@dataclass(slots=True)
class _Filing:
    """What one filing has written so far."""

    written: dict[str, list[BlobRef]] = field(default_factory=dict)
    """Durable blobs by draft digest."""
    used: set[str] = field(default_factory=set)
    committed: bool = False

    def commit(self) -> None:
        self.committed = True


def _settings(connection: Connection) -> dict[str, str]:
    found = connection.execute("SELECT name, value FROM archive_setting").fetchall()
    return {row["name"]: row["value"] for row in found}


def _id_of(connection: Connection, digest: str) -> ItemId | None:
    row = connection.execute("SELECT id FROM item WHERE digest = ?", (digest,)).fetchone()
    return str(row[0]) if row else None
