"""The log's hashes in the database, for `formats.evidence.merkle.MerkleLog`.

Hashes appended in the running transaction and the right-most tile of each level stay in memory,
so that a commit of many leaves reads almost nothing.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from formats.evidence.merkle import MerkleLog
from server.store.tables import log_hashes

_KEEP = 512
"""Two tiles a level: a fresh leaf's proof needs at most these of level 0."""


class SqlHashStore:
    """A `HashStore` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._recent: dict[int, dict[int, bytes]] = {}
        self._new: list[dict[str, object]] = []

    def use(self, connection: Connection) -> None:
        """Go on in another transaction."""
        self._connection = connection

    def get(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """See `HashStore`."""
        recent = self._recent.get(level, {})
        if all(place in recent for place in range(start, end)):
            return [recent[place] for place in range(start, end)]
        self.flush()
        query = (
            select(log_hashes.c.hash)
            .where(log_hashes.c.level == level)
            .where(log_hashes.c.place >= start, log_hashes.c.place < end)
            .order_by(log_hashes.c.place)
        )
        return list(self._connection.execute(query).scalars())

    def put(self, level: int, index: int, value: bytes) -> None:
        """See `HashStore`."""
        self._new.append({"level": level, "place": index, "hash": value})
        recent = self._recent.setdefault(level, {})
        recent[index] = value
        recent.pop(index - _KEEP, None)

    def flush(self) -> None:
        """Write what was appended."""
        if self._new:
            self._connection.execute(insert(log_hashes), self._new)
            self._new.clear()


def open_log(connection: Connection, size: int) -> tuple[MerkleLog, SqlHashStore]:
    """The log of that size, and its store."""
    store = SqlHashStore(connection)
    return MerkleLog(store, size), store
