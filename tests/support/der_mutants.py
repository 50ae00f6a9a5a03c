"""Damage to DER, blind and by structure: what comes out may be DER again and still be wrong.

By structure means: the tree is read, one element is changed, moved, doubled or left out, and every
length above it is made to fit, so that the damage reaches the reader of the fields.
"""

import random  # noqa: TID251 - seeded mutations
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from signing import der

_CONSTRUCTED: Final = 0x20
_TAGS: Final = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0C, 0x13, 0x16, 0x17, 0x18, 0x30, 0x31,
                0x80, 0x81, 0x82, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4)  # fmt: skip
_VALUES: Final = (
    b"", b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x00\x80", b"\xff\xff", b"(\x00", b"ES",
    b"\x7f" + b"\xff" * 20, b"\x80" + bytes(200), bytes(64), b"\x80\x80\x01", b"PNG", b"<svg/>",
    b"*\x86H\x86\xf7\r\x01\x01\x0b", b"*\x81\x1c\xcfU\x01\x83u", b"20260231000000Z",
    b"99991231235959Z", b"00000101000000Z", b"261124080000Z", b"\xe4\xb8", b"\xff\xfe\x00\x00",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Node:
    """An element: its content, or its children where it could be taken apart."""

    tag: int
    body: bytes
    children: tuple["_Node", ...] | None
    raw: bytes | None = None
    """The whole element as it was read; ``None`` for one that was made."""

    def encoded(self) -> bytes:
        """DER again."""
        if self.raw is not None:
            return self.raw
        if self.children is None:
            return der.encode(self.tag, self.body)
        return der.encode(self.tag, *(child.encoded() for child in self.children))


def _tree(element: der.Element, depth: int = 0) -> _Node:
    """The tree; octet and bit strings that hold DER are taken apart, too."""
    if element.tag & _CONSTRUCTED:
        children = tuple(_tree(child, depth + 1) for child in element.children())
        return _Node(element.tag, b"", children, element.raw)
    if element.tag == der.OCTET_STRING and element.body[:1] == b"\x30" and depth < 40:
        try:
            held = _tree(der.read(element.body), depth + 1)
            return _Node(element.tag, b"", (held,), element.raw)
        except der.NotDer:
            pass
    return _Node(element.tag, element.body, None, element.raw)


Change = Callable[[_Node, random.Random, Sequence[_Node]], list[_Node]]
"""From an element to what stands in its place."""


def _paths(node: _Node, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Where each element stands: which child of which child."""
    below = (_paths(child, (*path, n)) for n, child in enumerate(node.children or ()))
    return [path, *(p for paths in below for p in paths)]


def _at(node: _Node, path: tuple[int, ...]) -> _Node:
    for number in path:
        node = (node.children or ())[number]
    return node


def _retagged(node: _Node, rng: random.Random, _: Sequence[_Node]) -> list[_Node]:
    return [_Node(rng.choice(_TAGS), node.body, node.children)]


def _valued(node: _Node, rng: random.Random, _: Sequence[_Node]) -> list[_Node]:
    return [_Node(node.tag, rng.choice(_VALUES), None)]


def _bit(node: _Node, rng: random.Random, _: Sequence[_Node]) -> list[_Node]:
    if node.children is not None or not node.body:
        return [node, node]
    body = bytearray(node.body)
    body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    return [_Node(node.tag, bytes(body), None)]


def _exchanged(_node: _Node, rng: random.Random, every: Sequence[_Node]) -> list[_Node]:
    return [rng.choice(every)]


def _doubled(node: _Node, rng: random.Random, _: Sequence[_Node]) -> list[_Node]:
    return [node] * rng.choice((2, 2, 3, 50))


def _shuffled(node: _Node, rng: random.Random, _: Sequence[_Node]) -> list[_Node]:
    children = list(node.children or ())
    rng.shuffle(children)
    return [_Node(node.tag, node.body, tuple(children) if node.children is not None else None)]


def _inserted(node: _Node, rng: random.Random, every: Sequence[_Node]) -> list[_Node]:
    return [rng.choice(every), node]


def _nested(node: _Node, rng: random.Random, _: Sequence[_Node]) -> list[_Node]:
    for _i in range(rng.choice((1, 2, 40, 200))):
        node = _Node(rng.choice((0x30, 0xA0, node.tag | _CONSTRUCTED)), b"", (node,))
    return [node]


_CHANGES: Final[tuple[Change, ...]] = (
    _retagged, _valued, _valued, _bit, _bit, _bit, _exchanged, _doubled, _shuffled, _inserted,
    _nested, lambda *_: [],
)  # fmt: skip


def _replaced(node: _Node, path: tuple[int, ...], new: list[_Node]) -> list[_Node]:
    """The element with ``new`` at a place below it; all that lies beside stays as it was read."""
    if not path:
        return new
    children = node.children or ()
    here = _replaced(children[path[0]], path[1:], new)
    return [_Node(node.tag, b"", (*children[: path[0]], *here, *children[path[0] + 1 :]))]


@lru_cache(maxsize=8)
def _taken_apart(data: bytes) -> tuple[_Node, list[tuple[int, ...]], list[_Node]]:
    """The tree, its places and its elements; most mutants are made from the same bytes."""
    root = _tree(der.read(data))
    places = _paths(root)
    return root, places, [_at(root, place) for place in places]


def by_structure(data: bytes, rng: random.Random) -> bytes:
    """One element changed, every length made to fit."""
    try:
        root, places, every = _taken_apart(data)
    except der.NotDer:
        return blindly(data, rng)
    place = rng.choice(places)
    new = rng.choice(_CHANGES)(_at(root, place), rng, every)
    return b"".join(node.encoded() for node in _replaced(root, place, new))


def blindly(data: bytes, rng: random.Random) -> bytes:
    """Octets changed, put in, left out, or the end lost."""
    changed = bytearray(data or b"\x00")
    for _i in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed))
        kind = rng.randrange(5)
        if kind == 0:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            changed[at:at] = rng.randbytes(rng.choice((1, 2, 100)))
        elif kind == 3:
            del changed[at : at + rng.choice((1, 2, 30))]
        else:
            del changed[at:]
        if not changed:
            return b""
    return bytes(changed)


def der_mutant(seed: int, data: bytes) -> bytes:
    """The mutant of a seed: two of three by structure, up to three changes."""
    rng = random.Random(seed)  # noqa: S311 - no secret comes of it
    for _i in range(rng.choice((1, 1, 1, 2, 3))):
        data = by_structure(data, rng) if rng.random() < 0.67 else blindly(data, rng)
    return data


def text_mutant(seed: int, data: bytes) -> bytes:
    """The mutant of a text: lines, words and numbers moved, doubled or exchanged; or octets."""
    rng = random.Random(seed)  # noqa: S311 - no secret comes of it
    for _i in range(rng.choice((1, 1, 2, 3))):
        if rng.random() < 0.3:
            data = blindly(data, rng)
            continue
        cut = rng.choice((b"\n", b" ", b"=", b'"', b"[", b","))
        parts = data.split(cut)
        one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        odd = (b"", b"-1", b"1e400", b"true", b"{}", b"[[[[", b'"""', b"\\u0000", b"nan", b"\xff",
               b"0xFFFFFFFFFFFFFFFFF", b"1979-05-27", b"[vendor]")  # fmt: skip
        parts[one] = rng.choice((parts[other], b"", parts[one] * 2, rng.choice(odd)))
        data = cut.join(parts)
    return data
