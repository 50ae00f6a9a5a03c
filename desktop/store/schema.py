"""The tables, as one versioned schema for `Vault.apply_schema`. Times are UTC text."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from desktop.vault.vault import Vault

NAME: Final = "exchange"

_FIRST: Final[tuple[str, ...]] = (
    """CREATE TABLE drafts (
        id TEXT PRIMARY KEY, document BLOB NOT NULL, main TEXT NOT NULL, cc TEXT NOT NULL,
        updated TEXT NOT NULL, deleted TEXT, sealed TEXT
    ) STRICT""",
    """CREATE TABLE files (
        owner TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL,
        media_type TEXT NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (owner, name)
    ) STRICT""",
    """CREATE TABLE outgoing (
        dispatch TEXT PRIMARY KEY, draft TEXT, document BLOB NOT NULL,
        title TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, urgency TEXT,
        sensitivity TEXT NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL,
        sealed_at TEXT NOT NULL, sent_at TEXT, pdf TEXT NOT NULL, pdf_digest TEXT NOT NULL,
        rules BLOB NOT NULL, sequence INTEGER UNIQUE, manifest_digest TEXT,
        package TEXT, header BLOB, keys BLOB, payload_digest TEXT, filed TEXT
    ) STRICT""",
    """CREATE TABLE consignments (
        id TEXT PRIMARY KEY, dispatch TEXT NOT NULL REFERENCES outgoing (dispatch),
        place INTEGER NOT NULL, body TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
        copies INTEGER NOT NULL, state TEXT NOT NULL, at TEXT,
        actor TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX consignments_by_dispatch ON consignments (dispatch, place)",
    """CREATE TABLE pending_events (
        id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, target TEXT NOT NULL,
        title TEXT NOT NULL, payload BLOB NOT NULL, attempts INTEGER NOT NULL,
        created TEXT NOT NULL, next_at TEXT NOT NULL, error TEXT NOT NULL,
        stopped INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE incoming (
        id TEXT PRIMARY KEY, dispatch TEXT NOT NULL, sender TEXT NOT NULL,
        title TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, urgency TEXT,
        sensitivity TEXT NOT NULL, role TEXT NOT NULL, copies INTEGER NOT NULL,
        state TEXT NOT NULL, received TEXT NOT NULL, acted TEXT, reason TEXT NOT NULL DEFAULT '',
        header BLOB, header_digest TEXT, keys BLOB, payload_size INTEGER,
        package TEXT, pdf TEXT, pdf_digest TEXT, metadata BLOB, verdict BLOB,
        error TEXT NOT NULL DEFAULT '', filed TEXT
    ) STRICT""",
    "CREATE INDEX incoming_by_received ON incoming (received)",
    """CREATE TABLE receipts (
        digest TEXT PRIMARY KEY, dispatch TEXT NOT NULL, consignment TEXT,
        seq INTEGER NOT NULL, event TEXT NOT NULL, at TEXT NOT NULL, receipt BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX receipts_by_dispatch ON receipts (dispatch, consignment, seq)",
    "CREATE TABLE cursor (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
)
"""``receipts.digest`` is of the record (p7m), so a repeated receipt of one record is one row."""

_UNVERIFIED: Final = (
    """CREATE TABLE unverified (
        digest TEXT PRIMARY KEY, dispatch TEXT NOT NULL, consignment TEXT,
        receipt BLOB NOT NULL, noted TEXT NOT NULL
    ) STRICT""",
)
"""``unverified.digest`` is of the whole receipt: the same bytes are tried again once a run."""

VERSIONS: Final[tuple[tuple[str, ...], ...]] = (_FIRST, _UNVERIFIED)
"""The statements that lead to version 1, to version 2 and so on."""


def apply(vault: "Vault") -> None:
    """Bring a vault up to the newest version. Raises `VaultTooNew` for one beyond it."""
    for number, statements in enumerate(VERSIONS, 1):
        vault.apply_schema(NAME, number, statements, newest=len(VERSIONS))
