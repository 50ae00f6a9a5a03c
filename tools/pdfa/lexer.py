"""The bytes of a file as objects, before any library has tidied them.

Clauses 6.1.6 to 6.1.9 and 6.1.13 are about how things are written. The scan goes from object to
object through the whole file, old revisions included, and skips the data of streams by their
stated length where ``endstream`` follows it, else by the next ``endstream``.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

_OBJECT: Final = re.compile(
    rb"(?<![0-9])(\d{1,10})([\x00\t\n\x0c\r ]+)(\d{1,5})([\x00\t\n\x0c\r ]+)obj"
)
_TOKEN: Final = re.compile(
    rb"%[^\r\n]*"
    rb"|(?P<open>\()"
    rb"|(?P<mark><<|>>|[\[\]{}])"
    rb"|<(?P<hex>[^>]*)>"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
)
_PARENTHESIS: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_ENDSTREAM: Final = re.compile(rb"(\r\n|\n|\r)?endstream")
_STATED: Final = re.compile(
    rb"/Length[\x00\t\n\x0c\r ]+(\d+)(?:[\x00\t\n\x0c\r ]+(\d+)[\x00\t\n\x0c\r ]+R)?"
)

Kind = Literal["name", "hex", "string", "word"]


@dataclass(frozen=True, slots=True)
class Token:
    """A name, string or number as it stands in the file, without its delimiters."""

    kind: Kind
    raw: bytes


@dataclass(slots=True)
class RawStream:
    """How a stream is written."""

    stated: int | None
    """The Length; None where it is an indirect object that cannot be found."""
    actual: int
    """Bytes up to the end-of-line before ``endstream``."""
    keyword_ends: bytes
    """What follows ``stream``: at most two bytes."""
    ends_line: bool
    """Whether an end-of-line stands before ``endstream``."""


@dataclass(slots=True)
class RawObject:
    """One indirect object as it is written."""

    number: int
    spaced: bool
    """6.1.9: single white space in the head, end-of-lines around ``obj`` and ``endobj``."""
    tokens: list[Token] = field(default_factory=list)
    stream: RawStream | None = None


def scan(data: bytes, length_of: Callable[[int], int | None]) -> Iterator[RawObject]:
    """Every object of a file. ``length_of`` finds a Length that is an object of its own."""
    place = 0
    while (head := _OBJECT.search(data, place)) is not None:
        found, place = _object(data, head, length_of)
        yield found


def _object(
    data: bytes, head: re.Match[bytes], length_of: Callable[[int], int | None]
) -> tuple[RawObject, int]:
    single = len(head[2]) == 1 and len(head[4]) == 1
    before = data[max(0, head.start() - 1) : head.start()]
    after = data[head.end() : head.end() + 1]
    found = RawObject(
        int(head[1]), single and before in b"\r\n" and after in b"\r\n" and bool(after)
    )
    place = head.end()
    while (token := _TOKEN.search(data, place)) is not None:
        place = token.end()
        if token["open"]:
            end = _string_end(data, place)
            found.tokens.append(Token("string", data[place : end - 1]))
            place = end
        elif token["hex"] is not None:
            found.tokens.append(Token("hex", token["hex"]))
        elif token["name"]:
            found.tokens.append(Token("name", token["name"][1:]))
        elif (word := token["word"]) is not None:
            if word == b"stream":
                found.stream, place = _stream(data, head.end(), place, length_of)
            elif word.startswith(b"endobj"):
                before, after = data[token.start() - 1 : token.start()], data[place : place + 1]
                found.spaced = found.spaced and before in b"\r\n" and after in b"\r\n"
                break
            elif word in {b"xref", b"trailer", b"startxref"} or word == b"obj":
                found.spaced = False  # the object never ended
                break
            else:
                found.tokens.append(Token("word", word))
    return found, place


def tokens_of(data: bytes) -> Iterator[Token]:
    """The tokens of an object stream's objects."""
    place = 0
    while (token := _TOKEN.search(data, place)) is not None:
        place = token.end()
        if token["open"]:
            end = _string_end(data, place)
            yield Token("string", data[place : end - 1])
            place = end
        elif token["hex"] is not None:
            yield Token("hex", token["hex"])
        elif token["name"]:
            yield Token("name", token["name"][1:])
        elif token["word"] is not None:
            yield Token("word", token["word"])


def _string_end(data: bytes, place: int) -> int:
    """Behind the parenthesis that closes a string begun before ``place``."""
    depth = 1
    while (found := _PARENTHESIS.search(data, place)) is not None:
        place = found.end()
        if found[0] == b"(":
            depth += 1
        elif found[0] == b")":
            depth -= 1
            if depth == 0:
                return place
    return len(data)


def _stream(
    data: bytes, begin: int, place: int, length_of: Callable[[int], int | None]
) -> tuple[RawStream, int]:
    """A stream whose keyword ends at ``place``; ``begin`` is where its dictionary begins."""
    keyword_ends = data[place : place + 2]
    start = place + (2 if keyword_ends == b"\r\n" else 1)
    stated: int | None = None
    lengths = list(_STATED.finditer(data, begin, place))
    if lengths:
        last = lengths[-1]
        stated = length_of(int(last[1])) if last[2] is not None else int(last[1])
    if stated is not None:
        end = _ENDSTREAM.match(data, start + stated)
        if end is not None:
            return RawStream(stated, stated, keyword_ends, end[1] is not None), end.end()
    end = _ENDSTREAM.search(data, start)
    if end is None:
        return RawStream(stated, len(data) - start, keyword_ends, ends_line=False), len(data)
    actual = end.start() - start
    return RawStream(stated, actual, keyword_ends, end[1] is not None), end.end()
