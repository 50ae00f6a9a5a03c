"""Digests by suite: SHA-256 under INTL, SM3 under GM, each written with its name before it.

SM3 is that of `cryptography`, which brings its own library along; `hashlib` has it or not as the
interpreter was built. Both let other threads run while they hash.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.constant_time import bytes_eq

from formats.directory import Suite
from formats.ids import Digest

ALGORITHMS: Final[Mapping[Suite, str]] = {"INTL": "sha256", "GM": "sm3"}
"""The digest of each suite, as `Digest` values begin."""


class Hasher(Protocol):
    """A digest in the making."""

    def update(self, data: bytes | bytearray | memoryview, /) -> None:
        """Take in more."""

    def digest(self) -> bytes:
        """The 32 bytes; nothing may be taken in afterwards."""


class _Sm3:
    """SM3 (GB/T 32905) in the shape of `hashlib`."""

    __slots__ = ("_hash",)

    def __init__(self) -> None:
        self._hash = hashes.Hash(hashes.SM3())

    def update(self, data: bytes | bytearray | memoryview, /) -> None:
        """See `Hasher`."""
        self._hash.update(data)

    def digest(self) -> bytes:
        """See `Hasher`."""
        return self._hash.finalize()


def hasher(suite: Suite) -> Hasher:
    """A fresh digest of that suite."""
    return _Sm3() if suite == "GM" else hashlib.sha256()


def digest_bytes(data: bytes | bytearray | memoryview, suite: Suite) -> bytes:
    """The raw digest of bytes in memory."""
    made = hasher(suite)
    made.update(data)
    return made.digest()


def written(raw: bytes, suite: Suite) -> Digest:
    """A raw digest as a `Digest`."""
    return f"{ALGORITHMS[suite]}:{raw.hex()}"


def digest(data: bytes | bytearray | memoryview, suite: Suite) -> Digest:
    """The `Digest` of bytes in memory."""
    return written(digest_bytes(data, suite), suite)


def suite_of_digest(value: Digest) -> Suite:
    """The suite whose digest that is; a `Digest` has no other form."""
    return "GM" if value.startswith("sm3:") else "INTL"


def matches(value: Digest, data: bytes | bytearray | memoryview) -> bool:
    """Whether ``data`` has that digest, by the algorithm that the digest names."""
    return bytes_eq(value.encode(), digest(data, suite_of_digest(value)).encode())
