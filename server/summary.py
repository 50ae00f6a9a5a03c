"""A directory in a few numbers, for operators."""

from formats.canonical import Value
from formats.directory import Snapshot, Suite
from formats.i18n import tr
from formats.ids import CHINA, BodyId, Instant, NodeId


class DirectorySummary(Value, frozen=True, kw_only=True):
    """What `directory build`, `import` and `show` report."""

    version: int
    issued: Instant
    expires: Instant
    nodes: tuple[NodeId, ...]
    bodies: tuple[BodyId, ...]
    suite: Suite
    """Of new acts."""
    accepted: dict[Suite, Instant | None]
    """The others that are accepted, and until when; ``None``: no end is set."""


def summary(snapshot: Snapshot) -> DirectorySummary:
    """The numbers of a snapshot."""
    return DirectorySummary(
        version=snapshot.version,
        issued=snapshot.issued,
        expires=snapshot.expires,
        nodes=tuple(node.id for node in snapshot.nodes),
        bodies=tuple(body.id for body in snapshot.bodies),
        suite=snapshot.suite,
        accepted={term.suite: term.until for term in snapshot.suite_policy().accepted},
    )


def told(found: DirectorySummary) -> str:
    """The same in a sentence."""
    said = tr(
        "通讯录第 {version} 版：{nodes} 个节点，{bodies} 个单位，有效至 {expires}",
        version=found.version,
        nodes=len(found.nodes),
        bodies=len(found.bodies),
        expires=found.expires.strftime("%Y-%m-%d"),
    ) + tr("；新发公文用 {suite}", suite=found.suite)
    for suite, until in found.accepted.items():
        if until is None:
            said += tr("，仍采信 {suite}", suite=suite)
        else:
            day = until.astimezone(CHINA).strftime("%Y-%m-%d")
            said += tr("，{suite} 采信至 {day}", suite=suite, day=day)
    return said
