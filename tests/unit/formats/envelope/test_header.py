"""What a node sees: never the title of a document that is not public."""

from datetime import UTC, datetime

import pytest

from formats.canonical import BadValue, NotCanonical, to_bytes
from formats.envelope.capsule import CapsuleContent, parse_capsule
from formats.envelope.header import (
    BadHeader,
    HeaderFields,
    Recipient,
    RoutingHeader,
    TitleExposed,
    parse_header,
    routing_header,
)

DISPATCH = "01890000-0000-7000-8000-000000000001"
DIGEST = "sha256:" + "0" * 64


def recipient(number: int = 2, body: str = "340100.bgs") -> Recipient:
    return Recipient(consignment=f"01890000-0000-7000-8000-{number:012}", body=body)


def header(*recipients: Recipient, sensitivity: str = "public") -> RoutingHeader:
    fields = HeaderFields(
        dispatch=DISPATCH,
        sender="340000.bgt",
        kind="notice",
        direction="down",
        sensitivity=sensitivity,  # type: ignore[arg-type] # parametrized by tests
        title="关于某事的通知",
    )
    return routing_header(
        fields,
        recipients or (recipient(),),
        created=datetime(2026, 11, 23, tzinfo=UTC),
        capsule=(DIGEST, 10),
        payload=(DIGEST, 100),
    )


def test_a_header_is_read_back_as_it_was_written() -> None:
    assert header() == parse_header(to_bytes(header()))


@pytest.mark.parametrize("sensitivity", ["internal", "work_secret"])
def test_the_title_of_a_document_that_is_not_public_is_left_out(sensitivity: str) -> None:
    assert header(sensitivity=sensitivity).title is None
    assert "某事" not in to_bytes(header(sensitivity=sensitivity)).decode()


def test_a_header_that_shows_a_hidden_title_is_refused() -> None:
    shown = to_bytes(header()).replace(b'"sensitivity":"public"', b'"sensitivity":"internal"')
    with pytest.raises(TitleExposed) as raised:
        parse_header(shown)

    assert "非公开公文的标题出现在路由信息中" in raised.value.text()


def test_a_body_or_consignment_named_twice_is_refused() -> None:
    with pytest.raises(BadHeader):
        header(recipient(2), recipient(3))
    with pytest.raises(BadHeader) as raised:
        header(recipient(2), recipient(2, "340123.bgs"))

    assert "路由信息自相矛盾（consignment）" in raised.value.text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"kind":"notice"', b'"kind":"memo"'),
        (b'"sender":"340000.bgt"', b'"sender":"anybody"'),
        (b'"copies":1', b'"copies":-1'),
        (b'"payload_size":100', b'"payload_size":0'),
        (b'{"body"', b'{"bcc":"x","body"'),
    ],
)
def test_a_header_with_a_wrong_value_is_refused(old: bytes, new: bytes) -> None:
    data = to_bytes(header())
    assert old in data
    with pytest.raises(BadValue):
        parse_header(data.replace(old, new))


def test_a_header_in_another_form_is_refused() -> None:
    with pytest.raises(NotCanonical):
        parse_header(to_bytes(header()) + b"\n")


def test_a_capsule_never_shows_its_secret() -> None:
    content = CapsuleContent(
        suite="INTL",
        dispatch=DISPATCH,
        secret=b"s3cret" + bytes(26),
        plain_digest=DIGEST,
        cipher_digest=DIGEST,
        size=5,
    )

    assert "s3cret" not in repr(content) + str(content) + str(content.__rich_repr__())
    assert content == parse_capsule(to_bytes(content))
