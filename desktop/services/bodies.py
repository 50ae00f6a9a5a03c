"""The directory as people use it: synchronise, look up, turn 主送 and 抄送 into bodies."""

from collections.abc import Iterable, Sequence

from desktop.files import write_whole
from desktop.services import naming
from desktop.services.rows import BodyRow, DirectoryRow, Resolution
from desktop.services.session import Workspace
from formats.directory import Body, UnknownBody
from formats.document.model import Document


class Bodies:
    """The directory of one workspace; works offline on the last snapshot that verified."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def sync(self) -> DirectoryRow:
        """Fetch a newer snapshot from the node, verify it and keep it; never goes back.

        Raises an `ExchangeFailed`, or what `open_snapshot` raises.
        """
        from formats.protocol import calls  # noqa: PLC0415 - only a synchronisation needs it

        workspace = self._workspace
        known = workspace.snapshot.version
        newer = workspace.transport.ask(calls.directory(known))
        if newer is None:
            return self.status()
        snapshot = workspace.read_directory(newer)
        write_whole(workspace.profile.directory_file, newer)
        workspace.use_snapshot(snapshot)
        return self._status(changed=snapshot.version > known)

    def status(self) -> DirectoryRow:
        """The snapshot in use."""
        return self._status(changed=False)

    def all(self) -> tuple[BodyRow, ...]:
        """Every body, province first, then in the order of their divisions."""
        levels = ("province", "city", "county")
        bodies = sorted(
            self._workspace.snapshot.bodies, key=lambda body: (levels.index(body.level), body.id)
        )
        return tuple(map(body_row, bodies))

    def find(self, text: str, limit: int = 20) -> tuple[BodyRow, ...]:
        """Bodies whose id, name or short name holds ``text``; best match first."""
        return tuple(map(body_row, naming.search(text, self._workspace.snapshot.bodies, limit)))

    def get(self, name: str) -> Body:
        """The body of that id, name or short name. Raises `UnknownBody`."""
        body = naming.one_body(name, self._workspace.snapshot)
        if body is None:
            raise UnknownBody(name, body=name)
        return body

    def resolve(self, names: Iterable[str]) -> Resolution:
        """Names and class names (各市人民政府 …) as bodies; what cannot be told is listed."""
        bodies, expanded, unresolved = naming.resolve_names(
            names, self._workspace.body, self._workspace.snapshot
        )
        return Resolution(tuple(map(body_row, bodies)), unresolved, expanded)

    def recipients(
        self, document: Document, *, main: Sequence[str] = (), cc: Sequence[str] = ()
    ) -> tuple[Resolution, Resolution]:
        """主送 and 抄送 of a document; ``main`` and ``cc`` (names or ids), where given, win.

        A body that is 主送 is not 抄送 as well.
        """
        first = self.resolve(main or document.main_recipients)
        second = self.resolve(cc or (() if main else document.cc))
        chosen = {body.id for body in first.bodies}
        rest = tuple(body for body in second.bodies if body.id not in chosen)
        return first, Resolution(rest, second.unresolved, second.expanded)

    def _status(self, *, changed: bool) -> DirectoryRow:
        snapshot = self._workspace.snapshot
        return DirectoryRow(
            version=snapshot.version,
            issued=snapshot.issued,
            expires=snapshot.expires,
            bodies=len(snapshot.bodies),
            nodes=len(snapshot.nodes),
            changed=changed,
            expired=self._workspace.clock() > snapshot.expires,
        )


def body_row(body: Body) -> BodyRow:
    """A body as lists show it."""
    return BodyRow(
        id=body.id,
        name=body.name,
        short_name=body.short_name,
        level=body.level,
        parent=body.parent,
        node=body.node,
        reachable=bool(body.encryption_certificates()),
    )
