"""Time-stamps for the client: its own node first, then the nodes that it could ask instead.

A time proves nothing about who asks, so no session is begun at any of them (RFC 3161 3.4).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from desktop.profile import Profile
from desktop.services.ukey import load_directory
from desktop.transport import Transport
from formats.directory import Snapshot
from formats.effects import Clock
from formats.protocol import calls
from signing.timestamp import TimestampSource
from signing.timestamp_client import Authority, TimestampClient
from signing.trust.snapshot import trust_from_snapshot
from signing.trust.store import TrustStore

if TYPE_CHECKING:
    from signing.verdict.report import Level

MAX_AUTHORITIES: Final = 3
"""Each that is down costs the seconds of a connection; after three nobody waits for a fourth."""


def timestamp_client(
    profile: Profile, snapshot: Snapshot, trust: TrustStore, clock: Clock
) -> TimestampClient:
    """The time-stamp authorities of a profile, as one source. Contacts none of them yet."""
    return TimestampClient(authorities_of(profile, snapshot, clock), trust)


def client_of(profile: Profile, clock: Clock) -> TimestampClient:
    """The time-stamp authorities of a profile whose vault stays shut.

    Raises as `load_directory`.
    """
    snapshot = load_directory(profile, clock)
    trust = trust_from_snapshot(snapshot, profile.anchors())
    return timestamp_client(profile, snapshot, trust, clock)


def authorities_of(profile: Profile, snapshot: Snapshot, clock: Clock) -> tuple[Authority, ...]:
    """The own node, those of the superior bodies from near to far, then the others in order."""
    named = {node.url: node.name for node in snapshot.nodes}
    urls = [profile.settings.node]
    parents = {body.id: body.parent for body in snapshot.bodies}
    homes = {body.id: body.node for body in snapshot.bodies}
    nodes = {node.id: node.url for node in snapshot.nodes}
    body: str | None = profile.body
    for _ in snapshot.bodies:  # no more steps than bodies: a directory may name a circle
        if body is None or body not in homes:
            break
        urls += [nodes[homes[body]]] if homes[body] in nodes else []
        body = parents[body]
    chosen = list(dict.fromkeys((*urls, *nodes.values())))[:MAX_AUTHORITIES]
    return tuple(_authority(named.get(url, url), url, profile, clock) for url in chosen)


def _authority(name: str, url: str, profile: Profile, clock: Clock) -> Authority:
    transport = Transport(url, profile.tls_ca, clock=clock)
    return Authority(name, lambda query: transport.ask(calls.timestamp(query)))


def raised(
    pdf: bytes,
    level: "Level",
    *,
    trust: TrustStore,
    timestamps: TimestampSource,
    now: datetime,
) -> bytes:
    """A sealed and stamped PDF brought up to B-LT or B-LTA; the same bytes for less.

    Raises as `signing.seal.extend.extend_lta`.
    """
    from signing.seal.extend import extend_lt, extend_lta  # noqa: PLC0415 - loads pyHanko

    if level == "B-LT":
        return extend_lt(pdf, trust=trust, now=now)
    if level == "B-LTA":
        return extend_lta(pdf, trust=trust, timestamps=timestamps, now=now)
    return pdf
