"""Proof of existence: what one time-stamp proves of another, of the signatures, and how it ends."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.validation.dss import DocumentSecurityStore

from formats.directory import SuitePolicy, SuiteTerm
from formats.effects import system_randomness
from signing import cms
from signing.keys import generate_key
from signing.pilot import Pilot, issue_timestamp_authority, revoke, write_crl
from signing.seal.dss import read_validation_data
from signing.seal.eseal import parse_seal
from signing.seal.extend import extend_lt, extend_lta, proven_until
from signing.timestamp import LocalAuthority
from signing.trust import certs, oids
from signing.trust.certs import serial_of
from signing.trust.store import TrustStore
from signing.verdict.parts import parts_of, read
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Verdict
from tests.support.attacks import stamp_document
from tests.support.ocsp import OwnResponder, responder_for
from tests.support.pki import PilotWorld
from tests.support.sealed import PROVINCE, Hands, plain_pdf
from tests.support.years import Years, apart


@pytest.fixture
def years(pilot: PilotWorld, tmp_path: Path) -> Years:
    """A copy of the pilot for one test, whose clock moves and which may revoke."""
    return Years.begin(apart(pilot, tmp_path))


def judged(pdf: bytes, years: Years, trust: TrustStore | None = None) -> Verdict:
    return verify_pdf(pdf, trust=trust or years.trust(), now=years.today)


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


def kept(pdf: bytes, years: Years, trust: TrustStore | None = None) -> bytes:
    return extend_lta(
        pdf,
        trust=trust or years.trust(),
        timestamps=years.authority(),
        now=years.today,
        until=years.today + timedelta(days=3650),
    )


def signer_of(years: Years) -> str:
    return serial_of(years.world.ukeys[PROVINCE].sign)


# --- the reasons, one by one ----------------------------------------------------------------------


def revoked_before(years: Years) -> bytes:
    revoke(years.world.pilot, signer_of(years), at=years.today - timedelta(hours=1))
    return Hands(years.world).seal(plain_pdf())


def revoked_after(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf())
    years.pass_by(days=1)
    revoke(years.world.pilot, signer_of(years), reason="superseded")
    years.pass_by(days=1)
    return pdf


def revoked_and_bare(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf(), stamped=False)
    years.pass_by(days=1)
    revoke(years.world.pilot, signer_of(years))
    years.pass_by(days=1)
    return pdf


def stamp_expired(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf())
    years.pass_by(6)
    return pdf


def archive_stamp_expired(years: Years) -> bytes:
    pdf = kept(Hands(years.world).seal(plain_pdf()), years)
    years.pass_by(6)
    return pdf


def authority_compromised(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf())
    years.pass_by(days=1)
    revoke(years.world.pilot, serial_of(years.stamping.certificate), reason="keyCompromise")
    years.pass_by(days=1)
    return pdf


def authority_revoked_before(years: Years) -> bytes:
    revoke(
        years.world.pilot,
        serial_of(years.stamping.certificate),
        reason="superseded",
        at=years.today - timedelta(hours=1),
    )
    return Hands(years.world).seal(plain_pdf())


def bare_and_expired(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf(), stamped=False)
    years.pass_by(4)
    return pdf


def bare_and_early(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf(), stamped=False)
    years.today -= timedelta(days=30)
    return pdf


def stamped_and_early(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf())
    years.today -= timedelta(days=2)
    return pdf


def stamped_a_little_early(years: Years) -> bytes:
    pdf = Hands(years.world).seal(plain_pdf())
    years.today -= timedelta(hours=8)
    return pdf


CASES: dict[str, tuple[Callable[[Years], bytes], str, set[str]]] = {
    "revoked-before": (revoked_before, "red", {"revoked"}),
    "revoked-after": (revoked_after, "green", {"revoked-later"}),
    "revoked-unproven": (revoked_and_bare, "red", {"revoked-unproven", "time-claimed"}),
    "stamp-expired": (
        stamp_expired,
        "amber",
        {"timestamp-expired", "expired-unproven", "seal-expired-unproven"},
    ),
    "archive-stamp-expired": (
        archive_stamp_expired,
        "amber",
        {"timestamp-expired", "expired-unproven", "seal-expired-unproven", "archived"},
    ),
    "stamp-of-the-future": (
        stamped_and_early,
        "amber",
        {"timestamp-future", "not-yet-valid-unproven"},
    ),
    "clock-behind": (stamped_a_little_early, "green", set()),
    "authority-compromised": (authority_compromised, "red", {"timestamp-revoked"}),
    "authority-revoked-before": (authority_revoked_before, "red", {"timestamp-revoked"}),
    "expired-unproven": (
        bare_and_expired,
        "amber",
        {"expired-unproven", "seal-expired-unproven", "time-claimed"},
    ),
}


@pytest.mark.parametrize("case", list(CASES))
def test_each_end_has_its_own_reason(years: Years, case: str) -> None:
    make, status, expected = CASES[case]
    verdict = judged(make(years), years)

    assert (verdict.status, codes(verdict)) == (status, expected)


def test_expired_stamp_says_until_when_and_what_to_ask_for(years: Years) -> None:
    verdict = judged(stamp_expired(years), years)
    (reason,) = [r for r in verdict.reasons if r.code == "timestamp-expired"]

    end = certs.validity_of(years.stamping.certificate)[1]
    assert f"{end:%Y-%m-%d}" in reason.text
    assert "续加存档时间戳" in reason.advice


def test_certificate_that_had_not_begun_is_told_from_one_that_ended(years: Years) -> None:
    verdict = judged(bare_and_early(years), years)

    assert "not-yet-valid-unproven" in codes(verdict)
    assert "expired-unproven" not in codes(verdict)


# --- what one stamp proves of another -------------------------------------------------------------


def test_inner_stamp_may_not_be_later_than_the_outer(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    years.pass_by(days=2)
    inner = stamp_document(sealed, years.authority())
    years.today -= timedelta(days=1)
    both = stamp_document(inner, years.authority(), "Archive2")
    years.today += timedelta(days=1)
    verdict = judged(both, years)

    assert (verdict.status, "timestamp" in codes(verdict)) == ("red", True)


def test_clocks_a_little_apart_contradict_nothing(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    years.pass_by(days=2)
    inner = stamp_document(sealed, years.authority())
    years.today -= timedelta(minutes=3)
    both = stamp_document(inner, years.authority(), "Archive2")
    years.today += timedelta(minutes=3)

    assert judged(both, years).status == "blue"


def test_stamp_of_an_unknown_authority_over_the_document_leaves_it_open(
    years: Years, tmp_path: Path
) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    elsewhere = Pilot.create(tmp_path / "elsewhere", years.clock, system_randomness)
    foreign = issue_timestamp_authority(elsewhere, tmp_path / "tsa").signer()
    stamped = stamp_document(sealed, LocalAuthority(foreign, years.clock, system_randomness))

    assert codes(judged(stamped, years)) == {"timestamp-untrusted", "archived"}


def test_document_cut_back_to_before_the_stamp_is_as_good_as_it_was(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    lta = kept(sealed, years)
    years.pass_by(6)

    assert lta.startswith(sealed)
    assert judged(sealed, years).status == "amber"


# --- the document's own data ----------------------------------------------------------------------


def forged_list(years: Years, *, at: datetime) -> bytes:
    """A list in the province's name that clears nobody, by a key of a stranger's."""
    key = generate_key()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    issuer = certs.load(years.world.pilot.authority("province"))
    serial = certs.load(years.world.ukeys[PROVINCE].sign).serial_number
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(at + timedelta(days=3650))
        .add_revoked_certificate(entry)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def with_list(pdf: bytes, der: bytes) -> bytes:
    sink = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        sink, sig_contents=None, crls=[asn1_crl.CertificateList.load(der)]
    )
    return sink.getvalue()


def test_forged_list_in_the_document_says_nothing_and_is_told(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    forged = with_list(sealed, forged_list(years, at=years.today - timedelta(days=1)))
    verdict = judged(forged, years)

    assert (verdict.status, codes(verdict)) == ("amber", {"archived", "store"})
    years.pass_by(days=60)
    nobody = TrustStore(years.world.pilot.anchors, years.world.pilot.certificates())
    assert judged(forged, years, nobody).status == "amber"


def test_old_list_in_the_document_hides_no_revocation(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf(), stamped=False)
    old = extend_lt(sealed, trust=years.trust(), now=years.today)
    years.pass_by(days=1)
    revoke(years.world.pilot, signer_of(years))
    years.pass_by(days=1)

    assert "revoked-unproven" in codes(judged(old, years))


def test_newer_list_in_the_document_is_heard(years: Years) -> None:
    before = years.trust()
    sealed = Hands(years.world).seal(plain_pdf(), stamped=False)
    years.pass_by(days=1)
    revoke(years.world.pilot, signer_of(years), at=years.today)
    write_crl(years.world.pilot)
    province = years.world.pilot.folder / "crls/province.crl"
    told = with_list(sealed, province.read_bytes())

    assert judged(sealed, years, before).status == "green-b"
    assert "revoked-unproven" in codes(judged(told, years, before))


def test_responses_serve_where_there_is_no_list(years: Years) -> None:
    pilot = years.world.pilot
    issuer = pilot.authority_signer("province")
    responder = OwnResponder(
        responder_for(issuer, generate_key(), at=years.today), issuer.certificate
    )
    sealed = Hands(years.world).seal(plain_pdf())
    wanted = [years.world.ukeys[PROVINCE].sign, years.stamping.certificate, *makers(sealed)]
    ocsps = [responder.respond(certificate, at=years.today) for certificate in wanted]
    lists = [c for c in pilot.crls() if c != (pilot.folder / "crls/province.crl").read_bytes()]
    trust = TrustStore(pilot.anchors, pilot.certificates(), lists, ocsps=ocsps)
    lta = kept(sealed, years, trust)
    carried = read_validation_data(read(lta))

    assert set(carried.ocsps) == set(ocsps)
    alone = TrustStore(pilot.anchors)
    assert (judged(lta, years, alone).status, judged(lta, years, alone).level) == ("blue", "B-LTA")


def makers(sealed: bytes) -> list[bytes]:
    """The maker of the document's electronic seal."""
    reader = read(sealed)
    (part,) = parts_of(reader, sealed)
    signed = cms.open_detached(part.contents, part.signed_bytes(sealed))
    return [parse_seal(signed.attributes[oids.SEAL_ATTRIBUTE]).maker]


