"""Sealed documents, their dispatches and the consignments of each."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from desktop.store.connection import Connection, from_text, maybe, to_text
from formats.document.names import parse_number


@dataclass(frozen=True, slots=True)
class KeptDispatch:
    """One sealed document and, once it is packaged, its dispatch."""

    dispatch: str
    draft: str | None
    document: bytes
    """The document JSON that was typeset."""
    title: str
    kind: str
    number: str
    urgency: str | None
    sensitivity: str
    state: str
    error: str
    sealed_at: datetime
    sent_at: datetime | None
    pdf: str
    """Blob reference of the sealed PDF."""
    pdf_digest: str
    rules: bytes
    """Canonical JSON of `formats.package.manifest.RulesResult`."""
    sequence: int | None = None
    manifest_digest: str | None = None
    package: str | None = None
    """Blob reference of the package, from `packaged` on."""
    header: bytes | None = None
    keys: bytes | None = None
    payload_digest: str | None = None
    filed: str | None = None
    """Archive item, once filed."""


@dataclass(frozen=True, slots=True)
class KeptConsignment:
    """One recipient of a dispatch."""

    id: str
    dispatch: str
    place: int
    body: str
    name: str
    role: str
    copies: int
    state: str
    at: datetime | None = None
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How the consignments of one dispatch stand."""

    recipients: int
    delivered: int
    signed: int
    returned: int
    recalled: int


_DISPATCH: Final = ", ".join(field.name for field in fields(KeptDispatch))
_CONSIGNMENT: Final = ", ".join(field.name for field in fields(KeptConsignment))
_ARRIVED: Final = ("delivered", "opened", "signed", "returned", "expired")


def add(db: Connection, kept: KeptDispatch, consignments: tuple[KeptConsignment, ...]) -> None:
    """Keep a newly sealed document with the recipients it is meant for."""
    marks = ", ".join("?" * len(fields(KeptDispatch)))
    db.execute(f"INSERT INTO outgoing ({_DISPATCH}) VALUES ({marks})", _row_of(kept))  # noqa: S608 - constant column names
    marks = ", ".join("?" * len(fields(KeptConsignment)))
    for entry in consignments:
        db.execute(
            f"INSERT INTO consignments ({_CONSIGNMENT}) VALUES ({marks})",  # noqa: S608 - constant column names
            _row_of(entry),
        )


def get(db: Connection, dispatch: str) -> KeptDispatch | None:
    """One dispatch."""
    row = db.execute(
        f"SELECT {_DISPATCH} FROM outgoing WHERE dispatch = ?",  # noqa: S608 - constant column names
        (dispatch,),
    ).fetchone()
    return _dispatch(row) if row else None


def page(db: Connection, limit: int, before: str | None) -> tuple[KeptDispatch, ...]:
    """Dispatches, the latest first: ids are sortable by time."""
    found = db.execute(
        f"SELECT {_DISPATCH} FROM outgoing WHERE ? IS NULL OR dispatch < ?"  # noqa: S608 - constant column names
        " ORDER BY dispatch DESC LIMIT ?",
        (before, before, limit),
    ).fetchall()
    return tuple(map(_dispatch, found))


def number_taken(db: Connection, number: str, title: str) -> bool:
    """Whether a document of another title was sealed under that 发文字号, and still stands.

    One that every recipient returned, or that was recalled from all, gives its number back; so
    does one whose seal is withdrawn. The same title is the same document, sent to more bodies.
    """
    found = db.execute(
        "SELECT 1 FROM outgoing WHERE number = ? AND title <> ? AND EXISTS ("
        "SELECT 1 FROM consignments WHERE consignments.dispatch = outgoing.dispatch"
        " AND consignments.state NOT IN ('recalled', 'returned')) LIMIT 1",
        (number, title),
    ).fetchone()
    return found is not None


def last_serial(db: Connection, mark: str, year: int) -> int:
    """The highest serial sealed under a 机关代字 in a year; 0 when there is none."""
    found = db.execute(
        "SELECT number FROM outgoing WHERE substr(number, 1, ?) = ?",
        (len(mark) + 6, f"{mark}〔{year}〕"),
    ).fetchall()
    numbers = (parse_number(str(row[0])) for row in found)
    return max((number.serial for number in numbers if number is not None), default=0)


def remove(db: Connection, dispatch: str) -> None:
    """Forget a sealed document that was never sent."""
    db.execute("DELETE FROM consignments WHERE dispatch = ?", (dispatch,))
    db.execute("DELETE FROM outgoing WHERE dispatch = ?", (dispatch,))


