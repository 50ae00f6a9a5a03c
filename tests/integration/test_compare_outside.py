"""Revisions of sealed documents compared in a limited process of its own."""

import sys

import pytest

from formats.measure.compare import compare_outside
from signing.verdict.pdf import signed_revision, verify_pdf
from tests.support.attacks import ATTACKS, stamp_document
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, JOINT, Hands, plain_pdf


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())


def revision_of(pdf: bytes, hands: Hands) -> bytes:
    """What the issuing body sealed, by the verdict."""
    revision = signed_revision(pdf, verify_pdf(pdf, trust=hands.trust, now=hands.now))
    assert revision is not None
    return revision


def test_joint_seal_shows_in_its_place(hands: Hands) -> None:
    whole = hands.countersign(hands.seal(plain_pdf(), slots=JOINT), "Seal2", CITY)
    found = compare_outside(revision_of(whole, hands), whole)

    assert found is not None
    (change,) = found.changes
    assert change.page == 2
    # The slot of the second body: 42 mm around (100, 180).
    assert 78.0 < change.left_mm < change.right_mm < 122.0
    assert 158.0 < change.top_mm < change.bottom_mm < 202.0


def test_archive_time_stamp_shows_nothing(hands: Hands, sealed: bytes) -> None:
    kept = stamp_document(sealed, hands.authority)
    found = compare_outside(revision_of(kept, hands), kept)

    assert found is not None
    assert found.changes == ()


def test_replaced_page_is_found(sealed: bytes) -> None:
    found = compare_outside(sealed, ATTACKS["page_content_replaced"](sealed))

    assert found is not None
    assert [change.page for change in found.changes] == [2]


def test_junk_has_no_answer(sealed: bytes) -> None:
    assert compare_outside(sealed, b"%PDF-1.7\n" + b"[" * 100_000) is None


def test_process_that_dies_has_no_answer(sealed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert compare_outside(sealed, sealed) is None
