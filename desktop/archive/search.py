"""One search: the page newest first, the exact count, facets, and where each hit matched."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from desktop.archive.grams import fold, fold_with_places, pattern
from desktop.archive.query import Node, Term, compile_query, positive_terms
from desktop.archive.syntax import parse_query
from desktop.archive.values import (
    Clockwork,
    FacetCount,
    Facets,
    Hit,
    Marked,
    Page,
    QueryProblem,
)
from desktop.vault.database import Connection
from formats.limits import MAX_ITEM_TEXT, MAX_SEARCH_PAGE

SNIPPET_BEFORE: Final = 20
SNIPPET_CHARS: Final = 80
_NEWEST: Final = 2**62
_MOST_SPANS: Final = 50


def search(
    connection: Connection,
    query: str,
    *,
    limit: int,
    before: str | None,
    facets: bool,
    clockwork: Clockwork,
) -> Page:
    """One page of what answers ``query``; an unreadable query is `Page.problem`."""
    start = clockwork()
    tree = parse_query(query)
    if isinstance(tree, QueryProblem):
        return Page(problem=tree, took_ms=_since(start, clockwork))
    limit = max(1, min(limit, MAX_SEARCH_PAGE))
    cursor = int(before) if before and before.isdecimal() else _NEWEST
    match = compile_query(tree)
    rows = _page(connection, tree, match, cursor, limit + 1)
    patterns = _patterns(tree)
    hits = tuple(_hit(row, patterns) for row in rows[:limit])
    return Page(
        hits=hits,
        count=_count(connection, tree, match),
        next=str(rows[limit - 1]["row"]) if len(rows) > limit else None,
        facets=_facets(connection, match) if facets else None,
        took_ms=_since(start, clockwork),
    )


def highlight(text: str, patterns: Sequence[re.Pattern[str]]) -> Marked:
    """The text with every match of the patterns, overlapping ones joined."""
    folded = fold_with_places(text)
    found = sorted(
        folded.original(match.start(), match.end())
        for one in patterns
        for match in one.finditer(folded.text)
    )
    spans: list[tuple[int, int]] = []
    for start, end in found[:_MOST_SPANS]:
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return Marked(text, tuple(spans))


def snippet(text: str, patterns: Sequence[re.Pattern[str]]) -> Marked:
    """The surroundings of the first match; the beginning of the text when there is none."""
    place = _first(text, patterns)
    start = max(0, place - SNIPPET_BEFORE)
    piece = re.sub(r"\s", " ", text[start : start + SNIPPET_CHARS])
    return highlight(piece, patterns)


def unpack(data: bytes) -> str:
    """A stored text. What is larger than `MAX_ITEM_TEXT` was never stored."""
    return zlib.decompressobj().decompress(data, MAX_ITEM_TEXT).decode()


def pack(text: str) -> bytes:
    """A text to be stored."""
    return zlib.compress(text.encode(), 3)


def _first(text: str, patterns: Sequence[re.Pattern[str]]) -> int:
    """Where the first pattern that matches does; most match without folding the whole text."""
    for one in patterns:
        found = one.search(text)
        if found:
            return found.start()
    if not patterns or not any(one.search(fold(text)) for one in patterns):
        return 0
    folded = fold_with_places(text)
    for one in patterns:
        found = one.search(folded.text)
        if found:
            return folded.original(found.start(), found.end())[0]
    return 0


def _page(
    connection: Connection, tree: Node | None, match: str, cursor: int, limit: int
) -> list[Any]:
    """The rows below the cursor, newest first."""
    columns = (
        "i.row, i.id, i.archive_code, i.title, i.number, i.kind, i.issuer, i.issue_date, i.year,"
        " i.retention, i.filed, t.text"
    )
    if tree is None:
        return connection.execute(
            f"SELECT {columns} FROM item i JOIN item_text t USING (row)"  # noqa: S608 - constants
            " WHERE i.row < ? ORDER BY i.row DESC LIMIT ?",
            (cursor, limit),
        ).fetchall()
    return connection.execute(
        f"SELECT {columns} FROM ("  # noqa: S608 - constants; the expression is a parameter
        " SELECT rowid AS row FROM item_index WHERE item_index MATCH ? AND rowid < ?"
        " ORDER BY rowid DESC LIMIT ?) f"
        " JOIN item i USING (row) JOIN item_text t USING (row) ORDER BY i.row DESC",
        (match, cursor, limit),
    ).fetchall()


def _count(connection: Connection, tree: Node | None, match: str) -> int:
    if tree is None:
        return int(connection.execute("SELECT count(*) FROM item_facet").fetchone()[0])
    found = connection.execute(
        "SELECT count(*) FROM item_index WHERE item_index MATCH ?", (match,)
    ).fetchone()
    return int(found[0])


def _facets(connection: Connection, match: str) -> Facets:
    """Counts over all hits, in one walk."""
    years: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    issuers: Counter[str] = Counter()
    for year, kind, issuer, count in connection.execute(
        "SELECT i.year, i.kind, i.issuer, count(*) FROM item_index f"
        " JOIN item_facet i ON i.row = f.rowid"
        " WHERE item_index MATCH ? GROUP BY i.year, i.kind, i.issuer",
        (match,),
    ):
        years[str(year)] += count
        kinds[kind] += count
        issuers[issuer] += count
    return Facets(
        years=tuple(FacetCount(*pair) for pair in sorted(years.items(), reverse=True)),
        kinds=_ranked(kinds),
        issuers=_ranked(issuers),
    )


def _ranked(counts: Counter[str]) -> tuple[FacetCount, ...]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetCount(*pair) for pair in ordered if pair[0])


def _patterns(tree: Node | None) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(list(term.runs)) for term in positive_terms(tree) if _shown(term))


def _shown(term: Term) -> bool:
    return term.field in {"any", "title"}


def _hit(row: Any, patterns: Sequence[re.Pattern[str]]) -> Hit:  # noqa: ANN401 - a database row
    return Hit(
        id=row["id"],
        archive_code=row["archive_code"],
        title=highlight(row["title"], patterns),
        number=row["number"],
        kind=row["kind"],
        issuer=row["issuer"],
        issue_date=date.fromisoformat(row["issue_date"]) if row["issue_date"] else None,
        year=row["year"],
        retention=row["retention"],
        filed=datetime.fromisoformat(row["filed"]),
        snippet=snippet(unpack(row["text"]), patterns),
    )


def _since(start: float, clockwork: Clockwork) -> float:
    return (clockwork() - start) * 1000
