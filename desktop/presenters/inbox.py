"""收文: what came in, whether it is genuine, and 签收 or 退回."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from desktop.errors import WrongState
from desktop.files import write_new
from desktop.presenters.lists import ListPresenter
from desktop.presenters.states import Action, DetailState, StripState, Tone, when
from desktop.presenters.tasks import Tasks
from desktop.presenters.verdict import card_of
from desktop.services.bodies import Bodies
from desktop.services.filing import Filing
from desktop.services.incoming import Incoming
from desktop.services.keeping import file_name
from desktop.services.layout import layout_check
from desktop.services.outside import Outside
from desktop.services.rows import (
    ActResult,
    FiledRow,
    IncomingDetail,
    IncomingRow,
    IncomingState,
    LayoutCheck,
    ReturnReason,
    SyncReport,
)
from desktop.services.session import Workspace
from desktop.services.verdicts import as_sealed, save_report
from desktop.services.words import INCOMING, KINDS, SENSITIVITY, URGENCY, label
from formats.i18n import mark, tr
from formats.ids import sha256
from formats.protocol.errors import ExchangeFailed
from signing.tokens.base import Secret

TODO: tuple[IncomingState, ...] = ("arriving", "pending", "suspect", "unreadable", "signing")
"""What the receiving office still has to act on."""

KEPT_CHECKS = 200
"""Pages measured that are remembered while the window is open."""

COUNTERSIGN = Action("countersign", mark("在预留处盖章……"))
"""Offered where the sender kept a place open for this body (联合盖章, 会签)."""

STATE_TONES: dict[str, Tone] = {
    "arriving": "quiet",
    "unreadable": "bad",
    "pending": "accent",
    "suspect": "bad",
    "signing": "warn",
    "signed": "ok",
    "returning": "warn",
    "returned": "quiet",
    "recalled": "quiet",
    "filed": "info",
}


class InboxPresenter(ListPresenter):
    """The received documents; ``todo_only`` leaves out what is done."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__(workspace, tasks)
        self.incoming = Incoming(workspace)
        self.filing = Filing(workspace)
        self.bodies = Bodies(workspace)
        self.outside = Outside(workspace)
        self.todo_only = False
        self._acted: set[str] = set()
        """What was acted on since the list was opened; it stays in sight, so 归档 is at hand."""
        self._measured: dict[str, LayoutCheck] = {}

    def open_list(self, *, todo_only: bool) -> None:
        """Show what waits, or everything."""
        self.todo_only = todo_only
        self._acted.clear()
        self.refresh()

    def load_rows(self) -> tuple[IncomingRow, ...]:
        rows = self.incoming.list()
        if not self.todo_only:
            return rows
        return tuple(row for row in rows if row.state in TODO or row.id in self._acted)

    def key(self, row: IncomingRow) -> str:
        return row.id

    def empty_words(self) -> str:
        if self.todo_only:
            return tr("没有待签收的公文。按 F5 立即同步。")
        return tr("还没有收到公文。按 F5 立即同步。")

    def load_detail(self, row: IncomingRow) -> DetailState:
        detail = self.incoming.get(row.id)
        shown = self.state.detail
        known = shown.layout if shown is not None and shown.key == row.id else None
        pdf, judged = self._pdf(row.id), detail.judged
        card = card_of(judged, len(pdf) if pdf is not None else None) if judged else None
        original = self.original == row.id and card is not None and card.added
        if original and pdf is not None and judged is not None:
            pdf = as_sealed(pdf, judged)
        trouble = detail.row.error if judged is None else ""
        place = pdf is not None and judged is not None and self.outside.may_seal(pdf, judged)
        return DetailState(
            layout=known,
            key=row.id,
            title=detail.row.title,
            facts=facts(detail.row),
            strip=StripState("bad", trouble) if trouble else None,
            card=card,
            original=original,
            pdf=pdf,
            page_text=detail.row.error or tr("内容还没有下载完，同步后即可阅读。"),
            files=detail.row.files,
            events=detail.events,
            actions=(
                *((replace(COUNTERSIGN, words=tr(COUNTERSIGN.words)),) if place else ()),
                *actions(detail),
            ),
        )

    def newer_detail(self, row: IncomingRow) -> DetailState | None:
        """The document with its page measured; 签收 does not wait for it."""
        detail, pdf = self.load_detail(row), self._pdf(row.id)
        if pdf is None:
            return None
        digest = sha256(pdf)
        if digest not in self._measured:
            if len(self._measured) >= KEPT_CHECKS:
                self._measured.clear()
            self._measured[digest] = layout_check(pdf)
        return self.compared(replace(detail, layout=self._measured[digest]), pdf)

    def _pdf(self, consignment: str) -> bytes | None:
        try:
            return self.incoming.read_pdf(consignment)
        except WrongState:  # not downloaded yet, or it could not be opened
            return None

    def sync(self) -> None:
        """Bring the mailbox up to date."""

        def told(report: SyncReport) -> str:
            if report.failed:
                return tr(
                    "同步完成：新到 {new} 件，{bad} 件没有取到。",
                    new=len(report.arrived),
                    bad=len(report.failed),
                )
            return tr("同步完成：新到 {new} 件。", new=len(report.arrived))

        self.act(tr("正在同步……"), self.incoming.sync, told)

    def sign_for(self, consignments: Sequence[str], pin: Secret) -> None:
        """签收 these, one PIN for all."""
        self._acted.update(consignments)
        self.act(
            tr("正在签收……"), lambda: self.incoming.sign_for(consignments), results_words, pin=pin
        )

    def return_document(
        self, consignment: str, reason: ReturnReason, note: str, pin: Secret
    ) -> None:
        """退回 one, with its reason."""
        self._acted.add(consignment)
        self.act(
            tr("正在退回……"),
            lambda: (self.incoming.return_document(consignment, reason=reason, note=note),),
            results_words,
            pin=pin,
        )

    def verify(self, consignment: str) -> None:
        """Judge one anew, with the directory and the revocation lists fetched just now."""

        def job() -> IncomingDetail:
            with suppress(ExchangeFailed):  # then by what is known here
                self.bodies.sync()
            return self.incoming.verify(consignment)

        def told(detail: IncomingDetail) -> str:
            return detail.judged.sentence if detail.judged is not None else detail.row.error

        self.act(tr("正在重新验证……"), job, told)

    def countersign(self, consignment: str, folder: Path, pin: Secret) -> None:
        """Set the own seal in the place kept open for it; the sealed file goes into a folder."""

        def job() -> Path:
            title = self.incoming.get(consignment).row.title
            sealed = self.outside.countersigned(self.incoming.read_pdf(consignment))
            target = folder / file_name(title, tr("（已会签）.pdf"))
            write_new(target, sealed)
            return target

        self.act(
            tr("正在盖章……"), job, lambda path: tr("已盖章，存为 {name}。", name=path), pin=pin
        )

    def write_report(self, key: str, folder: Path) -> tuple[Path, ...]:
        detail = self.incoming.get(key)
        if detail.judged is None:
            raise WrongState(
                detail.row.state,
                title=detail.row.title,
                state=label(INCOMING, detail.row.state),
                act=tr("保存验证报告"),
            )
        return save_report(detail.judged, folder, detail.row.title)

    def file(self, consignment: str) -> None:
        """归档 one that was signed for."""
        self.act(
            tr("正在归档……"),
            lambda: self.filing.file_incoming(consignment),
            filed_words,
        )

    def save(self, consignment: str, folder: Path) -> None:
        """Write the sealed PDF and what came with it into a folder."""
        self.act(
            tr("正在另存……"),
            lambda: self.incoming.save(consignment, folder),
            lambda paths: tr("已存 {count} 个文件到 {folder}。", count=len(paths), folder=folder),
        )


