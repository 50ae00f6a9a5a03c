"""Sending: package, outbox, node; then follow, recall and remind.

The order of every send: payload file, fsync; one vault transaction with the dispatch, its
consignments and the pending event; only then the network. A retry carries the same dispatch id,
and the node answers it with the receipt it gave before. No state here runs ahead of a receipt.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Literal

from desktop.errors import NotFound, WrongState
from desktop.progress import Cancelled, Progress, check, never, silent
from desktop.services import acts, journal, leftovers, outbox, overview, packaging, words
from desktop.services.rows import (
    ActResult,
    FlushReport,
    OutgoingRow,
    PendingRow,
    Tracking,
)
from desktop.services.session import Workspace
from desktop.store import dispatches, pending, receipts
from desktop.store.connection import Connection
from desktop.store.dispatches import KeptConsignment, KeptDispatch
from formats.evidence.record import Event, Reason
from formats.i18n import tr
from formats.protocol.errors import ExchangeFailed
from signing.envelope import header_digest

_OPEN: Final = frozenset({"accepted", "relayed", "delivered", "opened", "expired"})
"""Consignments that can still be recalled or reminded of."""
_CLOSED: Final = frozenset({"signed", "returned", "recalled"})


class Outgoing:
    """The sent and the waiting dispatches of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def send(
        self, dispatch: str, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> ActResult:
        """Package a sealed dispatch, put it into the outbox and try the node once.

        ``done`` when the node's receipt is here; ``queued`` when the node could not be reached;
        ``refused`` when the node said no for good. A dispatch that is in the outbox already is
        only tried again. Raises `NotFound`, `WrongState`, `NoRecipients`, what the UKEY raises.
        """
        kept = self._get(dispatch)
        if kept.state not in {"sealed", "outbox", "failed"}:
            raise WrongState(
                kept.state,
                title=kept.title,
                state=words.label(words.OUTGOING, kept.state),
                act=tr("再次发送"),
            )
        if kept.package is None:
            self._workspace.require_current_directory()
            progress(tr("封装"), None)
            packaging.put_into_outbox(self._workspace, kept)
        check(cancelled)
        with self._workspace.vault.read() as db:
            event = pending.by_key(db, acts.key_of("submit", dispatch))
        if event is None:
            state = tr("已放弃发送") if kept.state == "failed" else tr("已发送")
            raise WrongState(kept.state, title=kept.title, state=state, act=tr("再次发送"))
        report = outbox.flush(
            self._workspace, only=(event.id,), progress=progress, cancelled=cancelled
        )
        return self._result(dispatch, kept.title, event.id, report)

    def list(self, *, limit: int = 200, before: str | None = None) -> tuple[OutgoingRow, ...]:
        """Dispatches, the latest first; ``before`` is the last dispatch id of the page before."""
        with self._workspace.vault.read() as db:
            return tuple(
                overview.outgoing_row(db, kept) for kept in dispatches.page(db, limit, before)
            )

    def get(self, dispatch: str) -> OutgoingRow:
        """One dispatch. Raises `NotFound`."""
        kept = self._get(dispatch)
        with self._workspace.vault.read() as db:
            return overview.outgoing_row(db, kept)

    def track(self, dispatch: str, *, refresh: bool = True) -> Tracking:
        """What became of a dispatch; asks the node when ``refresh`` and it can be reached.

        Raises `NotFound`, or what verifying the node's answer raises.
        """
        kept = self._get(dispatch)
        fresh = False
        if refresh and kept.sent_at is not None:
            try:
                outbox.refresh_dispatch(self._workspace, dispatch)
                fresh = True
            except ExchangeFailed:
                fresh = False  # shown as it was last known
        with self._workspace.vault.read() as db:
            row = overview.outgoing_row(db, self._kept(db, dispatch))
            people = tuple(map(overview.consignment_row, dispatches.consignments(db, dispatch)))
            known = receipts.of_dispatch(db, dispatch)
        if fresh:
            leftovers.sweep_outbox(self._workspace)
        return Tracking(row, people, journal.event_rows(self._workspace, known), fresh)

    def recall(
        self, dispatch: str, *, reason: str, consignments: Sequence[str] = ()
    ) -> tuple[ActResult, ...]:
        """Recall what is not signed for yet; shown as recalled only by the node's receipt.

        What was never tried has not left this machine and is recalled at once. Whatever was
        tried the node may have, so it is asked first. Raises `NotFound`, `WrongState` (also when
        no receipt says yet that the node has it), what the UKEY raises.
        """
        kept = self._get(dispatch)
        withdrawn = self._withdraw(kept)
        if withdrawn is not None:
            return (withdrawn,)
        if kept.header is not None and kept.sent_at is None:
            with suppress(ExchangeFailed):
                outbox.refresh_dispatch(self._workspace, dispatch)
            kept = self._get(dispatch)
            if kept.sent_at is None and kept.state == "outbox":
                state = tr("已尝试发送，尚未得到节点的回执")
                raise WrongState(kept.state, title=kept.title, state=state, act=tr("撤回"))
        why = Reason(code="recalled", text=reason[:200])
        return self._acts(kept, "RecallRequest", "recall", consignments, (why,))

    def remind(self, dispatch: str, *, consignments: Sequence[str] = ()) -> tuple[ActResult, ...]:
        """Remind the recipients that have not signed for it.

        Raises `NotFound`, `WrongState`, what the UKEY raises.
        """
        return self._acts(self._get(dispatch), "Reminder", "remind", consignments, ())

    def outbox(self) -> tuple[PendingRow, ...]:
        """Every act that waits for the node, 签收 and 退回 too, the oldest first."""
        with self._workspace.vault.read() as db:
            return tuple(map(overview.pending_row, pending.every(db)))

    def flush(
        self,
        *,
        retry_now: bool = False,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> FlushReport:
        """Try what is due in the outbox; with ``retry_now`` all of it, refused acts too."""
        return outbox.flush(
            self._workspace, retry_now=retry_now, progress=progress, cancelled=cancelled
        )

    def discard(self, pending_id: str) -> None:
        """Give up an act that the node refused for good. Raises `NotFound`, `WrongState`."""
        with self._workspace.vault.transaction() as db:
            event = next((e for e in pending.every(db) if e.id == pending_id), None)
            if event is None:
                raise NotFound(pending_id, what=pending_id)
            if not event.stopped:
                raise WrongState(
                    "still trying", title=event.title, state=tr("仍在自动重试"), act=tr("放弃")
                )
            pending.remove(db, event.id)
            journal.undo_signing(db, event.target, "")
        leftovers.sweep_outbox(self._workspace)

    def _get(self, dispatch: str) -> KeptDispatch:
        with self._workspace.vault.read() as db:
            return self._kept(db, dispatch)

    def _kept(self, db: Connection, dispatch: str) -> KeptDispatch:
        kept = dispatches.get(db, dispatch)
        if kept is None:
            raise NotFound(dispatch, what=dispatch)
        return kept

    def _withdraw(self, kept: KeptDispatch) -> ActResult | None:
        """Take back a dispatch that no try has left this machine with; else ``None``."""
        with self._workspace.sending, self._workspace.vault.transaction() as db:
            event = pending.by_key(db, acts.key_of("submit", kept.dispatch))
            if kept.sent_at is not None or event is None or event.attempts > 0:
                return None
            pending.remove(db, event.id)
            for entry in dispatches.consignments(db, kept.dispatch):
                dispatches.set_consignment(db, entry.id, "recalled", at=self._workspace.clock())
            dispatches.set_state(db, kept.dispatch, "recalled")
        leftovers.sweep_outbox(self._workspace)
        return ActResult(kept.dispatch, kept.title, "done", "", "")

    def _acts(
        self,
        kept: KeptDispatch,
        event: Event,
        kind: Literal["recall", "remind"],
        chosen: Sequence[str],
        reasons: tuple[Reason, ...],
    ) -> tuple[ActResult, ...]:
        """Sign the act for each open consignment, queue it, try the node once for all."""
        if kept.header is None or kept.sent_at is None:
            raise WrongState(
                kept.state,
                title=kept.title,
                state=words.label(words.OUTGOING, kept.state),
                act=tr("撤回") if kind == "recall" else tr("催办"),
            )
        with suppress(ExchangeFailed):  # then signed on what is known, and again if it moved
            outbox.refresh_dispatch(self._workspace, kept.dispatch)
        with self._workspace.vault.read() as db:
            people = dispatches.consignments(db, kept.dispatch)
        queued: dict[str, str] = {}
        results: dict[str, ActResult] = {}
        for entry in people:
            if chosen and entry.id not in chosen and entry.body not in chosen:
                continue
            if entry.state not in _OPEN:
                results[entry.id] = _too_late(entry, kept.title)
                continue
            queued[entry.id] = self._sign(kept, entry, event, kind, reasons)
        report = (
            outbox.flush(
                self._workspace, only=tuple(queued.values()), progress=silent, cancelled=never
            )
            if queued
            else None
        )
        for identifier, pending_id in queued.items():
            if report is not None:
                results[identifier] = self._act_result(kept, identifier, kind, pending_id, report)
        return tuple(results[entry.id] for entry in people if entry.id in results)

    def _sign(
        self,
        kept: KeptDispatch,
        entry: KeptConsignment,
        event: Event,
        kind: Literal["recall", "remind"],
        reasons: tuple[Reason, ...],
    ) -> str:
        workspace = self._workspace
        with workspace.vault.read() as db:
            record = acts.sign_act(
                workspace,
                db,
                event,
                dispatch=kept.dispatch,
                consignment=entry.id,
                header_digest=header_digest(kept.header or b""),
                title=kept.title,
                reasons=reasons,
            )
        waiting = acts.new_event(workspace, kind, entry.id, title=kept.title, payload=record)
        with workspace.vault.transaction() as db:
            pending.add(db, waiting)
            known = pending.by_key(db, waiting.key)
        return known.id if known else waiting.id

    def _act_result(
        self,
        kept: KeptDispatch,
        identifier: str,
        kind: Literal["recall", "remind"],
        pending_id: str,
        report: FlushReport,
    ) -> ActResult:
        with self._workspace.vault.read() as db:
            entry = dispatches.consignment(db, identifier)
        if pending_id in report.done:
            if kind == "recall" and entry is not None and entry.state != "recalled":
                message = tr("撤回申请已送达节点，等待收文单位所在节点确认；结果以回执为准。")
                return ActResult(identifier, kept.title, "queued", "recall.pending", message)
            return ActResult(identifier, kept.title, "done", "", "")
        if entry is not None and entry.state in _CLOSED:
            return _too_late(entry, kept.title)
        return self._result(identifier, kept.title, pending_id, report)

    def _result(
        self, identifier: str, title: str, pending_id: str, report: FlushReport
    ) -> ActResult:
        if pending_id in report.done:
            return ActResult(identifier, title, "done", "", "")
        with self._workspace.vault.read() as db:
            event = next((e for e in pending.every(db) if e.id == pending_id), None)
        if event is None and pending_id not in report.stopped:
            return ActResult(identifier, title, "done", "", "")  # another process handed it over
        message = (event.error if event else "") or report.error
        if pending_id in report.stopped:
            return ActResult(identifier, title, "refused", "exchange.refused", message)
        return ActResult(identifier, title, "queued", "exchange.queued", message)


def _too_late(entry: KeptConsignment, title: str) -> ActResult:
    state = words.label(words.CONSIGNMENT, entry.state)
    return ActResult(
        entry.id,
        title,
        "refused",
        "exchange.already-decided",
        tr("{name}：{state}，不能再执行此操作。", name=entry.name, state=state),
    )
