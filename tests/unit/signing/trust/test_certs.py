import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing.pilot import Pilot, issue_neighbour, issue_tls
from signing.trust.certs import (
    CertificateBad,
    Owner,
    chain_of,
    issuer_name_of,
    key_usage_of,
    owner_of,
    serial_of,
    to_pem,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def ending_in_a_zero_bit() -> bytes:
    """A certificate whose signature ends in a zero bit, as every second one does."""
    while (der := with_uris())[-1] & 1:
        pass
    return der


def with_uris(*uris: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "某单位")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xABC)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    if uris:
        names = [x509.UniformResourceIdentifier(uri) for uri in uris]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_the_owner_is_read_from_the_uri_not_from_the_name() -> None:
    body = with_uris("https://example.invalid/", "urn:yidao:body:340000.bgt")

    assert Owner("body", "340000.bgt", "某单位") == owner_of(body)
    assert Owner("node", "340000", "某单位") == owner_of(with_uris("urn:yidao:node:340000"))
    assert Owner("other", "", "某单位") == owner_of(with_uris())


def test_a_certificate_of_two_owners_is_refused() -> None:
    with pytest.raises(CertificateBad):
        owner_of(with_uris("urn:yidao:body:340000.bgt", "urn:yidao:body:340100.bgs"))


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"garbage"])
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    with pytest.raises(CertificateBad):
        owner_of(data)


def test_a_certificate_is_described() -> None:
    certificate = with_uris()

    assert ("ABC", "某单位", "other") == (
        serial_of(certificate),
        issuer_name_of(certificate),
        key_usage_of(certificate),
    )
    assert to_pem(certificate).startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_chain_is_gathered_nearest_first_without_the_root(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", lambda: NOW, os.urandom)
    tls = issue_tls(pki, tmp_path).certificate
    foreign = issue_neighbour(pki, "320000.bgt", "江苏省人民政府办公厅", tmp_path)
    known = (pki.root, pki.authority("neighbour"), *pki.certificates())

    assert (pki.authority("province"),) == chain_of(tls, known)
    assert foreign.chain == chain_of(foreign.certificate, known)
    assert () == chain_of(pki.root, known)


def test_a_signature_has_one_encoding_only() -> None:
    der = ending_in_a_zero_bit()
    signature = x509.load_der_x509_certificate(der).signature
    count = len(der) - len(signature) - 1
    other = der[:count] + b"\x01" + der[count + 1 :]

    assert x509.load_der_x509_certificate(other).signature
    with pytest.raises(CertificateBad):
        to_pem(other)
