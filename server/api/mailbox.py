"""The mailbox: one long poll with a cursor, which is also the recovery mechanism."""

from sqlalchemy import select
from starlette.responses import Response
from starlette.routing import Route

from formats.limits import MAX_MAILBOX_PAGE, MAX_WAIT_SECONDS
from formats.protocol.messages import Entry, MailboxPage
from server.api.http import Asked, json, route
from server.node import Node
from server.store.database import instant
from server.store.tables import mailbox, records


async def page(asked: Asked) -> Response:
    """``GET /v1/mailbox?after=SEQ&wait=SECONDS&limit=N``."""
    node = asked.node
    body = asked.session().body
    after = asked.number("after", 0)
    wait = asked.number("wait", 0, high=MAX_WAIT_SECONDS)
    limit = asked.number("limit", 100, low=1, high=MAX_MAILBOX_PAGE)
    listening = node.mailboxes.listen(body)
    try:
        entries = _read(node, body, after, limit)
        if not entries and wait:
            await node.mailboxes.wait(listening, wait)
            entries = _read(node, body, after, limit)
    finally:
        node.mailboxes.forget(body, listening)
    more = len(entries) > limit
    entries = entries[:limit]
    return json(
        MailboxPage(
            entries=tuple(entries),
            next=entries[-1].seq if entries else after,
            more=more,
            directory_version=node.directory.current().snapshot.version,
        )
    )


def _read(node: Node, body: str, after: int, limit: int) -> list[Entry]:
    query = (
        select(
            mailbox.c.seq,
            mailbox.c.kind,
            mailbox.c.at,
            records.c.dispatch,
            records.c.consignment,
            records.c.event,
            records.c.receipt,
        )
        .join(records, records.c.id == mailbox.c.record)
        .where(mailbox.c.body == body, mailbox.c.seq > after)
        .order_by(mailbox.c.seq)
        .limit(limit + 1)
    )
    with node.database.reading.begin() as connection:
        return [
            Entry(
                seq=row.seq,
                kind=row.kind,
                dispatch=row.dispatch,
                consignment=row.consignment,
                event=row.event,
                at=instant(row.at),
                receipt=row.receipt,
            )
            for row in connection.execute(query)
        ]


ROUTES: list[Route] = [route("/v1/mailbox", "GET", page)]
