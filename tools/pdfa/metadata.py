"""Clause 6.6: metadata that say what the file is, in a form that lasts."""

import re
from typing import Final

from lxml import etree

from tools.pdfa.opened import Opened, is_dictionary, words
from tools.pdfa.report import Report
from tools.pdfa.xmptypes import check_types

RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
_PDF: Final = "{http://ns.adobe.com/pdf/1.3/}"
_ID: Final = "{http://www.aiim.org/pdfa/ns/id/}"
_SCHEMA: Final = "{http://www.aiim.org/pdfa/ns/schema#}"
_PROPERTY: Final = "{http://www.aiim.org/pdfa/ns/property#}"
_TYPE: Final = "{http://www.aiim.org/pdfa/ns/type#}"
_FIELD: Final = "{http://www.aiim.org/pdfa/ns/field#}"
_EXTENSION: Final = "{http://www.aiim.org/pdfa/ns/extension/}"
_HEADER: Final = re.compile(rb"<\?xpacket\s[^?]*\?>")
_PREFIXES: Final = {
    "http://www.aiim.org/pdfa/ns/id/": ("pdfaid", "6.6.4"),
    "http://www.aiim.org/pdfa/ns/extension/": ("pdfaExtension", "6.6.2.3.3"),
    "http://www.aiim.org/pdfa/ns/schema#": ("pdfaSchema", "6.6.2.3.3"),
    "http://www.aiim.org/pdfa/ns/property#": ("pdfaProperty", "6.6.2.3.3"),
    "http://www.aiim.org/pdfa/ns/type#": ("pdfaType", "6.6.2.3.3"),
    "http://www.aiim.org/pdfa/ns/field#": ("pdfaField", "6.6.2.3.3"),
}
"""Prefixes that the standard requires, by namespace, with the clause that does."""

_LEVELS: Final = frozenset({"A", "B", "U"})

_KNOWN: Final[dict[str, frozenset[str]]] = {
    "http://purl.org/dc/elements/1.1/": words(
        "contributor coverage creator date description format identifier language "
        "publisher relation rights source subject title type"
    ),
    "http://ns.adobe.com/xap/1.0/": words(
        "Advisory BaseURL CreateDate CreatorTool Identifier Label MetadataDate ModifyDate "
        "Nickname Rating Thumbnails"
    ),
    "http://ns.adobe.com/pdf/1.3/": words("Keywords PDFVersion Producer Trapped"),
    "http://www.aiim.org/pdfa/ns/id/": words("part amd corr conformance"),
    "http://ns.adobe.com/xap/1.0/mm/": words(
        "DerivedFrom DocumentID History Ingredients InstanceID ManagedFrom Manager "
        "ManageTo ManageUI ManagerVariant OriginalDocumentID Pantry RenditionClass "
        "RenditionOf RenditionParams SaveID VersionID Versions LastURL"
    ),
    "http://ns.adobe.com/xap/1.0/rights/": words(
        "Certificate Marked Owner UsageTerms WebStatement"
    ),
    "http://www.aiim.org/pdfa/ns/extension/": frozenset({"schemas"}),
}
"""Properties of the schemas that this checker knows one by one; of the others it knows the name."""

_SCHEMAS: Final = frozenset(
    {
        "http://ns.adobe.com/xap/1.0/bj/", "http://ns.adobe.com/xap/1.0/t/pg/",
        "http://ns.adobe.com/xmp/1.0/DynamicMedia/", "http://ns.adobe.com/photoshop/1.0/",
        "http://ns.adobe.com/camera-raw-settings/1.0/", "http://ns.adobe.com/tiff/1.0/",
        "http://ns.adobe.com/exif/1.0/", "http://ns.adobe.com/exif/1.0/aux/",
    }
)  # fmt: skip

