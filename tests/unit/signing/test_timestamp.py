import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing import cms, der, suites
from signing.errors import TrustError
from signing.keys import KeySigner, load_key
from signing.pilot import Pilot, issue_node, issue_timestamp_authority, revoke
from signing.timestamp import (
    LocalAuthority,
    TimestampInvalid,
    TimestampRefused,
    open_token,
    request_for,
    request_timestamp,
    token_of,
    token_source,
    verify_token,
)
from signing.trust.certs import load, serial_of, to_pem
from signing.trust.errors import Revoked, WrongUsage
from signing.trust.store import TrustStore

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DATA = "回执".encode()


def clock() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), clock, os.urandom)


@pytest.fixture(scope="module")
def signer(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> KeySigner:
    return issue_timestamp_authority(pki, tmp_path_factory.mktemp("tsa")).signer()


@pytest.fixture
def authority(signer: KeySigner) -> LocalAuthority:
    return LocalAuthority(signer, clock, os.urandom)


def trust_of(pki: Pilot) -> TrustStore:
    return TrustStore(pki.anchors, pki.certificates(), pki.crls())


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def test_a_time_is_proven_for_the_data(pki: Pilot, authority: LocalAuthority) -> None:
    response = request_timestamp(DATA, authority, os.urandom)

    assert NOW == verify_token(response, DATA, trust_of(pki))
    assert NOW == verify_token(token_of(response), DATA, trust_of(pki))


def test_openssl_verifies_a_response(pki: Pilot, authority: LocalAuthority, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "x.tsr").write_bytes(request_timestamp(DATA, authority, os.urandom))
    (tmp_path / "root.pem").write_bytes(to_pem(pki.root))

    done = openssl(
        *("ts", "-verify", "-data", tmp_path / "data", "-in", tmp_path / "x.tsr"),
        *("-CAfile", tmp_path / "root.pem", "-attime", int(NOW.timestamp())),
    )

    assert b"Verification: OK" in done.stdout + done.stderr, done.stderr


def test_a_question_of_openssl_is_answered_to_its_satisfaction(
    pki: Pilot, authority: LocalAuthority, tmp_path: Path
) -> None:
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "root.pem").write_bytes(to_pem(pki.root))
    (tmp_path / "ca.pem").write_bytes(b"".join(map(to_pem, authority._signer.chain)))
    (tmp_path / "tsa.pem").write_bytes(to_pem(authority._signer.certificate))
    with (tmp_path / "ca.pem").open("ab") as stream:
        stream.write(to_pem(authority._signer.certificate))
    for options in (("-cert",), ()):
        openssl(
            *("ts", "-query", "-data", tmp_path / "data", "-sha256", *options),
            *("-out", tmp_path / "x.tsq"),
        )
        (tmp_path / "x.tsr").write_bytes(authority((tmp_path / "x.tsq").read_bytes()))

        done = openssl(
            *("ts", "-verify", "-queryfile", tmp_path / "x.tsq", "-in", tmp_path / "x.tsr"),
            *("-CAfile", tmp_path / "root.pem", "-attime", int(NOW.timestamp())),
            *("-untrusted", tmp_path / "ca.pem"),
        )

        assert b"Verification: OK" in done.stdout + done.stderr, done.stderr


def test_a_timestamp_proves_nothing_about_other_data(pki: Pilot, authority: LocalAuthority) -> None:
    response = request_timestamp(DATA, authority, os.urandom)

    with pytest.raises(TimestampInvalid):
        verify_token(response, DATA + b".", trust_of(pki))


def test_an_answer_to_another_question_is_refused(authority: LocalAuthority) -> None:
    stored = authority(request_for(suites.INTL.digest(DATA), nonce=1))

    with pytest.raises(TimestampInvalid):
        request_timestamp(DATA, lambda _request: stored, os.urandom)


@pytest.mark.parametrize("request_bytes", [b"", b"\x30\x00", bytes(range(40))])
def test_a_bad_question_is_answered_with_a_rejection(
    authority: LocalAuthority, request_bytes: bytes
) -> None:
    with pytest.raises(TimestampRefused):
        token_of(authority(request_bytes))


