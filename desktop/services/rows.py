"""What lists and screens show: frozen values, the same for the window and the command line.

A row holds words and identifiers, never a widget, a connection or a secret. Every time is aware
and in UTC; a view turns it into local time. `formats.i18n.tr` has already been applied to
sentences for people; states are stable English words whose Chinese is `words.label`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from formats.document.rules import acts
from signing.verdict.report import Verdict

OutgoingState = Literal[
    "sealed",  # 已签章，待发送
    "outbox",  # 在发件箱，未得到节点的回执
    "sent",  # 节点已收下
    "delivered",  # 已送达全部收文单位
    "signed",  # 全部收文单位已签收
    "partly_returned",  # 至少一个单位退回
    "recalled",  # 已撤回（未签收的部分）
    "failed",  # 节点拒收，需要人处理
]

ConsignmentState = Literal[
    "waiting",  # 未得到任何回执
    "accepted",  # 发文节点已收下
    "relayed",  # 正在节点间转发
    "delivered",  # 已送达收文单位的信箱
    "opened",  # 收文单位已取走
    "signed",  # 已签收
    "returned",  # 已退回
    "recalled",  # 已撤回
    "refused",  # 节点拒收
    "expired",  # 逾期未签收
    "undeliverable",  # 无法送达
]

IncomingState = Literal[
    "arriving",  # 已有通知，内容未下载完
    "unreadable",  # 下载后无法打开（不是发给本单位、损坏等），只可退回
    "pending",  # 待签收，验证通过
    "suspect",  # 验证不通过，只可退回
    "signing",  # 已登记签收，待上报
    "signed",  # 已签收（节点已有回执）
    "returning",  # 已登记退回，待上报
    "returned",  # 已退回
    "recalled",  # 已被发文单位撤回
    "filed",  # 已归档
]

ReturnReason = acts.ReturnReason
"""R26: every 退回 carries one of these."""
VerdictStatus = Literal["green", "green-b", "blue", "amber", "red"]
Role = Literal["main", "cc"]


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A 机关 in the directory."""

    id: str
    name: str
    short_name: str
    level: Literal["province", "city", "county"]
    parent: str | None
    node: str
    reachable: bool
    """Whether a document can be encrypted for it; else it is on paper only."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Names of 主送 or 抄送 turned into bodies; a class name expands to a frozen list."""

    bodies: tuple[BodyRow, ...]
    """Each body once, in the order first named."""
    unresolved: tuple[str, ...]
    """Names that the directory cannot answer: spell them out, choose bodies, or send paper."""
    expanded: tuple[tuple[str, tuple[str, ...]], ...]
    """Each class name with the ids of the bodies that it stands for today."""


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """The state of the directory on this machine."""

    version: int
    issued: datetime
    expires: datetime
    bodies: int
    nodes: int
    changed: bool
    """Whether the last synchronisation brought a newer version."""
    expired: bool


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding of rules R01 to R26."""

    code: str
    severity: Literal["block", "warn"]
    clause: str
    message: str
    field: str
    """The document field to focus, for example ``main_recipients``."""
    mends: int | None = None
    """Of a habit of the text that can be mended: its number among `Proof.findings`."""


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """One number of a page that is not the standard's."""

    code: str
    clause: str
    strength: Literal["required", "usual", "recommended"]
    where: str
    """第 1 页 (28.0, 72.0), or 全文."""
    message: str
    measured: str
    expected: str


@dataclass(frozen=True, slots=True)
class LayoutCheck:
    """A PDF under the ruler: one sentence, and what it rests on."""

    summary: str
    rows: tuple[LayoutRow, ...]
    measurable: bool
    wrong: int
    """How many rows are 规定."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that travels beside the document, or one kept in the archive."""

    name: str
    size: int
    digest: str
    media_type: str


@dataclass(frozen=True, slots=True)
class TakenRow:
    """One line of a draft that was taken in."""

    line: int
    element: str
    """What it was taken as, in Chinese."""
    text: str
    sureness: Literal["sure", "check", "doubtful"]
    words: str
    field: str
    """The field of the form that it went to."""


@dataclass(frozen=True, slots=True)
class BoundRow:
    """An 附件 of the document itself."""

    title: str
    separate: bool
    """Bound apart, as a file of its own."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list."""

    id: str
    title: str
    kind: str
    number: str
    """发文字号 as printed, or an empty string."""
    updated: datetime
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The page as it will be printed."""

    pdf: bytes
    pages: int
    warnings: tuple[str, ...]
    seal_slots: int
    notes: tuple[str, ...] = ()
    """What the typesetter did on its own account, for example rows closed up."""


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A sealed document and its dispatch."""

    dispatch: str
    title: str
    kind: str
    number: str
    urgency: str | None
    sensitivity: str
    state: OutgoingState
    sealed_at: datetime
    sent_at: datetime | None
    """When the node accepted it, by the node's receipt."""
    recipients: int
    delivered: int
    signed: int
    returned: int
    filed: bool
    error: str
    """The Chinese sentences of what last went wrong, or an empty string."""


