"""The search index: FTS5 without content, over tokens made by `grams`."""

from dataclasses import dataclass, field

from desktop.archive.grams import number_tokens, tokens
from desktop.archive.query import ALL_ITEMS, kind_token, year_token
from desktop.vault.database import Connection


@dataclass(frozen=True, slots=True)
class IndexText:
    """What of an item is searched."""

    title: str
    body: str = field(repr=False)
    issuer: str
    number: str
    extra: str
    """The rest: number as printed, 档号, names of files, further metadata."""
    year: int
    kind: str


def add(connection: Connection, row: int, text: IndexText) -> None:
    """Index an item in the caller's transaction."""
    facets = [ALL_ITEMS, year_token(text.year)]
    if text.kind:
        facets.append(kind_token(text.kind))
    connection.execute(
        "INSERT INTO item_index (rowid, title, body, issuer, number, extra, m)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row,
            tokens(text.title),
            tokens(text.body),
            tokens(text.issuer),
            number_tokens(text.number),
            tokens(text.extra),
            " ".join(facets),
        ),
    )


def holds(connection: Connection, row: int) -> bool:
    """Whether the item is in the index."""
    found = connection.execute(
        "SELECT 1 FROM item_index WHERE item_index MATCH ? AND rowid = ?",
        (f'm : "{ALL_ITEMS}"', row),
    ).fetchone()
    return found is not None


def faults(connection: Connection) -> tuple[str, ...]:
    """What is wrong with the index: FTS5's own check, then one entry for each item.

    Needs a connection of a transaction: FTS5 runs its check as an INSERT, which fails when the
    index is damaged.
    """
    connection.execute("INSERT INTO item_index (item_index) VALUES ('integrity-check')")
    indexed = connection.execute(
        "SELECT count(*) FROM item_index WHERE item_index MATCH ?", (f'm : "{ALL_ITEMS}"',)
    ).fetchone()[0]
    items = connection.execute("SELECT count(*) FROM item").fetchone()[0]
    return () if indexed == items else (f"{indexed} entries, {items} items",)
