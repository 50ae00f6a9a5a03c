"""The archive's ledger: what happened to which item, in one chain and one Merkle tree.

Every entry is canonical JSON that names the digest of the one before; the entries are the leaves
of an RFC 9162 tree. Rows are only ever added. The database alone cannot show that it was replaced
by an older copy of itself, so after every commit the size and root go into `archive.checkpoint`
beside it, under a MAC; at unlock the ledger must extend the last checkpoint.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from desktop.archive.errors import CheckpointDamaged, LedgerBroken, LedgerRolledBack
from desktop.files import read_file, write_whole
from desktop.vault.database import Connection
from formats.canonical import Value, from_bytes, from_canonical, to_bytes
from formats.errors import BadInput
from formats.evidence.merkle import EMPTY_ROOT, MerkleLog, leaf_hash
from formats.ids import Instant, sha256
from formats.limits import MAX_CHECKPOINT_BYTES

CHECKPOINT_FILE: Final = "archive.checkpoint"
_FIRST: Final = "sha256:" + "0" * 64


class Entry(Value, frozen=True, kw_only=True):
    """One thing that happened."""

    version: int = 1
    seq: int
    """From 0, without a gap."""
    prev: str
    """Digest of the entry before; zeros for the first."""
    event: str
    """``filed``, ``exported``, ``checked``, ``backed-up``, ``restored`` …"""
    item: str
    """The item's id, or empty for the archive as a whole."""
    at: Instant
    actor: str
    facts: dict[str, str]
    """For ``filed``: the digests of the item's record and of its package."""


class Checkpoint(Value, frozen=True, kw_only=True):
    """How far the ledger was known to reach."""

    version: int = 1
    archive: str
    size: int
    root: str
    at: Instant
    mac: bytes = b""


class _SqlStore:
    """A `HashStore` in the caller's transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """See `HashStore`."""
        rows = self._connection.execute(
            "SELECT hash FROM ledger_hash WHERE level = ? AND place >= ? AND place < ?"
            " ORDER BY place",
            (level, start, end),
        )
        return [row[0] for row in rows]

    def put(self, level: int, index: int, value: bytes) -> None:
        """See `HashStore`."""
        self._connection.execute("INSERT INTO ledger_hash VALUES (?, ?, ?)", (level, index, value))


class Ledger:
    """The ledger as one connection sees it; for one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Raises `ProofInvalid` when hashes of the tree are gone."""
        self._connection = connection
        last = connection.execute(
            "SELECT seq, entry FROM ledger ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        self._head = sha256(last["entry"]) if last else _FIRST
        self._log = MerkleLog(_SqlStore(connection), last["seq"] + 1 if last else 0)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._log.size

    def root(self, size: int | None = None) -> str:
        """The tree's root, now or when it had ``size`` entries."""
        return _digest(self._log.root(size))

    def inclusion(self, seq: int) -> tuple[bytes, ...]:
        """The proof that an entry is in the tree as it is now; RFC 9162 2.1.3."""
        return self._log.inclusion(seq)

    def append(
        self, event: str, *, item: str, at: datetime, actor: str, facts: dict[str, str]
    ) -> Entry:
        """Add one entry in the caller's transaction."""
        entry = Entry(
            seq=self.size,
            prev=self._head,
            event=event,
            item=item,
            at=at,
            actor=actor,
            facts=facts,
        )
        data = to_bytes(entry)
        self._connection.execute("INSERT INTO ledger VALUES (?, ?, ?)", (entry.seq, item, data))
        self._log.append(leaf_hash(data))
        self._head = sha256(data)
        return entry

    def of_item(self, item: str) -> tuple[Entry, ...]:
        """An item's entries, oldest first. Raises `LedgerBroken` for one that is no entry."""
        rows = self._connection.execute(
            "SELECT seq, entry FROM ledger WHERE item = ? ORDER BY seq", (item,)
        ).fetchall()
        return tuple(_entry(row["entry"], row["seq"]) for row in rows)

    def walk(self) -> Iterator[Entry]:
        """Every entry, the chain and the tree checked on the way. Raises `LedgerBroken`."""
        expected, head = 0, _FIRST
        tree = MerkleLog(_Rebuilt())
        for row in self._connection.execute("SELECT seq, entry FROM ledger ORDER BY seq"):
            entry = _entry(row["entry"], row["seq"])
            if not (row["seq"] == entry.seq == expected and entry.prev == head):
                raise LedgerBroken("chain", place=expected + 1)
            head, expected = sha256(row["entry"]), expected + 1
            tree.append(leaf_hash(row["entry"]))
            yield entry
        if expected != self.size or tree.root() != self._log.root():
            raise LedgerBroken("tree", place=expected)


class _Rebuilt:
    """A `HashStore` that keeps nothing: only the root of a tree built anew is wanted."""

    def get(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """Nothing is ever read back."""
        raise IndexError(level, start, end)

    def put(self, level: int, index: int, value: bytes) -> None:
        """Forgotten."""


def write_checkpoint(
    folder: Path, connection: Connection, *, archive: str, key: bytes, at: datetime
) -> None:
    """Note how far the ledger reaches, beside the database. Raises `DiskFull`, `DiskTrouble`."""
    ledger = Ledger(connection)
    bare = Checkpoint(archive=archive, size=ledger.size, root=ledger.root(), at=at)
    write_whole(folder / CHECKPOINT_FILE, to_bytes(_signed(bare, key)))


def read_checkpoint(folder: Path, *, archive: str, key: bytes) -> Checkpoint | None:
    """The last checkpoint; ``None`` when there is no file. Raises `CheckpointDamaged`."""
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return None
    try:
        found = from_bytes(Checkpoint, read_file(path, limit=MAX_CHECKPOINT_BYTES))
    except BadInput as error:
        raise CheckpointDamaged(error.detail, file=CHECKPOINT_FILE) from error
    fits = hmac.compare_digest(found.mac, _signed(found, key).mac)
    if not fits or found.archive != archive:
        raise CheckpointDamaged("mac", file=CHECKPOINT_FILE)
    return found


def require_extends(connection: Connection, checkpoint: Checkpoint | None) -> None:
    """The ledger extends the checkpoint.

    Raises `LedgerRolledBack` when it is shorter, `LedgerBroken` when it is another one, and
    `CheckpointDamaged` when there are entries but no checkpoint: one is written before the first.
    """
    ledger = Ledger(connection)
    if checkpoint is None:
        if ledger.size:
            raise CheckpointDamaged("missing", file=CHECKPOINT_FILE)
        return
    if ledger.size < checkpoint.size:
        raise LedgerRolledBack("older file", expected=checkpoint.size, found=ledger.size)
    root = ledger.root(checkpoint.size) if checkpoint.size else _digest(EMPTY_ROOT)
    if root != checkpoint.root:
        raise LedgerBroken("another ledger", place=checkpoint.size)


def _entry(data: bytes, seq: int) -> Entry:
    try:
        return from_canonical(Entry, data)
    except BadInput as error:
        raise LedgerBroken(error.detail, place=seq + 1) from error


def _signed(checkpoint: Checkpoint, key: bytes) -> Checkpoint:
    bare = to_bytes(msgspec.structs.replace(checkpoint, mac=b""))
    return msgspec.structs.replace(checkpoint, mac=hmac.digest(key, bare, hashlib.sha256))


def _digest(raw: bytes) -> str:
    return "sha256:" + raw.hex()
