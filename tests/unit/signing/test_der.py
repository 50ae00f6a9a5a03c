from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from signing import der


@given(st.integers(min_value=0, max_value=2**200))
def test_integers_are_written_as_asn1crypto_writes_them(value: int) -> None:
    assert core.Integer(value).dump() == der.integer(value)
    assert value == der.read(der.integer(value)).number()


@given(st.integers(min_value=-(2**80), max_value=-1))
def test_negative_integers_are_read(value: int) -> None:
    assert value == der.read(core.Integer(value).dump()).number()


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**130), max_size=6),
)
def test_object_identifiers_come_back(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(map(str, (first, second, *rest)))

    assert core.ObjectIdentifier(dotted).dump() == der.oid(dotted)
    assert dotted == der.read(der.oid(dotted)).dotted()


@given(st.binary(max_size=70_000))
def test_octets_of_any_length_come_back(data: bytes) -> None:
    assert data == der.read(der.octets(data)).body


@given(st.datetimes(datetime(1950, 1, 1), datetime(2500, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_times_come_back_to_the_second(at: datetime) -> None:
    whole = at.replace(microsecond=0, tzinfo=UTC)

    assert whole == der.read(der.time(whole)).instant()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        element = der.read(data)
    except der.NotDer:
        return

    assert data == element.raw


def test_a_set_is_sorted() -> None:
    parts = [der.integer(300), der.integer(2), der.octets(b"")]

    assert der.encode(der.SET, der.integer(2), der.integer(300), der.octets(b"")) == der.set_of(
        parts
    )


@pytest.mark.parametrize(
    ("fault", "data"),
    [
        ("indefinite length", b"\x30\x80\x00\x00"),
        ("long form for a short length", b"\x04\x81\x01a"),
        ("padded length", b"\x04\x82\x00\x80" + bytes(128)),
        ("length of five octets", b"\x04\x85\x01\x00\x00\x00\x00"),
        ("no length", b"\x04"),
        ("cut content", b"\x04\x05abc"),
        ("content past its parent", b"\x30\x03\x04\x05abcde"),
        ("high tag", b"\x1f\x21\x00"),
        ("end of contents", b"\x00\x00"),
        ("string in pieces", b"\x24\x03\x04\x01a"),
        ("two elements", b"\x05\x00\x05\x00"),
        ("nothing", b""),
    ],
)
def test_what_is_not_der_is_refused(fault: str, data: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.read(data)
    assert fault


@pytest.mark.parametrize("data", [b"\x02\x00", b"\x02\x02\x00\x01", b"\x02\x02\xff\x80"])
def test_a_padded_integer_is_refused(data: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.read(data).number()


@pytest.mark.parametrize("data", [b"\x06\x00", b"\x06\x02\x2a\x80", b"\x06\x03\x2a\x80\x01"])
def test_a_bad_object_identifier_is_refused(data: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.read(data).dotted()


@pytest.mark.parametrize(
    "text", [b"261123010203", b"2611230102Z", b"261323010203Z", b"261123010203+0800", b"\xff" * 13]
)
def test_a_time_not_in_the_der_form_is_refused(text: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.read(der.encode(der.UTC_TIME, text)).instant()


def test_a_value_is_not_taken_for_another_kind() -> None:
    for act in (
        lambda: der.read(der.octets(b"x")).children(),
        lambda: der.read(der.octets(b"x")).number(),
        lambda: der.read(der.octets(b"x")).dotted(),
        lambda: der.read(der.octets(b"x")).instant(),
    ):
        with pytest.raises(der.NotDer):
            act()