@dataclass(frozen=True, slots=True)
class ConsignmentRow:
    """One recipient of a dispatch."""

    id: str
    dispatch: str
    body: str
    name: str
    role: Role
    copies: int
    state: ConsignmentState
    at: datetime | None
    """When the state was reached, by its evidence record."""
    actor: str
    """Who signed for it or returned it, or an empty string."""
    reason: str
    """Why it was returned, refused or could not be delivered, in Chinese."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One evidence record that is held here, oldest first in every list."""

    seq: int
    event: str
    label: str
    consignment: str | None
    issuer: str
    actor: str
    at: datetime | None
    """``None`` for a record of a foreign bundle that could not be read."""
    reasons: tuple[str, ...]
    verified: bool
    """Signature, time stamp and inclusion proof all checked."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """One dispatch with all that is known of it."""

    row: OutgoingRow
    consignments: tuple[ConsignmentRow, ...]
    events: tuple[EventRow, ...]
    fresh: bool
    """Whether the node answered just now; else this is what was last known."""


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One act that waits in the outbox for the node."""

    id: str
    kind: Literal["submit", "delivered", "sign-for", "return", "recall", "remind"]
    target: str
    """Dispatch or consignment id."""
    title: str
    attempts: int
    created: datetime
    next_at: datetime
    error: str
    stopped: bool
    """The node refused it for good; it waits for a person."""


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What one run over the outbox did."""

    done: tuple[str, ...]
    waiting: tuple[str, ...]
    stopped: tuple[str, ...]
    error: str
    """Why something still waits, in Chinese, or an empty string."""


@dataclass(frozen=True, slots=True)
class ActResult:
    """What one act on one document came to; a batch gives one for each."""

    id: str
    title: str
    outcome: Literal["done", "queued", "refused"]
    """``queued``: signed and kept here, the node does not have it yet."""
    code: str
    message: str
    """Chinese; empty for ``done``."""


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """The verdict on a PDF or package."""

    status: VerdictStatus
    headline: str
    reasons: tuple[tuple[str, str], ...]
    """Code and Chinese sentence of each ground."""
    signer: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """A received consignment in the list."""

    id: str
    dispatch: str
    sender: str
    sender_name: str
    title: str
    """From the document once it is opened; before that from the header, where it is 公开."""
    kind: str
    number: str
    urgency: str | None
    sensitivity: str
    role: Role
    copies: int
    state: IncomingState
    verdict: VerdictStatus | None
    received: datetime
    acted: datetime | None
    files: tuple[FileRow, ...]
    error: str


@dataclass(frozen=True, slots=True)
class IncomingDetail:
    """A received consignment with its verdict and what is known of its journey."""

    row: IncomingRow
    verdict: VerdictRow | None
    events: tuple[EventRow, ...]
    judged: Verdict | None = None
    """The whole verdict, as it was kept with the document."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one synchronisation brought."""

    arrived: tuple[str, ...]
    """Consignments that are new here."""
    receipts: int
    failed: tuple[tuple[str, str], ...]
    """Consignments that could not be fetched or opened, with the Chinese reason."""
    cursor: int


@dataclass(frozen=True, slots=True)
class SealReport:
    """What was sealed, and how."""

    pages: int
    seals: int
    digest: str
    signer: str
    stamped: bool
    """Whether a time stamp proves when."""
    level: str
    """What it reaches: B-B, B-T, B-LT or B-LTA (ETSI EN 319 142-1 6.1)."""


@dataclass(frozen=True, slots=True)
class FiledRow:
    """A document in the archive."""

    id: str
    archive_code: str
    title: str
    number: str
    kind: str
    issuer: str
    issue_date: date | None
    retention: str
    filed: datetime | None
    snippet: str
    """Where the query matched, the match between ``[`` and ``]``."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of search results."""

    hits: tuple[FiledRow, ...]
    count: int
    took_ms: float
    next: str | None
    """Pass as ``before`` for the next page."""
    problem: str = ""
    """Why the query could not be read, in Chinese; shown beside the field."""


@dataclass(frozen=True, slots=True)
class FiledItem:
    """One filed document with its files."""

    row: FiledRow
    files: tuple[tuple[str, FileRow], ...]
    """Role (``document``, ``package``, ``evidence``, ``metadata``, ``attachment…``) and file."""
    facts: tuple[tuple[str, str], ...]
    """Chinese label and value, for a details table."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of 四性检测 over the archive."""

    ok: bool
    items: int
    findings: tuple[tuple[str, str, str], ...]
    """Item id, code, Chinese sentence."""


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """A bundle that was written or verified."""

    path: str
    dispatch: str
    ok: bool
    events: tuple[EventRow, ...]
    reasons: tuple[tuple[str, str], ...]
