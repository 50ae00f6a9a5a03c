"""A PDF measured by other people's readers: pdfplumber, poppler, pdfium."""

import io
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
from PIL import Image, ImageChops

MM = 25.4 / 72
PAGE_HEIGHT = 297.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Line:
    """Characters on one baseline, in mm from the top left."""

    baseline: float
    left: float
    right: float
    text: str
    size: float


def lines(pdf: bytes) -> list[list[Line]]:
    """The lines of each page from top to bottom, all type sizes."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [_page_lines(page.chars) for page in document.pages]


def _page_lines(chars: list[dict[str, Any]]) -> list[Line]:
    grouped: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for char in chars:
        key = (round(char["matrix"][5], 3), round(char["size"], 1))
        grouped.setdefault(key, []).append(char)
    found = []
    for (y, size), members in grouped.items():
        members.sort(key=lambda char: float(char["x0"]))
        text = "".join(str(char["text"]) for char in members)
        left, right = members[0]["x0"] * MM, members[-1]["x1"] * MM
        found.append(Line(PAGE_HEIGHT - y * MM, left, right, text, size))
    return sorted(found, key=lambda line: (line.baseline, line.left))


def rules(pdf: bytes) -> list[list[tuple[float, float, float, float]]]:
    """Horizontal rules of each page: (left, right, y, width) in mm."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [
            [
                (line["x0"] * MM, line["x1"] * MM, line["top"] * MM, line["linewidth"] * MM)
                for line in page.lines
                if abs(line["top"] - line["bottom"]) < 0.01
            ]
            for page in document.pages
        ]


def plain_text(pdf: bytes, folder: Path) -> str:
    """The text that poppler finds, without white space and page numbers, page after page."""
    source = folder / "text.pdf"
    source.write_bytes(pdf)
    out = subprocess.run(
        ["pdftotext", "-raw", str(source), "-"], capture_output=True, check=True, text=True
    ).stdout
    pages = [re.sub(r"\s+", "", page) for page in out.split("\f")]
    return "".join(re.sub(r"—\d+—$", "", page) for page in pages)


def ink(pdf: bytes, *, red: bool = False, dpi: int = 300) -> list[Box | None]:
    """The box of all ink, or of the red ink, on each page: left, top, right, bottom in mm."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_box(page.render(scale=dpi / 72).to_pil(), 25.4 / dpi, red) for page in document]
    finally:
        document.close()


def _box(image: Image.Image, mm: float, red: bool) -> Box | None:
    bands = image.convert("RGB").split()
    mask = ImageChops.subtract(bands[0], bands[1]) if red else ImageChops.invert(bands[1])
    found = mask.point(lambda value: 255 if value > 127 else 0).getbbox()
    if found is None:
        return None
    left, top, right, bottom = found
    return left * mm, top * mm, right * mm, bottom * mm
