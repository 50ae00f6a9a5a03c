"""A dispatch enters this node: from its sender, or from a neighbour; and reaches a mailbox.

Every function here is an operation of the writer (`server.store.writer`): it runs inside the one
transaction that makes dispatch, consignments, mailbox, outbox and evidence durable together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from formats.canonical import to_bytes
from formats.envelope.header import Recipient
from formats.evidence.record import Reason
from formats.ids import NodeId
from formats.limits import MAX_HOPS
from formats.protocol.messages import RelayAnswer, Submitted
from formats.protocol.states import decide
from server.errors import ContentMismatch, Draining, IdTaken, RouteLoop
from server.exchange.accept import Accepted
from server.exchange.evidence import OpenedReceipt
from server.exchange.road import Parcel, Road, find_parcel, tell_origin
from server.store.blobs import Blobs
from server.store.database import micros
from server.store.tables import consignments, dispatches, records
from server.store.work import REF, Finish, RecordRef, Work


@dataclass(frozen=True, slots=True)
class Handed:
    """One consignment that a neighbour hands over, its chain believed."""

    recipient: Recipient
    chain: tuple[OpenedReceipt, ...]


def submit(work: Work, road: Road, blobs: Blobs, accepted: Accepted) -> Finish[bytes]:
    """Take a dispatch from its sender; a repetition is answered with the first answer's bytes.

    The key (sender, dispatch) with the digest is kept for ever. Raises `IdTaken` for other
    content under the same id.
    """
    header = accepted.header
    known = _same(work, accepted)
    if known:
        found = work.connection.execute(
            select(*REF).where(
                records.c.dispatch == header.dispatch,
                records.c.event == "SubmissionAcceptance",
                records.c.issuer == road.here,  # another node may have stated one on this id
            )
        ).one_or_none()
        if found is None:  # it came over the road, so it was submitted elsewhere
            raise IdTaken(header.dispatch)
        return _submitted(work, accepted, RecordRef(*found))
    _enter(work, blobs, accepted, origin=road.here, hops=())
    first = work.issue(
        "SubmissionAcceptance", dispatch=header.dispatch, digest=accepted.header_digest
    )
    for recipient in header.recipients:
        parcel = _add(work, road, accepted, recipient, origin=road.here)
        if parcel.node == road.here:
            tell_origin(work, road, parcel, arrive(work, parcel, after=first))
        else:
            _forward(work, road, accepted, parcel, hops=())
    return _submitted(work, accepted, first)


def _submitted(work: Work, accepted: Accepted, ref: RecordRef) -> Finish[bytes]:
    dispatch = accepted.header.dispatch
    return lambda receipts: to_bytes(
        Submitted(dispatch=dispatch, receipt=work.receipt(ref, receipts))
    )


def take_over(
    work: Work,
    road: Road,
    blobs: Blobs,
    accepted: Accepted,
    handed: Sequence[Handed],
    *,
    origin: NodeId,
    hops: tuple[NodeId, ...],
) -> Finish[bytes]:
    """Take consignments from a neighbour; repeated ones are answered with the first receipts.

    ``hops`` are the nodes passed, the giver last. Raises `IdTaken` or `RouteLoop`.
    """
    if road.here in hops or road.here == origin or len(hops) > MAX_HOPS:
        raise RouteLoop(" ".join(hops))
    if not _same(work, accepted):
        _enter(work, blobs, accepted, origin=origin, hops=hops)
    answered: list[RecordRef] = []
    for item in handed:
        there = find_parcel(work, item.recipient.consignment)
        if there is None:
            answered += _take_one(work, road, accepted, item, origin=origin, hops=hops)
        elif there.header_digest == accepted.header_digest:
            answered += _already(work, item.recipient.consignment)
        else:  # the receipts of another's consignment would let the giver forget this one
            raise IdTaken(item.recipient.consignment)
    return lambda receipts: to_bytes(
        RelayAnswer(receipts=tuple(work.receipt(ref, receipts) for ref in answered))
    )


def _take_one(
    work: Work,
    road: Road,
    accepted: Accepted,
    item: Handed,
    *,
    origin: NodeId,
    hops: tuple[NodeId, ...],
) -> list[RecordRef]:
    parcel = _add(work, road, accepted, item.recipient, origin=origin)
    last: RecordRef | None = None
    for link in item.chain:
        last = work.keep_foreign(link.opened.statement, link.receipt)
    relayed = work.issue(
        "RelayAcceptance",
        dispatch=parcel.dispatch,
        consignment=parcel.consignment,
        digest=parcel.header_digest,
        after=last,
        peer=hops[-1],
    )
    set_state(work, parcel, "relayed")
    if parcel.node == road.here:
        return [relayed, arrive(work, parcel, after=relayed)]
    _forward(work, road, accepted, parcel, hops=hops)
    return [relayed]


def _already(work: Work, consignment: str) -> list[RecordRef]:
    """What this node stated when it took the consignment over: one transaction, so always all."""
    query = (
        select(*REF)
        .where(records.c.consignment == consignment, records.c.issuer == work.node)
        .where(records.c.event.in_(("RelayAcceptance", "ContentConsignment")))
        .order_by(records.c.id)
    )
    return [RecordRef(*row) for row in work.connection.execute(query)]


def arrive(work: Work, parcel: Parcel, *, after: RecordRef) -> RecordRef:
    """Put a consignment into its recipient's mailbox here: 送达."""
    ref = work.issue(
        "ContentConsignment",
        dispatch=parcel.dispatch,
        consignment=parcel.consignment,
        digest=parcel.header_digest,
        after=after,
    )
    state = decide("relayed" if parcel.origin != work.node else "accepted", "ContentConsignment")
    set_state(work, parcel, state)
    work.post(parcel.body, "consignment", ref)
    return ref


