"""Pages drawn with reportlab's own canvas, as other producers might."""

import io
from collections.abc import Callable
from typing import Any

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
SENTENCE = "各级各部门要充分认识加强公文交换工作的重要意义确保按时完成"
FONT = "STSong-Light"


def pdf(
    draw: Callable[[Any], None],
    *,
    pages: int = 1,
    size: tuple[float, float] = (210.0, 297.0),
    encrypt: str | None = None,
) -> bytes:
    """A PDF of pages in mm, each drawn by ``draw``."""
    registerFont(UnicodeCIDFont(FONT))
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=(size[0] * MM, size[1] * MM), invariant=1, encrypt=encrypt)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def rows(
    canvas: Any,  # noqa: ANN401 - reportlab carries no types
    *,
    pitch: float = 28 / MM,
    size: float = 16,
    top: float = 37.0,
    left: float = 28.0,
    count: int = 22,
    glyph_by_glyph: bool = False,
) -> None:
    """Rows of 27 characters as a word processor sets them: size in points, the rest in mm."""
    canvas.setFont(FONT, size)
    for number in range(count):
        y = (297 - top - number * pitch) * MM - 0.88 * size
        text = SENTENCE[: 27 if number % 3 else 20]
        if glyph_by_glyph:
            for place, char in enumerate(text):
                canvas.drawString(left * MM + place * size, y, char)
        else:
            canvas.drawString(left * MM, y, text)
