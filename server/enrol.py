"""Enrolment: a node's settings and keys, and the file it hands to whoever builds the directory."""

from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from formats.canonical import Value, from_bytes
from formats.effects import Randomness
from formats.ids import NodeId
from formats.limits import MAX_CONFIG_BYTES
from server.config import DataFolder, Settings, make_keys, save_settings
from server.errors import NotSetUp
from signing.keys import generate_key, key_to_pem, load_key, write_private
from signing.trust.certs import OWNER_PREFIX


class Enrolment(Value, frozen=True, kw_only=True):
    """What the directory must say of a node."""

    node: NodeId
    name: str
    url: str
    log_key: bytes
    """Raw Ed25519 public key of its log."""
    certificate: bytes | None
    """DER of its certificate, when it has one."""
    request: str | None
    """PKCS#10 in PEM, when it still needs one."""


def enrol(folder: DataFolder, settings: Settings, name: str, randomness: Randomness) -> Enrolment:
    """Write the settings, make what keys are missing, and say what to enrol."""
    _, log_key = make_keys(folder, randomness)
    save_settings(folder, settings)
    certificate = _certificate(folder)
    return Enrolment(
        node=settings.node,
        name=name,
        url=settings.url,
        log_key=log_key.public,
        certificate=certificate,
        request=None if certificate else _request(folder, settings.node, name),
    )


def read_enrolment(path: Path) -> Enrolment:
    """An enrolment file. Raises a `BadInput`."""
    return from_bytes(Enrolment, path.read_bytes(), limit=MAX_CONFIG_BYTES)


def changed(settings: Settings, **values: object) -> Settings:
    """The settings with those values that are given (not ``None``)."""
    return msgspec.structs.replace(
        settings, **{name: value for name, value in values.items() if value is not None}
    )


def _certificate(folder: DataFolder) -> bytes | None:
    path = folder / "node.pem"
    if not path.exists():
        return None
    try:
        leaf = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except ValueError as error:
        raise NotSetUp("node.pem", what="node.pem", how=str(path)) from error
    return leaf.public_bytes(serialization.Encoding.DER)


def _request(folder: DataFolder, node: NodeId, name: str) -> str:
    """A certificate request for the node's key, made when there is none."""
    path = folder / "node.key"
    if not path.exists():
        write_private(path, key_to_pem(generate_key()))
    key = load_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotSetUp("node.key", what="P-256", how=str(path))
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    owner = x509.UniformResourceIdentifier(f"{OWNER_PREFIX}node:{node}")
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(x509.SubjectAlternativeName([owner]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = request.public_bytes(serialization.Encoding.PEM)
    (folder / "node.csr").write_bytes(pem)
    return pem.decode("ascii")
