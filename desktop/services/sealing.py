"""From a draft to a sealed PDF; and sealing a PDF file that was typeset here."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import NoRecipients, NotFound, WrongState
from desktop.files import read_file, write_whole
from desktop.progress import Cancelled, Progress, check, never, silent
from desktop.services import acts, checking, leftovers, outbox, overview, words
from desktop.services.bodies import Bodies
from desktop.services.drafting import Draft, Drafting
from desktop.services.keeping import file_name, put_named
from desktop.services.rows import DraftRow, FindingRow, OutgoingRow, SealReport
from desktop.services.session import Workspace
from desktop.services.typesetting import typeset
from desktop.store import dispatches, drafts, files, mailbox, pending
from desktop.store.connection import Connection
from formats.canonical import to_bytes
from formats.document.model import Document
from formats.effects import Clock
from formats.i18n import tr
from formats.ids import new_id, sha256
from formats.limits import MAX_PDF_BYTES
from formats.package.manifest import RuleNote, RulesResult
from formats.protocol.errors import NotThere
from signing.timestamp_client import TimestampsUnavailable

if TYPE_CHECKING:
    from signing.signer import Signer
    from signing.timestamp import TimestampSource
    from signing.trust.store import TrustStore
    from signing.verdict.report import Level


class Sealing:
    """Seals with the workspace's UKEY; nothing is replaced until the seal stands."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def seal(
        self,
        draft: str,
        *,
        main: Sequence[str] = (),
        cc: Sequence[str] = (),
        countersign: Sequence[str] = (),
        riding: bool = False,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> OutgoingRow:
        """Check, typeset and seal a draft; it becomes a dispatch in state ``sealed``.

        ``main`` and ``cc`` (names or ids) win over what was saved with the draft, and that over
        the names in the document. ``countersign``: names or ids of bodies for which a place is kept
        open (会签). ``riding``: sealed over the edges of all pages too (骑缝章).

        Raises `BlockedByRules`, `NoRecipients`, what `sealed` raises, `Stopped`. Where no authority
        answers, the seal is made without a time stamp and its verdict is green-b.
        """
        from formats.document.parse import check_document  # noqa: PLC0415 - loads when used

        workspace = self._workspace
        workspace.require_current_directory()
        source = Drafting(workspace).load(draft)
        check_document(source.document)
        progress(tr("校核"), None)
        people = self._recipients(source, main or source.main, cc or source.cc)
        found = self._checked(source.document, people)
        check(cancelled)
        progress(tr("排版"), None)
        page = typeset(source.document)
        check(cancelled)
        progress(tr("签章"), None)
        asked = [workspace.snapshot.find(name).name for name in countersign]
        sealed = self._sealed(page.pdf, asked, riding=riding)
        return self._keep(source, people, found, sealed, page.separate)

    def unseal(self, dispatch: str) -> DraftRow:
        """Withdraw the seal of a dispatch that no node has; the draft comes back.

        That is one not yet in the outbox, or one that the node refused: it is asked once more,
        since an earlier try may have been accepted without its answer arriving. Raises
        `NotFound`, `WrongState`, or an `ExchangeFailed` when a refused one cannot be asked about.
        """
        workspace = self._workspace
        with workspace.sending:
            with workspace.vault.read() as db:
                kept, draft = self._unsealable(db, dispatch)
                tries = _tries(db, dispatch)
            if kept.state == "failed":
                with suppress(NotThere):
                    outbox.refresh_dispatch(workspace, dispatch)
            with workspace.vault.transaction() as db:
                kept, draft = self._unsealable(db, dispatch)
                if _tries(db, dispatch) != tries:  # another process tried it meanwhile
                    raise _not_unsealable(kept)
                pending.remove_key(db, acts.key_of("submit", dispatch))
                dispatches.remove(db, dispatch)
                for blob in filter(None, (kept.pdf, kept.package)):
                    workspace.vault.blobs.drop(db, blob)
                leftovers.drop_files(workspace.vault, db, dispatch)
                drafts.mark_sealed(db, draft, None)
        with suppress(OSError):
            outbox.payload_path(workspace, dispatch).unlink(missing_ok=True)
        return Drafting(workspace).load(draft).row

    def _unsealable(self, db: Connection, dispatch: str) -> tuple[dispatches.KeptDispatch, str]:
        """A dispatch that no receipt speaks of, and its draft."""
        kept = dispatches.get(db, dispatch)
        if kept is None:
            raise NotFound(dispatch, what=dispatch)
        never_left = kept.sent_at is None and kept.state in {"sealed", "failed"}
        if not never_left or kept.draft is None:
            raise _not_unsealable(kept)
        return kept, kept.draft

    def sealed_pdf(self, dispatch: str) -> bytes:
        """The sealed PDF. Raises `NotFound`."""
        with self._workspace.vault.read() as db:
            kept = dispatches.get(db, dispatch)
        if kept is None:
            raise NotFound(dispatch, what=dispatch)
        return self._workspace.vault.blobs.read(kept.pdf)

    def _recipients(
        self, source: Draft, main: Sequence[str], cc: Sequence[str]
    ) -> tuple[tuple[str, str], ...]:
        """Body id and role of everyone it goes to. Raises `NoRecipients`.

        抄送 that the directory does not know is sent on paper; 主送 must be known.
        """
        first, second = Bodies(self._workspace).recipients(source.document, main=main, cc=cc)
        if first.unresolved or not first.bodies:
            names = "、".join(first.unresolved) or tr("没有主送机关")
            raise NoRecipients(names, names=names)
        unreachable = [b.name for b in (*first.bodies, *second.bodies) if not b.reachable]
        if unreachable:
            names = "、".join(unreachable)
            raise NoRecipients(
                f"no certificate: {names}", names=tr("{names}（没有加密证书）", names=names)
            )
        own = self._workspace.profile.body  # a class name may take in the sender itself
        people = [(b.id, "main") for b in first.bodies] + [(b.id, "cc") for b in second.bodies]
        others = tuple(entry for entry in people if entry[0] != own)
        if not others:
            raise NoRecipients("only the own body", names=tr("除本单位外没有收文单位"))
        return others

    def _checked(
        self, document: Document, people: tuple[tuple[str, str], ...]
    ) -> tuple[FindingRow, ...]:
        workspace = self._workspace
        with workspace.vault.read() as db:
            taken = dispatches.number_taken(db, str(document.number or ""), document.title)
            answered = mailbox.answered(db, document.reply_to)
        rows = checking.findings(
            document,
            sender=workspace.body,
            directory=workspace.snapshot,
            recipients=[workspace.snapshot.body(b) for b, role in people if role == "main"],
            cc=[workspace.snapshot.body(b) for b, role in people if role == "cc"],
            at=workspace.clock(),
            number_taken=taken,
            answered=answered,
        )
        checking.require_unblocked(rows)
        return rows

    def _sealed(self, pdf: bytes, asked: Sequence[str], *, riding: bool) -> bytes:
        """Sealed with a time stamp where any authority gives one, else without."""
        workspace = self._workspace
        hand = Hand(workspace.signer(), workspace.seals(), workspace.trust, workspace.clock)
        try:
            return sealed(pdf, hand, workspace.timestamps, riding=riding, asked=asked)
        except TimestampsUnavailable:
            return sealed(pdf, hand, None, riding=riding, asked=asked)

    def _keep(
        self,
        source: Draft,
        people: tuple[tuple[str, str], ...],
        found: tuple[FindingRow, ...],
        pdf: bytes,
        separate: tuple[tuple[int, bytes], ...],
    ) -> OutgoingRow:
        from formats.document.parse import document_to_json  # noqa: PLC0415 - loads when used
        from formats.document.rules import RULES_VERSION  # noqa: PLC0415 - loaded when used: start-up stays quick

        workspace, document = self._workspace, source.document
        now = workspace.clock()
        dispatch = new_id(workspace.clock, workspace.randomness)
        notes = tuple(RuleNote(code=row.code, reason=row.message[:500]) for row in found)
        ref = workspace.vault.blobs.put(pdf)
        kept = dispatches.KeptDispatch(
            dispatch=dispatch,
            draft=source.row.id,
            document=document_to_json(document),
            title=document.title,
            kind=document.kind,
            number=str(document.number) if document.number else "",
            urgency=document.urgency,
            sensitivity=document.sensitivity,
            state="sealed",
            error="",
            sealed_at=now,
            sent_at=None,
            pdf=ref.id,
            pdf_digest=sha256(pdf),
            rules=to_bytes(RulesResult(version=RULES_VERSION, checked=now, notes=notes)),
        )
        consignments = tuple(
            dispatches.KeptConsignment(
                id=new_id(workspace.clock, workspace.randomness),
                dispatch=dispatch,
                place=place,
                body=body,
                name=workspace.snapshot.body(body).name,
                role=role,
                copies=1,
                state="waiting",
            )
            for place, (body, role) in enumerate(people)
        )
        apart = [
            put_named(workspace, _separate_name(source, number), data) for number, data in separate
        ]
        with workspace.vault.transaction() as db:
            workspace.vault.blobs.keep(db, ref)
            dispatches.add(db, kept, consignments)
            files.copy(db, source.row.id, dispatch)
            for file, blob in apart:
                workspace.vault.blobs.keep(db, blob)
                files.put(db, dispatch, file)
            drafts.mark_sealed(db, source.row.id, dispatch)
            return overview.outgoing_row(db, kept)


