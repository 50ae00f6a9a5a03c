"""What makes a PDF an archive file, PDF/A-3b (ISO 19005-3:2012), beyond its pages.

Metadata as plain XMP (6.6.2), equal to the document information dictionary (6.6.3); the output
intent with an sRGB profile, without which red and black would be no colours (6.2.3, 6.2.4.3);
the structured source as an associated file (6.8).
"""

import hashlib
import html
import struct
from functools import cache
from typing import Final

from formats.write.objects import PdfFile, text_string

XML_NAME: Final = "document.xml"
"""The attached source; AFRelationship Source."""

FIXED_DATE: Final = "D:20000101000000Z"
"""The document's own date stands on its pages; file dates would make equal inputs differ."""

_TOE: Final = 0.04045
"""Below this coded value the transfer function is a straight line."""

PRODUCER: Final = "Yidao"
LANGUAGE: Final = "zh-CN"

_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def plain(text: str) -> str:
    """The characters that XML can hold: metadata say the same in XMP and in the dictionary."""
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return "".join(
        char
        for char in whole
        if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff" and char != "\x7f")
    )


def add_metadata(file: PdfFile, title: str) -> int:
    """The number of the XMP stream, which stays uncompressed (6.6.2.1)."""
    packet = _XMP.format(
        title=html.escape(plain(title), quote=False), language=LANGUAGE, producer=PRODUCER
    )
    return file.add_stream(packet.encode(), "/Type/Metadata/Subtype/XML", packed=False)


def add_info(file: PdfFile, title: str) -> int:
    """The number of the information dictionary: what the XMP says, no more."""
    producer = text_string(PRODUCER)
    return file.add(
        f"<</Title {text_string(plain(title))}/Producer {producer}/Creator {producer}>>"
    )


def add_output_intent(file: PdfFile) -> int:
    """The number of the output intent: sRGB, as screens and office printers take it."""
    profile = file.add_stream(srgb_profile(), "/N 3/Alternate/DeviceRGB")
    name = text_string("sRGB IEC61966-2.1")
    return file.add(
        f"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier {name}/Info {name}"
        f"/RegistryName (http://www.color.org)/DestOutputProfile {profile} 0 R>>"
    )


def add_source(file: PdfFile, xml: bytes) -> int:
    """The number of the file specification of the attached source (6.8)."""
    digest = hashlib.md5(xml, usedforsecurity=False).hexdigest().upper()
    stream = file.add_stream(
        xml,
        f"/Type/EmbeddedFile/Subtype/text#2Fxml/Params<</Size {len(xml)}/CheckSum<{digest}>"
        f"/CreationDate({FIXED_DATE})/ModDate({FIXED_DATE})>>",
    )
    name = text_string(XML_NAME)
    return file.add(
        f"<</Type/Filespec/F {name}/UF {name}/AFRelationship/Source"
        f"/Desc {text_string('公文结构化数据')}/EF<</F {stream} 0 R/UF {stream} 0 R>>>>"
    )


@cache
def srgb_profile() -> bytes:
    """An sRGB display profile (ICC.1:2001-04, version 2.1), the same bytes for ever.

    Built here because every library's own holds the moment of its making. Primaries are those of
    IEC 61966-2-1 adapted to D50; the curve is its transfer function in 1,024 steps.
    """
    curve = b"curv" + struct.pack(">II", 0, 1024)
    curve += struct.pack(">1024H", *(_linear(step / 1023) for step in range(1024)))
    name = b"sRGB IEC61966-2.1\0"
    # Unicode and Macintosh versions of the name stay empty; their fields are of fixed size.
    described = b"desc" + struct.pack(">II", 0, len(name)) + name + bytes(12 - 1 + 68)
    tags = [
        (b"desc", described),
        (b"cprt", b"text" + bytes(4) + b"No copyright, use freely\0"),
        (b"wtpt", _xyz(0.9505, 1.0, 1.0891)),
        (b"rXYZ", _xyz(0.436066, 0.222488, 0.013916)),
        (b"gXYZ", _xyz(0.385147, 0.716873, 0.097076)),
        (b"bXYZ", _xyz(0.143066, 0.060608, 0.714096)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    places: dict[bytes, int] = {}
    for tag, data in tags:
        if data not in places:  # the three curves are one
            places[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += tag + struct.pack(">II", places[data], len(data))
    return _icc_header(offset + len(body)) + table + body


def _icc_header(size: int) -> bytes:
    """ICC.1:2001-04 6.1: a display profile, RGB to XYZ under D50, made in 2000."""
    return (
        struct.pack(">I4xI", size, 0x02100000)
        + b"mntrRGB XYZ "
        + struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
        + b"acsp"
        + bytes(28)
        + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
        + bytes(48)
    )


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _linear(value: float) -> int:
    """IEC 61966-2-1: light of a coded value, both in 0..1, as sixteen bits."""
    light = value / 12.92 if value <= _TOE else ((value + 0.055) / 1.055) ** 2.4
    return round(light * 65535)
