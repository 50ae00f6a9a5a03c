"""The display list: what lies where on each page. Millimetres, origin top left, y downwards.

Writers draw it and decide nothing. Items stand in reading order.
"""

from dataclasses import dataclass
from typing import Final, Literal

from formats.i18n import tr
from formats.typeset.fonts import Glyph

Tag = Literal[
    "copy_number", "urgency", "mark", "number", "approver", "rule", "title", "recipients",
    "heading1", "heading2", "heading3", "heading4", "body", "table", "attachment_note",
    "issuer", "date", "note", "attachment", "attachment_title", "imprint", "page_number",
]  # fmt: skip

Colour = Literal["black", "red"]
RED: Final = (1.0, 0.0, 0.0)  # GB/T 9704-2012 6.2: red ink; RGB FF0000 in practice
BLACK: Final = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs on one baseline. ``xs[i]`` is the origin of ``glyphs[i]``; ``y`` the baseline."""

    glyphs: tuple[Glyph, ...]
    xs: tuple[float, ...]
    y: float
    size: float
    """Points."""
    tag: Tag
    group: int = 0
    """Lines of one paragraph share a number."""
    colour: Colour = "black"
    stretch: float = 1.0
    """Horizontal scale; the red mark is condensed to fit."""

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(glyph.char for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line of ``width`` mm, centred on its path."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: Colour = "black"


Item = Run | Rule


@dataclass(frozen=True, slots=True)
class SealSlot:
    """Where a seal goes: its centre from the top left, and whose it is. Pages count from 1."""

    page: int
    x_mm: float
    y_mm: float
    diameter_mm: float
    body: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the typesetter has to tell. ``matters`` when a person should look at the page."""

    code: str
    message: str
    matters: bool
    values: tuple[tuple[str, object], ...] = ()

    def text(self, language: str | None = None) -> str:
        """The sentence."""
        return tr(self.message, language=language, **dict(self.values))


@dataclass(frozen=True, slots=True)
class ComposeReport:
    """What came of typesetting."""

    seal_slots: tuple[SealSlot, ...]
    warnings: tuple[Notice, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet side."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """A typeset document."""

    pages: tuple[Page, ...]
    report: ComposeReport
