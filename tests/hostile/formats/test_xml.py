"""XML that expands, fetches, hides or nests without end is refused."""

import pytest

from formats.errors import BadInput, TooLarge
from formats.safe.xml import BadXml, ForbiddenDoctype, TooDeep, parse_xml

LAUGHS = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;">]><a>&y;&y;&y;&y;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        OUTSIDE,
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        b"<!DOCTYPE a><a/>",
        LAUGHS.decode().encode("utf-16"),
    ],
    ids=["laughs", "file", "external-dtd", "empty-doctype", "utf-16"],
)
def test_a_document_type_is_refused(data: bytes) -> None:
    with pytest.raises(ForbiddenDoctype):
        parse_xml(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a",
        b"<a></b>",
        b"<a/><b/>",
        b"<a>&undefined;</a>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b"<a b='1' b='2'/>",
        b"\xfe\xff\x00",
    ],
)
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    with pytest.raises(BadXml):
        parse_xml(data)


def test_depth_is_limited() -> None:
    with pytest.raises(TooLarge):
        parse_xml(b"<a>" * 10_000 + b"</a>" * 10_000)


def test_the_number_of_nodes_is_limited() -> None:
    with pytest.raises(TooLarge):
        parse_xml(b"<a>" + b"<b c='d'/>" * 60 + b"</a>", max_nodes=100)


def test_size_is_limited() -> None:
    with pytest.raises(TooLarge):
        parse_xml(b"<a>" + b" " * 100 + b"</a>", max_bytes=100)


def test_comments_and_instructions_are_dropped() -> None:
    assert "xy" == "".join(parse_xml(b"<a>x<!-- c --><?p q?>y</a>").itertext())


def test_every_error_reads_well() -> None:
    with pytest.raises(BadInput) as caught:
        parse_xml(OUTSIDE)

    assert caught.value.text().startswith("XML 内容含有文档类型声明")


def test_nesting_is_told_as_nesting_and_not_as_size() -> None:
    with pytest.raises(TooDeep) as caught:
        parse_xml(b"<a>" * 200 + b"</a>" * 200)

    assert "嵌套过深" in caught.value.text()
