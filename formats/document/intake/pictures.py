"""Pictures of a DOCX: PNG and JPEG that are whole and within limits; all others are noted."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from formats.document.intake.lines import Notes
from formats.document.intake.package import Package, R
from formats.document.model import Image
from formats.i18n import tr
from formats.limits import MAX_DRAFT_IMAGE_BYTES, MAX_DRAFT_IMAGE_PIXELS, MAX_LINE_CHARS
from formats.safe.image import BadImage, decode_image, read_image

_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PLACED: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_EMU: Final = 36_000
"""English metric units in a millimetre."""
_CORE: Final = 156.0
_LEAST: Final = 5.0
"""Millimetres; smaller pictures are bullets and rules."""


class Pictures:
    """Takes pictures out of a package while it is read."""

    def __init__(self, package: Package, notes: Notes) -> None:
        self._package = package
        self._notes = notes
        self._bytes = self._pixels = self._count = 0
        self._whole: dict[str, bool] = {}

    def of(self, element: etree._Element) -> Iterator[tuple[Image, bool]]:
        """The pictures in a ``w:drawing`` or ``w:pict``, and whether each floats."""
        for blip in element.iter(f"{_DRAWING}blip"):
            image = self._image(blip.get(f"{R}embed"), _words(element), _width(element))
            if image is not None:
                yield image, element.find(f"{_PLACED}anchor") is not None
        for data in element.iter(f"{_VML}imagedata"):
            image = self._image(data.get(f"{R}id"), str(data.get("title", "")), None)
            if image is not None:
                yield image, "absolute" in str(_shape_style(data))

    def _image(self, relation: str | None, words: str, width: float | None) -> Image | None:
        name = self._package.relations.get(relation or "")
        data = self._package.members.get(name or "")
        if name is None or data is None or not self._fits(name, data):
            self._notes.add(
                "body", tr("有一幅图片没有导入：只能导入完好的 PNG 和 JPEG 图片。"), 0.5
            )
            return None
        self._count += 1
        description = self._notes.clean(words).strip()[:MAX_LINE_CHARS]
        return Image(
            data=data,
            description=description or tr("图{number}", number=self._count),
            width_mm=width,
        )

    def _fits(self, name: str, data: bytes) -> bool:
        """Whether it can be printed, within what all pictures of a draft may cost."""
        if name not in self._whole:
            self._whole[name] = self._is_whole(data)
        self._bytes += len(data)
        return self._whole[name] and self._bytes <= MAX_DRAFT_IMAGE_BYTES

    def _is_whole(self, data: bytes) -> bool:
        try:
            _, across, down = read_image(data)
            self._pixels += across * down
            if self._pixels > MAX_DRAFT_IMAGE_PIXELS:
                return False
            decode_image(data)
        except BadImage:
            return False
        return True


def _words(element: etree._Element) -> str:
    """What the draft's author wrote about the picture; names like 图片 3 are no words."""
    for properties in element.iter(f"{_PLACED}docPr"):
        return str(properties.get("descr") or properties.get("title") or "")
    return ""


def _width(element: etree._Element) -> float | None:
    for extent in element.iter(f"{_PLACED}extent"):
        text = str(extent.get("cx", ""))
        if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - ten metres
            return min(_CORE, max(_LEAST, round(int(text) / _EMU, 1)))
    return None


def _shape_style(data: etree._Element) -> str:
    parent = data.getparent()
    return str(parent.get("style", "")) if parent is not None else ""
