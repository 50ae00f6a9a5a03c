"""起草: the form and the page side by side; what breaks a rule is said while typing."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from formats.document.headings import blocks_of_text, text_of_blocks
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from desktop.presenters.tasks import Tasks
from desktop.services.drafting import Drafting
from desktop.services.outgoing import Outgoing
from desktop.services.rows import ActResult, FileRow, FindingRow, Preview
from desktop.services.sealing import Sealing
from desktop.services.session import Workspace
from formats.document.model import Direction, Document, DocumentNumber, Kind, Sensitivity, Urgency
from formats.errors import YidaoError
from formats.i18n import tr
from signing.tokens.base import Secret

PREVIEW_DELAY_MS = 200
"""Long enough not to typeset between two keys, short enough to feel immediate."""

AUTOSAVE_DELAY_MS = 2000
"""A pause in typing; what is lost at worst is the sentence under the fingers."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the person typed, as typed."""

    kind: Kind = "notice"
    direction: Direction = "down"
    mark: str = ""
    year: int = 0
    serial: int = 0
    title: str = ""
    main: str = ""
    body: str = ""
    cc: str = ""
    note: str = ""
    contact: str = ""
    approvers: str = ""
    urgency: Urgency | None = None
    sensitivity: Sensitivity = "public"
    issue_date: date | None = None


