"""One function for each call to a node. See `formats.protocol.messages` for the values.

All but `challenge`, `log_in`, `directory`, `checkpoint` and the health calls need a session:
``call.request.with_token(session.token)``.
"""

import base64
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from formats.canonical import to_bytes
from formats.ids import ConsignmentId, Digest, DispatchId
from formats.protocol.errors import NotTheProtocol
from formats.protocol.messages import (
    JSON,
    PARTS,
    PKCS7,
    TIMESTAMP_QUERY,
    TIMESTAMP_REPLY,
    TUS,
    Acknowledgement,
    ActAnswer,
    Challenge,
    ChallengeRequest,
    ConsignmentView,
    ConsistencyProof,
    DispatchView,
    Health,
    InclusionProof,
    LoginRequest,
    MailboxPage,
    RecordsAnswer,
    RelayAnswer,
    Session,
    Submitted,
    Upload,
)
from formats.protocol.parts import frame
from formats.protocol.wire import Call, Request, Response, read_json

Act = Literal["sign-for", "return", "recall", "remind"]
_TUS = {"Tus-Resumable": "1.0.0"}
_PARTIAL = 206


def challenge(certificate: bytes) -> Call[Challenge]:
    """Ask for something to sign; ``certificate`` is the DER of the UKEY's signing certificate."""
    body = to_bytes(ChallengeRequest(certificate=certificate))
    return Call(_post("/v1/session/challenge", body), read_json(Challenge))


def log_in(challenge_id: str, proof: bytes) -> Call[Session]:
    """Answer a challenge; ``proof`` is an attached CMS over `login.login_bytes`."""
    body = to_bytes(LoginRequest(challenge=challenge_id, proof=proof))
    return Call(_post("/v1/session", body), read_json(Session))


def log_out() -> Call[None]:
    """End the session."""
    return Call(Request("DELETE", "/v1/session"), _nothing)


def directory(known_version: int = 0) -> Call[bytes | None]:
    """The signed snapshot (p7m), or ``None`` when the node has nothing newer."""
    headers = {"If-None-Match": f'"{known_version}"'}

    def read(response: Response) -> bytes | None:
        return None if response.status == 304 else _typed(response, PKCS7)  # noqa: PLR2004 - HTTP

    return Call(Request("GET", "/v1/directory", headers=headers), read)


def submit(
    dispatch: DispatchId,
    header: bytes,
    keys: bytes,
    payload: Path | None = None,
    *,
    upload: str | None = None,
) -> Call[Submitted]:
    """Send a dispatch: with its payload up to ``MAX_INLINE_PAYLOAD``, or a finished upload.

    May be repeated for ever: the same content is answered with the same bytes.
    """
    request = Request(
        "POST",
        "/v1/dispatches",
        query={"upload": upload} if upload else {},
        headers={"Content-Type": PARTS, "Idempotency-Key": dispatch},
        body=frame([header, keys]),
        body_file=None if upload else payload,
    )
    return Call(request, read_json(Submitted))


def mailbox(after: int, *, wait: int = 0, limit: int = 100) -> Call[MailboxPage]:
    """Entries with a sequence number above ``after``; waits up to ``wait`` seconds for one."""
    query = {"after": str(after), "wait": str(wait), "limit": str(limit)}
    return Call(Request("GET", "/v1/mailbox", query=query, wait=wait), read_json(MailboxPage))


def consignment(identifier: ConsignmentId) -> Call[ConsignmentView]:
    """Header, keys, state and chain of a consignment to this body."""
    return Call(Request("GET", f"/v1/consignments/{identifier}"), read_json(ConsignmentView))


@dataclass(frozen=True, slots=True)
class PayloadPart:
    """What a payload answer carries: bytes from ``start``, of ``total`` in all."""

    start: int
    total: int


def payload(identifier: ConsignmentId, *, start: int = 0) -> Call[PayloadPart]:
    """The payload from byte ``start`` on; the transport streams it to a file.

    When the answer's ``start`` is 0 although more was asked, write from the beginning.
    """
    headers = {"Range": f"bytes={start}-"} if start else {}

    def read(response: Response) -> PayloadPart:
        if response.status != _PARTIAL:
            return PayloadPart(0, _number(response.headers.get("content-length")))
        unit, _, rest = response.headers.get("content-range", "").partition(" ")
        span, _, total = rest.partition("/")
        if unit != "bytes":
            raise NotTheProtocol("content-range")
        return PayloadPart(_number(span.partition("-")[0]), _number(total))

    request = Request("GET", f"/v1/consignments/{identifier}/payload", headers=headers)
    return Call(request, read, streams=True)


def delivered(identifier: ConsignmentId, digest: Digest) -> Call[ActAnswer]:
    """Tell the node that the payload is here, whole and durable."""
    body = to_bytes(Acknowledgement(digest=digest))
    return Call(_post(f"/v1/consignments/{identifier}/delivered", body), read_json(ActAnswer))


def act(identifier: ConsignmentId, what: Act, record: bytes) -> Call[ActAnswer]:
    """签收, 退回 or 撤回: ``record`` is the statement signed on the UKEY (p7m).

    Its event is ConsignmentAcceptance, ConsignmentRejection or RecallRequest; its ``prev`` and
    ``seq`` follow the last record the node told of (`consignment`, or `receipts` for a recall).
    """
    headers = {"Content-Type": PKCS7}
    request = Request("POST", f"/v1/consignments/{identifier}/{what}", headers=headers, body=record)
    return Call(request, read_json(ActAnswer))


