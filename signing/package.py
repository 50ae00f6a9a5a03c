"""A package signed by its sender: CAdES over the ASiC manifest, EN 319 162-1."""

from collections.abc import Mapping
from datetime import datetime

from formats.package.archive import Package, build_package
from formats.package.manifest import Manifest
from signing import suites
from signing.cms import SignedContent, open_detached, sign_detached
from signing.errors import IssuerMismatch, SuiteMismatch
from signing.signer import Signer
from signing.trust.certs import owner_of


def sign_package(
    members: Mapping[str, tuple[str, bytes]], manifest: Manifest, signer: Signer, *, at: datetime
) -> bytes:
    """The package of `content_members`, signed by the manifest's sender.

    Raises `IssuerMismatch` where the signer is another body, `SuiteMismatch` where its key is of
    another suite than the manifest's, `PackageDamaged` where the manifest lists other parts, and a
    token's errors.
    """
    _check_sender(signer.certificate, manifest)
    used = suites.suite_of_key(signer.certificate).name
    if used != manifest.suite:
        raise SuiteMismatch(f"{manifest.suite} in {used}", declared=manifest.suite, used=used)
    return build_package(members, manifest, lambda asic: sign_detached(asic, signer, at=at))


def check_package_signature(package: Package) -> SignedContent:
    """The package's signature by the sender its manifest names.

    The certificate is not yet trusted. Raises `IssuerMismatch`, `SignatureInvalid`, `CmsRefused`.
    """
    signed = open_detached(package.signature, package.asic_manifest)
    _check_sender(signed.certificate, package.manifest)
    return signed


def _check_sender(certificate: bytes, manifest: Manifest) -> None:
    owner = owner_of(certificate)
    if (owner.kind, owner.id) != ("body", manifest.sender):
        raise IssuerMismatch(f"{owner.kind} {owner.id}", owner=owner.name, expected=manifest.sender)
