"""A consignment, for its recipient: header, keys, payload; and the acts upon it."""

from collections.abc import Callable

from sqlalchemy import select
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from formats.i18n import tr
from formats.limits import KIB, MAX_RECORD_BYTES
from formats.protocol.messages import OCTETS, Acknowledgement, ActAnswer, ConsignmentView
from formats.protocol.states import AlreadyDecided, state_of
from server.api.http import Asked, Handler, json, route
from server.errors import ActRefused, NotFound
from server.exchange import acts
from server.exchange.evidence import Opened, open_record
from server.exchange.road import Parcel, Road, parcel_at
from server.store.tables import dispatches, records
from server.store.work import Finish, Work

Act = Callable[[Work, Road, str, str, Opened], Finish[ActAnswer]]


async def view(asked: Asked) -> Response:
    """``GET /v1/consignments/{consignment}``."""
    parcel = _received(asked)
    with asked.node.database.reading.begin() as connection:
        row = connection.execute(
            select(dispatches).where(dispatches.c.dispatch == parcel.dispatch)
        ).one()
        chain = connection.execute(
            select(records.c.receipt)
            .where(records.c.dispatch == parcel.dispatch)
            .where((records.c.consignment == parcel.consignment) | records.c.consignment.is_(None))
            .order_by(records.c.id)
        ).scalars()
        return json(
            ConsignmentView(
                dispatch=parcel.dispatch,
                consignment=parcel.consignment,
                state=state_of(parcel.state),
                sender=parcel.sender,
                header=row.header,
                keys=row.keys,
                payload_digest=row.payload_digest,
                payload_size=row.payload_size,
                receipts=tuple(chain),
            )
        )


async def payload(asked: Asked) -> Response:
    """``GET /v1/consignments/{consignment}/payload``, with Range."""
    parcel = _received(asked)
    if parcel.state == "recalled":
        raise AlreadyDecided("recalled", outcome=tr(AlreadyDecided.OUTCOMES["recalled"]))
    path = asked.node.blobs.path(parcel.payload_digest)
    headers = {"ETag": f'"{parcel.payload_digest}"', "Cache-Control": "private, immutable"}
    return FileResponse(path, headers=headers, media_type=OCTETS)


async def delivered(asked: Asked) -> Response:
    """``POST /v1/consignments/{consignment}/delivered``."""
    session = asked.session()
    digest = (await asked.value(Acknowledgement, 4 * KIB)).digest
    road = asked.node.road()
    consignment = asked.path["consignment"]
    return json(
        await asked.node.write(
            lambda work: acts.acknowledge(work, road, consignment, session.body, digest)
        )
    )


def signed_act(act: Act, event: str) -> Handler:
    """The handler of an act that comes as a record signed on the UKEY."""

    async def handle(asked: Asked) -> Response:
        session = asked.session()
        road = asked.node.road()
        record = await asked.body(MAX_RECORD_BYTES)
        opened = open_record(record, road.directory, now=asked.node.clock())
        if opened.statement.event != event:
            raise ActRefused(opened.statement.event, reason=tr("操作类型不同"))
        consignment = asked.path["consignment"]
        return json(
            await asked.node.write(lambda work: act(work, road, consignment, session.body, opened))
        )

    return handle


def _received(asked: Asked) -> Parcel:
    """The consignment of the path, if it is to the body that asks, here."""
    session = asked.session()
    with asked.node.database.reading.begin() as connection:
        parcel = parcel_at(connection, asked.path["consignment"])
    if parcel is None or parcel.state in {"accepted", "relayed"}:
        raise NotFound(asked.path["consignment"])
    return acts.received_by(parcel, session.body, asked.node.id)


_BASE = "/v1/consignments/{consignment}"

ROUTES: list[Route] = [
    route(_BASE, "GET", view),
    route(f"{_BASE}/payload", "GET", payload),
    route(f"{_BASE}/delivered", "POST", delivered),
    route(f"{_BASE}/sign-for", "POST", signed_act(acts.answer, "ConsignmentAcceptance")),
    route(f"{_BASE}/return", "POST", signed_act(acts.answer, "ConsignmentRejection")),
    route(f"{_BASE}/recall", "POST", signed_act(acts.ask_recall, "RecallRequest")),
    route(f"{_BASE}/remind", "POST", signed_act(acts.remind, "Reminder")),
]
