"""Bad requests to a running node: each ends in a coded problem in Chinese, and changes nothing."""

import os
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from formats.canonical import from_bytes, to_bytes
from formats.effects import system_clock
from formats.limits import MAX_INLINE_PAYLOAD, MAX_RECORD_BYTES
from formats.protocol import calls
from formats.protocol.errors import ServerRefused
from formats.protocol.messages import PROTOCOL, Greeting, Problem, RecordsOffer
from formats.protocol.parts import frame
from formats.protocol.wire import Response
from signing.cms import sign_attached
from tests.support.nodes import PROVINCE, Desk, Nodes
from tests.support.pki import PilotWorld

ID = "00000000-0000-7000-8000-000000000000"
POSTS = [
    "/v1/session/challenge",
    "/v1/session",
    "/v1/dispatches",
    f"/v1/consignments/{ID}/delivered",
    f"/v1/consignments/{ID}/sign-for",
    f"/v1/consignments/{ID}/return",
    f"/v1/consignments/{ID}/recall",
    f"/v1/consignments/{ID}/remind",
    "/v1/relay",
    "/v1/relay/records",
    "/v1/relay/greeting",
    "/v1/uploads",
]
BODIES = [
    b"",
    b"{}",
    b"[" * 100_000,
    b'{"certificate":1}',
    b"\xff" * 1000,
    b"\x30\x80" * 500,
    b"YDP1\x02\xff\xff\xff\xff",
    frame([b"header", b"keys"]) + b"payload",
    frame([b"offer"]),
]


@pytest.fixture(scope="module")
def desk(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The province's desk at its running node."""
    made = Nodes(pilot, tmp_path_factory.mktemp("hostile"))
    try:
        made.start(PROVINCE)
        yield made.desk(PROVINCE)
    finally:
        made.close()


def post(desk: Desk, path: str, body: bytes, **headers: str) -> requests.Response:
    desk.session = desk.session or desk.log_in()
    return requests.post(
        desk.node.url + path,
        data=body,
        headers={"Authorization": f"Bearer {desk.session.token}", **headers},
        verify=str(desk.node.folder / "tls-ca.pem"),
        timeout=30,
    )


def problem(answer: requests.Response) -> Problem:
    return from_bytes(Problem, answer.content)


@pytest.mark.parametrize("path", POSTS)
def test_garbage_is_refused_with_a_coded_problem(desk: Desk, path: str) -> None:
    for body in BODIES:
        answer = post(desk, path, body)

        said = problem(answer)
        assert 400 <= answer.status_code < 500, (path, body[:20], said)
        assert answer.headers["content-type"] == "application/problem+json"
        assert all((said.code, said.happened, said.safe, said.advice))


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v1/dispatches", "/../etc/passwd"])
def test_a_path_or_method_that_is_not_there_is_a_problem(
    desk: Desk, method: str, path: str
) -> None:
    answer = requests.request(
        method, desk.node.url + path, verify=str(desk.node.folder / "tls-ca.pem"), timeout=10
    )

    assert (404, "node.not-found") == (answer.status_code, problem(answer).code)


def test_a_body_over_its_limit_is_refused(desk: Desk) -> None:
    answer = post(desk, f"/v1/consignments/{ID}/sign-for", os.urandom(MAX_RECORD_BYTES + 1))

    assert (413, "formats.too-large") == (answer.status_code, problem(answer).code)


def test_a_payload_over_the_limit_of_one_request_is_refused(desk: Desk) -> None:
    body = frame([b"header", b"keys"]) + bytes(MAX_INLINE_PAYLOAD + 1)

    assert 413 == post(desk, "/v1/dispatches", body).status_code
    assert [] == list((desk.node.folder / "blobs" / "incoming").iterdir())


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "x" * 8000, "Bearer \xe4"]
)
def test_no_call_of_a_body_works_without_its_session(desk: Desk, token: str) -> None:
    for path in ("/v1/mailbox", f"/v1/consignments/{ID}", f"/v1/dispatches/{ID}/receipts"):
        answer = requests.get(
            desk.node.url + path,
            headers={"Authorization": token.encode("latin-1")},
            verify=str(desk.node.folder / "tls-ca.pem"),
            timeout=10,
        )

        assert (401, "node.not-logged-in") == (answer.status_code, problem(answer).code)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=" + "9" * 400, "wait=1e9&limit=0"])