def _separate_name(source: Draft, number: int) -> str:
    """What the file of an 附件 that is bound apart is called beside the person's own files."""
    taken = {file.name for file in source.row.files}
    title = source.document.attachments[number - 1].title
    name = file_name(f"附件{number} {title}", ".pdf")
    return name if name not in taken else file_name(f"附件{number} {title}", "（另行装订）.pdf")


def _tries(db: Connection, dispatch: str) -> int | None:
    event = pending.by_key(db, acts.key_of("submit", dispatch))
    return event.attempts if event else None


def _not_unsealable(kept: dispatches.KeptDispatch) -> WrongState:
    return WrongState(
        kept.state,
        title=kept.title,
        state=words.label(words.OUTGOING, kept.state),
        act=tr("撤销签章"),
    )


@dataclass(frozen=True, slots=True)
class Hand:
    """Who seals: the key, the seals at hand, whom they trust, the clock."""

    signer: "Signer"
    seals: tuple[bytes, ...]
    trust: "TrustStore"
    clock: Clock


def sealed(
    pdf: bytes,
    hand: Hand,
    timestamps: "TimestampSource | None",
    *,
    riding: bool = False,
    asked: Sequence[str] = (),
) -> bytes:
    """A PDF with the body's seal in its slot.

    ``riding``: also over the edges of all pages. ``asked``: names of the bodies for which a place
    is kept open to countersign (会签). Raises `SealRefused`, `SealMissing`, `SealFault`, what UKEY
    or source raise.
    """
    from formats.write.slots import read_slots  # noqa: PLC0415 - loads when a seal is made
    from signing.seal.apply import seal_pdf  # noqa: PLC0415 - loaded when used: start-up stays quick
    from signing.seal.choice import choose_seal  # noqa: PLC0415 - loaded when used: start-up stays quick
    from signing.seal.guests import places_for  # noqa: PLC0415 - loaded when used: start-up stays quick

    slots = read_slots(pdf)
    seal = choose_seal(
        hand.seals,
        slots,
        certificate=hand.signer.certificate,
        trust=hand.trust,
        at=hand.clock(),
    )
    return seal_pdf(
        pdf,
        signer=hand.signer,
        seal=seal,
        trust=hand.trust,
        timestamps=timestamps,
        clock=hand.clock,
        slots=slots,
        countersigners=places_for(pdf, slots, asked) if asked else (),
        riding=riding,
    )


