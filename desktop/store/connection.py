"""How values lie in columns; the connection itself is the vault's."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.vault.database import Connection
else:  # the vault's module loads SQLCipher; a type is no reason to
    Connection = object

__all__ = ["Connection", "from_text", "maybe", "names_from_text", "names_to_text", "to_text"]


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
