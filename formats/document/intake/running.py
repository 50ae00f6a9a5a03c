"""Words of one DOCX paragraph: revisions accepted, fields by their result, WordArt as text."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from formats.document.intake.clues import CC, COPY, ISSUER, NUMBER, PRINTED, URGENT, compact
from formats.document.intake.lines import SourceLine
from formats.document.intake.package import W
from formats.document.intake.styles import is_on, value

_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
# Text that is not of this version, or not text: deleted, moved away, a field's code, a drawing.
_SKIPPED: Final = frozenset(
    W + name
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "txbxContent", "pict",
                 "object", "drawing", "footnoteReference", "endnoteReference", "commentReference",
                 "pPr", "rPr", "rt", "sdtPr", "softHyphen")
)  # fmt: skip
_PLAIN: Final = {
    f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-",
}  # fmt: skip
_BIG: Final = 22.0


def text_of(element: etree._Element) -> str:
    """The words: tab for tabs, line feed for line breaks, form feed for page breaks."""
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or (tag == f"{W}r" and _hidden(child)):
            continue
        if tag == f"{W}t":
            parts.append((child.text or "").replace("\n", " "))
        elif tag == f"{W}br":
            page = child.get(f"{W}type") in {"page", "column"}
            parts.append("\f" if page else "\n")
        elif tag in _PLAIN:
            parts.append(_PLAIN[tag])
        elif tag == f"{_MC}AlternateContent":
            chosen = child.find(f"{_MC}Choice")
            chosen = chosen if chosen is not None else child.find(f"{_MC}Fallback")
            parts.append(text_of(chosen) if chosen is not None else "")
        else:
            parts.append(text_of(child))
    return "".join(parts)


def _hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and is_on(vanish)


def drawn_text(paragraph: etree._Element) -> Iterator[str]:
    """Words drawn as a picture of themselves (WordArt in VML): red heads of older drafts."""
    for path in paragraph.iter(f"{_VML}textpath"):
        if next(path.iterancestors(f"{W}p")) is paragraph and path.get("string"):
            yield str(path.get("string"))


def is_head(line: SourceLine) -> bool:
    """Whether a line of a page header belongs to a red head."""
    packed = compact(line.text)
    if packed.endswith("文件") and ISSUER.match(packed.removesuffix("文件")):
        return True
    if NUMBER.fullmatch(line.text) or URGENT.match(packed) or COPY.match(packed):
        return True
    big = line.red or (line.size or 0) >= _BIG
    return packed.startswith("签发人") or (big and ISSUER.match(packed) is not None)


def is_imprint(line: SourceLine) -> bool:
    """Whether a line of a page footer belongs to a 版记."""
    printed = PRINTED.match(line.text) is not None and "印发" in line.text
    return printed or CC.match(line.text) is not None


def is_contents(control: etree._Element) -> bool:
    """Whether a ``w:sdt`` is a table of contents that the program made."""
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return value(gallery) == "Table of Contents"
