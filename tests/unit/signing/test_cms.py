import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from signing import cms, der, suites
from signing.errors import CmsRefused, SignatureInvalid, WeakAlgorithm
from signing.keys import KeyKind, KeySigner, generate_key, key_to_pem

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
DATA = "关于印发《电子公文管理办法》的通知".encode() * 20


def self_signed(kind: KeyKind = "p256", name: str = "试验签名人") -> KeySigner:
    key = generate_key(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return KeySigner(key, certificate.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module", params=["p256", "rsa2048"])
def signer(request: pytest.FixtureRequest) -> KeySigner:
    return self_signed(request.param)


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def pem(certificate: bytes) -> bytes:
    loaded = x509.load_der_x509_certificate(certificate)
    return loaded.public_bytes(serialization.Encoding.PEM)


def openssl_signed(folder: Path, signer: KeySigner, *options: str) -> bytes:
    (folder / "data").write_bytes(DATA)
    (folder / "cert.pem").write_bytes(pem(signer.certificate))
    (folder / "key.pem").write_bytes(key_to_pem(signer._key))
    done = openssl(
        *("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256"),
        *("-in", folder / "data", "-signer", folder / "cert.pem"),
        *("-inkey", folder / "key.pem"),
        *("-out", folder / "signed", *options),
    )
    assert done.returncode == 0, done.stderr
    return (folder / "signed").read_bytes()


def test_attached_content_comes_back_with_its_signer_and_claimed_time(signer: KeySigner) -> None:
    opened = cms.open_attached(cms.sign_attached(DATA, signer, at=AT))

    assert DATA == opened.data
    assert signer.certificate == opened.certificate
    assert AT == opened.signing_time


def test_no_signing_time_is_written_unless_asked_for(signer: KeySigner) -> None:
    assert cms.open_attached(cms.sign_attached(DATA, signer, at=None)).signing_time is None


def test_openssl_verifies_an_attached_signature(signer: KeySigner, tmp_path: Path) -> None:
    (tmp_path / "x.p7m").write_bytes(cms.sign_attached(DATA, signer, at=AT))
    (tmp_path / "ca.pem").write_bytes(pem(signer.certificate))

    done = openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"),
        *("-in", tmp_path / "x.p7m", "-CAfile", tmp_path / "ca.pem", "-attime", "1795600000"),
    )

    assert (0, DATA) == (done.returncode, done.stdout)


def test_openssl_verifies_a_detached_signature(signer: KeySigner, tmp_path: Path) -> None:
    (tmp_path / "x.p7s").write_bytes(cms.sign_detached(DATA, signer, at=AT))
    (tmp_path / "ca.pem").write_bytes(pem(signer.certificate))
    (tmp_path / "data").write_bytes(DATA)

    done = openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"),
        *("-in", tmp_path / "x.p7s", "-content", tmp_path / "data"),
        *("-CAfile", tmp_path / "ca.pem", "-attime", "1795600000"),
    )

    assert (0, DATA) == (done.returncode, done.stdout)


def test_what_openssl_signs_with_cades_is_accepted(signer: KeySigner, tmp_path: Path) -> None:
    signed = openssl_signed(tmp_path, signer, "-cades", "-nodetach")

    assert DATA == cms.open_attached(signed).data


def test_what_openssl_signs_detached_is_accepted(signer: KeySigner, tmp_path: Path) -> None:
    signed = openssl_signed(tmp_path, signer, "-cades")

    assert signer.certificate == cms.open_detached(signed, DATA).certificate


def test_a_digest_stands_for_the_data(signer: KeySigner) -> None:
    digest = suites.INTL.digest(DATA)

    signed = cms.sign_digest(digest, signer, at=AT)

    assert AT == cms.open_digest(signed, digest).signing_time
    assert DATA == cms.open_detached(signed, DATA).data


def test_another_content_is_refused(signer: KeySigner) -> None:
    with pytest.raises(SignatureInvalid):
        cms.open_detached(cms.sign_detached(DATA, signer, at=AT), DATA + b".")


def test_every_flipped_byte_is_refused_with_a_coded_error() -> None:
    signed = cms.sign_attached(b"x" * 40, self_signed(), at=AT)
    accepted = []
    for place in range(len(signed)):
        broken = bytearray(signed)
        broken[place] ^= 0x01
        try:
            cms.open_attached(bytes(broken))
        except (CmsRefused, der.NotDer, SignatureInvalid, WeakAlgorithm):
            continue
        accepted.append(place)

    assert [] == accepted


def test_the_timestamp_travels_as_the_one_unsigned_attribute() -> None:
    token = der.sequence(der.octets(b"a token"))
    signed = cms.sign_detached(DATA, self_signed(), at=AT, timestamp=lambda _value: token)

    assert token == cms.open_detached(signed, DATA).timestamp


def test_the_timestamp_is_asked_for_over_the_signature_value() -> None:
    asked: list[bytes] = []

    def source(value: bytes) -> bytes:
        asked.append(value)
        return der.sequence()

    signed = cms.sign_detached(DATA, self_signed(), at=AT, timestamp=source)

    assert [cms.open_detached(signed, DATA).signature] == asked
