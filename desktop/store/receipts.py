"""Receipts: every evidence record that reached this client, with its proof, once."""

from dataclasses import dataclass
from datetime import datetime

from desktop.store.connection import Connection, from_text, to_text


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """One receipt and what its statement says."""

    digest: str
    """Of the record (p7m)."""
    dispatch: str
    consignment: str | None
    seq: int
    event: str
    at: datetime
    receipt: bytes


def put(db: Connection, kept: KeptReceipt) -> bool:
    """Keep a receipt; whether it is new. The first receipt of a record stays."""
    added = db.execute(
        "INSERT OR IGNORE INTO receipts (digest, dispatch, consignment, seq, event, at, receipt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            kept.digest,
            kept.dispatch,
            kept.consignment,
            kept.seq,
            kept.event,
            to_text(kept.at),
            kept.receipt,
        ),
    )
    return added.rowcount > 0


def of_dispatch(db: Connection, dispatch: str) -> tuple[KeptReceipt, ...]:
    """All of a dispatch: its submission first, then each consignment's chain."""
    return _rows(
        db,
        "SELECT digest, dispatch, consignment, seq, event, at, receipt FROM receipts"
        " WHERE dispatch = ? ORDER BY consignment IS NOT NULL, consignment, seq, at",
        dispatch,
    )


def of_consignment(db: Connection, consignment: str) -> tuple[KeptReceipt, ...]:
    """The chain of one consignment as far as it is known, without the submission."""
    return _rows(
        db,
        "SELECT digest, dispatch, consignment, seq, event, at, receipt FROM receipts"
        " WHERE consignment = ? ORDER BY seq, at",
        consignment,
    )


def _rows(db: Connection, sql: str, parameter: str) -> tuple[KeptReceipt, ...]:
    return tuple(
        KeptReceipt(digest, dispatch, consignment, seq, event, from_text(at), bytes(receipt))
        for digest, dispatch, consignment, seq, event, at, receipt in db.execute(
            sql, (parameter,)
        ).fetchall()
    )