def state_words(row: IncomingRow) -> tuple[str, Tone]:
    """The pill of a row: what is not settled is told from what is not to be relied upon."""
    if row.state == "suspect" and row.verdict == "amber":
        return tr("暂不能确认"), "warn"
    return label(INCOMING, row.state), STATE_TONES[row.state]


def filed_words(filed: FiledRow) -> str:
    """What is said after 归档."""
    return tr("《{title}》已归档，档号 {code}。", title=filed.title, code=filed.archive_code)


def facts(row: IncomingRow) -> tuple[tuple[str, str], ...]:
    """What stands above the page."""
    pairs = (
        (tr("发文单位"), row.sender_name),
        (tr("发文字号"), row.number),
        (tr("文种"), label(KINDS, row.kind)),
        (tr("紧急程度"), label(URGENCY, row.urgency)),
        (tr("公开属性"), label(SENSITIVITY, row.sensitivity)),
        (tr("收到时间"), when(row.received)),
    )
    return tuple((name, value) for name, value in pairs if value)


def actions(detail: IncomingDetail) -> tuple[Action, ...]:
    """What can be done with a received document in its state."""
    state = detail.row.state
    if state == "pending":
        return (
            Action("save", tr("另存……")),
            Action("return", tr("退回……")),
            Action("sign-for", tr("签收"), primary=True),
        )
    if state == "suspect" and detail.row.verdict == "amber":
        why = tr("暂不能确认，不能签收。请重新验证，或核实后退回。")
        return (
            Action("sign-for", tr("签收"), enabled=False, why=why),
            Action("return", tr("退回……")),
            Action("verify", tr("重新验证"), primary=True),
        )
    if state in ("suspect", "unreadable"):
        return (
            Action(
                "sign-for", tr("签收"), enabled=False, why=tr("验证没有通过，不能签收，只能退回。")
            ),
            Action("return", tr("退回……"), primary=True),
        )
    if state == "signed":
        return (Action("save", tr("另存……")), Action("file", tr("归档"), primary=True))
    return (Action("save", tr("另存……")),) if state in ("signing", "filed") else ()


def results_words(results: tuple[ActResult, ...]) -> str:
    """What a batch came to, in one sentence."""
    done = [r for r in results if r.outcome == "done"]
    queued = [r for r in results if r.outcome == "queued"]
    refused = [r for r in results if r.outcome == "refused"]
    if len(results) == 1 and done:
        return tr("《{title}》已办理，节点已有回执。", title=results[0].title)
    parts = []
    if done:
        parts.append(tr("{count} 件已办理", count=len(done)))
    if queued:
        parts.append(tr("{count} 件已登记，连接恢复后自动上报", count=len(queued)))
    if refused:
        parts.append(tr("{count} 件未办理：{why}", count=len(refused), why=refused[0].message))
    return tr("；").join(parts) + tr("。")
