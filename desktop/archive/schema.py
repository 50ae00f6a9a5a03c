"""The archive's tables. Row order of `item` is archive order: year times 10^8 plus a number."""

from typing import Final

NAME: Final = "archive"
ROWS_A_YEAR: Final = 10**8

_APPEND_ONLY: Final = "SELECT RAISE(ABORT, 'append-only')"

_TABLES: Final = (
    "CREATE TABLE archive_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """CREATE TABLE item (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        archive_code TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        number TEXT NOT NULL,
        kind TEXT NOT NULL,
        issuer TEXT NOT NULL,
        issue_date TEXT,
        year INTEGER NOT NULL,
        retention TEXT NOT NULL,
        category TEXT NOT NULL,
        office TEXT NOT NULL,
        serial INTEGER NOT NULL,
        sensitivity TEXT NOT NULL,
        source TEXT NOT NULL,
        dispatch TEXT NOT NULL,
        consignment TEXT NOT NULL,
        digest TEXT NOT NULL UNIQUE,
        filed TEXT NOT NULL,
        actor TEXT NOT NULL,
        metadata TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX item_serial ON item (category, year, retention, office, serial)",
    "CREATE INDEX item_dispatch ON item (dispatch) WHERE dispatch <> ''",
    # What facets are counted from: narrow, so a count does not walk over texts.
    """CREATE TABLE item_facet (
        row INTEGER PRIMARY KEY REFERENCES item, year INTEGER NOT NULL, kind TEXT NOT NULL,
        issuer TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE item_text (row INTEGER PRIMARY KEY REFERENCES item, text BLOB NOT NULL) STRICT",
    """CREATE TABLE item_file (
        row INTEGER NOT NULL REFERENCES item,
        place INTEGER NOT NULL,
        role TEXT NOT NULL,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        length INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        blob TEXT NOT NULL REFERENCES blob,
        PRIMARY KEY (row, place)
    ) STRICT, WITHOUT ROWID""",
    # Who opened what; read_file writes here when it is told who.
    """CREATE TABLE access (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
        item TEXT NOT NULL
    ) STRICT""",
)
_LEDGER: Final = (
    "CREATE TABLE ledger (seq INTEGER PRIMARY KEY, item TEXT NOT NULL, entry BLOB NOT NULL) STRICT",
    "CREATE INDEX ledger_item ON ledger (item)",
    """CREATE TABLE ledger_hash (
        level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (level, place)
    ) STRICT, WITHOUT ROWID""",
)
_KEYS: Final = {
    "ledger": "seq = NEW.seq",
    "ledger_hash": "level = NEW.level AND place = NEW.place",
    "access": "seq = NEW.seq",
}


def _guards(table: str, same: str) -> tuple[str, ...]:
    """No row of the table is changed, removed or replaced."""
    known = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 - constants of this module
    stop = f"BEGIN {_APPEND_ONLY}; END"
    return (
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} {stop}",
        f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} {stop}",
        f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} WHEN EXISTS ({known}) {stop}",
    )


_INDEX: Final = (
    """CREATE VIRTUAL TABLE item_index USING fts5(
        title, body, issuer, number, extra, m, content='', contentless_delete=1, tokenize='ascii'
    )""",
    # The default of 4050 does not fit what an encrypted page of 8192 has left.
    "INSERT INTO item_index (item_index, rank) VALUES ('pgsz', 8000)",
)

# The 正文 kept provable: extended copies, each beginning with the bytes of the one before. What
# was filed stays as it was, in item_file, and is what the ledger's "filed" pins.
_FURTHER: Final = """CREATE TABLE item_version (
        row INTEGER NOT NULL REFERENCES item,
        version INTEGER NOT NULL CHECK (version > 1),
        name TEXT NOT NULL,
        length INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        blob TEXT NOT NULL REFERENCES blob,
        made TEXT NOT NULL,
        until TEXT NOT NULL,
        PRIMARY KEY (row, version)
    ) STRICT, WITHOUT ROWID"""

STATEMENTS: Final = (
    *_TABLES,
    *_LEDGER,
    *(statement for table, same in _KEYS.items() for statement in _guards(table, same)),
    *_INDEX,
)
"""Version 1."""

FURTHER_VERSIONS: Final = (
    _FURTHER,
    *_guards("item_version", "row = NEW.row AND version = NEW.version"),
)
"""Version 2."""

VERSIONS: Final = (STATEMENTS, FURTHER_VERSIONS)
"""What brings an archive to each version, from the first."""
