"""Tools to change one thing in a PDF, with pikepdf or in its bytes."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

Node = Any
"""A pikepdf object, known only when looked at."""

Spoil = Callable[[bytes], bytes]
Change = Callable[[pikepdf.Pdf], None]


def saved(pdf: pikepdf.Pdf, **options: Node) -> bytes:
    """The file as pikepdf writes it, with plain objects."""
    sink = io.BytesIO()
    pdf.save(
        sink,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=False,
        fix_metadata_version=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        **options,
    )
    return sink.getvalue()


def changed(change: Change) -> Spoil:
    """A change of objects as a change of bytes."""

    def spoil(good: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(good)) as pdf:
            change(pdf)
            return saved(pdf, deterministic_id=True)

    return spoil


def replaced(old: bytes, new: bytes) -> Spoil:
    """The first occurrence of some bytes replaced by as many others."""
    assert len(old) == len(new)

    def spoil(good: bytes) -> bytes:
        assert old in good
        return good.replace(old, new, 1)

    return spoil


def painting(operators: bytes, **resources: Callable[[pikepdf.Pdf], Node]) -> Spoil:
    """Operators at the end of page 1, as an artifact; resources by their kind, named ``X``."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        for kind, make in resources.items():
            if f"/{kind}" not in page.Resources:
                page.Resources[f"/{kind}"] = Dictionary()
            page.Resources[f"/{kind}"][Name.X] = make(pdf)
        marked = b"\n/Artifact BMC q " + operators + b" Q EMC"
        page.Contents = Stream(pdf, page.Contents.read_bytes() + marked)

    return changed(change)


def resource(kind: str, make: Callable[[pikepdf.Pdf], Node], operators: bytes) -> Spoil:
    """One resource, and the operators that use it."""
    return painting(operators, **{kind: make})


def font(change: Callable[[Node, Node, Node], None]) -> Spoil:
    """A change to the first font: (font, descendant, descriptor)."""

    def apply(pdf: pikepdf.Pdf) -> None:
        held = pdf.pages[0].obj.Resources.Font.F1
        inner = held.DescendantFonts[0]
        change(held, inner, inner.FontDescriptor)

    return changed(apply)


def annotation(**entries: Node) -> Spoil:
    """An annotation on page 1; what is not given is as it should be."""

    def change(pdf: pikepdf.Pdf) -> None:
        form = Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        whole = Dictionary(
            Type=Name.Annot, Subtype=Name.Square, Rect=[9, 9, 18, 18], F=4, AP=Dictionary(N=form)
        )
        for key, value in entries.items():
            if value is None:
                del whole[f"/{key}"]
            else:
                whole[f"/{key}"] = value(pdf) if callable(value) else value
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(whole)])

    return changed(change)


def catalog(key: str, value: Callable[[pikepdf.Pdf], Node] | None) -> Spoil:
    """An entry of the catalog set, or taken out."""

    def change(pdf: pikepdf.Pdf) -> None:
        if value is None:
            del pdf.Root[f"/{key}"]
        else:
            pdf.Root[f"/{key}"] = value(pdf)

    return changed(change)


def metadata(old: bytes, new: bytes) -> Spoil:
    """The XMP packet with something else in it."""

    def change(pdf: pikepdf.Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes()
        assert old in packet
        pdf.Root.Metadata = Stream(
            pdf, packet.replace(old, new, 1), Type=Name.Metadata, Subtype=Name.XML
        )

    def spoil(good: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(good)) as pdf:
            change(pdf)
            return saved(pdf, deterministic_id=True)

    return spoil


def source(change: Callable[[Node], None]) -> Spoil:
    """A change to the file specification of the attached source."""
    return changed(lambda pdf: change(pdf.Root.AF[0]))


def element(pdf: pikepdf.Pdf, kind: str) -> Node:
    """The first structure element of that type."""
    pending = [pdf.Root.StructTreeRoot.K]
    while pending:
        node = pending.pop(0)
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            if node.S == kind:
                return node
            held: Node = node.get("/K", [])
            pending += list(held) if isinstance(held, pikepdf.Array) else [held]
    raise AssertionError(kind)


def blank_form(pdf: pikepdf.Pdf, **entries: Node) -> Node:
    """An empty form XObject."""
    return Stream(
        pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1],
        Resources=Dictionary(), **entries,
    )  # fmt: skip


def pixel(pdf: pikepdf.Pdf, **entries: Node) -> Node:
    """An image of one black pixel."""
    values = {"Width": 1, "Height": 1, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray}
    return Stream(pdf, b"\0", Type=Name.XObject, Subtype=Name.Image, **(values | entries))


def layers(**entries: Node) -> Spoil:
    """Optional content with one configuration; ``entries`` are of that."""

    def make(pdf: pikepdf.Pdf) -> Node:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
        named = Dictionary({"/Name": String("n"), **{f"/{k}": v for k, v in entries.items()}})
        return Dictionary(OCGs=Array([group]), D=named)

    return catalog("OCProperties", make)


def form_field(pdf: pikepdf.Pdf, **entries: Node) -> Node:
    """A form with one text field."""
    field = Dictionary(FT=Name.Tx, T=String("t"), **entries)
    return Dictionary(Fields=Array([pdf.make_indirect(field)]))
