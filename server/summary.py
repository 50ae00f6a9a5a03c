"""A directory in a few numbers, for operators."""

from formats.canonical import Value
from formats.directory import Snapshot
from formats.i18n import tr
from formats.ids import BodyId, Instant, NodeId


class DirectorySummary(Value, frozen=True, kw_only=True):
    """What `directory build`, `import` and `show` report."""

    version: int
    issued: Instant
    expires: Instant
    nodes: tuple[NodeId, ...]
    bodies: tuple[BodyId, ...]


def summary(snapshot: Snapshot) -> DirectorySummary:
    """The numbers of a snapshot."""
    return DirectorySummary(
        version=snapshot.version,
        issued=snapshot.issued,
        expires=snapshot.expires,
        nodes=tuple(node.id for node in snapshot.nodes),
        bodies=tuple(body.id for body in snapshot.bodies),
    )


def told(found: DirectorySummary) -> str:
    """The same in a sentence."""
    return tr(
        "通讯录第 {version} 版：{nodes} 个节点，{bodies} 个单位，有效至 {expires}",
        version=found.version,
        nodes=len(found.nodes),
        bodies=len(found.bodies),
        expires=found.expires.strftime("%Y-%m-%d"),
    )
