"""What the mailbox brings: notices first, then the contents, each on its own.

    page of entries -> one transaction: arrivals noted, receipts taken in, cursor moved
    each arrival    -> header and chain, payload (resumed), opened, judged, kept -> 送达确认

A crash anywhere leaves either the cursor where it was or an arrival in state ``arriving``, which
the next run takes up again. A receipt that does not verify is kept and tried again in every run,
since a newer directory may know who signed it. What the node does not find stays ``arriving``:
only the record of a recall makes it recalled. A payload that does not open is fetched once more
before it is given up as ``unreadable``; such a document can be returned.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from desktop.errors import DiskTrouble, OtherDocument
from desktop.files import disk_errors
from desktop.progress import Cancelled, Progress, Stopped, check, silent
from desktop.services import acts, journal, opening, outbox
from desktop.services.bodies import Bodies
from desktop.services.rows import SyncReport
from desktop.services.session import Workspace
from desktop.store import cursor, mailbox, pending, receipts, unverified
from desktop.store.connection import Connection
from desktop.store.mailbox import KeptIncoming
from formats.envelope.stream import StreamDamaged
from formats.errors import BadInput, YidaoError
from formats.i18n import tr
from formats.protocol import calls
from formats.protocol.errors import ExchangeFailed, NotThere
from formats.protocol.messages import ConsignmentView, Entry, MailboxPage
from signing.envelope import header_digest, open_header
from signing.errors import EnvelopeMismatch, TokenError, TrustError
from signing.trust.errors import Undecided

_PAGE: Final = 100
_NOT_VERIFIED: Final = (BadInput, TrustError, OtherDocument)


def sync(
    workspace: Workspace, *, wait: float, progress: Progress, cancelled: Cancelled
) -> SyncReport:
    """See `Incoming.sync`."""
    arrived: list[str] = []
    count = 0
    failed: list[tuple[str, str]] = []
    more = True
    while more:
        check(cancelled)
        progress(tr("查收"), None)
        page = _page(workspace, 0 if arrived or count else wait)
        if page.directory_version > workspace.snapshot.version:
            failed.extend(_newer_directory(workspace))
        new, taken = _note(workspace, page)
        arrived.extend(new)
        count += taken
        more = page.more
    taken, bad = _verify_again(workspace)
    count += taken
    failed.extend(bad)
    failed.extend(_fetch_all(workspace, progress, cancelled))
    outbox.flush(workspace, progress=silent, cancelled=cancelled)
    with workspace.vault.read() as db:
        at = cursor.get(db, cursor.MAILBOX)
    return SyncReport(tuple(arrived), count, tuple(failed), at)


def accepted_at(db: Connection, dispatch: str) -> datetime | None:
    """When the sender's node took the dispatch, by its receipt."""
    found = (
        entry.at
        for entry in receipts.of_dispatch(db, dispatch)
        if entry.event == "SubmissionAcceptance"
    )
    return next(found, None)


def _page(workspace: Workspace, wait: float) -> MailboxPage:
    with workspace.vault.read() as db:
        after = cursor.get(db, cursor.MAILBOX)
    return workspace.transport.run(calls.mailbox(after, wait=int(wait), limit=_PAGE))


def _newer_directory(workspace: Workspace) -> list[tuple[str, str]]:
    try:
        Bodies(workspace).sync()
    except (BadInput, TrustError) as error:
        return [("directory", error.text())]
    return []


def _note(workspace: Workspace, page: MailboxPage) -> tuple[list[str], int]:
    """One page in one transaction: new arrivals, and how many receipts were taken in."""
    arrived: list[str] = []
    count = 0
    with workspace.vault.transaction() as db:
        for entry in page.entries:
            if entry.kind == "consignment" and entry.consignment is not None:
                if mailbox.add(db, _arrival(entry)):
                    arrived.append(entry.consignment)
                continue
            try:
                journal.take_in(workspace, db, entry.receipt, dispatch=entry.dispatch)
                count += 1
            except _NOT_VERIFIED:
                unverified.put(db, _unverified(workspace, entry))
        cursor.move(db, cursor.MAILBOX, page.next)
    return arrived, count


def _verify_again(workspace: Workspace) -> tuple[int, list[tuple[str, str]]]:
    """Try the receipts that have not verified: how many do now, and what is wrong with the rest."""
    with workspace.vault.read() as db:
        waiting = unverified.every(db)
    count = 0
    failed: list[tuple[str, str]] = []
    for kept in waiting:
        try:
            with workspace.vault.transaction() as db:
                journal.take_in(workspace, db, kept.receipt, dispatch=kept.dispatch)
                unverified.remove(db, kept.receipt)
            count += 1
        except _NOT_VERIFIED as error:
            failed.append((kept.consignment or kept.dispatch, error.text()))
    return count, failed


def _unverified(workspace: Workspace, entry: Entry) -> unverified.KeptUnverified:
    return unverified.KeptUnverified(
        entry.dispatch, entry.consignment, entry.receipt, workspace.clock()
    )


def _arrival(entry: Entry) -> KeptIncoming:
    return KeptIncoming(
        id=entry.consignment or "",
        dispatch=entry.dispatch,
        sender="",
        title="",
        kind="",
        number="",
        urgency=None,
        sensitivity="public",
        role="main",
        copies=0,
        state="arriving",
        received=entry.at,
    )


