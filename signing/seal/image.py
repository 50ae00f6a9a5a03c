"""A seal as people see it: a red ring, a star, the body's name on the upper arc. Drawn as vectors.

国发〔1999〕25号: round, 五角星 in the middle, 宋体 names running from left to right around it. The
characters are drawn as outlines, so a sealed page needs no font of ours and renders the same for
ever. A drawing proves nothing: what counts is the signature whose field shows it.

签名章 (GB/T 9704-2012 7.3.5.3) are drawn too: the signer's name alone, red, in 楷体.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from fontTools.pens.basePen import BasePen
from fontTools.ttLib.tables._g_l_y_f import Glyph as Outline

from formats.typeset.fonts import FontSet, Role, load_fonts
from formats.typeset.sfnt import Sfnt
from signing.seal.faults import refused

Rank = Literal["province", "city", "county", "other"]

DIAMETERS: Final[dict[Rank, float]] = {
    "province": 50.0,
    "city": 45.0,
    "county": 45.0,
    "other": 42.0,
}
"""Millimetres, 国发〔1999〕25号: 省级 50, 市级和县级 45, others 42."""

POINTS: Final = 72 / 25.4
"""Points a millimetre."""

MAX_NAME: Final = 40
"""Characters on the arc; the longest body name of record has some thirty."""

_MARGIN = 0.006
"""Of the diameter, between the ring's outer edge and the slot's."""
_RING = 0.028
"""Width of the ring; 1.2 mm on a seal of 42 mm."""
_STAR = 0.168
"""Radius of the star; 14 mm from point to point on a seal of 42 mm."""
_GAP = 0.022
"""Between ring and characters."""
_WEIGHT = 0.003
"""Stroke drawn along the outlines: thin strokes of 宋体 would break up in print otherwise."""
_PITCH = 26.0
"""Degrees from one character to the next where the name is short."""
_SPAN = 256.0
"""Degrees from the first character to the last, at most; the rest of the ring stays open."""
MAX_SIGNER: Final = 20
"""Characters on a 签名章: the longest names of persons, with their dots, have some fifteen."""

_STAMP_WIDTH = 0.96
"""Of the stamp, that the characters of a long name take."""
_STAMP_HEIGHT = 0.86
"""Of the stamp's height, that the characters of a short name take."""
_STAMP_SHAPE = 1.25
"""Height over width of the characters of a long name."""
_STAMP_PITCH = 1.1
"""Characters of a short name stand this far apart, over their width."""
_STAMP_WEIGHT = 0.016
"""Of the stamp's height: a stroke along the outlines, as of a pen that presses."""
_KAPPA: Final = 0.5522847498
"""Four cubic curves with this handle are a circle to 0.03 %."""

Point = tuple[float, float]
Place = Callable[[Point], Point]


@dataclass(frozen=True, slots=True)
class SealImage:
    """The drawing of one body's seal, or of a person's 签名章."""

    name: str
    """The body's, or the signer's."""
    diameter_mm: float
    """Of a 签名章 its width."""
    content: bytes
    """PDF operators for the square or rectangle, points, origin bottom left; no resource but
    the graphics state ``/M`` (Multiply), so that the text under the ink stays readable."""
    height_mm: float | None = None
    """Of a 签名章; None for a round seal."""

    @property
    def side(self) -> float:
        """Width in points."""
        return round(self.diameter_mm * POINTS, 3)

    @property
    def tall(self) -> float:
        """Height in points."""
        return self.side if self.height_mm is None else round(self.height_mm * POINTS, 3)

    @property
    def personal(self) -> bool:
        """Whether it is a 签名章."""
        return self.height_mm is not None

    @property
    def pdf(self) -> bytes:
        """The drawing as a PDF of one page."""
        return _one_page(self.content, self.side, self.tall)


def draw_seal(name: str, diameter_mm: float, *, fonts: FontSet | None = None) -> SealImage:
    """The seal of a body. ``fonts`` default to this machine's set.

    Raises `SealRefused` for a name that is empty, too long or not drawable, and `FontsMissing`.
    """
    name = "".join(name.split())
    if not 1 <= len(name) <= MAX_NAME or not 10 <= diameter_mm <= 100:  # noqa: PLR2004 - sane sizes
        raise refused("name", f"{len(name)} characters, {diameter_mm} mm")
    return _draw(name, float(diameter_mm), fonts or load_fonts())


