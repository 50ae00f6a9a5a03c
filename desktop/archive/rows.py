"""Items to rows and back."""

import json
from datetime import date, datetime
from typing import Any

from desktop.archive import index
from desktop.archive.search import pack, unpack
from desktop.archive.values import Item, StoredFile
from desktop.vault.database import Connection


def insert(connection: Connection, item: Item) -> None:
    """Every row of an item but its blobs and its ledger entry, in the caller's transaction."""
    connection.execute(
        "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            item.row,
            item.id,
            item.archive_code,
            item.title,
            item.number,
            item.kind,
            item.issuer,
            item.issue_date.isoformat() if item.issue_date else None,
            item.year,
            item.retention,
            item.category,
            item.office,
            item.serial,
            item.sensitivity,
            item.source,
            item.dispatch,
            item.consignment,
            item.digest,
            item.filed.isoformat(),
            item.actor,
            json.dumps(item.metadata, ensure_ascii=False, sort_keys=True),
        ),
    )
    connection.execute(
        "INSERT INTO item_facet VALUES (?, ?, ?, ?)", (item.row, item.year, item.kind, item.issuer)
    )
    connection.execute("INSERT INTO item_text VALUES (?, ?)", (item.row, pack(item.text)))
    for place, one in enumerate(item.files):
        connection.execute(
            "INSERT INTO item_file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (item.row, place, one.role, one.name, one.media_type, one.length, one.sha256, one.blob),
        )
    index.add(connection, item.row, _index_text(item))


def load(connection: Connection, row: Any) -> Item:  # noqa: ANN401 - a database row
    """The item of an `item` row, with its text and files."""
    files = connection.execute(
        "SELECT role, name, media_type, length, sha256, blob FROM item_file"
        " WHERE row = ? ORDER BY place",
        (row["row"],),
    ).fetchall()
    text = connection.execute("SELECT text FROM item_text WHERE row = ?", (row["row"],)).fetchone()
    return Item(
        id=row["id"],
        row=row["row"],
        archive_code=row["archive_code"],
        title=row["title"],
        number=row["number"],
        kind=row["kind"],
        issuer=row["issuer"],
        issue_date=date.fromisoformat(row["issue_date"]) if row["issue_date"] else None,
        year=row["year"],
        retention=row["retention"],
        category=row["category"],
        office=row["office"],
        serial=row["serial"],
        sensitivity=row["sensitivity"],
        source=row["source"],
        dispatch=row["dispatch"],
        consignment=row["consignment"],
        digest=row["digest"],
        filed=datetime.fromisoformat(row["filed"]),
        actor=row["actor"],
        metadata=json.loads(row["metadata"]),
        files=tuple(StoredFile(*one) for one in files),
        text=unpack(text["text"]) if text else "",
    )


def _index_text(item: Item) -> index.IndexText:
    extra = [item.number, item.archive_code, *(one.name for one in item.files)]
    return index.IndexText(
        title=item.title,
        body=item.text,
        issuer=item.issuer,
        number=item.number,
        extra="\n".join((*extra, *item.metadata.values())),
        year=item.year,
        kind=item.kind,
    )
