"""HTTP without a socket: requests and responses as values, and how an answer becomes a value.

A transport (`desktop.transport`, `server.exchange.relay_transport`) sends a `Request`, hands the
`Response` to the call's `parse`, and turns its own library's errors into `NodeUnreachable` or
`NodeUntrusted`. Nothing here does I/O.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from formats.canonical import from_bytes
from formats.errors import BadInput
from formats.limits import MAX_ANSWER_BYTES
from formats.protocol.errors import (
    Conflict,
    ExchangeFailed,
    NotTheProtocol,
    NotThere,
    ServerBusy,
    ServerRefused,
    SessionEnded,
)
from formats.protocol.messages import PROBLEM, Problem

T = TypeVar("T")

_BUSY = {429, 502, 503, 504, 507}
_DEFAULT_RETRY = 30


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. The body is ``body``, followed by a window of ``body_file`` when given."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    body_file: Path | None = None
    body_offset: int = 0
    body_length: int | None = None
    """Bytes of the file to send from ``body_offset``; ``None`` for all the rest."""
    wait: float = 0.0
    """Seconds the node may take on purpose (a long poll); add it to the read time-out."""

    def with_token(self, token: str) -> "Request":
        """The same request in a session."""
        return replace(self, headers={**self.headers, "Authorization": f"Bearer {token}"})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. Header names are lower case. ``body`` is empty when it was streamed."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One exchange: what to send and how to read the answer.

    When ``streams``, a body with status 200 or 206 goes to a file of the caller's choice instead
    of memory; every other answer goes to memory as always.
    """

    request: Request
    read: Callable[[Response], T]
    streams: bool = False

    def parse(self, response: Response) -> T:
        """The value. Raises a subclass of `ExchangeFailed`."""
        if response.status in {200, 201, 202, 204, 206, 304}:
            return self.read(response)
        raise failure(response)


def read_json(kind: type[T]) -> Callable[[Response], T]:
    """A reader of JSON answers. It raises `NotTheProtocol`."""

    def read(response: Response) -> T:
        if not response.headers.get("content-type", "").startswith("application/json"):
            raise NotTheProtocol(f"{response.headers.get('content-type')} for {kind.__name__}")
        try:
            return from_bytes(kind, response.body, limit=MAX_ANSWER_BYTES)
        except BadInput as error:
            raise NotTheProtocol(error.detail) from error

    return read


def failure(response: Response) -> ExchangeFailed:
    """The coded error that an answer outside 2xx means."""
    if response.status in _BUSY:
        return ServerBusy(str(response.status), retry_after=_retry_after(response))
    if not response.headers.get("content-type", "").startswith(PROBLEM):
        return NotTheProtocol(f"status {response.status} without a problem")
    try:
        problem = from_bytes(Problem, response.body)
    except BadInput as error:
        return NotTheProtocol(error.detail)
    if response.status == 401:  # noqa: PLR2004 - HTTP Unauthorized
        return SessionEnded(problem.code)
    kinds: dict[int, type[ServerRefused]] = {404: NotThere, 409: Conflict}
    return kinds.get(response.status, ServerRefused)(problem)


def _retry_after(response: Response) -> int:
    text = response.headers.get("retry-after", "")
    return min(int(text), 3600) if text.isascii() and text.isdigit() else _DEFAULT_RETRY
