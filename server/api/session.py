"""Log-in: challenge, proof, token."""

from starlette.responses import Response
from starlette.routing import Route

from formats.limits import KIB, MAX_CERTIFICATE_BYTES, SESSION_IDLE_MINUTES
from formats.protocol.messages import ChallengeRequest, LoginRequest, Session
from server.api.http import Asked, json, route
from server.errors import LoginRefused

_MAX_ASK = 2 * MAX_CERTIFICATE_BYTES
_MAX_PROOF = 128 * KIB


async def challenge(asked: Asked) -> Response:
    """``POST /v1/session/challenge``."""
    wanted = await asked.value(ChallengeRequest, _MAX_ASK)
    asked.node.rates.spend("login:" + (asked.http.client.host if asked.http.client else ""))
    sessions = asked.node.sessions
    return json(await asked.node.write(lambda work: sessions.challenge(work, wanted.certificate)))


async def log_in(asked: Asked) -> Response:
    """``POST /v1/session``."""
    node = asked.node
    proof = await asked.value(LoginRequest, _MAX_PROOF)
    directory = node.directory.current()
    answer = await node.write(
        lambda work: node.sessions.open(work, proof.challenge, proof.proof, directory)
    )
    if isinstance(answer, LoginRefused):
        raise answer
    token, session = answer
    return json(
        Session(
            token=token,
            body=session.body,
            node=node.id,
            idle_seconds=SESSION_IDLE_MINUTES * 60,
            expires=session.expires,
            directory_version=directory.snapshot.version,
        )
    )


async def log_out(asked: Asked) -> Response:
    """``DELETE /v1/session``."""
    token = asked.token()
    await asked.node.write(lambda work: asked.node.sessions.close(work, token))
    return Response(status_code=204)


ROUTES: list[Route] = [
    route("/v1/session/challenge", "POST", challenge),
    route("/v1/session", "POST", log_in),
    route("/v1/session", "DELETE", log_out),
]
