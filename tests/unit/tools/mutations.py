"""Named ways to spoil a good PDF/A-3b file, each against one clause and no other.

Made with pikepdf or in the bytes, from a file that the checker passes.
"""

import io
import re
import zlib
from collections.abc import Callable
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.unit.tools.spoiling import (
    Change,
    Node,
    Spoil,
    annotation,
    blank_form,
    catalog,
    changed,
    element,
    font,
    form_field,
    layers,
    metadata,
    painting,
    pixel,
    replaced,
    resource,
    source,
)


def _profile(pdf: pikepdf.Pdf, *, device: bytes = b"mntr", channels: int = 3) -> Node:
    data = bytearray(pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes())
    data[12:16] = device
    return pdf.make_indirect(Stream(pdf, bytes(data), N=channels))


def _intent(profile: Callable[[pikepdf.Pdf], Node]) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].DestOutputProfile = profile(pdf)

    return change


def _second_intent(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents.append(
        Dictionary(
            Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier=String("x"),
            DestOutputProfile=_profile(pdf),
        )
    )  # fmt: skip


def _tint(pdf: pikepdf.Pdf, grey: float = 0) -> Node:
    del pdf
    return Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[grey, 0, 0], N=1)


def _spot(pdf: pikepdf.Pdf, grey: float = 0) -> Node:
    return Array([Name.Separation, Name.Spot, Name.DeviceRGB, _tint(pdf, grey)])


