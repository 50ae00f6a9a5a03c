"""The package: what the recipient keeps and a court reads. ASiC-E, ETSI EN 319 162-1.

A ZIP with ``mimetype`` first, every member stored, times fixed and an order fixed: the same
contents are the same bytes. The signature (CAdES) is over ``META-INF/ASiCManifest.xml``, which
lists the digest of every member (SHA-256, under GM SM3); `signing.package` makes it, so that stock
tools can check it. Reading rebuilds the ZIP and compares, so no byte of it can say anything beside
its members.
"""

import base64
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from formats import canonical
from formats.digests import digest, digest_bytes
from formats.directory import Suite
from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.limits import MAX_PACKAGE_BYTES, MAX_PACKAGE_PARTS
from formats.package.manifest import Manifest, Part, parse_manifest
from formats.package.stored import read_zip, write_zip
from formats.safe import names
from formats.safe.archive_errors import UnsafeName

MIMETYPE: Final = b"application/vnd.etsi.asic-e+zip"
DOCUMENT: Final = "document.pdf"
METADATA: Final = "metadata.xml"
MANIFEST: Final = "manifest.json"
ASIC_MANIFEST: Final = "META-INF/ASiCManifest.xml"
SIGNATURE: Final = "META-INF/signature.p7s"
ATTACHMENTS: Final = "attachments/"
_ASIC: Final = "http://uri.etsi.org/02918/v1.2.1#"
_XMLDSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_DIGEST_METHODS: Final[Mapping[Suite, str]] = {
    "INTL": "http://www.w3.org/2001/04/xmlenc#sha256",
    "GM": "urn:oid:1.2.156.10197.1.401",
}
"""XML Encryption 5.7.2; SM3 has no URI of W3C, so that its identifier is named by RFC 3061."""


class PackageDamaged(BadInput):
    """A package whose members are not those it lists."""

    code = "package.damaged"
    happened = mark("文件包不完整或被改动过（{place}）。")
    safe = mark("没有采信其中任何内容，收到的原件仍在。")
    advice = mark("请勿据此办理，退回并请发出单位重新封装。")


class BadAttachmentName(BadInput):
    """A file name that not every machine can keep."""

    code = "package.bad-name"
    happened = mark("附件文件名“{name}”不能使用，或与另一附件重名。")
    advice = mark('请改用不含 / \\ : * ? " < > | 等符号、不超过 80 个汉字的文件名。')


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes along with the document."""

    name: str
    """File name without a folder; Chinese is kept as it is."""
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose members are exactly those its two manifests list.

    The signature over ``asic_manifest`` is not yet verified.
    """

    manifest: Manifest
    document: bytes
    """The sealed PDF."""
    metadata: bytes
    attachments: tuple[AttachedFile, ...]
    asic_manifest: bytes
    signature: bytes
    members: Mapping[str, bytes]
    """Every member but ``mimetype``."""


def check_name(name: str) -> str:
    """A usable attachment file name in NFC. Raises `BadAttachmentName`."""
    tidy = unicodedata.normalize("NFC", name)
    try:
        names.check_name(ATTACHMENTS + tidy)
        if not tidy or "/" in tidy:
            raise BadAttachmentName("empty, or a folder", name=names.printable(name))
    except UnsafeName as error:
        raise BadAttachmentName(error.detail, name=names.printable(name)) from error
    return tidy


def content_members(
    document: bytes, metadata: bytes, attachments: Sequence[AttachedFile] = ()
) -> dict[str, tuple[str, bytes]]:
    """The content of a package: name to media type and bytes, in order.

    Raises `BadAttachmentName` (also for two names that some file system takes for one) or
    `TooLarge`.
    """
    members = {
        DOCUMENT: ("application/pdf", document),
        METADATA: ("application/xml", metadata),
    }
    if len(attachments) + 2 > MAX_PACKAGE_PARTS:
        raise TooLarge(f"{len(attachments)} attachments", limit=MAX_PACKAGE_PARTS - 2)
    seen: set[str] = set()
    for file in sorted(attachments, key=lambda entry: check_name(entry.name)):
        name = check_name(file.name)
        if names.fold(name) in seen:
            raise BadAttachmentName("same name twice", name=name)
        seen.add(names.fold(name))
        members[ATTACHMENTS + name] = (file.media_type, file.data)
    if sum(len(data) for _, data in members.values()) > MAX_PACKAGE_BYTES:
        raise TooLarge("package", limit=MAX_PACKAGE_BYTES)
    return members


