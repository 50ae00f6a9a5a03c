"""Where things go next: the road as one node sees it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from formats.ids import ConsignmentId, DispatchId, NodeId
from server.directory import Directory, next_hop
from server.errors import NotFound
from server.store.tables import consignments, dispatches
from server.store.work import RecordRef, Work


@dataclass(frozen=True, slots=True)
class Road:
    """This node, its directory and its neighbours."""

    here: NodeId
    directory: Directory
    neighbours: tuple[NodeId, ...]

    def hop(self, toward: NodeId) -> NodeId:
        """The neighbour on the way to a node. Raises `UnknownNode`."""
        return next_hop(self.directory, self.here, toward, self.neighbours)


RoadNow = Callable[[], Road]
"""The road by the newest directory."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A consignment with what its dispatch says of it."""

    consignment: ConsignmentId
    dispatch: DispatchId
    body: str
    node: NodeId
    state: str
    sender: str
    origin: NodeId
    header_digest: str
    payload_digest: str


def find_parcel(work: Work, consignment: ConsignmentId) -> Parcel | None:
    """The consignment, if this node knows it."""
    return parcel_at(work.connection, consignment)


def need_parcel(work: Work, consignment: ConsignmentId) -> Parcel:
    """The consignment. Raises `NotFound`."""
    found = find_parcel(work, consignment)
    if found is None:
        raise NotFound(consignment)
    return found


def parcel_at(connection: Connection, consignment: ConsignmentId) -> Parcel | None:
    """As `find_parcel`, for readers too."""
    query = (
        select(
            consignments.c.consignment,
            consignments.c.dispatch,
            consignments.c.body,
            consignments.c.node,
            consignments.c.state,
            dispatches.c.sender,
            dispatches.c.origin,
            dispatches.c.header_digest,
            dispatches.c.payload_digest,
        )
        .join(dispatches, dispatches.c.dispatch == consignments.c.dispatch)
        .where(consignments.c.consignment == consignment)
    )

    row = connection.execute(query).one_or_none()
    return Parcel(*row) if row else None


def tell_origin(work: Work, road: Road, parcel: Parcel, ref: RecordRef) -> None:
    """Let the sender know of a record: in its mailbox here, or on the way to its node."""
    if parcel.origin == road.here:
        work.post(parcel.sender, "evidence", ref)
    else:
        peer = road.hop(parcel.origin)
        work.send_record(peer, parcel.origin, parcel.dispatch, parcel.consignment, ref)
