"""What may come along in a document's store, and what nobody known has made."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from formats.limits import MAX_DSS_UNKNOWN
from signing.keys import PrivateKey, generate_key
from signing.pilot.profiles import PROFILES, build_certificate, subject_name
from signing.seal.dss import ValidationData
from signing.trust.store import TrustStore
from signing.verdict.carried import unrelated
from tests.support.attacks import stranger
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands


@pytest.fixture(scope="module")
def anchored(pilot: PilotWorld) -> TrustStore:
    """A reader who knows the roots and nothing else."""
    return TrustStore(pilot.pilot.anchors)


def certificate(name: str, key: PrivateKey, issuer: bytes | None, by: PrivateKey) -> bytes:
    """A CA's certificate as any authority might issue it."""
    return build_certificate(
        PROFILES["root"],
        subject=subject_name(name, name, "安徽省"),
        public_key=key.public_key(),
        issuer=x509.load_der_x509_certificate(issuer) if issuer else None,
        issuer_key=by,
        issuer_id="root",
        serial=7,
        now=x509.load_der_x509_certificate(stranger().certificate).not_valid_before_utc
        + timedelta(days=1),
    )


def empty_list(name: str, key: PrivateKey, hands: Hands) -> bytes:
    """A revocation list without an entry, in any name."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(subject)
        .last_update(hands.now)
        .next_update(hands.now + timedelta(days=3))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_authorities_below_a_known_root_belong(pilot: PilotWorld, anchored: TrustStore) -> None:
    held = ValidationData(pilot.pilot.certificates(), pilot.pilot.crls())

    assert not unrelated(held, anchored)


def test_certificates_of_signers_belong(pilot: PilotWorld, anchored: TrustStore) -> None:
    signer = pilot.signer("340000.bgt").certificate

    assert not unrelated(ValidationData((signer, *pilot.pilot.certificates())), anchored)


def test_signer_without_the_authority_between_does_not_belong(
    pilot: PilotWorld, anchored: TrustStore
) -> None:
    assert unrelated(ValidationData((pilot.signer("340000.bgt").certificate,)), anchored)


def test_root_above_a_known_authority_belongs() -> None:
    above, between = generate_key(), generate_key()
    root = certificate("上级根", above, None, above)
    authority = certificate("本级", between, root, above)

    assert not unrelated(ValidationData((root,)), TrustStore((authority,)))


def test_stranger_does_not_belong(anchored: TrustStore) -> None:
    assert unrelated(ValidationData((stranger().certificate,)), anchored)


def test_stranger_in_the_name_of_a_known_issuer_does_not_belong(
    pilot: PilotWorld, anchored: TrustStore
) -> None:
    named = stranger("某机关", issuer=pilot.pilot.authority("root")).certificate

    assert unrelated(ValidationData((named,)), anchored)


def test_what_is_no_certificate_does_not_belong(anchored: TrustStore) -> None:
    assert unrelated(ValidationData((b"tomorrow's page",)), anchored)


def test_list_of_nobody_known_does_not_belong(pilot: PilotWorld, anchored: TrustStore) -> None:
    held = empty_list("某机关", generate_key(), Hands(pilot))

    assert unrelated(ValidationData(crls=(held,)), anchored)


def test_what_is_no_list_does_not_belong(anchored: TrustStore) -> None:
    assert unrelated(ValidationData(crls=(b"tomorrow's page",)), anchored)


def test_more_than_an_honest_store_holds_is_not_looked_at(anchored: TrustStore) -> None:
    held = tuple(b"%d" % number for number in range(MAX_DSS_UNKNOWN + 1))

    assert unrelated(ValidationData(crls=held), anchored)


def test_empty_store_holds_nothing_unknown(anchored: TrustStore) -> None:
    assert not unrelated(ValidationData(), anchored)
