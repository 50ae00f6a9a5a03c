"""Receipts that came but did not verify: kept as they are, for a directory that knows more."""

from dataclasses import dataclass
from datetime import datetime

from desktop.store.connection import Connection, from_text, to_text
from formats.ids import sha256


@dataclass(frozen=True, slots=True)
class KeptUnverified:
    """A receipt that moved nothing yet."""

    dispatch: str
    """As the mailbox entry said."""
    consignment: str | None
    receipt: bytes
    noted: datetime


def put(db: Connection, kept: KeptUnverified) -> None:
    """Keep it; the same bytes once."""
    db.execute(
        "INSERT OR IGNORE INTO unverified (digest, dispatch, consignment, receipt, noted)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            sha256(kept.receipt),
            kept.dispatch,
            kept.consignment,
            kept.receipt,
            to_text(kept.noted),
        ),
    )


def every(db: Connection) -> tuple[KeptUnverified, ...]:
    """All of them, the oldest first."""
    found = db.execute(
        "SELECT dispatch, consignment, receipt, noted FROM unverified ORDER BY noted, digest"
    ).fetchall()
    return tuple(
        KeptUnverified(dispatch, consignment, bytes(receipt), from_text(noted))
        for dispatch, consignment, receipt, noted in found
    )


def remove(db: Connection, receipt: bytes) -> None:
    """Forget one that has verified."""
    db.execute("DELETE FROM unverified WHERE digest = ?", (sha256(receipt),))