def _two_spots(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.Resources.ColorSpace = Dictionary(X=_spot(pdf), Y=_spot(pdf, 1))
    page.Contents = Stream(
        pdf, page.Contents.read_bytes() + b"\n/Artifact BMC /X cs 1 scn /Y cs 1 scn EMC"
    )


def _device_n(pdf: pikepdf.Pdf) -> Node:
    return Array([Name.DeviceN, Array([Name.Spot]), Name.DeviceRGB, _tint(pdf)])


def _clear_without_intent(pdf: pikepdf.Pdf) -> None:
    """Every colour has its own profile, but nothing says where things are blended."""
    space = Array([Name.ICCBased, _profile(pdf)])
    grey = Array([Name.CalGray, Dictionary(WhitePoint=[0.9505, 1, 1.089])])
    resources = pdf.pages[0].obj.Resources
    resources.ColorSpace = Dictionary(DefaultRGB=space, DefaultGray=grey)
    resources.ExtGState = Dictionary(X=Dictionary(ca=0.5))
    page = pdf.pages[0].obj
    page.Contents = Stream(pdf, page.Contents.read_bytes() + b"\n/X gs")
    del pdf.Root.OutputIntents
    for other in pdf.pages:
        if "/Group" in other.obj:
            del other.obj.Group


def _embedded_stream(raw: bytes, name: str) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = Stream(pdf, b"")
        stream.write(raw, filter=Name(name), type_check=False)
        pdf.Root.PieceInfo.Yidao.Private.X = pdf.make_indirect(stream)

    return change


def _shown(code: bytes) -> Change:
    """A code shown in a font without ToUnicode, which level B does not ask for."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        del page.Resources.Font.F1.ToUnicode
        text = b"\n/Artifact BMC BT /F1 9 Tf <" + code + b"> Tj ET EMC"
        page.Contents = Stream(pdf, page.Contents.read_bytes() + text)

    return change


def _wrong_widths(held: Node, inner: Node, descriptor: Node) -> None:
    del held, descriptor
    inner.W = Array([1, Array([321])])


def _bad_unicode(held: Node, inner: Node, descriptor: Node) -> None:
    del inner, descriptor
    text = re.sub(rb"(<0001>) <[0-9A-F]+>", rb"\1 <0000>", held.ToUnicode.read_bytes())
    held.ToUnicode.write(text)


def _wide_unicode(held: Node, inner: Node, descriptor: Node) -> None:
    del inner, descriptor
    text = re.sub(rb"<0001> <[0-9A-F]+>\n", b"", held.ToUnicode.read_bytes())
    held.ToUnicode.write(text)


def _unmarked(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.Contents = Stream(pdf, page.Contents.read_bytes() + b"\n0 0 9 9 re f")


def _foreign_mark(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.Contents = Stream(pdf, page.Contents.read_bytes() + b"\n/P <</MCID 999>> BDC EMC")


def _info(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "something else"


def _compressed_metadata(good: bytes) -> bytes:
    """Deflated in its place: pikepdf itself would write it plain again."""
    found = re.search(
        rb"/Length (\d+)>>\nstream\n(<\?xpacket begin.*?end=\"w\"\?>)", good, re.DOTALL
    )
    assert found
    filtered = b"/Filter/FlateDecode"
    length = int(found[1]) - len(filtered)
    packed = zlib.compress(found[2]).ljust(length, b"\0")
    head = filtered + b"/Length %d>>\nstream\n" % length
    return good[: found.start()] + head + packed + good[found.end() :]


def _encrypted(good: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(good)) as pdf:
        sink = io.BytesIO()
        pdf.save(
            sink,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            encryption=pikepdf.Encryption(owner="o", user="", metadata=False),
        )
        return sink.getvalue()


def _odd_hex(good: bytes) -> bytes:
    found = re.search(rb"/UF \(document\.xml\)", good)
    assert found
    return good.replace(b"/UF (document.xml)", b"/UF <646F632E786D6> ", 1)


def _not_hex(good: bytes) -> bytes:
    return re.sub(rb"/CheckSum<..", b"/CheckSum<ZZ", good, count=1)


def _wrong_length(good: bytes) -> bytes:
    found = re.search(rb"/Length (\d)(\d+)>>\nstream", good)
    assert found
    other = b"1" if found[1] != b"1" else b"2"
    return good[: found.start(1)] + other + good[found.end(1) :]


def _carriage_return(good: bytes) -> bytes:
    return good.replace(b">>\nstream\n", b">>\nstream\r", 1)


def _spaced(good: bytes) -> bytes:
    return good.replace(b"\n2 0 obj\n", b"\n2 0 obj ", 1)


def _xref(good: bytes) -> bytes:
    return good.replace(b"\nxref\n0 ", b"\nxref\n\n0 ", 1)


MUTATIONS: Final[dict[str, tuple[str, Spoil]]] = {
    "header-version": ("6.1.2", replaced(b"%PDF-1.7", b"%PDF-1.9")),
    "header-comment": ("6.1.2", replaced(b"%\xe2\xe3\xcf\xd3", b"%abcd")),
    "trailing-data": ("6.1.3", lambda good: good + b"more"),
    "no-id": ("6.1.3", replaced(b"/ID[<", b"/XD[<")),
    "encrypted": ("6.1.3", _encrypted),
    "xref-blank-line": ("6.1.4", _xref),
    "info-differs": ("6.1.5", changed(_info)),
    "odd-hex-string": ("6.1.6", _odd_hex),
    "hex-string-with-z": ("6.1.6", _not_hex),
    "wrong-length": ("6.1.7.1", _wrong_length),
    "stream-carriage-return": ("6.1.7.1", _carriage_return),
    "external-stream": (
        "6.1.7.1",
        changed(lambda pdf: pdf.pages[0].obj.Contents.__setitem__("/F", String("x"))),
    ),
    "lzw": ("6.1.7.2", changed(_embedded_stream(b"\x80\x40\x40", "/LZWDecode"))),
    "unknown-filter": ("6.1.7.2", changed(_embedded_stream(b"x", "/Squeeze"))),
    "object-spacing": ("6.1.9", _spaced),
    "inline-lzw": ("6.1.10", painting(b"BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID \x80\x40\x40 EI")),
    "permission-key": ("6.1.12", catalog("Perms", lambda _: Dictionary(Other=Dictionary()))),
    "long-name": ("6.1.13", catalog("X" * 128, lambda _: Name.X)),
    "large-integer": ("6.1.13", catalog("X", lambda _: 2**31)),
    "large-integer-in-content": ("6.1.13", painting(b"1 0 0 1 2147483648 0 cm")),
    "long-string": ("6.1.13", catalog("X", lambda _: String("x" * 32768))),
    "deep-nesting": ("6.1.13", painting(b"q " * 29 + b"Q " * 29)),
    "small-box": (
        "6.1.13",
        changed(lambda pdf: pdf.pages[0].obj.__setitem__("/TrimBox", [0, 0, 2, 9])),
    ),
    "undefined-operator": ("6.2.2", painting(b"foo")),
    "missing-resource": ("6.2.2", painting(b"/Nowhere gs")),
    "abstract-profile": ("6.2.3", changed(_intent(lambda pdf: _profile(pdf, device=b"abst")))),
    "profile-channels": ("6.2.3", changed(_intent(lambda pdf: _profile(pdf, channels=4)))),
    "two-profiles": ("6.2.3", changed(_second_intent)),
    "icc-channels": (
        "6.2.4.2",
        resource(
            "ColorSpace", lambda pdf: Array([Name.ICCBased, _profile(pdf, channels=4)]), b"/X cs"
        ),
    ),
    "no-output-intent": ("6.2.4.3", catalog("OutputIntents", None)),
    "cmyk": ("6.2.4.3", painting(b"0 0 0 1 k")),
    "two-tints": ("6.2.4.4", changed(_two_spots)),
    "no-colorants": ("6.2.4.4", resource("ColorSpace", _device_n, b"/X cs")),
    "separation-of-cmyk": (
        "6.2.4.4",
        resource(
            "ColorSpace",
            lambda pdf: Array([Name.Separation, Name.Spot, Name.DeviceCMYK, _tint(pdf)]),
            b"/X cs",
        ),
    ),
    "indexed-cmyk": (
        "6.2.4.5",
        resource(
            "ColorSpace",
            lambda _: Array([Name.Indexed, Name.DeviceCMYK, 0, String("aaaa")]),
            b"/X cs",
        ),
    ),
    "transfer-function": (
        "6.2.5",
        resource("ExtGState", lambda _: Dictionary(TR=Name.Identity), b"/X gs"),
    ),
    "second-transfer-function": (
        "6.2.5",
        resource("ExtGState", lambda _: Dictionary(TR2=Name.Identity), b"/X gs"),
    ),
    "halftone-phase": ("6.2.5", resource("ExtGState", lambda _: Dictionary(HTP=[0, 0]), b"/X gs")),
    "halftone-type": (
        "6.2.5",
        resource("ExtGState", lambda _: Dictionary(HT=Dictionary(HalftoneType=6)), b"/X gs"),
    ),
    "rendering-intent": ("6.2.6", painting(b"/Vivid ri")),
    "interpolated": (
        "6.2.8",
        resource("XObject", lambda pdf: pixel(pdf, Interpolate=True), b"/X Do"),
    ),
    "alternate-image": (
        "6.2.8",
        resource("XObject", lambda pdf: pixel(pdf, Alternates=Array()), b"/X Do"),
    ),
    "three-bits": (
        "6.2.8",
        resource("XObject", lambda pdf: pixel(pdf, BitsPerComponent=3), b"/X Do"),
    ),
    "reference-form": (
        "6.2.9",
        resource("XObject", lambda pdf: blank_form(pdf, Ref=Dictionary()), b"/X Do"),
    ),
    "postscript-form": (
        "6.2.9",
        resource("XObject", lambda pdf: blank_form(pdf, Subtype2=Name.PS), b"/X Do"),
    ),
    "blend-mode": (
        "6.2.10",
        resource("ExtGState", lambda _: Dictionary(BM=Name.Sparkle), b"/X gs"),
    ),
    "blending-space": ("6.2.10", changed(_clear_without_intent)),
    "font-type": ("6.2.11.2", font(lambda held, _, __: held.__delitem__("/Type"))),
    "cid-system": ("6.2.11.3.1", font(lambda _, inner, __: inner.__delitem__("/CIDSystemInfo"))),
    "no-glyph-map": ("6.2.11.3.2", font(lambda _, inner, __: inner.__delitem__("/CIDToGIDMap"))),
    "foreign-cmap": (
        "6.2.11.3.3",
        font(lambda held, _, __: held.__setitem__("/Encoding", Name("/My-H"))),
    ),
    "not-embedded": (
        "6.2.11.4.1",
        font(lambda _, __, descriptor: descriptor.__delitem__("/FontFile2")),
    ),
    "glyph-out-of-font": ("6.2.11.4.1", changed(_shown(b"7FFF"))),
    "cid-set": (
        "6.2.11.4.2",
        changed(
            lambda pdf: (
                pdf.pages[0]
                .obj.Resources.Font.F1.DescendantFonts[0]
                .FontDescriptor.__setitem__("/CIDSet", Stream(pdf, b"\xc0"))
            )
        ),
    ),
    "widths": ("6.2.11.5", font(_wrong_widths)),
    "unicode-null": ("6.2.11.7", font(_bad_unicode)),
    "unicode-gap": ("6.2.11.7", font(_wide_unicode)),
    "notdef": ("6.2.11.8", changed(_shown(b"0000"))),
    "movie": ("6.3.1", annotation(Subtype=Name.Movie)),
    "annotation-without-flags": ("6.3.2", annotation(F=None)),
    "hidden-annotation": ("6.3.2", annotation(F=6)),
    "annotation-without-appearance": ("6.3.3", annotation(AP=None)),
    "down-appearance": (
        "6.3.3",
        annotation(AP=lambda pdf: Dictionary(N=blank_form(pdf), D=blank_form(pdf))),
    ),
    "need-appearances": (
        "6.4.1",
        catalog("AcroForm", lambda _: Dictionary(Fields=Array(), NeedAppearances=True)),
    ),
    "field-action": ("6.4.1", catalog("AcroForm", lambda pdf: form_field(pdf, AA=Dictionary()))),
    "xfa": ("6.4.2", catalog("AcroForm", lambda _: Dictionary(Fields=Array(), XFA=Array()))),
    "javascript": (
        "6.5.1",
        catalog("OpenAction", lambda _: Dictionary(S=Name.JavaScript, JS=String("1"))),
    ),
    "named-print": (
        "6.5.1",
        catalog("OpenAction", lambda _: Dictionary(S=Name.Named, N=Name.Print)),
    ),
    "catalog-trigger": ("6.5.2", catalog("AA", lambda _: Dictionary())),
    "page-trigger": (
        "6.5.2",
        changed(lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary())),
    ),
    "no-metadata": ("6.6.2.1", catalog("Metadata", None)),
    "filtered-metadata": ("6.6.2.1", _compressed_metadata),
    "malformed-metadata": ("6.6.2.1", metadata(b"</rdf:RDF>", b"</rdf:RDG>")),
    "packet-encoding": ("6.6.2.1", metadata(b'id="W5M0', b'encoding="UTF-8" id="W5M0')),
    "unknown-property": (
        "6.6.2.3.1",
        metadata(b"<pdfaid:part>", b'<y:a xmlns:y="urn:y">1</y:a><pdfaid:part>'),
    ),
    "title-without-language": ("6.6.2.3.1", metadata(b' xml:lang="x-default"', b"")),
    "language-in-sequence": (
        "6.6.2.3.1",
        metadata(
            b"<rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag>",
            b"<rdf:Seq><rdf:li>zh-CN</rdf:li></rdf:Seq>",
        ),
    ),
    "date-in-words": (
        "6.6.2.3.1",
        metadata(b"<xmp:CreatorTool>", b"<xmp:CreateDate>today</xmp:CreateDate><xmp:CreatorTool>"),
    ),
    "part-two": ("6.6.4", metadata(b"part>3<", b"part>2<")),
    "level-x": ("6.6.4", metadata(b"conformance>B<", b"conformance>X<")),
    "no-structure": ("6.7.2", catalog("StructTreeRoot", None)),
    "no-language": ("6.7.4", catalog("Lang", None)),
    "unmarked-content": ("6.7.3", changed(_unmarked)),
    "foreign-mark": ("6.7.3.3", changed(_foreign_mark)),
    "structure-type": (
        "6.7.3.4",
        changed(lambda pdf: element(pdf, "/H1").__setitem__("/S", Name.Heading)),
    ),
    "figure-without-text": (
        "6.7.5",
        changed(lambda pdf: element(pdf, "/Figure").__delitem__("/Alt")),
    ),
    "no-relationship": ("6.8", source(lambda spec: spec.__delitem__("/AFRelationship"))),
    "no-unicode-name": ("6.8", source(lambda spec: spec.__delitem__("/UF"))),
    "no-media-type": ("6.8", source(lambda spec: spec.EF.F.__delitem__("/Subtype"))),
    "not-associated": ("6.8", catalog("AF", None)),
    "nameless-layers": ("6.9", layers(Name=String(""))),
    "automatic-layers": ("6.9", layers(AS=Array())),
    "presentations": (
        "6.10",
        changed(lambda pdf: pdf.Root.Names.__setitem__("/AlternatePresentations", Dictionary())),
    ),
    "requirements": ("6.11", catalog("Requirements", lambda _: Array())),
}
