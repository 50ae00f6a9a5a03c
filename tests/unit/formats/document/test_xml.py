"""The document's own XML: what is not exactly one is refused."""

from collections.abc import Callable

import pytest

from formats.document.model import Document
from formats.document.xml import NAMESPACE, BadDocumentXml, from_xml, to_xml
from formats.errors import BadInput, Classified

HEAD = (
    f'<document xmlns="{NAMESPACE}" kind="notice" format="general" direction="down"'
    ' sensitivity="public" signature="seal">'
)


def wrapped(inner: str) -> bytes:
    return f"{HEAD}<title>甲</title><issuer>乙</issuer>{inner}</document>".encode()


def test_the_least_document_is_read() -> None:
    assert "甲" == from_xml(wrapped("")).title


def test_each_element_carries_its_chinese_name(make: Callable[..., Document]) -> None:
    assert 'label="主送机关">合肥市人民政府办公室<' in to_xml(make()).decode()


@pytest.mark.parametrize(
    "data",
    [
        b"<document/>",
        wrapped("<unknown/>"),
        wrapped("<title>again</title>"),
        wrapped("<body><q/></body>"),
        wrapped("<body><p>no level</p></body>"),
        wrapped('<body><p level="9">x</p></body>'),
        wrapped('<body><p level="0">x<b/></p></body>'),
        wrapped("<body><table/></body>"),
        wrapped("<attachment><title>x</title></attachment>"),
        wrapped('<number mark="x" year="y" serial="1"/>'),
        wrapped("<issueDate>yesterday</issueDate>"),
        HEAD.replace("notice", "memo").encode() + b"<title>x</title><issuer>y</issuer></document>",
    ],
)
def test_xml_that_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(BadDocumentXml):
        from_xml(data)


def test_a_mark_in_xml_is_refused() -> None:
    with pytest.raises(Classified):
        from_xml(wrapped('<body><p level="0">机密★</p></body>'))


def test_entities_in_xml_are_refused() -> None:
    with pytest.raises(BadInput):
        from_xml(b'<!DOCTYPE d [<!ENTITY a "b">]>' + wrapped("<note>&a;</note>"))
