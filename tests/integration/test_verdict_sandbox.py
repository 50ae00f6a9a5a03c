"""Foreign files are verified in a limited process of their own."""

import sys

import pytest

from signing.verdict.pdf import verify_pdf
from signing.verdict.sandbox import verify_outside
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, Hands, plain_pdf


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())


def test_sandbox_gives_the_verdict_of_the_process(hands: Hands, sealed: bytes) -> None:
    trust, now = hands.trust, hands.now

    assert verify_outside(sealed, trust=trust, now=now) == verify_pdf(sealed, trust=trust, now=now)


def test_sandbox_passes_on_the_expected_bodies(hands: Hands, sealed: bytes) -> None:
    verdict = verify_outside(sealed, trust=hands.trust, now=hands.now, expected_bodies=[CITY])

    assert verdict.has("body")


def test_process_that_dies_leaves_a_red_verdict(
    hands: Hands, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    verdict = verify_outside(sealed, trust=hands.trust, now=hands.now)

    assert (verdict.status, verdict.has("limits")) == ("red", True)


def test_process_without_time_leaves_a_red_verdict(hands: Hands, sealed: bytes) -> None:
    verdict = verify_outside(sealed, trust=hands.trust, now=hands.now, seconds=0)

    assert (verdict.status, verdict.has("limits")) == ("red", True)


def test_junk_is_red(hands: Hands) -> None:
    verdict = verify_outside(b"%PDF-1.7\n" + b"[" * 200_000, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"
