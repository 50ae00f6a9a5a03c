"""The document's metadata as XML: the eighteen core elements of GB/T 33480-2016, clause 4.

The standard's English names and codes were not at hand, so the elements are ours; the table below
maps each to its clause and Chinese name, and both stand in the XML for whoever reads it later. An
element the document lacks is left out. 密级 (4.4) never appears: it may not travel here.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET  # writing only; nothing is parsed here

from formats.document.model import Document

NAMESPACE: Final = "urn:yidao:metadata:1"


class CoreElement(NamedTuple):
    """One core element."""

    clause: str
    """Of GB/T 33480-2016."""
    chinese: str
    archive: str
    """The DA/T 46-2009 element it becomes on filing; empty where there is none."""


CORE: Final[Mapping[str, CoreElement]] = {
    "identifier": CoreElement("4.1", "公文标识", "M7"),
    "kind": CoreElement("4.2", "文种", "M34"),
    "copyNumber": CoreElement("4.3", "份号", ""),
    "urgency": CoreElement("4.5", "紧急程度", "M35"),
    "issuerMark": CoreElement("4.6", "发文机关标志", "M32"),
    "documentNumber": CoreElement("4.7", "发文字号", "M31"),
    "approver": CoreElement("4.8", "签发人", ""),
    "title": CoreElement("4.9", "标题", "M22"),
    "mainRecipient": CoreElement("4.10", "主送机关", "M36"),
    "attachmentNote": CoreElement("4.11", "附件说明", ""),
    "issuer": CoreElement("4.12", "发文机关或签发人署名", "M32"),
    "issueDate": CoreElement("4.13", "成文日期", "M33"),
    "note": CoreElement("4.14", "附注", "M75"),
    "ccRecipient": CoreElement("4.15", "抄送机关", "M37"),
    "printer": CoreElement("4.16", "印发机关", ""),
    "printDate": CoreElement("4.17", "印发日期", ""),
    "release": CoreElement("4.18", "发布层次", ""),
}
"""Our element name to the standards' (4.4 密级和保密期限 is left out on purpose)."""

KIND_NAMES: Final[Mapping[str, str]] = {
    "resolution": "决议",
    "decision": "决定",
    "order": "命令（令）",
    "communique": "公报",
    "announcement": "公告",
    "public_notice": "通告",
    "opinion": "意见",
    "notice": "通知",
    "circular": "通报",
    "report": "报告",
    "request": "请示",
    "reply": "批复",
    "motion": "议案",
    "letter": "函",
    "minutes": "纪要",
}
URGENCY_NAMES: Final[Mapping[str, str]] = {"extra_urgent": "特急", "urgent": "加急"}
SENSITIVITY_NAMES: Final[Mapping[str, str]] = {
    "public": "公开",
    "internal": "内部",
    "work_secret": "工作秘密",
}


def metadata_xml(document: Document, *, identifier: str) -> bytes:
    """UTF-8 XML of the document's core elements; ``identifier`` is 公文标识 (the dispatch id).

    The same document always gives the same bytes.
    """
    root = ET.Element("metadata", {"xmlns": NAMESPACE, "standard": "GB/T 33480-2016"})
    for name, code, text in _values(document, identifier):
        if not text:
            continue
        element = ET.SubElement(
            root, name, {"clause": CORE[name].clause, "name": CORE[name].chinese}
        )
        if code:
            element.set("code", code)
        element.text = _clean(text)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _values(document: Document, identifier: str) -> Iterator[tuple[str, str, str]]:
    """Element, our code where it has one, text; in the order of the clauses."""
    yield "identifier", "", identifier
    yield "kind", document.kind, KIND_NAMES[document.kind]
    yield "copyNumber", "", document.copy_number or ""
    if document.urgency:
        yield "urgency", document.urgency, URGENCY_NAMES[document.urgency]
    yield "issuerMark", "", document.issuer_mark or ""
    yield "documentNumber", "", str(document.number) if document.number else ""
    for approver in document.approvers:
        yield "approver", "", approver
    yield "title", "", document.title
    for body in document.main_recipients:
        yield "mainRecipient", "", body
    for attachment in document.attachments:
        yield "attachmentNote", "", attachment.title
    for issuer in document.issuers:
        yield "issuer", "", issuer
    yield "issueDate", "", document.issue_date.isoformat() if document.issue_date else ""
    yield "note", "", document.note or ""
    for body in document.cc:
        yield "ccRecipient", "", body
    yield "printer", "", document.printer or ""
    yield "printDate", "", document.print_date.isoformat() if document.print_date else ""
    yield "release", document.sensitivity, SENSITIVITY_NAMES[document.sensitivity]


def _clean(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot carry."""
    return "".join(c if c >= " " or c in "\t\n" else " " for c in text)
