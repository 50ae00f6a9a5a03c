"""The only door from PDF bytes to what can be measured on their pages. PDFium reads.

Every length becomes millimetres from the top left corner of the sheet as it is bound, that is
upright: a page that a viewer merely turns for reading is measured as it lies in the file.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from formats.errors import TooLarge
from formats.limits import MAX_MEASURED_PAGES, MAX_PAGE_GLYPHS, MAX_PDF_BYTES
from formats.measure.families import family_of
from formats.measure.frame import Frame, upright_frame
from formats.measure.paint import read_paint, tint_of
from formats.measure.sheet import Box, Glyph, SealMark, Sheet, Style
from formats.safe.pdf import BadPdf, EncryptedPdf
from formats.typeset.grid import MM_PER_POINT

_PASSWORD: Final = 4
"""FPDF_ERR_PASSWORD; FPDF_ERR_SECURITY is the next."""

_INVISIBLE: Final = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_BLANKS: Final = frozenset(" \u00a0\u3000\t\r\n\ufffe\x02")
_UNKNOWN: Final = "\ufffd"
_NAME_ROOM: Final = 256
_STAMP_SIDES: Final = (20.0, 75.0)
Pdf = Any
"""PDFium's handles carry no types."""


def read_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The pages of a PDF. Raises `BadPdf`, `EncryptedPdf` or `TooLarge`."""
    if len(data) > MAX_PDF_BYTES:
        raise TooLarge(f"{len(data)} bytes of PDF", limit=MAX_PDF_BYTES)
    with opened_pdf(data) as document:
        count = len(document)
        if count > MAX_MEASURED_PAGES:
            raise TooLarge(f"{count} pages", limit=MAX_MEASURED_PAGES)
        if count == 0:
            raise BadPdf("no pages")
        return tuple(_sheet(document, number) for number in range(count))


@contextmanager
def opened_pdf(data: bytes) -> Iterator[Pdf]:
    """PDFium's document for a ``with`` block, forms included. Raises `BadPdf`, `EncryptedPdf`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", 0)
        if code in {_PASSWORD, _PASSWORD + 1}:
            raise EncryptedPdf from error
        raise BadPdf(str(error)) from error
    try:
        document.init_forms()
        yield document
    except (pypdfium2.PdfiumError, ValueError, OverflowError) as error:
        raise BadPdf(f"{type(error).__name__}: {error}") from error
    finally:
        document.close()


def _sheet(document: Pdf, number: int) -> Sheet:
    page = document[number]
    try:
        frame = upright_frame(page.get_cropbox(), page.get_rotation())
        upright, sideways, hidden = _glyphs(page, frame)
        strokes, blots = read_paint(document.raw, page.raw, frame)
        seals = tuple(_fields(document, page, frame, number + 1))
    finally:
        page.close()
    return Sheet(
        number + 1, frame.width, frame.height, frame.ignored, upright, sideways, strokes, blots,
        seals, hidden,
    )  # fmt: skip


def _glyphs(page: Pdf, frame: Frame) -> tuple[tuple[Glyph, ...], tuple[Glyph, ...], int]:
    """Characters that stand upright, those that do not, and how many print nothing."""
    text = page.get_textpage()
    upright: list[Glyph] = []
    sideways: list[Glyph] = []
    hidden = 0
    try:
        count = text.count_chars()
        if count > MAX_PAGE_GLYPHS:
            raise TooLarge(f"{count} characters on a page", limit=MAX_PAGE_GLYPHS)
        reader = _TextReader(text.raw, frame)
        for index in range(count):
            char = reader.char(index)
            if char in _BLANKS or pdfium.FPDFText_IsGenerated(text.raw, index) == 1:
                continue
            style = reader.style(index)
            if style is None:
                hidden += 1
                continue
            glyph = reader.glyph(index, char, style)
            (sideways if style.turned else upright).append(glyph)
    finally:
        text.close()
    return tuple(upright), tuple(sideways), hidden


