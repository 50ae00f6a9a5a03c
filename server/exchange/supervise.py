"""What time does: deadlines pass, sessions and uploads lapse, leftovers are swept.

Deadlines end in signed evidence, never in silence: a consignment not signed for in time gets
AcceptanceRejectionExpiry (and may still be signed for), one that can no longer be delivered gets
ContentConsignmentFailure. What fails for one thing is logged and tried again the next time; it
keeps nothing else from happening.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from formats.evidence.record import Reason
from formats.ids import ConsignmentId, NodeId
from formats.limits import ORPHAN_HOURS
from formats.protocol.states import decide, state_of
from server.exchange import outbox
from server.exchange.consign import give_up, set_state
from server.exchange.outbox import Waiting
from server.exchange.road import Road, need_parcel, tell_origin
from server.store.blobs import Blobs
from server.store.tables import consignments, dispatches, uploads
from server.store.tables import outbox as outbox_table
from server.store.work import Work

T = TypeVar("T")
_logger = logging.getLogger("yidao.node")

OVERDUE = Reason(code="overdue", text="超过签收期限")
EXPIRED = Reason(code="expired", text="超过有效期限，未能送达")


def expire(work: Work, road: Road) -> None:
    """State what was not signed for in time, and what can no longer be delivered."""
    query = (
        select(consignments.c.consignment)
        .where(consignments.c.due <= work.micros, consignments.c.node == road.here)
        .where(consignments.c.state.in_(("consigned", "delivered")))
    )
    due = work.connection.execute(query).scalars().all()
    _each(work, due, lambda consignment: _state_overdue(work, road, consignment))
    late = outbox.overdue(work.connection, work.micros)
    _each(work, late, lambda row: _state_undeliverable(work, road, row))


def _each(work: Work, items: Iterable[T], step: Callable[[T], None]) -> None:
    """Each by itself: one that fails keeps none of the others back."""
    for item in items:
        try:
            with work.part():
                step(item)
        except DBAPIError:
            raise
        except Exception:
            _logger.exception("supervision of %s", item)


def _state_overdue(work: Work, road: Road, consignment: ConsignmentId) -> None:
    parcel = need_parcel(work, consignment)
    ref = work.issue(
        "AcceptanceRejectionExpiry",
        dispatch=parcel.dispatch,
        consignment=consignment,
        digest=parcel.header_digest,
        after=work.last(parcel.dispatch, consignment),
        reasons=(OVERDUE,),
    )
    set_state(work, parcel, decide(state_of(parcel.state), "AcceptanceRejectionExpiry"))
    tell_origin(work, road, parcel, ref)


def _state_undeliverable(work: Work, road: Road, row: Waiting) -> None:
    give_up(work, road, need_parcel(work, row.consignment or ""), EXPIRED)
    outbox.done(work, [row])


def sweep(work: Work, blobs: Blobs, uploads_folder: Path) -> None:
    """Remove lapsed uploads, then blobs that nothing names; in the writer, so nothing races it."""
    lapsed = select(uploads.c.id).where(uploads.c.expires < work.micros)

    def remove(identifier: str) -> None:
        (uploads_folder / identifier).unlink(missing_ok=True)
        work.connection.execute(delete(uploads).where(uploads.c.id == identifier))

    _each(work, work.connection.execute(lapsed).scalars().all(), remove)

    def named(digest: str) -> bool:
        dispatch = select(func.count()).where(dispatches.c.payload_digest == digest)
        upload = select(func.count()).where(uploads.c.digest == digest)
        return any(work.connection.execute(query).scalar() for query in (dispatch, upload))

    before = work.now - timedelta(hours=ORPHAN_HOURS)
    blobs.sweep(named, before.timestamp())


def reroute(work: Work, road: Road) -> None:
    """Send what waits by the road of today: neighbours or the directory may have changed."""
    targets = select(outbox_table.c.toward).distinct()

    def turn(toward: NodeId) -> None:
        if toward not in road.directory.nodes:
            return
        peer = road.hop(toward)
        work.connection.execute(
            update(outbox_table)
            .where(outbox_table.c.toward == toward, outbox_table.c.peer != peer)
            .values(peer=peer)
        )

    _each(work, work.connection.execute(targets).scalars().all(), turn)
