"""Keys in files: what nodes, the time-stamp authority and the pilot CA sign with.

A key file is PKCS#8 PEM, mode 0600, with or without a password. UKEY keys never come here: they
stay on the token (`signing.tokens`).
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, overload

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from formats.errors import BadInput
from formats.i18n import mark
from signing import suites
from signing.gm.errors import GmUnavailable
from signing.gm.sm2 import Sm2PrivateKey
from signing.signer import SignatureAlgorithm

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | Sm2PrivateKey
KeyKind = Literal["p256", "rsa2048", "rsa3072", "sm2"]


class KeyFileBad(BadInput):
    """A key file that cannot be read: damaged, another password, or an unsupported kind."""

    code = "signing.key-file"
    happened = mark("密钥文件“{name}”无法使用：文件损坏、口令不符或算法不受支持。")
    safe = mark("没有进行任何签名，密钥文件没有改动。")
    advice = mark("请核对密钥文件和口令；必要时从备份恢复。")


class KeyPairMismatch(BadInput):
    """The certificate speaks for another key."""

    code = "signing.key-mismatch"
    happened = mark("密钥与证书不配对。")
    safe = mark("没有进行任何签名。")
    advice = mark("请核对密钥文件和证书是否为同一次签发。")


@overload
def generate_key(kind: Literal["p256"] = "p256") -> ec.EllipticCurvePrivateKey: ...
@overload
def generate_key(kind: Literal["sm2"]) -> Sm2PrivateKey: ...
@overload
def generate_key(kind: KeyKind) -> PrivateKey: ...
def generate_key(kind: KeyKind = "p256") -> PrivateKey:
    """A fresh private key; its randomness is the cryptographic library's own."""
    if kind == "sm2":
        return Sm2PrivateKey.generate()
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def public_der(key: PrivateKey) -> bytes:
    """DER SubjectPublicKeyInfo of a private key."""
    if isinstance(key, Sm2PrivateKey):
        return key.public_key().spki()
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def key_to_pem(key: PrivateKey, password: bytes | None = None) -> bytes:
    """PKCS#8 PEM, encrypted when a password is given."""
    if isinstance(key, Sm2PrivateKey):
        return key.to_pem(password)
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        protection = serialization.BestAvailableEncryption(password)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    )


def key_from_pem(pem: bytes, password: bytes | None = None, *, name: str = "?") -> PrivateKey:
    """A P-256, RSA or SM2 private key. Raises `KeyFileBad`."""
    try:
        key = serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        sm2 = _sm2_from_pem(pem, password)
        if sm2 is None:
            raise KeyFileBad(type(error).__name__, name=name) from None
        return sm2
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1":
        return key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= suites.MIN_RSA_BITS:
        return key
    raise KeyFileBad("kind of key", name=name)


def _sm2_from_pem(pem: bytes, password: bytes | None) -> Sm2PrivateKey | None:
    """The SM2 key, which the library above does not know; without libcrypto there is none."""
    try:
        return Sm2PrivateKey.from_pem(pem, password)
    except GmUnavailable:
        return None


def write_private(path: Path, data: bytes) -> None:
    """Write a file only its owner may read: whole or not at all, and durable on return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    with suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def load_key(path: Path, password: bytes | None = None) -> PrivateKey:
    """The key in a file. Raises `KeyFileBad`."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyFileBad(str(error.strerror), name=path.name) from error
    return key_from_pem(pem, password, name=path.name)


def load_signer(
    key_path: Path, certificate_path: Path, password: bytes | None = None
) -> "KeySigner":
    """The key of a file with its certificate and chain, PEM, leaf first.

    Raises `KeyFileBad` or `KeyPairMismatch`.
    """
    try:
        loaded = x509.load_pem_x509_certificates(certificate_path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFileBad(str(error), name=certificate_path.name) from error
    leaf, *chain = (c.public_bytes(serialization.Encoding.DER) for c in loaded)
    return KeySigner(load_key(key_path, password), leaf, chain)


class KeySigner:
    """A `Signer` whose key is in memory, from a file."""

    def __init__(
        self,
        key: PrivateKey | bytes,
        certificate: bytes,
        chain: Sequence[bytes] = (),
        *,
        password: bytes | None = None,
    ) -> None:
        """``key`` is an object or PKCS#8 PEM. Raises `KeyFileBad` or `KeyPairMismatch`."""
        self._key = key_from_pem(key, password) if isinstance(key, bytes) else key
        self._certificate = certificate
        self._chain = tuple(chain)
        spoken_for = suites.public_key(certificate)
        if spoken_for != self._key.public_key():
            raise KeyPairMismatch
        self._algorithm = suites.algorithm_of(certificate)

    def __repr__(self) -> str:
        return f"KeySigner({self._algorithm})"

    @property
    def certificate(self) -> bytes:
        """DER of the signer's certificate."""
        return self._certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the issuing certificates, nearest first, the root left out."""
        return self._chain

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How `sign` signs."""
        return self._algorithm

    def sign(self, data: bytes) -> bytes:
        """The signature over ``data`` as CMS carries it."""
        if isinstance(self._key, Sm2PrivateKey):
            return self._key.sign(data)
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
