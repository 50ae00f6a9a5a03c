"""Which certificates of a token are listed, and which of several is meant."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, certificate_for
from signing.tokens.soft import SoftProvider, SoftToken

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PIN = "246813"


@pytest.fixture
def issued(tmp_path: Path) -> SoftToken:
    token = SoftProvider(tmp_path / "tokens").initialise("x", Secret(PIN), os.urandom)
    token.login(Secret(PIN))
    pilot = Pilot.create(tmp_path / "pki", lambda: NOW, os.urandom)
    issue_ukey(pilot, token, "340100.bgs", "合肥市人民政府办公室")
    return token


def foreign(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """A signing certificate of another system, newer than ours."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "某税务系统")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)  # noqa: FBT003 - RFC 5280 4.2.1.3 in order
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW + timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=99))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


@pytest.mark.parametrize("kind", ["damaged", "rsa-1024", "p384"])
def test_a_certificate_of_no_use_hides_no_other(issued: SoftToken, kind: str) -> None:
    before = issued.certificates()
    der = {
        "damaged": lambda: b"\x30\x82\x01\x00damaged",
        "rsa-1024": lambda: foreign(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - what old UKEYs hold
        "p384": lambda: foreign(ec.generate_private_key(ec.SECP384R1())),
    }[kind]()
    (issued._folder / "0000.cer").write_bytes(der)

    assert before == issued.certificates()


def test_of_several_signing_certificates_the_bodys_is_meant(issued: SoftToken) -> None:
    ours = certificate_for(issued, "sign")
    (issued._folder / "0000.cer").write_bytes(foreign(ec.generate_private_key(ec.SECP256R1())))

    assert 3 == len(issued.certificates())
    assert ours == certificate_for(issued, "sign")
