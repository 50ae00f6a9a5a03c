import subprocess
from datetime import UTC, datetime
from pathlib import Path

from formats.directory import BodyCertificate
from formats.effects import system_clock, system_randomness
from signing import cms
from signing.pilot import Pilot, issue_neighbour, issue_node, revoke
from signing.trust.certs import Owner, key_usage_of, owner_of, serial_of, to_pem
from tests.support.pki import PilotWorld, SoftHsm, build_world

AT = datetime(2026, 11, 23, tzinfo=UTC)


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def test_a_ukey_certificate_names_its_body(pilot: PilotWorld) -> None:
    expected = Owner("body", "340100.bgs", "合肥市人民政府办公室")

    assert expected == owner_of(pilot.ukeys["340100.bgs"].sign)
    assert expected == owner_of(pilot.ukeys["340100.bgs"].encrypt)


def test_a_body_has_one_signing_and_two_encryption_certificates(
    softhsm: SoftHsm, tmp_path: Path
) -> None:
    # A world of its own: other tests give further UKEYs to the bodies of the one they share.
    world = build_world(tmp_path, softhsm, mark=".own")
    found = world.pilot.body_certificates("340000.bgt")

    ukey = world.ukeys["340000.bgt"]
    assert {
        BodyCertificate(usage="sign", certificate=ukey.sign),
        BodyCertificate(usage="encrypt", certificate=ukey.encrypt, wrap="ecdh-p256"),
        BodyCertificate(usage="encrypt", certificate=ukey.recovery, wrap="ecdh-p256"),
    } == set(found)


def test_a_ukey_signature_verifies_with_openssl_against_the_root_and_its_crls(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    signed = cms.sign_attached("签收".encode(), pilot.signer("340123.bgs"), at=AT)
    (tmp_path / "x.p7m").write_bytes(signed)
    (tmp_path / "root.pem").write_bytes(to_pem(pilot.pilot.root))
    for number, crl in enumerate(pilot.pilot.crls()):
        (tmp_path / "crl").write_bytes(crl)
        done = openssl("crl", "-inform", "DER", "-in", tmp_path / "crl")
        with (tmp_path / "root.pem").open("ab") as stream:
            stream.write(done.stdout)
        assert done.returncode == 0, number

    done = openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / "x.p7m"),
        *("-purpose", "any", "-crl_check_all", "-x509_strict", "-CAfile", tmp_path / "root.pem"),
    )

    assert (0, "签收".encode()) == (done.returncode, done.stdout), done.stderr


def test_the_certificates_on_a_token_are_told_apart_by_use(pilot: PilotWorld) -> None:
    listed = pilot.tokens["340000.bgt"].certificates()

    assert {"sign", "encrypt"} == {c.usage for c in listed}
    assert all(c.usage == key_usage_of(c.der) for c in listed)


def test_keys_of_the_pilot_can_be_read_by_their_owner_alone(pilot: PilotWorld) -> None:
    keys = list(pilot.folder.rglob("*.key"))

    assert {0o600} == {path.stat().st_mode & 0o777 for path in keys}


def test_the_tls_certificate_serves_localhost_and_its_address(pilot: PilotWorld) -> None:
    done = openssl(
        *("verify", "-x509_strict", "-purpose", "sslserver", "-verify_ip", "127.0.0.1"),
        *("-CAfile", pilot.folder / "tls" / "tls-ca.pem"),
        *("-untrusted", pilot.tls.certificate_path, pilot.tls.certificate_path),
    )

    assert done.returncode == 0, done.stderr + done.stdout


def test_openssl_follows_the_cross_certificate_to_a_neighbour(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    issued = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path)
    (tmp_path / "root.pem").write_bytes(to_pem(pki.root))
    (tmp_path / "leaf.pem").write_bytes(to_pem(issued.certificate))

    done = openssl(
        *("verify", "-x509_strict", "-CAfile", tmp_path / "root.pem"),
        *("-untrusted", issued.certificate_path, tmp_path / "leaf.pem"),
    )

    assert done.returncode == 0, done.stderr + done.stdout


def test_openssl_sees_what_was_revoked(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    issued = issue_node(pki, "340000", tmp_path)
    revoke(pki, serial_of(issued.certificate), reason="keyCompromise")
    (tmp_path / "root.pem").write_bytes(to_pem(pki.root))
    (tmp_path / "x.crl").write_bytes(pki.read("crls/province.crl"))
    with (tmp_path / "root.pem").open("ab") as stream:
        stream.write(openssl("crl", "-inform", "DER", "-in", tmp_path / "x.crl").stdout)

    done = openssl(
        *("verify", "-crl_check", "-CAfile", tmp_path / "root.pem"),
        *("-untrusted", issued.certificate_path, issued.certificate_path),
    )

    assert b"certificate revoked" in done.stderr + done.stdout
