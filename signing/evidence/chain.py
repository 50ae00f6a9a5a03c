"""The evidence of one dispatch as a whole: every record, and how they hang together.

``prev`` links form a tree that begins with the submission and has a branch for each consignment;
two records may follow one, because a body signs on what it has seen so far. What must hold: each
record follows an earlier one that is present, counts one more, concerns the same dispatch and its
own consignment, comes from a party to it, and is lawful after the earlier ones (`may_follow`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from formats.envelope.header import RoutingHeader
from formats.errors import YidaoError
from formats.evidence.receipt import Receipt
from formats.evidence.record import BODY_EVENTS, LABELS, Event, Statement, may_follow
from formats.i18n import tr
from formats.ids import Digest
from signing.envelope.dispatch import open_header
from signing.evidence.faults import (
    ChainBroken,
    MisnamedRecord,
    OtherDispatch,
    OutOfOrder,
    WrongParty,
)
from signing.evidence.receipt import VerifiedReceipt, verify_receipt
from signing.trust.store import TrustStore

_SENDER_EVENTS: Final[frozenset[Event]] = frozenset({"RecallRequest", "Reminder"})

Reason = tuple[str, str]
"""A stable code and its sentence."""


@dataclass(frozen=True, slots=True)
class EventResult:
    """What is to be thought of one record."""

    file: str
    event: Event | None
    """``None`` where it could not be read."""
    issuer: str | None
    consignment: str | None
    at: datetime | None
    timestamp: datetime | None
    reasons: tuple[Reason, ...]
    """Empty where all of it holds."""

    @property
    def ok(self) -> bool:
        """Whether all of it holds."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What is to be thought of all of it."""

    events: tuple[EventResult, ...]
    reasons: tuple[Reason, ...]
    """Faults of the whole: of the header, or that there is nothing."""
    header: RoutingHeader | None = None

    @property
    def ok(self) -> bool:
        """Whether every record and the whole hold."""
        return not self.reasons and all(event.ok for event in self.events)


@dataclass(slots=True)
class _Walk:
    """What has been seen so far."""

    header: RoutingHeader | None
    header_digest: Digest | None
    records: dict[Digest, Statement] = field(default_factory=dict)

    def check(self, receipt: VerifiedReceipt, told: str) -> None:
        """Raise the first fault of a record against those before it, then keep it."""
        statement, digest = receipt.record.statement, receipt.record.digest
        label = tr(LABELS[statement.event])
        if told and told != statement.event:
            raise MisnamedRecord(told, event=label)
        self._check_dispatch(statement)
        self._check_party(statement, label)
        earlier = self._before(statement)
        if not may_follow(statement.event, earlier):
            raise OutOfOrder(f"{statement.event} after {sorted(earlier)}", event=label)
        self.records[digest] = statement

    def _check_dispatch(self, statement: Statement) -> None:
        first = next(iter(self.records.values()), statement)
        wanted = self.header_digest or first.digest
        if (statement.digest, statement.dispatch) != (wanted, first.dispatch):
            raise OtherDispatch("digest or dispatch")
        if self.header is not None and statement.dispatch != self.header.dispatch:
            raise OtherDispatch("dispatch of the header")

    def _check_party(self, statement: Statement, label: str) -> None:
        """A body speaks for its own consignment; the sender for those it sent."""
        if self.header is None:
            return
        found = [r for r in self.header.recipients if r.consignment == statement.consignment]
        if statement.consignment is not None and not found:
            raise OtherDispatch("consignment not in the header")
        if statement.event not in BODY_EVENTS:
            return
        bodies = {self.header.sender} if statement.event in _SENDER_EVENTS else {found[0].body}
        if statement.issuer not in bodies:
            raise WrongParty(statement.event, issuer=statement.issuer, event=label)

    def _before(self, statement: Statement) -> set[Event]:
        """The events of its own consignment and of the dispatch; the link to the one before."""
        if statement.prev is not None:
            previous = self.records.get(statement.prev)
            if previous is None or previous.seq + 1 != statement.seq:
                raise ChainBroken("prev or seq")
            if previous.consignment not in {None, statement.consignment}:
                raise ChainBroken("prev is of another consignment")
        return {
            record.event
            for record in self.records.values()
            if record.consignment in {None, statement.consignment}
        }


def verify_chain(
    receipts: Sequence[Receipt],
    *,
    trust: TrustStore,
    log_keys: Mapping[str, bytes],
    header_p7m: bytes | None = None,
    names: Sequence[tuple[str, str]] | None = None,
) -> ChainReport:
    """Judge the receipts of one dispatch, in the order given (that of ``seq`` and time).

    ``names`` are the file of each and the event its name tells. Never raises for what the receipts
    say: every fault is a reason in the report. A record that fails is not built upon.
    """
    reasons: list[Reason] = []
    header = digest = None
    if header_p7m is not None:
        try:
            signed = open_header(header_p7m, trust=trust)
            header, digest = signed.header, signed.digest
        except YidaoError as error:
            reasons.append((error.code, error.text()))
    walk = _Walk(header, digest)
    labels = names or [(f"{i + 1:02}", "") for i in range(len(receipts))]
    events = []
    for receipt, (file, told) in zip(receipts, labels, strict=True):
        verified: VerifiedReceipt | None = None
        try:
            verified = verify_receipt(receipt, trust, log_keys)
            walk.check(verified, told)
        except YidaoError as error:
            events.append(_result(file, verified, ((error.code, error.text()),)))
        else:
            events.append(_result(file, verified, ()))
    if not events:
        reasons.append((ChainBroken.code, ChainBroken("no record").text()))
    return ChainReport(tuple(events), tuple(reasons), header)


def _result(
    file: str, verified: VerifiedReceipt | None, reasons: tuple[Reason, ...]
) -> EventResult:
    if verified is None:
        return EventResult(file, None, None, None, None, None, reasons)
    statement = verified.record.statement
    return EventResult(
        file=file,
        event=statement.event,
        issuer=statement.issuer,
        consignment=statement.consignment,
        at=statement.at,
        timestamp=verified.timestamp,
        reasons=reasons,
    )
