"""Evidence statements: what happened to a dispatch or a consignment, in one canonical form.

The event names are those of ETSI EN 319 522-3 table 2, with our own beside them for acts of
official practice (催办, 撤回, 登记, 归档). A statement names its issuer and is chained to the one
before it; `signing.evidence` signs it. ``digest`` is always that of ``header.p7m``, which binds
the recipients, the payload and the capsule, and is the one digest that every party can compute.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal

from msgspec import Meta

from formats.canonical import Value, from_canonical, to_bytes
from formats.directory import Suite
from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.ids import ConsignmentId, Digest, DispatchId, Instant, NodeId
from formats.limits import MAX_CHAIN, MAX_STATEMENT_BYTES

Event = Literal[
    "SubmissionAcceptance", "SubmissionRejection",
    "RelayAcceptance", "RelayRejection", "RelayFailure",
    "ContentConsignment", "ContentConsignmentFailure", "ConsignmentNotification",
    "ContentHandover", "ContentAccessTracking",
    "ConsignmentAcceptance", "ConsignmentRejection", "AcceptanceRejectionExpiry",
    "RelayToNonERDS", "ReceivedFromNonERDS",
    "RecallRequest", "RecallAcceptance", "RecallRejection",
    "Reminder", "Registration", "Filing",
]  # fmt: skip

LABELS: Final[Mapping[Event, str]] = {
    "SubmissionAcceptance": mark("已发送"),
    "SubmissionRejection": mark("拒收"),
    "RelayAcceptance": mark("已中转"),
    "RelayRejection": mark("中转被拒"),
    "RelayFailure": mark("中转失败"),
    "ContentConsignment": mark("已送达"),
    "ContentConsignmentFailure": mark("送达失败"),
    "ConsignmentNotification": mark("已提醒"),
    "ContentHandover": mark("已取走"),
    "ContentAccessTracking": mark("已拆封"),
    "ConsignmentAcceptance": mark("已签收"),
    "ConsignmentRejection": mark("已退回"),
    "AcceptanceRejectionExpiry": mark("逾期未签收"),
    "RelayToNonERDS": mark("转纸质"),
    "ReceivedFromNonERDS": mark("介质导入"),
    "RecallRequest": mark("申请撤回"),
    "RecallAcceptance": mark("已撤回"),
    "RecallRejection": mark("撤回未成"),
    "Reminder": mark("催办"),
    "Registration": mark("已登记"),
    "Filing": mark("已归档"),
}
"""What a person reads; pass through `formats.i18n.tr`."""

BODY_EVENTS: Final[frozenset[Event]] = frozenset({
        "ContentAccessTracking",
        "ConsignmentAcceptance",
        "ConsignmentRejection",
        "RecallRequest",
        "Reminder",
        "Registration",
        "Filing",
})  # fmt: skip
"""Stated by a body on its UKEY; all others by a node on its key."""

NEGATIVE_EVENTS: Final[frozenset[Event]] = frozenset({
        "SubmissionRejection",
        "RelayRejection",
        "RelayFailure",
        "ContentConsignmentFailure",
        "ConsignmentRejection",
        "AcceptanceRejectionExpiry",
        "RecallRejection",
})  # fmt: skip
"""Never without a reason; EN 319 522-2 EventReasons."""


class BadStatement(BadInput):
    """A statement that contradicts itself."""

    code = "evidence.bad-statement"
    happened = mark("存证记录自相矛盾（{place}）。")
    safe = mark("没有采信该记录。")
    advice = mark("请勿据此办理，并把错误代码告诉管理员。")


class Reason(Value, frozen=True, kw_only=True):
    """Why: a stable code, and a sentence for people."""

    code: Annotated[str, Meta(pattern=r"^[a-z0-9.-]{1,64}$")]
    text: Annotated[str, Meta(max_length=200)] = ""


class Statement(Value, frozen=True, kw_only=True):
    """One event, stated by one issuer."""

    v: Literal[1] = 1
    suite: Suite = "INTL"
    event: Event
    dispatch: DispatchId
    consignment: ConsignmentId | None
    """``None`` where the event concerns the whole dispatch (its submission)."""
    digest: Digest
    """Of ``header.p7m``."""
    issuer: Annotated[str, Meta(pattern=r"^[0-9]{6}(\.[a-z0-9-]{1,32})?$")]
    """The body (`BodyId`) or node (`NodeId`) that states it; owner of the signing certificate."""
    actor: Annotated[str, Meta(max_length=64)] | None = None
    """The unit function that acted, for example 收发室; never a person."""
    at: Instant
    """By the issuer's own clock; the time-stamp is what proves it."""
    seq: Annotated[int, Meta(ge=0, lt=MAX_CHAIN)]
    """One more than the record that ``prev`` names; 0 for the first."""
    prev: Digest | None
    """Of the earlier record (``.p7m`` bytes) that this one follows; ``None`` for the first."""
    peer: NodeId | None = None
    """The neighbour of a relay event: who handed it over, or who refused it."""
    document: Digest | None = None
    """Of ``document.pdf``: what was verified and signed for."""
    report: Digest | None = None
    """Of the issuer's own verification report; ConsignmentAcceptance needs one."""
    number: Annotated[str, Meta(max_length=64)] | None = None
    """收文编号 or 档号 that the body gave it."""
    reasons: Annotated[tuple[Reason, ...], Meta(max_length=8)] = ()

    def __post_init__(self) -> None:
        """Raise `BadStatement`; runs for every statement made or read."""
        if (self.prev is None) != (self.seq == 0):
            raise BadStatement("only the first has no predecessor", place="seq, prev")
        if ("." in self.issuer) != (self.event in BODY_EVENTS):
            raise BadStatement(f"{self.event} by {self.issuer}", place="issuer")
        if self.event in NEGATIVE_EVENTS and not self.reasons:
            raise BadStatement(f"{self.event} without a reason", place="reasons")
        if self.event == "ConsignmentAcceptance" and (not self.document or not self.report):
            raise BadStatement("signed for without verifying", place="document, report")
        if self.consignment is None and self.event not in _OF_DISPATCH:
            raise BadStatement(f"{self.event} of no consignment", place="consignment")


