"""A search as a tree, and the tree as an FTS5 expression.

Nothing that a person types reaches FTS5: a tree is compiled from tokens of `grams`, each phrase in
quotes. `syntax` reads what a person types.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from desktop.archive.grams import pairs

Field = Literal["any", "title", "number", "issuer", "code"]

ALL_ITEMS: Final = "all"
"""The facet token that every item carries."""


@dataclass(frozen=True, slots=True)
class Term:
    """A substring, or with more than one run a phrase; in one field or any."""

    runs: tuple[str, ...]
    field: Field = "any"


@dataclass(frozen=True, slots=True)
class Facet:
    """One of these facet tokens."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    part: "Node"


Node = Term | Facet | And | Or | Not

_COLUMNS: Final[dict[Field, str]] = {
    "any": "{title body issuer extra}",
    "title": "title",
    "number": "number",
    "issuer": "issuer",
    "code": "extra",
}


def year_token(year: int) -> str:
    """The facet token of a year."""
    return f"y{year}"


def kind_token(kind: str) -> str:
    """The facet token of a 文种."""
    return "k" + kind.replace("_", "")


def compile_query(node: Node | None) -> str:
    """The FTS5 MATCH expression of a tree."""
    match node:
        case None:
            return _facets((ALL_ITEMS,))
        case Term():
            return f"{_COLUMNS[node.field]} : {_phrase(node)}"
        case Facet():
            return _facets(node.tokens)
        case And():
            return _and(node.parts)
        case Or():
            return "(" + " OR ".join(compile_query(part) for part in node.parts) + ")"
        case Not():
            return _and((node,))


def positive_terms(node: Node | None) -> tuple[Term, ...]:
    """The terms that a hit holds, for highlighting; those under a negation are left out."""
    match node:
        case Term():
            return (node,)
        case And() | Or():
            return tuple(term for part in node.parts for term in positive_terms(part))
        case _:
            return ()


def _and(parts: Iterable[Node]) -> str:
    wanted = [compile_query(part) for part in parts if not isinstance(part, Not)]
    unwanted = [compile_query(part.part) for part in parts if isinstance(part, Not)]
    expression = " AND ".join(wanted) if wanted else compile_query(None)
    for one in unwanted:
        expression = f"({expression}) NOT {one}"
    return f"({expression})"


def _facets(tokens: tuple[str, ...]) -> str:
    return "m : (" + " OR ".join(f'"{token}"' for token in tokens) + ")"


def _phrase(term: Term) -> str:
    """Adjacent pairs; a run that ends inside the phrase ends in the text too."""
    *inner, last = term.runs
    tokens = [token for run in inner for token in pairs(run)]
    if term.field == "number" and last[-1].isascii():
        return _quoted([*tokens, *pairs(last)])  # 45 is not 451
    if len(last) == 1:
        return _quoted([*tokens, last]) + " *"
    return _quoted([*tokens, *pairs(last)[:-1]])


def _quoted(tokens: list[str]) -> str:
    return '"' + " ".join(tokens) + '"'  # tokens hold letters, digits and ideographs alone
