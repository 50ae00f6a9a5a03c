"""What is wrong with a case: told by typesetting, by the layout check, and by its ink on paper."""

from collections.abc import Iterator

import pypdfium2
from PIL import Image, ImageChops

from formats.measure.layout import check_layout
from formats.typeset.display import Composition
from tools.gallery.cases import Case

DPI = 72
MM = 25.4 / DPI
DARK = 96
"""Of 255, in any colour: paler is what a raster blurs."""

CORE = (27.4, 36.4, 184.6, 272.6)
"""Left, top, right, bottom in mm, wider by a dot and a half; the page number stands below (7.5)."""

LETTER = (19.5, 29.5, 190.5, 277.8)
"""Page 1 of a letter: its mark above the core, its rules around it (10.1)."""

Box = tuple[float, float, float, float]


def composed_faults(case: Case, composition: Composition) -> list[str]:
    """Notices, sides and remedies that the case did not declare."""
    report = composition.report
    faults = [
        notice.text()
        for notice in report.warnings
        if notice.matters and notice.code not in case.notices
    ]
    if report.pages != case.pages:
        faults.append(f"{report.pages} 面，应为 {case.pages} 面")
    remedies = tuple(remedy.code for remedy in report.remedies)
    if case.remedies is not None and remedies != case.remedies:
        faults.append(f"版面调整 {remedies}，应为 {case.remedies}")
    return faults


def measured_faults(pdf: bytes) -> list[str]:
    """Findings of the layout check."""
    return [f"{found.clause} {found.message}" for found in check_layout(pdf).findings]


def ink_faults(pdf: bytes, *, letter: bool) -> list[str]:
    """Pages with ink where none may be, seals and all."""
    faults = []
    for number, box in enumerate(ink_boxes(pdf), start=1):
        left, top, right, bottom = LETTER if letter and number == 1 else CORE
        if box is None:
            continue
        if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
            edges = " ".join(f"{edge:.1f}" for edge in box)
            faults.append(f"第 {number} 面有版心外的笔画：{edges}")
    return faults


def ink_boxes(pdf: bytes) -> Iterator[Box | None]:
    """The box of all ink on each page in mm, as pdfium draws it with its signature fields."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        for page in document:
            yield _box(page.render(scale=DPI / 72).to_pil())
    finally:
        document.close()


def _box(image: Image.Image) -> Box | None:
    red, green, blue = ImageChops.invert(image.convert("RGB")).split()
    mask = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    found = mask.point(lambda value: 255 if value > DARK else 0).getbbox()
    if found is None:
        return None
    return found[0] * MM, found[1] * MM, found[2] * MM, found[3] * MM