def latest_packaged(db: Connection) -> tuple[int, str] | None:
    """Sequence and manifest digest of the dispatch packaged last: the parent of the next."""
    row = db.execute(
        "SELECT sequence, manifest_digest FROM outgoing WHERE sequence IS NOT NULL"
        " ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else None


def packaged(
    db: Connection,
    dispatch: str,
    *,
    sequence: int,
    manifest_digest: str,
    package: str,
    header: bytes,
    keys: bytes,
    payload_digest: str,
) -> None:
    """Note that a dispatch is closed and in the outbox; its bytes never change from here on."""
    db.execute(
        "UPDATE outgoing SET sequence = ?, manifest_digest = ?, package = ?, header = ?,"
        " keys = ?, payload_digest = ?, state = 'outbox', error = '' WHERE dispatch = ?",
        (sequence, manifest_digest, package, header, keys, payload_digest, dispatch),
    )


def set_state(
    db: Connection,
    dispatch: str,
    state: str,
    *,
    error: str = "",
    sent_at: datetime | None = None,
) -> None:
    """Move a dispatch to a state; ``sent_at`` is set once and stays."""
    db.execute(
        "UPDATE outgoing SET state = ?, error = ?, sent_at = coalesce(sent_at, ?)"
        " WHERE dispatch = ?",
        (state, error, to_text(sent_at) if sent_at else None, dispatch),
    )


def move_unaccepted(db: Connection, dispatch: str, state: str, *, error: str = "") -> None:
    """Move a dispatch between ``outbox`` and ``failed``; what a receipt proves stands above."""
    db.execute(
        "UPDATE outgoing SET state = ?, error = ? WHERE dispatch = ? AND sent_at IS NULL"
        " AND state IN ('outbox', 'failed')",
        (state, error, dispatch),
    )


def set_filed(db: Connection, dispatch: str, item: str) -> None:
    """Note the archive item of a dispatch."""
    db.execute("UPDATE outgoing SET filed = ? WHERE dispatch = ?", (item, dispatch))


def consignments(db: Connection, dispatch: str) -> tuple[KeptConsignment, ...]:
    """The consignments of a dispatch, 主送 first, in the order they were named."""
    found = db.execute(
        f"SELECT {_CONSIGNMENT} FROM consignments WHERE dispatch = ? ORDER BY place",  # noqa: S608 - constant column names
        (dispatch,),
    ).fetchall()
    return tuple(map(_consignment, found))


def consignment(db: Connection, identifier: str) -> KeptConsignment | None:
    """One consignment."""
    row = db.execute(
        f"SELECT {_CONSIGNMENT} FROM consignments WHERE id = ?",  # noqa: S608 - constant column names
        (identifier,),
    ).fetchone()
    return _consignment(row) if row else None


def set_consignment(
    db: Connection,
    identifier: str,
    state: str,
    *,
    at: datetime | None = None,
    actor: str = "",
    reason: str = "",
) -> None:
    """Move a consignment to the state that a receipt proves."""
    db.execute(
        "UPDATE consignments SET state = ?, at = coalesce(?, at), actor = ?, reason = ?"
        " WHERE id = ?",
        (state, to_text(at) if at else None, actor, reason, identifier),
    )


def tally(db: Connection, dispatch: str) -> Tally:
    """Count the consignments of a dispatch by how far they are."""
    states = [
        str(row[0])
        for row in db.execute(
            "SELECT state FROM consignments WHERE dispatch = ?", (dispatch,)
        ).fetchall()
    ]
    return Tally(
        recipients=len(states),
        delivered=sum(state in _ARRIVED for state in states),
        signed=states.count("signed"),
        returned=states.count("returned"),
        recalled=states.count("recalled"),
    )


def _row_of(value: KeptDispatch | KeptConsignment) -> tuple[Any, ...]:
    row = (getattr(value, field.name) for field in fields(value))
    return tuple(to_text(entry) if isinstance(entry, datetime) else entry for entry in row)


def _dispatch(row: tuple[Any, ...]) -> KeptDispatch:
    values = dict(zip((field.name for field in fields(KeptDispatch)), row, strict=True))
    values["sealed_at"] = from_text(values["sealed_at"])
    values["sent_at"] = maybe(values["sent_at"])
    return KeptDispatch(**values)


def _consignment(row: tuple[Any, ...]) -> KeptConsignment:
    values = dict(zip((field.name for field in fields(KeptConsignment)), row, strict=True))
    values["at"] = maybe(values["at"])
    return KeptConsignment(**values)
