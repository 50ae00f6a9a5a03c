"""Log-in: what is accepted, what is refused, how long it lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from formats.effects import system_clock, system_randomness
from formats.protocol.login import login_bytes
from formats.protocol.messages import Challenge
from server.errors import LoginRefused, NotLoggedIn
from server.sessions import LoggedIn, Sessions
from server.store.tables import sessions
from signing.cms import sign_attached
from tests.support.store import Store


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        """The instant it is set to."""
        return self.now


@dataclass
class Door:
    """The log-in of a node, and its clock."""

    store: Store
    clock: Clock
    sessions: Sessions

    def challenge(self, certificate: bytes) -> Challenge:
        """A challenge of the node."""
        return self.store.do(lambda work: self.sessions.challenge(work, certificate))

    def answer(self, challenge: str, proof: bytes) -> tuple[str, LoggedIn] | LoginRefused:
        """What the node says to a proof."""
        directory = self.store.road.directory
        return self.store.do(lambda work: self.sessions.open(work, challenge, proof, directory))

    def log_in(self, body: str = "340000.bgt") -> tuple[str, LoggedIn] | LoginRefused:
        """Challenge and proof."""
        signer = self.store.world.signer(body)
        challenge = self.challenge(signer.certificate)
        data = login_bytes(challenge, signer.certificate)
        return self.answer(challenge.id, sign_attached(data, signer, at=system_clock()))

    def token(self) -> str:
        """The token of a fresh session."""
        answer = self.log_in()
        assert not isinstance(answer, LoginRefused), answer.text()
        return answer[0]

    def find(self, token: str) -> str:
        """The body of a token."""
        return self.sessions.find(token, self.store.road.directory).body


@pytest.fixture
def door(store: Store) -> Door:
    clock = Clock(system_clock())
    return Door(store, clock, Sessions("340000", store.database, clock, system_randomness))


def refused(answer: object) -> str:
    assert isinstance(answer, LoginRefused)
    return answer.detail


def test_a_ukey_of_a_body_of_this_node_logs_in(door: Door) -> None:
    assert "340000.bgt" == door.find(door.token())


def test_a_body_of_another_node_is_refused(door: Door) -> None:
    assert "340100" == refused(door.log_in("340100.bgs"))


def test_a_challenge_is_good_once(door: Door) -> None:
    signer = door.store.world.signer("340000.bgt")
    challenge = door.challenge(signer.certificate)
    proof = sign_attached(login_bytes(challenge, signer.certificate), signer, at=system_clock())
    door.answer(challenge.id, proof)

    assert "challenge" == refused(door.answer(challenge.id, proof))


def test_a_wrong_proof_uses_the_challenge_up(door: Door) -> None:
    signer = door.store.world.signer("340000.bgt")
    challenge = door.challenge(signer.certificate)
    door.answer(challenge.id, b"not a signature")
    good = sign_attached(login_bytes(challenge, signer.certificate), signer, at=system_clock())

    assert "challenge" == refused(door.answer(challenge.id, good))


def test_a_proof_for_another_challenge_is_refused(door: Door) -> None:
    signer = door.store.world.signer("340000.bgt")
    first, second = (door.challenge(signer.certificate) for _ in range(2))
    proof = sign_attached(login_bytes(first, signer.certificate), signer, at=system_clock())

    assert "proof" == refused(door.answer(second.id, proof))


def test_a_proof_by_another_body_is_refused(door: Door) -> None:
    mine, other = (door.store.world.signer(body) for body in ("340000.bgt", "340100.bgs"))
    challenge = door.challenge(mine.certificate)
    proof = sign_attached(login_bytes(challenge, mine.certificate), other, at=system_clock())

    assert "proof" == refused(door.answer(challenge.id, proof))


def test_a_node_certificate_does_not_log_in_as_a_body(door: Door) -> None:
    signer = door.store.world.nodes["340000"].signer()
    challenge = door.challenge(signer.certificate)
    proof = sign_attached(login_bytes(challenge, signer.certificate), signer, at=system_clock())

    assert "owner" == refused(door.answer(challenge.id, proof))


def test_an_idle_session_ends(door: Door) -> None:
    token = door.token()
    door.clock.now += timedelta(minutes=14)
    door.find(token)
    door.clock.now += timedelta(minutes=14)
    door.find(token)
    door.clock.now += timedelta(minutes=16)

    with pytest.raises(NotLoggedIn):
        door.find(token)


def test_a_busy_session_ends_after_a_working_day(door: Door) -> None:
    token = door.token()
    for _ in range(8 * 6 - 1):
        door.clock.now += timedelta(minutes=10)
        door.find(token)
    door.clock.now += timedelta(minutes=11)

    with pytest.raises(NotLoggedIn):
        door.find(token)


def test_a_session_is_found_after_a_restart_and_its_token_is_nowhere(door: Door) -> None:
    token = door.token()
    again = Sessions("340000", door.store.database, door.clock, system_randomness)

    assert "340000.bgt" == again.find(token, door.store.road.directory).body
    assert 0 == door.store.count(sessions, sessions.c.token_digest == token)


def test_a_closed_session_is_gone(door: Door) -> None:
    token = door.token()
    door.store.do(lambda work: door.sessions.close(work, token))

    with pytest.raises(NotLoggedIn):
        door.find(token)
