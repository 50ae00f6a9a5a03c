"""The node's log, to anyone: its head, its tiles, its proofs. It holds digests only."""

import re

from sqlalchemy import select
from starlette.responses import Response
from starlette.routing import Route

from formats.evidence.merkle import TILE_HEIGHT
from formats.protocol.messages import OCTETS, TEXT, ConsistencyProof, InclusionProof
from server.api.http import Asked, json, route
from server.errors import NotFound
from server.store.hashes import open_log
from server.store.tables import log_hashes

_TILE = re.compile(r"(?P<index>(x[0-9]{3}/)*[0-9]{3})(\.p/(?P<width>[1-9][0-9]{0,2}))?")
_WIDTH = 1 << TILE_HEIGHT


async def checkpoint(asked: Asked) -> Response:
    """``GET /v1/log/checkpoint``: the newest signed head."""
    return Response(asked.node.writer.head.text, media_type=TEXT)


async def proof(asked: Asked) -> Response:
    """``GET /v1/log/proof?index=I&size=N``."""
    size = asked.number("size", asked.node.writer.head.size)
    index = asked.number("index", size)
    if not index < size <= asked.node.writer.head.size:
        raise NotFound("leaf")
    with asked.node.database.reading.begin() as connection:
        log, _ = open_log(connection, size)
        return json(InclusionProof(index=index, size=size, hashes=log.inclusion(index)))


async def consistency(asked: Asked) -> Response:
    """``GET /v1/log/consistency?old=M&size=N``."""
    size = asked.number("size", asked.node.writer.head.size)
    old = asked.number("old", 0)
    if not 0 < old <= size <= asked.node.writer.head.size:
        raise NotFound("tree")
    with asked.node.database.reading.begin() as connection:
        log, _ = open_log(connection, size)
        return json(ConsistencyProof(old=old, size=size, hashes=log.consistency(old)))


async def tile(asked: Asked) -> Response:
    """``GET /v1/log/tile/{level}/{index}``: up to 256 hashes, C2SP tlog-tiles."""
    found = _TILE.fullmatch(asked.path["index"])
    level = asked.path["level"]
    if found is None or not (level.isascii() and level.isdigit() and len(level) <= 2):  # noqa: PLR2004 - 63
        raise NotFound("tile")
    start = int(found["index"].replace("x", "").replace("/", "")) * _WIDTH
    width = int(found["width"] or _WIDTH)
    query = (
        select(log_hashes.c.hash)
        .where(log_hashes.c.level == int(level) * TILE_HEIGHT)
        .where(log_hashes.c.place >= start, log_hashes.c.place < start + width)
        .order_by(log_hashes.c.place)
    )
    with asked.node.database.reading.begin() as connection:
        hashes = connection.execute(query).scalars().all()
    if len(hashes) != width:
        raise NotFound("tile")
    return Response(b"".join(hashes), media_type=OCTETS)


ROUTES: list[Route] = [
    route("/v1/log/checkpoint", "GET", checkpoint),
    route("/v1/log/proof", "GET", proof),
    route("/v1/log/consistency", "GET", consistency),
    route("/v1/log/tile/{level}/{index:path}", "GET", tile),
]
