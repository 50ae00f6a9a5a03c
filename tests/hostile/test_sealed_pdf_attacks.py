"""No manipulated PDF is ever accepted, and none makes the verifier stumble."""

import hashlib

import pytest

from signing.seal.place import field_name
from signing.verdict.pdf import verify_pdf
from tests.support.attacks import ATTACKS, sign_field, stranger
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, COUNTY, JOINT, NAMES, PROVINCE, Hands, plain_pdf

FLIPS = 400
DIGITS = 250
"""Of the signature's value, spread over it; an odd step meets both halves of its bytes."""


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())


@pytest.fixture(scope="module")
def joint(hands: Hands) -> bytes:
    return hands.seal(plain_pdf(), slots=JOINT)


@pytest.fixture(scope="module")
def whole(hands: Hands, joint: bytes) -> bytes:
    city = hands.countersign(joint, field_name(1), CITY)
    return hands.countersign(city, field_name(2), COUNTY)


@pytest.mark.parametrize("name", ATTACKS)
def test_manipulated_seal_is_not_accepted(name: str, hands: Hands, sealed: bytes) -> None:
    evil = ATTACKS[name](sealed)
    verdict = verify_pdf(evil, trust=hands.trust, now=hands.now)

    assert evil != sealed
    assert (verdict.accepted, verdict.status) == (False, "red")


@pytest.mark.parametrize("name", ATTACKS)
def test_manipulated_joint_document_is_not_accepted(name: str, hands: Hands, whole: bytes) -> None:
    verdict = verify_pdf(ATTACKS[name](whole), trust=hands.trust, now=hands.now)

    assert verdict.accepted is False


def test_stranger_in_a_field_made_for_another_is_not_accepted(hands: Hands, joint: bytes) -> None:
    evil = sign_field(joint, field_name(1), stranger(NAMES[CITY]), existing=True)
    verdict = verify_pdf(evil, trust=hands.trust, now=hands.now)

    assert verdict.accepted is False
    assert verdict.has("path")


def test_another_body_in_a_field_made_for_the_city_is_red(hands: Hands, joint: bytes) -> None:
    evil = sign_field(joint, field_name(1), hands.world.signer(COUNTY), existing=True)
    verdict = verify_pdf(evil, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"
    assert verdict.has("body")


def test_trusted_body_in_a_field_of_its_own_making_is_red(hands: Hands, sealed: bytes) -> None:
    evil = sign_field(sealed, "Extra", hands.world.signer(CITY))
    verdict = verify_pdf(evil, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"
    assert verdict.has("stranger")


def test_node_certificate_is_no_seal(hands: Hands) -> None:
    node = hands.world.nodes["340000"].signer()
    verdict = verify_pdf(hands.seal(plain_pdf(), signer=node), trust=hands.trust, now=hands.now)

    assert verdict.status == "red"
    assert verdict.has("usage")


def test_self_signed_lookalike_is_not_accepted(hands: Hands) -> None:
    evil = hands.seal(plain_pdf(), signer=stranger(NAMES[PROVINCE]))
    verdict = verify_pdf(evil, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"
    assert verdict.has("path")


def test_any_flipped_byte_is_refused(hands: Hands, sealed: bytes) -> None:
    """Bytes spread over the whole file, the padding of the signature left out."""
    trust, now = hands.trust, hands.now
    accepted = []
    for number in range(FLIPS):
        place = int.from_bytes(hashlib.sha256(b"%d" % number).digest()[:8], "big") % len(sealed)
        if sealed[place : place + 1] == b"0":
            continue
        evil = sealed[:place] + bytes((sealed[place] ^ 0x11,)) + sealed[place + 1 :]
        if verify_pdf(evil, trust=trust, now=now).accepted:
            accepted.append(place)

    assert accepted == []


JUNK = [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"a text", bytes(5000), b"%PDF-" + b"(" * 9000]


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_red_and_never_an_exception(junk: bytes, hands: Hands) -> None:
    verdict = verify_pdf(junk, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"


def test_every_truncation_is_refused(hands: Hands, sealed: bytes) -> None:
    trust, now = hands.trust, hands.now
    cut = [sealed[:end] for end in range(0, len(sealed) - 1, len(sealed) // 60)]

    assert [] == [len(c) for c in cut if verify_pdf(c, trust=trust, now=now).accepted]


def test_any_flipped_digit_of_the_signature_is_refused(hands: Hands, sealed: bytes) -> None:
    """The signature's own value is the one place that no signature covers."""
    trust, now = hands.trust, hands.now
    start = sealed.index(b"/Contents <") + len(b"/Contents <")
    end = sealed.index(b">", start)
    accepted = []
    for place in range(start, end, (end - start) // DIGITS | 1):
        digit = b"%X" % (int(sealed[place : place + 1], 16) ^ 1)
        evil = sealed[:place] + digit + sealed[place + 1 :]
        if verify_pdf(evil, trust=trust, now=now).accepted:
            accepted.append(place - start)

    assert accepted == []
