"""Documents kept provable: B-LT and B-LTA, through the years that certificates last."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from formats.directory import Suite
from formats.effects import system_randomness
from formats.errors import Refused, YidaoError
from signing.pilot import Pilot, issue_timestamp_authority, revoke
from signing.seal.dss import read_validation_data
from signing.seal.extend import (
    ExtensionRefused,
    ProofIncomplete,
    StampUnproven,
    extend_lt,
    extend_lta,
    proven_until,
)
from signing.timestamp import LocalAuthority, TimestampInvalid, request_for
from signing.trust.certs import serial_of, validity_of
from signing.trust.store import TrustStore
from signing.verdict.parts import read
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Verdict
from tests.support.pki import PilotWorld, SoftHsm, build_world
from tests.support.sealed import CITY, COUNTY, JOINT, PROVINCE, Hands, plain_pdf
from tests.support.years import Years, apart


@pytest.fixture(scope="module", params=["INTL", "GM"])
def own(
    request: pytest.FixtureRequest, softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory
) -> PilotWorld:
    """A pilot of this module's own, of either suite."""
    suite: Suite = request.param
    return build_world(tmp_path_factory.mktemp("own"), softhsm, mark="-extend", suite=suite)


@pytest.fixture
def years(own: PilotWorld, tmp_path: Path) -> Years:
    """A copy of the pilot for one test, whose clock moves and which may revoke."""
    return Years.begin(apart(own, tmp_path))


@pytest.fixture(scope="module")
def begun(own: PilotWorld) -> Years:
    return Years.begin(own)


@pytest.fixture(scope="module")
def sealed(own: PilotWorld) -> bytes:
    return Hands(own).seal(plain_pdf())


@pytest.fixture(scope="module")
def lt(begun: Years, sealed: bytes) -> bytes:
    return extend_lt(sealed, trust=begun.trust(), now=begun.today)


@pytest.fixture(scope="module")
def lta(begun: Years, sealed: bytes) -> bytes:
    return extend_lta(sealed, trust=begun.trust(), timestamps=begun.authority(), now=begun.today)


def verdict(pdf: bytes, years: Years, trust: TrustStore | None = None) -> Verdict:
    return verify_pdf(pdf, trust=trust or years.trust(), now=years.today)


def codes(found: Verdict) -> list[str]:
    return [reason.code for reason in found.reasons]


def restamped(pdf: bytes, years: Years) -> bytes:
    return extend_lta(
        pdf,
        trust=years.trust(),
        timestamps=years.authority(),
        now=years.today,
        until=years.today + timedelta(days=3650),
    )


def test_extended_documents_are_blue_and_of_their_level(
    begun: Years, lt: bytes, lta: bytes
) -> None:
    assert (verdict(lt, begun).status, verdict(lt, begun).level) == ("blue", "B-LT")
    assert (verdict(lta, begun).status, verdict(lta, begun).level) == ("blue", "B-LTA")
    assert codes(verdict(lta, begun)) == ["archived"]


def test_what_was_sealed_stays_as_it_was(sealed: bytes, lt: bytes, lta: bytes) -> None:
    assert lt.startswith(sealed)
    assert lta.startswith(sealed)


def test_document_brings_along_all_that_judges_it(begun: Years, lt: bytes) -> None:
    carried = read_validation_data(read(lt))
    pilot = begun.world.pilot
    alone = TrustStore(pilot.anchors)

    assert begun.world.tsa.certificate in carried.certificates
    assert set(pilot.anchors) & set(carried.certificates)
    assert set(carried.crls) <= set(pilot.crls())
    assert verdict(lt, begun, alone).status == "blue"


def test_without_its_data_the_anchor_alone_does_not_settle_it(begun: Years, sealed: bytes) -> None:
    assert verdict(sealed, begun, TrustStore(begun.world.pilot.anchors)).status == "amber"


