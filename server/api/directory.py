"""The signed directory, to anyone who can reach the node: it is how a client begins."""

from starlette.responses import Response
from starlette.routing import Route

from formats.protocol.messages import PKCS7
from server.api.http import Asked, route


async def directory(asked: Asked) -> Response:
    """``GET /v1/directory``; the version is the ETag."""
    current = asked.node.directory.current()
    tag = f'"{current.snapshot.version}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if asked.http.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(current.signed, headers=headers, media_type=PKCS7)


ROUTES: list[Route] = [route("/v1/directory", "GET", directory)]