def test_a_question_with_sha1_is_rejected_as_a_bad_algorithm(authority: LocalAuthority) -> None:
    sha1 = der.sequence(der.sequence(der.oid("1.3.14.3.2.26")), der.octets(bytes(20)))

    answer = authority(der.sequence(der.integer(1), sha1))

    assert der.sequence(der.sequence(der.integer(2), b"\x03\x02\x07\x80")) == answer


def test_every_flipped_byte_of_a_response_is_refused(pki: Pilot, authority: LocalAuthority) -> None:
    response = request_timestamp(DATA, authority, os.urandom)
    trust, accepted = trust_of(pki), []
    for place in range(len(response)):
        broken = bytearray(response)
        broken[place] ^= 0x04
        try:
            verify_token(bytes(broken), DATA, trust)
        except (TimestampInvalid, TimestampRefused, TrustError):
            continue
        accepted.append(place)

    certificates = open_token(response).certificates
    spare = [c for c in certificates if c != authority._signer.certificate]
    inside = range(response.index(spare[0]), response.index(spare[0]) + len(spare[0]))
    # The issuer's certificate only came along; the trusted copy of it judged.
    assert [] == [place for place in accepted if place not in inside]


def test_a_node_may_not_issue_timestamps(pki: Pilot, tmp_path: Path) -> None:
    node = issue_node(pki, "340000", tmp_path).signer()
    response = request_timestamp(DATA, LocalAuthority(node, clock, os.urandom), os.urandom)

    with pytest.raises(WrongUsage):
        verify_token(response, DATA, trust_of(pki))


def test_a_signature_of_level_t_carries_a_token_over_its_value(
    pki: Pilot, signer: KeySigner, authority: LocalAuthority
) -> None:
    signed = cms.sign_detached(DATA, signer, at=NOW, timestamp=token_source(authority, os.urandom))

    opened = cms.open_detached(signed, DATA)
    assert opened.timestamp is not None
    assert NOW == verify_token(opened.timestamp, opened.signature, trust_of(pki))


def test_a_compromised_authority_proves_no_time_not_even_an_earlier_one(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", clock, os.urandom)
    issued = issue_timestamp_authority(pki, tmp_path / "tsa")
    authority = LocalAuthority(issued.signer(), clock, os.urandom)
    response = request_timestamp(DATA, authority, os.urandom)
    later = NOW + timedelta(days=2)
    revoke(pki, serial_of(issued.certificate), reason="keyCompromise", at=later)

    with pytest.raises(Revoked):
        verify_token(response, DATA, trust_of(pki))


def test_an_authority_revoked_for_no_reason_told_proves_nothing(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", clock, os.urandom)
    issued = issue_timestamp_authority(pki, tmp_path / "tsa")
    authority = LocalAuthority(issued.signer(), clock, os.urandom)
    response = request_timestamp(DATA, authority, os.urandom)
    key = load_key(pki.folder / "keys/province.key")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    later = NOW + timedelta(days=2)
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(int(serial_of(issued.certificate), 16))
        .revocation_date(later)
        .build()
    )
    silent = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(load(pki.authority("province")).subject)
        .last_update(later)
        .next_update(later + timedelta(days=30))
        .add_revoked_certificate(entry)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )

    with pytest.raises(Revoked):
        verify_token(response, DATA, trust_of(pki).with_crls([silent]))


def test_an_authority_that_ceased_operation_still_proves_its_earlier_times(
    tmp_path: Path,
) -> None:
    pki = Pilot.create(tmp_path / "pki", clock, os.urandom)
    issued = issue_timestamp_authority(pki, tmp_path / "tsa")
    authority = LocalAuthority(issued.signer(), clock, os.urandom)
    response = request_timestamp(DATA, authority, os.urandom)
    later = NOW + timedelta(days=2)
    revoke(pki, serial_of(issued.certificate), reason="cessationOfOperation", at=later)

    assert NOW == verify_token(response, DATA, trust_of(pki))
