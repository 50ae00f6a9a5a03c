"""What bodies do with consignments: 送达确认, 签收, 退回, 撤回, 催办; and what neighbours report.

The destination node decides, by the order of its transactions: the one compare-and-set is
`formats.protocol.states.decide` on the row this transaction holds. All others follow the evidence.
"""

from typing import Final

from formats.digests import digest
from formats.evidence.record import Event, Reason
from formats.i18n import tr
from formats.ids import BodyId, ConsignmentId, Digest, NodeId
from formats.protocol.messages import ActAnswer
from formats.protocol.states import (
    DECISIVE,
    AlreadyDecided,
    NotYetArrived,
    State,
    decide,
    follow,
    state_of,
)
from server.errors import ActRefused, ChainMoved, ContentMismatch, NotFound
from server.exchange.consign import set_state
from server.exchange.evidence import Opened, OpenedReceipt
from server.exchange.road import Parcel, Road, find_parcel, need_parcel, tell_origin
from server.store.work import Finish, RecordRef, Work

RECALLED: Final = Reason(code="recalled-late", text="收文单位已签收或退回")


def _answer(
    work: Work, parcel: Parcel, state: State, ref: RecordRef, *, pending: bool = False
) -> Finish[ActAnswer]:
    return lambda receipts: ActAnswer(
        consignment=parcel.consignment,
        state=state,
        pending=pending,
        receipt=work.receipt(ref, receipts),
    )


def received_by(parcel: Parcel, body: BodyId, here: NodeId) -> Parcel:
    """The consignment, if it is one to this body at this node. Raises `NotFound`."""
    if parcel.body != body or parcel.node != here:
        raise NotFound(parcel.consignment)
    return parcel


def acknowledge(
    work: Work, road: Road, consignment: ConsignmentId, body: BodyId, digest: Digest
) -> Finish[ActAnswer]:
    """The client has the payload, whole and durable: ContentHandover by this node."""
    parcel = received_by(need_parcel(work, consignment), body, road.here)
    if digest != parcel.payload_digest:
        raise ContentMismatch("acknowledged digest")
    state = state_of(parcel.state)
    known = work.first(consignment, "ContentHandover")
    if known is not None:
        return _answer(work, parcel, state, known)
    if state == "recalled":
        raise AlreadyDecided(state, outcome=tr(AlreadyDecided.OUTCOMES[state]))
    after = decide(state, "ContentHandover")
    ref = work.issue(
        "ContentHandover",
        dispatch=parcel.dispatch,
        consignment=consignment,
        digest=parcel.header_digest,
        after=work.last(parcel.dispatch, consignment),
    )
    set_state(work, parcel, after)
    tell_origin(work, road, parcel, ref)
    return _answer(work, parcel, after, ref)


def answer(
    work: Work, road: Road, consignment: ConsignmentId, body: BodyId, opened: Opened
) -> Finish[ActAnswer]:
    """签收 or 退回, signed by the recipient; a repetition gets the first receipt.

    Raises `AlreadyDecided`, `NotYetArrived`, `ActRefused` or `ChainMoved`.
    """
    event = opened.statement.event
    parcel = received_by(need_parcel(work, consignment), body, road.here)
    _check_act(work, parcel, opened, event, body)
    state = state_of(parcel.state)
    after = decide(state, event)
    first = work.first(consignment, event)
    if after == state and first is not None:
        return _answer(work, parcel, state, first)
    ref = work.keep(opened.statement, opened.record)
    set_state(work, parcel, after)
    tell_origin(work, road, parcel, ref)
    return _answer(work, parcel, after, ref)


def ask_recall(
    work: Work, road: Road, consignment: ConsignmentId, body: BodyId, opened: Opened
) -> Finish[ActAnswer]:
    """撤回, asked by the sender; decided where the consignment is.

    Raises `AlreadyDecided` when this node already knows the outcome.
    """
    parcel = _sent_by(need_parcel(work, consignment), body, road.here)
    _check_act(work, parcel, opened, "RecallRequest", body)
    known = work.known(_digest(opened))
    state = state_of(parcel.state)
    if known is not None:
        return _answer(work, parcel, state, known, pending=state not in DECISIVE)
    if state in DECISIVE:
        raise AlreadyDecided(state, outcome=tr(AlreadyDecided.OUTCOMES[state]))
    ref = work.keep(opened.statement, opened.record)
    if parcel.node == road.here:
        state = _decide_recall(work, road, parcel, ref)
        return _answer(work, parcel, state, ref)
    _carry(work, road, parcel, parcel.node, ref)
    return _answer(work, parcel, state, ref, pending=True)


def remind(
    work: Work, road: Road, consignment: ConsignmentId, body: BodyId, opened: Opened
) -> Finish[ActAnswer]:
    """催办, asked by the sender, shown to the recipient."""
    parcel = _sent_by(need_parcel(work, consignment), body, road.here)
    _check_act(work, parcel, opened, "Reminder", body)
    known = work.known(_digest(opened))
    state = state_of(parcel.state)
    if known is not None:
        return _answer(work, parcel, state, known)
    if state in DECISIVE:
        raise AlreadyDecided(state, outcome=tr(AlreadyDecided.OUTCOMES[state]))
    ref = work.keep(opened.statement, opened.record)
    if parcel.node == road.here:
        _show_reminder(work, road, parcel, ref)
    else:
        _carry(work, road, parcel, parcel.node, ref)
    return _answer(work, parcel, state, ref)


