"""Every request and answer between a client and a node, and between two nodes, as a value.

All are canonical JSON on the wire (`formats.canonical`). Three kinds of bytes travel unchanged
inside them, because their digests count: a *record* is a signed evidence statement (p7m), a
*receipt* is the canonical JSON of `formats.evidence.receipt.Receipt` (a record with its proof),
and a *header* or *keys* is the p7m of `signing.envelope`.
"""

from typing import Literal

from formats.canonical import Value
from formats.ids import BodyId, ConsignmentId, Digest, DispatchId, Instant, NodeId
from formats.protocol.states import State

PROTOCOL: str = "1"
"""Version in the path and in every signed request between nodes."""

JSON = "application/json"
PROBLEM = "application/problem+json"
PKCS7 = "application/pkcs7-mime"
PARTS = "application/vnd.yidao.parts"
TUS = "application/offset+octet-stream"
OCTETS = "application/octet-stream"
TIMESTAMP_QUERY = "application/timestamp-query"
TIMESTAMP_REPLY = "application/timestamp-reply"
TEXT = "text/plain; charset=utf-8"


class Problem(Value, frozen=True, kw_only=True):
    """RFC 9457, extended by the stable code and the three sentences for a person."""

    type: str
    title: str
    status: int
    code: str
    happened: str
    safe: str
    advice: str
    detail: str = ""


# --- log-in -------------------------------------------------------------------------------------
class ChallengeRequest(Value, frozen=True, kw_only=True):
    """``POST /v1/session/challenge``. ``certificate`` is the DER of the UKEY's signing one."""

    certificate: bytes


class Challenge(Value, frozen=True, kw_only=True):
    """What to sign (`formats.protocol.login.login_bytes`), valid once and until ``expires``."""

    id: str
    node: NodeId
    nonce: bytes
    expires: Instant


class LoginRequest(Value, frozen=True, kw_only=True):
    """``POST /v1/session``. ``proof`` is an attached CMS over `login_bytes`."""

    challenge: str
    proof: bytes


class Session(Value, frozen=True, kw_only=True):
    """A logged-in body. ``token`` goes into ``Authorization: Bearer``; never log it."""

    token: str
    body: BodyId
    node: NodeId
    idle_seconds: int
    expires: Instant
    directory_version: int

    def __repr__(self) -> str:
        return f"Session(body={self.body!r}, expires={self.expires!r}, token=<secret>)"


# --- uploads ------------------------------------------------------------------------------------
class Upload(Value, frozen=True, kw_only=True):
    """An upload in progress or finished (``offset == size``)."""

    id: str
    offset: int
    size: int


# --- submission ---------------------------------------------------------------------------------
class Submitted(Value, frozen=True, kw_only=True):
    """The answer to a submission, byte for byte the same for every repetition.

    ``receipt`` proves SubmissionAcceptance by the node.
    """

    dispatch: DispatchId
    receipt: bytes


# --- mailbox ------------------------------------------------------------------------------------
EntryKind = Literal["consignment", "evidence", "reminder"]


class Entry(Value, frozen=True, kw_only=True):
    """One thing that happened for this body.

    ``consignment``: a document arrived for it. ``evidence``: a new record about a dispatch it
    sent, or a consignment it received (for example a recall). ``reminder``: 催办 of a consignment
    it received. ``event`` is the record's event.
    """

    seq: int
    kind: EntryKind
    dispatch: DispatchId
    consignment: ConsignmentId | None
    event: str
    at: Instant
    receipt: bytes
    """The receipt of the record that this entry tells of."""


class MailboxPage(Value, frozen=True, kw_only=True):
    """``GET /v1/mailbox?after=SEQ&wait=SECONDS``. Ask again with ``after`` = ``next``."""

    entries: tuple[Entry, ...]
    next: int
    more: bool
    directory_version: int


# --- consignments, as recipient and as sender ---------------------------------------------------
class ConsignmentView(Value, frozen=True, kw_only=True):
    """``GET /v1/consignments/{id}``: all a recipient needs but the payload itself."""

    dispatch: DispatchId
    consignment: ConsignmentId
    state: State
    sender: BodyId
    header: bytes
    keys: bytes
    payload_digest: Digest
    payload_size: int
    receipts: tuple[bytes, ...]
    """The chain so far, oldest first: submission, relays, consignment, and what followed."""


