"""Clause 6.1: how the file is built and written."""

import re
from typing import Final

from tools.pdfa.lexer import RawObject, scan, tokens_of
from tools.pdfa.opened import Node, Opened, is_dictionary, is_name
from tools.pdfa.report import Report
from tools.pdfa.tokens import check_token

_HEADER: Final = re.compile(rb"%PDF-1\.[0-7](\r\n|\n|\r)")
_COMMENT: Final = re.compile(rb"%[\x80-\xff]{4}")
_XREF: Final = re.compile(rb"(?<!start)xref")
_SECTION: Final = re.compile(rb"xref(\r\n|\n|\r)\d+ \d+")

FILTERS: Final = frozenset(
    {
        "/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode", "/RunLengthDecode",
        "/CCITTFaxDecode", "/JBIG2Decode", "/DCTDecode", "/JPXDecode", "/Crypt",
    }
)  # fmt: skip
"""ISO 32000-1 Table 6 without LZWDecode."""

_MOST_OBJECTS: Final = 8388607
_BOXES: Final = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
_LEAST_BOX, _MOST_BOX = 3, 14_400


def check(opened: Opened, report: Report) -> None:
    """6.1.2 to 6.1.13, 6.10 and 6.11."""
    _header(opened.data, report)
    _trailer(opened, report)
    _cross_references(opened.data, report)
    for item in scan(opened.data, opened.integer):
        _written(item, report)
    report.require(len(opened.pdf.objects) <= _MOST_OBJECTS, "6.1.13", "too many objects")
    for value in opened.objects():
        if opened.is_stream(value):
            _stream(opened, value, report)
    _permissions(opened, report)
    _boxes(opened, report)
    names = opened.root.get("/Names")
    report.require(
        not (is_dictionary(names) and "/AlternatePresentations" in names),
        "6.10", "alternate presentations",
    )  # fmt: skip
    report.require("/Requirements" not in opened.root, "6.11", "document requirements")


def _header(data: bytes, report: Report) -> None:
    header = _HEADER.match(data)
    if header is None:
        report.add("6.1.2", "the file does not begin with %PDF-1.n and an end-of-line")
    elif _COMMENT.match(data, header.end()) is None:
        report.add("6.1.2", "no comment of four bytes above 127 after the header")


def _trailer(opened: Opened, report: Report) -> None:
    trailer = opened.pdf.trailer
    identifier = trailer.get("/ID")
    halves = [bytes(half) for half in identifier] if identifier is not None else []
    whole = len(halves) == 2 and all(halves)  # noqa: PLR2004 - a pair
    report.require(whole, "6.1.3", "the trailer has no ID of two strings")
    report.require("/Encrypt" not in trailer, "6.1.3", "the file is encrypted")
    end = opened.data.rfind(b"%%EOF")
    rest = opened.data[end + 5 :]
    report.require(end >= 0 and rest in {b"", b"\n", b"\r", b"\r\n"}, "6.1.3", "data after %%EOF")


def _cross_references(data: bytes, report: Report) -> None:
    for start in re.finditer(rb"startxref\s+(\d+)", data):
        place = int(start[1])
        if data[place : place + 4] == b"xref" and _SECTION.match(data, place) is None:
            report.add("6.1.4", "xref and its subsection are not parted by one end-of-line")


def _written(item: RawObject, report: Report) -> None:
    place = f"object {item.number}"
    report.require(item.spaced, "6.1.9", "white space around obj or endobj", place)
    for token in item.tokens:
        check_token(token, place, report)
    stream = item.stream
    if stream is None:
        return
    report.require(stream.stated == stream.actual, "6.1.7.1", "wrong Length", place)
    feed = stream.keyword_ends == b"\r\n" or stream.keyword_ends[:1] == b"\n"
    report.require(feed, "6.1.7.1", "no line feed after stream", place)
    report.require(stream.ends_line, "6.1.7.1", "no end-of-line before endstream", place)


def _stream(opened: Opened, value: Node, report: Report) -> None:
    place = opened.name_of(value)
    for key in ("/F", "/FFilter", "/FDecodeParms"):
        report.require(key not in value, "6.1.7.1", f"{key} in a stream", place)
    filters = value.get("/Filter")
    if filters is None:
        filters = []
    parameters = value.get("/DecodeParms")
    if is_name(filters):
        filters, parameters = [filters], [parameters]
    for number, name in enumerate(filters):
        report.require(str(name) in FILTERS, "6.1.7.2", f"filter {name}", place)
        if str(name) == "/Crypt":
            held = parameters[number] if parameters is not None else None
            kind = held.get("/Name", "/Identity") if is_dictionary(held) else "/Identity"
            report.require(str(kind) == "/Identity", "6.1.7.2", "a Crypt filter", place)
    if value.get("/Type") == "/ObjStm":
        data = value.read_bytes()
        for token in tokens_of(data[int(value.get("/First", 0)) :]):
            check_token(token, place, report)


def _permissions(opened: Opened, report: Report) -> None:
    permissions = opened.root.get("/Perms")
    if not is_dictionary(permissions):
        return
    extra = set(permissions.keys()) - {"/UR3", "/DocMDP"}
    report.require(not extra, "6.1.12", f"{', '.join(sorted(extra))} in Perms")
    if "/DocMDP" not in permissions:
        return
    for value in opened.objects():
        for reference in value.get("/Reference", []) if value.get("/Type") == "/Sig" else []:
            digests = {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(reference.keys())
            report.require(not digests, "6.1.12", "digests in a signature reference")


def _boxes(opened: Opened, report: Report) -> None:
    for number, page in enumerate(opened.pages, start=1):
        report.require("/PresSteps" not in page, "6.10", "presentation steps", f"page {number}")
        for key in _BOXES:
            box = opened.inherited(page, key) if key in _BOXES[:2] else page.get(key)
            if box is None:
                continue
            left, low, right, high = (float(edge) for edge in box)
            for side in (abs(right - left), abs(high - low)):
                fits = _LEAST_BOX <= side <= _MOST_BOX
                report.require(fits, "6.1.13", f"{key} of {side:g} units", f"page {number}")