_SAME: Final = (
    ("/Title", f"{_DC}title"),
    ("/Author", f"{_DC}creator"),
    ("/Subject", f"{_DC}description"),
    ("/Keywords", f"{_PDF}Keywords"),
    ("/Creator", f"{_XMP}CreatorTool"),
    ("/Producer", f"{_PDF}Producer"),
    ("/CreationDate", f"{_XMP}CreateDate"),
    ("/ModDate", f"{_XMP}ModifyDate"),
)
"""Entries of the information dictionary and the properties that say the same."""


def check(opened: Opened, report: Report, *, part: int) -> None:
    """6.6, and the information dictionary of 6.1.5."""
    stream = opened.root.get("/Metadata")
    if not Opened.is_stream(stream):
        report.add("6.6.2.1", "the catalog has no metadata stream")
        return
    typed = stream.get("/Type") == "/Metadata" and stream.get("/Subtype") == "/XML"
    report.require(typed, "6.6.2.1", "Type and Subtype of the metadata stream")
    report.require("/Filter" not in stream, "6.6.2.1", "the metadata stream is filtered")
    packet = stream.read_bytes()
    root = _parsed(packet, report, "the document's")
    for value in opened.objects():
        other = value.get("/Metadata")
        if Opened.is_stream(other) and other.objgen != stream.objgen:
            _parsed(other.read_bytes(), report, opened.name_of(other))
    if root is None:
        return
    properties = _properties(root)
    _identified(root, properties, report, part)
    _schemas(root, properties, report)
    check_types(root, report)
    _information(opened, properties, report)


def _parsed(packet: bytes, report: Report, place: str) -> etree._Element | None:
    header = _HEADER.search(packet)
    if header is not None:
        for attribute in (b"bytes", b"encoding"):
            there = re.search(rb"\s" + attribute + rb"\s*=", header[0])
            report.require(
                not there, "6.6.2.1", f"{attribute.decode()} in the packet header", place
            )
    if packet.startswith((b"\xfe\xff", b"\xff\xfe", b"\0")) or b"<\0?\0" in packet[:8]:
        report.add("6.6.2.1", "XMP that is not UTF-8", place)
        return None
    body = packet[header.end() :] if header else packet
    body = re.sub(rb"<\?xpacket\s+end.*?\?>\s*\Z", b"", body.rstrip(b"\0 \r\n\t"), flags=re.DOTALL)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except etree.XMLSyntaxError as error:
        report.add("6.6.2.1", f"XMP that is not well formed: {error.msg}", place)
        return None
    descriptions = root.findall(f".//{RDF}RDF/{RDF}Description")
    if not descriptions and root.tag != f"{RDF}RDF":
        report.add("6.6.2.1", "no rdf:Description", place)
    subjects = {d.get(f"{RDF}about", d.get("about", "")) for d in descriptions}
    report.require(len(subjects) <= 1, "6.6.2.1", "descriptions of several things", place)
    return root


def _properties(root: etree._Element) -> dict[str, list[str]]:
    """Values by property name in Clark notation; of arrays and alternatives every item."""
    found: dict[str, list[str]] = {}
    for description in root.iter(f"{RDF}Description"):
        above = description.getparent()
        if above is None or above.tag != f"{RDF}RDF":
            continue
        for name, value in description.attrib.items():
            if str(name).startswith("{") and not str(name).startswith(
                (RDF, "{http://www.w3.org/XML")
            ):
                found.setdefault(str(name), []).append(str(value))
        for child in description:
            if isinstance(child.tag, str):
                items = [item.text or "" for item in child.iter(f"{RDF}li")]
                found.setdefault(child.tag, []).extend(items or [child.text or ""])
    return found