_OF_DISPATCH: Final[frozenset[Event]] = frozenset({"SubmissionAcceptance", "SubmissionRejection"})

_DELIVERED: Final[frozenset[Event]] = frozenset({"ContentConsignment"})
_SUBMITTED: Final[frozenset[Event]] = frozenset({"SubmissionAcceptance"})
_ANSWERED: Final[frozenset[Event]] = frozenset({"ConsignmentAcceptance", "ConsignmentRejection"})
_RECALLED: Final[frozenset[Event]] = frozenset({"RecallAcceptance"})
_DEAD: Final[frozenset[Event]] = frozenset({"ContentConsignmentFailure"})

_ORDER: Final[Mapping[Event, tuple[frozenset[Event], frozenset[Event]]]] = {
    # event: (one of these came before, none of these did)
    "SubmissionAcceptance": (frozenset(), frozenset(LABELS)),
    "SubmissionRejection": (frozenset(), frozenset(LABELS)),
    "RelayAcceptance": (_SUBMITTED, _DELIVERED | _RECALLED | _DEAD),
    "RelayRejection": (_SUBMITTED, _DELIVERED | _RECALLED | _DEAD),
    "RelayFailure": (_SUBMITTED, _DELIVERED | _RECALLED | _DEAD),
    "ContentConsignment": (_SUBMITTED, _DELIVERED | _RECALLED | _DEAD),
    "ContentConsignmentFailure": (_SUBMITTED, _DELIVERED | _RECALLED | _DEAD),
    "ConsignmentNotification": (_DELIVERED, _RECALLED),
    "ContentHandover": (_DELIVERED, _RECALLED),
    "ContentAccessTracking": (_DELIVERED, _RECALLED),
    # A late positive answer beats the expiry, so the expiry does not stand in the way.
    "ConsignmentAcceptance": (_DELIVERED, _ANSWERED | _RECALLED),
    "ConsignmentRejection": (_DELIVERED, _ANSWERED | _RECALLED),
    "AcceptanceRejectionExpiry": (_DELIVERED, _ANSWERED | _RECALLED),
    "RelayToNonERDS": (_SUBMITTED, _RECALLED),
    "ReceivedFromNonERDS": (_SUBMITTED, _RECALLED),
    "RecallRequest": (_SUBMITTED, _RECALLED),
    "RecallAcceptance": (frozenset({"RecallRequest"}), _ANSWERED | _RECALLED),
    "RecallRejection": (frozenset({"RecallRequest"}), _RECALLED),
    "Reminder": (_SUBMITTED, _ANSWERED | _RECALLED),
    "Registration": (frozenset({"ConsignmentAcceptance"}), _RECALLED),
    "Filing": (frozenset({"ConsignmentAcceptance"}), _RECALLED),
}


def may_follow(event: Event, earlier: Iterable[Event]) -> bool:
    """Whether the event may happen to a consignment (or dispatch) after all the earlier ones."""
    seen = frozenset(earlier)
    needs, never = _ORDER[event]
    return not seen & never and (not needs or bool(seen & needs))


def statement_bytes(statement: Statement) -> bytes:
    """What is signed: canonical JSON. Raises `TooLarge` beyond `MAX_STATEMENT_BYTES`."""
    data = to_bytes(statement)
    if len(data) > MAX_STATEMENT_BYTES:
        raise TooLarge("statement", limit=MAX_STATEMENT_BYTES)
    return data


def parse_statement(data: bytes) -> Statement:
    """The statement of its canonical bytes. Raises a `BadInput`."""
    return from_canonical(Statement, data, limit=MAX_STATEMENT_BYTES)
