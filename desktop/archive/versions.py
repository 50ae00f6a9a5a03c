"""Further versions of an item's 正文: the document as filed, kept provable by archive time-stamps.

What was filed is never changed: its file, its record and what the ledger pins stay. A version is a
blob of its own that begins with every byte of the one before, with a ledger entry that names both.
The blob is durable first, then row and entry follow in one transaction; a crash leaves either the
archive as it was or the whole version.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from desktop.archive.errors import ItemMissing, VersionRefused
from desktop.archive.ledger import Ledger
from desktop.archive.values import Item, ItemId, StoredFile
from desktop.vault.blobs import BlobRef
from desktop.vault.database import Connection
from formats.i18n import tr
from formats.ids import sha256

if TYPE_CHECKING:
    from desktop.archive.archive import Archive

EVENT: Final = "restamped"
"""The ledger's name for it; ``from`` and ``sha256`` are the digests before and after."""


@dataclass(frozen=True, slots=True)
class Version:
    """One further version of a document; the first, as filed, has number 1 and is no `Version`."""

    number: int
    name: str
    length: int
    sha256: str
    blob: str
    made: datetime
    until: datetime
    """The last moment at which it proves itself as it stands."""


def document_of(item: Item) -> StoredFile:
    """The 正文 as it was filed. Raises `ItemMissing`."""
    for one in item.files:
        if one.role == "document":
            return one
    raise ItemMissing(item.id, what=item.title)


def versions_of(connection: Connection, row: int) -> tuple[Version, ...]:
    """The further versions of an item, oldest first."""
    found = connection.execute(
        "SELECT version, name, length, sha256, blob, made, until FROM item_version"
        " WHERE row = ? ORDER BY version",
        (row,),
    ).fetchall()
    return tuple(_version(one) for one in found)


def as_file(version: Version) -> StoredFile:
    """A version as a file is told of."""
    return StoredFile(
        "document",
        version.name,
        "application/pdf",
        version.length,
        version.sha256,
        version.blob,
    )


def add_version(
    archive: "Archive", item: ItemId, data: bytes, *, before: bytes, until: datetime, actor: str
) -> Version:
    """Keep ``data`` as the next version of an item's document; once it is durable, the version.

    ``before`` is the newest version that it was made from. Raises `VersionRefused` where another
    version came between or the bytes do not go on from it, `ItemMissing`, `DiskFull`, `VaultFull`.
    """
    found = archive.item(item)
    if not data.startswith(before) or len(data) == len(before):
        raise VersionRefused(
            "does not go on", title=found.title, reason=tr("不是在原有版本之后续加的")
        )
    ref = archive.vault.blobs.put(data)
    committed: list[bool] = []
    try:
        with archive.vault.transaction() as connection:
            archive.vault.after_commit(lambda: committed.append(True))
            version = _insert(
                connection,
                archive,
                found,
                ref=ref,
                before=sha256(before),
                until=until,
                actor=actor,
            )
            archive.vault.after_commit(archive.write_checkpoint)
    except BaseException:
        if not committed:
            with suppress(OSError):  # what stays behind `Blobs.sweep` removes
                archive.vault.blobs.path(ref.id).unlink()
        raise
    return version


def _insert(
    connection: Connection,
    archive: "Archive",
    item: Item,
    *,
    ref: BlobRef,
    before: str,
    until: datetime,
    actor: str,
) -> Version:
    known = versions_of(connection, item.row)
    current = as_file(known[-1]) if known else document_of(item)
    if current.sha256 != before:
        raise VersionRefused("another version", title=item.title, reason=tr("已有更新的版本"))
    number = (known[-1].number if known else 1) + 1
    filed = document_of(item)
    stem, dot, ending = filed.name.rpartition(".")
    name = tr("{stem}（存档续签{number}）", stem=stem if dot else ending, number=number - 1)
    made = archive.clock()
    version = Version(
        number, name + (dot + ending if dot else ""), ref.length, ref.sha256, ref.id, made, until
    )
    archive.vault.blobs.keep(connection, ref)
    connection.execute(
        "INSERT INTO item_version VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            item.row,
            version.number,
            version.name,
            version.length,
            version.sha256,
            version.blob,
            made.isoformat(),
            until.isoformat(),
        ),
    )
    facts = {
        "version": str(number),
        "from": before,
        "sha256": version.sha256,
        "until": until.isoformat(),
    }
    Ledger(connection).append(EVENT, item=item.id, at=made, actor=actor, facts=facts)
    return version


def _version(row: Any) -> Version:  # noqa: ANN401 - a database row
    return Version(
        row["version"],
        row["name"],
        row["length"],
        row["sha256"],
        row["blob"],
        datetime.fromisoformat(row["made"]),
        datetime.fromisoformat(row["until"]),
    )
