"""The outbox: acts that the node does not have yet, each kept until it has or a person gives up.

A row is written before the network is touched and goes only together with the receipt that
answers it. ``key`` is the act's own identity, so that queuing it twice is once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from desktop.store.connection import Connection, from_text, to_text

Kind = Literal["submit", "delivered", "sign-for", "return", "recall", "remind"]

BACK_OFF: Final = (5, 30, 120, 600)
"""Seconds to the next try; the last one repeats. Jitter is added by the caller."""

_COLUMNS = "id, key, kind, target, title, payload, attempts, created, next_at, error, stopped"


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """One act that waits."""

    id: str
    key: str
    kind: Kind
    target: str
    title: str
    payload: bytes
    """The signed record of an act; the payload's digest for ``delivered``; empty for ``submit``."""
    attempts: int
    """Tries begun: above 0 the node may have it, even when no answer ever came."""
    created: datetime
    next_at: datetime
    error: str
    stopped: bool


def add(db: Connection, event: PendingEvent) -> None:
    """Queue an act; nothing happens when one of that key waits already."""
    db.execute(
        f"INSERT OR IGNORE INTO pending_events ({_COLUMNS})"  # noqa: S608 - constant column names
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.id,
            event.key,
            event.kind,
            event.target,
            event.title,
            event.payload,
            event.attempts,
            to_text(event.created),
            to_text(event.next_at),
            event.error,
            int(event.stopped),
        ),
    )


def every(db: Connection) -> tuple[PendingEvent, ...]:
    """All that waits, the oldest first."""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM pending_events ORDER BY created, id"  # noqa: S608 - constant column names
    ).fetchall()
    return tuple(map(_event, found))


def by_key(db: Connection, key: str) -> PendingEvent | None:
    """The waiting act of that key."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM pending_events WHERE key = ?",  # noqa: S608 - constant column names
        (key,),
    ).fetchone()
    return _event(row) if row else None


def replace_payload(db: Connection, identifier: str, payload: bytes) -> None:
    """Put a freshly signed record in the place of one that no longer fits the chain."""
    db.execute("UPDATE pending_events SET payload = ? WHERE id = ?", (payload, identifier))


def attempt(db: Connection, event: PendingEvent) -> PendingEvent | None:
    """Count a try before it is made; ``None`` when the act has been taken back meanwhile.

    Commit it before the network is touched: from then on the node may have the act, whatever
    becomes of this process.
    """
    counted = db.execute(
        "UPDATE pending_events SET attempts = attempts + 1 WHERE id = ?", (event.id,)
    )
    return replace(event, attempts=event.attempts + 1) if counted.rowcount else None


def tried(db: Connection, event: PendingEvent, *, at: datetime, error: str, jitter: float) -> None:
    """Note that a counted try failed for now; ``jitter`` (0..1) adds up to a quarter of a pause."""
    place = min(max(event.attempts - 1, 0), len(BACK_OFF) - 1)
    pause = BACK_OFF[place] * (1 + jitter / 4)
    db.execute(
        "UPDATE pending_events SET error = ?, next_at = ?, stopped = 0 WHERE id = ?",
        (error, to_text(at + timedelta(seconds=pause)), event.id),
    )


def stop(db: Connection, identifier: str, error: str) -> None:
    """Note that the node refused it for good: it waits for a person."""
    db.execute(
        "UPDATE pending_events SET error = ?, stopped = 1 WHERE id = ?",
        (error, identifier),
    )


def remove_key(db: Connection, key: str) -> bool:
    """Take the act of that key out of the outbox; whether it was there."""
    return db.execute("DELETE FROM pending_events WHERE key = ?", (key,)).rowcount > 0


def remove(db: Connection, identifier: str) -> bool:
    """Take it out of the outbox; whether it was there."""
    return db.execute("DELETE FROM pending_events WHERE id = ?", (identifier,)).rowcount > 0


def _event(row: tuple[str, str, Kind, str, str, bytes, int, str, str, str, int]) -> PendingEvent:
    identifier, key, kind, target, title, payload, attempts, created, next_at, error, stopped = row
    return PendingEvent(
        identifier,
        key,
        kind,
        target,
        title,
        bytes(payload),
        attempts,
        from_text(created),
        from_text(next_at),
        error,
        bool(stopped),
    )
