"""Hostile archives and DOCX files, built byte by byte so that each has exactly one fault."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Entry:
    """One member as the archive shall tell it; what is ``None`` is told truthfully."""

    name: bytes
    content: bytes = b"x"
    deflate: bool = False
    flags: int = 0x0800
    mode: int = 0o100644
    local_name: bytes | None = None
    told_size: int | None = None
    told_crc: int | None = None
    local_size: int | None = None
    extra: bytes = b""
    tail: bytes = b""
    """Bytes after the data, inside the file."""


def build_zip(
    *entries: Entry, prefix: bytes = b"", suffix: bytes = b"", comment: bytes = b"", count: int = 0
) -> bytes:
    """A ZIP with exactly these entries; ``count`` is told instead of their number."""
    out, central = bytearray(prefix), bytearray()
    for entry in entries:
        packed = entry.content
        if entry.deflate:
            machine = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = machine.compress(entry.content) + machine.flush()
        size = len(entry.content) if entry.told_size is None else entry.told_size
        crc = zlib.crc32(entry.content) if entry.told_crc is None else entry.told_crc
        method = 8 if entry.deflate else 0
        told = size if entry.deflate else len(packed)
        offset = len(out)
        name = entry.name if entry.local_name is None else entry.local_name
        local_size = told if entry.local_size is None else entry.local_size
        out += struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, entry.flags, method, 0, 0x21, crc, len(packed),
            local_size, len(name), len(entry.extra),
        )  # fmt: skip
        out += name + entry.extra + packed + entry.tail
        central += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 0x0314, 20, entry.flags, method, 0, 0x21, crc,
            len(packed), told, len(entry.name), 0, 0, 0, 0, entry.mode << 16, offset,
        )  # fmt: skip
        central += entry.name
    number = count or len(entries)
    start = len(out)
    out += central
    out += struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(central), start, len(comment)
    )
    return bytes(out + comment + suffix)


def docx_of(body: str, *, parts: Mapping[str, bytes] | None = None, types: str = "") -> bytes:
    """A minimal DOCX around the inner XML of ``w:body``, with further or replaced parts."""
    content = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>' + types + "</Types>"
        ).encode(),
        "_rels/.rels": (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        .encode(),
        **(parts or {}),
    }  # fmt: skip
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def paragraph(text: str, *, align: str = "", size: int = 0, more: str = "") -> str:
    """The XML of one paragraph; ``size`` in points."""
    look = f'<w:jc w:val="{align}"/>' if align else ""
    type_size = f'<w:rPr><w:sz w:val="{2 * size}"/></w:rPr>' if size else ""
    return f"<w:p><w:pPr>{more}{look}</w:pPr><w:r>{type_size}<w:t>{text}</w:t></w:r></w:p>"