def set_state(work: Work, parcel: Parcel, state: str) -> None:
    """Where the consignment stands now."""
    values: dict[str, object] = {"state": state, "changed": work.micros}
    if state in {"signed_for", "returned", "recalled", "expired", "undeliverable"}:
        values["due"] = None
    work.connection.execute(
        update(consignments).where(consignments.c.consignment == parcel.consignment).values(values)
    )


def give_up(work: Work, road: Road, parcel: Parcel, reason: Reason) -> RecordRef:
    """The consignment can not be delivered: say so, signed, to its sender."""
    ref = work.issue(
        "ContentConsignmentFailure",
        dispatch=parcel.dispatch,
        consignment=parcel.consignment,
        digest=parcel.header_digest,
        after=work.last(parcel.dispatch, parcel.consignment),
        reasons=(reason,),
    )
    set_state(work, parcel, "undeliverable")
    tell_origin(work, road, parcel, ref)
    return ref


def _same(work: Work, accepted: Accepted) -> bool:
    """Whether this very dispatch is here. Raises `IdTaken` for another under its id."""
    query = select(dispatches.c.sender, dispatches.c.header_digest)
    row = work.connection.execute(
        query.where(dispatches.c.dispatch == accepted.header.dispatch)
    ).one_or_none()
    if row is None:
        return False
    if (row.sender, row.header_digest) != (accepted.header.sender, accepted.header_digest):
        raise IdTaken(accepted.header.dispatch)
    return True


def _enter(
    work: Work, blobs: Blobs, accepted: Accepted, *, origin: NodeId, hops: tuple[NodeId, ...]
) -> None:
    header = accepted.header
    if not blobs.has(header.payload_digest):
        # The sweep runs in the writer too, so from here on the blob is named and stays.
        raise Draining("the payload was swept while it waited")
    if blobs.path(header.payload_digest).stat().st_size != header.payload_size:
        raise ContentMismatch("payload size")
    work.connection.execute(
        insert(dispatches).values(
            dispatch=header.dispatch,
            sender=header.sender,
            origin=origin,
            header=accepted.header_p7m,
            header_digest=accepted.header_digest,
            keys=accepted.keys,
            payload_digest=header.payload_digest,
            payload_size=header.payload_size,
            urgent=header.urgency is not None,
            received=work.micros,
            hops=" ".join(hops),
        )
    )


def _add(
    work: Work, road: Road, accepted: Accepted, recipient: Recipient, *, origin: NodeId
) -> Parcel:
    header = accepted.header
    node = road.directory.body(recipient.body).node
    there = find_parcel(work, recipient.consignment)
    if there is not None:
        raise IdTaken(recipient.consignment)
    work.connection.execute(
        insert(consignments).values(
            consignment=recipient.consignment,
            dispatch=header.dispatch,
            body=recipient.body,
            node=node,
            state="accepted",
            changed=work.micros,
            due=micros(header.sign_by) if header.sign_by else None,
            until=micros(header.valid_until) if header.valid_until else None,
        )
    )
    return Parcel(
        consignment=recipient.consignment,
        dispatch=header.dispatch,
        body=recipient.body,
        node=node,
        state="accepted",
        sender=header.sender,
        origin=origin,
        header_digest=accepted.header_digest,
        payload_digest=header.payload_digest,
    )


def _forward(
    work: Work, road: Road, accepted: Accepted, parcel: Parcel, *, hops: tuple[NodeId, ...]
) -> None:
    peer = road.hop(parcel.node)
    if peer in hops or peer == parcel.origin:
        raise RouteLoop(f"{peer} after {' '.join(hops)}")
    work.send_consignment(
        peer,
        parcel.node,
        parcel.dispatch,
        parcel.consignment,
        urgent=accepted.header.urgency is not None,
    )
