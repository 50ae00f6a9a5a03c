"""档案: any two characters find every document that holds them."""

from pathlib import Path

from PyQt6.QtCore import pyqtSignal

from desktop.presenters.inbox import KEPT_CHECKS
from desktop.presenters.lists import ListPresenter, Loaded
from desktop.presenters.states import Action, DetailState, when
from desktop.presenters.tasks import TaskHandle, Tasks
from desktop.presenters.verdict import card_of
from desktop.progress import Cancelled, Progress
from desktop.services.filing import Filing
from desktop.services.restamping import Restamping, RestampReport
from desktop.services.rows import FiledRow
from desktop.services.session import Workspace
from desktop.services.verdicts import Verdicts, as_sealed, save_report
from formats.errors import YidaoError
from formats.i18n import tr
from formats.ids import sha256
from signing.verdict.report import Verdict


class ArchivePresenter(ListPresenter):
    """The filed documents that answer a query."""

    restamping = pyqtSignal(str)
    """How far the renewal has come, in words; empty when none runs."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__(workspace, tasks)
        self.filing = Filing(workspace)
        self.verdicts = Verdicts(workspace)
        self.query = ""
        self._judged: dict[str, Verdict] = {}
        self._restamping: TaskHandle | None = None

    def load_list(self) -> Loaded:
        query = self.query
        page = self.filing.search(query)
        if not query:
            words = tr("档案中还没有公文。在“收文”中签收后点“归档”。")
            return Loaded(page.hits, tr("共 {count} 件", count=page.count), words)
        words = page.problem or tr(
            "没有含有“{query}”的公文。换一个词，或清空检索框看全部。", query=query
        )
        told = tr("找到 {count} 件，用时 {ms} 毫秒", count=page.count, ms=f"{page.took_ms:.1f}")
        return Loaded(page.hits, told, words)

    def key(self, row: FiledRow) -> str:
        return row.id

    def search(self, query: str) -> None:
        """Search anew."""
        self.query = query.strip()
        self.refresh()

    def export(self, item: str, folder: Path) -> None:
        """Write the files of one into a folder."""
        self.act(
            tr("正在导出……"),
            lambda: self.filing.export(item, folder),
            lambda paths: tr("已导出 {count} 个文件到 {folder}。", count=len(paths), folder=folder),
        )

    def load_detail(self, row: FiledRow) -> DetailState:
        item, pdf = self.filing.item(row.id), self.filing.read(row.id)
        judged = self._judged.get(sha256(pdf))
        original = self.original == row.id and judged is not None
        return DetailState(
            card=card_of(judged) if judged is not None else None,
            original=original,
            key=row.id,
            title=item.row.title,
            facts=facts(item.row),
            details=item.facts,
            files_words=tr("文件"),
            pdf=as_sealed(pdf, judged) if original and judged is not None else pdf,
            files=tuple(file for _role, file in item.files),
            actions=(Action("export", tr("导出……"), primary=True),),
        )

    def newer_detail(self, row: FiledRow) -> DetailState:
        """The document judged now, by today's directory: what it is worth after these years."""
        pdf = self.filing.read(row.id)
        digest = sha256(pdf)
        if digest not in self._judged:
            if len(self._judged) >= KEPT_CHECKS:
                self._judged.clear()
            self._judged[digest] = self.verdicts.judge(pdf)
        return self.compared(self.load_detail(row), pdf)

    def restamp(self) -> None:
        """Renew the archive time-stamps that end soon; asked again while it runs, it stops."""
        if self._restamping is not None:
            self._restamping.cancel()
            return

        def job(progress: Progress, cancelled: Cancelled) -> RestampReport:
            with Restamping.of(self.workspace) as run:
                return run.run(progress=progress, cancelled=cancelled)

        def done(report: RestampReport) -> None:
            self._restamped()
            self.told.emit(restamped_words(report))
            self._judged.clear()
            self.refresh()

        def failed(error: YidaoError) -> None:
            self._restamped()
            self.failed.emit(error)

        self.restamping.emit(tr("正在续签……"))
        # Time-stamps are asked of the nodes; the UKEY has no part in it.
        self._restamping = self.tasks.run(
            "network",
            tr("续签存档时间戳"),
            job,
            done=done,
            failed=failed,
            progress=lambda _step, part: self.restamping.emit(
                tr("正在续签……{percent}%", percent=int(100 * (part or 0)))
            ),
        )

    def _restamped(self) -> None:
        self._restamping = None
        self.restamping.emit("")

    def write_report(self, key: str, folder: Path) -> tuple[Path, ...]:
        verdict = self.verdicts.judge(self.filing.read(key))
        return save_report(verdict, folder, self.filing.item(key).row.title)


def restamped_words(report: RestampReport) -> str:
    """What a renewal came to, and the first that failed with its cause."""
    told = tr(
        "查看 {count} 件，续签 {done} 件，未能续签 {failed} 件",
        count=report.items,
        done=report.restamped,
        failed=report.failed,
    )
    first = next((row for row in report.rows if row.state == "failed"), None)
    if first is not None:
        why = tr("《{title}》：{why}", title=first.title, why=first.message)
        return tr("{told}。{why}", told=told, why=why)
    return told + tr("。")


def facts(row: FiledRow) -> tuple[tuple[str, str], ...]:
    """What stands above the page; the rest is in its own tab."""
    pairs = (
        (tr("档号"), row.archive_code),
        (tr("发文字号"), row.number),
        (tr("发文机关"), row.issuer),
        (tr("成文日期"), row.issue_date.isoformat() if row.issue_date else ""),
        (tr("保管期限"), row.retention),
        (tr("归档时间"), when(row.filed)),
    )
    return tuple((name, value) for name, value in pairs if value)


def snippet(row: FiledRow) -> str:
    """Where the query was found, or the number and issuer where nothing was asked."""
    return row.snippet or " · ".join(filter(None, (row.number, row.issuer)))
