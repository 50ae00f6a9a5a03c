"""What a person types into the search field, read as a tree of `query`.

    甲 乙            both (与, AND may stand between)     甲 或 乙, 甲 OR 乙    either
    -甲, 非 甲       not                                  "甲 乙"             one after the other
    ( … )            groups                               题名:甲             in one field
    年度:2019..2023  文号:皖政办〔2023〕45  文种:通知  机关:合肥  档号:WS

Each word is a substring. What cannot be read is a `QueryProblem`, shown beside the field.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from desktop.archive.grams import number_runs, runs
from desktop.archive.query import And, Facet, Node, Not, Or, Term, kind_token, year_token
from desktop.archive.values import QueryProblem
from formats.document.kinds import KINDS
from formats.i18n import tr
from formats.limits import MAX_QUERY_CHARS, MAX_QUERY_DEPTH, MAX_QUERY_TERMS

_FIELDS: Final[dict[str, str]] = {
    "题名": "title", "标题": "title", "title": "title",
    "文号": "number", "字号": "number", "发文字号": "number", "number": "number",
    "机关": "issuer", "责任者": "issuer", "发文机关": "issuer", "issuer": "issuer",
    "档号": "code", "code": "code",
    "年度": "year", "年": "year", "year": "year",
    "文种": "kind", "kind": "kind",
}  # fmt: skip
_KIND_NAMES: Final[dict[str, str]] = {
    **{kind: kind for kind in KINDS},
    **{facts.chinese: kind for kind, facts in KINDS.items()},
    "命令": "order",
    "令": "order",
    "会议纪要": "minutes",
}
_OR: Final = frozenset({"或", "OR", "|"})
_AND: Final = frozenset({"与", "且", "AND", "&"})
_NOT: Final = frozenset({"非", "NOT", "!"})
_DASHES: Final = "-－−"
"""Also full width and minus, as an input method gives them."""
_QUOTES: Final[dict[str, str]] = {'"': '"', "“": "”", "”": "”", "「": "」", "＂": "＂"}
_NAMED: Final = re.compile(r"([^\s:：()（）\"“”]{1,8})[:：]")
_YEARS: Final = re.compile(r"([0-9]{4})(?:\s*(?:\.\.|-|—|~|至)\s*([0-9]{4}))?")
_MOST_YEARS: Final = 200


class _Unreadable(Exception):
    def __init__(self, code: str, message: str, position: int) -> None:
        self.problem = QueryProblem(code, message, position)
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: Literal["(", ")", "or", "and", "not", "word"]
    position: int
    text: str = ""
    field: str = ""
    quoted: bool = False


def parse_query(text: str) -> Node | QueryProblem | None:
    """The tree; a problem; or ``None`` for an empty query, which means every item.

    In a query without operators, brackets and quotes that do not pair are punctuation: whoever
    pastes half a title still finds it.
    """
    if len(text) > MAX_QUERY_CHARS:
        message = tr("检索词超过 {limit} 个字。", limit=MAX_QUERY_CHARS)
        return QueryProblem("query.too-long", message, MAX_QUERY_CHARS)
    try:
        return _tree(text)
    except _Unreadable as error:
        if error.problem.code in {"query.parenthesis", "query.quote"}:
            return _plain_words(text) or error.problem
        return error.problem


def _tree(text: str) -> Node | None:
    lexemes = list(_lex(text))
    return _Parser(lexemes, len(text)).whole() if lexemes else None


def _plain_words(text: str) -> Node | None:
    """Every word a term; ``None`` where a word is an operator or names a field."""
    words = text.split()
    operators = _OR | _AND | _NOT
    if any(word in operators or word[0] in _DASHES or _NAMED.match(word) for word in words):
        return None
    found = [tuple(runs(word)) for word in words]
    terms = tuple(Term(one) for one in found if one)
    return And(terms) if 0 < len(terms) <= MAX_QUERY_TERMS else None


class _Parser:
    """Recursive descent: or, and, not, group."""

    def __init__(self, lexemes: list[_Lexeme], end: int) -> None:
        self._lexemes = lexemes
        self._place = 0
        self._end = end
        self._terms = 0

    def whole(self) -> Node:
        node = self._either(0)
        if self._place < len(self._lexemes):
            position = self._lexemes[self._place].position
            raise _Unreadable("query.parenthesis", tr("多了一个右括号。"), position)
        if node is None:
            raise _Unreadable("query.empty", tr("检索词里没有可检索的字。"), 0)
        return node

    def _either(self, depth: int) -> Node | None:
        parts = [self._all(depth)]
        while self._take("or"):
            parts.append(self._all(depth))
        kept = tuple(part for part in parts if part is not None)
        return Or(kept) if len(kept) > 1 else (kept[0] if kept else None)

    def _all(self, depth: int) -> Node | None:
        before = self._place
        parts: list[Node] = []
        while (ahead := self._ahead()) and ahead not in {")", "or"}:
            if self._take("and"):
                continue
            part = self._one(depth)
            if part is not None:
                parts.append(part)
        if self._place == before:
            raise _Unreadable("query.missing", tr("这里缺少检索词。"), self._position())
        return And(tuple(parts)) if len(parts) > 1 else (parts[0] if parts else None)

    def _one(self, depth: int) -> Node | None:
        if self._take("not"):
            if self._ahead() in {None, ")", "or", "and"}:
                raise _Unreadable("query.missing", tr("这里缺少检索词。"), self._position())
            inner = self._one(self._deeper(depth))
            return Not(inner) if inner is not None else None
        position = self._position()
        if self._take("("):
            inner = self._either(self._deeper(depth))
            if not self._take(")"):
                raise _Unreadable("query.parenthesis", tr("左括号没有配对。"), position)
            return inner
        return self._word()

    def _word(self) -> Node | None:
        lexeme = self._lexemes[self._place]
        self._place += 1
        self._terms += 1
        if self._terms > MAX_QUERY_TERMS:
            message = tr("检索词超过 {limit} 个。", limit=MAX_QUERY_TERMS)
            raise _Unreadable("query.too-many", message, lexeme.position)
        return _leaf(lexeme)

    def _deeper(self, depth: int) -> int:
        if depth >= MAX_QUERY_DEPTH:
            raise _Unreadable("query.too-deep", tr("括号层数太多。"), self._position())
        return depth + 1

    def _ahead(self) -> str | None:
        return self._lexemes[self._place].kind if self._place < len(self._lexemes) else None

    def _take(self, kind: str) -> bool:
        if self._ahead() != kind:
            return False
        self._place += 1
        return True

    def _position(self) -> int:
        at_end = self._place >= len(self._lexemes)
        return self._end if at_end else self._lexemes[self._place].position


def _leaf(lexeme: _Lexeme) -> Node | None:
    """The node of one word; ``None`` where it holds punctuation alone."""
    name = _FIELDS.get(lexeme.field.casefold(), "any")
    if name == "year":
        return _years(lexeme)
    if name == "kind":
        kind = _KIND_NAMES.get(lexeme.text.strip().casefold())
        if kind is None:
            message = tr("没有“{name}”这个文种。", name=lexeme.text)
            raise _Unreadable("query.kind", message, lexeme.position)
        return Facet((kind_token(kind),))
    found = number_runs(lexeme.text) if name == "number" else runs(lexeme.text)
    if not found and name != "any":
        message = tr("“{field}”后面缺少内容。", field=lexeme.field)
        raise _Unreadable("query.missing", message, lexeme.position)
    return Term(tuple(found), name) if found else None  # type: ignore[arg-type] # the names of Field are what is left of _FIELDS


def _years(lexeme: _Lexeme) -> Node:
    found = _YEARS.fullmatch(lexeme.text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2]) if found and found[2] else first
    if not found or not 0 <= last - first <= _MOST_YEARS:
        message = tr("年度要写成 2023 或 2019..2023。")
        raise _Unreadable("query.year", message, lexeme.position)
    return Facet(tuple(year_token(year) for year in range(first, last + 1)))


def _lex(text: str) -> Iterable[_Lexeme]:
    place = 0
    while place < len(text):
        character = text[place]
        if character.isspace():
            place += 1
        elif character in "(（":
            yield _Lexeme("(", place)
            place += 1
        elif character in ")）":
            yield _Lexeme(")", place)
            place += 1
        elif character in _DASHES and place + 1 < len(text) and not text[place + 1].isspace():
            yield _Lexeme("not", place)
            place += 1
        else:
            lexeme, place = _lex_word(text, place)
            yield lexeme


def _lex_word(text: str, place: int) -> tuple[_Lexeme, int]:
    start, field = place, ""
    named = _NAMED.match(text, place)
    if named and named[1].casefold() in _FIELDS:
        field, place = named[1], named.end()
    closing = _QUOTES.get(text[place]) if place < len(text) else None
    if closing:
        end = text.find(closing, place + 1)
        if end < 0 and closing != '"':
            end = text.find('"', place + 1)
        if end < 0:
            raise _Unreadable("query.quote", tr("引号没有配对。"), place)
        return _Lexeme("word", start, text[place + 1 : end], field, quoted=True), end + 1
    end = _word_end(text, place)
    word = text[place:end]
    if not field:
        for kind, words in (("or", _OR), ("and", _AND), ("not", _NOT)):
            if word in words:
                return _Lexeme(kind, start), end  # type: ignore[arg-type] # the three literals
    return _Lexeme("word", start, word, field), end


def _word_end(text: str, place: int) -> int:
    """Where a word ends; brackets and quotes within it, as in 办法（试行）, belong to it."""
    inner = 0
    while place < len(text) and not text[place].isspace():
        character = text[place]
        if character in "(（":
            inner += 1
        elif character in ")）":
            if not inner:
                break
            inner -= 1
        place += 1
    return place
