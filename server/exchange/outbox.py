"""The outbox: what waits for a neighbour, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, select, update

from formats.ids import ConsignmentId, DispatchId, NodeId
from formats.protocol.messages import CarriedRecord, RelayedConsignment
from server.errors import NotFound
from server.store.tables import consignments, dispatches, outbox, records
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row that is due."""

    id: int
    kind: str
    dispatch: DispatchId
    consignment: ConsignmentId | None
    record: int | None
    toward: NodeId
    tries: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """The consignments of one dispatch for one neighbour."""

    rows: tuple[Waiting, ...]
    origin: NodeId
    hops: tuple[NodeId, ...]
    header: bytes
    keys: bytes
    payload_digest: str
    payload_size: int
    consignments: tuple[RelayedConsignment, ...]


_WAITING: Final = tuple(outbox.c[name] for name in Waiting.__slots__)


def due_rows(connection: Connection, peer: NodeId, now: int, limit: int) -> list[Waiting]:
    """What is due for a neighbour, urgent first, then in order."""
    query = (
        select(*_WAITING)
        .where(outbox.c.peer == peer, outbox.c.due <= now)
        .order_by(outbox.c.urgent.desc(), outbox.c.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in connection.execute(query)]


def lanes(connection: Connection) -> dict[NodeId, tuple[int, int]]:
    """For each neighbour with something waiting: how many rows, and when the first is due."""
    query = select(outbox.c.peer, func.count(), func.min(outbox.c.due)).group_by(outbox.c.peer)
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def load_bundle(connection: Connection, rows: Sequence[Waiting]) -> Bundle:
    """All that an offer of these rows of one dispatch holds. Raises `NotFound`."""
    dispatch = rows[0].dispatch
    found = connection.execute(
        select(dispatches).where(dispatches.c.dispatch == dispatch)
    ).one_or_none()
    if found is None:
        raise NotFound(dispatch)
    relayed = tuple(
        RelayedConsignment(
            consignment=row.consignment, receipts=_chain(connection, dispatch, row.consignment)
        )
        for row in rows
        if row.consignment is not None
    )
    return Bundle(
        rows=tuple(rows),
        origin=found.origin,
        hops=tuple(found.hops.split()),
        header=found.header,
        keys=found.keys,
        payload_digest=found.payload_digest,
        payload_size=found.payload_size,
        consignments=relayed,
    )


def _chain(
    connection: Connection, dispatch: DispatchId, consignment: ConsignmentId
) -> tuple[bytes, ...]:
    """The road so far: submission and relays."""
    query = (
        select(records.c.receipt)
        .where(records.c.dispatch == dispatch)
        .where((records.c.consignment == consignment) | records.c.consignment.is_(None))
        .where(records.c.event.in_(("SubmissionAcceptance", "RelayAcceptance")))
        .order_by(records.c.id)
    )
    return tuple(connection.execute(query).scalars())


def load_records(connection: Connection, rows: Sequence[Waiting]) -> tuple[CarriedRecord, ...]:
    """The records of these rows, as they travel. Raises `NotFound`."""
    wanted = {row.record for row in rows}
    query = select(records.c.id, records.c.receipt).where(records.c.id.in_(wanted))
    receipts = {row.id: row.receipt for row in connection.execute(query)}
    if lost := wanted - set(receipts):
        raise NotFound(f"records {lost}")
    return tuple(
        CarriedRecord(
            toward=row.toward,
            dispatch=row.dispatch,
            consignment=row.consignment,
            receipt=receipts[row.record],
        )
        for row in rows
    )


def done(work: Work, rows: Sequence[Waiting]) -> None:
    """The neighbour has them, durably."""
    work.connection.execute(delete(outbox).where(outbox.c.id.in_([row.id for row in rows])))


def later(work: Work, rows: Sequence[Waiting], seconds: float) -> None:
    """Try these rows again after some time; the others of the lane go on."""
    due = work.micros + int(seconds * 1_000_000)
    work.connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in rows]))
        .values(due=due, tries=outbox.c.tries + 1)
    )


def overdue(connection: Connection, now: int) -> list[Waiting]:
    """Consignments that wait here past the time until which they may be delivered."""
    query = (
        select(*_WAITING)
        .join(consignments, consignments.c.consignment == outbox.c.consignment)
        .where(outbox.c.kind == "consignment", consignments.c.until <= now)
    )
    return [Waiting(*row) for row in connection.execute(query)]
