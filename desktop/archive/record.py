"""An item as the ledger pins it: one canonical value, from its rows, with one digest."""

from typing import Final

from desktop.archive.values import Item
from formats.canonical import Value, to_bytes
from formats.ids import sha256

VERSION: Final = 1


class FileRecord(Value, frozen=True, kw_only=True):
    """One file of an item."""

    role: str
    name: str
    media_type: str
    length: int
    sha256: str


class ItemRecord(Value, frozen=True, kw_only=True):
    """Everything that was filed, the text and the files by digest."""

    version: int = VERSION
    id: str
    archive_code: str
    title: str
    number: str
    kind: str
    issuer: str
    issue_date: str
    year: int
    retention: str
    category: str
    office: str
    serial: int
    sensitivity: str
    source: str
    dispatch: str
    consignment: str
    digest: str
    filed: str
    actor: str
    metadata: dict[str, str]
    text: str
    files: tuple[FileRecord, ...]


def record_of(item: Item) -> ItemRecord:
    """The record of an item as its rows tell it now."""
    return ItemRecord(
        id=item.id,
        archive_code=item.archive_code,
        title=item.title,
        number=item.number,
        kind=item.kind,
        issuer=item.issuer,
        issue_date=item.issue_date.isoformat() if item.issue_date else "",
        year=item.year,
        retention=item.retention,
        category=item.category,
        office=item.office,
        serial=item.serial,
        sensitivity=item.sensitivity,
        source=item.source,
        dispatch=item.dispatch,
        consignment=item.consignment,
        digest=item.digest,
        filed=item.filed.isoformat(),
        actor=item.actor,
        metadata=item.metadata,
        text=sha256(item.text.encode()),
        files=tuple(
            FileRecord(
                role=one.role,
                name=one.name,
                media_type=one.media_type,
                length=one.length,
                sha256=one.sha256,
            )
            for one in item.files
        ),
    )


def record_digest(item: Item) -> str:
    """What the ledger's ``filed`` entry holds as ``record``."""
    return sha256(to_bytes(record_of(item)))
