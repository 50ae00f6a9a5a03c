"""Identifiers: what names a body, a node, a dispatch, a consignment and a sequence of bytes."""

import hashlib
import re
from datetime import datetime, timedelta, timezone
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from formats.effects import Clock, Randomness

BodyId = Annotated[str, Meta(pattern=r"^[0-9]{6}\.[a-z0-9-]{1,32}$")]
"""A 机关: its GB/T 2260 division and a short name, for example ``340000.bgt``."""

NodeId = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
"""An exchange node: the division it serves, for example ``340100``."""

DispatchId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""One sending of one document by one body: a UUIDv7 in lower case."""

ConsignmentId = DispatchId
"""That dispatch to one recipient body: a UUIDv7 in lower case."""

Digest = Annotated[str, Meta(pattern=r"^(sha256|sm3):[0-9a-f]{64}$")]
"""A digest with its algorithm, for example ``sha256:e3b0…``."""

Instant = Annotated[datetime, Meta(tz=True)]
"""An aware point in time, written as RFC 3339 in UTC."""

CHINA: Final = timezone(timedelta(hours=8), "CST")
"""In which a day is meant where a person says or reads one."""

_BODY = re.compile(r"[0-9]{6}\.[a-z0-9-]{1,32}")


def sha256(data: bytes) -> str:
    """The `Digest` of bytes in memory."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def division_of(body_or_node: str) -> str:
    """The six-digit division that a `BodyId` or `NodeId` begins with."""
    return body_or_node[:6]


def is_body(text: str) -> bool:
    """Whether the text has the form of a `BodyId`."""
    return _BODY.fullmatch(text) is not None


def is_node(text: str) -> bool:
    """Whether the text has the form of a `NodeId`."""
    return is_body(f"{text}.x")


def new_id(clock: Clock, randomness: Randomness) -> str:
    """A UUIDv7 (RFC 9562 5.7): sortable by time, from the passed-in clock and randomness."""
    milliseconds = int(clock().timestamp() * 1000)
    tail = bytearray(milliseconds.to_bytes(6, "big") + randomness(10))
    tail[6] = 0x70 | (tail[6] & 0x0F)
    tail[8] = 0x80 | (tail[8] & 0x3F)
    return str(UUID(bytes=bytes(tail)))
