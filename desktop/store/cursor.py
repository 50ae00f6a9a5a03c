"""How far the mailbox has been read."""

from desktop.store.connection import Connection

MAILBOX = "mailbox"


def get(db: Connection, name: str) -> int:
    """The last sequence number taken in; 0 at first."""
    row = db.execute("SELECT value FROM cursor WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def move(db: Connection, name: str, value: int) -> None:
    """Move it forward; it never goes back."""
    db.execute(
        "INSERT INTO cursor (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
        (name, value),
    )
