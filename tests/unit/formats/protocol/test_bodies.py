"""Bodies with a file behind them; answers within bounds."""

import io

import pytest

from formats.limits import MAX_ANSWER_BYTES
from formats.protocol.bodies import Body, answer_head, whole_answer
from formats.protocol.errors import NotTheProtocol
from formats.protocol.wire import Request

FILE = bytes(range(200))


@pytest.mark.parametrize(
    ("offset", "length", "window"), [(0, None, FILE), (150, None, FILE[150:]), (10, 5, FILE[10:15])]
)
def test_a_body_is_its_bytes_and_then_the_window_of_its_file(
    offset: int, length: int | None, window: bytes
) -> None:
    request = Request("POST", "/", body=b"head", body_offset=offset, body_length=length)
    body = Body(request, io.BytesIO(FILE))

    assert (len(body), b"".join(body)) == (4 + len(window), b"head" + window)


def test_a_body_is_read_in_the_sizes_asked_for() -> None:
    body = Body(Request("POST", "/", body=b"head"), io.BytesIO(FILE[:5]))

    assert [b"he", b"ad", FILE[:5], b""] == [body.read(2), body.read(9), body.read(9), body.read(9)]


def test_a_body_without_a_file_is_its_bytes() -> None:
    body = Body(Request("POST", "/", body=b"head"), None)

    assert (4, b"head") == (len(body), b"".join(body))


def test_an_answer_has_lower_case_headers_and_all_its_pieces() -> None:
    answer = whole_answer(200, {"Content-Type": "x"}, [b"a", b"b"])

    assert (200, {"content-type": "x"}, b"ab") == (answer.status, answer.headers, answer.body)
    assert answer_head(200, {"Content-Type": "x"}).headers == answer.headers


def test_an_answer_without_an_end_is_refused() -> None:
    piece = bytes(MAX_ANSWER_BYTES // 2 + 1)

    with pytest.raises(NotTheProtocol):
        whole_answer(200, {}, iter([piece, piece]))
