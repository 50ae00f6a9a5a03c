"""起草: the form and the page side by side; what breaks a rule is said while typing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from desktop.files import read_file
from desktop.presenters.form import Form, adopted, document_of, filled, form_of
from desktop.presenters.tasks import Tasks
from desktop.services.bodies import Bodies
from desktop.services.drafting import Drafting, picture_of
from desktop.services.layout import layout_check
from desktop.services.outgoing import Outgoing
from desktop.services.proofing import Proof, mended, proof
from desktop.services.reviewing import taken_rows
from desktop.services.rows import (
    ActResult,
    BoundRow,
    FileRow,
    FindingRow,
    LayoutCheck,
    LayoutRow,
    Preview,
    TakenRow,
)
from desktop.services.sealing import Sealing
from desktop.services.session import Workspace
from desktop.services.words import STRENGTHS, label
from formats.document.intake import Intake
from formats.document.model import Document
from formats.errors import YidaoError
from formats.i18n import tr
from formats.limits import MAX_IMAGE_BYTES, MAX_SOURCE_BYTES
from signing.tokens.base import Secret

LAYOUT_DELAY_MS = 1500
"""The page is measured in a process of its own; only what stands still is worth it."""

PREVIEW_DELAY_MS = 200
"""Long enough not to typeset between two keys, short enough to feel immediate."""

AUTOSAVE_DELAY_MS = 2000
"""A pause in typing; what is lost at worst is the sentence under the fingers."""

Rendered = tuple[tuple[FindingRow, ...], Proof, Preview | None, str]
"""Findings of the rules and of the text, the page, and why there is none."""


@dataclass(frozen=True, slots=True)
class ComposeState:
    """What the editor shows besides the form."""

    findings: tuple[FindingRow, ...] = ()
    proof: Proof = field(default_factory=Proof)
    """Habits of the text that the standards do not have."""
    layout: LayoutCheck | None = None
    """The page shown under the ruler of GB/T 9704; None until it was measured."""
    preview: Preview | None = None
    preview_stale: bool = False
    trouble: str = ""
    """Why there is no new page, in Chinese; the last good page stays."""
    saved: str = ""
    """That the draft is kept, or why it could not be kept."""
    files: tuple[FileRow, ...] = ()
    """What travels beside the document."""
    bound_in: tuple[BoundRow, ...] = ()
    """The attachments that follow the text, or are bound apart from it."""
    taken: tuple[TakenRow, ...] = ()
    """Lines of a draft that was taken in, to be looked through."""
    busy: str = ""

    @property
    def shown(self) -> tuple[FindingRow, ...]:
        """All that is said of the document: rules first, then the page, then its measures."""
        page = self.preview.warnings if self.preview is not None else ()
        warnings = tuple(FindingRow(tr("版面"), "warn", "", words, "body") for words in page)
        rows = self.layout.rows if self.layout is not None else ()
        return (*self.findings, *warnings, *self.proof.rows, *map(_measured, rows))

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids sealing."""
        return any(finding.severity == "block" for finding in self.findings)


