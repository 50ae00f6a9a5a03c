"""Drafts: kept in the vault, checked by the rules, shown as the page they will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.services.rows import DraftRow, FileRow, FindingRow, Preview
from desktop.services.session import Workspace
from formats.document.model import Document, Kind

if TYPE_CHECKING:
    from formats.document.intake import Intake


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
        """An empty document of that 文种 in the name of the own body; not saved."""
        raise NotImplementedError

    def save(
        self,
        document: Document,
        *,
        draft: str | None = None,
        main: Sequence[str] = (),
        cc: Sequence[str] = (),
    ) -> DraftRow:
        """Keep a draft, new or over the one of that id. Raises `NotFound`."""
        raise NotImplementedError

    def load(self, draft: str) -> Draft:
        """A draft. Raises `NotFound`."""
        raise NotImplementedError

    def list(self) -> tuple[DraftRow, ...]:
        """Every draft, the latest first."""
        raise NotImplementedError

    def delete(self, draft: str) -> None:
        """Put a draft into the bin, from which `restore` brings it back for thirty days."""
        raise NotImplementedError

    def restore(self, draft: str) -> DraftRow:
        """Bring a draft back from the bin. Raises `NotFound`."""
        raise NotImplementedError

    def attach(self, draft: str, source: Path) -> FileRow:
        """Take a file in to travel beside the document. Raises `NotFound`, `TooLarge`."""
        raise NotImplementedError

    def detach(self, draft: str, name: str) -> None:
        """Remove a file from a draft. Raises `NotFound`."""
        raise NotImplementedError

    def take_in(self, data: bytes, filename: str) -> Intake:
        """Read text, DOCX or JSON into a document; not saved. Raises `BadInput`, `Classified`."""
        raise NotImplementedError

    def check(
        self, document: Document, *, main: Sequence[str] = (), cc: Sequence[str] = ()
    ) -> tuple[FindingRow, ...]:
        """Rules R01 to R26 with what the directory knows; blocks first."""
        raise NotImplementedError

    def preview(self, document: Document) -> Preview:
        """The page, typeset; for an unfinished document too."""
        raise NotImplementedError
