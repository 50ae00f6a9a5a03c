"""The network: drives the calls of `formats.protocol` over HTTPS. The only importer of requests.

One `Transport` for one node, usable from any thread (each has its own connection). TLS is checked
against the profile's own authority, never the system's; environment proxies, netrc and bundles
are not read. It logs in with the UKEY when a call needs it, and once more when a session has
lapsed. Every trouble ends in a class of `formats.protocol.errors`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import requests
from requests.adapters import HTTPAdapter

from desktop.files import disk_errors
from desktop.profile import ProfileDamaged
from desktop.progress import Cancelled, Progress, check, never, silent
from formats.effects import Clock
from formats.i18n import tr
from formats.ids import Digest
from formats.limits import MAX_INLINE_PAYLOAD, MIB
from formats.protocol import calls
from formats.protocol.bodies import BLOCK, Body, answer_head, whole_answer
from formats.protocol.errors import (
    ExchangeFailed,
    NodeUnreachable,
    NodeUntrusted,
    NotTheProtocol,
    SessionEnded,
    tls_failure,
)
from formats.protocol.login import login_bytes
from formats.protocol.messages import Session, Upload
from formats.protocol.wire import Call, Request, Response
from formats.system import reason_of
from signing.cms import sign_attached
from signing.signer import Signer

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 30.0
_CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"
_UPLOAD_CHUNK: Final = 4 * MIB
"""Lost work when a line breaks, against requests a large payload takes."""
_LAPSE_MARGIN: Final = 30
"""Seconds before a session's end at which a new one is made rather than risk the old."""

T = TypeVar("T")


