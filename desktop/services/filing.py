"""The archive as people use it: file what was sent or received, find it, check it, hand it on."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop.errors import NotFound, WrongState
from desktop.files import read_file
from desktop.progress import Cancelled, Progress, never, silent
from desktop.services import words
from desktop.services.drafting import parsed
from desktop.services.evidence import Evidence
from desktop.services.rows import CheckReport, FiledItem, FiledRow, FileRow, SearchPage
from desktop.services.session import Workspace
from desktop.services.typesetting import source_of
from desktop.store import dispatches, files, mailbox
from desktop.store.files import KeptFile
from formats.i18n import tr
from formats.limits import MAX_PACKAGE_BYTES

if TYPE_CHECKING:
    from desktop.archive.values import FileDraft, Hit, Item, ItemDraft

_FILED_WHEN: Final = frozenset({"signed", "filed"})


class Filing:
    """The archive of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def file_incoming(self, consignment: str, *, retention: str = "30年") -> FiledRow:
        """File a document that was signed for, with package and evidence. Twice is once.

        Raises `NotFound`, `WrongState` unless it is signed for, `ItemRefused`, `DiskFull`.
        """
        from desktop.services import describing  # noqa: PLC0415 - loads the archive

        workspace = self._workspace
        with workspace.vault.read() as db:
            kept = mailbox.get(db, consignment)
            if kept is None:
                raise NotFound(consignment, what=consignment)
            attached = files.of(db, consignment)
        if kept.state not in _FILED_WHEN or not (kept.package and kept.pdf and kept.metadata):
            state = words.label(words.INCOMING, kept.state)
            raise WrongState(kept.state, title=kept.title or kept.id, state=state, act=tr("归档"))
        pdf = workspace.vault.blobs.read(kept.pdf)
        draft = describing.item_of_exchange(
            title=kept.title,
            pdf=pdf,
            package=workspace.vault.blobs.read(kept.package),
            metadata=kept.metadata,
            document=source_of(pdf),
            attached=self._attachments(attached),
            evidence=Evidence(workspace).bundle(consignment),
        )
        item = self._ingest(
            draft,
            retention=retention,
            sensitivity=kept.sensitivity,
            source="incoming",
            dispatch=kept.dispatch,
            consignment=kept.id,
        )
        with workspace.vault.transaction() as db:
            mailbox.change(db, consignment, state="filed", filed=item)
        return _item_row(workspace.archive.item(item))

    def file_outgoing(self, dispatch: str, *, retention: str = "30年") -> FiledRow:
        """File a document that was sent, with its evidence. Twice is once.

        Raises `NotFound`, `WrongState` before the node accepted it, `ItemRefused`, `DiskFull`.
        """
        from desktop.services import describing  # noqa: PLC0415 - loads the archive
        from formats.package.metadata import metadata_xml  # noqa: PLC0415 - loaded when used: start-up stays quick

        workspace = self._workspace
        with workspace.vault.read() as db:
            kept = dispatches.get(db, dispatch)
            if kept is None:
                raise NotFound(dispatch, what=dispatch)
            attached = files.of(db, dispatch)
        if kept.package is None or kept.sent_at is None:
            state = words.label(words.OUTGOING, kept.state)
            raise WrongState(kept.state, title=kept.title, state=state, act=tr("归档"))
        document = parsed(kept.document)
        draft = describing.item_of_exchange(
            title=kept.title,
            pdf=workspace.vault.blobs.read(kept.pdf),
            package=workspace.vault.blobs.read(kept.package),
            metadata=metadata_xml(document, identifier=dispatch),
            document=document,
            attached=self._attachments(attached),
            evidence=Evidence(workspace).bundle(dispatch),
        )
        item = self._ingest(
            draft,
            retention=retention,
            sensitivity=kept.sensitivity,
            source="outgoing",
            dispatch=dispatch,
        )
        with workspace.vault.transaction() as db:
            dispatches.set_filed(db, dispatch, item)
        return _item_row(workspace.archive.item(item))

    def add(self, source: Path, *, retention: str = "30年") -> FiledRow:
        """File a PDF or a package from disk; its own data name it, else its file name.

        Raises `BadInput`, `ItemRefused`, `DiskTrouble`.
        """
        from desktop.services import describing  # noqa: PLC0415 - loads the archive

        data = read_file(source, limit=MAX_PACKAGE_BYTES)
        make = describing.item_of_package if data.startswith(b"PK") else describing.item_of_pdf
        item = self._ingest(make(data, source), retention=retention)
        return _item_row(self._workspace.archive.item(item))

    def search(self, query: str, *, limit: int = 50, before: str | None = None) -> SearchPage:
        """Documents that hold every word of the query; any two characters are a word."""
        page = self._workspace.archive.search(query, limit, before)
        return SearchPage(
            hits=tuple(map(_hit_row, page.hits)),
            count=page.count,
            took_ms=page.took_ms,
            next=page.next,
            problem=page.problem.message if page.problem else "",
        )

    def item(self, item: str) -> FiledItem:
        """One filed document. Raises `ItemMissing`."""
        archive = self._workspace.archive
        found = archive.item(item)
        return FiledItem(
            row=_item_row(found),
            files=tuple(
                (one.role, FileRow(one.name, one.length, one.sha256, one.media_type))
                for one in (*found.files, *archive.versions(item))
            ),
            facts=tuple(found.metadata.items()),
        )

    def read(self, item: str, role: str = "document", name: str | None = None) -> bytes:
        """One file of a filed document, of the 正文 the newest version unless one is named.

        Raises `ItemMissing`, `BlobDamaged`.
        """
        return self._workspace.archive.read_file(
            item, role, name, actor=self._workspace.profile.body
        )

    def file(self, identifier: str, *, retention: str = "30年") -> FiledRow:
        """File what that dispatch or consignment id names. Raises as the two above."""
        with self._workspace.vault.read() as db:
            sent = dispatches.get(db, identifier) is not None
        if sent:
            return self.file_outgoing(identifier, retention=retention)
        return self.file_incoming(identifier, retention=retention)

    def check(self, *, progress: Progress = silent, cancelled: Cancelled = never) -> CheckReport:
        """四性检测 over the whole archive; each sealed PDF is verified anew.

        What only a person can judge is listed too, and does not count against it.
        """
        from desktop.archive.checks import PROPERTY_NAMES, VERDICT_NAMES  # noqa: PLC0415 - loaded when used: start-up stays quick

        run = self._workspace.archive.check(
            verifier=self._verify, progress=progress, cancelled=cancelled
        )
        findings = tuple(
            (
                result.archive_code or tr("档案库"),
                result.check,
                tr(
                    "{property} {name}：{verdict}{why}",
                    property=tr(PROPERTY_NAMES[result.property]),
                    name=result.name,
                    verdict=tr(VERDICT_NAMES[result.verdict]),
                    why="".join(f"（{text}）" for text in result.evidence.values() if text),
                ),
            )
            for result in run.results
            if result.verdict in {"fail", "manual"}
        )
        return CheckReport(ok=run.ok, items=run.items, findings=findings)

    def export(self, item: str, folder: Path) -> tuple[Path, ...]:
        """Write the files of a filed document into a new folder inside ``folder``.

        Raises `ItemMissing`, `ExportRefused` (it is there already), `DiskFull`.
        """
        from desktop.archive.holdings import export_item  # noqa: PLC0415 - loads when used

        archive = self._workspace.archive
        return export_item(archive, item, folder, actor=self._workspace.profile.body)

    def backup(
        self, target: Path, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> Path:
        """A whole, verified copy of the vault as the new folder ``target``, still encrypted.

        Raises `ExportRefused` (it is there already), `BackupBroken`, `DiskFull`, `Stopped`.
        """
        from desktop.archive.holdings import backup  # noqa: PLC0415 - loads when used

        archive, actor = self._workspace.archive, self._workspace.profile.body
        return backup(archive, target, actor=actor, progress=progress, cancelled=cancelled)

    def _verify(self, pdf: bytes) -> tuple[str, str]:
        verdict = self._workspace.verifiers.verify(
            pdf,
            trust=self._workspace.trust,
            now=self._workspace.clock(),
            policy=self._workspace.profile.settings.policy,
        )
        return verdict.status, verdict.sentence

    def _ingest(self, draft: "ItemDraft", **more: Any) -> str:  # noqa: ANN401 - fields of it
        actor = self._workspace.body.name
        return self._workspace.archive.ingest(replace(draft, actor=actor, **more))

    def _attachments(self, kept: tuple[KeptFile, ...]) -> "tuple[FileDraft, ...]":
        from desktop.archive.values import FileDraft  # noqa: PLC0415 - loads when used

        blobs = self._workspace.vault.blobs
        return tuple(
            FileDraft("attachment", file.name, blobs.read(file.blob), file.media_type)
            for file in kept
        )


def _item_row(item: "Item") -> FiledRow:
    from desktop.archive.values import retention_words  # noqa: PLC0415 - loads when used

    return FiledRow(
        id=item.id,
        archive_code=item.archive_code,
        title=item.title,
        number=item.number,
        kind=item.kind,
        issuer=item.issuer,
        issue_date=item.issue_date,
        retention=retention_words(item.retention),
        filed=item.filed,
        snippet="",
    )


def _hit_row(hit: "Hit") -> FiledRow:
    from desktop.archive.values import retention_words  # noqa: PLC0415 - loads when used

    return FiledRow(
        id=hit.id,
        archive_code=hit.archive_code,
        title=hit.title.text,
        number=hit.number,
        kind=hit.kind,
        issuer=hit.issuer,
        issue_date=hit.issue_date,
        retention=retention_words(hit.retention),
        filed=hit.filed,
        snippet=hit.snippet.shown(),
    )