def remind(identifier: ConsignmentId, record: bytes) -> Call[ActAnswer]:
    """催办 of a consignment this body sent; ``record`` states a Reminder, signed on the UKEY.

    It carries no text: the node may not read any.
    """
    return act(identifier, "remind", record)


def receipts(dispatch: DispatchId) -> Call[DispatchView]:
    """How every consignment of a dispatch stands, with all evidence, for its sender."""
    return Call(Request("GET", f"/v1/dispatches/{dispatch}/receipts"), read_json(DispatchView))


def start_upload(size: int, digest: Digest) -> Call[Upload]:
    """Begin (or find again) the upload of a payload; tus 1.0.0 creation."""
    coded = base64.b64encode(digest.encode()).decode()
    headers = {**_TUS, "Upload-Length": str(size), "Upload-Metadata": f"digest {coded}"}
    return Call(Request("POST", "/v1/uploads", headers=headers), _upload(size))


def upload_state(upload: Upload) -> Call[Upload]:
    """How far the upload has come at the node."""
    request = Request("HEAD", f"/v1/uploads/{upload.id}", headers=_TUS)
    return Call(request, _upload(upload.size, upload.id))


def continue_upload(upload: Upload, file: Path, chunk: bytes) -> Call[Upload]:
    """Send the next bytes; ``chunk`` holds what ``file`` has there, to compute its checksum.

    Ask again with the `Upload` in the answer until its offset is its size.
    """
    digest = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
    headers = {
        **_TUS,
        "Content-Type": TUS,
        "Upload-Offset": str(upload.offset),
        "Upload-Checksum": f"sha256 {digest}",
    }
    request = Request(
        "PATCH",
        f"/v1/uploads/{upload.id}",
        headers=headers,
        body_file=file,
        body_offset=upload.offset,
        body_length=len(chunk),
    )
    return Call(request, _upload(upload.size, upload.id))


def end_upload(upload: Upload) -> Call[None]:
    """Give an upload up; tus 1.0.0 termination."""
    return Call(Request("DELETE", f"/v1/uploads/{upload.id}", headers=_TUS), _nothing)


def timestamp(query: bytes) -> Call[bytes]:
    """RFC 3161: DER TimeStampReq to DER TimeStampResp."""
    request = _post("/v1/timestamp", query)
    request = replace(request, headers={"Content-Type": TIMESTAMP_QUERY})
    return Call(request, lambda response: _typed(response, TIMESTAMP_REPLY))


def checkpoint() -> Call[str]:
    """The newest signed checkpoint of the node's log (C2SP signed note)."""
    return Call(
        Request("GET", "/v1/log/checkpoint"),
        lambda response: _typed(response, "text/plain").decode("utf-8", "replace"),
    )


def inclusion(index: int, size: int) -> Call[InclusionProof]:
    """That leaf ``index`` is in the tree of ``size``."""
    query = {"index": str(index), "size": str(size)}
    return Call(Request("GET", "/v1/log/proof", query=query), read_json(InclusionProof))


def consistency(old: int, size: int) -> Call[ConsistencyProof]:
    """That the tree of ``size`` only appended to the tree of ``old``."""
    query = {"old": str(old), "size": str(size)}
    return Call(Request("GET", "/v1/log/consistency", query=query), read_json(ConsistencyProof))


def health() -> Call[Health]:
    """What the operator sees at a glance."""
    return Call(Request("GET", "/v1/health"), read_json(Health))


# --- between nodes ------------------------------------------------------------------------------
def relay(offer: bytes, payload: Path | None = None) -> Call[RelayAnswer]:
    """Hand consignments on: ``offer`` is a signed `RelayOffer`; a small payload comes along."""
    request = Request(
        "POST",
        "/v1/relay",
        headers={"Content-Type": PARTS},
        body=frame([offer]),
        body_file=payload,
    )
    return Call(request, read_json(RelayAnswer))


def relay_records(offer: bytes) -> Call[RecordsAnswer]:
    """Hand evidence on: ``offer`` is a signed `RecordsOffer`."""
    headers = {"Content-Type": PKCS7}
    return Call(
        Request("POST", "/v1/relay/records", headers=headers, body=offer), read_json(RecordsAnswer)
    )


def greet(greeting: bytes) -> Call[None]:
    """Say that this node is up: a signed `Greeting`."""
    headers = {"Content-Type": PKCS7}
    return Call(Request("POST", "/v1/relay/greeting", headers=headers, body=greeting), _nothing)


# --- helpers ------------------------------------------------------------------------------------
def _post(path: str, body: bytes) -> Request:
    return Request("POST", path, headers={"Content-Type": JSON}, body=body)


def _nothing(_: Response) -> None:
    return None


def _typed(response: Response, media_type: str) -> bytes:
    if not response.headers.get("content-type", "").startswith(media_type):
        raise NotTheProtocol(f"{response.headers.get('content-type')}, not {media_type}")
    return response.body


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        raise NotTheProtocol(f"number {text!r}")
    return int(text)


def _upload(size: int, identifier: str | None = None) -> "_UploadReader":
    return _UploadReader(size, identifier)


@dataclass(frozen=True, slots=True)
class _UploadReader:
    """Reads an `Upload` from tus headers."""

    size: int
    identifier: str | None

    def __call__(self, response: Response) -> Upload:
        offset = _number(response.headers.get("upload-offset", "0"))
        name = self.identifier or response.headers.get("location", "").rpartition("/")[2]
        if not name:
            raise NotTheProtocol("no upload location")
        return Upload(id=name, offset=offset, size=self.size)
