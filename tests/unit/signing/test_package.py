"""The signature of a package: its sender's, over all of it, readable by openssl."""

import subprocess
from pathlib import Path

import pytest

from formats.effects import system_randomness
from formats.envelope.header import Recipient
from formats.ids import new_id
from formats.package.archive import Package, content_members, read_package
from formats.package.metadata import metadata_xml
from signing.errors import IssuerMismatch, SignatureInvalid, SuiteMismatch
from signing.package import check_package_signature, sign_package
from signing.trust.certs import to_pem
from tests.support.evidence import (
    ATTACHMENT,
    CITY,
    DOCUMENT,
    PDF,
    PROVINCE,
    manifest_for,
    now,
    package_for,
)
from tests.support.pki import PilotWorld

DISPATCH = new_id(now, system_randomness)
RECIPIENTS = (Recipient(consignment=new_id(now, system_randomness), body=CITY),)


@pytest.fixture
def package(pilot: PilotWorld) -> Package:
    return read_package(package_for(pilot, DISPATCH, RECIPIENTS))


def test_a_package_is_signed_by_its_sender(pilot: PilotWorld, package: Package) -> None:
    signed = check_package_signature(package)

    assert pilot.signer(PROVINCE).certificate == signed.certificate
    assert package.asic_manifest == signed.data


def test_another_body_cannot_sign_in_the_sender_s_name(pilot: PilotWorld) -> None:
    members = content_members(PDF, metadata_xml(DOCUMENT, identifier=DISPATCH), [ATTACHMENT])
    with pytest.raises(IssuerMismatch):
        sign_package(members, manifest_for(DISPATCH, RECIPIENTS), pilot.signer(CITY), at=now())


def test_a_key_of_another_suite_cannot_sign_what_the_manifest_says(gm_pilot: PilotWorld) -> None:
    members = content_members(PDF, metadata_xml(DOCUMENT, identifier=DISPATCH), [ATTACHMENT])
    with pytest.raises(SuiteMismatch):
        sign_package(
            members, manifest_for(DISPATCH, RECIPIENTS), gm_pilot.signer(PROVINCE), at=now()
        )


def test_a_package_signed_by_another_body_is_refused(pilot: PilotWorld, package: Package) -> None:
    from dataclasses import replace  # noqa: PLC0415 - to forge

    from signing.cms import sign_detached  # noqa: PLC0415 - to forge

    forged = sign_detached(package.asic_manifest, pilot.signer(CITY), at=now())
    with pytest.raises(IssuerMismatch) as raised:
        check_package_signature(replace(package, signature=forged))

    assert "不是所声明的“340000.bgt”" in raised.value.text()


def test_the_signature_of_another_package_is_refused(pilot: PilotWorld, package: Package) -> None:
    from dataclasses import replace  # noqa: PLC0415 - to forge

    other = read_package(package_for(pilot, new_id(now, system_randomness), RECIPIENTS))
    with pytest.raises(SignatureInvalid):
        check_package_signature(replace(package, signature=other.signature))


def test_openssl_verifies_the_signature(
    pilot: PilotWorld, package: Package, tmp_path: Path
) -> None:
    (tmp_path / "signature.p7s").write_bytes(package.signature)
    (tmp_path / "ASiCManifest.xml").write_bytes(package.asic_manifest)
    (tmp_path / "root.pem").write_bytes(b"".join(map(to_pem, pilot.anchors)))
    command = (
        "openssl cms -verify -binary -inform DER -in signature.p7s -content ASiCManifest.xml"
        " -CAfile root.pem -purpose any -out /dev/null"
    )
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)

    assert 0 == done.returncode, done.stderr