def _fetch_all(
    workspace: Workspace, progress: Progress, cancelled: Cancelled
) -> Iterable[tuple[str, str]]:
    with workspace.vault.read() as db:
        waiting = mailbox.unfinished(db)
    failed: list[tuple[str, str]] = []
    for place, kept in enumerate(waiting):
        check(cancelled)
        progress(tr("接收第 {number} 件", number=place + 1), place / len(waiting))
        try:
            _fetch(workspace, kept, progress, cancelled)
        except NotThere as error:
            message = _missing(error)
            failed.append((kept.id, message))
            with workspace.vault.transaction() as db:
                mailbox.change(db, kept.id, error=message)
        except (TokenError, ExchangeFailed, DiskTrouble, Stopped):
            raise  # the next one would meet the same; what is here is kept
        except YidaoError as error:
            failed.append((kept.id, error.text()))
            with workspace.vault.transaction() as db:
                mailbox.change(db, kept.id, error=error.text())
    return failed


def _missing(error: NotThere) -> str:
    """What a node that finds nothing proves: nothing. It may have been put back from a backup."""
    said = tr("节点目前没有提供这份公文，也没有它已被撤回的凭证；下次同步时再取。")
    return said + tr("（节点的答复：{answer}）", answer=error.problem.happened)


def _fetch(
    workspace: Workspace, kept: KeptIncoming, progress: Progress, cancelled: Cancelled
) -> None:
    view = workspace.transport.run(calls.consignment(kept.id))
    if view.dispatch != kept.dispatch or view.consignment != kept.id:
        raise OtherDocument(view.consignment)
    with workspace.vault.transaction() as db:
        for receipt in view.receipts:
            journal.take_in(workspace, db, receipt, dispatch=kept.dispatch)
        accepted = accepted_at(db, kept.dispatch)
        _note_header(workspace, db, kept, view, accepted)
        if _is_decided(db, kept.id):
            return
    folder = workspace.profile.outbox_folder
    with disk_errors(folder):
        folder.mkdir(exist_ok=True, mode=0o700)
    payload = folder / f"{kept.id}.in"
    try:
        opened = _open(_Fetch(workspace, view, payload, progress, cancelled), accepted)
    except Undecided:
        raise  # a newer directory may settle it: stays ``arriving``
    except (BadInput, TrustError) as error:
        _give_up(workspace, kept, view, error)
    else:
        _keep(workspace, kept, view, opened)
    with suppress(OSError):
        payload.unlink(missing_ok=True)
    outbox.flush(workspace, progress=silent, cancelled=cancelled)


def _note_header(
    workspace: Workspace,
    db: Connection,
    kept: KeptIncoming,
    view: ConsignmentView,
    accepted: datetime | None,
) -> None:
    """What the signed header says, before anything is downloaded."""
    mailbox.change(
        db,
        kept.id,
        sender=view.sender,
        header=view.header,
        header_digest=header_digest(view.header),
        keys=view.keys,
        payload_size=view.payload_size,
    )
    try:
        header = open_header(view.header, trust=workspace.trust, at=accepted).header
    except (BadInput, TrustError):
        return  # opening the whole comes to the same end and says so
    mailbox.change(
        db,
        kept.id,
        title=header.title or "",
        kind=header.kind,
        urgency=header.urgency,
        sensitivity=header.sensitivity,
    )


def _is_decided(db: Connection, consignment: str) -> bool:
    kept = mailbox.get(db, consignment)
    return kept is not None and kept.state != "arriving"


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One download: what, where to, and how it tells."""

    workspace: Workspace
    view: ConsignmentView
    payload: Path
    progress: Progress
    cancelled: Cancelled

    def run(self) -> None:
        self.workspace.transport.fetch_payload(
            self.view.consignment,
            self.payload,
            self.view.payload_size,
            progress=self.progress,
            cancelled=self.cancelled,
        )


def _open(fetch: _Fetch, accepted: datetime | None) -> opening.OpenedConsignment:
    """Open what was fetched; where the payload is damaged, fetch it once more from the start."""

    def once() -> opening.OpenedConsignment:
        return opening.open_consignment(
            fetch.workspace,
            header=fetch.view.header,
            keys=fetch.view.keys,
            payload=fetch.payload,
            accepted_at=accepted,
        )

    fetch.run()
    try:
        return once()
    except (StreamDamaged, EnvelopeMismatch):
        with disk_errors(fetch.payload):
            fetch.payload.unlink(missing_ok=True)
        fetch.run()
        return once()


def _keep(
    workspace: Workspace,
    kept: KeptIncoming,
    view: ConsignmentView,
    opened: opening.OpenedConsignment,
) -> None:
    blobs = opening.keep_opened(workspace, opened)
    with workspace.vault.transaction() as db:
        opening.note_opened(workspace, db, kept.id, opened, blobs)
        title = opened.dispatch.header.title or kept.id
        pending.add(
            db,
            acts.new_event(
                workspace,
                "delivered",
                kept.id,
                title=title,
                payload=view.payload_digest.encode(),
            ),
        )


def _give_up(
    workspace: Workspace, kept: KeptIncoming, view: ConsignmentView, error: YidaoError
) -> None:
    """It cannot be opened: it stays as a document that can only be returned."""
    with workspace.vault.transaction() as db:
        mailbox.change(db, kept.id, state="unreadable", error=error.text())
        pending.add(
            db,
            acts.new_event(
                workspace,
                "delivered",
                kept.id,
                title=kept.title or kept.id,
                payload=view.payload_digest.encode(),
            ),
        )
