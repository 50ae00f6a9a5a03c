"""The picture of an electronic seal, as a PDF page shows it: the same bytes for the same picture.

Two kinds are drawn. PNG goes in as samples. SVG is our own vector seals and nothing else: a fixed
head, then red paths of whole units, whose commands are PDF's own path operators under other names.
It is read letter by letter, not as XML: what is not exactly of the form that `svg_of` writes is
refused. Any viewer of SVG shows it all the same, packed by gzip as it is (SVG 1.1 conformance).
Packing matters: a seal stands in a PDF's signature, and no string of PDF/A exceeds 32,767 bytes.

What the page shows is derived here and only here, when the seal is set and again when it is
verified; the two must agree to the byte.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formats.limits import MAX_ESEAL_BYTES, MAX_ESEAL_PATHS, MAX_ESEAL_PIXELS
from formats.safe.image import BadImage, decode_image, read_image
from signing.seal.eseal import SealPicture
from signing.seal.eseal_errors import SealPictureBad
from signing.seal.image import POINTS, SealImage

UNITS: Final = 50
"""SVG units a millimetre: twenty micrometres, 1,270 dpi."""

_SCALE: Final = "0.056692913"
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

_POINT: Final = r"(?:0|-?[1-9][0-9]{0,3}) (?:0|-?[1-9][0-9]{0,3})"
_PATH: Final = re.compile(
    r"<path (?P<paint>"
    + "|".join(re.escape(paint) for paint in _PAINTS)
    + r')(?: stroke-width="(?P<width>[1-9][0-9]{0,3})")? d="(?P<d>'
    + rf"(?>M{_POINT}(?>l{_POINT}|c{_POINT} {_POINT} {_POINT})++z)++"
    + r')"/>\n'
)
_COMMAND: Final = re.compile(r"([Mlcz])([-0-9 ]*)")
_OPERATORS: Final = {"M": "m", "l": "l", "c": "c", "z": "h"}


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
    text = _head(width, height) + "".join(_paths_of(image.content, height * UNITS)) + _TAIL
    return SealPicture("SVG", gzip.compress(text.encode(), 9, mtime=0), width, height)


def _head(width: int, height: int) -> str:
    return _HEAD.format(mm_x=width, mm_y=height, x=width * UNITS, y=height * UNITS)


def _paths_of(content: bytes, height: int) -> Iterator[str]:
    """The paths of the operators that `signing.seal.image` writes, one operator a line."""
    stroke, path, at = 0.0, "", (0, 0)
    for line in content.decode().splitlines():
        *numbers, operator = line.split()
        if operator in {"m", "l", "c"}:
            values = [round(float(number) / POINTS * UNITS) for number in numbers]
            points = [(x, height - y) for x, y in zip(values[::2], values[1::2], strict=True)]
            base = (0, 0) if operator == "m" else at
            path += "M" if operator == "m" else operator
            path += " ".join(f"{x - base[0]} {y - base[1]}" for x, y in points)
            at = points[-1]
        elif operator == "h":
            path += "z"
        elif operator in {"w", "j"}:
            stroke = float(numbers[0]) / POINTS * UNITS
        elif operator in {"f", "s", "B"}:
            yield _path_written(path, "S" if operator == "s" else operator, stroke)
            path = ""


def _path_written(path: str, operator: str, stroke: float) -> str:
    paint = next(paint for paint, name in _PAINTS.items() if name == operator)
    width = "" if operator == "f" else f' stroke-width="{max(round(stroke), 1)}"'
    closed = path if path.endswith("z") else path + "z"
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
    head, text = _head(width, height), _unpacked(picture)
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


def _unpacked(picture: SealPicture) -> str:
    """The text of an SVG, one whole gzip member (RFC 1952) or plain. Raises `SealPictureBad`."""
    data = picture.data
    if data.startswith(b"\x1f\x8b"):
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            data = unpack.decompress(data, MAX_ESEAL_BYTES)
        except zlib.error as error:
            raise _bad(picture, str(error)) from error
        if not unpack.eof or unpack.unused_data:
            raise _bad(picture, "cut short, too long or followed by more")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise _bad(picture, "not ASCII") from error


def _operators(picture: SealPicture, found: re.Match[str]) -> Iterator[str]:
    """The path in PDF's words, every point from the origin: ISO 32000-1 8.5."""
    operator = _PAINTS[found["paint"]]
    if (found["width"] is None) != (operator == "f"):
        raise _bad(picture, "stroke width")
    if found["width"] is not None:
        yield f"{found['width']} w"
    at_x = at_y = 0
    for letter, told in _COMMAND.findall(found["d"]):
        numbers = [int(number) for number in told.split()]
        if letter == "M":
            at_x = at_y = 0
        points = [(at_x + x, at_y + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        yield " ".join([*(f"{x} {y}" for x, y in points), _OPERATORS[letter]])
        if points:
            at_x, at_y = points[-1]
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
