"""档案: any two characters find every document that holds them."""

from dataclasses import replace
from pathlib import Path

from desktop.presenters.lists import ListPresenter
from desktop.presenters.states import Action, DetailState
from desktop.presenters.tasks import Tasks
from desktop.services.filing import Filing
from desktop.services.rows import FiledRow
from desktop.services.session import Workspace
from formats.i18n import tr


class ArchivePresenter(ListPresenter):
    """The filed documents that answer a query."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__(workspace, tasks)
        self.filing = Filing(workspace)
        self.query = ""
        self._found = ""

    def load_rows(self) -> tuple[FiledRow, ...]:
        page = self.filing.search(self.query)
        self._found = (
            tr("{count} 件，用时 {ms} 毫秒", count=page.count, ms=f"{page.took_ms:.1f}")
            if self.query
            else tr("共 {count} 件", count=page.count)
        )
        return page.hits

    def key(self, row: FiledRow) -> str:
        return row.id

    def empty_words(self) -> str:
        if self.query:
            return tr("没有含有“{query}”的公文。换一个词，或清空检索框看全部。", query=self.query)
        return tr("档案中还没有公文。在“收文”中签收后点“归档”。")

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
        item = self.filing.item(row.id)
        return DetailState(
            key=row.id,
            title=item.row.title,
            facts=item.facts,
            pdf=self.filing.read(row.id),
            files=tuple(file for _role, file in item.files),
            actions=(Action("export", tr("导出……")),),
        )

    def _rows_loaded(self, rows: tuple[FiledRow, ...]) -> None:
        super()._rows_loaded(rows)
        self.show_state(replace(self.state, summary=self._found))
