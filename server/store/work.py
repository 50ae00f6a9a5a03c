"""One submission to the writer, inside the group's transaction.

What an operation does to the store goes through a `Work`: it issues and keeps evidence records,
puts entries into mailboxes and the outbox. Receipts exist only when the whole group has been
appended to the log, so an operation returns a function that makes its answer from them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, insert, select

from formats.canonical import from_bytes
from formats.digests import digest as digest_of
from formats.evidence.receipt import Receipt
from formats.evidence.record import Event, Reason, Statement, statement_bytes
from formats.ids import ConsignmentId, Digest, DispatchId, NodeId
from formats.protocol.messages import EntryKind
from server.store.database import micros
from server.store.tables import mailbox, outbox, records
from signing.cms import sign_attached
from signing.signer import Signer
from signing.suites import suite_of

T = TypeVar("T")
Receipts = Mapping[int, bytes]
"""The receipt of each record that the group appended to the log, by the record's id."""

Finish = Callable[[Receipts], T]
"""Makes the answer of an operation, once the receipts exist."""

Stamp = Callable[[bytes], bytes | None]
"""The RFC 3161 response over a record, where the node has a time-stamp authority."""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record in the store."""

    id: int
    digest: Digest
    position: int


REF: Final = (records.c.id, records.c.digest, records.c.position)
"""The columns of a `RecordRef`."""


@dataclass(slots=True)
class Counters:
    """The last row ids allotted."""

    record: int
    mailbox: int
    outbox: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A record of this group that the log takes."""

    id: int
    record: bytes
    timestamp: bytes | None


