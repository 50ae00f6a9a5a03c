"""The directory snapshot: who exists, where they are reached, which certificates speak for them.

One signed, versioned, expiring, hash-linked value (DESIGN §3). This module says what it holds
and answers questions about it; `signing.trust.snapshot` signs and opens it. A snapshot is usable
offline until ``expires`` and never goes back to a lower ``version``.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from formats.canonical import Value
from formats.errors import BadInput, Refused
from formats.i18n import mark
from formats.ids import BodyId, Digest, Instant, NodeId, division_of

Level = Literal["province", "city", "county"]
Suite = Literal["INTL", "GM"]
SUITES: Final[tuple[Suite, ...]] = ("INTL", "GM")
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


class BadSuitePolicy(BadInput):
    """A policy of suites that contradicts itself or the directory it stands in."""

    code = "directory.bad-suite-policy"
    happened = mark("通讯录中的算法体系规定自相矛盾（{place}）。")
    safe = mark("本机继续使用原有的通讯录。")
    advice = mark("请通讯录签发单位改正后重新签发。")


class SuiteTerm(Value, frozen=True, kw_only=True):
    """Another suite than that of new acts, and how long acts in it are accepted."""

    suite: Suite
    until: Instant | None = None
    """The last moment of an act that is accepted; ``None`` while no end is set."""


class SuitePolicy(Value, frozen=True, kw_only=True):
    """Which suite new acts use, and until when acts in another are accepted.

    What is asked is always the time of the act, where possible the proven one: what was signed
    before a suite ended stays good, what is signed in it afterwards is refused (a downgrade).
    """

    new: Suite
    accepted: Annotated[tuple[SuiteTerm, ...], Meta(max_length=len(SUITES) - 1)] = ()
    """A suite that is neither here nor ``new`` was never accepted."""

    def __post_init__(self) -> None:
        """Raise `BadSuitePolicy`; runs for every policy made or read."""
        named = [self.new, *(term.suite for term in self.accepted)]
        if len(set(named)) != len(named):
            raise BadSuitePolicy("a suite twice", place="accepted")

    def term(self, suite: str) -> SuiteTerm | None:
        """How long a suite is accepted; ``None`` for one that never was."""
        if suite == self.new:
            return SuiteTerm(suite=self.new)
        return next((term for term in self.accepted if term.suite == suite), None)

    def accepts(self, suite: str, at: datetime) -> bool:
        """Whether an act of that time in that suite is accepted."""
        term = self.term(suite)
        return term is not None and (term.until is None or at <= term.until)

    def choose(self, held: Collection[Suite], at: datetime) -> Suite | None:
        """The suite for a new act by one who has the keys ``held``: ``new`` before any other.

        ``None`` where none of them is accepted at that time.
        """
        order = (self.new, *(term.suite for term in self.accepted))
        return next((s for s in order if s in held and self.accepts(s, at)), None)


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


class EndedSeal(Value, frozen=True, kw_only=True):
    """An electronic seal that its maker took out of use, GB/T 38540-2020 7.2 (seal status)."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    """Its esID."""
    since: Instant


class Snapshot(Value, frozen=True, kw_only=True, omit_defaults=True):
    """The whole directory at one version.

    ``omit_defaults`` keeps the canonical bytes of a snapshot without a policy as they always were.
    """

    version: int
    issued: Instant
    expires: Instant
    suite: Suite
    """Of new acts."""
    previous: Digest | None
    nodes: tuple[Node, ...]
    bodies: tuple[Body, ...]
    certificates: tuple[bytes, ...]
    """DER of intermediate, cross and time-stamp certificates needed to build paths."""
    revocations: tuple[bytes, ...]
    """DER of the current CRL of each issuer."""
    ended_seals: tuple[EndedSeal, ...] = ()
    policy: SuitePolicy | None = None
    """``None`` means ``suite`` alone; ask `suite_policy`."""

    def __post_init__(self) -> None:
        """Raise `BadSuitePolicy`; runs for every snapshot made or read."""
        if self.policy is not None and self.policy.new != self.suite:
            raise BadSuitePolicy(f"{self.policy.new} where {self.suite}", place="new, suite")

    def suite_policy(self) -> SuitePolicy:
        """Which suites are accepted and until when; by default ``suite`` alone."""
        return self.policy or SuitePolicy(new=self.suite)

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
