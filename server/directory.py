"""The directory a node works with: opened once, indexed, replaced when the file gets newer.

The file is written by ``yidao-node directory import``, whole and durable; a running node looks at
it every second and takes it over when it opens and is newer. It never goes back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from formats.canonical import from_canonical
from formats.directory import Body, Node, Snapshot, UnknownBody, UnknownNode
from formats.effects import Clock
from formats.errors import BadInput, YidaoError
from formats.i18n import tr
from formats.ids import NodeId
from formats.limits import MAX_DIRECTORY_BYTES
from server.errors import DirectoryOlder, NotSetUp
from signing.cms import open_attached
from signing.keys import write_private
from signing.trust.snapshot import open_snapshot, trust_from_snapshot
from signing.trust.store import TrustStore

_LOOK_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Directory:
    """One snapshot with its trust and its indexes."""

    snapshot: Snapshot
    signed: bytes
    trust: TrustStore
    bodies: dict[str, Body]
    nodes: dict[str, Node]
    log_keys: dict[str, bytes]
    """The key of each node's log."""

    def body(self, identifier: str) -> Body:
        """The body of that id. Raises `UnknownBody`."""
        if identifier not in self.bodies:
            raise UnknownBody(identifier, body=identifier)
        return self.bodies[identifier]

    def node(self, identifier: str) -> Node:
        """The node of that id. Raises `UnknownNode`."""
        if identifier not in self.nodes:
            raise UnknownNode(identifier, node=identifier)
        return self.nodes[identifier]


def read_directory(
    signed: bytes, anchors: Iterable[bytes], clock: Clock, *, known: Snapshot | None = None
) -> Directory:
    """A signed snapshot, believed and indexed. Raises what `open_snapshot` raises."""
    anchors = tuple(anchors)
    snapshot = open_snapshot(signed, anchors, now=clock(), known=known)
    return Directory(
        snapshot=snapshot,
        signed=signed,
        trust=trust_from_snapshot(snapshot, anchors),
        bodies={body.id: body for body in snapshot.bodies},
        nodes={node.id: node for node in snapshot.nodes},
        log_keys={node.id: node.log_key for node in snapshot.nodes},
    )


class DirectoryFile:
    """The node's ``directory.p7m``, followed while the node runs."""

    def __init__(self, path: Path, anchors: tuple[bytes, ...], clock: Clock) -> None:
        """Raises `NotSetUp` when there is no file, or what `open_snapshot` raises."""
        self._path = path
        self._anchors = anchors
        self._clock = clock
        self._looked = monotonic()
        self.fault: YidaoError | None = None
        """Why the newest file was not taken over; the one in use stays."""
        try:
            self._mark = path.stat().st_mtime_ns
            signed = path.read_bytes()
        except FileNotFoundError as error:
            how = tr("请执行 yidao-node directory import --data 数据目录 文件.p7m。")
            raise NotSetUp("directory.p7m", what=tr("签名的通讯录"), how=how) from error
        self._current = read_directory(signed, anchors, clock)

    def current(self) -> Directory:
        """The newest snapshot that opened."""
        if monotonic() - self._looked >= _LOOK_EVERY:
            self._looked = monotonic()
            self._look()
        return self._current

    def _look(self) -> None:
        try:
            mark = self._path.stat().st_mtime_ns
            if mark == self._mark:
                return
            self._mark = mark
            signed = self._path.read_bytes()
            known = self._current.snapshot
            self._current = read_directory(signed, self._anchors, self._clock, known=known)
            self.fault = None
        except FileNotFoundError:
            return
        except YidaoError as error:
            self.fault = error


def import_directory(
    path: Path, signed: bytes, anchors: tuple[bytes, ...], clock: Clock
) -> Snapshot:
    """Put a newer snapshot in place of the node's file.

    Raises `DirectoryOlder` or what `open_snapshot` raises.
    """
    known = _kept(path)
    offered = read_directory(signed, anchors, clock).snapshot
    if known is not None and offered.version <= known.version:
        raise DirectoryOlder(offered=offered.version, current=known.version)
    write_private(path, signed)
    path.chmod(0o644)
    return offered


def _kept(path: Path) -> Snapshot | None:
    """The snapshot in the file, also when it has expired: its version still binds."""
    try:
        signed = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        data = open_attached(signed).data
        return from_canonical(Snapshot, data, limit=MAX_DIRECTORY_BYTES)
    except BadInput:
        return None  # damaged: what is offered must stand on its own


def next_hop(
    directory: Directory, here: NodeId, target: NodeId, neighbours: Iterable[NodeId]
) -> NodeId:
    """The neighbour to hand something for ``target`` to. Raises `UnknownNode`.

    Nodes are neighbours of each other when one of them says so: ``neighbours`` empty means all.
    """
    directory.node(target)
    reachable = tuple(neighbours) or tuple(directory.nodes)
    return directory.snapshot.next_hop(here, target, reachable)
