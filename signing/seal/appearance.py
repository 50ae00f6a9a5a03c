"""The picture of a verified seal as a PDF's form XObject: written, and found again to the letter.

ISO 32000-1 8.10. A form here has exactly the entries below, so that nothing can stand beside the
picture: no matrix that shrinks it, no further resource that paints over it.
"""

import zlib
from functools import lru_cache
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.seal.picture import Appearance, Raster

Node = Any
"""A pyHanko object, known only when looked at."""

Edges = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_TOLERANCE: Final = 0.0005
"""Of a number written to a thousandth."""

_FORM_KEYS: Final = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Filter", "/Length"})
_IMAGE_KEYS: Final = frozenset(
    {
        "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter",
        "/Length",
    }
)  # fmt: skip


def whole(appearance: Appearance) -> Edges:
    """The box of the whole picture."""
    return 0.0, 0.0, appearance.width, appearance.height


def add_form(writer: IncrementalPdfFileWriter, appearance: Appearance) -> generic.IndirectObject:
    """The picture as a form of the file."""
    resources = generic.DictionaryObject(
        {pdf_name("/ExtGState"): generic.DictionaryObject({pdf_name("/M"): _multiply()})}
    )
    if appearance.image is not None:
        image = writer.add_object(_image(appearance.image))
        resources[pdf_name("/XObject")] = generic.DictionaryObject({pdf_name("/S"): image})
    return writer.add_object(_form(whole(appearance), resources, appearance.content))


def add_part(
    writer: IncrementalPdfFileWriter, form: generic.IndirectObject, box: Edges
) -> generic.IndirectObject:
    """A form that shows the part of another one inside ``box``: the box is what clips it."""
    resources = generic.DictionaryObject(
        {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/S"): form})}
    )
    return writer.add_object(_form(box, resources, _PART))


_PART: Final = b"/S Do\n"


def is_form(node: Node, appearance: Appearance) -> bool:
    """Whether a stream of a file is the form that `add_form` writes for the picture."""
    if not _is_form(node, whole(appearance), appearance.content):
        return False
    resources = node["/Resources"]
    wanted = {"/ExtGState"} if appearance.image is None else {"/ExtGState", "/XObject"}
    if set(resources) != wanted or dict(resources["/ExtGState"]) != {"/M": _multiply()}:
        return False
    if appearance.image is None:
        return True
    images = resources["/XObject"]
    return set(images) == {"/S"} and _is_image(images["/S"], appearance.image)


def is_part(node: Node, appearance: Appearance, box: Edges) -> bool:
    """Whether a stream is what `add_part` writes for that part of the picture."""
    if not _is_form(node, box, _PART) or set(node["/Resources"]) != {"/XObject"}:
        return False
    forms = node["/Resources"]["/XObject"]
    return set(forms) == {"/S"} and is_form(forms["/S"], appearance)


def same_edges(node: Node, edges: Edges, tolerance: float = _TOLERANCE) -> bool:
    """Whether a rectangle of a file is that one."""
    if not isinstance(node, generic.ArrayObject) or len(node) != len(edges):
        return False
    numbers = [float(edge) for edge in node]
    return all(abs(a - b) <= tolerance for a, b in zip(numbers, edges, strict=True))


def rectangle(edges: Edges) -> generic.ArrayObject:
    """A rectangle, to a thousandth of a point."""
    return generic.ArrayObject([generic.FloatObject(f"{edge:.3f}") for edge in edges])


def _form(box: Edges, resources: generic.DictionaryObject, content: bytes) -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): rectangle(box),
            pdf_name("/Resources"): resources,
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=_compressed(content),
    )


def _image(raster: Raster) -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(raster.width),
            pdf_name("/Height"): generic.NumberObject(raster.height),
            pdf_name("/ColorSpace"): pdf_name(_space(raster)),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=_compressed(raster.samples),
    )


def _is_form(node: Node, box: Edges, content: bytes) -> bool:
    """Type, box and operators; the resources are the caller's to look at."""
    return (
        isinstance(node, generic.StreamObject)
        and set(node) <= _FORM_KEYS
        and node.get("/Subtype") == "/Form"
        and node.get("/Filter") == "/FlateDecode"
        and isinstance(node.get("/Resources"), generic.DictionaryObject)
        and same_edges(node.get("/BBox"), box)
        and node.data == content
    )


def _is_image(node: Node, raster: Raster) -> bool:
    return (
        isinstance(node, generic.StreamObject)
        and set(node) <= _IMAGE_KEYS
        and node.get("/Subtype") == "/Image"
        and node.get("/Filter") == "/FlateDecode"
        and (node.get("/Width"), node.get("/Height")) == (raster.width, raster.height)
        and (node.get("/ColorSpace"), node.get("/BitsPerComponent")) == (_space(raster), 8)
        and node.data == raster.samples
    )


def _space(raster: Raster) -> str:
    return "/DeviceGray" if raster.grey else "/DeviceRGB"


def _multiply() -> generic.DictionaryObject:
    """The text under the ink stays readable."""
    return generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/ExtGState"), pdf_name("/BM"): pdf_name("/Multiply")}
    )


@lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return zlib.compress(content, 9)
