"""The outbox at work: hand each waiting act to the node, and take it out only with a receipt.

What the node cannot do now is tried again after a pause; what it refuses for good waits for a
person. One trouble with the node ends the run, since the next act would meet the same one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from desktop.errors import DiskTrouble, NotFound
from desktop.progress import Cancelled, Progress, check
from desktop.services import acts, journal, leftovers
from desktop.services.rows import FlushReport
from desktop.services.session import Workspace
from desktop.store import dispatches, pending
from desktop.store.pending import PendingEvent
from formats.errors import BadInput, Refused, YidaoError
from formats.i18n import mark, tr
from formats.protocol import calls
from formats.protocol.errors import ExchangeFailed, ServerRefused
from formats.protocol.messages import ActAnswer
from formats.protocol.wire import Call

CHAIN_MOVED: Final = "node.chain-moved"
ALREADY_DECIDED: Final = "exchange.already-decided"
_STEPS: Final = {
    "submit": mark("发送《{title}》"),
    "delivered": mark("确认《{title}》已收到"),
    "sign-for": mark("签收《{title}》"),
    "return": mark("退回《{title}》"),
    "recall": mark("撤回《{title}》"),
    "remind": mark("催办《{title}》"),
}


def flush(
    workspace: Workspace,
    *,
    only: Sequence[str] = (),
    retry_now: bool = False,
    progress: Progress,
    cancelled: Cancelled,
) -> FlushReport:
    """Try what is due (or ``only`` those ids). Raises what the UKEY raises, `Stopped`."""
    done: list[str] = []
    waiting: list[str] = []
    stopped: list[str] = []
    trouble = ""
    with workspace.sending:
        due = _due(workspace, only, retry_now=retry_now)
        for place, event in enumerate(due):
            check(cancelled)
            if trouble:
                waiting.append(event.id)
                continue
            progress(tr(_STEPS[event.kind], title=event.title), place / len(due))
            with workspace.vault.transaction() as db:
                counted = pending.attempt(db, event)
            if counted is None:
                continue
            try:
                _deliver(workspace, counted, progress, cancelled)
            except ServerRefused as error:
                _refused(workspace, counted, error)
                stopped.append(event.id)
            except (ExchangeFailed, BadInput, Refused) as error:
                _later(workspace, counted, error)
                waiting.append(event.id)
                trouble = error.text() if isinstance(error, ExchangeFailed) else trouble
            else:
                done.append(event.id)
        leftovers.sweep_outbox(workspace)
    return FlushReport(
        tuple(done), tuple(waiting), tuple(stopped), trouble or _last_error(workspace, waiting)
    )


def payload_path(workspace: Workspace, dispatch: str) -> Path:
    """Where the encrypted payload of a dispatch lies until all is decided."""
    return workspace.profile.outbox_folder / f"{dispatch}.bin"


def _due(workspace: Workspace, only: Sequence[str], *, retry_now: bool) -> tuple[PendingEvent, ...]:
    now = workspace.clock()
    with workspace.vault.read() as db:
        every = pending.every(db)
    if only:
        return tuple(event for event in every if event.id in only)
    return tuple(
        event for event in every if retry_now or (not event.stopped and event.next_at <= now)
    )


def _deliver(
    workspace: Workspace, event: PendingEvent, progress: Progress, cancelled: Cancelled
) -> None:
    if event.kind == "submit":
        _submit(workspace, event, progress, cancelled)
        return
    try:
        _act(workspace, event)
    except ServerRefused as error:
        if error.reason not in {CHAIN_MOVED, ALREADY_DECIDED}:
            raise
        _refresh(workspace, event)
        again = _signed_again(workspace, event)
        if error.reason == ALREADY_DECIDED or again is None:
            raise
        _act(workspace, again)


def _submit(
    workspace: Workspace, event: PendingEvent, progress: Progress, cancelled: Cancelled
) -> None:
    with workspace.vault.read() as db:
        kept = dispatches.get(db, event.target)
    if kept is None or kept.header is None or kept.keys is None or kept.payload_digest is None:
        raise NotFound(event.target, what=event.title)
    payload = payload_path(workspace, event.target)
    if not payload.is_file():
        raise DiskTrouble("payload gone", path=payload, reason=tr("文件已不在"))
    transport = workspace.transport
    upload = transport.send_payload(
        payload, kept.payload_digest, progress=progress, cancelled=cancelled
    )
    answer = transport.run(
        calls.submit(event.target, kept.header, kept.keys, payload, upload=upload)
    )
    with workspace.vault.transaction() as db:
        journal.take_in(workspace, db, answer.receipt, dispatch=event.target)
        pending.remove(db, event.id)


def _act(workspace: Workspace, event: PendingEvent) -> None:
    with workspace.vault.read() as db:
        dispatch = journal.dispatch_of(db, event.target)
    answer = workspace.transport.run(_CALLS[event.kind](event))
    with workspace.vault.transaction() as db:
        journal.take_in(workspace, db, answer.receipt, dispatch=dispatch)
        pending.remove(db, event.id)


_CALLS: Final[dict[str, Callable[[PendingEvent], Call[ActAnswer]]]] = {
    "delivered": lambda event: calls.delivered(event.target, event.payload.decode()),
    "sign-for": lambda event: calls.act(event.target, "sign-for", event.payload),
    "return": lambda event: calls.act(event.target, "return", event.payload),
    "recall": lambda event: calls.act(event.target, "recall", event.payload),
    "remind": lambda event: calls.act(event.target, "remind", event.payload),
}


def _refresh(workspace: Workspace, event: PendingEvent) -> None:
    """Bring the chain of the consignment up to what the node knows."""
    if event.kind in {"recall", "remind"}:
        with workspace.vault.read() as db:
            dispatch = journal.dispatch_of(db, event.target)
        refresh_dispatch(workspace, dispatch)
    else:
        refresh_consignment(workspace, event.target)


def refresh_dispatch(workspace: Workspace, dispatch: str) -> None:
    """Take in every receipt the node has of a dispatch this body sent.

    The submission's receipt answers what waits in the outbox too: it need not be sent again.
    Raises an `ExchangeFailed` (`NotThere`: the node has no such dispatch), or as `take_in`.
    """
    view = workspace.transport.run(calls.receipts(dispatch))
    with workspace.vault.transaction() as db:
        journal.take_in(workspace, db, view.submission, dispatch=dispatch)
        pending.remove_key(db, acts.key_of("submit", dispatch))
        for entry in view.consignments:
            for receipt in entry.receipts:
                journal.take_in(workspace, db, receipt, dispatch=dispatch)


def refresh_consignment(workspace: Workspace, consignment: str) -> None:
    """Take in every receipt the node has of a consignment to this body."""
    view = workspace.transport.run(calls.consignment(consignment))
    with workspace.vault.transaction() as db:
        for receipt in view.receipts:
            journal.take_in(workspace, db, receipt, dispatch=view.dispatch)


def _signed_again(workspace: Workspace, event: PendingEvent) -> PendingEvent | None:
    """The act signed on the newest chain, kept in the outbox in the place of the old one."""
    with workspace.vault.read() as db:
        record = acts.sign_again(workspace, db, event.payload)
    if record is None:
        return None
    with workspace.vault.transaction() as db:
        pending.replace_payload(db, event.id, record)
    return replace(event, payload=record)


def _refused(workspace: Workspace, event: PendingEvent, error: ServerRefused) -> None:
    """For good: an act that is overtaken goes, anything else waits for a person."""
    with workspace.vault.transaction() as db:
        if error.reason == ALREADY_DECIDED:
            pending.remove(db, event.id)
            journal.undo_signing(db, event.target, error.text())
            return
        pending.stop(db, event.id, error.text())
        if event.kind == "submit":
            dispatches.move_unaccepted(db, event.target, "failed", error=error.text())


def _later(workspace: Workspace, event: PendingEvent, error: YidaoError) -> None:
    jitter = workspace.randomness(1)[0] / 255
    with workspace.vault.transaction() as db:
        pending.tried(db, event, at=workspace.clock(), error=error.text(), jitter=jitter)
        if event.kind == "submit":  # a refused one that was tried again is no longer refused
            dispatches.move_unaccepted(db, event.target, "outbox")


def _last_error(workspace: Workspace, identifiers: Sequence[str]) -> str:
    if not identifiers:
        return ""
    with workspace.vault.read() as db:
        return next((e.error for e in pending.every(db) if e.id in identifiers and e.error), "")
