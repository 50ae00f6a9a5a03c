"""Capsules: opened by stock openssl, by tokens and by key files; damaged ones refused."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from formats.directory import BodyCertificate, WrapProfile
from formats.effects import system_randomness
from formats.errors import BadInput, TooLarge
from signing.envelope import KeyUnwrapper, unwrap_secret, wrap_secret
from signing.errors import CapsuleError, NotAddressed, WeakAlgorithm
from signing.tokens.base import Secret
from tests.support.pki import PIN, PilotWorld, SoftHsm

SECRET = b"thirty-two bytes of something ok"


@dataclass(frozen=True)
class Holder:
    """A key file with a certificate."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: bytes

    @property
    def unwrapper(self) -> KeyUnwrapper:
        """In memory."""
        return KeyUnwrapper(self.key, self.certificate)

    def openssl(self, folder: Path, p7m: bytes) -> subprocess.CompletedProcess[bytes]:
        """Plain ``openssl cms -decrypt``."""
        (folder / "keys.p7m").write_bytes(p7m)
        (folder / "key.pem").write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        loaded = x509.load_der_x509_certificate(self.certificate)
        (folder / "cert.pem").write_bytes(loaded.public_bytes(serialization.Encoding.PEM))
        command = (
            "openssl cms -decrypt -binary -inform DER -in keys.p7m -inkey key.pem -recip cert.pem"
        )
        return subprocess.run(command.split(), cwd=folder, capture_output=True, check=False)


def holder(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, number: int = 1) -> Holder:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"收文 {number}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1000 + number)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    return Holder(key, certificate.public_bytes(serialization.Encoding.DER))


EC = holder(ec.generate_private_key(ec.SECP256R1()), 1)
RSA = holder(rsa.generate_private_key(65537, 2048), 2)
STRANGER = holder(ec.generate_private_key(ec.SECP256R1()), 3)


def declared(who: Holder, wrap: WrapProfile | None) -> BodyCertificate:
    return BodyCertificate(usage="encrypt", certificate=who.certificate, wrap=wrap)


def wrapped(*certificates: BodyCertificate | bytes) -> bytes:
    return wrap_secret(
        SECRET, certificates or (EC.certificate, RSA.certificate), randomness=system_randomness
    )


@pytest.mark.parametrize("who", [EC, RSA], ids=["ec", "rsa"])
def test_a_capsule_opens_with_plain_openssl(who: Holder, tmp_path: Path) -> None:
    assert SECRET == who.openssl(tmp_path, wrapped()).stdout


@pytest.mark.parametrize("profile", ["oaep-sha1", "oaep-sha256"])
def test_both_oaep_profiles_open_with_openssl_and_here(
    profile: WrapProfile, tmp_path: Path
) -> None:
    p7m = wrapped(declared(RSA, profile))

    assert SECRET == RSA.openssl(tmp_path, p7m).stdout
    assert SECRET == unwrap_secret(p7m, RSA.unwrapper)


def test_openssl_refuses_an_altered_capsule(tmp_path: Path) -> None:
    p7m = wrapped()
    altered = p7m[:-1] + bytes((p7m[-1] ^ 1,))

    assert EC.openssl(tmp_path, altered).returncode != 0


@pytest.mark.parametrize("who", [EC, RSA], ids=["ec", "rsa"])
def test_a_capsule_opens_with_each_of_its_keys(who: Holder) -> None:
    assert SECRET == unwrap_secret(wrapped(), who.unwrapper)


@pytest.mark.parametrize("body", ["340000.bgt", "340100.bgs"])
def test_a_capsule_opens_with_a_ukey(pilot: PilotWorld, body: str) -> None:
    p7m = wrapped(*[c for c in pilot.pilot.body_certificates(body) if c.usage == "encrypt"])

    assert SECRET == unwrap_secret(p7m, pilot.login(body))


def test_a_capsule_opens_with_an_rsa_ukey_that_knows_only_oaep_sha1(softhsm: SoftHsm) -> None:
    token = softhsm.new_token("rsa")
    token.login(Secret(PIN))
    key_ref, public = token.generate("encrypt", "rsa2048", "加密")
    certificate = on_behalf_of(serialization.load_der_public_key(public))
    token.store_certificate(key_ref, certificate, "加密")
    p7m = wrapped(BodyCertificate(usage="encrypt", certificate=certificate, wrap="oaep-sha1"))

    assert SECRET == unwrap_secret(p7m, token)


def on_behalf_of(public: object) -> bytes:
    """An encryption certificate of somebody else's key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "收文 RSA")])
    key = ec.generate_private_key(ec.SECP256R1())
    bits = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)  # type: ignore[arg-type] # loaded as any public key
        .serial_number(77)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2028, 1, 1, tzinfo=UTC))
        .add_extension(x509.KeyUsage(key_encipherment=True, **bits), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def test_a_key_it_was_not_wrapped_to_is_told_so() -> None:
    with pytest.raises(NotAddressed):
        unwrap_secret(wrapped(), STRANGER.unwrapper)


def test_another_key_under_a_recipient_s_certificate_does_not_open_it() -> None:
    with pytest.raises(CapsuleError):
        unwrap_secret(wrapped(), KeyUnwrapper(STRANGER.key, EC.certificate))
    with pytest.raises(CapsuleError):
        unwrap_secret(wrapped(), KeyUnwrapper(STRANGER.key, RSA.certificate))


def test_a_certificate_given_twice_is_wrapped_to_once() -> None:
    assert len(wrapped(EC.certificate)) == len(wrapped(EC.certificate, EC.certificate))


def test_twenty_recipients_make_a_capsule_of_a_few_kilobytes() -> None:
    many = [holder(ec.generate_private_key(ec.SECP256R1()), n).certificate for n in range(20)]

    assert len(wrapped(*many)) < 20 * 400


def test_every_altered_byte_is_refused_or_in_another_recipient_s_entry() -> None:
    p7m = wrapped(EC.certificate)
    for place in range(len(p7m)):
        altered = p7m[:place] + bytes((p7m[place] ^ 1,)) + p7m[place + 1 :]
        with pytest.raises(BadInput):
            unwrap_secret(altered, EC.unwrapper)


@pytest.mark.parametrize("cut", [0, 1, 20, 200])
def test_a_capsule_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(BadInput):
        unwrap_secret(wrapped()[:cut], EC.unwrapper)


def test_bytes_behind_a_capsule_are_refused() -> None:
    with pytest.raises(BadInput):
        unwrap_secret(wrapped() + b"\x00", EC.unwrapper)


def test_a_monstrous_capsule_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        unwrap_secret(bytes(9 << 20), EC.unwrapper)


@pytest.mark.parametrize("profile", ["oaep-sha1", "sm2"])
def test_a_profile_that_does_not_fit_the_key_is_refused(profile: WrapProfile) -> None:
    with pytest.raises(WeakAlgorithm):
        wrapped(declared(EC, profile))


def test_the_secret_is_in_no_byte_of_the_capsule() -> None:
    assert SECRET[:8] not in wrapped()
