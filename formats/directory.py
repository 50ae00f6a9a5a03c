"""The directory snapshot: who exists, where they are reached, which certificates speak for them.

One signed, versioned, expiring, hash-linked value (DESIGN §3). This module says what it holds
and answers questions about it; `signing.trust.snapshot` signs and opens it. A snapshot is usable
offline until ``expires`` and never goes back to a lower ``version``.
"""

from collections.abc import Iterable
from typing import Literal

from formats.canonical import Value
from formats.errors import Refused
from formats.i18n import mark
from formats.ids import BodyId, Digest, Instant, NodeId, division_of

Level = Literal["province", "city", "county"]
Suite = Literal["INTL", "GM"]
WrapProfile = Literal["ecdh-p256", "oaep-sha256", "oaep-sha1", "sm2"]


class UnknownBody(Refused):
    """The directory names no such body."""

    code = "directory.unknown-body"
    happened = mark("通讯录中没有“{body}”。")
    safe = mark("没有发送任何内容。")
    advice = mark("请核对单位名称，或同步通讯录后重试。")


class UnknownNode(Refused):
    """The directory names no such exchange node."""

    code = "directory.unknown-node"
    happened = mark("通讯录中没有交换节点“{node}”。")
    advice = mark("请联系运维人员更新通讯录。")


class BodyCertificate(Value, frozen=True, kw_only=True):
    """One UKEY certificate of a body. ``certificate`` is DER."""

    usage: Literal["sign", "encrypt"]
    certificate: bytes
    wrap: WrapProfile | None = None
    """How keys are wrapped to it; only for ``encrypt``."""


class Body(Value, frozen=True, kw_only=True):
    """A 机关 that may send and receive."""

    id: BodyId
    name: str
    short_name: str
    level: Level
    node: NodeId
    parent: BodyId | None = None
    """Its direct superior; ``None`` for the head of the tree."""
    marks: tuple[str, ...] = ()
    """机关代字 registered for it, for example ``皖政办``."""
    is_office: bool = False
    """An office (办公厅/室) or a government, which may write to lower governments."""
    certificates: tuple[BodyCertificate, ...] = ()

    def signing_certificates(self) -> tuple[bytes, ...]:
        """DER of every certificate that may sign for the body."""
        return tuple(c.certificate for c in self.certificates if c.usage == "sign")

    def encryption_certificates(self) -> tuple[BodyCertificate, ...]:
        """Every certificate a document for the body is encrypted to."""
        return tuple(c for c in self.certificates if c.usage == "encrypt")


class Node(Value, frozen=True, kw_only=True):
    """An exchange node."""

    id: NodeId
    name: str
    url: str
    """``https://host:port`` without a trailing slash."""
    certificate: bytes
    """DER of the certificate that signs its evidence records."""
    log_key: bytes
    """Raw 32-byte Ed25519 public key of its log's checkpoints."""


class Snapshot(Value, frozen=True, kw_only=True):
    """The whole directory at one version."""

    version: int
    issued: Instant
    expires: Instant
    suite: Suite
    previous: Digest | None
    nodes: tuple[Node, ...]
    bodies: tuple[Body, ...]
    certificates: tuple[bytes, ...]
    """DER of intermediate, cross and time-stamp certificates needed to build paths."""
    revocations: tuple[bytes, ...]
    """DER of the current CRL of each issuer."""

    def body(self, identifier: str) -> Body:
        """The body of that id. Raises `UnknownBody`."""
        for body in self.bodies:
            if body.id == identifier:
                return body
        raise UnknownBody(identifier, body=identifier)

    def node(self, identifier: str) -> Node:
        """The node of that id. Raises `UnknownNode`."""
        for node in self.nodes:
            if node.id == identifier:
                return node
        raise UnknownNode(identifier, node=identifier)

    def find(self, name: str) -> Body:
        """The body with that id, full name or short name. Raises `UnknownBody`."""
        for body in self.bodies:
            if name in {body.id, body.name, body.short_name}:
                return body
        raise UnknownBody(name, body=name)

    def next_hop(self, here: NodeId, target: NodeId, reachable: Iterable[NodeId]) -> NodeId:
        """The node to hand a consignment for ``target`` to; ``target`` itself where reachable.

        Otherwise the reachable node that shares the longest division prefix with the target.
        Raises `UnknownNode` when nothing is nearer than ``here``.
        """
        candidates = [n for n in reachable if n != here]
        if target in candidates:
            return target

        def shared(node: NodeId) -> int:
            # GB/T 2260: two digits each for province, city, county.
            wanted, given = division_of(target), division_of(node)
            steps = (2, 4, 6)
            return sum(wanted[:s] == given[:s] for s in steps if given[s - 2 : s] != "00")

        best = max(candidates, key=shared, default=None)
        if best is None or shared(best) == 0:
            raise UnknownNode(target, node=target)
        return best
