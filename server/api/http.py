"""From HTTP to values and back: bodies under a limit, JSON answers, errors as RFC 9457 problems.

`endpoint` is the one boundary of a request: whatever happens inside becomes an answer here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from formats.canonical import from_bytes, to_bytes
from formats.directory import UnknownBody, UnknownNode
from formats.errors import BadInput, Refused, TooLarge, YidaoError
from formats.limits import MAX_REFUSED_BYTES
from formats.protocol.messages import JSON, PROBLEM, Problem
from formats.protocol.states import AlreadyDecided, NotYetArrived
from server.errors import NodeError, NotLoggedIn
from server.node import Node
from server.sessions import LoggedIn
from signing.errors import TrustError

T = TypeVar("T")
_logger = logging.getLogger("yidao.api")

_STATUSES: Final[tuple[tuple[type[YidaoError], int], ...]] = (
    (TooLarge, 413),
    (AlreadyDecided, 409),
    (NotYetArrived, 409),
    (UnknownBody, 422),
    (UnknownNode, 422),
    (TrustError, 422),
    (BadInput, 422),
    (Refused, 422),
)
_REFUSED_SECONDS: Final = 20.0
_RETRY_SECONDS: Final = {429: 2, 503: 15, 507: 300}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the node it came to."""

    http: Request
    node: Node

    @property
    def path(self) -> dict[str, str]:
        """The path's parameters."""
        return self.http.path_params

    def token(self) -> str:
        """The bearer token. Raises `NotLoggedIn`."""
        scheme, _, token = self.http.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotLoggedIn("no token")
        return token

    def session(self) -> LoggedIn:
        """Who asks. Raises `NotLoggedIn` or `TooManyRequests`."""
        session = self.node.sessions.find(self.token(), self.node.directory.current())
        self.node.rates.spend(session.body)
        return session

    def number(self, name: str, default: int, *, low: int = 0, high: int = 2**53 - 1) -> int:
        """A whole number of the query, held within bounds; RFC 8785 numbers end at 2**53 - 1."""
        text = self.http.query_params.get(name, "")
        if not (text.isascii() and text.isdigit()):
            return default
        return min(max(int(text[:20]), low), high)

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises `TooLarge` as soon as it is."""
        data = bytearray()
        async for piece in self.http.stream():
            data += piece
            if len(data) > limit:
                raise TooLarge("body", limit=limit)
        return bytes(data)

    async def value(self, kind: type[T], limit: int) -> T:
        """The body as a value. Raises a `BadInput`."""
        return from_bytes(kind, await self.body(limit), limit=limit)


Handler = Callable[[Asked], Awaitable[Response]]


def route(path: str, method: str, handler: Handler) -> Route:
    """A route whose handler's errors become problems."""

    async def endpoint(request: Request) -> Response:
        node: Node = request.app.state.node
        try:
            return await handler(Asked(request, node))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except YidaoError as error:
            refusal = error
        except OSError as error:
            refusal = node.writer.fail(error)
        except Exception:
            _logger.exception("%s %s", request.method, request.url.path)
            refusal = NodeError("unexpected")
        await _read_to_the_end(request)
        return refuse(refusal, request)

    return Route(path, endpoint, methods=[method])


async def _read_to_the_end(request: Request) -> None:
    """Let the caller finish sending, within bounds, before it is refused.

    A connection closed while the caller still sends looks to it like a broken network: it would
    never read the refusal, and repeat for ever what can never be accepted.
    """
    left = MAX_REFUSED_BYTES
    with suppress(TimeoutError, ClientDisconnect, RuntimeError):  # the last: it was read already
        async with asyncio.timeout(_REFUSED_SECONDS):
            async for piece in request.stream():
                left -= len(piece)
                if left < 0:
                    return


def json(value: msgspec.Struct, status: int = 200) -> Response:
    """A value as canonical JSON."""
    return json_bytes(to_bytes(value), status)


def json_bytes(data: bytes, status: int = 200) -> Response:
    """Canonical JSON made before, byte for byte."""
    return Response(data, status, media_type=JSON)


def status_of(error: YidaoError) -> int:
    """The HTTP status of a coded error."""
    if isinstance(error, NodeError):
        return error.status
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return status
    return 500


def refuse(error: YidaoError, request: Request) -> Response:
    """The problem of a coded error, RFC 9457, in the language asked for."""
    status = status_of(error)
    english = request.headers.get("accept-language", "").lower().startswith("en")
    happened, safe, advice = error.sentences("en" if english else "zh")
    problem = Problem(
        type=f"urn:yidao:problem:{error.code}",
        title=happened,
        status=status,
        code=error.code,
        happened=happened,
        safe=safe,
        advice=advice,
        detail=error.detail[:500] if status < 500 else "",  # noqa: PLR2004 - our faults stay ours
    )
    headers = {"Retry-After": str(_RETRY_SECONDS[status])} if status in _RETRY_SECONDS else {}
    if status >= 500:  # noqa: PLR2004 - HTTP
        _logger.error("%s %s: %s", request.method, request.url.path, error)
    return Response(to_bytes(problem), status, headers, media_type=PROBLEM)