def parts_of(members: Mapping[str, tuple[str, bytes]], suite: Suite = "INTL") -> tuple[Part, ...]:
    """The manifest's list of the members of `content_members`, their digests of its suite."""
    return tuple(
        Part(name=name, media_type=media_type, size=len(data), digest=digest(data, suite))
        for name, (media_type, data) in members.items()
    )


def build_package(
    members: Mapping[str, tuple[str, bytes]], manifest: Manifest, sign: Callable[[bytes], bytes]
) -> bytes:
    """The package; ``sign`` is asked once for a detached CAdES over ASiCManifest.xml.

    ``manifest.parts`` must be `parts_of` the members. Raises `PackageDamaged` otherwise, and
    whatever ``sign`` raises.
    """
    if manifest.parts != parts_of(members, manifest.suite):
        raise PackageDamaged("parts", place=MANIFEST)
    listed = {**members, MANIFEST: ("application/json", canonical.to_bytes(manifest))}
    asic = asic_manifest(listed, manifest.suite)
    files = {name: data for name, (_, data) in listed.items()}
    return write_zip({"mimetype": MIMETYPE, **files, ASIC_MANIFEST: asic, SIGNATURE: sign(asic)})


def asic_manifest(members: Mapping[str, tuple[str, bytes]], suite: Suite = "INTL") -> bytes:
    """ASiCManifest.xml over the members; EN 319 162-1 annex A.4. Its digests are of the suite."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<asic:ASiCManifest xmlns:asic="{_ASIC}" xmlns:ds="{_XMLDSIG}">',
        f'<asic:SigReference URI="{SIGNATURE}" MimeType="application/pkcs7-signature"/>',
    ]
    for name, (media_type, data) in members.items():
        uri = quoteattr(quote(name))
        value = base64.b64encode(digest_bytes(data, suite)).decode()
        lines += [
            f"<asic:DataObjectReference URI={uri} MimeType={quoteattr(media_type)}>",
            f'<ds:DigestMethod Algorithm="{_DIGEST_METHODS[suite]}"/>',
            f"<ds:DigestValue>{value}</ds:DigestValue>",
            "</asic:DataObjectReference>",
        ]
    return "\n".join([*lines, "</asic:ASiCManifest>", ""]).encode()


def read_package(data: bytes) -> Package:
    """A package whose members agree with both its manifests. Raises a `BadInput`."""
    if len(data) > MAX_PACKAGE_BYTES:
        raise TooLarge("package", limit=MAX_PACKAGE_BYTES)
    members = read_zip(data, max_members=MAX_PACKAGE_PARTS + 4, max_bytes=MAX_PACKAGE_BYTES)
    first = next(iter(members), None)
    if first != "mimetype" or members.pop("mimetype") != MIMETYPE:
        raise PackageDamaged("mimetype", place="mimetype")
    for name in (DOCUMENT, METADATA, MANIFEST, ASIC_MANIFEST, SIGNATURE):
        if name not in members:
            raise PackageDamaged(f"no {name}", place=name)
    manifest = parse_manifest(members[MANIFEST])
    listed = _check_parts(members, manifest)
    listed[MANIFEST] = ("application/json", members[MANIFEST])
    if list(members) != [*listed, ASIC_MANIFEST, SIGNATURE]:
        raise PackageDamaged("members beside those listed", place=MANIFEST)
    if members[ASIC_MANIFEST] != asic_manifest(listed, manifest.suite):
        raise PackageDamaged("digests", place=ASIC_MANIFEST)
    return Package(
        manifest=manifest,
        document=members[DOCUMENT],
        metadata=members[METADATA],
        attachments=tuple(
            AttachedFile(name.removeprefix(ATTACHMENTS), media_type, part)
            for name, (media_type, part) in listed.items()
            if name.startswith(ATTACHMENTS)
        ),
        asic_manifest=members[ASIC_MANIFEST],
        signature=members[SIGNATURE],
        members=members,
    )


def _check_parts(members: Mapping[str, bytes], manifest: Manifest) -> dict[str, tuple[str, bytes]]:
    listed: dict[str, tuple[str, bytes]] = {}
    for part in manifest.parts:
        if part.name.startswith(ATTACHMENTS):
            check_name(part.name.removeprefix(ATTACHMENTS))
        elif part.name not in {DOCUMENT, METADATA}:
            raise PackageDamaged(f"part {part.name!r}", place=part.name)
        body = members.get(part.name)
        if body is None or len(body) != part.size or digest(body, manifest.suite) != part.digest:
            raise PackageDamaged(f"part {part.name!r}", place=part.name)
        listed[part.name] = (part.media_type, body)
    return listed
