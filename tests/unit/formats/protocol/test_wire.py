"""Requests, answers and what an answer outside 2xx means."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from formats.canonical import to_bytes
from formats.errors import TooLarge
from formats.protocol import calls
from formats.protocol.errors import (
    Conflict,
    NodeUnreachable,
    NotTheProtocol,
    NotThere,
    ServerBusy,
    ServerRefused,
    SessionEnded,
)
from formats.protocol.login import PREFIX, login_bytes
from formats.protocol.messages import Challenge, MailboxPage, Problem, Session
from formats.protocol.parts import BadParts, PartsReader, frame
from formats.protocol.wire import Response

FIXED = datetime(2026, 11, 24, tzinfo=UTC)
PROBLEM = {"content-type": "application/problem+json"}


def refused(status: int, code: str = "node.not-accepted") -> Response:
    problem = Problem(
        type="urn:x",
        title="t",
        status=status,
        code=code,
        happened="拒收。",
        safe="安。",
        advice="改。",
    )
    return Response(status, PROBLEM, to_bytes(problem))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NotThere), (409, Conflict), (422, ServerRefused), (401, SessionEnded)],
)
def test_a_problem_becomes_the_error_of_its_status(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        calls.health().parse(refused(status))


def test_the_sentences_of_the_node_reach_the_user() -> None:
    with pytest.raises(ServerRefused) as refusal:
        calls.health().parse(refused(422))

    assert ("拒收。", "安。", "改。") == refusal.value.sentences()
    assert "node.not-accepted" == refusal.value.reason


@pytest.mark.parametrize("status", [429, 502, 503, 504, 507])
def test_a_busy_node_says_when_to_come_back(status: int) -> None:
    with pytest.raises(ServerBusy) as busy:
        calls.health().parse(Response(status, {"retry-after": "7"}, b"<html>"))

    assert 7 == busy.value.retry_after


@pytest.mark.parametrize(
    "response",
    [
        Response(200, {"content-type": "text/html"}, b"<html>portal</html>"),
        Response(200, {"content-type": "application/json"}, b"{"),
        Response(200, {"content-type": "application/json"}, b'{"x":1}'),
        Response(302, {"location": "http://portal"}),
        Response(500, {"content-type": "text/html"}, b"oops"),
        Response(422, PROBLEM, b"[]"),
    ],
)
def test_an_answer_that_no_node_gives_is_not_believed(response: Response) -> None:
    with pytest.raises(NotTheProtocol):
        calls.mailbox(0).parse(response)


def test_an_unreachable_node_says_that_the_document_is_safe() -> None:
    text = NodeUnreachable().text("zh")

    assert "未能连接交换服务器。公文没有丢失；待发的已保存在发件箱，恢复后自动发送。" in text


def test_a_page_is_read_back_as_it_was_written() -> None:
    page = MailboxPage(entries=(), next=4, more=False, directory_version=2)

    answer = Response(200, {"content-type": "application/json"}, to_bytes(page))

    assert page == calls.mailbox(0).parse(answer)


def test_the_token_is_not_in_the_repr_of_a_session() -> None:
    session = Session(
        token="t0p",
        body="340000.bgt",
        node="340000",
        idle_seconds=1,
        expires=FIXED,
        directory_version=1,
    )

    assert "t0p" not in repr(session)


def test_a_partial_payload_tells_where_it_starts() -> None:
    part = calls.payload("x", start=10).parse(Response(206, {"content-range": "bytes 10-99/100"}))

    assert (10, 100) == (part.start, part.total)


def test_a_full_answer_to_a_range_starts_anew() -> None:
    part = calls.payload("x", start=10).parse(Response(200, {"content-length": "100"}))

    assert (0, 100) == (part.start, part.total)


def test_login_bytes_bind_node_challenge_and_certificate() -> None:
    challenge = Challenge(id="1", node="340000", nonce=b"n" * 32, expires=FIXED)
    elsewhere = Challenge(id="1", node="340100", nonce=b"n" * 32, expires=FIXED)

    data = login_bytes(challenge, b"certificate")

    assert data.startswith(PREFIX)
    assert data not in {login_bytes(elsewhere, b"certificate"), login_bytes(challenge, b"other")}


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_parts_are_found_in_pieces_of_any_size(step: int) -> None:
    data = frame([b"header", b""]) + b"payload" * 5
    reader = PartsReader([10, 10])
    payload = b"".join(reader.feed(data[i : i + step]) for i in range(0, len(data), step))
    reader.finish()

    assert ([b"header", b""], b"payload" * 5) == (reader.parts, payload)


@pytest.mark.parametrize("size", range(len(frame([b"header", b"keys"]))))
def test_a_cut_head_is_refused_at_every_byte(size: int) -> None:
    reader = PartsReader([10, 10])
    reader.feed(frame([b"header", b"keys"])[:size])

    with pytest.raises(BadParts):
        reader.finish()


def test_a_part_over_its_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        PartsReader([10]).feed(b"YDP1\x01\x00\x00\x00\x0b")


@pytest.mark.parametrize("data", [b"POST / HTTP", b"YDP2\x01....", b"YDP1\x02...."])
def test_another_framing_is_refused(data: bytes) -> None:
    with pytest.raises(BadParts):
        PartsReader([10]).feed(data)


def test_a_submission_streams_its_payload(tmp_path: Path) -> None:
    request = calls.submit("id", b"h", b"k", tmp_path).request

    assert (frame([b"h", b"k"]), tmp_path) == (request.body, request.body_file)
    assert "id" == request.headers["Idempotency-Key"]
