"""A composition as PDF bytes: exactly the placed glyphs, nothing decided here.

reportlab's canvas makes pages and objects; text is written by glyph number over our own subsets
(`formats.write.embed`), so that no standard font is left unembedded and ToUnicode is right for
every glyph. A pikepdf pass adds what reportlab has no word for. Same composition, same bytes.
"""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from PIL import Image as PixelImage
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from formats.safe.image import decode_image
from formats.typeset.display import (
    BLACK,
    RED,
    Bars,
    Colour,
    Composition,
    Picture,
    Rule,
    Run,
)
from formats.typeset.fonts import Font, FontSet
from formats.typeset.grid import MM_PER_POINT, PAGE_HEIGHT, PAGE_WIDTH
from formats.write.embed import Subset
from formats.write.slots import put_slots

XML_NAME: Final = "document.xml"
"""The attached source; AFRelationship Source."""

_COLOURS: Final[dict[Colour, tuple[float, float, float]]] = {"black": BLACK, "red": RED}
Doc = Any
"""reportlab's document; it carries no types."""

PdfObject = Any

_SYMBOLIC: Final = 4
_UNSEEN: Final = 0.5
"""Thousandths of the em (0.003 mm at 3号) that a glyph may stray before it is moved."""

_FIXED_DATE: Final = "D:20000101000000+00'00'"
"""The document's own date stands on its pages; file dates would make equal inputs differ."""


class _BareCanvas(Canvas):  # type: ignore[misc] # reportlab carries no types
    """A canvas that names no font of its own: the stock one leaves Helvetica unembedded."""

    def _make_preamble(self) -> None:
        self._preamble = ""


def write_pdf(
    composition: Composition, fonts: FontSet, *, title: str, xml: bytes | None = None
) -> bytes:
    """The PDF. ``xml``, when given, is attached as the source. Raises `BadFont`."""
    del fonts  # the glyphs carry their fonts; the set is part of every writer's signature
    sink = io.BytesIO()
    canvas = _BareCanvas(
        sink,
        pagesize=(PAGE_WIDTH / MM_PER_POINT, PAGE_HEIGHT / MM_PER_POINT),
        pageCompression=0,  # the pikepdf pass compresses, without reportlab's ASCII85
        invariant=1,
        pdfVersion=(1, 7),
        lang="zh-CN",
    )
    canvas.setTitle(title)
    canvas.setProducer("Yidao")
    subsets: dict[str, Subset] = {}
    for page in composition.pages:
        for item in page.items:
            if isinstance(item, Run):
                canvas._code += _text(item, subsets)  # noqa: SLF001 - placed glyphs have no other door
            elif isinstance(item, Rule):
                canvas._code.append(_rule(item))  # noqa: SLF001 - reportlab has no public way
            elif isinstance(item, Bars):
                canvas._code.append(_bars(item))  # noqa: SLF001 - reportlab has no public way
            else:
                _picture(canvas, item)
        canvas.showPage()
    for number, subset in enumerate(subsets.values(), start=1):
        _add_font(canvas._doc, f"F{number}", subset)  # noqa: SLF001 - reportlab has no public way
    canvas.save()
    return _finish(sink.getvalue(), composition, title, xml)


def _text(run: Run, subsets: dict[str, Subset]) -> Iterator[str]:
    """The operators of a run, one text object for each font in it."""
    yield f"{_rgb(run.colour)} rg"
    start = 0
    for place in range(1, len(run.glyphs) + 1):
        same = place < len(run.glyphs) and run.glyphs[place].font is run.glyphs[start].font
        if not same:
            yield _segment(run, start, place, subsets)
            start = place


