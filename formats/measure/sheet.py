"""What stands on a page, in millimetres from the top left corner of the sheet as it is bound.

Plain values, filled by `formats.measure.reader`; nothing here knows a PDF.
"""

from dataclasses import dataclass
from typing import Literal

from formats.measure.families import Family

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

Tint = Literal["black", "red", "white", "other"]
SealKind = Literal["seal", "personal"]


@dataclass(frozen=True, slots=True)
class Style:
    """What the glyphs of one text object have in common."""

    size: float
    """Points: the height of the em as printed."""
    em: float
    """Millimetres: the width of a full-width character as printed."""
    family: Family | None
    tint: Tint
    turned: bool
    """The baseline is not horizontal."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its origin on the baseline, the end of its advance, the box of its ink."""

    char: str
    x: float
    y: float
    right: float
    ink: Box
    style: Style


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight rule: its ends and its thickness."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    tint: Tint

    @property
    def level(self) -> bool:
        """Whether it lies horizontally."""
        return abs(self.y2 - self.y1) < 0.3 < abs(self.x2 - self.x1)  # noqa: PLR2004 - mm of slack

    @property
    def upright(self) -> bool:
        """Whether it stands vertically."""
        return abs(self.x2 - self.x1) < 0.3 < abs(self.y2 - self.y1)  # noqa: PLR2004 - mm of slack

    @property
    def length(self) -> float:
        """End to end."""
        return max(abs(self.x2 - self.x1), abs(self.y2 - self.y1))

    @property
    def left(self) -> float:
        """The left end."""
        return min(self.x1, self.x2)

    @property
    def right(self) -> float:
        """The right end."""
        return max(self.x1, self.x2)

    @property
    def y(self) -> float:
        """The middle of a horizontal rule."""
        return (self.y1 + self.y2) / 2


@dataclass(frozen=True, slots=True)
class Blot:
    """A picture or a shape that is no rule, by its box."""

    box: Box
    tint: Tint
    picture: bool


@dataclass(frozen=True, slots=True)
class SealMark:
    """A seal or its place: a signature field, a slot left by typesetting, or red ink."""

    page: int
    box: Box
    kind: SealKind
    body: str = ""

    @property
    def x(self) -> float:
        """The centre."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        """The centre."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def diameter(self) -> float:
        """The height; of a 签名章 not more than its height."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    number: int
    """From 1."""
    width: float
    height: float
    turned: int
    """Degrees by which a viewer turns the page."""
    glyphs: tuple[Glyph, ...]
    """Those that can be seen and stand upright, in the file's order."""
    sideways: tuple[Glyph, ...]
    """Those whose baseline is not horizontal."""
    strokes: tuple[Stroke, ...]
    blots: tuple[Blot, ...]
    seals: tuple[SealMark, ...]
    hidden: int
    """Characters that are there but print nothing: the text layer of a scan."""
