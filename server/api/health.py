"""Whether the node lives, is ready, and how it is."""

from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from formats.i18n import tr
from formats.protocol.messages import TEXT, Health
from server.api.http import Asked, json, route
from server.node import Node
from server.version import program_version
from signing.trust.certs import validity_of

_SOON = timedelta(days=14)
_SOON_DIRECTORY = timedelta(days=2)


def is_ready(node: Node) -> bool:
    """Whether it takes new work."""
    return not (node.draining or node.writer.failed)


def warnings(node: Node) -> tuple[str, ...]:
    """What the operator should look at."""
    now = node.clock()
    found = []
    directory = node.directory.current().snapshot
    if directory.expires <= now:
        found.append(tr("通讯录已过期，请导入新版本。"))
    elif directory.expires <= now + _SOON_DIRECTORY:
        found.append(tr("通讯录即将过期，请导入新版本。"))
    if node.directory.fault is not None:
        found.append(node.directory.fault.text())
    if validity_of(node.identity.signer.certificate)[1] <= now + _SOON:
        found.append(tr("节点证书即将到期，请换发。"))
    for task, fault in sorted({**node.faults, "relay": node.relay.fault}.items()):
        if fault:
            found.append(tr("后台任务 {task} 出错，将重试：{fault}", task=task, fault=fault))
    if node.writer.failed:
        found.append(tr("存储出错，节点已停止接收。"))
    return tuple(found)


async def live(asked: Asked) -> Response:
    """``GET /livez``: 200, or 503 when only a restart helps."""
    return _yes_or_no(not asked.node.writer.failed)


async def ready(asked: Asked) -> Response:
    """``GET /readyz``: 200, or 503 while draining or failed."""
    return _yes_or_no(is_ready(asked.node))


def _yes_or_no(good: bool) -> Response:
    return Response("ok\n" if good else "no\n", 200 if good else 503, media_type=TEXT)


async def health(asked: Asked) -> Response:
    """``GET /v1/health``."""
    node = asked.node
    return json(
        Health(
            node=node.id,
            ready=is_ready(node),
            version=program_version(),
            at=node.clock(),
            directory_version=node.directory.current().snapshot.version,
            log_size=node.writer.head.size,
            peers=node.relay.health(),
            warnings=warnings(node),
        )
    )


async def metrics(asked: Asked) -> Response:
    """``GET /metrics``: Prometheus text."""
    node = asked.node
    lines = [
        f"yidao_ready {int(is_ready(node))}",
        f"yidao_log_size {node.writer.head.size}",
        f"yidao_commit_groups_total {node.writer.groups}",
        f"yidao_commit_writes_total {node.writer.writes}",
        f"yidao_directory_version {node.directory.current().snapshot.version}",
    ]
    for peer in node.relay.health():
        lines.append(f'yidao_outbox_depth{{peer="{peer.node}"}} {peer.waiting}')
        lines.append(f'yidao_peer_failures{{peer="{peer.node}"}} {peer.tries}')
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


ROUTES: list[Route] = [
    route("/livez", "GET", live),
    route("/readyz", "GET", ready),
    route("/v1/health", "GET", health),
    route("/metrics", "GET", metrics),
]
