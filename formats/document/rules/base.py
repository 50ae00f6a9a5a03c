"""What rules see and what they say: the case before them, and findings about it.

A rule is a pure function from a `Case` (or, where a node may run it, a `Routing`) to faults. It is
silent only when an input that decides is absent: ``None`` always means "not known", never "no".
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from formats.directory import Body, Snapshot
from formats.document.model import Direction, Document, DocumentNumber, Kind
from formats.i18n import tr

Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that the document breaks. ``block``: may not leave; ``warn``: needs a reason."""

    code: str
    severity: Severity
    clause: str
    message: str
    """One Chinese sentence that says what is wrong and what to do."""
    field: str
    """The field of `Document` concerned."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding before its rule has put its code and clause to it."""

    severity: Severity
    field: str
    message: str


def block(field: str, message: str) -> Fault:
    """The document may not leave like this."""
    return Fault("block", field, message)


def warn(field: str, message: str) -> Fault:
    """The document may leave when the sender gives a reason."""
    return Fault("warn", field, message)


@dataclass(frozen=True, slots=True)
class RepliedTo:
    """The document that a 批复 or 复函 answers, as the archive knows it."""

    number: DocumentNumber
    kind: Kind
    issuer: str
    """Name of the body that sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContext:
    """What is known beside the document. ``None``: not known, and rules that need it are silent."""

    today: date
    sender: Body | None = None
    directory: Snapshot | None = None
    recipients: tuple[Body, ...] | None = None
    """The bodies that 主送 stands for, class names expanded."""
    cc_recipients: tuple[Body, ...] | None = None
    known_numbers: frozenset[DocumentNumber] | None = None
    """发文字号 that the sender has used before."""
    replied_to: RepliedTo | None = None
    signed_on: tuple[date, ...] | None = None
    """The day each head signed (签发)."""
    sealed_as: tuple[str, ...] | None = None
    """Names of the bodies whose seals or signatures are to be set."""
    other_superior: str | None = None
    """The second superior of a body under dual leadership."""
    assigned_by_leader: bool = False
    """Whether a superior's head gave the matter to the sender himself (直接交办)."""
    own_consent: bool | None = None
    """Whether the own government agreed to a department's report on a major matter."""
    own_view: bool | None = None
    """Whether the sender's own view on a request that it passes up is stated."""
    important: bool | None = None
    """Whether it is an important document downwards."""
    government_consent: bool | None = None
    """Whether the government agreed to a department's writing to lower governments."""
    countersigned: bool | None = None
    """Whether every department concerned has agreed (会签)."""


class Lookup:
    """The directory by id and by name, built once a check; empty without a directory."""

    def __init__(self, directory: Snapshot | None, known: Iterable[Body] = ()) -> None:
        bodies = (*(directory.bodies if directory else ()), *known)
        self.by_id: Final = {body.id: body for body in bodies}
        self.by_name: Final = {n: b for b in bodies for n in (b.short_name, b.name, b.id)}

    def ancestors(self, body: Body) -> tuple[str, ...]:
        """Ids of the superiors, the direct one first, as far as they are known."""
        found: list[str] = []
        parent = body.parent
        while parent is not None and parent not in found:
            found.append(parent)
            above = self.by_id.get(parent)
            parent = above.parent if above else None
        return tuple(found)

    def is_above(self, upper: Body, lower: Body) -> bool:
        """Whether ``upper`` is a superior: by the directory's tree, or by level and division."""
        if upper.id in self.ancestors(lower):
            return True
        if _RANK[upper.level] >= _RANK[lower.level]:
            return False
        prefix = 2 * (_RANK[upper.level] + 1)
        return upper.id[:prefix] == lower.id[:prefix]


_RANK: Final = {"province": 0, "city": 1, "county": 2}


@dataclass(frozen=True)
class Routing:
    """What a node can see of a document on the road."""

    kind: Kind
    direction: Direction
    sender: Body | None
    main: tuple[Body, ...] | None
    cc: tuple[Body, ...] | None
    lookup: Lookup
    main_names: tuple[str, ...] = ()
    """主送 as written; only the client has it."""
    government_consent: bool | None = None

    @property
    def main_count(self) -> int:
        """How many bodies 主送 stands for."""
        return len(self.main) if self.main is not None else len(self.main_names)


@dataclass(frozen=True)
class Case:
    """A document with all that is known about it."""

    document: Document
    context: RuleContext

    @cached_property
    def lookup(self) -> Lookup:
        """Every body that is known here."""
        context = self.context
        known = (*(context.recipients or ()), *(context.cc_recipients or ()))
        return Lookup(context.directory, (*known, context.sender) if context.sender else known)

    @cached_property
    def cc(self) -> tuple[Body, ...] | None:
        """The bodies of 抄送: those given, else those whose names the directory knows."""
        if self.context.cc_recipients is not None:
            return self.context.cc_recipients
        found = (self.lookup.by_name.get(name) for name in self.document.cc)
        return tuple(body for body in found if body is not None)

    @cached_property
    def routing(self) -> Routing:
        """The part that a node will see too."""
        document, context = self.document, self.context
        return Routing(
            document.kind, document.direction, context.sender, context.recipients, self.cc,
            self.lookup, document.main_recipients, context.government_consent,
        )  # fmt: skip

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts of the body, tables left out."""
        return tuple(b.text for b in self.document.body if b.text is not None)


Check = Callable[[Case], Iterator[Fault]]
RoutingCheck = Callable[[Routing], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One of R01 to R26."""

    code: str
    clause: str
    title: str
    """In Chinese, for lists of rules."""
    document: Check | None = None
    routing: RoutingCheck | None = None

    def findings(self, case: Case) -> Iterator[Finding]:
        """What it says about a document."""
        if self.routing is not None:
            yield from self._coded(self.routing(case.routing))
        if self.document is not None:
            yield from self._coded(self.document(case))

    def routing_findings(self, routing: Routing) -> Iterator[Finding]:
        """What it says about the part a node sees."""
        if self.routing is not None:
            yield from self._coded(self.routing(routing))

    def _coded(self, faults: Iterator[Fault]) -> Iterator[Finding]:
        for fault in faults:
            yield Finding(self.code, fault.severity, tr(self.clause), fault.message, fault.field)


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names in a row for a message, cut where they would fill a dialog."""
    found = tuple(names)
    shown = "、".join(found[:most])
    return shown if len(found) <= most else tr("{names}等{count}个", names=shown, count=len(found))