@dataclass(slots=True)
class Work:
    """The hands of one operation."""

    connection: Connection
    node: NodeId
    now: datetime
    signer: Signer
    stamp: Stamp
    counters: Counters
    leaves: list[Leaf] = field(default_factory=list)
    woken: set[str] = field(default_factory=set)
    """Bodies with a new mailbox entry."""
    lanes: set[str] = field(default_factory=set)
    """Neighbours with something new to carry."""

    @property
    def micros(self) -> int:
        """Now, as stored."""
        return micros(self.now)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part that fails by itself: all it did here is taken back, the rest of the work stays.

        What it raises goes on.
        """
        kept = len(self.leaves)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self.leaves[kept:]  # or the log would take a record that no row names
            raise

    # --- evidence -------------------------------------------------------------------------------
    def issue(
        self,
        event: Event,
        *,
        dispatch: DispatchId,
        digest: Digest,
        consignment: ConsignmentId | None = None,
        after: RecordRef | None = None,
        peer: NodeId | None = None,
        reasons: tuple[Reason, ...] = (),
    ) -> RecordRef:
        """State an event as this node: signed, chained after a record, bound for the log."""
        statement = Statement(
            event=event,
            dispatch=dispatch,
            consignment=consignment,
            digest=digest,
            issuer=self.node,
            at=self.now,
            seq=after.position + 1 if after else 0,
            prev=after.digest if after else None,
            peer=peer,
            reasons=reasons,
            suite=suite_of(self.signer.algorithm).name,
        )
        record = sign_attached(statement_bytes(statement), self.signer, at=self.now)
        return self.keep(statement, record)

    def keep(self, statement: Statement, record: bytes) -> RecordRef:
        """Keep a record stated here, by this node or by a body of it; bound for the log."""
        ref = self._insert(statement, record, b"")
        self.leaves.append(Leaf(ref.id, record, self.stamp(record)))
        return ref

    def keep_foreign(self, statement: Statement, receipt: bytes) -> RecordRef:
        """Keep a record of another node, with the receipt it gave; once."""
        record = from_bytes(Receipt, receipt).record
        known = self.known(digest_of(record, statement.suite))
        return known or self._insert(statement, record, receipt)

    def _insert(self, statement: Statement, record: bytes, receipt: bytes) -> RecordRef:
        self.counters.record += 1
        ref = RecordRef(self.counters.record, digest_of(record, statement.suite), statement.seq)
        self.connection.execute(
            insert(records).values(
                id=ref.id,
                digest=ref.digest,
                dispatch=statement.dispatch,
                consignment=statement.consignment,
                event=statement.event,
                issuer=statement.issuer,
                position=statement.seq,
                at=micros(statement.at),
                receipt=receipt,
            )
        )
        return ref

    def known(self, digest: Digest) -> RecordRef | None:
        """The record of that digest, if it is here."""
        query = select(*REF)
        row = self.connection.execute(query.where(records.c.digest == digest)).one_or_none()
        return RecordRef(*row) if row else None

    def follows(self, statement: Statement) -> bool:
        """Whether ``prev`` and ``seq`` name a record of the same consignment kept here."""
        query = select(records.c.id).where(
            records.c.digest == statement.prev,
            records.c.position == statement.seq - 1,
            records.c.dispatch == statement.dispatch,
            (records.c.consignment == statement.consignment) | records.c.consignment.is_(None),
        )
        return self.connection.execute(query).first() is not None

    def last(self, dispatch: DispatchId, consignment: ConsignmentId) -> RecordRef | None:
        """The newest record of a consignment; that of its submission where it has none yet."""
        query = (
            select(*REF)
            .where(records.c.dispatch == dispatch)
            .where((records.c.consignment == consignment) | records.c.consignment.is_(None))
            .order_by(records.c.id.desc())
            .limit(1)
        )
        row = self.connection.execute(query).one_or_none()
        return RecordRef(*row) if row else None

    def first(self, consignment: ConsignmentId, *events: Event) -> RecordRef | None:
        """The oldest record of a consignment with one of these events."""
        query = (
            select(*REF)
            .where(records.c.consignment == consignment, records.c.event.in_(events))
            .order_by(records.c.id)
            .limit(1)
        )
        row = self.connection.execute(query).one_or_none()
        return RecordRef(*row) if row else None

    def receipt(self, ref: RecordRef, receipts: Receipts) -> bytes:
        """The receipt of a record, of this group or of an earlier one."""
        if ref.id in receipts:
            return receipts[ref.id]
        query = select(records.c.receipt).where(records.c.id == ref.id)
        receipt: Any = self.connection.execute(query).scalar_one()
        return bytes(receipt)

    # --- what leaves ----------------------------------------------------------------------------
    def post(self, body: str, kind: EntryKind, ref: RecordRef) -> None:
        """Put an entry into a body's mailbox; once for each record and kind."""
        there = select(mailbox.c.seq).where(
            mailbox.c.body == body, mailbox.c.kind == kind, mailbox.c.record == ref.id
        )
        if self.connection.execute(there).first():
            return
        self.counters.mailbox += 1
        self.connection.execute(
            insert(mailbox).values(
                seq=self.counters.mailbox, body=body, kind=kind, record=ref.id, at=self.micros
            )
        )
        self.woken.add(body)

    def send_consignment(
        self, peer: NodeId, toward: NodeId, dispatch: DispatchId, consignment: str, *, urgent: bool
    ) -> None:
        """Queue a consignment for a neighbour."""
        self._queue(
            peer=peer,
            kind="consignment",
            toward=toward,
            dispatch=dispatch,
            consignment=consignment,
            record=None,
            urgent=urgent,
        )

    def send_record(
        self,
        peer: NodeId,
        toward: NodeId,
        dispatch: DispatchId,
        consignment: str | None,
        ref: RecordRef,
    ) -> None:
        """Queue a record for a neighbour. Evidence is small and waited for: it goes first."""
        self._queue(
            peer=peer,
            kind="record",
            toward=toward,
            dispatch=dispatch,
            consignment=consignment,
            record=ref.id,
            urgent=True,
        )

    def _queue(self, *, peer: NodeId, **columns: object) -> None:
        self.counters.outbox += 1
        row = {"id": self.counters.outbox, "peer": peer, "due": self.micros, "tries": 0, **columns}
        self.connection.execute(insert(outbox).values(row))
        self.lanes.add(peer)