@lru_cache(maxsize=64)
def _draw(name: str, diameter_mm: float, fonts: FontSet) -> SealImage:
    side = diameter_mm * POINTS
    centre = side / 2
    ring = side / 2 - side * _MARGIN
    out = [b"q /M gs 1 0 0 rg 1 0 0 RG"]
    out += _circle(centre, ring - side * _RING / 2, side * _RING)
    out += _star(centre, side * _STAR)
    out += _arc(name, centre, ring - side * (_RING + _GAP), side, fonts)
    out.append(b"Q")
    return SealImage(name, diameter_mm, b"\n".join(out) + b"\n")


def draw_signature_stamp(
    name: str, width_mm: float, height_mm: float, *, fonts: FontSet | None = None
) -> SealImage:
    """The 签名章 of a signer: red 楷体 that fills the rectangle, without a frame.

    Raises `SealRefused` for a name that is empty, too long or not drawable, and `FontsMissing`.
    """
    name = "".join(name.split())
    sane = all(5 <= edge <= 100 for edge in (width_mm, height_mm))  # noqa: PLR2004 - sane sizes
    if not 1 <= len(name) <= MAX_SIGNER or not sane:
        raise refused("name", f"{len(name)} characters, {width_mm} by {height_mm} mm")
    return _draw_stamp(name, float(width_mm), float(height_mm), fonts or load_fonts())


@lru_cache(maxsize=64)
def _draw_stamp(name: str, width_mm: float, height_mm: float, fonts: FontSet) -> SealImage:
    width, height = width_mm * POINTS, height_mm * POINTS
    cell = width * _STAMP_WIDTH / len(name)
    tall = min(height * _STAMP_HEIGHT, cell * _STAMP_SHAPE)
    wide = min(cell, tall)
    pitch = min(cell, wide * _STAMP_PITCH)
    foot = (height - tall) / 2
    weight = height * _STAMP_WEIGHT
    out = [f"q /M gs 1 0 0 rg 1 0 0 RG\n{_number(weight)} w 1 j".encode()]
    for place, char in enumerate(name):
        middle = width / 2 + (place - (len(name) - 1) / 2) * pitch

        def put(point: Point, middle: float = middle) -> Point:
            return middle + point[0] * wide * 0.96, foot + point[1] * tall

        out += _outline(char, "kai", put, fonts)
    out.append(b"Q")
    return SealImage(name, width_mm, b"\n".join(out) + b"\n", height_mm)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _line(points: Iterable[Point], operator: str) -> bytes:
    numbers = " ".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"{numbers} {operator}".encode()


def _circle(centre: float, radius: float, width: float) -> list[bytes]:
    handle = radius * _KAPPA
    c, r, h = centre, radius, handle
    return [
        f"{_number(width)} w".encode(),
        _line([(c + r, c)], "m"),
        _line([(c + r, c + h), (c + h, c + r), (c, c + r)], "c"),
        _line([(c - h, c + r), (c - r, c + h), (c - r, c)], "c"),
        _line([(c - r, c - h), (c - h, c - r), (c, c - r)], "c"),
        _line([(c + h, c - r), (c + r, c - h), (c + r, c)], "c"),
        b"s",
    ]


