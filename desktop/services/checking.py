"""Rules R01 to R26 on this side: with the directory when there is one, else without."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, cast, get_args

from desktop.errors import BlockedByRules
from desktop.services.rows import FindingRow
from desktop.store.mailbox import KeptIncoming
from formats.directory import Body, Snapshot
from formats.document.model import Document, Kind
from formats.ids import CHINA

if TYPE_CHECKING:
    from formats.document.rules import RepliedTo

_TOLD: Final = 5
"""Findings told at once; more nobody reads on a terminal."""


def today(at: datetime) -> date:
    """The calendar day of an instant, as documents are dated."""
    return at.astimezone(CHINA).date()


def findings(
    document: Document,
    *,
    sender: Body | None,
    directory: Snapshot | None,
    recipients: Sequence[Body] | None,
    cc: Sequence[Body] | None = None,
    at: datetime,
    number_taken: bool = False,
    answered: KeptIncoming | None = None,
) -> tuple[FindingRow, ...]:
    """Every finding, those that block first.

    ``number_taken``: another document has gone out under its 发文字号. ``answered``: the received
    document that it replies to.
    """
    from formats.document.rules import (  # noqa: PLC0415 - loads when a check is made
        RuleContext,
        check_in,
    )

    taken = frozenset({document.number}) if number_taken and document.number else None
    context = RuleContext(
        today=today(at),
        sender=sender,
        directory=directory,
        recipients=None if recipients is None else tuple(recipients),
        cc_recipients=None if cc is None else tuple(cc),
        known_numbers=taken,
        replied_to=_replied_to(answered, directory) if answered and directory else None,
    )
    found = check_in(document, context)
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


def _replied_to(answered: KeptIncoming, directory: Snapshot) -> "RepliedTo | None":
    """What the rules need of it; ``None`` where its sender is listed no more."""
    from formats.document.names import parse_number  # noqa: PLC0415 - loads when a check is made
    from formats.document.rules import RepliedTo  # noqa: PLC0415 - loaded when used: start-up stays quick

    number = parse_number(answered.number)
    sender = next((body for body in directory.bodies if body.id == answered.sender), None)
    if number is None or sender is None or answered.kind not in get_args(Kind):
        return None
    return RepliedTo(number=number, kind=cast("Kind", answered.kind), issuer=sender.name)


def require_unblocked(rows: Sequence[FindingRow]) -> None:
    """Raise `BlockedByRules` when a finding blocks."""
    blocks = [row for row in rows if row.severity == "block"]
    if blocks:
        raise BlockedByRules(
            ", ".join(row.code for row in blocks),
            count=len(blocks),
            first="".join(row.message for row in blocks[:_TOLD]),
        )
