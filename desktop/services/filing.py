"""The archive as people use it: file what was sent or received, find it, check it, hand it on."""

from __future__ import annotations

from pathlib import Path

from desktop.progress import Cancelled, Progress, never, silent
from desktop.services.rows import CheckReport, FiledItem, FiledRow, SearchPage
from desktop.services.session import Workspace


class Filing:
    """The archive of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def file_incoming(self, consignment: str, *, retention: str = "30年") -> FiledRow:
        """File a document that was signed for, with package and evidence. Twice is once."""
        raise NotImplementedError

    def file_outgoing(self, dispatch: str, *, retention: str = "30年") -> FiledRow:
        """File a document that was sent, with its evidence. Twice is once."""
        raise NotImplementedError

    def add(self, source: Path, *, retention: str = "30年") -> FiledRow:
        """File a PDF, a package or a document JSON from disk."""
        raise NotImplementedError

    def search(self, query: str, *, limit: int = 50, before: str | None = None) -> SearchPage:
        """Documents that hold every word of the query; any two characters are a word."""
        raise NotImplementedError

    def item(self, item: str) -> FiledItem:
        """One filed document. Raises `NotFound`."""
        raise NotImplementedError

    def read(self, item: str, role: str = "document") -> bytes:
        """One file of a filed document. Raises `NotFound`."""
        raise NotImplementedError

    def check(self, *, progress: Progress = silent, cancelled: Cancelled = never) -> CheckReport:
        """四性检测 over the whole archive."""
        raise NotImplementedError

    def export(self, item: str, folder: Path) -> tuple[Path, ...]:
        """Write the files of a filed document into a folder."""
        raise NotImplementedError

    def backup(self, target: Path, *, progress: Progress = silent) -> Path:
        """Write a copy of the vault, still encrypted."""
        raise NotImplementedError
