"""Verdicts on honest documents, and on those whose trust is not settled."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.dss import DocumentSecurityStore

from formats.canonical import from_canonical
from formats.i18n import use_language
from formats.ids import sha256
from signing.pilot import revoke
from signing.trust.certs import serial_of
from signing.trust.store import TrustStore
from signing.verdict.pdf import signed_revision, verify_pdf
from signing.verdict.report import EXIT_STATUS, Verdict
from tests.support.attacks import sign_field, stamp_document
from tests.support.pki import PilotWorld, SoftHsm, build_world
from tests.support.sealed import CITY, COUNTY, JOINT, NAMES, PROVINCE, Hands, plain_pdf


def verdict_on(pdf: bytes, hands: Hands, trust: TrustStore | None = None) -> Verdict:
    return verify_pdf(pdf, trust=trust or hands.trust, now=hands.now)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


@pytest.fixture(scope="module")
def joint(hands: Hands) -> bytes:
    return hands.seal(plain_pdf(), slots=JOINT)


@pytest.fixture
def own(softhsm: SoftHsm, tmp_path: Path) -> PilotWorld:
    """A pilot of the test's own, to revoke in."""
    return build_world(tmp_path, softhsm, mark="-own")


def test_sealed_and_stamped_document_is_green(hands: Hands, sealed: bytes) -> None:
    verdict = verdict_on(sealed, hands)

    assert (verdict.status, codes(verdict)) == ("green", [])
    assert "签名有效：由“安徽省人民政府办公厅”于" in verdict.sentence


def test_verdict_says_who_when_and_how_much(hands: Hands, sealed: bytes) -> None:
    verdict = verdict_on(sealed, hands)
    seal = verdict.seal

    assert seal is not None
    assert (seal.body_id, seal.body, seal.proven) == (PROVINCE, NAMES[PROVINCE], True)
    assert (verdict.signed_pages, verdict.size, verdict.digest) == (2, len(sealed), sha256(sealed))
    assert seal.covers == len(sealed)


def test_without_time_stamp_it_is_green_b(hands: Hands) -> None:
    verdict = verdict_on(hands.seal(plain_pdf(), stamped=False), hands)

    assert (verdict.status, codes(verdict)) == ("green-b", ["time-claimed"])


def test_white_space_after_the_end_is_no_content(hands: Hands, sealed: bytes) -> None:
    assert verdict_on(sealed + b"\r\n \n", hands).status == "green"


def test_missing_joint_seals_are_amber(hands: Hands, joint: bytes) -> None:
    verdict = verdict_on(joint, hands)

    assert (verdict.status, codes(verdict)) == ("amber", ["seals-missing"])
    assert "还有 2 个机关没有盖章" in verdict.sentence


def test_joint_seals_in_their_fields_are_blue(hands: Hands, joint: bytes) -> None:
    whole = hands.countersign(hands.countersign(joint, "Seal2", CITY), "Seal3", COUNTY)
    verdict = verdict_on(whole, hands)

    assert (verdict.status, codes(verdict)) == ("blue", ["joint"])
    assert [s.body_id for s in verdict.signatures] == [PROVINCE, CITY, COUNTY]


def test_signed_revision_is_what_the_issuer_sealed(hands: Hands, joint: bytes) -> None:
    whole = hands.countersign(hands.countersign(joint, "Seal2", CITY), "Seal3", COUNTY)

    assert signed_revision(whole, verdict_on(whole, hands)) == joint


def test_archive_time_stamp_is_blue(hands: Hands, sealed: bytes) -> None:
    kept = stamp_document(stamp_document(sealed, hands.authority), hands.authority, "Archive2")
    verdict = verdict_on(kept, hands)

    assert (verdict.status, codes(verdict)) == ("blue", ["archived"])
    assert "有 2 项" in verdict.sentence


def test_validation_data_added_for_the_archive_is_blue(hands: Hands, sealed: bytes) -> None:
    sink = io.BytesIO(sealed)
    store = [x509.Certificate.load(der) for der in hands.world.pilot.certificates()]
    DocumentSecurityStore.add_dss(sink, sig_contents=None, certs=store)

    assert verdict_on(sink.getvalue(), hands).status == "blue"
    assert verdict_on(sink.getvalue() + b"x", hands).status == "red"


def test_approval_without_certification_is_amber(hands: Hands) -> None:
    pdf = sign_field(plain_pdf(), "Seal1", hands.world.signer(PROVINCE))
    verdict = verdict_on(pdf, hands)

    assert verdict.status == "amber"
    assert "no-certification" in codes(verdict)