def take_record(work: Work, road: Road, item: OpenedReceipt, toward: NodeId) -> None:
    """A neighbour carried a record here; it is for this node, or it goes on.

    Raises `NotYetArrived` for an act upon a consignment that is still behind it on the road.
    """
    statement = item.opened.statement
    if work.known(_digest(item.opened)) is not None:
        return
    parcel = find_parcel(work, statement.consignment) if statement.consignment else None
    asks = statement.event in {"RecallRequest", "Reminder"}
    if asks and toward == road.here and (parcel is None or parcel.node != road.here):
        raise NotYetArrived(statement.consignment or "")
    ref = work.keep_foreign(statement, item.receipt)
    if toward != road.here:
        peer = road.hop(toward)
        work.send_record(peer, toward, statement.dispatch, statement.consignment, ref)
    if parcel is None or parcel.header_digest != statement.digest:
        return
    if asks and toward == road.here:
        _do_as_asked(work, road, parcel, item, ref)
    elif _may_state(parcel, item):
        state = follow(state_of(parcel.state), statement.event)
        if state != parcel.state and parcel.node != road.here:
            set_state(work, parcel, state)
        if parcel.origin == road.here:
            work.post(parcel.sender, "evidence", ref)


def _do_as_asked(
    work: Work, road: Road, parcel: Parcel, item: OpenedReceipt, ref: RecordRef
) -> None:
    """A recall or a reminder has reached the destination."""
    statement = item.opened.statement
    if statement.issuer != parcel.sender:
        return  # only the sender may ask; the record is kept as proof that another did
    if statement.event == "RecallRequest":
        _decide_recall(work, road, parcel, ref)
    else:
        _show_reminder(work, road, parcel, ref)


def _may_state(parcel: Parcel, item: OpenedReceipt) -> bool:
    """Whether that issuer's word on the consignment's outcome counts."""
    statement = item.opened.statement
    if statement.event in {"ConsignmentAcceptance", "ConsignmentRejection"}:
        return statement.issuer == parcel.body and item.keeper == parcel.node
    if statement.event in {"RelayAcceptance", "RelayRejection", "ContentConsignmentFailure"}:
        return item.keeper == statement.issuer
    return statement.issuer == parcel.node and item.keeper == parcel.node


def _decide_recall(work: Work, road: Road, parcel: Parcel, request: RecordRef) -> State:
    """The compare-and-set of a recall at the destination, and its evidence either way."""
    state = state_of(parcel.state)
    try:
        after = decide(state, "RecallAcceptance")
    except AlreadyDecided:
        ref = work.issue(
            "RecallRejection",
            dispatch=parcel.dispatch,
            consignment=parcel.consignment,
            digest=parcel.header_digest,
            after=request,
            reasons=(RECALLED,),
        )
        tell_origin(work, road, parcel, ref)
        return state
    if after == state:
        return state  # recalled before by another request; its evidence is on its way
    ref = work.issue(
        "RecallAcceptance",
        dispatch=parcel.dispatch,
        consignment=parcel.consignment,
        digest=parcel.header_digest,
        after=request,
    )
    set_state(work, parcel, after)
    work.post(parcel.body, "evidence", ref)
    tell_origin(work, road, parcel, ref)
    return after


def _show_reminder(work: Work, road: Road, parcel: Parcel, reminder: RecordRef) -> None:
    if parcel.state in DECISIVE:
        return
    work.post(parcel.body, "reminder", reminder)
    ref = work.issue(
        "ConsignmentNotification",
        dispatch=parcel.dispatch,
        consignment=parcel.consignment,
        digest=parcel.header_digest,
        after=reminder,
    )
    tell_origin(work, road, parcel, ref)


def _carry(work: Work, road: Road, parcel: Parcel, toward: NodeId, ref: RecordRef) -> None:
    peer = road.hop(toward)
    work.send_record(peer, toward, parcel.dispatch, parcel.consignment, ref)


def _sent_by(parcel: Parcel, body: BodyId, here: NodeId) -> Parcel:
    if parcel.sender != body or parcel.origin != here:
        raise NotFound(parcel.consignment)
    return parcel


def _check_act(work: Work, parcel: Parcel, opened: Opened, event: Event, body: BodyId) -> None:
    """That the signed statement is this very act upon this very consignment."""
    said = opened.statement
    if said.event != event:
        raise ActRefused(said.event, reason=tr("操作类型不同"))
    if (said.dispatch, said.consignment) != (parcel.dispatch, parcel.consignment):
        raise ActRefused("consignment", reason=tr("针对的是另一份公文"))
    if said.digest != parcel.header_digest:
        raise ActRefused("digest", reason=tr("公文摘要不同"))
    if said.issuer != body:
        raise ActRefused("issuer", reason=tr("签署单位与登录单位不一致"))
    if work.known(_digest(opened)) is None and not work.follows(said):
        raise ChainMoved(f"prev {said.prev}")


def _digest(opened: Opened) -> Digest:
    return digest(opened.record, opened.statement.suite)
