"""Rules R01 to R26 on this side: with the directory when there is one, else without."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Final

from desktop.errors import BlockedByRules
from desktop.services.rows import FindingRow
from formats.directory import Body, Snapshot
from formats.document.model import Document

_CHINA: Final = timezone(timedelta(hours=8), "CST")
"""成文日期 is a date in China, wherever the machine believes it stands."""


def today(at: datetime) -> date:
    """The calendar day of an instant, as documents are dated."""
    return at.astimezone(_CHINA).date()


def findings(
    document: Document,
    *,
    sender: Body | None,
    directory: Snapshot | None,
    recipients: Sequence[Body] | None,
    cc: Sequence[Body] | None = None,
    at: datetime,
) -> tuple[FindingRow, ...]:
    """Every finding, those that block first."""
    from formats.document.rules import check  # noqa: PLC0415 - loads when a check is made

    found = check(
        document,
        sender=sender,
        directory=directory,
        recipients=recipients,
        cc_recipients=cc,
        today=today(at),
    )
    rows = (
        FindingRow(
            code=entry.code,
            severity=entry.severity,
            clause=entry.clause,
            message=entry.message,
            field=entry.field,
        )
        for entry in found
    )
    return tuple(sorted(rows, key=lambda row: (row.severity != "block", row.code)))


def require_unblocked(rows: Sequence[FindingRow]) -> None:
    """Raise `BlockedByRules` when a finding blocks."""
    blocks = [row for row in rows if row.severity == "block"]
    if blocks:
        raise BlockedByRules(
            ", ".join(row.code for row in blocks), count=len(blocks), first=blocks[0].message
        )
