"""Each way in which a certificate is not to be trusted is a reason of its own."""

from datetime import timedelta

import pytest
from pyhanko.sign.fields import MDPPerm

from formats.directory import SuitePolicy, SuiteTerm
from formats.i18n import english
from signing.errors import TrustError
from signing.trust import errors
from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from signing.verdict.reasons import REASONS, SEVERITY, reason
from signing.verdict.report import Verdict
from signing.verdict.why import trust_reason
from tests.support.attacks import sign_field
from tests.support.sealed import Hands, plain_pdf


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def store_of(hands: Hands, policy: SuitePolicy | None = None) -> TrustStore:
    pilot = hands.world.pilot
    return TrustStore(pilot.anchors, pilot.certificates(), pilot.crls(), policy=policy)


FOUND = {
    "expired": (errors.Expired(name="X", at="1", until="2"), "expired", "expired-unproven"),
    "early": (
        errors.NotYetValid(name="X", at="1", since="2"),
        "not-yet-valid",
        "not-yet-valid-unproven",
    ),
    "revoked": (errors.Revoked(name="X", revoked="1"), "revoked", "revoked-unproven"),
    "usage": (errors.WrongUsage(name="X", usage="U"), "usage", "usage"),
    "weak": (errors.WeakCertificate(name="X"), "weak", "weak"),
    "path": (errors.BadPath(name="X"), "path", "path"),
    "unknown": (errors.UnknownIssuer(name="X", issuer="Y"), "untrusted", "untrusted"),
    "no-list": (
        errors.RevocationMissing(name="X", issuer="Y"),
        "revocation-missing",
        "revocation-missing",
    ),
    "old-list": (
        errors.RevocationStale(name="X", issuer="Y", until="1"),
        "revocation-stale",
        "revocation-stale",
    ),
    "undecided": (errors.Undecided(name="X"), "revocation", "revocation"),
    "ended": (
        errors.SuiteRetired(suite="INTL", at="1", until="2"),
        "suite-retired",
        "suite-unproven",
    ),
    "never": (
        errors.SuiteRetired(suite="INTL", at="1", until="—"),
        "suite-retired",
        "suite-retired",
    ),
}


@pytest.mark.parametrize("case", sorted(FOUND))
def test_finding_has_its_reason_with_and_without_a_proven_time(case: str) -> None:
    error, proven, unproven = FOUND[case]

    assert trust_reason(error, proven=True).code == proven
    assert trust_reason(error, proven=False).code == unproven


def test_every_error_of_trust_has_a_case() -> None:
    pending, kinds = [TrustError], set()
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        kinds.add(kind)

    assert kinds - {TrustError} == {type(error) for error, _, _ in FOUND.values()}


def test_clock_that_is_behind_leaves_it_open(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), stamped=False)
    verdict = verify_pdf(pdf, trust=hands.trust, now=hands.now - timedelta(days=10))

    assert verdict.status == "amber"
    assert "not-yet-valid-unproven" in codes(verdict)
    assert "核对本机时间" in verdict.advice


def test_time_stamp_of_a_suite_that_ended_before_it_proves_nothing(
    hands: Hands, sealed: bytes
) -> None:
    ended = SuiteTerm(suite="INTL", until=hands.now - timedelta(days=1))
    trust = store_of(hands, SuitePolicy(new="GM", accepted=(ended,)))
    verdict = verify_pdf(sealed, trust=trust, now=hands.now)

    assert verdict.status == "amber"
    assert {"timestamp-retired", "suite-unproven"} <= set(codes(verdict))


def test_suite_that_ended_later_than_the_proven_time_is_accepted(
    hands: Hands, sealed: bytes
) -> None:
    ends = hands.now + timedelta(days=1)
    trust = store_of(hands, SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=ends),)))

    assert verify_pdf(sealed, trust=trust, now=hands.now).status == "green"


def test_suite_that_ended_since_is_open_without_proof(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), stamped=False)
    ended = SuiteTerm(suite="INTL", until=hands.now - timedelta(days=1))
    trust = store_of(hands, SuitePolicy(new="GM", accepted=(ended,)))
    verdict = verify_pdf(pdf, trust=trust, now=hands.now)

    assert verdict.status == "amber"
    assert "suite-unproven" in codes(verdict)


def test_suite_that_was_never_accepted_is_red(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), stamped=False)
    verdict = verify_pdf(pdf, trust=store_of(hands, SuitePolicy(new="GM")), now=hands.now)

    assert verdict.status == "red"
    assert "suite-retired" in codes(verdict)


def test_certificate_for_time_stamps_seals_nothing(hands: Hands) -> None:
    signer = hands.world.tsa.signer()
    pdf = sign_field(plain_pdf(), "Seal1", signer, certify=MDPPerm.FILL_FORMS)
    verdict = verify_pdf(pdf, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"
    assert "usage" in codes(verdict)


# --- the table ------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", sorted(REASONS))
def test_reason_has_sentence_advice_and_english(code: str) -> None:
    status, text, advice = REASONS[code]

    assert status in SEVERITY
    assert not text.endswith("。")
    assert advice.endswith("。")
    assert english()[text].isascii() or "“" in english()[text]
    assert english()[advice].endswith(".")


@pytest.mark.parametrize("code", sorted(REASONS))
def test_advice_is_in_keeping_with_the_status(code: str) -> None:
    status, _, advice = REASONS[code]
    may_act = advice.startswith("可以据此办理")

    assert may_act == (status in {"green", "green-b", "blue"})


def test_first_deciding_reason_gives_the_advice(hands: Hands, sealed: bytes) -> None:
    verdict = verify_pdf(sealed + b"x", trust=hands.trust, now=hands.now)

    assert verdict.advice == reason("extra-bytes").advice