def seal_file(
    source: Path,
    target: Path,
    *,
    hand: Hand,
    timestamps: "TimestampSource | None",
    riding: bool = False,
    asked: Sequence[str] = (),
    level: "Level | None" = None,
) -> SealReport:
    """Seal a PDF into another file, which appears whole or not at all.

    ``level``: what the seal must reach; without one it is stamped where an authority answers, and
    the report says whether it was. Raises as `sealed`, `ExtensionRefused`, or `DiskFull`; where a
    level above B-B is asked for also `TimestampsUnavailable`.
    """
    from formats.safe.pdf import open_pdf  # noqa: PLC0415 - loads when a seal is made
    from signing.trust.certs import owner_of  # noqa: PLC0415 - loads when a seal is made

    pdf = read_file(source, limit=MAX_PDF_BYTES)
    source_of_time = None if level == "B-B" else timestamps
    stamped = source_of_time is not None
    try:
        done = sealed(pdf, hand, source_of_time, riding=riding, asked=asked)
    except TimestampsUnavailable:
        if level is not None:
            raise
        stamped = False
        done = sealed(pdf, hand, None, riding=riding, asked=asked)
    if level is not None and source_of_time is not None:
        from desktop.services.stamping import raised  # noqa: PLC0415 - loads requests

        done = raised(done, level, trust=hand.trust, timestamps=source_of_time, now=hand.clock())
    write_whole(target, done)
    with open_pdf(done) as opened:
        pages = len(opened.pages)
    return SealReport(
        pages=pages,
        seals=1,
        digest=sha256(done),
        signer=owner_of(hand.signer.certificate).name,
        stamped=stamped,
        level=level or ("B-T" if stamped else "B-B"),
    )
