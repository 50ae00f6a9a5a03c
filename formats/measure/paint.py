"""Rules, pictures and other shapes on a page, with the colour they are painted in."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2.raw as pdfium

from formats.errors import TooLarge
from formats.limits import MAX_PAGE_OBJECTS
from formats.measure.frame import Frame
from formats.measure.sheet import Blot, Box, Stroke, Tint
from formats.typeset.grid import MM_PER_POINT

_THIN: Final = 2.5
"""A filled shape no thicker than this, in mm, is a rule."""

_LONG: Final = 5.0
_MANY_SEGMENTS: Final = 400
"""A path of more is a drawing, known by its box alone."""

_DEEP: Final = 8
_SAMPLES: Final = 24
"""Rows and columns of a picture that are looked at for its colour."""

_SEAL_SIDES: Final = (25.0, 75.0)
Pdf = Any
Matrix = tuple[float, float, float, float, float, float]
_UNIT: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def tint_of(red: int, green: int, blue: int, alpha: int) -> Tint | None:
    """The name of a colour as an eye would give it, None when it is transparent."""
    if alpha < 16:  # noqa: PLR2004 - of 255: cannot be seen
        return None
    most, least = max(red, green, blue), min(red, green, blue)
    if least > 240:  # noqa: PLR2004 - of 255
        return "white"
    if most < 80 or (most - least < 24 and most < 140):  # noqa: PLR2004 - dark and without hue
        return "black"
    if red > 140 and green < 0.45 * red and blue < 0.45 * red:  # noqa: PLR2004 - of 255
        return "red"
    return "other"


def read_paint(
    document: Pdf, page: Pdf, frame: Frame
) -> tuple[tuple[Stroke, ...], tuple[Blot, ...]]:
    """Straight rules, and everything else that is painted and is no text. Raises `TooLarge`."""
    painter = _Painter(document, page, frame)
    for drawn, matrix in _objects(page):
        painter.take(drawn, matrix)
    return tuple(painter.strokes), tuple(painter.blots)


def _objects(page: Pdf) -> Iterator[tuple[Pdf, Matrix]]:
    """Every object with the matrix of the forms it lies in."""
    waiting = [
        (pdfium.FPDFPage_GetObject(page, index), _UNIT, 0)
        for index in range(pdfium.FPDFPage_CountObjects(page))
    ]
    seen = 0
    while waiting:
        drawn, outer, depth = waiting.pop()
        seen += 1
        if seen > MAX_PAGE_OBJECTS:
            raise TooLarge("objects on a page", limit=MAX_PAGE_OBJECTS)
        if pdfium.FPDFPageObj_GetType(drawn) != pdfium.FPDF_PAGEOBJ_FORM:
            yield drawn, outer
        elif depth < _DEEP:
            inner = _times(_matrix(drawn), outer)
            waiting += [
                (pdfium.FPDFFormObj_GetObject(drawn, index), inner, depth + 1)
                for index in range(pdfium.FPDFFormObj_CountObjects(drawn))
            ]


def _matrix(drawn: Pdf) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, found):
        return _UNIT
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def _applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


@dataclass(slots=True)
class _Line:
    """One subpath: its corners, and whether a curve is in it."""

    points: list[tuple[float, float]]
    curved: bool = False

    def box(self) -> Box:
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return min(xs), min(ys), max(xs), max(ys)


class _Painter:
    """Sorts objects into rules and blots."""

    def __init__(self, document: Pdf, page: Pdf, frame: Frame) -> None:
        self._document = document
        self._page = page
        self._frame = frame
        self.strokes: list[Stroke] = []
        self.blots: list[Blot] = []

    def take(self, drawn: Pdf, outer: Matrix) -> None:
        """One object of the page."""
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(drawn, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = self._bounds(drawn, outer)
            if box is not None:
                self.blots.append(Blot(box, self._picture_tint(drawn, box), picture=True))
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            box = self._bounds(drawn, outer)
            if box is not None:
                self.blots.append(Blot(box, "other", picture=False))

    def _picture_tint(self, drawn: Pdf, box: Box) -> Tint:
        """Red when most of the ink of a picture of a seal's size is red, else other."""
        least, most = _SEAL_SIDES
        width, height = box[2] - box[0], box[3] - box[1]
        if not (least <= width <= most and least <= height <= most):
            return "other"
        bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(self._document, self._page, drawn)
        if not bitmap:
            return "other"
        try:
            found = [tint for tint in _samples(bitmap) if tint not in {None, "white"}]
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return "red" if found and found.count("red") * 2 > len(found) else "other"

    def _bounds(self, drawn: Pdf, outer: Matrix) -> Box | None:
        edges = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(drawn, *edges):
            return None
        left, bottom, right, top = (edge.value for edge in edges)
        return self._frame.box(*_applied(outer, left, bottom), *_applied(outer, right, top))

    def _path(self, drawn: Pdf, outer: Matrix) -> None:
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        if not pdfium.FPDFPath_GetDrawMode(drawn, filled, stroked):
            return
        fill = _colour(pdfium.FPDFPageObj_GetFillColor, drawn) if filled.value else None
        line = _colour(pdfium.FPDFPageObj_GetStrokeColor, drawn) if stroked.value else None
        fill, line = (None if tint == "white" else tint for tint in (fill, line))
        if fill is None and line is None:
            return
        if pdfium.FPDFPath_CountSegments(drawn) > _MANY_SEGMENTS:
            box = self._bounds(drawn, outer)
            if box is not None:
                self.blots.append(Blot(box, fill or line or "other", picture=False))
            return
        matrix = _times(_matrix(drawn), outer)
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(drawn, width)
        thick = width.value * _scale(matrix) * MM_PER_POINT
        for subpath in self._lines(drawn, matrix):
            if fill is not None:
                self._filled(subpath, fill)
            elif line is not None:
                self._stroked(subpath, line, thick)

    def _lines(self, drawn: Pdf, matrix: Matrix) -> Iterator[_Line]:
        current = _Line([])
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(pdfium.FPDFPath_CountSegments(drawn)):
            segment = pdfium.FPDFPath_GetPathSegment(drawn, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                if len(current.points) > 1:
                    yield current
                current = _Line([])
            current.curved |= kind == pdfium.FPDF_SEGMENT_BEZIERTO
            current.points.append(self._frame.point(*_applied(matrix, x.value, y.value)))
            if pdfium.FPDFPathSegment_GetClose(segment):
                current.points.append(current.points[0])
        if len(current.points) > 1:
            yield current

    def _filled(self, line: _Line, tint: Tint) -> None:
        left, top, right, bottom = line.box()
        width, height = right - left, bottom - top
        if not line.curved and min(width, height) <= _THIN and max(width, height) >= _LONG:
            if width > height:
                middle = (top + bottom) / 2
                self.strokes.append(Stroke(left, middle, right, middle, height, tint))
            else:
                middle = (left + right) / 2
                self.strokes.append(Stroke(middle, top, middle, bottom, width, tint))
        else:
            self.blots.append(Blot(line.box(), tint, picture=False))

    def _stroked(self, line: _Line, tint: Tint, width: float) -> None:
        if line.curved:
            self.blots.append(Blot(line.box(), tint, picture=False))
            return
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            if (x1, y1) != (x2, y2):
                self.strokes.append(Stroke(x1, y1, x2, y2, width, tint))


def _scale(matrix: Matrix) -> float:
    a, b, c, d, _, _ = matrix
    return float(abs(a * d - b * c) ** 0.5)


def _colour(getter: Any, drawn: Pdf) -> Tint | None:  # noqa: ANN401 - a function of the library
    parts = [ctypes.c_uint() for _ in range(4)]
    if not getter(drawn, *parts):
        return "black"
    return tint_of(*(part.value for part in parts))


def _samples(bitmap: Pdf) -> Iterator[Tint | None]:
    kind = pdfium.FPDFBitmap_GetFormat(bitmap)
    depth = {pdfium.FPDFBitmap_BGR: 3, pdfium.FPDFBitmap_BGRx: 4, pdfium.FPDFBitmap_BGRA: 4}
    if kind not in depth:
        return
    width, height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
    stride, size = pdfium.FPDFBitmap_GetStride(bitmap), depth[kind]
    start = ctypes.cast(pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte))
    for row in range(0, height, max(1, height // _SAMPLES)):
        for column in range(0, width, max(1, width // _SAMPLES)):
            at = row * stride + column * size
            alpha = start[at + 3] if kind == pdfium.FPDFBitmap_BGRA else 255
            yield tint_of(start[at + 2], start[at + 1], start[at], alpha)
