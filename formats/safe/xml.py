"""The only door for XML from outside.

A document type is refused, so there are no entities to expand and nothing to fetch. Depth and
number of nodes are counted by an event parser while it reads; a tree is built only of what passed.
"""

from io import BytesIO
from typing import Final

from lxml import etree

from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.limits import MAX_XML_BYTES, MAX_XML_DEPTH, MAX_XML_NODES

_MARKUP: Final = (b"<!DOCTYPE", b"<!ENTITY")


class BadXml(BadInput):
    """The bytes are not well-formed XML in UTF-8 or UTF-16."""

    code = "formats.bad-xml"
    happened = mark("XML 内容有误，无法读取。")


class ForbiddenDoctype(BadXml):
    """The XML declares a document type, through which entities and outside files come in."""

    code = "formats.xml-doctype"
    happened = mark("XML 内容含有文档类型声明（DTD），为安全起见不予读取。")
    advice = mark("该文件可能被做过手脚，请勿打开，并联系提供文件的一方。")


class TooDeep(TooLarge):
    """Elements within elements beyond the limit, as no program writes them."""

    code = "formats.too-deep"
    happened = mark("文件内容嵌套过深（超过 {limit} 层），不予读取。")
    advice = mark("该文件可能被做过手脚；请用办公软件打开后另存为新文件再试。")


class _Counter:
    """A parser target that builds nothing and stops at the first limit."""

    def __init__(self, max_depth: int, max_nodes: int) -> None:
        self._depth = self._nodes = 0
        self._max_depth, self._max_nodes = max_depth, max_nodes

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        del tag
        self._depth += 1
        self._nodes += 1 + len(attrib)
        if self._depth > self._max_depth:
            raise TooDeep(f"depth {self._depth}", limit=self._max_depth)
        if self._nodes > self._max_nodes:
            raise TooLarge(f"{self._nodes} nodes", limit=self._max_nodes)

    def end(self, tag: str | bytes) -> None:
        del tag
        self._depth -= 1

    def data(self, data: str | bytes) -> None:
        """Text is not counted; the size of the whole bounds it."""

    def comment(self, text: str | bytes) -> None:
        """Comments are dropped by the second reading."""

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        del name, public, system
        raise ForbiddenDoctype("DOCTYPE")

    def close(self) -> None:
        """Nothing to hand over."""


def parse_xml(
    data: bytes,
    *,
    max_bytes: int = MAX_XML_BYTES,
    max_depth: int = MAX_XML_DEPTH,
    max_nodes: int = MAX_XML_NODES,
) -> etree._Element:
    """The root element. Raises `TooLarge`, `ForbiddenDoctype` or `BadXml`."""
    if len(data) > max_bytes:
        raise TooLarge(f"{len(data)} bytes of XML", limit=max_bytes)
    _check_encoding(data)
    try:
        etree.parse(BytesIO(data), _parser(_Counter(max_depth, max_nodes)))
        tree = etree.parse(BytesIO(data), _parser())
    except (etree.LxmlError, UnicodeError, ValueError) as error:
        raise BadXml(str(error)) from error
    return tree.getroot()


def _parser(target: _Counter | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        target=target,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=True,  # our own limits stand instead; lxml's would stop at long attachments
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )


def _check_encoding(data: bytes) -> None:
    """UTF-8, or UTF-16 with its mark; UTF-7 and the like hide markup from whoever scans bytes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace").encode()
    else:
        text = data
        head = data[:200].split(b"?>", 1)[0]
        if head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") and b"encoding" in head:
            declared = head.split(b"encoding", 1)[1].strip(b" =\t\r\n\"'").lower()
            if not declared.startswith((b"utf-8", b"utf8", b"us-ascii", b"ascii", b"gb")):
                raise BadXml(f"encoding {declared[:20]!r}")
    if any(word in text for word in _MARKUP):
        raise ForbiddenDoctype("DOCTYPE")
