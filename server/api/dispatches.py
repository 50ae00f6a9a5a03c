"""Submission, and what became of it, for the sender."""

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from formats.canonical import to_bytes
from formats.digests import digest
from formats.directory import SUITES
from formats.limits import MAX_CAPSULE_BYTES, MAX_HEADER_BYTES, MAX_INLINE_PAYLOAD
from formats.protocol.messages import ConsignmentStatus, DispatchView, Submitted
from formats.protocol.parts import PartsReader
from formats.protocol.states import state_of
from server.api.http import Asked, json, json_bytes, route
from server.errors import IdTaken, NotAccepted, NotFound, UploadConflict
from server.exchange.accept import accept_submission, check_payload, keep_payload
from server.exchange.consign import submit
from server.node import Node
from server.store.database import instant
from server.store.tables import consignments, dispatches, records, uploads


async def send(asked: Asked) -> Response:
    """``POST /v1/dispatches``: header, keys and payload, or header, keys and a finished upload."""
    node = asked.node
    session = asked.session()
    reader = PartsReader([MAX_HEADER_BYTES, MAX_CAPSULE_BYTES])
    with node.blobs.receive(MAX_INLINE_PAYLOAD) as incoming:
        async for piece in asked.http.stream():
            payload = reader.feed(piece)
            if payload:
                incoming.write(payload)
        reader.finish()
        header_p7m, keys = reader.parts
        before = _answered(node, session.body, header_p7m)
        if before is not None:  # also when the certificate has ended since: it was accepted then
            return json_bytes(before, 200)
        accepted = accept_submission(
            header_p7m,
            keys,
            node.directory.current(),
            sender=session.body,
            here=node.id,
            now=node.clock(),
        )
        key = asked.http.headers.get("idempotency-key")
        if key is not None and key != accepted.header.dispatch:
            raise NotAccepted("Idempotency-Key", reason="Idempotency-Key")
        upload = asked.http.query_params.get("upload")
        if upload:
            check_payload(accepted, *_uploaded(node, session.body, upload))
        else:
            await run_in_threadpool(keep_payload, node.blobs, accepted, incoming)
    road = node.road()
    answer = await node.write(lambda work: submit(work, road, node.blobs, accepted))
    return json_bytes(answer, 201)


def _answered(node: Node, sender: str, header_p7m: bytes) -> bytes | None:
    """The stored answer to this very submission, byte for byte.

    The header is not read yet, so that its digest may be that of any suite.
    """
    named = [digest(header_p7m, suite) for suite in SUITES]
    query = (
        select(dispatches.c.dispatch, records.c.receipt)
        .join(records, records.c.dispatch == dispatches.c.dispatch)
        .where(dispatches.c.sender == sender, dispatches.c.header_digest.in_(named))
        .where(dispatches.c.origin == node.id, records.c.event == "SubmissionAcceptance")
        .where(records.c.issuer == node.id)  # another node may have stated one on this id
    )
    with node.database.reading.begin() as connection:
        row = connection.execute(query).first()
    return to_bytes(Submitted(dispatch=row.dispatch, receipt=row.receipt)) if row else None


def _uploaded(node: Node, owner: str, identifier: str) -> tuple[str, int]:
    """Digest and size of a finished upload."""
    query = select(uploads).where(uploads.c.id == identifier, uploads.c.owner == owner)
    with node.database.reading.begin() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(identifier)
    if not row.finished:
        raise UploadConflict("not finished")
    return row.digest, row.size


async def receipts(asked: Asked) -> Response:
    """``GET /v1/dispatches/{dispatch}/receipts``."""
    session = asked.session()
    dispatch = asked.path["dispatch"]
    with asked.node.database.reading.begin() as connection:
        head = connection.execute(
            select(dispatches.c.sender, dispatches.c.origin).where(
                dispatches.c.dispatch == dispatch
            )
        ).one_or_none()
        if head is None or (head.sender, head.origin) != (session.body, asked.node.id):
            raise NotFound(dispatch)
        evidence: dict[str | None, list[bytes]] = {}
        query = select(records.c.consignment, records.c.receipt, records.c.event)
        for row in connection.execute(
            query.where(records.c.dispatch == dispatch).order_by(records.c.id)
        ):
            evidence.setdefault(row.consignment, []).append(row.receipt)
        rows = connection.execute(
            select(consignments)
            .where(consignments.c.dispatch == dispatch)
            .order_by(consignments.c.consignment)
        ).all()
    if None not in evidence:
        raise IdTaken(dispatch)
    return json(
        DispatchView(
            dispatch=dispatch,
            submission=evidence[None][0],
            consignments=tuple(
                ConsignmentStatus(
                    consignment=row.consignment,
                    body=row.body,
                    state=state_of(row.state),
                    changed=instant(row.changed),
                    receipts=tuple(evidence.get(row.consignment, ())),
                )
                for row in rows
            ),
        )
    )


ROUTES: list[Route] = [
    route("/v1/dispatches", "POST", send),
    route("/v1/dispatches/{dispatch}/receipts", "GET", receipts),
]
