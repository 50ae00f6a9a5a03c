"""Received consignments, from the first notice to 签收 or 退回."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from desktop.store.connection import Connection, from_text, maybe, to_text
from formats.document.names import parse_number


@dataclass(frozen=True, slots=True)
class KeptIncoming:
    """One consignment to this body. Columns are empty until the step that fills them."""

    id: str
    dispatch: str
    sender: str
    title: str
    kind: str
    number: str
    urgency: str | None
    sensitivity: str
    role: str
    copies: int
    state: str
    received: datetime
    acted: datetime | None = None
    reason: str = ""
    header: bytes | None = None
    header_digest: str | None = None
    keys: bytes | None = None
    payload_size: int | None = None
    package: str | None = None
    """Blob reference of the package as it was decrypted."""
    pdf: str | None = None
    pdf_digest: str | None = None
    metadata: bytes | None = None
    verdict: bytes | None = None
    """The verification report in canonical JSON; 签收 binds its digest."""
    error: str = ""
    filed: str | None = None


_COLUMNS: Final = ", ".join(field.name for field in fields(KeptIncoming))
_NAMES: Final = frozenset(field.name for field in fields(KeptIncoming))


def add(db: Connection, kept: KeptIncoming) -> bool:
    """Note an arrival; whether it is new."""
    marks = ", ".join("?" * len(_NAMES))
    added = db.execute(
        f"INSERT OR IGNORE INTO incoming ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - constant column names
        tuple(_column(getattr(kept, field.name)) for field in fields(KeptIncoming)),
    )
    return added.rowcount > 0


def get(db: Connection, identifier: str) -> KeptIncoming | None:
    """One consignment."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM incoming WHERE id = ?",  # noqa: S608 - constant column names
        (identifier,),
    ).fetchone()
    return _kept(row) if row else None


def change(db: Connection, identifier: str, **values: Any) -> None:  # noqa: ANN401 - any column
    """Set columns of one consignment. The names are fields of `KeptIncoming`."""
    unknown = set(values) - _NAMES
    if unknown:
        raise KeyError(sorted(unknown))
    assignments = ", ".join(f"{name} = ?" for name in values)
    db.execute(
        f"UPDATE incoming SET {assignments} WHERE id = ?",  # noqa: S608 - names checked above
        (*map(_column, values.values()), identifier),
    )


def every(db: Connection, states: Sequence[str]) -> tuple[KeptIncoming, ...]:
    """Those of the given states (all when none): 特急, 加急, then the latest."""
    marks = ", ".join("?" * len(states))
    where = f"WHERE state IN ({marks})" if states else ""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM incoming {where} ORDER BY"  # noqa: S608 - constant names and marks
        " CASE WHEN state <> 'pending' THEN 2 WHEN urgency = 'extra_urgent' THEN 0"
        " WHEN urgency = 'urgent' THEN 1 ELSE 2 END, received DESC, id DESC",
        tuple(states),
    ).fetchall()
    return tuple(map(_kept, found))


def answered(db: Connection, number: str | None) -> KeptIncoming | None:
    """The received document of that 发文字号, the latest, if one was opened and stood the test."""
    found = parse_number(number or "")
    if found is None:
        return None
    row = db.execute(
        f"SELECT {_COLUMNS} FROM incoming WHERE number = ?"  # noqa: S608 - constant column names
        " AND state IN ('pending', 'signing', 'signed', 'filed') ORDER BY received DESC LIMIT 1",
        (str(found),),
    ).fetchone()
    return _kept(row) if row else None


def unfinished(db: Connection) -> tuple[KeptIncoming, ...]:
    """Those whose content is not here yet, the oldest first."""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM incoming WHERE state = 'arriving' ORDER BY received, id"  # noqa: S608 - constant column names
    ).fetchall()
    return tuple(map(_kept, found))


def _column(value: Any) -> Any:  # noqa: ANN401 - any column
    return to_text(value) if isinstance(value, datetime) else value


def _kept(row: tuple[Any, ...]) -> KeptIncoming:
    values = dict(zip((field.name for field in fields(KeptIncoming)), row, strict=True))
    values["received"] = from_text(values["received"])
    values["acted"] = maybe(values["acted"])
    return KeptIncoming(**values)
