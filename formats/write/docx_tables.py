"""Tables and pictures of the DOCX; landscape tables in a section of their own."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from formats.document.model import Image, Table
from formats.safe.image import read_image
from formats.typeset.grid import CORE_HEIGHT, CORE_WIDTH
from formats.typeset.pictures import DOTS_PER_MM
from formats.write.docx_markup import (
    R,
    Side,
    border,
    ems,
    look,
    paragraph,
    plain,
    run,
    twips,
    w,
)

_WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
SIZES: Final = (14.0, 12.0, 10.5, 9.0)
"""4号, 小四, 五号, 小五: the largest that lets the columns breathe is taken."""

COMFORT: Final = 4
"""A column wants room for this many characters before smaller type is taken."""

LEADING: Final = 1.45
"""Line to line inside a cell, in ems of its type."""

PADDING: Final = 1.2
"""Millimetres at either side of a cell."""

VERTICAL_PADDING: Final = 1.6
_EMU: Final = 36000
"""Of a millimetre."""

_TALLEST: Final = 200.0
_LEAST_EMS: Final = 2.0
_LONGEST: Final = 30.0
"""Ems that a column asks for at most."""


@dataclass(slots=True)
class Media:
    """The pictures of the package, in their order."""

    files: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Sections:
    """How pages are cut into sections: by upright and turned pages."""

    make: Callable[[bool, bool], etree._Element]
    """``w:sectPr`` of a section: whether its pages stand upright, whether it is the first one."""
    count: int = 0

    def end(self, *, upright: bool) -> etree._Element:
        """A line without height that ends a section."""
        spacing = w("spacing", line=20, lineRule="exact")
        return w("p", w("pPr", spacing, self.last(upright=upright)))

    def last(self, *, upright: bool = True) -> etree._Element:
        """The properties of the section that ends here."""
        self.count += 1
        return self.make(upright, self.count == 1)


def table(data: Table, sections: Sections) -> Iterator[etree._Element]:
    """The table, as wide as the core; its head is repeated on every page."""
    wide = CORE_HEIGHT if data.landscape else CORE_WIDTH
    columns = max([len(data.header), *(len(row) for row in data.rows)], default=0)
    if not columns:
        return
    if data.landscape:
        yield sections.end(upright=True)
    yield _grid(data, columns, wide)
    # Two tables without a paragraph between them would be one.
    yield sections.end(upright=False) if data.landscape else paragraph(None, line=20)


def _grid(data: Table, columns: int, wide: float) -> etree._Element:
    header = _padded(data.header, columns)
    rows = [_padded(row, columns) for row in data.rows]
    room = wide / columns - 2 * PADDING
    size = next((s for s in SIZES if room >= COMFORT * s * 25.4 / 72), SIZES[-1])
    widths = _widths([header, *rows], twips(wide))
    line = w("tblBorders", *(
        w(edge, **border("single", eighths=6))
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    ))  # fmt: skip
    margins = w(
        "tblCellMar",
        *(
            w(edge, w=twips(PADDING if edge in {"left", "right"} else VERTICAL_PADDING), type="dxa")
            for edge in ("top", "left", "bottom", "right")
        ),
    )
    properties = w(
        "tblPr",
        w("tblW", w=sum(widths), type="dxa"),
        w("jc", val="center"),
        line,
        w("tblLayout", type="fixed"),
        margins,
    )
    made = [_row(cells, widths, size, heads=False) for cells in rows]
    if any(header):
        made.insert(0, _row(header, widths, size, heads=True))
    grid = w("tblGrid", *(w("gridCol", w=width) for width in widths))
    return w("tbl", properties, grid, *made)


def _row(
    cells: Sequence[str], widths: Sequence[int], size: float, *, heads: bool
) -> etree._Element:
    properties = w("trPr", w("cantSplit"), w("tblHeader") if heads else None)
    return w(
        "tr",
        properties,
        *(_cell(text, width, size, heads=heads) for text, width in zip(cells, widths, strict=True)),
    )


def _cell(text: str, width: int, size: float, *, heads: bool) -> etree._Element:
    step = round(size * LEADING * 20)
    one_line = ems(text) * size * 20 <= width - 2 * twips(PADDING)
    side: Side = "center" if one_line else "left"
    properties = look("hei" if heads else None, points=size)
    return w(
        "tc",
        w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center")),
        paragraph("table", run(text, properties), side=side, line=step),
    )


def _padded(cells: Sequence[str], columns: int) -> tuple[str, ...]:
    texts = tuple(plain(" ".join(cell.split())) for cell in cells)
    return texts + ("",) * (columns - len(texts))


def _widths(rows: Sequence[Sequence[str]], whole: int) -> list[int]:
    """Column widths in twips by the longest cell of each, their sum exactly ``whole``."""
    wanted = [
        min(max(_LEAST_EMS, *(ems(row[k]) for row in rows)), _LONGEST) + 1
        for k in range(len(rows[0]))
    ]
    total = sum(wanted)
    edges = [round(whole * sum(wanted[:k]) / total) for k in range(len(wanted) + 1)]
    return [b - a for a, b in itertools.pairwise(edges)]


def picture(image: Image, media: Media) -> Iterator[etree._Element]:
    """The picture with its words for those who hear the page, centred; 图题 below."""
    kind, columns, lines = read_image(image.data)
    width = min(image.width_mm or columns / DOTS_PER_MM, CORE_WIDTH)
    height = width * lines / columns
    if height > _TALLEST:
        width, height = width * _TALLEST / height, _TALLEST
    media.files.append(("png" if kind == "png" else "jpeg", image.data))
    drawing = _drawing(len(media.files), width, height, plain(image.description))
    caption = plain(image.caption or "")
    spacing = w("spacing", line=240, lineRule="auto")
    style = w("pStyle", val="picture")
    keep = w("keepNext") if caption else None
    yield w("p", w("pPr", style, keep, spacing), w("r", drawing))
    if caption:
        yield paragraph("caption", run(caption))


def _drawing(number: int, width: float, height: float, description: str) -> etree._Element:
    size = {"cx": str(round(width * _EMU)), "cy": str(round(height * _EMU))}
    inline = etree.Element(
        f"{{{_WP}}}inline", dict.fromkeys(("distT", "distB", "distL", "distR"), "0"),
        nsmap={"wp": _WP, "a": _A, "pic": _PIC},
    )  # fmt: skip
    etree.SubElement(inline, f"{{{_WP}}}extent", size)
    named = {"id": str(number), "name": f"图片 {number}", "descr": description}
    etree.SubElement(inline, f"{{{_WP}}}docPr", named)
    graphic = etree.SubElement(inline, f"{{{_A}}}graphic")
    data = etree.SubElement(graphic, f"{{{_A}}}graphicData", {"uri": _PIC})
    pic = etree.SubElement(data, f"{{{_PIC}}}pic")
    about = etree.SubElement(pic, f"{{{_PIC}}}nvPicPr")
    etree.SubElement(about, f"{{{_PIC}}}cNvPr", named)
    etree.SubElement(about, f"{{{_PIC}}}cNvPicPr")
    fill = etree.SubElement(pic, f"{{{_PIC}}}blipFill")
    etree.SubElement(fill, f"{{{_A}}}blip", {f"{{{R}}}embed": f"rIdImage{number}"})
    etree.SubElement(etree.SubElement(fill, f"{{{_A}}}stretch"), f"{{{_A}}}fillRect")
    shape = etree.SubElement(pic, f"{{{_PIC}}}spPr")
    frame = etree.SubElement(shape, f"{{{_A}}}xfrm")
    etree.SubElement(frame, f"{{{_A}}}off", {"x": "0", "y": "0"})
    etree.SubElement(frame, f"{{{_A}}}ext", size)
    geometry = etree.SubElement(shape, f"{{{_A}}}prstGeom", {"prst": "rect"})
    etree.SubElement(geometry, f"{{{_A}}}avLst")
    return w("drawing", inline)
