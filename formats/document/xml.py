"""The document as XML of our own: one element for each element of GB/T 9704-2012, in its order.

The XML rides inside the PDF as its source (PDF/A-3 ``AFRelationship=Source``) and in the package.
Every element carries its Chinese name; a purchased GB/T 33476.1 can be mapped from it. The same
document always gives the same bytes, and `from_xml` gives the document back.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec
from lxml import etree

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Image,
    Signer,
)
from formats.document.parse import check_document
from formats.document.places import LABELS
from formats.errors import BadInput
from formats.i18n import mark
from formats.safe.xml import parse_xml

NAMESPACE: Final = "urn:yidao:document:1"
_Q: Final = f"{{{NAMESPACE}}}"

# Element name, model field, in the order of GB/T 9704-2012 clause 7.
_ATTRIBUTES: Final = ("kind", "format", "direction", "sensitivity", "signature")
_LINES: Final = (
    ("copyNumber", "copy_number"),  # 7.2.1
    ("urgency", "urgency"),  # 7.2.3
    ("issuerMark", "issuer_mark"),  # 7.2.4
    ("number", "number"),  # 7.2.5
    ("approver", "approvers"),  # 7.2.6
    ("title", "title"),  # 7.3.1
    ("mainRecipient", "main_recipients"),  # 7.3.2
    ("body", "body"),  # 7.3.3
    ("issuer", "issuers"),  # 7.3.5
    ("issueDate", "issue_date"),  # 7.3.5.4
    ("signer", "signers"),  # 7.3.5.3
    ("attendance", "attendance"),  # 10.3
    ("note", "note"),  # 7.3.6
    ("contact", "contact"),
    ("attachment", "attachments"),  # 7.3.4, 7.3.7
    ("cc", "cc"),  # 7.4.2
    ("printer", "printer"),  # 7.4.3
    ("printDate", "print_date"),
    ("replyTo", "reply_to"),
)
_FIELDS: Final = dict(_LINES)
_ATTENDANCE: Final = ("present", "absent", "observers")
_DIGITS: Final = 9


class BadDocumentXml(BadInput):
    """XML that is not a document of ours."""

    code = "document.bad-xml"
    happened = mark("公文的 XML 内容有误，无法读取。")


def to_xml(document: Document) -> bytes:
    """The document as XML, UTF-8, always the same bytes for the same document."""
    root = etree.Element(f"{_Q}document", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # None is lxml's default namespace
    for field in _ATTRIBUTES:
        root.set(field, getattr(document, field))
    if document.barcode:
        root.set("barcode", "true")
    for name, field in _LINES:
        value = getattr(document, field)
        if field == "body":
            _blocks(_child(root, name, field), value)
        elif isinstance(value, tuple):
            for number, part in enumerate(value, start=1):
                _fill(_child(root, name, field), part, number)
        elif value is not None:
            _fill(_child(root, name, field), value, 1)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _fill(element: etree._Element, value: object, number: int) -> None:
    """One value of the model; ``number`` is its place among its like."""
    match value:
        case Attachment():
            _attachment(element, value, number)
        case Signer():
            element.set("office", value.office)
            element.text = value.name
        case Attendance():
            _attendance(element, value)
        case DocumentNumber():
            element.text = str(value)
            element.set("mark", value.mark)
            element.set("year", str(value.year))
            element.set("serial", str(value.serial))
        case date():
            element.text = value.isoformat()
        case _:
            element.text = str(value)


def _child(parent: etree._Element, name: str, field: str) -> etree._Element:
    element = etree.SubElement(parent, f"{_Q}{name}")
    element.set("label", LABELS[field])
    return element


def _attendance(element: etree._Element, attendance: Attendance) -> None:
    for field in _ATTENDANCE:
        for text in getattr(attendance, field):
            _child(element, field, field).text = text


def _attachment(element: etree._Element, attachment: Attachment, number: int) -> None:
    element.set("number", str(number))
    if attachment.separate:
        element.set("separate", "true")
    _child(element, "title", "title").text = attachment.title
    _blocks(_child(element, "body", "body"), attachment.body)


def _blocks(parent: etree._Element, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if block.image is not None:
            _image(etree.SubElement(parent, f"{_Q}image"), block.image)
            continue
        if block.table is None:
            paragraph = etree.SubElement(parent, f"{_Q}p", level=str(block.level))
            paragraph.text = block.text
            continue
        table = etree.SubElement(parent, f"{_Q}table")
        if block.table.landscape:
            table.set("landscape", "true")
        for name, cells in (
            ("header", block.table.header),
            *(("row", r) for r in block.table.rows),
        ):
            row = etree.SubElement(table, f"{_Q}{name}")
            for cell in cells:
                etree.SubElement(row, f"{_Q}cell").text = cell


def _image(element: etree._Element, image: Image) -> None:
    element.set("description", image.description)
    if image.caption is not None:
        element.set("caption", image.caption)
    if image.width_mm is not None:
        element.set("width", repr(image.width_mm))
    element.text = b64encode(image.data).decode("ascii")


def from_xml(data: bytes) -> Document:
    """The document of `to_xml`. Raises `BadDocumentXml`, `Classified` and those of `parse_xml`."""
    root = parse_xml(data)
    if root.tag != f"{_Q}document":
        raise BadDocumentXml(f"root {root.tag}")
    found: dict[str, Any] = {str(name): root.attrib[name] for name in root.attrib}
    if "barcode" in found:
        found["barcode"] = _true(found["barcode"])
    for element in root:
        name = str(element.tag).removeprefix(_Q)
        field = _FIELDS.get(name)
        if field is None:
            raise BadDocumentXml(f"element {name}")
        _take(found, field, element)
    try:
        document = msgspec.convert(found, Document)
    except msgspec.ValidationError as error:
        raise BadDocumentXml(str(error)) from error
    check_document(document)
    return document


def _take(found: dict[str, Any], field: str, element: etree._Element) -> None:
    if field in {"issuers", "approvers", "main_recipients", "cc"}:
        found.setdefault(field, []).append(_text(element))
    elif field == "attachments":
        found.setdefault(field, []).append(_read_attachment(element))
    elif field == "signers":
        signer = {"office": element.get("office"), "name": _text(element)}
        found.setdefault(field, []).append(signer)
    elif field in found:
        raise BadDocumentXml(f"{field} twice")
    elif field == "body":
        found[field] = _read_blocks(element)
    elif field == "attendance":
        found[field] = _read_attendance(element)
    elif field == "number":
        found[field] = {
            "mark": element.get("mark"),
            "year": _integer(element.get("year")),
            "serial": _integer(element.get("serial")),
        }
    else:
        found[field] = _text(element)


def _read_attachment(element: etree._Element) -> dict[str, Any]:
    parts = {str(child.tag).removeprefix(_Q): child for child in element}
    if set(parts) != {"title", "body"} or len(element) != len(parts):
        raise BadDocumentXml("attachment")
    read = {"title": _text(parts["title"]), "body": _read_blocks(parts["body"])}
    separate = element.get("separate")
    return read if separate is None else {**read, "separate": _true(separate)}


def _read_attendance(element: etree._Element) -> dict[str, list[str]]:
    read: dict[str, list[str]] = {}
    for child in element:
        name = str(child.tag).removeprefix(_Q)
        if name not in _ATTENDANCE:
            raise BadDocumentXml(f"attendance {name}")
        read.setdefault(name, []).append(_text(child))
    return read


def _read_image(element: etree._Element) -> dict[str, Any]:
    """As msgspec takes it: bytes in base64, the width a number."""
    read: dict[str, Any] = {
        "data": _text(element),
        "description": element.get("description"),
        "caption": element.get("caption"),
    }
    width = element.get("width")
    if width is not None:
        if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,17})?", width):
            raise BadDocumentXml("width")
        read["width_mm"] = float(width)
    return read


def _read_blocks(parent: etree._Element) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    for element in parent:
        name = str(element.tag).removeprefix(_Q)
        if name == "p":
            blocks.append({"level": _integer(element.get("level")), "text": _text(element)})
        elif name == "image":
            blocks.append({"image": _read_image(element)})
        elif name == "table" and len(element):
            header, *rows = [[_text(cell) for cell in row] for row in element]
            landscape = element.get("landscape") == "true"
            table = {"header": header, "rows": rows, "landscape": landscape}
            blocks.append({"table": table})
        else:
            raise BadDocumentXml(f"block {name}")
    return blocks


def _text(element: etree._Element) -> str:
    if len(element):
        raise BadDocumentXml("elements inside a text")
    return element.text or ""


def _true(text: str) -> bool:
    """An attribute that is written only where it holds."""
    if text != "true":
        raise BadDocumentXml("not a flag")
    return True


def _integer(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise BadDocumentXml("not a number")
    return int(text)
