"""Bands of red ink down a page, as pdfium paints it: marks and rules, measured in mm."""

from dataclasses import dataclass

import pypdfium2
from PIL import ImageChops

DPI = 240
MM = 25.4 / DPI


@dataclass(frozen=True)
class Band:
    """Rows of the raster with red ink, without a break."""

    top: float
    bottom: float
    left: float
    right: float

    @property
    def height(self) -> float:
        """From its first to its last ink."""
        return self.bottom - self.top


def red_bands(pdf: bytes, page: int = 1) -> list[Band]:
    """The red bands of a page (from 1), downwards."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[page - 1].render(scale=DPI / 72).to_pil().convert("RGB")
    finally:
        document.close()
    red, green, _ = image.split()
    mask = ImageChops.subtract(red, green).point(lambda value: 255 if value > 127 else 0)
    rows = [mask.crop((0, y, mask.width, y + 1)).getbbox() for y in range(mask.height)]
    bands: list[Band] = []
    start = 0
    for y in range(1, len(rows) + 1):
        if y < len(rows) and (rows[y] is None) == (rows[start] is None):
            continue
        boxes = [box for box in rows[start:y] if box]
        if boxes:
            left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
            bands.append(Band(start * MM, y * MM, left * MM, right * MM))
        start = y
    return bands
