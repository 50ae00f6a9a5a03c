"""The own seal in another body's document: only where it was asked for, only on what verifies."""

from pathlib import Path

import pytest

from desktop.services.countersigning import countersign_file, countersigned
from desktop.services.sealing import Hand
from formats.typeset.display import SealSlot
from signing.errors import SealRefused
from signing.seal.apply import open_fields
from signing.timestamp_client import TimestampsUnavailable
from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, COUNTY, JOINT, NAMES, PROVINCE, Hands, plain_pdf


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def joint(hands: Hands) -> bytes:
    """Sealed by the province, city and county still to come, a place for the city's guest."""
    guest = SealSlot(page=1, x_mm=60, y_mm=220, diameter_mm=42, body=NAMES[CITY])
    return hands.seal(plain_pdf(), slots=JOINT[::2], countersigners=(guest,))


def hand(hands: Hands, body: str, trust: TrustStore | None = None) -> Hand:
    signer = hands.world.signer(body)
    return Hand(signer, (hands.eseal(signer),), trust or hands.trust, lambda: hands.now)


def test_each_finds_its_own_place(hands: Hands, joint: bytes, tmp_path: Path) -> None:
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    source.write_bytes(joint)
    first = countersign_file(source, target, hand=hand(hands, COUNTY), timestamps=hands.authority)
    both = countersigned(target.read_bytes(), hand(hands, CITY), hands.authority)
    verdict = verify_pdf(both.pdf, trust=hands.trust, now=hands.now)

    assert (first.seals, first.stamped, first.signer) == (2, True, NAMES[COUNTY])
    assert (both.seals, open_fields(both.pdf)) == (3, ())
    assert ["countersigned", "joint"] == sorted(reason.code for reason in verdict.reasons)


def test_place_may_be_named(hands: Hands, joint: bytes) -> None:
    done = countersigned(joint, hand(hands, CITY), None, field="Countersign1")

    assert ["Seal2"] == [name for name, _ in open_fields(done.pdf)]
    assert not done.stamped


def test_one_who_was_not_asked_is_refused(hands: Hands, joint: bytes) -> None:
    with pytest.raises(SealRefused) as caught:
        countersigned(joint, hand(hands, PROVINCE), None)

    assert "not-asked" == caught.value.fault
    assert NAMES[PROVINCE] in caught.value.text()


def test_what_does_not_verify_is_not_countersigned(hands: Hands, joint: bytes) -> None:
    altered = joint.replace(b"/Yidao", b"/Yidap", 1)
    strangers = TrustStore([hands.world.pilot.authority("neighbour")], (), hands.trust.crls)

    for pdf, known in ((altered, hands.trust), (joint, strangers)):
        with pytest.raises(SealRefused) as caught:
            countersigned(pdf, hand(hands, CITY, known), None)
        assert "unverified" == caught.value.fault
        assert caught.value.text()


def test_without_an_authority_it_is_sealed_without_a_time_stamp(hands: Hands, joint: bytes) -> None:
    def silent(_request: bytes) -> bytes:
        raise TimestampsUnavailable("nobody")

    assert not countersigned(joint, hand(hands, CITY), silent).stamped
