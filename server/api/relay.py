"""What neighbours hand over. Each request is signed by the giver's node key, over all it says."""

from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from formats.canonical import from_bytes
from formats.i18n import tr
from formats.ids import NodeId
from formats.limits import KIB, MAX_INLINE_PAYLOAD, MAX_RELAY_BYTES
from formats.protocol.messages import (
    PROTOCOL,
    Greeting,
    RecordsAnswer,
    RecordsOffer,
    RelayAnswer,
    RelayOffer,
    Upload,
)
from formats.protocol.parts import PartsReader
from server.api.http import Asked, json, json_bytes, route
from server.api.uploads import offset_of, open_upload
from server.directory import Directory
from server.errors import LoginRefused, NotAccepted
from server.exchange.accept import check_payload, keep_payload
from server.exchange.acts import take_record
from server.exchange.consign import take_over
from server.exchange.evidence import open_receipt
from server.exchange.offer import believe
from server.node import Node
from server.sessions import new_token
from server.store.work import Work
from signing.cms import open_attached
from signing.errors import TrustError

Offer = TypeVar("Offer", RelayOffer, RecordsOffer, Greeting)


async def relay(asked: Asked) -> Response:
    """``POST /v1/relay``: a `RelayOffer`, and the payload when it is small."""
    node = asked.node
    reader = PartsReader([MAX_RELAY_BYTES])
    with node.blobs.receive(MAX_INLINE_PAYLOAD) as incoming:
        async for piece in asked.http.stream():
            payload = reader.feed(piece)
            if payload:
                incoming.write(payload)
        reader.finish()
        directory = node.directory.current()
        offer = _open(node, directory, reader.parts[0], RelayOffer)
        accepted, handed = await run_in_threadpool(believe, offer, directory)
        check_payload(accepted, offer.payload_digest, offer.payload_size)
        if incoming.size:
            await run_in_threadpool(keep_payload, node.blobs, accepted, incoming)
    if not node.blobs.has(offer.payload_digest):
        return json(await _ask_for_payload(node, offer), 202)
    road = node.road()
    answer = await node.write(
        lambda work: take_over(
            work, road, node.blobs, accepted, handed, origin=offer.origin, hops=offer.hops
        )
    )
    return json_bytes(answer)


async def _ask_for_payload(node: Node, offer: RelayOffer) -> RelayAnswer:
    ticket = new_token(node.randomness)
    digest, size = offer.payload_digest, offer.payload_size
    identifier = await node.write(
        lambda work: open_upload(work, node, offer.giver, digest, size, ticket=ticket)
    )
    upload = Upload(id=identifier, offset=offset_of(node, identifier, digest), size=size)
    return RelayAnswer(receipts=(), upload=upload, ticket=ticket)


async def records(asked: Asked) -> Response:
    """``POST /v1/relay/records``: evidence on its way."""
    node = asked.node
    data = await asked.body(MAX_RELAY_BYTES)
    directory = node.directory.current()
    offer = _open(node, directory, data, RecordsOffer)
    items = await run_in_threadpool(
        lambda: [(open_receipt(item.receipt, directory), item.toward) for item in offer.records]
    )
    road = node.road()

    def keep(work: Work) -> None:
        for item, toward in items:
            take_record(work, road, item, toward)

    await node.do(keep)
    return json(RecordsAnswer(taken=len(items)))


async def greeting(asked: Asked) -> Response:
    """``POST /v1/relay/greeting``."""
    data = await asked.body(64 * KIB)
    _open(asked.node, asked.node.directory.current(), data, Greeting)
    return Response(status_code=204)


def _open(node: Node, directory: Directory, p7m: bytes, kind: type[Offer]) -> Offer:
    """A signed offer to this node by the listed certificate of the node it names."""
    signed = open_attached(p7m)
    offer = from_bytes(kind, signed.data, limit=MAX_RELAY_BYTES)
    _check_giver(directory, signed.certificate, offer.giver)
    try:
        directory.trust.validate(signed.certificate, node.clock(), "node", signed.certificates)
    except TrustError as error:
        raise LoginRefused(error.code, reason=error.sentences()[0].rstrip("。")) from error
    if offer.taker != node.id or offer.protocol != PROTOCOL:
        raise NotAccepted(f"for {offer.taker}", reason=tr("请求不是发给本节点的"))
    node.relay.heard_of(offer.giver)
    return offer


def _check_giver(directory: Directory, certificate: bytes, giver: NodeId) -> None:
    listed = directory.nodes.get(giver)
    if listed is None or listed.certificate != certificate:
        raise LoginRefused(giver, reason=tr("节点未登记，或证书与登记的不符"))


ROUTES: list[Route] = [
    route("/v1/relay", "POST", relay),
    route("/v1/relay/records", "POST", records),
    route("/v1/relay/greeting", "POST", greeting),
]
