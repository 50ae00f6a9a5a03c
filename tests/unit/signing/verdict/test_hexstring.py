"""The bulk reader reads every hexadecimal string as pyHanko's own does."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.misc import PdfStreamError

from signing.verdict import hexstring


def both(data: bytes) -> tuple[tuple[object, int], tuple[object, int]]:
    results = []
    for read in (hexstring.stock_read_hex_string, hexstring.read_hex_string):
        stream = io.BytesIO(data)
        try:
            value: object = read(stream).original_bytes
        except PdfStreamError as error:
            value = type(error)
            stream.seek(0)
        results.append((value, stream.tell()))
    return results[0], results[1]


@given(st.binary(max_size=300), st.sampled_from([b">", b">>", b"> rest", b""]))
def test_bulk_reader_agrees_on_digits(data: bytes, end: bytes) -> None:
    stock, bulk = both(b"<" + data.hex().encode() + end)

    assert stock == bulk


@given(st.text(alphabet="0123456789abcdefABCDEF \n%<>xz(", max_size=80))
def test_bulk_reader_agrees_on_anything(text: str) -> None:
    stock, bulk = both(b"<" + text.encode())

    assert stock == bulk


@pytest.mark.parametrize("size", [0, 31, 32, 63, 64, 65, 4096, 100_000])
def test_bulk_reader_agrees_at_every_length(size: int) -> None:
    stock, bulk = both(b"<" + b"A" * size + b"> 1")

    assert stock == bulk