def test_a_strange_cursor_is_held_within_bounds(desk: Desk, query: str) -> None:
    desk.session = desk.session or desk.log_in()
    answer = requests.get(
        f"{desk.node.url}/v1/mailbox?{query}",
        headers={"Authorization": f"Bearer {desk.session.token}"},
        verify=str(desk.node.folder / "tls-ca.pem"),
        timeout=10,
    )

    assert 200 == answer.status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "99999999999999999999"},
        {"Upload-Length": "10"},
        {"Upload-Length": "10", "Upload-Metadata": "digest !!!"},
        {"Upload-Length": "10", "Upload-Metadata": "digest Li4vLi4vZXRjL3Bhc3N3ZA=="},
    ],
)
def test_an_upload_that_is_not_declared_well_is_refused(
    desk: Desk, headers: dict[str, str]
) -> None:
    assert 422 == post(desk, "/v1/uploads", b"", **headers).status_code


def test_a_tampered_header_is_refused_and_nothing_is_kept(desk: Desk, tmp_path: Path) -> None:
    sealed = desk.close_dispatch(["340100.bgs"], b"package", tmp_path)
    data = bytearray(sealed.header_p7m)
    body = sealed.payload_path.read_bytes()
    # RFC 5652 5.1: the certificates that come along are not signed; they only help to find a path.
    issuers = [(data.find(issuer), len(issuer)) for issuer in desk.signer.chain]
    for place in range(0, len(data), 97):
        if any(start <= place < start + size for start, size in issuers):
            continue
        data[place] ^= 1
        answer = post(desk, "/v1/dispatches", frame([bytes(data), sealed.keys_p7m]) + body)
        data[place] ^= 1

        assert 422 == answer.status_code, (place, answer.content)
    with pytest.raises(ServerRefused):
        desk.send(calls.receipts(sealed.header.dispatch))


@pytest.mark.parametrize("cut", ["keys", "payload", "more"])
def test_keys_or_payload_that_the_header_does_not_bind_are_refused(
    desk: Desk, tmp_path: Path, cut: str
) -> None:
    sealed = desk.close_dispatch(["340100.bgs"], b"package", tmp_path)
    payload = sealed.payload_path.read_bytes()
    keys = sealed.keys_p7m[:-1] if cut == "keys" else sealed.keys_p7m
    payload = {"payload": payload[:-1], "more": payload + b"x"}.get(cut, payload)

    answer = post(desk, "/v1/dispatches", frame([sealed.header_p7m, keys]) + payload)

    assert (422, "node.content-mismatch") == (answer.status_code, problem(answer).code)


def greeting(giver: str, taker: str) -> bytes:
    return to_bytes(
        Greeting(protocol=PROTOCOL, giver=giver, taker=taker, at=datetime.now(UTC))  # noqa: TID251 - a test may
    )


@pytest.mark.parametrize(
    ("signer", "giver", "taker", "status"),
    [
        ("340100", "340100", "340000", 204),
        ("340100", "340123", "340000", 403),
        ("340100", "340100", "340123", 422),
        ("340000.bgt", "340100", "340000", 403),
    ],
)
def test_only_the_listed_node_itself_may_hand_over(
    desk: Desk, signer: str, giver: str, taker: str, status: int
) -> None:
    world = desk.world
    key = world.signer(signer) if "." in signer else world.nodes[signer].signer()
    signed = sign_attached(greeting(giver, taker), key, at=system_clock())

    assert status == post(desk, "/v1/relay/greeting", signed).status_code


def test_one_kind_of_signed_request_is_not_taken_for_another(desk: Desk) -> None:
    offer = RecordsOffer(protocol=PROTOCOL, giver="340100", taker="340000", records=())
    key = desk.world.nodes["340100"].signer()
    signed = sign_attached(to_bytes(offer), key, at=system_clock())

    assert 422 == post(desk, "/v1/relay/greeting", signed).status_code


def test_a_body_that_stops_in_the_middle_leaves_the_node_well(desk: Desk) -> None:
    context = ssl.create_default_context(cafile=str(desk.node.folder / "tls-ca.pem"))
    desk.session = desk.session or desk.log_in()
    with (
        socket.create_connection(("127.0.0.1", desk.node.port), 5) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as stream,
    ):
        stream.sendall(
            b"POST /v1/dispatches HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
            b"Authorization: Bearer " + desk.session.token.encode() + b"\r\n\r\n" + frame([b"h"])
        )

    assert desk.node.is_ready()


def test_no_fault_above_reached_the_log_as_a_traceback(desk: Desk) -> None:
    assert "Traceback" not in desk.node.log.read_text(errors="replace")


def test_problems_speak_english_to_those_who_ask(desk: Desk) -> None:
    answer = post(desk, "/v1/dispatches", b"", **{"Accept-Language": "en-GB"})

    assert problem(answer).happened.isascii()


def test_a_problem_is_what_the_client_reads(desk: Desk) -> None:
    answer = post(desk, "/v1/dispatches", b"")
    headers = {name.lower(): value for name, value in answer.headers.items()}

    with pytest.raises(ServerRefused) as refusal:
        calls.health().parse(Response(answer.status_code, headers, answer.content))
    assert "exchange.bad-parts" == refusal.value.reason
