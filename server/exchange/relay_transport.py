"""Calls to neighbours over HTTPS: the one place of the node that opens connections."""

from contextlib import nullcontext
from pathlib import Path
from typing import Final, TypeVar

import requests
import requests.exceptions

from formats.protocol.bodies import BLOCK, Body, whole_answer
from formats.protocol.errors import NodeUnreachable, tls_failure
from formats.protocol.wire import Call

T = TypeVar("T")

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 60.0


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
        """Do the call. Raises an `ExchangeFailed`, or an `OSError` of the file to be sent."""
        request = call.request
        file = request.body_file
        with file.open("rb") if file is not None else nullcontext() as stream:
            body = Body(request, stream)
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
                    pieces = answer.iter_content(BLOCK)
                    return call.parse(whole_answer(answer.status_code, answer.headers, pieces))
            except requests.exceptions.SSLError as error:
                raise tls_failure(str(error)) from error
            except (requests.exceptions.RequestException, OSError) as error:
                raise NodeUnreachable(type(error).__name__) from error
