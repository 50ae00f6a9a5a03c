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
    "attendance", "signer", "caption", "table_head",
]  # fmt: skip

SlotKind = Literal["seal", "personal"]
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
    """Lines of one paragraph share a number; so do the cells of one table row."""
    colour: Colour = "black"
    stretch: float = 1.0
    """Horizontal scale; the red mark is condensed to fit."""
    cell: int = 0
    """A table's column, from 1; a head repeated on later pages keeps group and cell."""
    turned: bool = False
    """The baseline runs upwards, as on a landscape table's page: it stands at x = ``y``, and
    ``xs`` are the glyph origins' y, decreasing. The glyphs' heads point left."""

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


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the rectangle from its top left corner, or turned upwards like a run."""

    x: float
    y: float
    width: float
    """Of the rectangle on the page, also when the picture is turned."""
    height: float
    data: bytes
    """PNG or JPEG, as `formats.safe.image.decode_image` reads it."""
    description: str
    group: int = 0
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Black modules of a barcode, each a rectangle (x, y, width, height)."""

    cells: tuple[tuple[float, float, float, float], ...]
    description: str


Item = Run | Rule | Picture | Bars


@dataclass(frozen=True, slots=True)
class SealSlot:
    """Where a seal goes: its centre from the top left, and whose it is. Pages count from 1."""

    page: int
    x_mm: float
    y_mm: float
    diameter_mm: float
    """Of the seal; of a 签名章 its width."""
    body: str
    """Whose it is: a body's name, or of a 签名章 the signer's."""
    kind: SlotKind = "seal"
    height_mm: float | None = None
    """Of a 签名章, which is a rectangle; None for a round seal."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the solver changed so that 7.3.5.5 and its like hold."""

    code: str
    """For example ``pitch``, ``tracking``, ``carry``, ``recipients``."""
    page: int
    """From 1; 0 where the whole document is meant."""
    amount: float
    """In ``unit``, against the standard value."""
    unit: str


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
    remedies: tuple[Remedy, ...] = ()
    deviation: float = 0.0
    """The cost of the remedies, by which the least was chosen; 0 where none was needed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet side."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """A typeset document."""

    pages: tuple[Page, ...]
    report: ComposeReport
