"""Several time-stamp authorities: the first whose answer verifies, and none is an error."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from formats.errors import BadInput
from signing.pilot import Pilot, issue_node, issue_timestamp_authority, revoke
from signing.timestamp import (
    LocalAuthority,
    TimestampInvalid,
    TimestampSource,
    request_for,
    request_timestamp,
    verify_token,
)
from signing.timestamp_client import Authority, TimestampClient, TimestampsUnavailable
from signing.trust.certs import serial_of
from signing.trust.store import TrustStore

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DATA = b"data"
REQUEST = request_for(hashlib.sha256(DATA).digest(), nonce=7)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), lambda: NOW, os.urandom)


@pytest.fixture(scope="module")
def good(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return authority(pki, tmp_path_factory.mktemp("good"))


def authority(pki: Pilot, folder: Path) -> LocalAuthority:
    signer = issue_timestamp_authority(pki, folder).signer()
    return LocalAuthority(signer, lambda: NOW, os.urandom)


def trust_of(pki: Pilot) -> TrustStore:
    return TrustStore(pki.anchors, pki.certificates(), pki.crls())


def client(pki: Pilot, *sources: TimestampSource) -> TimestampClient:
    named = [Authority(f"服务{number}", source) for number, source in enumerate(sources)]
    return TimestampClient(named, trust_of(pki))


class Counted:
    """An authority that counts how often it is asked."""

    def __init__(self, source: TimestampSource) -> None:
        self.source = source
        self.asked = 0

    def __call__(self, request: bytes) -> bytes:
        """Ask on."""
        self.asked += 1
        return self.source(request)


def down(_request: bytes) -> bytes:
    raise ConnectionRefusedError(111, "Connection refused")


def elsewhere(good: LocalAuthority) -> TimestampSource:
    return lambda _request: good(request_for(hashlib.sha256(b"other").digest(), nonce=7))


def replayed(good: LocalAuthority) -> TimestampSource:
    return lambda _request: good(request_for(hashlib.sha256(DATA).digest(), nonce=6))


def test_first_authority_is_enough(pki: Pilot, good: LocalAuthority) -> None:
    second = Counted(good)
    response = request_timestamp(DATA, client(pki, good, second), os.urandom)

    assert verify_token(response, DATA, trust_of(pki)) == NOW
    assert second.asked == 0


def test_second_answers_when_the_first_is_down(pki: Pilot, good: LocalAuthority) -> None:
    response = request_timestamp(DATA, client(pki, down, good), os.urandom)

    assert verify_token(response, DATA, trust_of(pki)) == NOW


@pytest.mark.parametrize(
    "fault", ["junk", "empty", "refusal", "other-question", "other-nonce", "forged", "foreign",
              "no-authority", "revoked", "no-certificate"],
)  # fmt: skip
def test_wrong_answer_is_passed_over(
    pki: Pilot, good: LocalAuthority, tmp_path: Path, fault: str
) -> None:
    def forged(request: bytes) -> bytes:
        answer = bytearray(good(request))
        answer[-1] ^= 1
        return bytes(answer)

    def foreign(request: bytes) -> bytes:
        other = Pilot.create(tmp_path / "other", lambda: NOW, os.urandom)
        return authority(other, tmp_path / "foreign")(request)

    def no_authority(request: bytes) -> bytes:
        signer = issue_node(pki, "340000", tmp_path / "node").signer()
        return LocalAuthority(signer, lambda: NOW, os.urandom)(request)

    def no_certificate(request: bytes) -> bytes:
        return good(request[:-3].replace(request[1:2], bytes((request[1] - 3,)), 1))

    bad: dict[str, TimestampSource] = {
        "junk": lambda _: b"\x30\x03junk",
        "empty": lambda _: b"",
        "refusal": lambda _: good(b"no request"),
        "other-question": elsewhere(good),
        "other-nonce": replayed(good),
        "forged": forged,
        "foreign": foreign,
        "no-authority": no_authority,
        "no-certificate": no_certificate,
    }
    if fault == "revoked":
        pilot = Pilot.create(tmp_path / "own", lambda: NOW, os.urandom)
        issued = issue_timestamp_authority(pilot, tmp_path / "first")
        second = Counted(authority(pilot, tmp_path / "second"))
        revoke(pilot, serial_of(issued.certificate), reason="keyCompromise")
        first: TimestampSource = LocalAuthority(issued.signer(), lambda: NOW, os.urandom)
        asking = client(pilot, first, second)
    else:
        second = Counted(good)
        asking = client(pki, bad[fault], second)

    response = asking(REQUEST)

    assert second.asked == 1
    asking.check(REQUEST, response)


def test_none_left_is_an_error_that_says_why(pki: Pilot, good: LocalAuthority) -> None:
    with pytest.raises(TimestampsUnavailable) as caught:
        client(pki, down, elsewhere(good))(REQUEST)

    told = caught.value.text()
    assert caught.value.code == "timestamp.unavailable"
    assert "服务0：" in told
    assert "服务1：时间戳无效" in told
    assert "{" not in told


def test_no_authority_at_all_is_an_error(pki: Pilot) -> None:
    with pytest.raises(TimestampsUnavailable):
        client(pki)(REQUEST)


def test_batch_keeps_to_the_one_that_answered(pki: Pilot, good: LocalAuthority) -> None:
    dead = Counted(down)
    asking = client(pki, dead, good)
    for _ in range(5):
        asking(REQUEST)

    assert dead.asked == 1
    assert [a.name for a in asking.authorities] == ["服务1", "服务0"]


def test_first_is_asked_again_when_the_second_fails(pki: Pilot, good: LocalAuthority) -> None:
    answers = {0: False, 1: True}

    def switched(number: int) -> TimestampSource:
        return lambda request: good(request) if answers[number] else down(request)

    asking = client(pki, switched(0), switched(1))
    asking(REQUEST)
    answers.update({0: True, 1: False})

    assert asking(REQUEST)


def test_request_that_is_none_reaches_nobody(pki: Pilot, good: LocalAuthority) -> None:
    source = Counted(good)
    with pytest.raises(TimestampInvalid):
        client(pki, source)(b"no request")

    assert source.asked == 0


def test_fault_of_the_program_is_not_taken_for_an_absence(pki: Pilot, good: LocalAuthority) -> None:
    def broken(_request: bytes) -> bytes:
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        client(pki, broken, good)(REQUEST)


def test_coded_error_of_a_transport_is_told(pki: Pilot) -> None:
    class Unreachable(BadInput):
        code = "test.unreachable"
        happened = "交换节点连不上。"

    def source(_request: bytes) -> bytes:
        raise Unreachable

    with pytest.raises(TimestampsUnavailable) as caught:
        client(pki, source)(REQUEST)
    assert "服务0：交换节点连不上" in caught.value.text()
    assert caught.value.detail == "test.unreachable"