def _segment(run: Run, start: int, end: int, subsets: dict[str, Subset]) -> str:
    """One text object: the common gap between glyphs as character spacing, the rest in TJ."""
    name, subset = _subset(run.glyphs[start].font, subsets)
    scale = run.size * run.stretch  # points a glyph of one em advances
    glyphs = run.glyphs[start:end]
    if run.turned:  # upwards, as the page's own y runs
        xs = [(PAGE_HEIGHT - y) / MM_PER_POINT for y in run.xs[start:end]]
    else:
        xs = [x / MM_PER_POINT for x in run.xs[start:end]]
    steps = [subset.width(glyph) / 1000 * scale for glyph in glyphs]
    gaps = Counter(
        int((after - x - step) * 10_000 + 20_000)
        for x, step, after in zip(xs, steps, xs[1:])  # noqa: B905 - the last glyph has no gap
    )
    common = (gaps.most_common(1)[0][0] - 20_000) / 10_000 if gaps else 0.0
    pen = xs[0]
    number = subset.number
    parts: list[str] = ["<"]
    for glyph, x, step in zip(glyphs, xs, steps, strict=True):
        shift = (pen - x) / scale * 1000
        if not -_UNSEEN < shift < _UNSEEN:
            shift = round(shift, 1)
            parts.append(f"> {shift:g} <")
            pen -= shift / 1000 * scale
        parts.append(f"{number(glyph):04X}")
        pen += step + common
    y = (PAGE_HEIGHT - run.y) / MM_PER_POINT
    matrix = f"{run.stretch:.5f} 0 0 1 {xs[0]:.4f} {y:.4f}"
    if run.turned:
        matrix = f"0 {run.stretch:.5f} -1 0 {run.y / MM_PER_POINT:.4f} {xs[0]:.4f}"
    return (
        f"BT /{name} {run.size:.4f} Tf {common / run.stretch:.4f} Tc "
        f"{matrix} Tm "
        f"[{''.join(parts)}>] TJ ET"
    )


def _subset(font: Font, subsets: dict[str, Subset]) -> tuple[str, Subset]:
    """The name and subset of a font; names follow the order of first use."""
    if font.key not in subsets:
        subsets[font.key] = Subset(font)
    return f"F{list(subsets).index(font.key) + 1}", subsets[font.key]


def _rule(rule: Rule) -> str:
    x1, x2 = rule.x1 / MM_PER_POINT, rule.x2 / MM_PER_POINT
    y1, y2 = (PAGE_HEIGHT - rule.y1) / MM_PER_POINT, (PAGE_HEIGHT - rule.y2) / MM_PER_POINT
    return (
        f"{_rgb(rule.colour)} RG {rule.width / MM_PER_POINT:.4f} w "
        f"{x1:.4f} {y1:.4f} m {x2:.4f} {y2:.4f} l S"
    )


def _bars(bars: Bars) -> str:
    parts = [f"{_rgb('black')} rg"]
    for x, y, width, height in bars.cells:
        left, low = x / MM_PER_POINT, (PAGE_HEIGHT - y - height) / MM_PER_POINT
        parts.append(
            f"{left:.4f} {low:.4f} {width / MM_PER_POINT:.4f} {height / MM_PER_POINT:.4f} re"
        )
    return " ".join([*parts, "f"])


def _picture(canvas: Canvas, picture: Picture) -> None:
    """The decoded samples, never the bytes as they came. Raises `BadImage`."""
    decoded = decode_image(picture.data)
    image = PixelImage.frombytes(
        "L" if decoded.grey else "RGB", (decoded.width, decoded.height), decoded.samples
    )
    left, low = picture.x / MM_PER_POINT, (PAGE_HEIGHT - picture.y - picture.height) / MM_PER_POINT
    wide, high = picture.width / MM_PER_POINT, picture.height / MM_PER_POINT
    canvas.saveState()
    if picture.turned:
        canvas.translate(left + wide, low)
        canvas.rotate(90)
        canvas.drawImage(ImageReader(image), 0, 0, high, wide)
    else:
        canvas.drawImage(ImageReader(image), left, low, wide, high)
    canvas.restoreState()