@dataclass(frozen=True, slots=True)
class ComposeState:
    """What the editor shows besides the form."""

    findings: tuple[FindingRow, ...] = ()
    preview: Preview | None = None
    preview_stale: bool = False
    trouble: str = ""
    """Why there is no new page, in Chinese; the last good page stays."""
    saved: str = ""
    files: tuple[FileRow, ...] = ()
    busy: str = ""

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids sealing."""
        return any(finding.severity == "block" for finding in self.findings)


def split_names(text: str) -> tuple[str, ...]:
    """Names as offices list them: separated by 、，, or new lines."""
    for mark in "，,；;\n":
        text = text.replace(mark, "、")
    return tuple(name.strip() for name in text.split("、") if name.strip())


def document_of(form: Form, base: Document) -> Document:
    """The document that the form describes; what the form does not show stays as in ``base``."""
    number = (
        DocumentNumber(mark=form.mark, year=form.year, serial=form.serial)
        if form.mark and form.year >= 1949 and form.serial >= 1  # noqa: PLR2004 - model limits
        else None
    )
    return Document(
        kind=form.kind,
        format=base.format,
        direction=form.direction,
        issuers=base.issuers,
        issuer_mark=base.issuer_mark,
        number=number,
        copy_number=base.copy_number,
        urgency=form.urgency,
        approvers=split_names(form.approvers),
        sensitivity=form.sensitivity,
        title=form.title.strip(),
        main_recipients=split_names(form.main),
        body=blocks_of_text(form.body),
        attachments=base.attachments,
        issue_date=form.issue_date,
        signature=base.signature,
        note=form.note.strip() or None,
        contact=form.contact.strip() or None,
        cc=split_names(form.cc),
        printer=base.printer,
        print_date=form.issue_date if base.printer else base.print_date,
        reply_to=base.reply_to,
    )


def form_of(document: Document) -> Form:
    """The form of a document."""
    number = document.number
    return Form(
        kind=document.kind,
        direction=document.direction,
        mark=number.mark if number else "",
        year=number.year if number else 0,
        serial=number.serial if number else 0,
        title=document.title,
        main="、".join(document.main_recipients),
        body=text_of_blocks(document.body),
        cc="、".join(document.cc),
        note=document.note or "",
        contact=document.contact or "",
        approvers="、".join(document.approvers),
        urgency=document.urgency,
        sensitivity=document.sensitivity,
        issue_date=document.issue_date,
    )


class ComposePresenter(QObject):
    """One draft being written."""

    changed = pyqtSignal(object)
    form_replaced = pyqtSignal(object)
    failed = pyqtSignal(object)
    told = pyqtSignal(str)
    sent = pyqtSignal()

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__()
        self.workspace = workspace
        self.tasks = tasks
        self.drafting = Drafting(workspace)
        self.sealing = Sealing(workspace)
        self.outgoing = Outgoing(workspace)
        self.state = ComposeState()
        self.base = self.drafting.new()
        self.form = form_of(self.base)
        self.draft: str | None = None
        self._generation = 0
        self._preview_timer = QTimer(self)
        self._preview_timer.setSingleShot(True)
        self._preview_timer.setInterval(PREVIEW_DELAY_MS)
        self._preview_timer.timeout.connect(self.render)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(AUTOSAVE_DELAY_MS)
        self._save_timer.timeout.connect(self.save)

    @property
    def document(self) -> Document:
        """The document as it stands in the form."""
        return document_of(self.form, self.base)

    def start(self, document: Document | None = None, draft: str | None = None) -> None:
        """Begin with a document, or with an empty one; ``draft`` is the one it was loaded from."""
        self.base = document or self.drafting.new()
        self.form = form_of(self.base)
        self.draft = draft
        self.state = ComposeState()
        self.form_replaced.emit(self.form)
        self.render()

    def load(self, draft: str) -> None:
        """Continue a draft."""
        loaded = self.drafting.load(draft)
        self.start(loaded.document, draft)
        self._show(replace(self.state, files=loaded.row.files))

    def edit(self, form: Form) -> None:
        """The person typed; page and findings follow after a short pause."""
        if form == self.form:
            return
        self.form = form
        self._show(replace(self.state, preview_stale=True, saved=""))
        self._preview_timer.start()
        self._save_timer.start()

    def take_in(self, path: Path) -> None:
        """Start from a text, DOCX or JSON file."""
        self.tasks.run(
            "compute",
            tr("读取 {name}", name=path.name),
            lambda: self.drafting.take_in(path.read_bytes(), path.name),
            done=lambda intake: self.start(intake.document),
            failed=self.failed.emit,
        )

    def attach(self, path: Path) -> None:
        """Take in a file that travels beside the document."""
        draft = self._ensure_saved()
        if draft is None:
            return
        try:
            self.drafting.attach(draft, path)
        except YidaoError as error:
            self.failed.emit(error)
            return
        self._show(replace(self.state, files=self.drafting.load(draft).row.files))

    def detach(self, name: str) -> None:
        """Leave a file out again."""
        if self.draft is not None:
            self.drafting.detach(self.draft, name)
            self._show(replace(self.state, files=self.drafting.load(self.draft).row.files))

    def render(self) -> None:
        """Typeset and check what stands in the form; the latest wish wins."""
        self._generation += 1
        wanted, document = self._generation, self.document

        def job() -> tuple[tuple[FindingRow, ...], Preview | None, str]:
            findings = self.drafting.check(document)
            try:
                return findings, self.drafting.preview(document), ""
            except YidaoError as error:
                return findings, None, error.text()

        def done(result: tuple[tuple[FindingRow, ...], Preview | None, str]) -> None:
            if wanted != self._generation:
                return
            findings, preview, trouble = result
            self._show(
                replace(
                    self.state,
                    findings=findings,
                    preview=preview or self.state.preview,
                    preview_stale=preview is None,
                    trouble=trouble,
                )
            )

        self.tasks.run("compute", tr("排版"), job, done=done, failed=self.failed.emit)

    def save(self) -> None:
        """Keep the draft in the vault."""
        self._save_timer.stop()
        try:
            row = self.drafting.save(self.document, draft=self.draft)
        except YidaoError as error:
            self.failed.emit(error)
            return
        self.draft = row.id
        self._show(replace(self.state, saved=tr("草稿已保存")))

    def seal_and_send(self, pin: Secret) -> None:
        """Seal the draft with the UKEY and send it."""
        draft = self._ensure_saved()
        if draft is None:
            pin.wipe()
            return
        self._show(replace(self.state, busy=tr("正在签章并发送……")))

        def job() -> ActResult:
            try:
                self.workspace.present_pin(pin)
            finally:
                pin.wipe()
            return self.outgoing.send(self.sealing.seal(draft).dispatch)

        def done(result: ActResult) -> None:
            self._show(replace(self.state, busy=""))
            if result.outcome == "done":
                self.told.emit(tr("《{title}》已签章并发送，节点已有回执。", title=result.title))
            elif result.outcome == "queued":
                self.told.emit(
                    tr("《{title}》已签章，在发件箱，连接恢复后自动发送。", title=result.title)
                )
            else:
                self.told.emit(result.message)
            self.sent.emit()

        def failed(error: YidaoError) -> None:
            self._show(replace(self.state, busy=""))
            self.failed.emit(error)

        self.tasks.run("token", tr("签章并发送"), job, done=done, failed=failed)

    def _ensure_saved(self) -> str | None:
        if self.draft is None or self._save_timer.isActive():
            self.save()
        return self.draft

    def _show(self, state: ComposeState) -> None:
        self.state = state
        self.changed.emit(state)
