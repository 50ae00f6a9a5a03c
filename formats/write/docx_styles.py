"""The styles of the DOCX, one for each element of a 公文, under their Chinese names."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from formats.write.docx_markup import EM, FONTS, LINE, Font, Side, fonts, w

TRACKING: Final = -5
"""Twips: 28 characters of 16 pt are 158 mm wide, the core 156."""


@dataclass(frozen=True, slots=True)
class Style:
    """What sets an element apart from the text; None where it is like it."""

    name: str
    font: Font | None = None
    points: float | None = None
    side: Side | None = None
    first: int | None = None
    """First line's indent in characters."""
    outline: int | None = None
    red: bool = False
    tracking: int | None = None


STYLES: Final[dict[str, Style]] = {
    "copy": Style("公文份号"),
    "urgency": Style("公文紧急程度", "hei"),
    "mark": Style("公文发文机关标志", "title", side="center", red=True, tracking=0),
    "number": Style("公文发文字号"),
    "rule": Style("公文红色分隔线"),
    "title": Style("公文标题", "title", 22, "center", tracking=0, outline=0),
    "recipients": Style("公文主送机关"),
    "body": Style("公文正文", side="both", first=2),
    "level1": Style("公文一级标题", "hei", side="both", first=2, outline=1),
    "level2": Style("公文二级标题", "kai", side="both", first=2, outline=2),
    "level3": Style("公文三级标题", side="both", first=2),
    "level4": Style("公文四级标题", side="both", first=2),
    "table": Style("公文表格", points=14, tracking=0),
    "picture": Style("公文图片", side="center"),
    "caption": Style("公文图题", points=14, side="center", tracking=0),
    "attached": Style("公文附件说明"),
    "attendance": Style("公文参会人员"),
    "issuer": Style("公文署名"),
    "date": Style("公文成文日期"),
    "note": Style("公文附注", first=2),
    "label": Style("公文附件序号", "hei"),
    "heading": Style("公文附件标题", "title", 22, "center", tracking=0, outline=0),
    "imprint": Style("公文版记", points=14, tracking=0),
    "page": Style("公文页码", "song", 14, tracking=0),
}
"""By style id."""


def styles() -> etree._Element:
    """The root of ``word/styles.xml``."""
    defaults = w(
        "docDefaults",
        w(
            "rPrDefault",
            w(
                "rPr",
                fonts("fang"),
                w("spacing", val=TRACKING),
                w("kern", val=0),
                w("sz", val=32),
                w("szCs", val=32),
                w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        w("pPrDefault"),
    )
    normal = w(
        "style",
        w("name", val="Normal"),
        w("qFormat"),
        w(
            "pPr",
            w("widowControl", val=0),
            w("overflowPunct", val=0),
            w("autoSpaceDE", val=0),
            w("autoSpaceDN", val=0),
            w("adjustRightInd", val=0),
            w("snapToGrid", val=0),
            w("spacing", before=0, after=0, line=LINE, lineRule="exact"),
        ),
        type="paragraph",
        default=1,
        styleId="a",
    )
    grid = w(
        "style",
        w("name", val="Normal Table"),
        w("uiPriority", val=99),
        w("tblPr", w("tblInd", w=0, type="dxa")),
        type="table",
        default=1,
        styleId="a1",
    )
    own = [_style(name, style) for name, style in STYLES.items()]
    return w("styles", defaults, normal, grid, *own)


def _style(name: str, style: Style) -> etree._Element:
    half = None if style.points is None else round(style.points * 2)
    first = style.first
    indent = w("ind", firstLineChars=100 * first, firstLine=EM * first) if first else None
    return w(
        "style",
        w("name", val=style.name),
        w("basedOn", val="a"),
        w("qFormat"),
        w(
            "pPr",
            indent,
            w("jc", val=style.side) if style.side else None,
            w("outlineLvl", val=style.outline) if style.outline is not None else None,
        ),
        w(
            "rPr",
            fonts(style.font) if style.font else None,
            w("color", val="FF0000") if style.red else None,
            w("spacing", val=style.tracking) if style.tracking is not None else None,
            w("sz", val=half) if half else None,
            w("szCs", val=half) if half else None,
        ),
        type="paragraph",
        customStyle=1,
        styleId=name,
    )


def font_table() -> etree._Element:
    """The root of ``word/fontTable.xml``: what the fonts are, for machines without them."""
    families = {"fang": "modern", "kai": "modern", "hei": "modern", "song": "auto", "title": "auto"}
    return w(
        "fonts",
        *(
            w(
                "font",
                w("charset", val="86"),
                w("family", val=families[font]),
                w("pitch", val="variable" if font == "song" else "fixed"),
                name=name,
            )
            for font, name in FONTS.items()
        ),
    )
