"""A file under examination, as pikepdf reads it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, TypeGuard

import pikepdf

Node = Any
"""A pikepdf object, known only when looked at."""

FAULTS: Final = (
    pikepdf.PikepdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    NotImplementedError,
)
"""What pikepdf raises for an object that is not of the kind its place calls for."""

_DEEPEST: Final = 64
_MOST_NODES: Final = 100_000


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set to look names up in."""
    return frozenset(text.split())


def is_dictionary(value: Node) -> TypeGuard[Any]:
    """A dictionary, or the dictionary of a stream."""
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Stream))


def is_array(value: Node) -> TypeGuard[Any]:
    """An array."""
    return isinstance(value, pikepdf.Array)


def is_name(value: Node) -> TypeGuard[Any]:
    """A name."""
    return isinstance(value, pikepdf.Name)


def is_text(value: Node) -> TypeGuard[Any]:
    """A string."""
    return isinstance(value, pikepdf.String)


class Opened:
    """The file's bytes and objects."""

    def __init__(self, data: bytes) -> None:
        """Raises `pikepdf.PikepdfError`."""
        self.data = data
        self.pdf = pikepdf.open(BytesIO(data), suppress_warnings=True)
        self.root: Node = self.pdf.Root
        self.pages: list[Node] = list(self._leaves())
        self.profile: str | None = None
        """Colour space of the PDF/A output intent: ``RGB``, ``CMYK`` or ``GRAY``."""

    def _leaves(self) -> Iterator[Node]:
        """The pages as they stand: pikepdf's own list writes inherited attributes into them."""
        pending, steps = [self.root.get("/Pages")], 0
        while pending and steps < _MOST_NODES:
            node, steps = pending.pop(), steps + 1
            if is_dictionary(node) and "/Kids" in node:
                pending += reversed(list(node["/Kids"]))
            elif is_dictionary(node):
                yield node

    @staticmethod
    def is_stream(value: Node) -> TypeGuard[Any]:
        """A stream."""
        return isinstance(value, pikepdf.Stream)

    @staticmethod
    def name_of(value: Node) -> str:
        """How a finding calls the object."""
        number = value.objgen[0] if isinstance(value, pikepdf.Object) else 0
        return f"object {number}" if number else ""

    def integer(self, number: int) -> int | None:
        """The integer that is object ``number``."""
        try:
            return int(self.pdf.get_object((number, 0)))
        except FAULTS:
            return None

    def objects(self) -> Iterator[Node]:
        """Every dictionary and stream, those inside others too, each once."""
        for item in self.pdf.objects:
            pending: list[Node] = [item]
            while pending:
                value = pending.pop()
                if is_dictionary(value):
                    yield value
                    held = [inner for _, inner in value.items()]
                elif is_array(value):
                    held = list(value)
                else:
                    continue
                pending += [
                    inner
                    for inner in held
                    if isinstance(inner, pikepdf.Object) and not inner.is_indirect
                ]

    @staticmethod
    def inherited(page: Node, key: str) -> Node:
        """A page attribute, from the page tree where the page leaves it out."""
        node, steps = page, 0
        while is_dictionary(node) and steps < _DEEPEST:
            if key in node:
                return node[key]
            node, steps = node.get("/Parent"), steps + 1
        return None
