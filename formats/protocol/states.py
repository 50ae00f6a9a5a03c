"""The states of one consignment, as a table.

The destination node decides (`decide`): its log order says whether a recall came before the
签收. All others only follow the evidence (`follow`), in whatever order it arrives. Both are
monotone: a repeated event changes nothing, and nothing goes back.
"""

from typing import ClassVar, Final, Literal

from formats.errors import Refused
from formats.evidence.record import Event
from formats.i18n import mark, tr

State = Literal[
    "accepted",
    "relayed",
    "consigned",
    "delivered",
    "signed_for",
    "returned",
    "recalled",
    "expired",
    "undeliverable",
]
"""``expired``: not signed for in time, still open. ``undeliverable``: given up on the road."""

DECISIVE: Final[frozenset[str]] = frozenset({"signed_for", "returned", "recalled"})
"""States that no later event changes."""

_OPEN: Final = ("consigned", "delivered", "expired")

_DESTINATION: Final[dict[str, dict[str, State]]] = {
    "ContentConsignment": {"accepted": "consigned", "relayed": "consigned"},
    "ContentHandover": {"consigned": "delivered", "expired": "expired"},
    "ConsignmentAcceptance": dict.fromkeys(_OPEN, "signed_for"),
    "ConsignmentRejection": dict.fromkeys(_OPEN, "returned"),
    "AcceptanceRejectionExpiry": dict.fromkeys(_OPEN, "expired"),
    "RecallAcceptance": dict.fromkeys(_OPEN, "recalled"),
}
"""For each event that changes a state at the destination: from which state to which."""

_RANK: Final[dict[State, int]] = {
    "accepted": 0,
    "relayed": 1,
    "undeliverable": 2,  # a late arrival beats giving up
    "consigned": 3,
    "delivered": 4,
    "expired": 5,
    "signed_for": 6,
    "returned": 6,
    "recalled": 6,
}

_SHOWS: Final[dict[str, State]] = {
    "SubmissionAcceptance": "accepted",
    "RelayAcceptance": "relayed",
    "ContentConsignment": "consigned",
    "ContentConsignmentFailure": "undeliverable",
    "ContentHandover": "delivered",
    "ConsignmentAcceptance": "signed_for",
    "ConsignmentRejection": "returned",
    "AcceptanceRejectionExpiry": "expired",
    "RecallAcceptance": "recalled",
}


class AlreadyDecided(Refused):
    """The consignment has an outcome that this act would contradict."""

    code = "exchange.already-decided"
    happened = mark("该公文{outcome}，不能再执行此操作。")
    safe = mark("原有结果和回执保持不变。")
    advice = mark("请刷新后查看回执；如需更正，请与对方单位联系。")

    OUTCOMES: ClassVar[dict[str, str]] = {
        "signed_for": mark("已经签收"),
        "returned": mark("已经退回"),
        "recalled": mark("已被发文单位撤回"),
    }


class NotYetArrived(Refused):
    """The act needs a consignment that has reached its destination."""

    code = "exchange.not-arrived"
    happened = mark("该公文尚未送达，不能执行此操作。")
    safe = mark("没有任何改动。")
    advice = mark("请等待送达后重试。")


def state_of(text: str) -> State:
    """The state with that name, as a store keeps it."""
    for state in _RANK:
        if state == text:
            return state
    raise ValueError(text)


def decide(state: State, event: Event) -> State:
    """The state after the event at the destination node; the same state for a repeated event.

    Raises `AlreadyDecided` or `NotYetArrived`.
    """
    step = _DESTINATION.get(event)
    if step is None or _SHOWS.get(event) == state:
        return state
    if state in step:
        return step[state]
    if _RANK[state] > _RANK[_SHOWS[event]] and event in {"ContentConsignment", "ContentHandover"}:
        return state  # a step of the road that is already behind
    if state in DECISIVE:
        raise AlreadyDecided(f"{event} after {state}", outcome=tr(AlreadyDecided.OUTCOMES[state]))
    raise NotYetArrived(f"{event} in {state}")


def follow(state: State, event: str) -> State:
    """The state that the evidence shows, for a node or client that does not decide."""
    shown = _SHOWS.get(event, state)
    return shown if _RANK[shown] > _RANK[state] else state
