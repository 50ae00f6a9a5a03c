"""Receipts taken in: verified, kept once, and the only thing that moves a document's state.

A receipt that does not verify changes nothing and raises. The order in which receipts arrive does
not matter: `formats.protocol.states.follow` never goes back.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from desktop.errors import NotFound, OtherDocument
from desktop.services import overview
from desktop.services.rows import ConsignmentState, EventRow
from desktop.services.session import Workspace
from desktop.store import dispatches, mailbox, receipts
from desktop.store.connection import Connection
from formats.canonical import from_bytes
from formats.directory import UnknownBody
from formats.errors import YidaoError
from formats.evidence.receipt import Receipt
from formats.evidence.record import LABELS, Statement
from formats.i18n import tr
from formats.protocol.states import State, follow
from signing.evidence.receipt import VerifiedReceipt, verify_receipt
from signing.verdict.report import Verdict

_TO_ROW: Final[Mapping[State, ConsignmentState]] = {
    "accepted": "accepted",
    "relayed": "relayed",
    "consigned": "delivered",
    "delivered": "opened",
    "signed_for": "signed",
    "returned": "returned",
    "recalled": "recalled",
    "expired": "expired",
    "undeliverable": "undeliverable",
}
_FROM_ROW: Final = {row: state for state, row in _TO_ROW.items()}
_RECEIVED: Final = {
    "ConsignmentAcceptance": "signed",
    "ConsignmentRejection": "returned",
    "RecallAcceptance": "recalled",
}
_DECIDED: Final = frozenset({"signed", "returned", "recalled", "filed"})


def verified(workspace: Workspace, receipt: bytes) -> VerifiedReceipt:
    """A receipt all of which holds, by the directory in use. Raises a `BadInput`, `TrustError`."""
    log_keys = {node.id: node.log_key for node in workspace.snapshot.nodes}
    return verify_receipt(from_bytes(Receipt, receipt), workspace.trust, log_keys)


def take_in(
    workspace: Workspace, db: Connection, receipt: bytes, *, dispatch: str | None = None
) -> Statement:
    """Verify a receipt, keep it, and let it move what it speaks of. Twice is once.

    ``dispatch`` is the one it must speak of, where that is known. Raises as `verified`.
    """
    checked = verified(workspace, receipt)
    statement = checked.record.statement
    if dispatch is not None and statement.dispatch != dispatch:
        raise OtherDocument(f"{statement.dispatch}, not {dispatch}")
    kept = receipts.KeptReceipt(
        digest=checked.record.digest,
        dispatch=statement.dispatch,
        consignment=statement.consignment,
        seq=statement.seq,
        event=statement.event,
        at=checked.timestamp or statement.at,
        receipt=receipt,
    )
    if receipts.put(db, kept):
        _move_outgoing(workspace, db, statement, kept.at)
        _move_incoming(db, statement, kept.at)
    return statement


def _move_outgoing(
    workspace: Workspace, db: Connection, statement: Statement, at: datetime
) -> None:
    kept = dispatches.get(db, statement.dispatch)
    if kept is None:
        return
    for entry in dispatches.consignments(db, statement.dispatch):
        if statement.consignment not in {None, entry.id}:
            continue
        before = _FROM_ROW.get(entry.state)  # type: ignore[call-overload] # "waiting" has none
        after = follow(before or "accepted", statement.event)
        if after == before or (before is None and statement.event == "SubmissionRejection"):
            continue
        dispatches.set_consignment(
            db,
            entry.id,
            _TO_ROW[after],
            at=at,
            actor=name_of(workspace, statement.issuer) if "." in statement.issuer else "",
            reason=reasons_of(statement),
        )
    sent_at = at if statement.event == "SubmissionAcceptance" else None
    settle(db, statement.dispatch, sent_at=sent_at)


def settle(db: Connection, dispatch: str, *, sent_at: datetime | None = None) -> None:
    """Bring a dispatch's own state up to that of its consignments."""
    kept = dispatches.get(db, dispatch)
    if kept is None or kept.package is None:
        return
    states = [entry.state for entry in dispatches.consignments(db, dispatch)]
    count = dispatches.tally(db, dispatch)
    if "waiting" in states:
        state = kept.state
    elif count.returned:
        state = "partly_returned"
    elif count.recalled and count.recalled + count.signed == count.recipients:
        state = "recalled"
    elif count.signed == count.recipients:
        state = "signed"
    elif count.delivered == count.recipients:
        state = "delivered"
    else:
        state = "sent"
    dispatches.set_state(db, dispatch, state, sent_at=sent_at)


