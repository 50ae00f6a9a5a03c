"""验证文件: a PDF or a package that came by another way, judged as if it had been received."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.presenters.lists import ListPresenter
from desktop.presenters.states import VERDICT_TONES, Action, DetailState, Tone
from desktop.presenters.tasks import Tasks
from desktop.presenters.verdict import WORDS, card_of
from desktop.services.outside import Outside, OutsideFile
from desktop.services.rows import VerdictStatus
from desktop.services.session import Workspace
from desktop.services.verdicts import as_sealed, save_report
from formats.errors import YidaoError
from formats.i18n import tr
from formats.limits import MAX_PACKAGE_BYTES
from signing.tokens.base import Secret

MOST = 50
"""Files that are kept open; their bytes are in memory while they are on the list."""

KEPT_BYTES = 2 * MAX_PACKAGE_BYTES
"""Beyond this the oldest files go from the list."""


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """One file on the list."""

    path: Path
    status: VerdictStatus | None
    error: str = ""
    """Why it could not even be read, in Chinese."""

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def number(self) -> str:
        """Where it lies."""
        return str(self.path.parent)


def standing(row: OutsideRow) -> tuple[str, Tone]:
    """The pill of a row: the state in words."""
    if row.status is None:
        return (tr("无法读取"), "bad") if row.error else (tr("正在验证……"), "quiet")
    return tr(WORDS[row.status]), VERDICT_TONES[row.status]


class OutsidePresenter(ListPresenter):
    """The files opened since the window was; nothing is kept of them."""

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__(workspace, tasks)
        self.outside = Outside(workspace)
        self._files: dict[Path, OutsideFile | str | None] = {}
        """``None`` while it is being judged; words where it could not be read."""

    def open_files(self, paths: Iterable[Path]) -> None:
        """Put these on the list at once, the newest first, and judge one after the other."""
        wanted = tuple(dict.fromkeys(paths))[:MOST]
        for path in wanted:
            self._files.pop(path, None)
            self._files[path] = None
        self.refresh()
        for path in wanted:
            self.tasks.run(
                "compute",
                tr("验证 {name}", name=path.name),
                self._judged,
                path,
                done=partial(self._one_done, path),
                failed=self._fail,
            )

    def load_rows(self) -> tuple[OutsideRow, ...]:
        return tuple(_row(path, found) for path, found in reversed(tuple(self._files.items())))

    def key(self, row: OutsideRow) -> str:
        return str(row.path)

    def empty_words(self) -> str:
        return tr("选择文件，或把 PDF 和公文包拖到这里：是谁盖的章、何时、有没有被改动，一看便知。")

    def load_detail(self, row: OutsideRow) -> DetailState:
        found = self._files.get(row.path)
        if found is None:
            return DetailState(key=self.key(row), title=row.title, page_text=tr("正在验证……"))
        if isinstance(found, str):
            return DetailState(key=self.key(row), title=row.title, page_text=found)
        pdf, verdict = found.pdf, found.verdict
        card = card_of(verdict, len(pdf) if pdf is not None else None)
        original = self.original == self.key(row) and card.added
        detail = DetailState(
            key=self.key(row),
            title=row.title,
            facts=((tr("所在文件夹"), row.number),),
            card=card,
            original=original,
            pdf=as_sealed(pdf, verdict) if original and pdf is not None else pdf,
            page_text=tr("这个文件不能显示。"),
            actions=(Action("countersign", tr("在预留处盖章……"), primary=True),)
            if found.place
            else (),
        )
        return self.compared(detail, pdf) if pdf is not None else detail

    def countersign(self, key: str, pin: Secret) -> None:
        """Set the own seal in its field, into a new file, which comes on the list judged."""

        def told(target: Path) -> str:
            self.open_files((target,))
            return tr("已盖章，存为 {name}。", name=target)

        self.act(tr("正在盖章……"), lambda: self.outside.countersign(Path(key)), told, pin=pin)

    def write_report(self, key: str, folder: Path) -> tuple[Path, ...]:
        found = self._files[Path(key)]
        if not isinstance(found, OutsideFile):
            return ()
        return save_report(found.verdict, folder, found.path.stem)

    def _judged(self, path: Path) -> OutsideFile | str:
        """The file, or in words why it could not be read; one bad file stops no other."""
        try:
            return self.outside.judge(path)
        except YidaoError as error:
            return error.text()

    def _one_done(self, path: Path, found: OutsideFile | str) -> None:
        if path in self._files:
            self._files[path] = found
        while len(self._files) > MOST or (self._bytes() > KEPT_BYTES and len(self._files) > 1):
            self._files.pop(next(iter(self._files)))
        self.refresh()
        if not isinstance(found, str):
            word = tr(WORDS[found.verdict.status])
            self.told.emit(tr("{name}：{word}。", name=path.name, word=word))

    def _bytes(self) -> int:
        return sum(len(f.pdf or b"") for f in self._files.values() if isinstance(f, OutsideFile))


def _row(path: Path, found: OutsideFile | str | None) -> OutsideRow:
    if isinstance(found, OutsideFile):
        return OutsideRow(path, found.verdict.status)
    return OutsideRow(path, None, found or "")
