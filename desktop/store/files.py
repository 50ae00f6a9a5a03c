"""Files that travel beside a document, by their owner: a draft, a dispatch or a consignment."""

from dataclasses import dataclass

from desktop.store.connection import Connection

_COLUMNS = "name, size, digest, media_type, blob"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the vault."""

    name: str
    size: int
    digest: str
    media_type: str
    blob: str
    """`Vault` blob reference as text."""


def put(db: Connection, owner: str, file: KeptFile) -> None:
    """Keep a file, over one of that name."""
    db.execute(
        f"INSERT OR REPLACE INTO files (owner, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant column names
        (owner, file.name, file.size, file.digest, file.media_type, file.blob),
    )


def of(db: Connection, owner: str) -> tuple[KeptFile, ...]:
    """The files of an owner, by name."""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM files WHERE owner = ? ORDER BY name",  # noqa: S608 - constant column names
        (owner,),
    ).fetchall()
    return tuple(KeptFile(*row) for row in found)


def get(db: Connection, owner: str, name: str) -> KeptFile | None:
    """One file of an owner."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM files WHERE owner = ? AND name = ?",  # noqa: S608 - constant column names
        (owner, name),
    ).fetchone()
    return KeptFile(*row) if row else None


def drop(db: Connection, owner: str, name: str) -> bool:
    """Forget a file; whether there was one."""
    return db.execute("DELETE FROM files WHERE owner = ? AND name = ?", (owner, name)).rowcount > 0


def is_used(db: Connection, blob: str) -> bool:
    """Whether any owner still has a file in that blob."""
    found = db.execute("SELECT 1 FROM files WHERE blob = ? LIMIT 1", (blob,)).fetchone()
    return found is not None


def copy(db: Connection, source: str, target: str) -> None:
    """Give an owner the files of another; the blobs are shared."""
    for file in of(db, source):
        put(db, target, file)