def _identified(
    root: etree._Element, properties: dict[str, list[str]], report: Report, part: int
) -> None:
    """6.6.4."""
    parts = properties.get(f"{_ID}part", [])
    report.require(parts, "6.6.4", "no pdfaid:part")
    if parts:
        report.require(parts == [str(part)], "6.6.4", f"pdfaid:part is {', '.join(parts)}")
    levels = properties.get(f"{_ID}conformance", [])
    known = len(levels) == 1 and levels[0] in _LEVELS
    report.require(known, "6.6.4", f"pdfaid:conformance is {', '.join(levels) or 'missing'}")
    for element in root.iter():
        for prefix, uri in (element.nsmap or {}).items() if isinstance(element.tag, str) else ():
            if uri in _PREFIXES:
                wanted, clause = _PREFIXES[uri]
                report.require(prefix == wanted, clause, f"prefix {prefix} for {wanted}")


def _schemas(root: etree._Element, properties: dict[str, list[str]], report: Report) -> None:
    """6.6.2.3: properties of predefined schemas, or of ones that the file itself describes."""
    described: dict[str, set[str]] = {}
    for bag in root.iter(f"{_EXTENSION}schemas"):
        plain = [child.tag for child in bag] == [f"{RDF}Bag"]
        report.require(plain, "6.6.2.3.3", "extension schemas that are no Bag")
    for schema in root.iterfind(f".//{_EXTENSION}schemas/*/{RDF}li"):
        _extension(schema, report)
        uri = _field(schema, f"{_SCHEMA}namespaceURI")
        if uri is None:
            continue
        names = {_field(item, f"{_PROPERTY}name") for item in schema.iter(f"{RDF}li")}
        described.setdefault(uri, set()).update(name for name in names if name)
    for name in properties:
        uri, _, local = name[1:].partition("}")
        fits = (
            uri in _SCHEMAS
            or local in _KNOWN.get(uri, frozenset())
            or local in described.get(uri, set())
        )
        report.require(fits, "6.6.2.3.1", f"{local} of {uri} is not defined")


def _extension(schema: etree._Element, report: Report) -> None:
    """6.6.2.3.3: what a described schema and its properties must state."""
    _stated(schema, _SCHEMA, ("schema", "namespaceURI", "prefix"), report)
    for item in schema.iterfind(f".//{_SCHEMA}property/*/{RDF}li"):
        _stated(item, _PROPERTY, ("name", "valueType", "category", "description"), report)
        category = _field(item, f"{_PROPERTY}category")
        known = category in {None, "internal", "external"}
        report.require(known, "6.6.2.3.3", f"category {category}")
    for item in schema.iterfind(f".//{_SCHEMA}valueType/*/{RDF}li"):
        _stated(item, _TYPE, ("type", "namespaceURI", "prefix", "description"), report)
        for part in item.iterfind(f".//{_TYPE}field/*/{RDF}li"):
            _stated(part, _FIELD, ("name", "valueType", "description"), report)


def _stated(item: etree._Element, uri: str, keys: tuple[str, ...], report: Report) -> None:
    for key in keys:
        there = _field(item, f"{uri}{key}")
        report.require(there, "6.6.2.3.3", f"an extension schema without {key}")


def _field(element: etree._Element, name: str) -> str | None:
    """A field of a structure: a child, or an attribute, of it or of its description."""
    for holder in (element, *element.findall(f"{RDF}Description")):
        if holder.get(name) is not None:
            return holder.get(name)
        child = holder.find(name)
        if child is not None:
            return child.text or ""
    return None


def _information(opened: Opened, properties: dict[str, list[str]], report: Report) -> None:
    """6.1.5: readers go by the XMP; a dictionary that says something else misleads old ones."""
    information = opened.pdf.trailer.get("/Info")
    if not is_dictionary(information):
        return
    for key, name in _SAME:
        if key not in information:
            continue
        said, values = str(information[key]), properties.get(name, [])
        if key.endswith("Date"):
            same = bool(values) and _moment(said) == _moment(values[0])
        else:
            same = said in values or said == ", ".join(values)
        report.require(same, "6.1.5", f"{key[1:]} differs from the XMP")


def _moment(text: str) -> str:
    """Year to second as digits; zones are written in too many ways to be compared."""
    return re.sub(r"\D", "", text.split("+", maxsplit=1)[0].rstrip("Z"))[:12]
