"""What screens show: frozen states without widgets, so that most tests compare plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from desktop.services.rows import ConsignmentRow, EventRow, FileRow, LayoutCheck

if TYPE_CHECKING:
    from desktop.presenters.verdict import CardState

Tone = Literal["ok", "info", "warn", "bad", "quiet", "accent"]

VERDICT_TONES: dict[str, Tone] = {
    "green": "ok",
    "green-b": "ok",
    "blue": "info",
    "amber": "warn",
    "red": "bad",
}


@dataclass(frozen=True, slots=True)
class StripState:
    """The verdict at one glance, and its grounds."""

    tone: Tone
    headline: str
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A button: what it does in words, and why it cannot where it cannot."""

    id: str
    words: str
    primary: bool = False
    enabled: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class DetailState:
    """The right-hand side: one document."""

    key: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    strip: StripState | None = None
    card: "CardState | None" = None
    """The verdict with all it rests on; where it is given, no strip is."""
    original: bool = False
    """Whether ``pdf`` is the file as it was sealed, and not the one that lies here now."""
    difference: str = ""
    """Which pages of the two look different, once they have been compared."""
    pdf: bytes | None = None
    page_text: str = ""
    """What stands in the place of the page while there is none."""
    files: tuple[FileRow, ...] = ()
    files_words: str = ""
    """What the files are called, where they are not 附件."""
    details: tuple[tuple[str, str], ...] = ()
    """The whole description, for a page of its own."""
    consignments: tuple[ConsignmentRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    layout: LayoutCheck | None = None
    """The page under the ruler of GB/T 9704, once it has been measured."""
    actions: tuple[Action, ...] = ()
    loading: bool = False
    """Only the title is known yet."""


@dataclass(frozen=True, slots=True)
class ListState:
    """A list with its document."""

    rows: tuple[Any, ...] = ()
    empty: str = ""
    """One sentence and what to do, when there are no rows."""
    summary: str = ""
    detail: DetailState | None = None
    busy: str = ""
    """What is being done now, or an empty string."""


BEIJING: tzinfo = timezone(timedelta(hours=8), "UTC+8")


def when(instant: datetime | None, *, zone: tzinfo = BEIJING) -> str:
    """A point in time as offices write it, in Beijing time; empty when there is none."""
    return "" if instant is None else instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def short_when(instant: datetime | None, *, zone: tzinfo = BEIJING) -> str:
    """A point in time for a narrow column; the detail beside it has the year."""
    return "" if instant is None else instant.astimezone(zone).strftime("%m-%d %H:%M")