def _move_incoming(db: Connection, statement: Statement, at: datetime) -> None:
    state = _RECEIVED.get(statement.event)
    if statement.consignment is None or state is None:
        return
    kept = mailbox.get(db, statement.consignment)
    if kept is not None and kept.state not in _DECIDED:
        mailbox.change(db, kept.id, state=state, acted=at, error="")


def chain_end(db: Connection, dispatch: str, consignment: str) -> tuple[str, int] | None:
    """Digest and number of the last record known of a consignment: what the next one follows."""
    own = receipts.of_consignment(db, consignment)
    if not own:
        own = tuple(r for r in receipts.of_dispatch(db, dispatch) if r.consignment is None)
    if not own:
        return None
    last = max(own, key=lambda kept: (kept.seq, kept.at))
    return last.digest, last.seq


def dispatch_of(db: Connection, consignment: str) -> str:
    """The dispatch a consignment belongs to, sent or received. Raises `NotFound`."""
    sent = dispatches.consignment(db, consignment)
    if sent is not None:
        return sent.dispatch
    received = mailbox.get(db, consignment)
    if received is None:
        raise NotFound(consignment, what=consignment)
    return received.dispatch


def undo_signing(db: Connection, consignment: str, error: str) -> None:
    """An act of ours came too late; what the receipts say is the state, else it is open again."""
    kept = mailbox.get(db, consignment)
    if kept is not None and kept.state in {"signing", "returning"}:
        state = overview.state_of_verdict(
            from_bytes(Verdict, kept.verdict) if kept.verdict else None
        )
        mailbox.change(db, consignment, state=state, acted=None, error=error)


def event_rows(workspace: Workspace, kept: Iterable[receipts.KeptReceipt]) -> tuple[EventRow, ...]:
    """Receipts as lists show them, each verified once more as it is shown."""
    rows = []
    for entry in kept:
        try:
            checked = verified(workspace, entry.receipt)
        except YidaoError as error:
            rows.append(_unverified(entry, error))
            continue
        statement = checked.record.statement
        rows.append(
            EventRow(
                seq=statement.seq,
                event=statement.event,
                label=tr(LABELS[statement.event]),
                consignment=statement.consignment,
                issuer=name_of(workspace, statement.issuer),
                actor=statement.actor or "",
                at=entry.at,
                reasons=tuple(reason.text or reason.code for reason in statement.reasons),
                verified=True,
            )
        )
    return tuple(rows)


def _unverified(entry: receipts.KeptReceipt, error: YidaoError) -> EventRow:
    labels = {str(event): text for event, text in LABELS.items()}
    return EventRow(
        seq=entry.seq,
        event=entry.event,
        label=tr(labels.get(entry.event, entry.event)),
        consignment=entry.consignment,
        issuer="",
        actor="",
        at=entry.at,
        reasons=(error.text(),),
        verified=False,
    )


def name_of(workspace: Workspace, identifier: str) -> str:
    """The name of a body or node by the directory; the identifier where it is not named."""
    if "." in identifier:
        try:
            return workspace.snapshot.body(identifier).name
        except UnknownBody:
            return identifier
    return next((n.name for n in workspace.snapshot.nodes if n.id == identifier), identifier)


def reasons_of(statement: Statement) -> str:
    """The reasons of a statement as one line."""
    return "；".join(reason.text or reason.code for reason in statement.reasons)
