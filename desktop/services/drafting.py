"""Drafts: kept in the vault, checked by the rules, shown as the page they will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.errors import NotFound, SameName
from desktop.services import checking, leftovers
from desktop.services.bodies import Bodies
from desktop.services.keeping import put_named, read_named
from desktop.services.overview import file_row
from desktop.services.rows import DraftRow, FileRow, FindingRow, Preview
from desktop.services.session import Workspace
from desktop.services.typesetting import typeset
from desktop.store import dispatches, drafts, files, mailbox
from desktop.store.connection import Connection
from formats.document.kinds import KINDS
from formats.document.model import Direction, Document, DocumentNumber, Image, Kind
from formats.errors import TooLarge
from formats.i18n import tr
from formats.ids import new_id, sha256
from formats.limits import MAX_ATTACHED_FILES

if TYPE_CHECKING:
    from formats.document.intake import Intake

BIN: Final = timedelta(days=30)
"""How long a deleted draft can be brought back."""
_UPWARD: Final = frozenset({"report", "request", "motion"})
_PARALLEL: Final = frozenset({"letter"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was saved."""

    row: DraftRow
    document: Document
    main: tuple[str, ...]
    """Ids of the bodies chosen as 主送, where they were chosen; else the names in the document."""
    cc: tuple[str, ...]


