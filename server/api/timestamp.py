"""RFC 3161 over HTTP (RFC 3161 3.4), where this node is a time-stamp authority."""

from starlette.responses import Response
from starlette.routing import Route

from formats.limits import KIB
from formats.protocol.messages import TIMESTAMP_REPLY
from server.api.http import Asked, route
from server.errors import NotFound


async def timestamp(asked: Asked) -> Response:
    """``POST /v1/timestamp``. A time proves nothing about who asks, so no session is needed."""
    source = asked.node.timestamps
    if source is None:
        raise NotFound("no time-stamp authority")
    asked.node.rates.spend("tsa:" + (asked.http.client.host if asked.http.client else ""))
    return Response(source(await asked.body(4 * KIB)), media_type=TIMESTAMP_REPLY)


ROUTES: list[Route] = [route("/v1/timestamp", "POST", timestamp)]
