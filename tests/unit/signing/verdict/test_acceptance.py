"""What the reader of a verdict asks beyond a document being genuine."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from formats.effects import system_randomness
from signing.keys import KeySigner, generate_key, load_key
from signing.pilot import issue_neighbour
from signing.pilot.profiles import PROFILES, build_certificate, subject_name
from signing.seal.apply import seal_pdf
from signing.timestamp import LocalAuthority
from signing.trust import certs
from signing.verdict.acceptance import DEFAULT, Policy
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Level, Verdict
from signing.verdict.sandbox import verify_outside
from tests.support.sealed import PROVINCE, Hands, plain_pdf, slot

ALONE = Policy(neighbours=False)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


@pytest.fixture
def foreign(hands: Hands, tmp_path: Path) -> bytes:
    """A document that a body of the neighbouring province has sealed."""
    body = issue_neighbour(hands.world.pilot, "320000.bgt", "江苏省人民政府办公厅", tmp_path)
    return hands.seal(plain_pdf(), signer=body.signer())


def test_neighbour_is_trusted_and_named(hands: Hands, foreign: bytes) -> None:
    verdict = verify_pdf(foreign, trust=hands.trust, now=hands.now)

    assert (verdict.status, codes(verdict)) == ("green", [])
    assert verdict.signatures[0].neighbour == "江苏省电子公文试点根证书"


def test_neighbour_is_not_trusted_where_the_policy_says_so(hands: Hands, foreign: bytes) -> None:
    verdict = verify_pdf(foreign, trust=hands.trust, now=hands.now, policy=ALONE)

    assert (verdict.status, codes(verdict)) == ("amber", ["neighbour"])
    assert "江苏省电子公文试点根证书" in verdict.sentence
    assert verdict.signatures[0].status == "amber"


def test_time_stamp_of_a_neighbour_is_one_of_it(hands: Hands) -> None:
    source = LocalAuthority(foreign_stamper(hands), lambda: hands.now, system_randomness)
    signer = hands.world.signer(PROVINCE)
    pdf = seal_pdf(
        plain_pdf(),
        signer=signer,
        seal=hands.eseal(signer),
        trust=hands.trust,
        timestamps=source,
        clock=lambda: hands.now,
        slots=(slot(PROVINCE),),
    )
    trusting = verify_pdf(pdf, trust=hands.trust, now=hands.now)
    alone = verify_pdf(pdf, trust=hands.trust, now=hands.now, policy=ALONE)

    assert (trusting.status, trusting.signatures[0].proven) == ("green", True)
    assert (alone.status, codes(alone)) == ("amber", ["neighbour"])


def foreign_stamper(hands: Hands) -> KeySigner:
    """A time-stamp authority that the neighbour's root has certified."""
    pilot, key = hands.world.pilot, generate_key()
    certificate = build_certificate(
        PROFILES["tsa"],
        subject=subject_name("江苏省时间戳服务", "江苏省", "江苏省"),
        public_key=key.public_key(),
        issuer=certs.load(pilot.authority("neighbour")),
        issuer_key=load_key(pilot.folder / "keys/neighbour.key"),
        issuer_id="neighbour",
        serial=4711,
        now=hands.now,
    )
    cross = pilot.current("role:neighbour", "cross")
    return KeySigner(key, certificate, (cross,) if cross else ())


def test_own_province_is_no_neighbour(hands: Hands, sealed: bytes) -> None:
    verdict = verify_pdf(sealed, trust=hands.trust, now=hands.now, policy=ALONE)

    assert verdict.status == "green"
    assert verdict.signatures[0].neighbour == ""


def test_sandbox_is_told_the_policy(hands: Hands, foreign: bytes) -> None:
    verdict = verify_outside(foreign, trust=hands.trust, now=hands.now, policy=ALONE)

    assert codes(verdict) == ["neighbour"]


@pytest.mark.parametrize(
    ("stamped", "level", "wanted", "status"),
    [
        (False, "B-B", "B-B", "green-b"),
        (False, "B-B", "B-T", "amber"),
        (True, "B-T", "B-T", "green"),
        (True, "B-T", "B-LT", "amber"),
        (True, "B-T", "B-LTA", "amber"),
    ],
    ids=["b-b", "b-t-of-b-b", "b-t", "b-lt-of-b-t", "b-lta-of-b-t"],
)
def test_level_that_is_wanted_is_asked_of_the_seal(
    hands: Hands, *, stamped: bool, level: Level, wanted: Level, status: str
) -> None:
    pdf = hands.seal(plain_pdf(), stamped=stamped)
    verdict = verify_pdf(pdf, trust=hands.trust, now=hands.now, policy=Policy(level=wanted))

    assert (verdict.level, verdict.status) == (level, status)
    assert verdict.has("level") == (status == "amber")


def test_grace_lets_an_old_list_count(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), stamped=False)
    later = hands.now + timedelta(days=60)
    lenient = Policy(grace=timedelta(days=45).total_seconds())

    assert verify_pdf(pdf, trust=hands.trust, now=later).has("revocation-stale")
    assert verify_pdf(pdf, trust=hands.trust, now=later, policy=lenient).status == "green-b"


def test_grace_of_more_than_a_year_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"grace": 32000000}', type=Policy)


def test_policy_leaves_the_trust_store_as_it_was(hands: Hands) -> None:
    trust = hands.trust
    lenient = Policy(grace=60.0).applied_to(trust)

    assert (lenient.grace, trust.grace) == (timedelta(minutes=1), timedelta(0))
    assert DEFAULT.applied_to(trust) is trust
