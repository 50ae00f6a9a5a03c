"""草稿: what is being written."""

from desktop.presenters.lists import ListPresenter
from desktop.presenters.states import Action, DetailState, when
from desktop.presenters.tasks import Tasks
from desktop.services.drafting import Drafting
from desktop.services.rows import DraftRow
from desktop.services.session import Workspace
from desktop.services.words import KINDS, label
from formats.i18n import tr


class DraftsPresenter(ListPresenter):
    """The drafts in the vault."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__(workspace, tasks)
        self.drafting = Drafting(workspace)

    def load_rows(self) -> tuple[DraftRow, ...]:
        return self.drafting.list()

    def key(self, row: DraftRow) -> str:
        return row.id

    def empty_words(self) -> str:
        return tr("没有草稿。按 Ctrl+N 起草一份公文。")

    def load_detail(self, row: DraftRow) -> DetailState:
        draft = self.drafting.load(row.id)
        pairs = (
            (tr("文种"), label(KINDS, row.kind)),
            (tr("发文字号"), row.number),
            (tr("最后修改"), when(row.updated)),
        )
        return DetailState(
            key=row.id,
            title=row.title or tr("（未写标题）"),
            facts=tuple((name, value) for name, value in pairs if value),
            pdf=self.drafting.preview(draft.document).pdf,
            files=row.files,
            actions=(Action("delete", tr("删除")), Action("edit", tr("继续编辑"), primary=True)),
        )

    def delete(self, draft: str) -> None:
        """Put one into the bin."""
        self.act(
            tr("正在删除……"),
            lambda: self.drafting.delete(draft),
            lambda _nothing: tr("草稿已移到回收站，三十天内可以恢复。"),
        )
