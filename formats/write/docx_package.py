"""The package around a DOCX's text: parts, relationships, settings, footers. ISO/IEC 29500-2.

The same parts are the same bytes: no times, no counters, members stored in one order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lxml import etree

from formats.package.stored import write_zip
from formats.write.docx_markup import EM, R, Side, number_runs, paragraph, plain, w, xml_bytes
from formats.write.docx_styles import font_table, styles

_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_DC: Final = "http://purl.org/dc/elements/1.1/"

FOOTERS: Final = {"default": "rIdOdd", "even": "rIdEven", "first": "rIdFirst"}
"""Relationship of each kind of footer."""

HEADER: Final = "rIdHeader"
"""Of the header of a letter's first page."""

FOOTER_BELOW: Final = 20.0
"""Millimetres from the sheet's lower edge to that of the footers: a letter's second double rule."""

_NUMBER_LINE: Final = 400
_BELOW_NUMBER: Final = 274
"""Twips below it, so that the dash lies 7 mm below the core (7.5)."""


def package(
    body: etree._Element,
    *,
    title: str,
    author: str,
    images: Sequence[tuple[str, bytes]],
    first: tuple[etree._Element, etree._Element] | None,
    turned: Mapping[str, etree._Element],
) -> bytes:
    """The DOCX. ``images`` are (ending, bytes), ``first`` the header and footer of page 1.

    ``turned`` are the headers and the footer that landscape pages ask for, by relationship.
    """
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _content_types(
            images, first=first is not None, turned=turned.values()
        ),
        "_rels/.rels": _relations(
            [
                ("rId1", f"{R}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _core(title, author),
        "word/document.xml": xml_bytes(w("document", body)),
        "word/styles.xml": xml_bytes(styles()),
        "word/settings.xml": xml_bytes(_settings()),
        "word/fontTable.xml": xml_bytes(font_table()),
        "word/footer1.xml": xml_bytes(page_number("right")),
        "word/footer2.xml": xml_bytes(page_number("left")),
    }
    links = [
        ("rIdStyles", f"{R}/styles", "styles.xml"),
        ("rIdSettings", f"{R}/settings", "settings.xml"),
        ("rIdFonts", f"{R}/fontTable", "fontTable.xml"),
        (FOOTERS["default"], f"{R}/footer", "footer1.xml"),
        (FOOTERS["even"], f"{R}/footer", "footer2.xml"),
    ]
    if first is not None:
        parts["word/header1.xml"], parts["word/footer3.xml"] = map(xml_bytes, first)
        links += [
            (HEADER, f"{R}/header", "header1.xml"),
            (FOOTERS["first"], f"{R}/footer", "footer3.xml"),
        ]
    for number, (name, part) in enumerate(turned.items(), start=1):
        parts[f"word/turned{number}.xml"] = xml_bytes(part)
        links.append((name, f"{R}/{_running(part)}", f"turned{number}.xml"))
    for number, (ending, data) in enumerate(images, start=1):
        parts[f"word/media/image{number}.{ending}"] = data
        links.append((f"rIdImage{number}", f"{R}/image", f"media/image{number}.{ending}"))
    parts["word/_rels/document.xml.rels"] = _relations(links)
    return write_zip(parts)


def _running(part: etree._Element) -> str:
    """Whether a part is a header or a footer."""
    return "header" if part.tag.endswith("}hdr") else "footer"


def page_number(side: Side) -> etree._Element:
    """A footer with — n — at one side, one character in (7.5)."""
    left, right = (EM, None) if side == "left" else (None, EM)
    number = paragraph("page", *number_runs(), line=_NUMBER_LINE, left=left, right=right, side=side)
    return w("ftr", number, paragraph("page", line=_BELOW_NUMBER))


def _settings() -> etree._Element:
    mode = w("compatSetting", name="compatibilityMode",
             uri="http://schemas.microsoft.com/office/word", val=15)  # fmt: skip
    return w(
        "settings",
        w("zoom", percent=100),
        w("defaultTabStop", val=420),
        w("evenAndOddHeaders"),
        w("characterSpacingControl", val="compressPunctuation"),
        w("compat", w("doNotExpandShiftReturn"), w("useFELayout"), mode),
        w("themeFontLang", val="en-US", eastAsia="zh-CN"),
    )


def _core(title: str, author: str) -> bytes:
    root = etree.Element(
        f"{{{_PACKAGE}/metadata/core-properties}}coreProperties",
        nsmap={"cp": f"{_PACKAGE}/metadata/core-properties", "dc": _DC},
    )
    for name, text in (("title", title), ("creator", author), ("language", "zh-CN")):
        etree.SubElement(root, f"{{{_DC}}}{name}").text = plain(text)
    return xml_bytes(root)


def _relations(links: Sequence[tuple[str, str, str]]) -> bytes:
    space = f"{_PACKAGE}/relationships"
    root = etree.XML(f'<Relationships xmlns="{space}"/>')
    for name, kind, target in links:
        etree.SubElement(
            root, f"{{{space}}}Relationship", {"Id": name, "Type": kind, "Target": target}
        )
    return xml_bytes(root)


def _content_types(
    images: Sequence[tuple[str, bytes]], *, first: bool, turned: Iterable[etree._Element]
) -> bytes:
    space = f"{_PACKAGE}/content-types"
    root = etree.XML(f'<Types xmlns="{space}"/>')
    endings = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        **{ending: f"image/{ending}" for ending, _ in images},
    }
    for ending in sorted(endings):
        etree.SubElement(
            root, f"{{{space}}}Default", {"Extension": ending, "ContentType": endings[ending]}
        )
    kinds = {
        "/word/document.xml": f"{_OFFICE}.document.main+xml",
        "/word/styles.xml": f"{_OFFICE}.styles+xml",
        "/word/settings.xml": f"{_OFFICE}.settings+xml",
        "/word/fontTable.xml": f"{_OFFICE}.fontTable+xml",
        "/word/footer1.xml": f"{_OFFICE}.footer+xml",
        "/word/footer2.xml": f"{_OFFICE}.footer+xml",
        **(
            {
                "/word/footer3.xml": f"{_OFFICE}.footer+xml",
                "/word/header1.xml": f"{_OFFICE}.header+xml",
            }
            if first
            else {}
        ),
        **{
            f"/word/turned{number}.xml": f"{_OFFICE}.{_running(part)}+xml"
            for number, part in enumerate(turned, start=1)
        },
        "/docProps/core.xml": _CORE,
    }
    for name, kind in kinds.items():
        etree.SubElement(root, f"{{{space}}}Override", {"PartName": name, "ContentType": kind})
    return xml_bytes(root)
