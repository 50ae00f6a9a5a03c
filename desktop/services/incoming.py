"""Receiving: synchronise the mailbox, verify, read, sign for, return.

The mailbox cursor moves in the same transaction that notes what arrived, so nothing is lost or
taken twice. 签收 is possible only after the document's own verdict came out green or blue; the
act is signed by the UKEY, kept, and counts as done only by the node's receipt.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from desktop.errors import (
    BlockedByRules,
    DiskTrouble,
    NoReason,
    NotFound,
    NotGenuine,
    WrongState,
)
from desktop.files import disk_errors, write_new
from desktop.progress import Cancelled, Progress, Stopped, check, never, silent
from desktop.services import acts, arrivals, journal, opening, outbox, overview, words
from desktop.services.keeping import file_name
from desktop.services.rows import (
    ActResult,
    FlushReport,
    IncomingDetail,
    IncomingRow,
    IncomingState,
    ReturnReason,
    SyncReport,
)
from desktop.services.session import Workspace
from desktop.store import files, mailbox, pending, receipts
from desktop.store.connection import Connection
from desktop.store.mailbox import KeptIncoming
from formats.canonical import from_bytes
from formats.digests import digest
from formats.document.rules.acts import RETURN_REASONS, check_return
from formats.errors import YidaoError
from formats.evidence.record import Reason
from formats.i18n import tr
from formats.protocol.errors import ExchangeFailed
from signing.errors import TokenError
from signing.verdict.report import Verdict

_RETURNABLE: Final = frozenset({"pending", "suspect", "unreadable"})


class Incoming:
    """The received documents of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def sync(
        self, *, wait: float = 0, progress: Progress = silent, cancelled: Cancelled = never
    ) -> SyncReport:
        """Bring the mailbox up to date: download, decrypt, verify, keep; and take in receipts.

        ``wait`` seconds of long poll when nothing is new. Raises an `ExchangeFailed`, what the
        UKEY raises, `DiskFull`. One bad consignment never stops the others; it is in ``failed``.
        """
        return arrivals.sync(self._workspace, wait=wait, progress=progress, cancelled=cancelled)

    def list(self, states: Sequence[IncomingState] = ()) -> tuple[IncomingRow, ...]:
        """Received documents (of those states): 特急 and 加急 first, then the latest."""
        with self._workspace.vault.read() as db:
            return tuple(self._row(db, kept) for kept in mailbox.every(db, states))

    def get(self, consignment: str) -> IncomingDetail:
        """One received document. Raises `NotFound`."""
        with self._workspace.vault.read() as db:
            kept = _kept(db, consignment)
            row = self._row(db, kept)
            own = receipts.of_consignment(db, consignment)
            known = tuple(
                entry
                for entry in receipts.of_dispatch(db, kept.dispatch)
                if entry.consignment is None
            )
        verdict = from_bytes(Verdict, kept.verdict) if kept.verdict else None
        return IncomingDetail(
            row,
            overview.verdict_row(verdict) if verdict else None,
            journal.event_rows(self._workspace, (*known, *own)),
            verdict,
        )

    def read_pdf(self, consignment: str) -> bytes:
        """The sealed PDF. Raises `NotFound`, or `WrongState` when it could not be opened."""
        with self._workspace.vault.read() as db:
            kept = _kept(db, consignment)
        if kept.pdf is None:
            raise _wrong_state(kept, tr("阅读"))
        return self._workspace.vault.blobs.read(kept.pdf)

    def read_attachment(self, consignment: str, name: str) -> bytes:
        """A file that came beside it. Raises `NotFound`."""
        with self._workspace.vault.read() as db:
            _kept(db, consignment)
            file = files.get(db, consignment, name)
        if file is None:
            raise NotFound(name, what=name)
        return self._workspace.vault.blobs.read(file.blob)

    def save(self, consignment: str, folder: Path) -> tuple[Path, ...]:
        """Write the sealed PDF, what came with it, and the package, into a folder, which is made.

        The package (``.asice``) is what proves PDF and files together, with openssl alone.

        Raises `NotFound`, `WrongState`, `DiskTrouble` where a file of that name is there already.
        """
        pdf = self.read_pdf(consignment)
        with self._workspace.vault.read() as db:
            kept, beside = _kept(db, consignment), files.of(db, consignment)
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        contents = [(file_name(kept.title, ".pdf"), pdf)]
        contents += [(one.name, self._workspace.vault.blobs.read(one.blob)) for one in beside]
        if kept.package is not None:
            package = self._workspace.vault.blobs.read(kept.package)
            contents.append((file_name(kept.title, ".asice"), package))
        for name, data in contents:
            write_new(folder / name, data)
        return tuple(folder / name for name, _ in contents)

    def verify(self, consignment: str) -> IncomingDetail:
        """Judge it anew, with the directory in use now. Raises `NotFound`, `WrongState`."""
        with self._workspace.vault.read() as db:
            kept = _kept(db, consignment)
            accepted = arrivals.accepted_at(db, kept.dispatch)
        if kept.package is None:
            raise _wrong_state(kept, tr("验证"))
        verdict = opening.judge(
            self._workspace.vault.blobs.read(kept.package),
            trust=self._workspace.trust,
            now=self._workspace.clock(),
            recipient=self._workspace.profile.body,
            sender=kept.sender,
            signed_at=accepted,
            policy=self._workspace.profile.settings.policy,
            directory=self._workspace.snapshot,
        )
        with self._workspace.vault.transaction() as db:
            mailbox.change(db, consignment, verdict=verdict.json())
            if _kept(db, consignment).state in {"pending", "suspect"}:
                mailbox.change(db, consignment, state=overview.state_of_verdict(verdict))
        return self.get(consignment)

    def sign_for(
        self,
        consignments: Sequence[str],
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> tuple[ActResult, ...]:
        """签收 one or a batch under one login, with a result for each document.

        Stops at the first trouble with the UKEY, which is raised; what was signed stays done.
        """
        self._workspace.require_current_directory()
        results: list[ActResult] = []
        for place, identifier in enumerate(consignments):
            check(cancelled)
            with self._workspace.vault.read() as db:
                kept = _kept(db, identifier)
            progress(tr("签收《{title}》", title=kept.title), place / len(consignments))
            try:
                results.append(self._sign_for(kept, progress, cancelled))
            except (TokenError, DiskTrouble, Stopped):
                raise
            except YidaoError as error:
                results.append(
                    ActResult(identifier, kept.title, "refused", error.code, error.text())
                )
        return tuple(results)

    def return_document(
        self, consignment: str, *, reason: ReturnReason, note: str = ""
    ) -> ActResult:
        """退回 with its reason code (R26) and a note for the sender.

        Raises `NotFound`, `WrongState`, `BlockedByRules` (R26), what the UKEY raises.
        """
        with self._workspace.vault.read() as db:
            kept = _kept(db, consignment)
        if kept.state not in _RETURNABLE:
            raise _wrong_state(kept, tr("退回"))
        _require_reason(reason, note)
        self._catch_up(kept)
        text = words.label(words.REASONS, reason) + (f"：{note}" if note else "")
        with self._workspace.vault.read() as db:
            record = acts.sign_act(
                self._workspace,
                db,
                "ConsignmentRejection",
                dispatch=kept.dispatch,
                consignment=kept.id,
                header_digest=_header_digest(kept),
                title=kept.title,
                document=kept.pdf_digest,
                report=digest(kept.verdict, self._workspace.suite) if kept.verdict else None,
                reasons=(Reason(code=reason, text=text[:200]),),
            )
        event = acts.new_event(self._workspace, "return", kept.id, title=kept.title, payload=record)
        return self._queue(kept, event, "returning", silent, never)

    def _sign_for(self, kept: KeptIncoming, progress: Progress, cancelled: Cancelled) -> ActResult:
        if kept.state not in {"pending", "suspect"} or kept.verdict is None:
            raise _wrong_state(kept, tr("签收"))
        verdict = from_bytes(Verdict, kept.verdict)
        if verdict.status == "amber":  # a newer directory may have settled it
            self.verify(kept.id)
            with self._workspace.vault.read() as db:
                kept = _kept(db, kept.id)
            verdict = from_bytes(Verdict, kept.verdict or b"")
        if not verdict.accepted:
            raise NotGenuine(kept.id, title=kept.title, reason=verdict.sentence)
        # The act speaks of what lies here: a copy that the disk damaged since is not signed for.
        if kept.package is not None:
            self._workspace.vault.blobs.read(kept.package)
        self._catch_up(kept)
        with self._workspace.vault.read() as db:
            fresh = _kept(db, kept.id)
            if fresh.state != kept.state:
                raise _wrong_state(fresh, tr("签收"))
            record = acts.sign_act(
                self._workspace,
                db,
                "ConsignmentAcceptance",
                dispatch=kept.dispatch,
                consignment=kept.id,
                header_digest=_header_digest(kept),
                title=kept.title,
                document=kept.pdf_digest,
                report=digest(kept.verdict or b"", self._workspace.suite),
            )
        event = acts.new_event(
            self._workspace, "sign-for", kept.id, title=kept.title, payload=record
        )
        return self._queue(kept, event, "signing", progress, cancelled)

    def _queue(
        self,
        kept: KeptIncoming,
        event: pending.PendingEvent,
        state: IncomingState,
        progress: Progress,
        cancelled: Cancelled,
    ) -> ActResult:
        """Keep the signed act and the state that says so in one transaction; then the node."""
        workspace = self._workspace
        with workspace.vault.transaction() as db:
            pending.add(db, event)
            mailbox.change(db, kept.id, state=state, acted=workspace.clock(), error="")
        report = outbox.flush(workspace, only=(event.id,), progress=progress, cancelled=cancelled)
        return self._result(kept, event.id, report)

    def _result(self, kept: KeptIncoming, event: str, report: FlushReport) -> ActResult:
        if event in report.done:
            return ActResult(kept.id, kept.title, "done", "", "")
        with self._workspace.vault.read() as db:
            now = _kept(db, kept.id)
            waiting = next((e for e in pending.every(db) if e.id == event), None)
        if event in report.stopped:
            message = (waiting.error if waiting else now.error) or tr(
                "《{title}》{state}，不能再执行此操作。",
                title=kept.title,
                state=words.label(words.INCOMING, now.state),
            )
            return ActResult(kept.id, kept.title, "refused", "exchange.refused", message)
        message = (waiting.error if waiting else "") or report.error
        return ActResult(kept.id, kept.title, "queued", "exchange.queued", message)

    def _catch_up(self, kept: KeptIncoming) -> None:
        """Learn what happened meanwhile, if the node can be reached."""
        with suppress(ExchangeFailed):  # then signed on what is known, and again if it moved
            outbox.refresh_consignment(self._workspace, kept.id)

    def _row(self, db: Connection, kept: KeptIncoming) -> IncomingRow:
        return overview.incoming_row(db, kept, journal.name_of(self._workspace, kept.sender))


def parse_reason(text: str) -> ReturnReason:
    """A reason of R26 by its code or its Chinese words. Raises `NoReason`."""
    for code, words_of_it in RETURN_REASONS.items():
        if text in {code, words_of_it}:
            return cast("ReturnReason", code)
    choices = "、".join(tr(words_of_it) for words_of_it in RETURN_REASONS.values())
    raise NoReason("R26", reason=text[:40], choices=choices)


def _kept(db: Connection, consignment: str) -> KeptIncoming:
    kept = mailbox.get(db, consignment)
    if kept is None:
        raise NotFound(consignment, what=consignment)
    return kept


def _header_digest(kept: KeptIncoming) -> str:
    if kept.header_digest is None:
        raise _wrong_state(kept, tr("签收或退回"))
    return kept.header_digest


def _wrong_state(kept: KeptIncoming, act: str) -> WrongState:
    return WrongState(
        kept.state,
        title=kept.title or kept.id,
        state=words.label(words.INCOMING, kept.state),
        act=act,
    )


def _require_reason(reason: str, note: str) -> None:
    """R26. Raises `BlockedByRules`."""
    found = check_return(reason, note)
    if found:
        raise BlockedByRules("R26", count=len(found), first=found[0].message)
