"""SM2 ciphertexts and key pairs as SKF devices take them."""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.effects import Randomness, system_randomness
from signing import der
from signing.errors import CapsuleError, NoRoom
from signing.gm.sm2 import COORDINATE, Sm2PrivateKey, Sm2PublicKey
from signing.keys import key_to_pem
from signing.tokens.session_key import BLOCK
from signing.tokens.skf_driver import Sm2Cipher

_MAX_CONTAINERS: Final = 100


@dataclass(frozen=True, slots=True)
class EnvelopedPair:
    """An encryption key pair on its way to a device (ENVELOPEDKEYBLOB)."""

    point: bytes
    encrypted: bytes = field(repr=False)
    """The private key under an SM4 key, ECB."""
    wrapped: Sm2Cipher
    """The SM4 key, encrypted to the device's signing key."""


def read_cipher(wrapped: bytes) -> Sm2Cipher:
    """The parts of a DER SM2Cipher (GM/T 0009 7.2). Raises `CapsuleError`."""
    try:
        x, y, digest, cipher = der.read(wrapped).expect(der.SEQUENCE).children()
        return Sm2Cipher(
            x.number().to_bytes(COORDINATE, "big"),
            y.number().to_bytes(COORDINATE, "big"),
            _sized(digest.expect(der.OCTET_STRING).body, COORDINATE),
            _sized(cipher.expect(der.OCTET_STRING).body, BLOCK),
        )
    except (der.NotDer, ValueError, OverflowError) as error:
        raise CapsuleError("SM2Cipher") from error


def enveloped_pair(
    signing: Sm2PublicKey, randomness: Randomness = system_randomness
) -> EnvelopedPair:
    """A fresh encryption key pair for the device with that signing key.

    What the key management of an authority does; here for pilots. The private key is in memory for
    that moment.
    """
    pair = Sm2PrivateKey.generate()
    key = randomness(BLOCK)
    cipher = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - GM/T 0016 6.4.10 demands ECB
    encrypted = cipher.update(_scalar(pair)) + cipher.finalize()
    return EnvelopedPair(pair.public_key().point, encrypted, read_cipher(signing.encrypt(key)))


def spki_of(point: bytes) -> bytes:
    """DER SubjectPublicKeyInfo. Raises `WeakAlgorithm` for what is no point of the curve."""
    return Sm2PublicKey.of_point(point).spki()


def new_container_name(label: str, taken: tuple[bytes, ...]) -> bytes:
    """A name of a container that is not there yet. Raises `NoRoom`."""
    stem = "".join(c for c in label if c.isascii() and c.isalnum())[:16] or "yidao"
    for place in range(1, _MAX_CONTAINERS):
        name = f"{stem}{place}".encode()
        if name not in taken:
            return name
    raise NoRoom(f"{_MAX_CONTAINERS} containers")


def _scalar(pair: Sm2PrivateKey) -> bytes:
    """The private number, from PKCS#8 (RFC 5208 5, RFC 5915 3)."""
    import base64  # noqa: PLC0415 - one place

    body = b"".join(key_to_pem(pair).split(b"\n")[1:-2])
    _, _, wrapped = der.read(base64.b64decode(body)).children()[:3]
    _, number = der.read(wrapped.expect(der.OCTET_STRING).body).children()[:2]
    return number.expect(der.OCTET_STRING).body.rjust(COORDINATE, b"\0")


def _sized(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise ValueError(size)
    return data
