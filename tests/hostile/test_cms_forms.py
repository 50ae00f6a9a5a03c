"""CMS in every form that is not the one accepted: each ends in a coded error."""

import random  # noqa: TID251 - seeded mutations
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from formats.errors import TooLarge, YidaoError
from signing import cms, der
from signing.errors import CmsRefused, SignatureInvalid, WeakAlgorithm
from signing.keys import KeySigner, PrivateKey, generate_key, key_to_pem
from signing.timestamp import parse_request, token_of
from signing.trust.certs import to_pem

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
DATA = b"content"


def self_signed(key: PrivateKey, name: str = "signer") -> KeySigner:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return KeySigner(key, certificate.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module")
def signer() -> KeySigner:
    return self_signed(generate_key())


@pytest.fixture(scope="module")
def signed(signer: KeySigner) -> bytes:
    return cms.sign_attached(DATA, signer, at=AT)


def openssl_signed(folder: Path, signer: KeySigner, *options: str) -> bytes:
    (folder / "data").write_bytes(DATA)
    (folder / "cert.pem").write_bytes(to_pem(signer.certificate))
    (folder / "key.pem").write_bytes(key_to_pem(signer._key))
    command = ["openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER"]
    command += ["-in", "data", "-signer", "cert.pem", "-inkey", "key.pem", "-out", "x.p7m"]
    subprocess.run([*command, *options], cwd=folder, check=True, capture_output=True)
    return (folder / "x.p7m").read_bytes()


def fault_of(data: bytes) -> str:
    with pytest.raises(CmsRefused) as caught:
        cms.open_attached(data)
    assert "{" not in caught.value.text()
    return caught.value.fault


def altered(signed: bytes, change: object) -> bytes:
    """The CMS after ``change`` worked on its parsed SignedData."""
    info = asn1.ContentInfo.load(signed)
    change(info["content"])  # type: ignore[operator]  # a callable of asn1crypto values
    return bytes(info.dump(force=True))


def test_ber_with_indefinite_lengths_is_refused(signer: KeySigner, tmp_path: Path) -> None:
    streamed = openssl_signed(tmp_path, signer, "-stream", "-cades", "-md", "sha256")
    assert streamed[1] == 0x80

    with pytest.raises(der.NotDer):
        cms.open_attached(streamed)


@pytest.mark.parametrize("tail", [b"\0", b"\x30\x00", b"trailing"])
def test_trailing_bytes_are_refused(signed: bytes, tail: bytes) -> None:
    with pytest.raises(der.NotDer):
        cms.open_attached(signed + tail)


@pytest.mark.parametrize("cut", [0, 1, 2, 50, -1])
def test_a_cut_cms_is_refused(signed: bytes, cut: int) -> None:
    with pytest.raises(der.NotDer):
        cms.open_attached(signed[:cut])


def test_a_padded_length_is_refused(signed: bytes) -> None:
    assert b"\x30\x82" == signed[:2]

    with pytest.raises(der.NotDer):
        cms.open_attached(b"\x30\x83\x00" + signed[2:])


def test_two_signers_are_refused(signed: bytes) -> None:
    def twice(content: asn1.SignedData) -> None:
        content["signer_infos"].append(content["signer_infos"][0].copy())

    assert "signer-count" == fault_of(altered(signed, twice))


def test_no_signer_is_refused(signed: bytes) -> None:
    def none(content: asn1.SignedData) -> None:
        content["signer_infos"] = asn1.SignerInfos([])

    assert "signer-count" == fault_of(altered(signed, none))


def test_a_signature_without_signed_attributes_is_refused(
    signer: KeySigner, tmp_path: Path
) -> None:
    assert "no-signed-attributes" == fault_of(openssl_signed(tmp_path, signer, "-noattr"))


def test_a_signature_without_signing_certificate_attribute_is_refused(
    signer: KeySigner, tmp_path: Path
) -> None:
    assert "attributes" == fault_of(openssl_signed(tmp_path, signer, "-md", "sha256"))


def test_another_content_type_is_refused(signer: KeySigner) -> None:
    other = cms.sign_attached(DATA, signer, at=AT, content_type="1.2.3.4")

    assert "content-type" == fault_of(other)


def test_a_content_type_changed_outside_the_signature_is_refused(signed: bytes) -> None:
    def change(content: asn1.SignedData) -> None:
        content["encap_content_info"]["content_type"] = "digested_data"

    assert fault_of(altered(signed, change)) in {"content-type", "structure"}


def test_a_detached_signature_is_not_taken_for_an_attached_one(signer: KeySigner) -> None:
    assert "no-content" == fault_of(cms.sign_detached(DATA, signer, at=AT))


def test_content_smuggled_into_a_detached_signature_is_refused(signed: bytes) -> None:
    with pytest.raises(CmsRefused) as caught:
        cms.open_detached(signed, DATA)

    assert "content-present" == caught.value.fault


def test_another_certificate_of_the_same_key_is_refused(signer: KeySigner) -> None:
    """A signer's certificate cannot be swapped for one with other rights; RFC 5035 5.4."""
    other = self_signed(signer._key, "somebody else")
    signed = cms.sign_attached(DATA, signer, at=AT)

    def swap(content: asn1.SignedData) -> None:
        content["certificates"] = [asn1.CertificateChoices.load(other.certificate)]
        named = asn1.IssuerAndSerialNumber.load(cms.issuer_and_serial(other.certificate))
        content["signer_infos"][0]["sid"] = asn1.SignerIdentifier(
            {"issuer_and_serial_number": named}
        )

    assert "certificate" == fault_of(altered(signed, swap))


def test_a_cms_without_certificates_is_refused(signed: bytes) -> None:
    def strip(content: asn1.SignedData) -> None:
        content["certificates"] = None

    assert "certificate" == fault_of(altered(signed, strip))


def test_sha1_is_refused_as_weak(signer: KeySigner, tmp_path: Path) -> None:
    with pytest.raises(WeakAlgorithm):
        cms.open_attached(openssl_signed(tmp_path, signer, "-md", "sha1", "-cades"))


def test_an_algorithm_swapped_outside_the_signature_is_refused(signed: bytes) -> None:
    def swap(content: asn1.SignedData) -> None:
        content["signer_infos"][0]["signature_algorithm"]["algorithm"] = "sha384_ecdsa"

    assert "algorithm" == fault_of(altered(signed, swap))


def test_a_signature_by_another_key_is_refused(signer: KeySigner) -> None:
    class Impostor(KeySigner):
        def sign(self, data: bytes) -> bytes:
            return self_signed(generate_key()).sign(data)

    forged = cms.sign_attached(DATA, Impostor(signer._key, signer.certificate), at=AT)

    with pytest.raises(SignatureInvalid):
        cms.open_attached(forged)


def test_too_many_certificates_are_refused(signer: KeySigner) -> None:
    chain = [self_signed(generate_key(), str(n)).certificate for n in range(20)]
    crowded = KeySigner(signer._key, signer.certificate, chain)

    with pytest.raises(TooLarge):
        cms.open_attached(cms.sign_attached(DATA, crowded, at=AT))


def test_deep_nesting_is_refused() -> None:
    deep = b""
    for _ in range(200):
        deep = der.sequence(deep)

    with pytest.raises(der.NotDer):
        cms.open_attached(deep)


def test_random_damage_ends_in_coded_errors(signed: bytes) -> None:
    source = random.Random(5652)  # noqa: S311 - seeded mutations
    for _ in range(3000):
        broken = bytearray(signed)
        for _ in range(source.randint(1, 4)):
            place = source.randrange(len(broken))
            match source.randrange(3):
                case 0:
                    broken[place] = source.randrange(256)
                case 1:
                    del broken[place : place + source.randint(1, 9)]
                case _:
                    broken[place:place] = source.randbytes(source.randint(1, 9))
        for door in (cms.open_attached, token_of, parse_request):
            with suppress(YidaoError):
                door(bytes(broken))
