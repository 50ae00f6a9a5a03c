"""Time-stamps for the client: its own node first, then the nodes that it could ask instead.

A time proves nothing about who asks, so no session is begun at any of them (RFC 3161 3.4).
"""

from typing import Final

from desktop.profile import Profile
from desktop.transport import Transport
from formats.directory import Snapshot
from formats.effects import Clock
from formats.protocol import calls
from signing.timestamp_client import Authority, TimestampClient
from signing.trust.store import TrustStore

MAX_AUTHORITIES: Final = 3
"""Each that is down costs the seconds of a connection; after three nobody waits for a fourth."""


def timestamp_client(
    profile: Profile, snapshot: Snapshot, trust: TrustStore, clock: Clock
) -> TimestampClient:
    """The time-stamp authorities of a profile, as one source. Contacts none of them yet."""
    return TimestampClient(authorities_of(profile, snapshot, clock), trust)


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