class _TextReader:
    """Reads one page's characters; the style of a text object is looked up once."""

    def __init__(self, text: Pdf, frame: Frame) -> None:
        self._text = text
        self._frame = frame
        self._styles: dict[int, Style | None] = {}
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self._loose = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(_NAME_ROOM)
        self._flags = ctypes.c_int()

    def char(self, index: int) -> str:
        """The character; PDFium counts one beyond the BMP as two, of which the second is blank."""
        unit = pdfium.FPDFText_GetUnicode(self._text, index)
        if 0xD800 <= unit < 0xDC00:  # noqa: PLR2004 - the first half of a pair
            other = pdfium.FPDFText_GetUnicode(self._text, index + 1)
            if 0xDC00 <= other < 0xE000:  # noqa: PLR2004 - the second
                return chr(0x10000 + ((unit - 0xD800) << 10) + other - 0xDC00)
            return _UNKNOWN
        if 0xDC00 <= unit < 0xE000:  # noqa: PLR2004 - the second half, or half of nothing
            return " "
        char = chr(unit)
        return char if char.isprintable() or char in _BLANKS else _UNKNOWN

    def style(self, index: int) -> Style | None:
        """The style of a character, None when it prints nothing."""
        drawn = pdfium.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(drawn, ctypes.c_void_p).value or 0
        if key not in self._styles or not key:
            self._styles[key] = self._look(index, drawn)
        return self._styles[key]

    def _look(self, index: int, drawn: Pdf) -> Style | None:
        if drawn and pdfium.FPDFTextObj_GetTextRenderMode(drawn) in _INVISIBLE:
            return None
        colour = [ctypes.c_uint() for _ in range(4)]
        pdfium.FPDFText_GetFillColor(self._text, index, *colour)
        red, green, blue, alpha = (part.value for part in colour)
        tint = tint_of(red, green, blue, alpha)
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        nominal = abs(pdfium.FPDFText_GetFontSize(self._text, index))
        size = nominal * (matrix.c**2 + matrix.d**2) ** 0.5
        wide = nominal * (matrix.a**2 + matrix.b**2) ** 0.5
        if tint is None or tint == "white" or not 1 <= size <= 1000:  # noqa: PLR2004 - points
            return None
        self._name.value = b""
        pdfium.FPDFText_GetFontInfo(self._text, index, self._name, _NAME_ROOM, self._flags)
        along, across = self._frame.direction(matrix.a, matrix.b)
        turned = along <= 0 or abs(across) > 0.02 * abs(along)
        return Style(size, wide * MM_PER_POINT, family_of(self._name.value), tint, turned)

    def glyph(self, index: int, char: str, style: Style) -> Glyph:
        """One character, placed."""
        x, y, right, top = self._numbers
        pdfium.FPDFText_GetCharOrigin(self._text, index, x, y)
        origin = self._frame.point(x.value, y.value)
        pdfium.FPDFText_GetLooseCharBox(self._text, index, self._loose)
        advance = self._frame.box(
            self._loose.left, self._loose.bottom, self._loose.right, self._loose.top
        )
        pdfium.FPDFText_GetCharBox(self._text, index, x, right, y, top)
        ink = self._frame.box(x.value, y.value, right.value, top.value)
        return Glyph(char, origin[0], origin[1], max(advance[2], origin[0]), ink, style)


def _fields(document: Pdf, page: Pdf, frame: Frame, number: int) -> Iterator[SealMark]:
    """Signature fields with an area, and stamps as large as a seal."""
    form = document.formenv.raw if document.formenv else None
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            box = _seal_box(annotation, form, frame)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        if box is not None:
            square = abs((box[2] - box[0]) - (box[3] - box[1])) < 1.0
            yield SealMark(number, box, "seal" if square else "personal")


def _seal_box(annotation: Pdf, form: Pdf, frame: Frame) -> Box | None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    signature = (
        kind == pdfium.FPDF_ANNOT_WIDGET
        and form is not None
        and pdfium.FPDFAnnot_GetFormFieldType(form, annotation) == pdfium.FPDF_FORMFIELD_SIGNATURE
    )
    if not signature and kind != pdfium.FPDF_ANNOT_STAMP:
        return None
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, rect):
        return None
    box = frame.box(rect.left, rect.bottom, rect.right, rect.top)
    width, height = box[2] - box[0], box[3] - box[1]
    if width < 1 or height < 1:  # an invisible signature
        return None
    least, most = _STAMP_SIDES
    return box if signature or (least <= width <= most and least <= height <= most) else None