# --- algorithms that end --------------------------------------------------------------------------


def until(end: datetime) -> SuitePolicy:
    """GM for new acts; INTL accepted until then."""
    return SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=end),))


def under(years: Years, policy: SuitePolicy) -> TrustStore:
    pilot = years.world.pilot
    return TrustStore(pilot.anchors, pilot.certificates(), pilot.crls(), policy=policy)


def test_document_outlives_its_suite_under_a_stamp_of_the_next(
    years: Years, tmp_path: Path
) -> None:
    policy = until(years.today + timedelta(days=200))
    sealed = Hands(years.world).seal(plain_pdf())
    years.pass_by(days=20)
    assert proven_until(sealed, under(years, policy), years.today) == policy.accepted[0].until
    years.stamping = issue_timestamp_authority(years.world.pilot, tmp_path / "gm", suite="GM")
    lta = kept(sealed, years, under(years, policy))
    years.pass_by(days=300)

    assert judged(lta, years, under(years, policy)).status == "blue"
    found = judged(sealed, years, under(years, policy))
    assert found.status == "amber"
    assert "timestamp-retired" in codes(found)


def test_suite_that_was_never_accepted_is_red(years: Years) -> None:
    sealed = Hands(years.world).seal(plain_pdf())
    found = judged(sealed, years, under(years, SuitePolicy(new="GM")))

    assert (found.status, "suite-retired" in codes(found)) == ("red", True)