def _star(centre: float, radius: float) -> list[bytes]:
    """Five points, one upwards; the inner radius is where the sides of a pentagram cross."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = [
        _turned((0.0, radius if corner % 2 == 0 else inner), 36.0 * corner, centre)
        for corner in range(10)
    ]
    return [_line(corners[:1], "m"), *(_line([c], "l") for c in corners[1:]), b"f"]


def _turned(point: Point, degrees: float, centre: float) -> Point:
    """A point relative to the centre, turned clockwise."""
    angle = math.radians(degrees)
    x, y = point
    return (
        centre + x * math.cos(angle) + y * math.sin(angle),
        centre - x * math.sin(angle) + y * math.cos(angle),
    )


def _arc(name: str, centre: float, outer: float, side: float, fonts: FontSet) -> list[bytes]:
    """The characters, heads outwards, spread evenly on the upper arc."""
    count = len(name)
    pitch = min(_PITCH, _SPAN / (count - 1)) if count > 1 else 0.0
    height = side * (0.15 if count <= 14 else 0.135 if count <= 20 else 0.12)  # noqa: PLR2004 - lettering by length of the name
    middle = outer - height / 2
    chord = 2 * (middle - height * 0.2) * math.sin(math.radians(pitch or _PITCH) / 2)
    width = min(height * 0.8, chord * 0.9)
    out = [f"{_number(side * _WEIGHT)} w 1 j".encode()]
    for place, char in enumerate(name):
        turn = (place - (count - 1) / 2) * pitch
        out += _character(char, turn, (centre, outer - height, width, height), fonts)
    return out


def _character(
    char: str, turn: float, box: tuple[float, float, float, float], fonts: FontSet
) -> list[bytes]:
    """One character in a box of ``width`` and ``height`` whose foot is ``foot`` from the centre."""
    centre, foot, width, height = box

    def place(point: Point) -> Point:
        return _turned((point[0] * width, foot + point[1] * height), turn, centre)

    return _outline(char, "song", place, fonts)


def _outline(char: str, role: Role, place: Place, fonts: FontSet) -> list[bytes]:
    """The filled outline of a character.

    ``place`` gets points of its em box, x from -0.5 to 0.5 and y from 0 to 1.
    """
    glyph = fonts.glyph(role, char)
    if glyph.missing:
        raise refused("glyph", char, entry=char)
    face = glyph.font.face
    units = face.units
    # An ideograph's ink lies between -0.12 and 0.88 of its em; the em box fills the place.
    descent = -0.12 * units

    def boxed(point: Point) -> Point:
        return place((point[0] / (glyph.advance * units) - 0.5, (point[1] - descent) / units))

    pen = _Operators(boxed)
    outlines = _Outlines(face)
    outlines[glyph.number].draw(pen, outlines)
    return [*pen.out, b"B"]


class _Outlines:
    """The little of a glyf table that drawing asks for, from a face of `formats.typeset`."""

    extended = False
    """Glyph numbers of 16 bits, as in every font but the few with over 65,535 glyphs."""

    def __init__(self, face: Sfnt) -> None:
        self._face = face

    def __getitem__(self, number: int) -> Outline:
        outline = Outline(self._face.outline(number))
        outline.expand(self)
        return outline

    def getGlyphName(self, number: int) -> int:  # noqa: N802 - fontTools calls it so
        return number


class _Operators(BasePen):  # type: ignore[misc] # fontTools has no types
    """Writes PDF path operators; quadratic curves arrive as cubic ones."""

    def __init__(self, place: Place) -> None:
        super().__init__(None)
        self._place = place
        self.out: list[bytes] = []

    def _moveTo(self, pt: Point) -> None:  # noqa: N802 - as fontTools calls it
        self.out.append(_line([self._place(pt)], "m"))

    def _lineTo(self, pt: Point) -> None:  # noqa: N802 - as fontTools calls it
        self.out.append(_line([self._place(pt)], "l"))

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:  # noqa: N802 - as above
        self.out.append(_line([self._place(p) for p in (pt1, pt2, pt3)], "c"))

    def _closePath(self) -> None:  # noqa: N802 - as fontTools calls it
        self.out.append(b"h")

    _endPath = _closePath  # noqa: N815 - as fontTools calls it


def _one_page(content: bytes, width: float, height: float) -> bytes:
    """A whole PDF around the drawing, the same bytes for the same drawing."""
    size = f"{_number(width)} {_number(height)}"
    resources = "<</ExtGState<</M<</Type/ExtGState/BM/Multiply>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]"
        f"/Resources{resources}/Contents 4 0 R>>".encode(),
        b"<</Length %d>>\nstream\n%sendstream" % (len(content), content),
    ]
    out = bytearray(b"%PDF-1.7\n%\xe5\xe4\xf6\xfc\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
