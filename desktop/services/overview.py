"""Kept rows as lists show them."""

from desktop.services.rows import (
    ConsignmentRow,
    FileRow,
    IncomingRow,
    IncomingState,
    OutgoingRow,
    PendingRow,
    VerdictRow,
)
from desktop.store import dispatches, files, mailbox
from desktop.store.connection import Connection
from desktop.store.pending import PendingEvent
from formats.canonical import from_bytes
from signing.verdict.report import Verdict


def outgoing_row(db: Connection, kept: dispatches.KeptDispatch) -> OutgoingRow:
    """A dispatch with the count of its consignments."""
    count = dispatches.tally(db, kept.dispatch)
    return OutgoingRow(
        dispatch=kept.dispatch,
        title=kept.title,
        kind=kept.kind,
        number=kept.number,
        urgency=kept.urgency,
        sensitivity=kept.sensitivity,
        state=kept.state,  # type: ignore[arg-type] # the store holds what was put in
        sealed_at=kept.sealed_at,
        sent_at=kept.sent_at,
        recipients=count.recipients,
        delivered=count.delivered,
        signed=count.signed,
        returned=count.returned,
        filed=kept.filed is not None,
        error=kept.error,
    )


def consignment_row(kept: dispatches.KeptConsignment) -> ConsignmentRow:
    """One recipient."""
    return ConsignmentRow(
        id=kept.id,
        dispatch=kept.dispatch,
        body=kept.body,
        name=kept.name,
        role=kept.role,  # type: ignore[arg-type] # the store holds what was put in
        copies=kept.copies,
        state=kept.state,  # type: ignore[arg-type] # the store holds what was put in
        at=kept.at,
        actor=kept.actor,
        reason=kept.reason,
    )


def pending_row(event: PendingEvent) -> PendingRow:
    """One act in the outbox."""
    return PendingRow(
        id=event.id,
        kind=event.kind,
        target=event.target,
        title=event.title,
        attempts=event.attempts,
        created=event.created,
        next_at=event.next_at,
        error=event.error,
        stopped=event.stopped,
    )


def file_row(kept: files.KeptFile) -> FileRow:
    """A kept file."""
    return FileRow(kept.name, kept.size, kept.digest, kept.media_type)


def incoming_row(db: Connection, kept: mailbox.KeptIncoming, sender_name: str) -> IncomingRow:
    """A received consignment."""
    verdict = from_bytes(Verdict, kept.verdict) if kept.verdict else None
    found = files.of(db, kept.id)
    return IncomingRow(
        id=kept.id,
        dispatch=kept.dispatch,
        sender=kept.sender,
        sender_name=sender_name,
        title=kept.title,
        kind=kept.kind,
        number=kept.number,
        urgency=kept.urgency,
        sensitivity=kept.sensitivity,
        role=kept.role,  # type: ignore[arg-type] # the store holds what was put in
        copies=kept.copies,
        state=kept.state,  # type: ignore[arg-type] # the store holds what was put in
        verdict=verdict.status if verdict else None,
        received=kept.received,
        acted=kept.acted,
        files=tuple(file_row(entry) for entry in found),
        error=kept.error,
    )


def verdict_row(verdict: Verdict) -> VerdictRow:
    """A verdict as a person reads it."""
    seal = verdict.seal
    return VerdictRow(
        status=verdict.status,
        headline=verdict.sentence,
        reasons=tuple((entry.code, entry.text) for entry in verdict.reasons),
        signer=seal.body if seal else "",
        signed_at=seal.time if seal else None,
    )


def state_of_verdict(verdict: Verdict | None) -> IncomingState:
    """Where a received document stands by its verdict alone."""
    if verdict is None:
        return "unreadable"
    return "pending" if verdict.accepted else "suspect"
