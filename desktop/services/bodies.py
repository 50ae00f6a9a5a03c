"""The directory as people use it: synchronise, look up, turn 主送 and 抄送 into bodies."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.services.rows import BodyRow, DirectoryRow, Resolution
from desktop.services.session import Workspace
from formats.directory import Body
from formats.document.model import Document


class Bodies:
    """The directory of one workspace; works offline on the last snapshot that verified."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def sync(self) -> DirectoryRow:
        """Fetch a newer snapshot from the node, verify it and keep it; never goes back.

        Raises `NodeUnreachable` and its kin, or what `open_snapshot` raises.
        """
        raise NotImplementedError

    def status(self) -> DirectoryRow:
        """The snapshot in use."""
        raise NotImplementedError

    def all(self) -> tuple[BodyRow, ...]:
        """Every body, province first, then in the order of their divisions."""
        raise NotImplementedError

    def find(self, text: str, limit: int = 20) -> tuple[BodyRow, ...]:
        """Bodies whose id, name or short name holds ``text``; best match first."""
        raise NotImplementedError

    def get(self, name: str) -> Body:
        """The body of that id, name or short name. Raises `UnknownBody`."""
        raise NotImplementedError

    def resolve(self, names: Sequence[str]) -> Resolution:
        """Names and class names (各市人民政府 …) as bodies; what cannot be told is listed."""
        raise NotImplementedError

    def recipients(
        self, document: Document, *, main: Sequence[str] = (), cc: Sequence[str] = ()
    ) -> tuple[Resolution, Resolution]:
        """主送 and 抄送 of a document; ``main`` and ``cc`` (names or ids), where given, win."""
        raise NotImplementedError