class Transport:
    """Calls to one node for one body."""

    def __init__(
        self, url: str, ca: Path, *, clock: Clock, signer: Callable[[], Signer] | None = None
    ) -> None:
        """``url`` is ``https://host:port``; ``ca`` a PEM; ``signer`` gives the UKEY's signer."""
        self._url = url
        self._ca = ca
        self._clock = clock
        self._signer = signer
        self._local = threading.local()
        self._login = threading.Lock()
        self._session: Session | None = None

    def __repr__(self) -> str:
        return f"Transport({self._url!r})"

    def close(self) -> None:
        """End the session at the node, if it can be reached, and forget it."""
        session, self._session = self._session, None
        if session is not None:
            try:
                self._exchange(calls.log_out().request.with_token(session.token))
            except ExchangeFailed:
                return  # it lapses by itself
        self._drop_connection()

    def ask(self, call: Call[T]) -> T:
        """A call that needs no session. Raises an `ExchangeFailed`."""
        return call.parse(self._exchange(call.request))

    def run(self, call: Call[T]) -> T:
        """A call in the body's session. Raises an `ExchangeFailed`, or what the UKEY raises."""
        try:
            return call.parse(self._exchange(call.request.with_token(self._token())))
        except SessionEnded:
            self._session = None
            return call.parse(self._exchange(call.request.with_token(self._token())))

    def session(self) -> Session:
        """The session at the node, begun now if there is none."""
        self._token()
        session = self._session
        if session is None:
            raise SessionEnded("closed meanwhile")
        return session

    def timestamps(self, query: bytes) -> bytes:
        """RFC 3161 through the node: a `signing.timestamp.TimestampSource`."""
        return self.run(calls.timestamp(query))

    def send_payload(
        self,
        payload: Path,
        digest: Digest,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> str | None:
        """Upload a payload too large to go with its dispatch; resumes where it stopped.

        Returns the upload's id, or ``None`` for one that goes inline.
        """
        with disk_errors(payload):
            size = payload.stat().st_size
        if size <= MAX_INLINE_PAYLOAD:
            return None
        upload = self.run(calls.start_upload(size, digest))
        while upload.offset < upload.size:
            check(cancelled)
            progress(tr("上传"), upload.offset / upload.size)
            upload = self.run(calls.continue_upload(upload, payload, _chunk(payload, upload)))
        return upload.id

    def fetch_payload(
        self,
        consignment: str,
        target: Path,
        size: int,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> None:
        """Download a payload of ``size`` bytes into ``target``, from where it stopped before.

        What has arrived stays when it breaks off. Raises an `ExchangeFailed`, `DiskFull`.
        """
        with disk_errors(target):
            have = target.stat().st_size if target.exists() else 0
        if have > size:
            have = 0
        while have < size:
            before = have
            have = self._fetch_part(
                consignment, target, have, size=size, progress=progress, cancelled=cancelled
            )
            if have == before:
                raise NodeUnreachable(f"payload ends at {have} of {size}")

    def _fetch_part(
        self,
        consignment: str,
        target: Path,
        start: int,
        *,
        size: int,
        progress: Progress,
        cancelled: Cancelled,
    ) -> int:
        call = calls.payload(consignment, start=start)
        request = call.request.with_token(self._token())
        with self._open(request) as answer:
            if answer.status_code not in {200, 206}:
                return self._refused(call, consignment, answer)
            part = call.parse(_head(answer))
            if part.total != size:
                raise NotTheProtocol(f"payload of {part.total} bytes, not {size}")
            at = part.start
            with disk_errors(target), target.open("r+b" if target.exists() else "xb") as sink:
                sink.seek(at)
                sink.truncate()
                for block in _blocks(answer):
                    check(cancelled)
                    sink.write(block)
                    at += len(block)
                    progress(tr("下载"), min(at / size, 1.0))
                    if at > size:
                        raise NotTheProtocol("payload longer than announced")
        return at

    def _refused(self, call: Call[T], consignment: str, answer: requests.Response) -> int:
        """Raise for an answer that is no payload; a lapsed session is renewed for the next try."""
        try:
            call.parse(_whole(answer))
        except SessionEnded:
            self._session = None
            raise
        raise NotTheProtocol(f"payload of {consignment}: {answer.status_code}")

    def _token(self) -> str:
        """A session token that has a while to live."""
        with self._login:
            session = self._session
            if session is not None:
                left = (session.expires - self._clock()).total_seconds()
                if left > _LAPSE_MARGIN:
                    return session.token
            if self._signer is None:
                raise SessionEnded("no signer to log in with")
            signer = self._signer()
            challenge = self.ask(calls.challenge(signer.certificate))
            proof = sign_attached(
                login_bytes(challenge, signer.certificate), signer, at=self._clock()
            )
            self._session = self.ask(calls.log_in(challenge.id, proof))
            return self._session.token

    def _exchange(self, request: Request) -> Response:
        with self._open(request) as answer:
            return _whole(answer)

    @contextmanager
    def _open(self, request: Request) -> Iterator[requests.Response]:
        """An answer with its body still unread; every trouble while it is open is coded."""
        try:
            with self._sent(request) as answer:
                yield answer
        except requests.exceptions.SSLError as error:
            self._drop_connection()
            raise tls_failure(str(error)) from error
        except requests.RequestException as error:
            self._drop_connection()
            raise NodeUnreachable(_brief(error)) from error

    def _sent(self, request: Request) -> requests.Response:
        """Send it; a connection that the node closed while it lay idle is replaced once."""
        kept = self._connection()
        try:
            return self._send(kept, request)
        except requests.exceptions.ConnectionError as error:
            refused = isinstance(tls_failure(str(error)), NodeUntrusted)
            if refused or not getattr(self._local, "used", False):
                raise
            self._drop_connection()
            return self._send(self._connection(), request)

    def _send(self, connection: requests.Session, request: Request) -> requests.Response:
        file = request.body_file
        with _opened(file) if file is not None else nullcontext() as stream:
            answer = connection.request(
                request.method,
                self._url + request.path,
                params=dict(request.query),
                data=request.body if stream is None else Body(request, stream),
                headers={"Accept-Encoding": "identity", **request.headers},
                timeout=(CONNECT_SECONDS, READ_SECONDS + request.wait),
                verify=str(self._ca),
                stream=True,
                allow_redirects=False,
            )
        self._local.used = True
        return answer

    def _connection(self) -> requests.Session:
        kept: requests.Session | None = getattr(self._local, "connection", None)
        if kept is None:
            self._require_authority()
            kept = requests.Session()
            kept.trust_env = False
            kept.mount("https://", HTTPAdapter(max_retries=0, pool_maxsize=1))
            self._local.connection = kept
            self._local.used = False
        return kept

    def _require_authority(self) -> None:
        """What requests would report as trouble with the network. Raises `ProfileDamaged`."""
        try:
            reason = "" if _CERTIFICATE in self._ca.read_bytes() else tr("不是 PEM 格式的证书")
        except OSError as error:
            reason = reason_of(error)
        if reason:
            raise ProfileDamaged(str(self._ca), file=self._ca.name, reason=reason)

    def _drop_connection(self) -> None:
        kept: requests.Session | None = getattr(self._local, "connection", None)
        if kept is not None:
            kept.close()
            self._local.connection = None


def _head(answer: requests.Response) -> Response:
    return answer_head(answer.status_code, answer.headers)


def _whole(answer: requests.Response) -> Response:
    return whole_answer(answer.status_code, answer.headers, _blocks(answer))


def _blocks(answer: requests.Response) -> Iterator[bytes]:
    blocks: Iterator[bytes] = answer.iter_content(BLOCK)
    return blocks


def _opened(file: Path) -> BinaryIO:
    with disk_errors(file):
        return file.open("rb")


def _chunk(payload: Path, upload: Upload) -> bytes:
    with disk_errors(payload), payload.open("rb") as stream:
        stream.seek(upload.offset)
        return stream.read(_UPLOAD_CHUNK)


def _brief(error: Exception) -> str:
    """The library's own words for the log; they name hosts, never content."""
    return f"{type(error).__name__}: {error}"[:300]
