"""The suite GM through the same calls as INTL: certificates, lists, CMS, time-stamps, policy."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from formats.directory import SuitePolicy, SuiteTerm
from signing import cms, der, suites
from signing.cms_read import SIGNED_DATA
from signing.errors import CmsRefused, SignatureInvalid, WeakAlgorithm
from signing.keys import KeySigner, generate_key, key_from_pem, key_to_pem
from signing.pilot import (
    Pilot,
    issue_neighbour,
    issue_node,
    issue_timestamp_authority,
    revoke,
    write_crl,
)
from signing.timestamp import LocalAuthority, open_token, request_timestamp, verify_token
from signing.trust.certs import serial_of
from signing.trust.errors import BadPath, RevocationMissing, Revoked, SuiteRetired, UnknownIssuer
from signing.trust.store import TrustStore

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DATA = "关于做好防汛工作的通知".encode()
NATIONAL_TYPES = (der.oid("1.2.156.10197.6.1.4.2.2"), der.oid("1.2.156.10197.6.1.4.2.1"))


def clock() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki") / "pki", clock, os.urandom)


@pytest.fixture(scope="module")
def signer(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> KeySigner:
    return issue_node(pki, "340000", tmp_path_factory.mktemp("node"), suite="GM").signer()


@pytest.fixture(scope="module")
def authority(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    issued = issue_timestamp_authority(pki, tmp_path_factory.mktemp("tsa"), suite="GM")
    return LocalAuthority(issued.signer(), clock, os.urandom)


def trust_of(pki: Pilot, policy: SuitePolicy | None = None) -> TrustStore:
    return TrustStore(pki.anchors, pki.certificates(), pki.crls(), policy=policy)


def openssl(*arguments: str | Path) -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=True).stdout


def test_a_certificate_of_sm2_leads_to_the_root_of_sm2(pki: Pilot, signer: KeySigner) -> None:
    path = trust_of(pki).validate(signer.certificate, NOW, "node")
    assert path.issuers == (pki.authority("gm-province"), pki.authority("gm-root"))


def test_without_the_root_of_sm2_nothing_of_it_is_trusted(pki: Pilot, signer: KeySigner) -> None:
    trust = TrustStore([pki.root], pki.certificates(), pki.crls())
    with pytest.raises(UnknownIssuer):
        trust.validate(signer.certificate, NOW, "node")


def test_a_certificate_with_a_forged_signature_is_refused(pki: Pilot, signer: KeySigner) -> None:
    tbs, algorithm, _ = (e.raw for e in der.read(signer.certificate).children())
    value = signer.sign(tbs)  # by the certificate's own key, where its issuer's belongs
    forged = der.sequence(tbs, algorithm, der.encode(der.BIT_STRING, b"\x00", value))
    with pytest.raises(BadPath):
        trust_of(pki).validate(forged, NOW, "node")


def test_openssl_follows_the_chain_link_by_link(
    pki: Pilot, signer: KeySigner, tmp_path: Path
) -> None:
    # `openssl verify` passes the identity to the leaf alone, so that each link is asked for itself.
    links = (signer.certificate, pki.authority("gm-province"), pki.authority("gm-root"))
    for number, link in enumerate(links):
        (tmp_path / f"{number}.der").write_bytes(link)
        openssl("x509", "-inform", "DER", "-in", tmp_path / f"{number}.der",
                "-out", tmp_path / f"{number}.pem")  # fmt: skip
    for number in (0, 1):
        told = openssl(
            *("verify", "-partial_chain", "-vfyopt", "distid:1234567812345678"),
            *("-CAfile", tmp_path / f"{number + 1}.pem", tmp_path / f"{number}.pem"),
        )
        assert told.strip().endswith(b"OK")


def test_a_revoked_certificate_of_sm2_is_refused(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", clock, os.urandom)
    certificate = issue_node(pki, "340000", tmp_path, suite="GM").certificate
    revoke(pki, serial_of(certificate), reason="keyCompromise", at=NOW - timedelta(hours=1))
    with pytest.raises(Revoked):
        trust_of(pki).validate(certificate, NOW, "node")


def test_a_list_that_its_issuer_did_not_sign_does_not_count(pki: Pilot, signer: KeySigner) -> None:
    tbs, algorithm, _ = (e.raw for e in der.read(pki.read("crls/gm-province.crl")).children())
    value = signer.sign(tbs)  # the node's key, not its issuer's
    forged = der.sequence(tbs, algorithm, der.encode(der.BIT_STRING, b"\x00", value))
    lists = [pki.read("crls/gm-root.crl"), forged]
    with pytest.raises(RevocationMissing):
        TrustStore(pki.anchors, pki.certificates(), lists).validate(signer.certificate, NOW, "node")


def test_openssl_verifies_the_list(pki: Pilot, tmp_path: Path) -> None:
    tbs, _, signature = der.read(pki.read("crls/gm-province.crl")).children()
    (tmp_path / "tbs").write_bytes(tbs.raw)
    (tmp_path / "signature").write_bytes(signature.body[1:])
    _verify_with_openssl(pki.authority("gm-province"), tmp_path)


def _verify_with_openssl(certificate: bytes, folder: Path) -> None:
    """``tbs`` and ``signature`` of a folder, by the key of a certificate."""
    (folder / "certificate.der").write_bytes(certificate)
    key = openssl("x509", "-inform", "DER", "-in", folder / "certificate.der", "-noout", "-pubkey")
    (folder / "key.pem").write_bytes(key)
    told = openssl(
        *("pkeyutl", "-verify", "-rawin", "-digest", "sm3"),
        *("-pkeyopt", "distid:1234567812345678", "-pubin", "-inkey", folder / "key.pem"),
        *("-in", folder / "tbs", "-sigfile", folder / "signature"),
    )
    assert b"Signature Verified Successfully" in told


def test_a_signature_is_read_by_the_call_that_reads_any(signer: KeySigner) -> None:
    opened = cms.open_attached(cms.sign_attached(DATA, signer, at=NOW))
    assert (opened.data, opened.suite) == (DATA, suites.GM)


def test_openssl_verifies_the_signed_attributes_and_the_digest(
    signer: KeySigner, tmp_path: Path
) -> None:
    opened = cms.open_detached(cms.sign_detached(DATA, signer, at=NOW), DATA)
    (tmp_path / "tbs").write_bytes(opened.signed_attributes)
    (tmp_path / "signature").write_bytes(opened.signature)
    _verify_with_openssl(signer.certificate, tmp_path)
    (tmp_path / "data").write_bytes(DATA)
    digest = openssl("dgst", "-sm3", "-binary", tmp_path / "data")
    assert der.octets(digest) == opened.attributes["1.2.840.113549.1.9.4"]


def test_a_signature_of_gbt35275_is_written_and_read(signer: KeySigner) -> None:
    p7m = cms.sign_attached(DATA, signer, at=NOW, dialect="gbt35275")
    assert all(oid in p7m for oid in NATIONAL_TYPES)
    assert der.oid(SIGNED_DATA) not in p7m
    assert cms.open_attached(p7m).data == DATA


def test_the_types_of_gbt35275_are_for_sm2_alone(pki: Pilot) -> None:
    with pytest.raises(ValueError, match="35275"):
        cms.sign_attached(DATA, pki.directory_signer(), at=NOW, dialect="gbt35275")


def test_a_signature_with_the_types_mixed_is_refused(signer: KeySigner) -> None:
    body = der.read(cms.sign_attached(DATA, signer, at=NOW)).children()[1].raw
    with pytest.raises(CmsRefused):
        cms.open_attached(der.sequence(NATIONAL_TYPES[0], body))


def test_sm2_under_another_digest_is_refused(signer: KeySigner) -> None:
    with pytest.raises(WeakAlgorithm):
        suites.verify(
            signer.certificate,
            signer.sign(DATA),
            DATA,
            digest_oid=suites.INTL.digest_oid,
            signature_oid=suites.GM.signatures["sm2-sm3"],
        )


def test_sm2_announced_as_ecdsa_is_refused(signer: KeySigner) -> None:
    with pytest.raises(WeakAlgorithm):
        suites.verify(
            signer.certificate,
            signer.sign(DATA),
            DATA,
            digest_oid=suites.INTL.digest_oid,
            signature_oid=suites.INTL.signatures["ecdsa-sha256"],
        )


def test_the_algorithm_as_gbt35275_names_it_is_read(signer: KeySigner) -> None:
    suites.verify(
        signer.certificate,
        signer.sign(DATA),
        DATA,
        digest_oid=suites.GM.digest_oid,
        signature_oid=suites.SM2_SIGNATURE,
    )


def test_an_altered_content_is_refused(signer: KeySigner) -> None:
    p7s = cms.sign_detached(DATA, signer, at=NOW)
    with pytest.raises(SignatureInvalid):
        cms.open_detached(p7s, DATA + b".")


def test_a_time_stamp_of_sm2_proves_the_time(pki: Pilot, authority: LocalAuthority) -> None:
    token = request_timestamp(DATA, authority, os.urandom, suite=suites.GM)
    assert verify_token(token, DATA, trust_of(pki)) == NOW
    assert open_token(token).suite is suites.GM


def test_a_policy_without_gm_refuses_it(pki: Pilot, signer: KeySigner) -> None:
    with pytest.raises(SuiteRetired):
        trust_of(pki, SuitePolicy(new="INTL")).validate(signer.certificate, NOW, "node")


def test_a_suite_that_has_ended_is_refused_from_then_on(pki: Pilot, tmp_path: Path) -> None:
    old = issue_node(pki, "340100", tmp_path).certificate
    ended = NOW - timedelta(hours=2)
    policy = SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=ended),))
    trust = trust_of(pki, policy)
    assert trust.validate(old, ended - timedelta(hours=1), "node").certificate == old
    with pytest.raises(SuiteRetired):
        trust.validate(old, NOW, "node")


def test_a_time_stamp_over_a_digest_of_an_ended_suite_is_refused(
    pki: Pilot, authority: LocalAuthority
) -> None:
    token = request_timestamp(DATA, authority, os.urandom, suite=suites.INTL)
    with pytest.raises(SuiteRetired):
        verify_token(token, DATA, trust_of(pki, SuitePolicy(new="GM")))


def test_the_neighbours_sm2_bodies_are_trusted_within_their_province(
    pki: Pilot, tmp_path: Path
) -> None:
    issued = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path, suite="GM")
    path = trust_of(pki).validate(issued.certificate, NOW, "sign", issued.chain)
    assert path.issuers[-1] == pki.authority("gm-root")


def test_a_directory_is_signed_in_either_suite(pki: Pilot) -> None:
    for suite in ("INTL", "GM"):
        signer = pki.directory_signer(suite)
        assert suites.suite_of_key(signer.certificate).name == suite


def test_a_folder_from_before_gets_sm2_with_its_first_certificate(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", clock, os.urandom)
    for place in pki.folder.glob("*/gm-*"):
        place.unlink()
    assert pki.authorities == ("root", "province", "neighbour")
    assert pki.anchors == (pki.root,)
    certificate = issue_node(pki, "340000", tmp_path, suite="GM").certificate
    assert trust_of(pki).validate(certificate, NOW, "node").certificate == certificate


def test_a_key_file_of_sm2_is_read_like_any(tmp_path: Path) -> None:
    key = generate_key("sm2")
    again = key_from_pem(key_to_pem(key, b"12345678"), b"12345678")
    assert again.public_key() == key.public_key()
    (tmp_path / "key.pem").write_bytes(key_to_pem(key))
    assert b"SM2" in openssl("pkey", "-in", tmp_path / "key.pem", "-noout", "-text")


def test_lists_of_both_hierarchies_are_published(pki: Pilot) -> None:
    write_crl(pki)
    assert len(pki.crls()) == 6


def test_an_authority_with_both_keys_answers_each_digest_in_its_own_suite(
    pki: Pilot, tmp_path: Path
) -> None:
    signers = [
        issue_timestamp_authority(pki, tmp_path, suite=suite).signer() for suite in ("INTL", "GM")
    ]
    both = LocalAuthority(signers[0], clock, os.urandom, others=signers[1:])
    for suite in (suites.INTL, suites.GM):
        stamp = open_token(request_timestamp(DATA, both, os.urandom, suite=suite))
        assert stamp.suite is suite
        assert suites.suite_of_key(stamp.certificate) is suite


def test_an_authority_with_one_key_stamps_every_digest_with_it(authority: LocalAuthority) -> None:
    stamp = open_token(request_timestamp(DATA, authority, os.urandom, suite=suites.INTL))
    assert (stamp.suite, suites.suite_of_key(stamp.certificate)) == (suites.INTL, suites.GM)
