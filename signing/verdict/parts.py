"""The signatures of a PDF found and measured, before any cryptography. pyHanko's strict reader.

What is taken from the file here is only where things are: fields, byte ranges, revisions. Whether
a signature is right is asked of `signing.cms`, whether it is trusted of `signing.trust`.
"""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from formats.limits import MAX_PAGES
from signing.gm.registration import register
from signing.seal.strict import keep_quiet
from signing.verdict.hexstring import read_in_bulk
from signing.verdict.policy import STRICT
from signing.verdict.report import SignatureKind

MAX_SIGNATURES: Final = 64
"""Joint issuers are at most some twenty; an archive time-stamp every five years adds a few."""

_SPACE: Final = b" \t\r\n\x0c\x00"
_SUBFILTERS: Final = {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"}
_TIMESTAMP: Final = "/ETSI.RFC3161"


class Unfit(Exception):
    """The file cannot be looked at; ``code`` is a reason of `signing.verdict.reasons`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Part:
    """One filled signature field as it lies in the file."""

    embedded: EmbeddedPdfSignature
    field: str
    kind: SignatureKind
    label: str
    """The body that the field was made for; empty where it was made for none."""
    revision: int
    """The revision that it signed, from 0."""
    end: int
    """Bytes from the start of the file to the end of the second range."""
    contents: bytes
    """The DER of the CMS or token, the padding after it taken off."""
    covered: bool
    """Whether its two ranges leave out its own value and nothing else of its revision."""
    permitted: bool
    """Whether every change after it is one that `policy.STRICT` permits."""
    pages: int

    def signed_bytes(self, pdf: bytes) -> bytes:
        """What was signed."""
        first, gap, after, length = self.embedded.byte_range
        return pdf[first:gap] + pdf[after : after + length]


def read(pdf: bytes) -> PdfFileReader:
    """The strict reader. Raises `Unfit`, or whatever pyHanko raises for a bad file."""
    if not pdf.startswith(b"%PDF-"):
        raise Unfit("extra-bytes" if b"%PDF-" in pdf[:1024] else "unreadable")
    keep_quiet()
    read_in_bulk()
    register()
    reader = PdfFileReader(
        BytesIO(pdf), strict=True, decode_limits=DecodeLimits.for_untrusted_input()
    )
    if reader.encrypted:
        raise Unfit("encrypted")
    if int(reader.root["/Pages"]["/Count"]) > MAX_PAGES:
        raise Unfit("too-large")
    return reader


def parts_of(reader: PdfFileReader, pdf: bytes) -> tuple[Part, ...]:
    """Every filled signature field, in the order of their revisions."""
    certifying = None
    if "/Perms" in reader.root and "/DocMDP" in reader.root["/Perms"]:
        certifying = reader.root["/Perms"].get_value_as_reference("/DocMDP")
    found: list[Part] = []
    for name, _value, reference in enumerate_sig_fields(reader, filled_status=True):
        if len(found) >= MAX_SIGNATURES:
            raise Unfit("too-large")
        embedded = EmbeddedPdfSignature(reader, reference.get_object(), name)
        found.append(_part(reader, pdf, embedded, certifying))
    return tuple(sorted(found, key=lambda part: (part.revision, part.end)))


def empty_fields(reader: PdfFileReader) -> tuple[str, ...]:
    """The names of the signature fields that nobody has signed yet."""
    return tuple(str(name) for name, _, _ in enumerate_sig_fields(reader, filled_status=False))


def field_names(reader: PdfFileReader, revision: int) -> frozenset[str]:
    """The names of the signature fields that a revision had."""
    past = reader.get_historical_resolver(revision)
    return frozenset(str(name) for name, _, _ in enumerate_sig_fields(past))


def ends_cleanly(reader: PdfFileReader, pdf: bytes, parts: tuple[Part, ...]) -> bool:
    """Whether nothing but white space follows what is signed or what a permitted revision adds.

    An appended text leaves the last cross-reference where it was, so a reader still finds it:
    the last revision must therefore either be the one that was signed last and end with it, or
    begin after that and close the file with its own end-of-file mark.
    """
    last = max(parts, key=lambda part: part.end)
    if last.revision == reader.xrefs.total_revisions - 1:
        return not pdf[last.end :].strip(_SPACE)
    closing = pdf.rfind(b"startxref")
    words = pdf[closing:].split()
    return (
        closing > last.end
        and len(words) == 3  # noqa: PLR2004 - startxref, the offset, %%EOF
        and words[1].isdigit()
        and words[2] == b"%%EOF"
        and last.end <= int(words[1]) < closing
    )


def _part(
    reader: PdfFileReader,
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    certifying: generic.Reference | None,
) -> Part:
    embedded.compute_integrity_info(diff_policy=STRICT)
    change = cast("DiffResult | SuspiciousModification | None", embedded.diff_result)
    permitted = (
        isinstance(change, DiffResult)
        and change.modification_level <= ModificationLevel.FORM_FILLING
        and bool(embedded.summarise_integrity_info()["docmdp_ok"])
    )
    past = reader.get_historical_root(embedded.signed_revision)
    ranges = [int(edge) for edge in embedded.byte_range]
    return Part(
        embedded=embedded,
        field=str(embedded.field_name),
        kind=_kind(embedded, certifying),
        label=str(embedded.sig_field.get("/TU", "")),
        revision=int(embedded.signed_revision),
        end=ranges[2] + ranges[3] if len(ranges) == 4 else 0,  # noqa: PLR2004 - a ByteRange
        contents=_unpadded(embedded.pkcs7_content),
        covered=_covers(pdf, ranges, embedded),
        permitted=permitted,
        pages=int(past["/Pages"]["/Count"]),
    )


def _kind(embedded: EmbeddedPdfSignature, certifying: generic.Reference | None) -> SignatureKind:
    subfilter = str(embedded.sig_object.get("/SubFilter"))
    if embedded.sig_object_type == "/DocTimeStamp" and subfilter == _TIMESTAMP:
        return "timestamp"
    if embedded.sig_object_type != "/Sig" or subfilter not in _SUBFILTERS:
        raise Unfit("cms")
    signed = embedded.sig_field.get_value_as_reference("/V", optional=True)
    return "certification" if certifying is not None and signed == certifying else "approval"


def _covers(pdf: bytes, ranges: list[int], embedded: EmbeddedPdfSignature) -> bool:
    """The byte range checked by hand as well: from 0, round one hexadecimal string, in bounds."""
    if len(ranges) != 4 or any(edge < 0 for edge in ranges):  # noqa: PLR2004 - a ByteRange
        return False
    start, gap, after, length = ranges
    value = pdf[gap:after]
    if start != 0 or not gap < after or after + length > len(pdf):
        return False
    if value[:1] != b"<" or value[-1:] != b">":
        return False
    try:
        inside = binascii.unhexlify(value[1:-1])
    except ValueError:
        return False
    coverage = embedded.evaluate_signature_coverage()
    return inside == embedded.pkcs7_content and coverage >= SignatureCoverageLevel.ENTIRE_REVISION


def _unpadded(contents: bytes) -> bytes:
    """The DER element at the start; what follows must be zeros. Raises `Unfit`."""
    if len(contents) < 4 or contents[0] != 0x30 or contents[1] < 0x80:  # noqa: PLR2004 - a long SEQUENCE
        raise Unfit("cms")
    width = contents[1] & 0x7F
    end = 2 + width + int.from_bytes(contents[2 : 2 + width], "big")
    if end > len(contents) or contents[end:].strip(b"\x00"):
        raise Unfit("cms")
    return contents[:end]


def duplicates(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Fields that show a signature which another field holds already."""
    seen: set[bytes] = set()
    for part in parts:
        if part.contents in seen:
            yield part
        seen.add(part.contents)
