"""Calls to neighbours over HTTPS: the one place of the node that opens connections."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import requests
import requests.exceptions

from formats.limits import MAX_ANSWER_BYTES, MIB
from formats.protocol.errors import NodeUnreachable, NotTheProtocol, tls_failure
from formats.protocol.wire import Call, Request, Response

T = TypeVar("T")

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 60.0
_PIECE: Final = MIB


class NeighbourTransport:
    """HTTPS to one neighbour. Not for two threads at once."""

    def __init__(self, url: str, tls_ca: Path) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.verify = str(tls_ca)
        self._session.trust_env = False  # a desktop's proxy settings are no road between nodes

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def send(self, call: Call[T]) -> T:
        """Do the call. Raises an `ExchangeFailed`."""
        request = call.request
        body = _Body(request)
        try:
            with self._session.request(
                request.method,
                self._url + request.path,
                params=dict(request.query),
                headers=dict(request.headers),
                data=body if len(body) else None,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return call.parse(_response(answer))
        except requests.exceptions.SSLError as error:
            raise tls_failure(str(error)) from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise NodeUnreachable(type(error).__name__) from error


def _response(answer: requests.Response) -> Response:
    data = bytearray()
    for piece in answer.iter_content(_PIECE):
        data += piece
        if len(data) > MAX_ANSWER_BYTES:
            raise NotTheProtocol("answer too large")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, bytes(data))


class _Body:
    """The bytes of a request, its file streamed; of a known length."""

    def __init__(self, request: Request) -> None:
        self._request = request
        size = 0
        if request.body_file is not None:
            size = request.body_file.stat().st_size - request.body_offset
            if request.body_length is not None:
                size = min(size, request.body_length)
        self._file_bytes = size

    def __len__(self) -> int:
        return len(self._request.body) + self._file_bytes

    def __iter__(self) -> Iterator[bytes]:
        if self._request.body:
            yield self._request.body
        if self._request.body_file is None:
            return
        with self._request.body_file.open("rb") as stream:
            stream.seek(self._request.body_offset)
            left = self._file_bytes
            while left and (piece := stream.read(min(_PIECE, left))):
                left -= len(piece)
                yield piece