def test_nothing_new_to_add_leaves_the_same_bytes(begun: Years, lt: bytes, lta: bytes) -> None:
    trust, now = begun.trust(), begun.today

    assert extend_lt(lt, trust=trust, now=now) == lt
    assert extend_lt(lta, trust=trust, now=now) == lta
    assert extend_lta(lta, trust=trust, timestamps=begun.authority(), now=now) == lta


def test_lists_of_another_day_do_not_stamp_a_document_anew(years: Years) -> None:
    lta = restamped(Hands(years.world).seal(plain_pdf()), years)
    years.pass_by(days=20)
    again = extend_lta(lta, trust=years.trust(), timestamps=years.authority(), now=years.today)

    assert again == lta


def test_same_act_gives_the_same_bytes_but_for_the_token(begun: Years, lt: bytes) -> None:
    trust, now = begun.trust(), begun.today
    sealed = lt[: verdict(lt, begun).signatures[0].covers]

    assert extend_lt(sealed, trust=trust, now=now) == lt


def test_joint_document_is_kept_with_every_signature(own: PilotWorld) -> None:
    hands, years = Hands(own), Years.begin(own)
    joint = hands.seal(plain_pdf(), slots=JOINT)
    whole = hands.countersign(hands.countersign(joint, "Seal2", CITY), "Seal3", COUNTY)
    lta = extend_lta(whole, trust=years.trust(), timestamps=years.authority(), now=years.today)

    assert codes(verdict(lta, years, TrustStore(own.pilot.anchors))) == ["joint", "archived"]
    assert set(read_validation_data(read(lta)).certificates) >= {
        own.ukeys[body].sign for body in (PROVINCE, CITY, COUNTY)
    }


