"""What the key capsule holds: the secret of the payload and what it must open to.

The capsule (``keys.p7m``) is a CMS AuthEnvelopedData over this value, made in `signing.envelope`.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from formats.canonical import Value, from_canonical
from formats.directory import Suite
from formats.ids import Digest, DispatchId
from formats.limits import MAX_PACKAGE_BYTES, MAX_STATEMENT_BYTES


class CapsuleContent(Value, frozen=True, kw_only=True):
    """The secret half of a dispatch."""

    v: Literal[1] = 1
    suite: Suite
    dispatch: DispatchId
    secret: Annotated[bytes, Meta(min_length=32, max_length=32)]
    """Input of `formats.envelope.stream.payload_key`; never printed."""
    plain_digest: Digest
    """Of the package."""
    cipher_digest: Digest
    """Of ``payload.bin``."""
    size: Annotated[int, Meta(ge=0, le=MAX_PACKAGE_BYTES)]
    """Of the package in bytes."""

    def __repr__(self) -> str:
        return f"CapsuleContent(dispatch={self.dispatch!r}, secret=<secret>)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:  # msgspec's own would print the secret
        return [("dispatch", self.dispatch)]


def parse_capsule(data: bytes) -> CapsuleContent:
    """The content of its canonical bytes. Raises a `BadInput`."""
    return from_canonical(CapsuleContent, data, limit=MAX_STATEMENT_BYTES)
