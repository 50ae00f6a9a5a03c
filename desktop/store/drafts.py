"""Drafts: what is being written, and what was put into the bin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.store.connection import (
    Connection,
    from_text,
    names_from_text,
    names_to_text,
    to_text,
)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft; ``document`` is its JSON."""

    id: str
    document: bytes
    main: tuple[str, ...]
    cc: tuple[str, ...]
    updated: datetime


def put(
    db: Connection,
    identifier: str,
    document: bytes,
    *,
    main: Sequence[str],
    cc: Sequence[str],
    at: datetime,
) -> None:
    """Keep a draft, new or over an older version of itself."""
    db.execute(
        "INSERT INTO drafts (id, document, main, cc, updated) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET document = excluded.document, main = excluded.main,"
        " cc = excluded.cc, updated = excluded.updated, deleted = NULL",
        (identifier, document, names_to_text(main), names_to_text(cc), to_text(at)),
    )


def get(db: Connection, identifier: str) -> KeptDraft | None:
    """A draft that is neither in the bin nor sealed."""
    row = db.execute(
        "SELECT id, document, main, cc, updated FROM drafts"
        " WHERE id = ? AND deleted IS NULL AND sealed IS NULL",
        (identifier,),
    ).fetchone()
    return _draft(row) if row else None


def every(db: Connection) -> tuple[KeptDraft, ...]:
    """Every such draft, the latest first."""
    found = db.execute(
        "SELECT id, document, main, cc, updated FROM drafts"
        " WHERE deleted IS NULL AND sealed IS NULL ORDER BY updated DESC, id"
    ).fetchall()
    return tuple(map(_draft, found))


def mark_deleted(db: Connection, identifier: str, at: datetime | None) -> bool:
    """Put it into the bin, or with ``None`` take it out; whether there was one."""
    changed = db.execute(
        "UPDATE drafts SET deleted = ? WHERE id = ? AND sealed IS NULL",
        (to_text(at) if at else None, identifier),
    )
    return changed.rowcount > 0


def mark_sealed(db: Connection, identifier: str, dispatch: str | None) -> None:
    """Say which dispatch a draft became; ``None`` makes it a draft again."""
    db.execute("UPDATE drafts SET sealed = ? WHERE id = ?", (dispatch, identifier))


def purge(db: Connection, before: datetime) -> tuple[str, ...]:
    """Remove what has been in the bin since before then; whose files are no longer needed."""
    found = db.execute("SELECT id FROM drafts WHERE deleted < ?", (to_text(before),)).fetchall()
    db.execute("DELETE FROM drafts WHERE deleted < ?", (to_text(before),))
    return tuple(str(row[0]) for row in found)


def _draft(row: tuple[str, bytes, str, str, str]) -> KeptDraft:
    identifier, document, main, cc, updated = row
    return KeptDraft(
        identifier,
        bytes(document),
        names_from_text(main),
        names_from_text(cc),
        from_text(updated),
    )
