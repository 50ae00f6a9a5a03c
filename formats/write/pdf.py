"""A composition as PDF bytes: exactly the placed glyphs, nothing decided here.

Every file is PDF/A-3b (`formats.write.pdfa`) and tagged (`formats.write.structure`), with every
font embedded as a subset. Same composition, same bytes.
"""

from collections.abc import Iterator
from typing import Final

from formats.typeset.display import Composition
from formats.typeset.fonts import FontSet
from formats.typeset.grid import MM_PER_POINT, PAGE_HEIGHT, PAGE_WIDTH
from formats.write import pdfa
from formats.write.content import Ink
from formats.write.embed import Subset
from formats.write.objects import PdfFile, number, references, text_string
from formats.write.pdfa import XML_NAME
from formats.write.slots import slots_entry
from formats.write.structure import Structure

__all__ = ["XML_NAME", "write_pdf"]

_SYMBOLIC: Final = 4
_DEFAULT_WIDTH: Final = 1000


def write_pdf(
    composition: Composition, fonts: FontSet, *, title: str, xml: bytes | None = None
) -> bytes:
    """The PDF. ``xml``, when given, is attached as the source. Raises `BadFont`, `BadImage`."""
    del fonts  # the glyphs carry their fonts; the set is part of every writer's signature
    file = PdfFile()
    catalog, tree = file.reserve(), file.reserve()
    structure, ink = Structure(composition.pages), Ink()
    contents = [file.add_stream(text) for text in _contents(structure, ink)]
    pages = _pages(file, tree, contents, ink, {s.page for s in composition.report.seal_slots})
    root, closing = structure.write(file, pages)
    entries = [
        f"/Type/Catalog/Pages {tree} 0 R/Lang({pdfa.LANGUAGE})/MarkInfo<</Marked true>>",
        f"/StructTreeRoot {root} 0 R/ViewerPreferences<</DisplayDocTitle true>>",
        f"/Metadata {pdfa.add_metadata(file, title)} 0 R",
        f"/OutputIntents[{pdfa.add_output_intent(file)} 0 R]",
        slots_entry(composition.report.seal_slots, closing),
    ]
    if xml is not None:
        source = pdfa.add_source(file, xml)
        entries.append(
            f"/AF[{source} 0 R]/Names<</EmbeddedFiles<</Names[{text_string(XML_NAME)}"
            f" {source} 0 R]>>>>"
        )
    file.put(catalog, f"<<{''.join(entries)}>>")
    return file.save(catalog, pdfa.add_info(file, title))


def _contents(structure: Structure, ink: Ink) -> Iterator[bytes]:
    """The content stream of each page: everything on it marked, as text or as an artifact."""
    for stretches in structure.pages():
        lines: list[str] = []
        for stretch in stretches:
            lines.append(stretch.opening)
            for item in stretch.items:
                lines += ink.draw(item)
            lines.append("EMC")
        yield "\n".join(lines).encode("ascii")


def _pages(file: PdfFile, tree: int, contents: list[int], ink: Ink, sealed: set[int]) -> list[int]:
    """The page objects' numbers; all pages share their resources.

    A page that will bear a seal blends it in RGB: a seal is multiplied with what lies under it,
    and where it is blended must not be left to the device (ISO 19005-3 6.2.10).
    """
    fonts = "".join(f"/{name} {_add_font(file, subset)} 0 R" for name, subset in ink.fonts.items())
    pictures = "".join(
        f"/{name} {file.add_stream(image.data, image.entries, packed=image.packed)} 0 R"
        for name, image in ink.pictures.values()
    )
    resources = file.add(f"<</Font<<{fonts}>>/XObject<<{pictures}>>>>")
    box = f"{number(PAGE_WIDTH / MM_PER_POINT)} {number(PAGE_HEIGHT / MM_PER_POINT)}"
    group = "/Group<</S/Transparency/CS/DeviceRGB>>"
    pages = [
        file.add(
            f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {box}]/Resources {resources} 0 R"
            f"/Contents {content} 0 R/StructParents {place}/Tabs/S"
            f"{group if place + 1 in sealed else ''}>>"
        )
        for place, content in enumerate(contents)
    ]
    file.put(tree, f"<</Type/Pages/Kids{references(pages)}/Count {len(pages)}>>")
    return pages


def _add_font(file: PdfFile, subset: Subset) -> int:
    """A composite font (ISO 32000-1 9.7) that addresses its glyphs by number."""
    base = f"{_tag(subset)}+Yidao-{subset.font.key}"
    box, ascent, descent = subset.metrics()
    data = subset.font_file()
    program = file.add_stream(data, f"/Length1 {len(data)}")
    descriptor = file.add(
        f"<</Type/FontDescriptor/FontName/{base}/Flags {_SYMBOLIC}/ItalicAngle 0/StemV 80"
        f"/FontBBox[{' '.join(map(str, box))}]/Ascent {ascent}/Descent {descent}"
        f"/CapHeight {ascent}/FontFile2 {program} 0 R>>"
    )
    descendant = file.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{base}/CIDToGIDMap/Identity"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/DW {_DEFAULT_WIDTH}/W[{_widths(subset)}]/FontDescriptor {descriptor} 0 R>>"
    )
    unicode = file.add_stream(subset.to_unicode())
    return file.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
    )


def _tag(subset: Subset) -> str:
    """Six capitals that differ between subsets (ISO 32000-1 9.6.4), from the font's key."""
    value = sum(byte * 31**place for place, byte in enumerate(subset.font.key.encode()))
    return "".join(chr(65 + value // 26**place % 26) for place in range(6))


def _widths(subset: Subset) -> str:
    """Only advances that differ from the default width."""
    return " ".join(
        f"{code}[{width}]" for code, width in enumerate(subset.widths()) if width != _DEFAULT_WIDTH
    )
