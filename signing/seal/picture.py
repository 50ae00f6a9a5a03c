"""The picture of an electronic seal, as a PDF page shows it: the same bytes for the same picture.

Two kinds are drawn. PNG goes in as samples. SVG is our own vector seals and nothing else: a fixed
head, then red paths in absolute coordinates of a hundredth of a millimetre, whose commands are
PDF's own path operators under other names. It is read letter by letter, not as XML: whatever is
not exactly of the form that `svg_of` writes is refused. Any viewer of SVG shows it all the same.

What the page shows is derived here and only here, when the seal is set and again when it is
verified; the two must agree to the byte.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formats.limits import MAX_ESEAL_PATHS, MAX_ESEAL_PIXELS
from formats.safe.image import BadImage, decode_image, read_image
from signing.seal.eseal import SealPicture
from signing.seal.eseal_errors import SealPictureBad
from signing.seal.image import POINTS, SealImage

UNITS: Final = 100
"""SVG units a millimetre: ten micrometres, 2,540 dpi."""

_SCALE: Final = "0.028346457"
"""Points a unit: 72 / 25.4 / `UNITS`."""

_HEAD: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{mm_x}mm" height="{mm_y}mm"'
    ' viewBox="0 0 {x} {y}">\n'
)
_TAIL: Final = "</svg>\n"
_PAINTS: Final = {
    'fill="#f00"': "f",
    'fill="none" stroke="#f00"': "S",
    'fill="#f00" stroke="#f00" stroke-linejoin="round"': "B",
}
"""How a path is painted: attributes as written, PDF operator."""

_POINT: Final = r"-?(?:0|[1-9][0-9]{0,4}) -?(?:0|[1-9][0-9]{0,4})"
_PATH: Final = re.compile(
    r"<path (?P<paint>"
    + "|".join(re.escape(paint) for paint in _PAINTS)
    + r')(?: stroke-width="(?P<width>[1-9][0-9]{0,3})")? d="(?P<d>'
    + rf"(?>M{_POINT}(?>L{_POINT}|C{_POINT} {_POINT} {_POINT})++Z)++"
    + r')"/>\n'
)
_COMMAND: Final = re.compile(r"([MLCZ])([-0-9 ]*)")
_OPERATORS: Final = {"M": "m", "L": "l", "C": "c", "Z": "h"}


@dataclass(frozen=True, slots=True)
class Raster:
    """Samples of a PNG: 8-bit grey or RGB rows from the top."""

    width: int
    height: int
    grey: bool
    samples: bytes


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a field shows: a form XObject's box and operators."""

    width: float
    """Points, to a thousandth."""
    height: float
    content: bytes
    """Operators; the graphics state ``/M`` multiplies, ``/S`` is the image of a PNG."""
    image: Raster | None


def svg_of(image: SealImage) -> SealPicture:
    """The drawing as the vector picture that a seal is made with; its sides in whole mm."""
    width = round(image.diameter_mm)
    height = width if image.height_mm is None else round(image.height_mm)
    head = _HEAD.format(mm_x=width, mm_y=height, x=width * UNITS, y=height * UNITS)
    body = "".join(_paths_of(image.content, height * UNITS))
    return SealPicture("SVG", (head + body + _TAIL).encode(), width, height)


def _paths_of(content: bytes, height: int) -> Iterator[str]:
    """The paths of the operators that `signing.seal.image` writes, one operator a line."""
    stroke, path = 0.0, ""
    for line in content.decode().splitlines():
        *numbers, operator = line.split()
        if operator in {"m", "l", "c"}:
            values = [float(number) / POINTS * UNITS for number in numbers]
            values[1::2] = [height - y for y in values[1::2]]
            path += operator.upper() + " ".join(str(round(value)) for value in values)
        elif operator == "h":
            path += "Z"
        elif operator in {"w", "j"}:
            stroke = float(numbers[0]) / POINTS * UNITS
        elif operator in {"f", "s", "B"}:
            yield _path_written(path, operator.upper() if operator == "s" else operator, stroke)
            path = ""


def _path_written(path: str, operator: str, stroke: float) -> str:
    paint = next(paint for paint, name in _PAINTS.items() if name == operator)
    width = "" if operator == "f" else f' stroke-width="{max(round(stroke), 1)}"'
    closed = path if path.endswith("Z") else path + "Z"
    return f'<path {paint}{width} d="{closed}"/>\n'


@lru_cache(maxsize=256)
def appearance_of(picture: SealPicture) -> Appearance:
    """What a page shows of a picture. Raises `SealPictureBad`."""
    if picture.kind == "SVG":
        return _vector(picture)
    if picture.kind == "PNG":
        return _raster(picture)
    raise _bad(picture, "kind")


def side(mm: int) -> float:
    """Millimetres in points, to a thousandth, as every place here rounds them."""
    return round(mm * POINTS, 3)


def _vector(picture: SealPicture) -> Appearance:
    width, height = picture.width_mm, picture.height_mm
    head = _HEAD.format(mm_x=width, mm_y=height, x=width * UNITS, y=height * UNITS)
    try:
        text = picture.data.decode("ascii")
    except UnicodeDecodeError as error:
        raise _bad(picture, "not ASCII") from error
    if not text.startswith(head) or not text.endswith(_TAIL):
        raise _bad(picture, "head or tail")
    at, end = len(head), len(text) - len(_TAIL)
    out = [f"q /M gs 1 0 0 rg 1 0 0 RG {_SCALE} 0 0 -{_SCALE} 0 {side(height):.3f} cm 1 j"]
    for number in range(MAX_ESEAL_PATHS + 1):
        if at == end:
            break
        found = _PATH.match(text, at, end)
        if found is None or number == MAX_ESEAL_PATHS:
            raise _bad(picture, f"at {at}")
        out += _operators(picture, found)
        at = found.end()
    out.append("Q\n")
    return Appearance(side(width), side(height), "\n".join(out).encode(), None)


def _operators(picture: SealPicture, found: re.Match[str]) -> Iterator[str]:
    """The path in PDF's words: ISO 32000-1 8.5."""
    operator = _PAINTS[found["paint"]]
    if (found["width"] is None) != (operator == "f"):
        raise _bad(picture, "stroke width")
    if found["width"] is not None:
        yield f"{found['width']} w"
    for letter, numbers in _COMMAND.findall(found["d"]):
        yield f"{numbers} {_OPERATORS[letter]}".strip()
    yield operator


def _raster(picture: SealPicture) -> Appearance:
    try:
        media, wide, high = read_image(picture.data)
        if media != "png" or wide * high > MAX_ESEAL_PIXELS:
            raise _bad(picture, f"{media} of {wide} by {high}")
        plain = decode_image(picture.data)
    except BadImage as error:
        raise _bad(picture, error.detail) from error
    width, height = side(picture.width_mm), side(picture.height_mm)
    content = f"q /M gs {width:.3f} 0 0 {height:.3f} 0 0 cm /S Do Q\n".encode()
    raster = Raster(plain.width, plain.height, plain.grey, plain.samples)
    return Appearance(width, height, content, raster)


def _bad(picture: SealPicture, detail: str) -> SealPictureBad:
    return SealPictureBad(detail, kind=picture.kind)