def test_certification_that_permits_annotations_is_red(hands: Hands) -> None:
    pdf = sign_field(plain_pdf(), "Seal1", hands.world.signer(PROVINCE), certify=MDPPerm.ANNOTATE)

    assert codes(verdict_on(pdf, hands))[0] == "permission"


def test_certification_after_another_signature_is_red(hands: Hands) -> None:
    first = sign_field(plain_pdf(), "Seal1", hands.world.signer(CITY))
    second = sign_field(first, "Seal2", hands.world.signer(PROVINCE), certify=MDPPerm.FILL_FORMS)
    verdict = verdict_on(second, hands)

    assert verdict.status == "red"
    assert "certification" in codes(verdict)


def test_unsigned_document_is_red(hands: Hands) -> None:
    assert codes(verdict_on(plain_pdf(), hands)) == ["unsigned"]


def test_expected_body_is_compared(hands: Hands, sealed: bytes) -> None:
    trust, now = hands.trust, hands.now
    right = verify_pdf(sealed, trust=trust, now=now, expected_bodies=[PROVINCE])
    wrong = verify_pdf(sealed, trust=trust, now=now, expected_bodies=[CITY])

    assert (right.status, wrong.status) == ("green", "red")
    assert codes(wrong) == ["body"]


def test_unknown_authority_is_amber(hands: Hands, sealed: bytes) -> None:
    pilot = hands.world.pilot
    elsewhere = TrustStore([pilot.authority("neighbour")], (), pilot.crls())
    verdict = verdict_on(sealed, hands, elsewhere)

    assert verdict.status == "amber"
    assert "untrusted" in codes(verdict)


def test_missing_revocation_list_is_amber_and_says_whose(hands: Hands, sealed: bytes) -> None:
    pilot = hands.world.pilot
    verdict = verdict_on(sealed, hands, TrustStore(pilot.anchors, pilot.certificates(), ()))

    assert verdict.status == "amber"
    assert "没有签发机构“安徽省电子公文试点 CA”的吊销列表" in verdict.sentence


def test_stale_revocation_list_is_amber_without_a_time_stamp(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), stamped=False)
    later = hands.now + timedelta(days=60)
    verdict = verify_pdf(pdf, trust=hands.trust, now=later)

    assert verdict.status == "amber"
    assert "revocation-stale" in codes(verdict)
    assert "吊销列表已过期" in verdict.sentence


def test_time_stamp_keeps_a_document_green_when_the_list_is_old(
    hands: Hands, sealed: bytes
) -> None:
    later = hands.now + timedelta(days=60)

    assert verify_pdf(sealed, trust=hands.trust, now=later).status == "green"


def test_expired_certificate_without_time_stamp_is_amber(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), stamped=False)
    verdict = verify_pdf(pdf, trust=hands.trust, now=hands.now + timedelta(days=5 * 365))

    assert verdict.status == "amber"
    assert "expired-unproven" in codes(verdict)


def test_revoked_before_sealing_is_red(own: PilotWorld) -> None:
    hands = Hands(own)
    revoke(own.pilot, _serial(own), reason="keyCompromise")
    verdict = verdict_on(hands.seal(plain_pdf()), hands)

    assert verdict.status == "red"
    assert "revoked" in codes(verdict)


def test_revoked_after_a_proven_time_stays_green(own: PilotWorld) -> None:
    hands = Hands(own)
    stamped, bare = hands.seal(plain_pdf()), hands.seal(plain_pdf(), stamped=False)
    later = hands.now + timedelta(seconds=5)
    own.pilot.clock = lambda: later
    revoke(own.pilot, _serial(own), reason="superseded")
    now = later + timedelta(seconds=5)

    verdict = verify_pdf(stamped, trust=hands.trust, now=now)
    assert (verdict.status, codes(verdict)) == ("green", ["revoked-later"])
    assert codes(verify_pdf(bare, trust=hands.trust, now=now))[0] == "revoked-unproven"


def _serial(world: PilotWorld) -> str:
    return serial_of(world.ukeys[PROVINCE].sign)


def test_exit_statuses_are_those_of_the_command_line() -> None:
    assert EXIT_STATUS == {"green": 0, "green-b": 0, "blue": 0, "amber": 2, "red": 1}


def test_verdict_survives_its_json(hands: Hands, sealed: bytes) -> None:
    verdict = verdict_on(sealed, hands)

    assert from_canonical(Verdict, verdict.json()) == verdict


def test_english_reader_gets_english(hands: Hands, sealed: bytes) -> None:
    use_language("en")
    try:
        verdict = verdict_on(sealed + b"x", hands)
    finally:
        use_language("zh")

    assert verdict.sentence.startswith("Not to be trusted: ")
    assert verdict.sentence.isascii()
