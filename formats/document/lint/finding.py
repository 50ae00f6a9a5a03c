"""What lint says: a finding, the edit that mends it, and the spots of a document that are read.

A hit is found on one string; a finding is the same hit with its place in the document. A fix
holds the characters it takes away, so that it can only be made where they still stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from msgspec import Struct, structs

from formats.document.model import Block, Document
from formats.document.places import Path
from formats.errors import Refused
from formats.i18n import mark

Role = Literal["title", "text", "cell", "name", "note", "number"]
"""What kind of string it is: 标题, a paragraph, a table's cell, a name, 附注, a 发文字号."""

_AROUND: Final = 8
"""Characters of the text that an excerpt shows at each side."""


class FixOutdated(Refused):
    """The text that a fix would change is no longer there."""

    code = "document.fix-outdated"
    happened = mark("文字在检查之后已经改动，这处修改不能再套用。")
    safe = mark("公文没有改动。")
    advice = mark("请重新检查后再修改。")


@dataclass(frozen=True, slots=True)
class Spot:
    """One string of a document."""

    path: Path
    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start`` to ``end`` of a string, and what stands there instead."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A habit found in one string; without ``pieces`` a person must decide what is right."""

    code: str
    start: int
    end: int
    pieces: tuple[Piece, ...] = ()
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A fix: takes the document it was found in to the mended one."""

    path: Path
    old: str
    """The whole string as it was."""
    pieces: tuple[Piece, ...]

    def __call__(self, document: Document) -> Document:
        """The document with this spot mended. Raises `FixOutdated`."""
        try:
            found = _at(document, self.path)
        except (AttributeError, IndexError, TypeError):
            found = None
        if found != self.old:
            raise FixOutdated
        return cast(Document, _replaced(document, self.path, edited(self.old, self.pieces)))


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One habit that the standards do not have."""

    code: str
    """``P01`` …; see `formats.document.lint.habits`."""
    severity: Literal["warn"]
    """No habit forbids sealing."""
    clause: str
    """The standard and its clause."""
    field: str
    """The field of `Document` concerned."""
    path: Path
    place: str
    """The path in Chinese words."""
    message: str
    """One Chinese sentence: what is wrong and what to do."""
    before: str
    """The spot with some characters around it."""
    after: str
    """The same once it is mended; empty where there is no fix."""
    start: int
    """Where the spot begins in the string at ``path``, in characters."""
    end: int
    """Where it ends."""
    fix: Edit | None

    @property
    def fixable(self) -> bool:
        """Whether it can be mended without a person's judgement."""
        return self.fix is not None


def edited(text: str, pieces: Sequence[Piece]) -> str:
    """The text with the pieces put in; they do not overlap."""
    for piece in sorted(pieces, key=lambda piece: piece.start, reverse=True):
        text = text[: piece.start] + piece.new + text[piece.end :]
    return text


def excerpts(text: str, hit: Hit) -> tuple[str, str]:
    """The spot before and after the fix, each with some of the text around it."""
    start = max(0, hit.start - _AROUND)
    end = min(len(text), hit.end + _AROUND)
    left = "…" if start else ""
    right = "…" if end < len(text) else ""
    shifted = [Piece(p.start - start, p.end - start, p.new) for p in hit.pieces]
    after = left + edited(text[start:end], shifted) + right if shifted else ""
    return left + text[start:end] + right, after


def spots(document: Document) -> Iterator[Spot]:
    """Every string of the document that a person wrote, in reading order."""
    yield Spot(("title",), document.title, "title")
    yield from _names(document, "issuers", "main_recipients")
    yield from _blocks(("body",), document.body)
    for number, attachment in enumerate(document.attachments):
        yield Spot(("attachments", number, "title"), attachment.title, "name")
        yield from _blocks(("attachments", number, "body"), attachment.body)
    for field in ("note", "contact"):
        text = getattr(document, field)
        if text:
            yield Spot((field,), text, "note")
    yield from _names(document, "cc")
    if document.printer:
        yield Spot(("printer",), document.printer, "name")
    if document.reply_to:
        yield Spot(("reply_to",), document.reply_to, "number")


def _names(document: Document, *fields: str) -> Iterator[Spot]:
    for field in fields:
        for number, name in enumerate(getattr(document, field)):
            yield Spot((field, number), name, "name")


def _blocks(path: Path, blocks: Sequence[Block]) -> Iterator[Spot]:
    for number, block in enumerate(blocks):
        here = (*path, number)
        if block.text is not None:
            yield Spot((*here, "text"), block.text, "text")
        elif block.table is not None:
            for column, cell in enumerate(block.table.header):
                yield Spot((*here, "table", "header", column), cell, "cell")
            for line, row in enumerate(block.table.rows):
                for column, cell in enumerate(row):
                    yield Spot((*here, "table", "rows", line, column), cell, "cell")
        elif block.image is not None and block.image.caption:
            yield Spot((*here, "image", "caption"), block.image.caption, "cell")


def _at(value: Any, path: Path) -> Any:  # noqa: ANN401 - a part of any type
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def _replaced(value: Any, path: Path, new: str) -> Any:  # noqa: ANN401 - a part of any type
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return (*value[:step], _replaced(value[step], rest, new), *value[step + 1 :])
    inner = _replaced(getattr(value, step), rest, new)
    return structs.replace(cast(Struct, value), **{step: inner})