class ComposePresenter(QObject):
    """One draft being written."""

    changed = pyqtSignal(object)
    form_replaced = pyqtSignal(object)
    failed = pyqtSignal(object)
    told = pyqtSignal(str)
    sent = pyqtSignal()
    drafts_changed = pyqtSignal()
    form_mended = pyqtSignal(object)
    """The form with some of its words mended."""
    pictured = pyqtSignal(object)
    """A picture was read and may be put below the text."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__()
        self.workspace = workspace
        self.tasks = tasks
        self.drafting = Drafting(workspace)
        self.sealing = Sealing(workspace)
        self.bodies = Bodies(workspace)
        self.outgoing = Outgoing(workspace)
        self.state = ComposeState()
        self.base = self.drafting.new()
        self.form = form_of(self.base)
        self.draft: str | None = None
        self.dirty = False
        """Whether something was typed that is not kept yet."""
        self._notes: tuple[FindingRow, ...] = ()
        """What intake asks a person to look at, until another document is begun."""
        self._generation = 0
        self._preview_timer = self._timer(PREVIEW_DELAY_MS, self.render)
        self._layout_timer = self._timer(LAYOUT_DELAY_MS, self.measure)
        self._save_timer = self._timer(AUTOSAVE_DELAY_MS, self.autosave)

    def _timer(self, milliseconds: int, then: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)
        return timer

    @property
    def document(self) -> Document:
        """The document as it stands in the form."""
        return document_of(self.form, self.base)

    def start(self, document: Document | None = None, draft: str | None = None) -> bool:
        """Begin with a document, or with an empty one; ``draft`` is the one it was loaded from.

        What was being written is kept first. Where that fails it stays on the screen, the reason
        is told, and the answer is no.
        """
        if not self._may_leave():
            return False
        self._begin(document, draft)
        return True

    def _begin(
        self,
        document: Document | None = None,
        draft: str | None = None,
        files: tuple[FileRow, ...] = (),
    ) -> None:
        self.base = document or self.drafting.new()
        self.form = form_of(self.base)
        self.draft = draft
        self._notes = ()
        self._forget()
        self.state = ComposeState(files=files, bound_in=_bound(self.base))
        self.form_replaced.emit(self.form)
        self.render()

    def load(self, draft: str) -> bool:
        """Continue a draft; as `start`. Raises `NotFound`."""
        if not self._may_leave():
            return False
        loaded = self.drafting.load(draft)
        self._begin(loaded.document, draft, loaded.row.files)
        return True

    def edit(self, form: Form) -> None:
        """The person typed; page and findings follow after a short pause."""
        if form == self.form or self.state.busy:
            return
        self.form = form
        self.dirty = True
        self._show(replace(self.state, preview_stale=True, saved=""))
        self._preview_timer.start()
        self._save_timer.start()

    def take_in(self, path: Path) -> None:
        """Start from a text, DOCX or JSON file."""

        def done(intake: Intake) -> None:
            document = adopted(intake.document, self.drafting.new())
            if not self.start(document):
                return
            self.dirty = True  # it is nowhere but on the screen yet
            self._save_timer.start()
            self._notes = tuple(
                FindingRow(tr("导入"), "warn", "", note.message, note.field)
                for note in intake.notes
                if not filled(intake.document, document, note.field)
            )
            self._show(replace(self.state, taken=taken_rows(intake.elements)))
            self.render()
            self.told.emit(tr("已导入 {name}。", name=path.name))

        self.tasks.run(
            "compute",
            tr("读取 {name}", name=path.name),
            lambda: self.drafting.take_in(read_file(path, limit=MAX_SOURCE_BYTES), path.name),
            done=done,
            failed=self.failed.emit,
        )

    def attach(self, path: Path) -> None:
        """Take in a file that travels beside the document."""
        draft = self._ensure_saved()
        if draft is None:
            return

        def job() -> tuple[FileRow, ...]:
            self.drafting.attach(draft, path)
            return self.drafting.load(draft).row.files

        def done(files: tuple[FileRow, ...]) -> None:
            if draft == self.draft:
                self._show(replace(self.state, files=files))

        self.tasks.run(
            "compute", tr("添加 {name}", name=path.name), job, done=done, failed=self.failed.emit
        )

    def add_picture(self, path: Path) -> None:
        """Read a picture that is set into the text; its file name describes it at first."""
        self.tasks.run(
            "compute",
            tr("读取 {name}", name=path.name),
            lambda: picture_of(read_file(path, limit=MAX_IMAGE_BYTES), path.stem),
            done=self.pictured.emit,
            failed=self.failed.emit,
        )

    def mend(self, number: int | None = None) -> None:
        """Mend finding ``number`` of the text, or all that can be; the rest of the form stays."""
        findings = self.state.proof.findings
        try:
            document = mended(self.document, None if number is None else findings[number])
        except YidaoError as error:  # the text went on meanwhile; it is read anew anyway
            self.told.emit(error.text())
            return
        self.base = document
        self.edit(form_of(document))
        self.form_mended.emit(self.form)
        self.render()

    def reviewed(self) -> None:
        """The review list of the import is done with."""
        self._show(replace(self.state, taken=()))

    def part(self, number: int, *, apart: bool) -> None:
        """Bind attachment ``number``, from 0, apart from the document, or with it again."""
        attachments = list(self.base.attachments)
        attachments[number] = msgspec.structs.replace(attachments[number], separate=apart)
        self.base = msgspec.structs.replace(self.base, attachments=tuple(attachments))
        self.dirty = True
        self._save_timer.start()
        self._show(replace(self.state, bound_in=_bound(self.base), preview_stale=True, saved=""))
        self.render()

    def detach(self, name: str) -> None:
        """Leave a file out again."""
        if self.draft is None:
            return
        try:
            self.drafting.detach(self.draft, name)
            files = self.drafting.load(self.draft).row.files
        except YidaoError as error:
            self.failed.emit(error)
            return
        self._show(replace(self.state, files=files))

    def render(self) -> None:
        """Typeset and check what stands in the form; the latest wish wins."""
        self._preview_timer.stop()
        self._generation += 1
        wanted, document, notes = self._generation, self.document, self._notes

        def job() -> Rendered | None:
            if wanted != self._generation:  # overtaken while it waited for its turn
                return None
            findings: tuple[FindingRow, ...] = ()
            read = Proof()
            try:
                findings = (*self.drafting.check(document), *notes)
                read = proof(document)
                return findings, read, self.drafting.preview(document), ""
            except YidaoError as error:
                return findings, read, None, error.text()

        def done(result: Rendered | None) -> None:
            if result is None or wanted != self._generation:
                return
            findings, read, preview, trouble = result
            self._show(
                replace(
                    self.state,
                    findings=findings,
                    proof=read,
                    preview=preview or self.state.preview,
                    layout=None if preview is not None else self.state.layout,
                    preview_stale=preview is None or self._preview_timer.isActive(),
                    trouble=trouble,
                )
            )
            if preview is not None:
                self._layout_timer.start()

        def failed(error: YidaoError) -> None:
            # It would come back with every key; so it stands beside the form, and not before it.
            self._show(replace(self.state, trouble=error.text()))

        self.tasks.run("compute", tr("排版"), job, done=done, failed=failed)

    def measure(self) -> None:
        """Lay the page that is shown under the ruler, beside all other work."""
        wanted, preview = self._generation, self.state.preview
        if preview is None or not preview.pdf:
            return

        def done(found: LayoutCheck) -> None:
            if wanted == self._generation:
                self._show(replace(self.state, layout=found))

        self.tasks.run(
            "network",  # it waits for another process, as others wait for a node
            tr("检查版式"),
            layout_check,
            preview.pdf,
            done=done,
            failed=lambda _error: None,  # a page that cannot be measured is told by the check
        )

    def save(self) -> bool:
        """Keep the draft in the vault; trouble is shown."""
        error = self._save()
        if error is not None:
            self.failed.emit(error)
        return error is None

    def autosave(self) -> None:
        """As `save`, but quietly: trouble stands beside the form and does not interrupt."""
        error = self._save()
        if error is not None:
            self._show(replace(self.state, saved=tr("草稿没有保存：{why}", why=error.text())))

    def keep(self) -> bool:
        """Keep what was typed, if anything was. Whether it may be left now."""
        return self.save() if self.dirty else True

    def _may_leave(self) -> bool:
        if self.state.busy:  # what is being sealed stands in the form until it is done
            self.told.emit(self.state.busy)
            return False
        return self.keep()

    def _save(self) -> YidaoError | None:
        self._save_timer.stop()
        try:
            row = self.drafting.save(self.document, draft=self.draft)
        except YidaoError as error:
            return error
        self.draft = row.id
        self.dirty = False
        self._show(replace(self.state, saved=tr("草稿已保存")))
        self.drafts_changed.emit()
        return None

    def addressees(self) -> tuple[str, ...]:
        """The bodies it would be sent to, by name; a class name is spelt out."""
        first, second = self.bodies.recipients(self.document)
        return tuple(row.name for row in (*first.bodies, *second.bodies))

    def seal_and_send(self, pin: Secret, *, riding: bool = False) -> None:
        """Seal the draft with the UKEY and send it; the form waits meanwhile.

        ``riding``: over the edges of all pages too (骑缝章).
        """
        draft = self._ensure_saved()
        if draft is None:
            pin.wipe()
            return
        self._show(replace(self.state, busy=tr("正在签章并发送……")))

        def job() -> tuple[ActResult | None, YidaoError | None]:
            try:
                self.workspace.present_pin(pin)
            finally:
                pin.wipe()
            dispatch = self.sealing.seal(draft, riding=riding).dispatch
            try:
                return self.outgoing.send(dispatch), None
            except YidaoError as error:  # sealed, so it is no draft any more
                return None, error

        self.tasks.run("token", tr("签章并发送"), job, done=self._sent, failed=self._not_sealed)

    def _sent(self, outcome: tuple[ActResult | None, YidaoError | None]) -> None:
        result, error = outcome
        self._forget()
        self.draft = None
        self._show(ComposeState())
        self.drafts_changed.emit()
        self.sent.emit()
        if result is not None:
            self.told.emit(sent_words(result))
        if error is not None:
            self.failed.emit(error)

    def _not_sealed(self, error: YidaoError) -> None:
        self._show(replace(self.state, busy=""))
        self.failed.emit(error)

    def _ensure_saved(self) -> str | None:
        if (self.draft is None or self.dirty) and not self.save():
            return None
        return self.draft

    def stop(self) -> None:
        """Nothing is rendered or kept by itself any more."""
        self._preview_timer.stop()
        self._layout_timer.stop()
        self._save_timer.stop()

    def _forget(self) -> None:
        self.dirty = False
        self._save_timer.stop()

    def _show(self, state: ComposeState) -> None:
        self.state = state
        self.changed.emit(state)


def _bound(document: Document) -> tuple[BoundRow, ...]:
    return tuple(BoundRow(one.title, one.separate) for one in document.attachments)


def _measured(row: LayoutRow) -> FindingRow:
    """A measure of the page among the other findings; it never blocks."""
    clause = tr(
        "GB/T 9704 {clause}（{strength}）",
        clause=row.clause,
        strength=label(STRENGTHS, row.strength),
    )
    return FindingRow(row.code, "warn", clause, f"{row.where} {row.message}", "")


def sent_words(result: ActResult) -> str:
    """What is said after 签章并发送."""
    if result.outcome == "done":
        return tr("《{title}》已签章并发送，节点已有回执。", title=result.title)
    if result.outcome == "queued":
        return tr("《{title}》已签章，在发件箱，连接恢复后自动发送。", title=result.title)
    return result.message