def test_document_outlives_its_signer_and_its_first_authority(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    first = restamped(sealed, years)
    years.pass_by(4)
    years.renew_authority()
    second = restamped(first, years)
    years.pass_by(2.5)

    assert validity_of(years.world.tsa.certificate)[1] < years.today
    assert validity_of(years.world.ukeys[PROVINCE].sign)[1] < years.today
    found = verdict(second, years)
    assert (found.status, found.level) == ("blue", "B-LTA")
    assert found.seal is not None
    assert found.seal.proven
    for old in (sealed, first):
        assert "timestamp-expired" in codes(verdict(old, years))
        assert verdict(old, years).status == "amber"


def test_expired_time_stamp_cannot_be_healed_afterwards(years: Years) -> None:
    first = restamped(Hands(years.world).seal(plain_pdf()), years)
    years.pass_by(6)
    years.renew_authority()

    with pytest.raises(ProofIncomplete):
        restamped(first, years)


def test_authority_compromised_later_is_healed_by_a_stamp_made_before(years: Years) -> None:
    first = restamped(Hands(years.world).seal(plain_pdf()), years)
    old = years.stamping.certificate
    years.pass_by(1)
    years.renew_authority()
    second = restamped(first, years)
    years.pass_by(1)
    revoke(years.world.pilot, serial_of(old), reason="keyCompromise")
    years.pass_by(days=1)

    assert verdict(second, years).status == "blue"
    assert verdict(first, years).status == "red"
    assert "timestamp-revoked" in codes(verdict(first, years))


def test_authority_that_merely_ended_leaves_its_stamps_good(years: Years) -> None:
    first = restamped(Hands(years.world).seal(plain_pdf()), years)
    years.pass_by(1)
    revoke(years.world.pilot, serial_of(years.stamping.certificate), reason="cessationOfOperation")
    years.pass_by(days=1)

    assert verdict(first, years).status == "blue"


def test_signer_revoked_after_the_proof_stays_good_and_is_told(years: Years) -> None:
    first = restamped(Hands(years.world).seal(plain_pdf()), years)
    years.pass_by(1)
    revoke(years.world.pilot, serial_of(years.world.ukeys[PROVINCE].sign), reason="keyCompromise")
    years.pass_by(days=1)

    assert (verdict(first, years).status, verdict(first, years).has("revoked-later")) == (
        "blue",
        True,
    )


def test_signature_without_a_time_is_proven_by_the_document_time_stamp(years: Years) -> None:
    bare = Hands(years.world).seal(plain_pdf(), stamped=False)
    kept = restamped(bare, years)
    years.pass_by(4)

    assert "time-claimed" in codes(verify_pdf(bare, trust=years.trust(), now=years.today))
    assert codes(verdict(kept, years)) == ["archived"]
    assert verdict(kept, years).seal is not None


def test_proof_lasts_as_long_as_the_outermost_time_stamp(
    begun: Years, sealed: bytes, lta: bytes
) -> None:
    end = validity_of(begun.world.tsa.certificate)[1]

    assert proven_until(sealed, begun.trust(), begun.today) == end
    assert proven_until(lta, begun.trust(), begun.today) == end


def test_bare_signature_proves_itself_as_long_as_its_certificate(own: PilotWorld) -> None:
    years = Years.begin(own)
    bare = Hands(own).seal(plain_pdf(), stamped=False)
    end = validity_of(own.ukeys[PROVINCE].sign)[1]

    assert proven_until(bare, years.trust(), years.today) == end


def test_document_not_to_be_trusted_is_not_extended(begun: Years, sealed: bytes) -> None:
    for bad in (sealed + b"x", plain_pdf(), b"", sealed[:-40]):
        with pytest.raises(ExtensionRefused) as caught:
            restamped(bad, begun)
        assert caught.value.code == "extend.refused"
        assert all("{" not in sentence for sentence in caught.value.sentences())
        with pytest.raises(ExtensionRefused):
            extend_lt(bad, trust=begun.trust(), now=begun.today)


def test_what_proves_nothing_has_no_end_to_tell(begun: Years, sealed: bytes) -> None:
    for bad in (b"", b"%PDF-1.7", plain_pdf(), sealed[:-40], sealed[: len(sealed) // 2]):
        with pytest.raises(Refused) as caught:
            proven_until(bad, begun.trust(), begun.today)
        assert caught.value.code in {"extend.refused", "seal.refused"}


def test_missing_list_is_told_by_its_issuer(begun: Years, sealed: bytes) -> None:
    pilot = begun.world.pilot
    with pytest.raises(ProofIncomplete) as caught:
        extend_lt(sealed, trust=TrustStore(pilot.anchors, pilot.certificates()), now=begun.today)

    assert "安徽省电子公文试点 CA" in caught.value.text()


def test_stamp_of_an_unknown_authority_is_not_taken(
    begun: Years, lt: bytes, tmp_path: Path
) -> None:
    elsewhere = Pilot.create(tmp_path / "pki", begun.clock, system_randomness)
    suite = begun.world.suite
    signer = issue_timestamp_authority(elsewhere, tmp_path / "tsa", suite=suite).signer()
    foreign = LocalAuthority(signer, begun.clock, system_randomness)

    with pytest.raises(StampUnproven) as caught:
        extend_lta(lt, trust=begun.trust(), timestamps=foreign, now=begun.today)
    assert caught.value.code == "extend.unproven"


def test_answer_to_another_question_is_not_taken(begun: Years, lt: bytes) -> None:
    other = begun.authority()

    def elsewhere(_request: bytes) -> bytes:
        return other(request_for(hashlib.sha256(b"other").digest(), nonce=1))

    with pytest.raises(TimestampInvalid):
        extend_lta(lt, trust=begun.trust(), timestamps=elsewhere, now=begun.today)


def test_silence_of_the_authority_changes_nothing(begun: Years, lt: bytes) -> None:
    class Down(YidaoError):
        code = "test.down"

    def down(_request: bytes) -> bytes:
        raise Down

    with pytest.raises(Down):
        extend_lta(lt, trust=begun.trust(), timestamps=down, now=begun.today)


def test_time_stamp_field_is_nothing_to_see(lta: bytes) -> None:
    (rect,) = re.findall(rb"/Rect \[ ?(-9999[^\]]*)\]", lta)

    assert len(set(rect.split())) == 1
