"""What a store function needs of a database connection, and how values lie in columns."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol


class Cursor(Protocol):
    """The part of a DB-API cursor that is used here."""

    rowcount: int

    def fetchone(self) -> Any:  # noqa: ANN401 - a row holds what its SELECT names
        """The next row or ``None``."""

    def fetchall(self) -> list[Any]:
        """Every further row."""


class Connection(Protocol):
    """The part of a DB-API connection that is used here."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""


def to_text(at: datetime) -> str:
    """An instant as text that sorts by time: UTC, microseconds, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """The instant of `to_text`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def maybe(text: str | None) -> datetime | None:
    """The instant of a column that may be empty."""
    return from_text(text) if text else None


def names_to_text(names: Sequence[str]) -> str:
    """A list of names in one column."""
    return json.dumps(list(names), ensure_ascii=False)


def names_from_text(text: str) -> tuple[str, ...]:
    """The names of `names_to_text`."""
    return tuple(json.loads(text))