class ConsignmentStatus(Value, frozen=True, kw_only=True):
    """Where one consignment of a dispatch stands, as its sender's node knows it."""

    consignment: ConsignmentId
    body: BodyId
    state: State
    changed: Instant
    receipts: tuple[bytes, ...]


class DispatchView(Value, frozen=True, kw_only=True):
    """``GET /v1/dispatches/{id}/receipts``, for its sender."""

    dispatch: DispatchId
    submission: bytes
    consignments: tuple[ConsignmentStatus, ...]


class Acknowledgement(Value, frozen=True, kw_only=True):
    """``POST /v1/consignments/{id}/delivered``: fetched, digest checked, stored durably."""

    digest: Digest
    """Of the payload as received."""


class ActAnswer(Value, frozen=True, kw_only=True):
    """The answer to 送达确认, 签收, 退回, 撤回 and 催办.

    ``receipt`` is of the record that stands: the sent one or, for a repeated act, the first one.
    A recall is ``pending`` until the destination node has decided and its evidence is back.
    """

    consignment: ConsignmentId
    state: State
    pending: bool
    receipt: bytes


# --- the log ------------------------------------------------------------------------------------
class InclusionProof(Value, frozen=True, kw_only=True):
    """``GET /v1/log/proof?index=I&size=N``, RFC 9162 2.1.3. Hashes are 32 raw bytes."""

    index: int
    size: int
    hashes: tuple[bytes, ...]


class ConsistencyProof(Value, frozen=True, kw_only=True):
    """``GET /v1/log/consistency?old=M&size=N``, RFC 9162 2.1.4."""

    old: int
    size: int
    hashes: tuple[bytes, ...]


# --- health -------------------------------------------------------------------------------------
class PeerHealth(Value, frozen=True, kw_only=True):
    """The lane to one neighbour."""

    node: NodeId
    waiting: int
    tries: int
    next_try: Instant | None
    last_error: str


class Health(Value, frozen=True, kw_only=True):
    """``GET /v1/health``."""

    node: NodeId
    ready: bool
    version: str
    at: Instant
    directory_version: int
    log_size: int
    peers: tuple[PeerHealth, ...]
    warnings: tuple[str, ...]


# --- between nodes ------------------------------------------------------------------------------
class RelayedConsignment(Value, frozen=True, kw_only=True):
    """One consignment handed on, with its chain of receipts so far, oldest first."""

    consignment: ConsignmentId
    receipts: tuple[bytes, ...]


class RelayOffer(Value, frozen=True, kw_only=True):
    """``POST /v1/relay``, as attached CMS by the offering node's key."""

    protocol: str
    origin: NodeId
    """The node at which the dispatch was submitted."""
    giver: NodeId
    taker: NodeId
    hops: tuple[NodeId, ...]
    """Every node passed so far, ``giver`` last."""
    dispatch: DispatchId
    header: bytes
    keys: bytes
    payload_digest: Digest
    payload_size: int
    consignments: tuple[RelayedConsignment, ...]


class RelayAnswer(Value, frozen=True, kw_only=True):
    """What the taker did: the same receipts for every repetition.

    When the payload is lacking, ``upload`` says where to put it; then the offer is repeated.
    """

    receipts: tuple[bytes, ...]
    upload: Upload | None = None
    ticket: str = ""
    """Bearer token good for that one upload."""


class CarriedRecord(Value, frozen=True, kw_only=True):
    """A receipt on its way to the node ``toward``."""

    toward: NodeId
    dispatch: DispatchId
    consignment: ConsignmentId | None
    receipt: bytes


class RecordsOffer(Value, frozen=True, kw_only=True):
    """``POST /v1/relay/records``, as attached CMS by the offering node's key."""

    protocol: str
    giver: NodeId
    taker: NodeId
    records: tuple[CarriedRecord, ...]


class RecordsAnswer(Value, frozen=True, kw_only=True):
    """How many of the records are durable at the taker: all of them."""

    taken: int


class Greeting(Value, frozen=True, kw_only=True):
    """``POST /v1/relay/greeting``, signed: the giver is up; its neighbour's back-off ends."""

    protocol: str
    giver: NodeId
    taker: NodeId
    at: Instant