class Drafting:
    """The drafts of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def new(self, kind: Kind = "notice") -> Document:
        """An empty document of that 文种 in the name of the own body; not saved.

        Its number is the one after the highest sealed here this year; the person may change it.
        """
        body = self._workspace.body
        day = checking.today(self._workspace.clock())
        direction: Direction = "down"
        if kind in _UPWARD:
            direction = "up"
        elif kind in _PARALLEL:
            direction = "parallel"
        number = self._next_number(body.marks[0], day.year) if body.marks else None
        return Document(
            kind=kind,
            format=KINDS[kind].format,
            direction=direction,
            issuers=(body.name,),
            number=number,
            title="",
            issue_date=day,
        )

    def _next_number(self, mark: str, year: int) -> DocumentNumber:
        with self._workspace.vault.read() as db:
            serial = dispatches.last_serial(db, mark, year) + 1
        return DocumentNumber(mark=mark, year=year, serial=serial)

    def save(
        self,
        document: Document,
        *,
        draft: str | None = None,
        main: Sequence[str] = (),
        cc: Sequence[str] = (),
    ) -> DraftRow:
        """Keep a draft, new or over the one of that id.

        Raises `NotFound`, `Classified` (a 密级 is never kept), or another `BadInput`.
        """
        from formats.document.parse import (  # noqa: PLC0415 - loads when used
            check_document,
            document_to_json,
        )

        check_document(document, unfinished=True)
        workspace = self._workspace
        now = workspace.clock()
        identifier = draft or new_id(workspace.clock, workspace.randomness)
        with workspace.vault.transaction() as db:
            if draft is not None and drafts.get(db, draft) is None:
                raise NotFound(draft, what=draft)
            data = document_to_json(document)
            drafts.put(db, identifier, data, main=main, cc=cc, at=now)
            for gone in drafts.purge(db, now - BIN):
                leftovers.drop_files(workspace.vault, db, gone)
            return self._row(db, drafts.KeptDraft(identifier, data, tuple(main), tuple(cc), now))

    def load(self, draft: str) -> Draft:
        """A draft. Raises `NotFound`."""
        with self._workspace.vault.read() as db:
            kept = drafts.get(db, draft)
            if kept is None:
                raise NotFound(draft, what=draft)
            return Draft(self._row(db, kept), parsed(kept.document), kept.main, kept.cc)

    def list(self) -> tuple[DraftRow, ...]:
        """Every draft, the latest first."""
        with self._workspace.vault.read() as db:
            return tuple(self._row(db, kept) for kept in drafts.every(db))

    def delete(self, draft: str) -> None:
        """Put a draft into the bin, from which `restore` brings it back for thirty days."""
        with self._workspace.vault.transaction() as db:
            if not drafts.mark_deleted(db, draft, self._workspace.clock()):
                raise NotFound(draft, what=draft)

    def restore(self, draft: str) -> DraftRow:
        """Bring a draft back from the bin. Raises `NotFound`."""
        with self._workspace.vault.transaction() as db:
            drafts.mark_deleted(db, draft, None)
            kept = drafts.get(db, draft)
            if kept is None:
                raise NotFound(draft, what=draft)
            return self._row(db, kept)

    def attach(self, draft: str, source: Path) -> FileRow:
        """Take a file in to travel beside the document.

        The same file twice is one. Raises `NotFound`, `TooLarge`, `BadAttachmentName`,
        `DiskTrouble`, `SameName`, `Classified` (a 密级 in its name or text is never kept).
        """
        from formats.document.intake import (  # noqa: PLC0415 - loads when used
            refuse_classified_file,
        )
        from formats.measure.words import (  # noqa: PLC0415 - loads when used
            refuse_classified_pdf,
        )

        with self._workspace.vault.read() as db:
            if drafts.get(db, draft) is None:
                raise NotFound(draft, what=draft)
            if len(files.of(db, draft)) >= MAX_ATTACHED_FILES:
                raise TooLarge("attached files", limit=MAX_ATTACHED_FILES)
        name, data = read_named(source)
        refuse_classified_file(data, name)
        refuse_classified_pdf(data)
        with self._workspace.vault.read() as db:
            there = files.get(db, draft, name)
        if there is not None and there.digest != sha256(data):
            raise SameName(name, name=name)
        if there is not None:
            return file_row(there)
        kept, ref = put_named(self._workspace, name, data)
        with self._workspace.vault.transaction() as db:
            self._workspace.vault.blobs.keep(db, ref)
            files.put(db, draft, kept)
        return file_row(kept)

    def detach(self, draft: str, name: str) -> None:
        """Remove a file from a draft. Raises `NotFound`."""
        with self._workspace.vault.transaction() as db:
            file = files.get(db, draft, name)
            if file is None:
                raise NotFound(name, what=name)
            leftovers.drop_file(self._workspace.vault, db, draft, file)

    def take_in(self, data: bytes, filename: str) -> "Intake":
        """Read text, DOCX or JSON into a document; not saved. Raises `BadInput`, `Classified`."""
        from formats.document.intake import take_in  # noqa: PLC0415 - loads when used

        return take_in(data, filename)

    def check(
        self, document: Document, *, main: Sequence[str] = (), cc: Sequence[str] = ()
    ) -> tuple[FindingRow, ...]:
        """Rules R01 to R26 with what the directory knows; blocks first."""
        workspace = self._workspace
        first, second = Bodies(workspace).recipients(document, main=main, cc=cc)
        with workspace.vault.read() as db:
            taken = dispatches.number_taken(db, str(document.number or ""), document.title)
            answered = mailbox.answered(db, document.reply_to)
        known = [workspace.snapshot.body(row.id) for row in first.bodies]
        return checking.findings(
            document,
            sender=workspace.body,
            directory=workspace.snapshot,
            recipients=known if not first.unresolved and known else None,
            cc=[workspace.snapshot.body(row.id) for row in second.bodies],
            at=workspace.clock(),
            number_taken=taken,
            answered=answered,
        )

    def preview(self, document: Document) -> Preview:
        """The page, typeset; for an unfinished document too."""
        done = typeset(document)
        return Preview(done.pdf, done.pages, done.warnings, done.seal_slots, done.notes)

    def _row(self, db: Connection, kept: drafts.KeptDraft) -> DraftRow:
        document = parsed(kept.document)
        return DraftRow(
            id=kept.id,
            title=document.title,
            kind=document.kind,
            number=str(document.number) if document.number else "",
            updated=kept.updated,
            files=tuple(map(file_row, files.of(db, kept.id))),
        )


def picture_of(data: bytes, name: str) -> Image:
    """A picture for the text, from a file. Raises `BadImage`."""
    from formats.safe.image import decode_image  # noqa: PLC0415 - loads when used

    decode_image(data)  # whole, or the page could not be set later
    return Image(data=data, description=name or tr("图片"))


def parsed(document: bytes) -> Document:
    """The document of a JSON that was kept here."""
    from formats.document.parse import parse_document  # noqa: PLC0415 - loads when used

    return parse_document(document, unfinished=True)