def _rgb(colour: Colour) -> str:
    return " ".join(f"{value:g}" for value in _COLOURS[colour])


def _add_font(doc: Doc, name: str, subset: Subset) -> None:
    """The objects of a composite font (ISO 32000-1 9.7), under ``name`` on every page."""
    base = f"{_tag(subset)}+Yidao-{subset.font.key}"
    box, ascent, descent = subset.metrics()
    data = subset.font_file()
    descriptor = _dict(
        Type="/FontDescriptor", FontName=f"/{base}", Flags=_SYMBOLIC, ItalicAngle=0, StemV=80,
        FontBBox=pdfdoc.PDFArray(list(box)), Ascent=ascent, Descent=descent, CapHeight=ascent,
        FontFile2=doc.Reference(_stream(data, Length1=len(data))),
    )  # fmt: skip
    descendant = _dict(
        Type="/Font", Subtype="/CIDFontType2", BaseFont=f"/{base}", CIDToGIDMap="/Identity",
        CIDSystemInfo=_dict(
            Registry=pdfdoc.PDFString("Adobe"), Ordering=pdfdoc.PDFString("Identity"), Supplement=0
        ),
        DW=1000, W=_widths(subset), FontDescriptor=doc.Reference(descriptor),
    )  # fmt: skip
    font = _dict(
        Type="/Font", Subtype="/Type0", BaseFont=f"/{base}", Encoding="/Identity-H",
        DescendantFonts=pdfdoc.PDFArray([doc.Reference(descendant)]),
        ToUnicode=doc.Reference(_stream(subset.to_unicode())),
    )  # fmt: skip
    doc.idToObject["BasicFonts"].dict[name] = doc.Reference(font)


def _tag(subset: Subset) -> str:
    """Six capitals that differ between subsets (ISO 32000-1 9.6.4), from the font's key."""
    value = sum(byte * 31**place for place, byte in enumerate(subset.font.key.encode()))
    return "".join(chr(65 + value // 26**place % 26) for place in range(6))


def _widths(subset: Subset) -> PdfObject:
    """Only advances that differ from the default width."""
    entries: list[PdfObject] = []
    for number, width in enumerate(subset.widths()):
        if width != 1000:  # noqa: PLR2004 - DW above
            entries += [number, pdfdoc.PDFArray([width])]
    return pdfdoc.PDFArray(entries)


def _dict(**entries: PdfObject) -> PdfObject:
    """A PDF dictionary; strings beginning with a slash are names already."""
    return pdfdoc.PDFDictionary(entries)


def _stream(data: bytes, **entries: PdfObject) -> PdfObject:
    stream = pdfdoc.PDFStream(content=data, filters=[])
    for key, value in entries.items():
        stream.dictionary[key] = value
    return stream


def _finish(data: bytes, composition: Composition, title: str, xml: bytes | None) -> bytes:
    """Slots, metadata and the attached source, then one deterministic save."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        put_slots(pdf, composition.report.seal_slots)
        pdf.Root.Lang = pikepdf.String("zh-CN")
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        if "/Outlines" in pdf.Root:
            del pdf.Root.Outlines
            del pdf.Root.PageMode
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = title
            metadata["dc:language"] = {"zh-CN"}
            metadata["xmp:CreatorTool"] = "Yidao"
        if xml is not None:
            _attach(pdf, xml)
        pdf.save(
            sink,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
        )
    return sink.getvalue()


def _attach(pdf: pikepdf.Pdf, xml: bytes) -> None:
    spec = pikepdf.AttachedFileSpec(
        pdf, xml, filename=XML_NAME, mime_type="text/xml", description="公文结构化数据",
        creation_date=_FIXED_DATE, mod_date=_FIXED_DATE, relationship=pikepdf.Name.Source,
    )  # fmt: skip
    pdf.attachments[XML_NAME] = spec
    pdf.Root.AF = pikepdf.Array([spec.obj])
