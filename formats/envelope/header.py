"""The routing header: all that a node on the road sees of a dispatch, and nothing else (DESIGN §5).

It travels signed by the sender (``header.p7m``) and binds the capsule and the payload by digest.
The title is here only where the document is public; a header that breaks this cannot exist.
"""

from typing import Annotated, Literal

from msgspec import Meta

from formats.canonical import Value, from_canonical
from formats.digests import suite_of_digest
from formats.directory import Suite
from formats.document.model import Direction, Kind, Sensitivity, Urgency
from formats.errors import BadInput
from formats.i18n import mark
from formats.ids import BodyId, ConsignmentId, Digest, DispatchId, Instant
from formats.limits import (
    MAX_CAPSULE_BYTES,
    MAX_HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    MAX_RECIPIENTS,
)

Role = Literal["main", "cc"]
"""主送, 抄送."""

Copies = Annotated[int, Meta(ge=0, le=9_999)]
Title = Annotated[str, Meta(min_length=1, max_length=500)]


class TitleExposed(BadInput):
    """A header shows the title of a document that is not public."""

    code = "envelope.title-exposed"
    happened = mark("非公开公文的标题出现在路由信息中，按规定不得传输。")
    safe = mark("没有发送任何内容。")
    advice = mark("请重新封装后再发送。")


class BadHeader(BadInput):
    """A routing header that contradicts itself."""

    code = "envelope.bad-header"
    happened = mark("路由信息自相矛盾（{place}）。")
    safe = mark("没有发送任何内容。")
    advice = mark("请发出单位重新封装后再发送。")


class Recipient(Value, frozen=True, kw_only=True):
    """One consignment: the dispatch to one body."""

    consignment: ConsignmentId
    body: BodyId
    role: Role = "main"
    copies: Copies = 1
    """份数 the body may print."""


class HeaderFields(Value, frozen=True, kw_only=True):
    """What the sender says of a dispatch before it is closed; the rest is measured."""

    dispatch: DispatchId
    suite: Suite = "INTL"
    sender: BodyId
    kind: Kind
    direction: Direction
    urgency: Urgency | None = None
    sensitivity: Sensitivity
    title: Title | None = None
    """Only where ``sensitivity`` is public; `routing_header` leaves it out otherwise."""
    sign_by: Instant | None = None
    """签收 is due by then."""
    valid_until: Instant | None = None
    """After it the dispatch is no longer delivered."""
    reply_to: DispatchId | None = None


class RoutingHeader(Value, frozen=True, kw_only=True):
    """The signed header. Sizes are in bytes of the files as they travel."""

    v: Literal[1] = 1
    suite: Suite
    dispatch: DispatchId
    created: Instant
    sender: BodyId
    recipients: Annotated[tuple[Recipient, ...], Meta(min_length=1, max_length=MAX_RECIPIENTS)]
    kind: Kind
    direction: Direction
    urgency: Urgency | None
    sensitivity: Sensitivity
    title: Title | None
    sign_by: Instant | None
    valid_until: Instant | None
    reply_to: DispatchId | None
    capsule_digest: Digest
    capsule_size: Annotated[int, Meta(ge=1, le=MAX_CAPSULE_BYTES)]
    payload_digest: Digest
    payload_size: Annotated[int, Meta(ge=1, le=MAX_PAYLOAD_BYTES)]

    def __post_init__(self) -> None:
        """Raise `TitleExposed` or `BadHeader`; runs for every header made or read."""
        if self.title is not None and self.sensitivity != "public":
            raise TitleExposed(self.dispatch)
        if {*map(suite_of_digest, (self.capsule_digest, self.payload_digest))} != {self.suite}:
            raise BadHeader(f"digests of another suite than {self.suite}", place="suite")
        for field in ("body", "consignment"):
            values = [getattr(recipient, field) for recipient in self.recipients]
            if len(set(values)) != len(values):
                raise BadHeader(f"one {field} twice", place=field)

    def recipient(self, body: str) -> Recipient | None:
        """The consignment for that body, if it is named."""
        return next((entry for entry in self.recipients if entry.body == body), None)


def routing_header(
    fields: HeaderFields,
    recipients: tuple[Recipient, ...],
    *,
    created: Instant,
    capsule: tuple[Digest, int],
    payload: tuple[Digest, int],
) -> RoutingHeader:
    """The header of a closed dispatch; ``capsule`` and ``payload`` are digest and size."""
    return RoutingHeader(
        suite=fields.suite,
        dispatch=fields.dispatch,
        created=created,
        sender=fields.sender,
        recipients=recipients,
        kind=fields.kind,
        direction=fields.direction,
        urgency=fields.urgency,
        sensitivity=fields.sensitivity,
        title=fields.title if fields.sensitivity == "public" else None,
        sign_by=fields.sign_by,
        valid_until=fields.valid_until,
        reply_to=fields.reply_to,
        capsule_digest=capsule[0],
        capsule_size=capsule[1],
        payload_digest=payload[0],
        payload_size=payload[1],
    )


def parse_header(data: bytes) -> RoutingHeader:
    """The header of its canonical bytes. Raises a `BadInput`."""
    return from_canonical(RoutingHeader, data, limit=MAX_HEADER_BYTES)
