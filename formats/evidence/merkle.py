"""The log's tree: RFC 9162 2.1, SHA-256, with its hashes kept in tiles of 256.

Only the hashes of levels 0, 8, 16 … are kept (as C2SP tlog-tiles does): 32.1 bytes a leaf, and any
other hash is folded from at most 256 of them. A tree is never changed but at its right edge.
`MerkleLog` reads and writes those hashes through the small protocol `HashStore`; the checks at the
end need nothing but the proof.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_PROOF_HASHES

HASH_BYTES: Final = 32
TILE_HEIGHT: Final = 8
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class ProofInvalid(BadInput):
    """A proof does not lead to the root it claims."""

    code = "evidence.proof-invalid"
    happened = mark("存证日志的证明不成立，记录可能被改动、删除或从未入账。")
    safe = mark("没有采信该记录。")
    advice = mark("请勿据此办理，并把错误代码告诉管理员。")


class HashStore(Protocol):
    """Where the hashes of levels 0, 8, 16 … lie; each is written once and never changed."""

    def get(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """The hashes ``start`` to ``end`` (not included) of one level, all of them."""

    def put(self, level: int, index: int, value: bytes) -> None:
        """Keep one hash; they come in order of index within a level."""


class MemoryStore:
    """A `HashStore` in memory, for small trees and tests."""

    def __init__(self) -> None:
        self.levels: dict[int, list[bytes]] = {}

    def get(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """See `HashStore`."""
        return self.levels[level][start:end]

    def put(self, level: int, index: int, value: bytes) -> None:
        """See `HashStore`."""
        row = self.levels.setdefault(level, [])
        if index != len(row):
            raise IndexError(index)
        row.append(value)


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf; RFC 9162 2.1.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node; RFC 9162 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: the roots of its full subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The tree head; RFC 9162 2.1.1."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, value = self.peaks
        for peak in reversed(rest):
            value = node_hash(peak, value)
        return value


class MerkleLog:
    """A tree that grows at its right edge and proves what it holds.

    One writer at a time. After a transaction that was rolled back, load the log again.
    """

    def __init__(self, store: HashStore, size: int = 0) -> None:
        """The log of the first ``size`` leaves of the store; reads O(log size) hashes."""
        self._store = store
        self._frontier = Frontier(size, self._peaks(0, size))

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return self._frontier.size

    @property
    def frontier(self) -> Frontier:
        """Its right edge."""
        return self._frontier

    def append(self, leaf: bytes) -> int:
        """Add a leaf by its `leaf_hash`; its index."""
        index = self._frontier.size
        self._store.put(0, index, leaf)
        peaks, value, height = list(self._frontier.peaks), leaf, 0
        while index >> height & 1:  # a full subtree of this height stands to the left
            value, height = node_hash(peaks.pop(), value), height + 1
            if height % TILE_HEIGHT == 0:
                self._store.put(height, index >> height, value)
        self._frontier = Frontier(index + 1, (*peaks, value))
        return index

    def root(self, size: int | None = None) -> bytes:
        """The tree head, now or when the log had ``size`` leaves."""
        if size is None:
            return self._frontier.root()
        self._check(0 <= size <= self.size)
        return Frontier(size, self._peaks(0, size)).root()

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that leaf ``index`` is in the tree of ``size`` leaves; RFC 9162 2.1.3.1."""
        end = self.size if size is None else size
        self._check(0 <= index < end <= self.size)
        proof: list[bytes] = []
        start = 0
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        return tuple(reversed(proof))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof that the tree of ``new`` leaves extends that of ``old``; RFC 9162 2.1.4.1."""
        end = self.size if new is None else new
        self._check(0 < old <= end <= self.size)
        proof: list[bytes] = []
        start, whole = 0, True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._range(start, end))
        return tuple(reversed(proof))

    @staticmethod
    def _check(fits: bool) -> None:
        if not fits:
            raise IndexError("the log has no such tree or leaf")

    def _peaks(self, start: int, end: int) -> tuple[bytes, ...]:
        """The full subtrees of a range that begins on a boundary of its largest one."""
        peaks = []
        for height in reversed(range((end - start).bit_length())):
            if end - start >= 1 << height:
                peaks.append(self._node(height, start >> height))
                start += 1 << height
        return tuple(peaks)

    def _range(self, start: int, end: int) -> bytes:
        return Frontier(end - start, self._peaks(start, end)).root()

    def _node(self, height: int, index: int) -> bytes:
        """The root of the full subtree ``index`` of a height, folded from the level below."""
        above = height % TILE_HEIGHT
        row = self._store.get(height - above, index << above, (index + 1) << above)
        if len(row) != 1 << above:
            raise ProofInvalid(f"the store lacks hashes of level {height - above}")
        while len(row) > 1:
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash is leaf ``index`` of the tree; RFC 9162 2.1.3.2.

    Raises `ProofInvalid`.
    """
    _check_form(proof, root)
    if not 0 <= index < size:
        raise ProofInvalid(f"leaf {index} of {size}")
    value = leaf
    for part, on_the_left in _climb(index, size - 1, proof):
        value = node_hash(part, value) if on_the_left else node_hash(value, part)
    if value != root:
        raise ProofInvalid("inclusion")


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the new tree extends the old one; RFC 9162 2.1.4.2. Raises `ProofInvalid`."""
    _check_form(proof, old_root, new_root)
    if not 0 < old_size <= new_size:
        raise ProofInvalid(f"from {old_size} to {new_size}")
    if old_size == new_size:
        if proof or old_root != new_root:
            raise ProofInvalid("one size, two roots")
        return
    power_of_two = old_size & (old_size - 1) == 0
    path = [old_root, *proof] if power_of_two else list(proof)
    if not path:
        raise ProofInvalid("empty proof")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for part, on_the_left in _climb(node, last, path[1:]):
        if on_the_left:
            old = node_hash(part, old)
        new = node_hash(part, new) if on_the_left else node_hash(new, part)
    if (old, new) != (old_root, new_root):
        raise ProofInvalid("consistency")


def _climb(node: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each hash of a proof with whether it stands on the left; must end exactly at the root."""
    for part in proof:
        if last == 0:
            raise ProofInvalid("proof too long")
        on_the_left = bool(node & 1) or node == last
        yield part, on_the_left
        while on_the_left and node and not node & 1:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofInvalid("proof too short")


def _check_form(proof: Sequence[bytes], *roots: bytes) -> None:
    if len(proof) > MAX_PROOF_HASHES or any(len(h) != HASH_BYTES for h in (*proof, *roots)):
        raise ProofInvalid("not hashes")
