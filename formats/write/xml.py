"""The document as XML: what is attached to its PDF, so that machines need not read the page.

Namespace ``urn:yidao:document:1``. ``metadata`` repeats the core elements of GB/T 33480-2016 as
`formats.package.metadata` writes them; ``body`` and each ``attachment`` hold the paragraphs with
their levels and the tables. Text is exactly that of the model. Same document, same bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from formats.document.model import Block, Document, Table
from formats.package.metadata import metadata_xml
from formats.safe.xml import parse_xml

NAMESPACE: Final = "urn:yidao:document:1"
_TEXT: Final = frozenset({"p", "cell", "title"})


def document_xml(document: Document, *, identifier: str = "") -> bytes:
    """UTF-8 XML of the whole document; ``identifier`` is the dispatch id, when there is one."""
    root = ET.Element("document", {"xmlns": NAMESPACE})
    root.append(ET.fromstring(metadata_xml(document, identifier=identifier)))  # noqa: S314 - written just now
    _blocks(ET.SubElement(root, "body"), document.body)
    for attachment in document.attachments:
        part = ET.SubElement(root, "attachment")
        ET.SubElement(part, "title").text = _clean(attachment.title)
        _blocks(part, attachment.body)
    body = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def text_of(xml: bytes) -> str:
    """The running text of a `document_xml`, one paragraph a line. Raises a `BadInput`."""
    return "\n".join(_texts(xml))


def _texts(xml: bytes) -> Iterator[str]:
    for element in parse_xml(xml).iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _TEXT and element.text and element.tag == f"{{{NAMESPACE}}}{name}":
            yield element.text


def _blocks(parent: ET.Element, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if block.text is not None:
            element = ET.SubElement(parent, "p", {"level": str(block.level)})
            element.text = _clean(block.text)
        if block.table is not None:
            _table(parent, block.table)


def _table(parent: ET.Element, table: Table) -> None:
    element = ET.SubElement(parent, "table")
    for cells in (table.header, *table.rows):
        row = ET.SubElement(element, "row")
        for cell in cells:
            ET.SubElement(row, "cell").text = _clean(cell)


def _clean(text: str) -> str:
    """Text without the control characters that XML 1.0 cannot carry."""
    return "".join(c if c >= " " or c in "\t\n" else " " for c in text)
