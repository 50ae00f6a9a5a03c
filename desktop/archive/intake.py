"""Which drafts may be filed, and where in the archive's order an item comes to stand."""

from collections.abc import Sequence
from typing import Final

from desktop.archive import schema
from desktop.archive.codes import archive_code
from desktop.archive.errors import ItemRefused
from desktop.archive.values import Item, ItemDraft, Retention, StoredFile, parse_retention
from desktop.vault.blobs import BlobRef
from desktop.vault.database import Connection
from formats.effects import Clock, Randomness
from formats.i18n import tr
from formats.ids import new_id
from formats.limits import MAX_ITEM_FILES, MAX_ITEM_TEXT

_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 9999


class Numbering:
    """Gives items their place and their 档号; a number is never used twice."""

    def __init__(self, fonds: str, template: str, clock: Clock, randomness: Randomness) -> None:
        self._fonds = fonds
        self._template = template
        self._clock = clock
        self._randomness = randomness

    def place(self, connection: Connection, draft: ItemDraft, blobs: Sequence[BlobRef]) -> Item:
        """The item with its place in archive order and its 档号."""
        now = self._clock()
        retention: Retention = parse_retention(draft.retention)
        year = draft.year or (draft.issue_date.year if draft.issue_date else now.year)
        serial = connection.execute(
            "SELECT coalesce(max(serial), 0) + 1 FROM item WHERE category = ? AND year = ?"
            " AND retention = ? AND office = ?",
            (draft.category, year, retention, draft.office),
        ).fetchone()[0]
        first = year * schema.ROWS_A_YEAR
        row = connection.execute(
            "SELECT coalesce(max(row), ?) + 1 FROM item WHERE row > ? AND row < ?",
            (first, first, first + schema.ROWS_A_YEAR),
        ).fetchone()[0]
        return Item(
            id=new_id(self._clock, self._randomness),
            row=row,
            archive_code=archive_code(
                self._template,
                fonds=self._fonds,
                category=draft.category,
                year=year,
                retention=retention,
                office=draft.office,
                serial=serial,
            ),
            title=draft.title.strip(),
            number=draft.number.strip(),
            kind=draft.kind,
            issuer=draft.issuer,
            issue_date=draft.issue_date,
            year=year,
            retention=retention,
            category=draft.category,
            office=draft.office,
            serial=serial,
            sensitivity=draft.sensitivity,
            source=draft.source,
            dispatch=draft.dispatch,
            consignment=draft.consignment,
            digest=draft.digest,
            filed=now,
            actor=draft.actor,
            metadata=dict(draft.metadata),
            files=tuple(
                StoredFile(one.role, one.name, one.media_type, ref.length, ref.sha256, ref.id)
                for one, ref in zip(draft.files, blobs, strict=True)
            ),
            text=draft.text,
        )


def require_fit(draft: ItemDraft) -> None:
    """Raises `ItemRefused` for a draft that cannot be filed."""
    parse_retention(draft.retention)
    faults = (
        (not draft.title.strip(), tr("没有题名")),
        (not draft.digest, tr("没有文件摘要")),
        (not draft.files, tr("没有文件")),
        (len(draft.files) > MAX_ITEM_FILES, tr("文件超过 {limit} 个", limit=MAX_ITEM_FILES)),
        (
            len(draft.text) * 4 > MAX_ITEM_TEXT and len(draft.text.encode()) > MAX_ITEM_TEXT,
            tr("文字超过 {limit} 字节", limit=MAX_ITEM_TEXT),
        ),
        (draft.year is not None and not _FIRST_YEAR <= draft.year <= _LAST_YEAR, tr("年度不对")),
    )
    for wrong, reason in faults:
        if wrong:
            raise ItemRefused(draft.digest, reason=reason)
