"""SM2 keys: sign and verify over SM3 (GB/T 32918.2), encrypt and decrypt (GB/T 32918.4).

A signature is over e = SM3(Z || M), where Z binds the signer's identity, the curve and the public
key. The identity is the one constant that GB/T 35276 fixes for everybody. Z depends on the key
alone and is computed once a key; the library then signs the digest e, exactly as a UKEY does.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formats.digests import digest_bytes
from signing import der
from signing.errors import CapsuleError, SignatureInvalid, WeakAlgorithm
from signing.gm.provider import KeyHandle, provider

DEFAULT_ID: Final = b"1234567812345678"
"""GB/T 35276 10, GM/T 0009 10: the signer's identity where nothing else is agreed."""

CURVE: Final = "1.2.156.10197.1.301"
_EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"
COORDINATE: Final = 32
"""Bytes of a coordinate, of r and of s."""

POINT: Final = 1 + 2 * COORDINATE
_SPKI_HEAD: Final = der.sequence(der.oid(_EC_PUBLIC_KEY), der.oid(CURVE))
_CURVE_IN_Z: Final = bytes.fromhex(
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"  # a
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"  # b
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"  # G.x
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"  # G.y
)
"""GB/T 32918.5: the curve's parameters in the order in which Z takes them."""


@lru_cache(maxsize=4096)
def _z(point: bytes, identity: bytes) -> bytes:
    """Z, GB/T 32918.2 5.5."""
    length = (8 * len(identity)).to_bytes(2, "big")
    return digest_bytes(length + identity + _CURVE_IN_Z + point[1:], "GM")


def digest_for(point: bytes, data: bytes, *, identity: bytes = DEFAULT_ID) -> bytes:
    """What the key of that uncompressed ``point`` signs: e = SM3(Z || M), 32 bytes."""
    return digest_bytes(_z(point, identity) + data, "GM")


def der_of(r: int, s: int) -> bytes:
    """DER SEQUENCE {r, s}, GM/T 0009 7.3, as CMS carries it."""
    return der.sequence(der.integer(r), der.integer(s))


def raw_of(signature: bytes) -> bytes:
    """Both r and s, 32 bytes each, from the DER form. Raises `SignatureInvalid`."""
    try:
        r, s = (part.number() for part in der.read(signature).expect(der.SEQUENCE).children())
        return r.to_bytes(COORDINATE, "big") + s.to_bytes(COORDINATE, "big")
    except (der.NotDer, ValueError, OverflowError) as error:
        raise SignatureInvalid("SM2 signature form") from error


def from_raw(raw: bytes) -> bytes:
    """The DER form of r || s (64 bytes), as devices give it. Raises `SignatureInvalid`."""
    if len(raw) != 2 * COORDINATE:
        raise SignatureInvalid(f"{len(raw)} bytes of SM2 signature")
    r, s = raw[:COORDINATE], raw[COORDINATE:]
    return der_of(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


@lru_cache(maxsize=4096)
def _public_handle(point: bytes) -> KeyHandle | None:
    """The library's key of a point; ``None`` where the point is not on the curve."""
    return provider().load_public(_spki(point))


def _spki(point: bytes) -> bytes:
    return der.sequence(_SPKI_HEAD, der.encode(der.BIT_STRING, b"\x00", point))


@dataclass(frozen=True, slots=True)
class Sm2PublicKey:
    """A point on the curve, uncompressed: 04 || x || y. Made through `from_spki` or `of_point`."""

    point: bytes

    @classmethod
    def of_point(cls, point: bytes) -> "Sm2PublicKey":
        """The key of an uncompressed point. Raises `WeakAlgorithm` where it is none."""
        if len(point) != POINT or point[0] != 4 or _public_handle(point) is None:  # noqa: PLR2004 - SEC 1 2.3.3
            raise WeakAlgorithm("not a point of SM2", algorithm="SM2")
        return cls(point)

    @classmethod
    def from_spki(cls, spki: bytes) -> "Sm2PublicKey":
        """The key of a DER SubjectPublicKeyInfo. Raises `WeakAlgorithm` or `NotDer`."""
        try:
            algorithm, bits = der.read(spki).expect(der.SEQUENCE).children()
        except ValueError as error:
            raise WeakAlgorithm("SubjectPublicKeyInfo", algorithm="?") from error
        if algorithm.raw != _SPKI_HEAD:
            raise WeakAlgorithm("not on the curve of SM2", algorithm="?")
        body = bits.expect(der.BIT_STRING).body
        if body[:1] != b"\x00":
            raise WeakAlgorithm("unused bits", algorithm="SM2")
        return cls.of_point(body[1:])

    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo, RFC 5480 2 with the curve of GB/T 35275."""
        return _spki(self.point)

    def verify(self, signature: bytes, data: bytes, *, identity: bytes = DEFAULT_ID) -> None:
        """Check a DER signature over ``data``. Raises `SignatureInvalid`."""
        self.verify_digest(signature, digest_for(self.point, data, identity=identity))

    def verify_digest(self, signature: bytes, digest: bytes) -> None:
        """Check a DER signature over e. Raises `SignatureInvalid`."""
        if not provider().verify(self._handle(), digest, signature):
            raise SignatureInvalid("SM2 signature value")

    def encrypt(self, data: bytes) -> bytes:
        """DER SM2Cipher of a short secret, GM/T 0009 7.2. Raises `ValueError` for an empty one."""
        if not data:
            raise ValueError("nothing to encrypt")
        return provider().encrypt(self._handle(), data)

    def _handle(self) -> KeyHandle:
        handle = _public_handle(self.point)
        if handle is None:
            raise WeakAlgorithm("not a point of SM2", algorithm="SM2")
        return handle


class Sm2PrivateKey:
    """A private key in memory, from a file; a UKEY's key never becomes one."""

    __slots__ = ("_handle", "_public")

    def __init__(self, handle: KeyHandle) -> None:
        """From a handle of the provider; use `generate` or `from_pem`."""
        self._handle = handle
        self._public = Sm2PublicKey.from_spki(provider().spki(handle))

    def __repr__(self) -> str:
        return "Sm2PrivateKey()"

    @classmethod
    def generate(cls) -> "Sm2PrivateKey":
        """A fresh key; its randomness is the cryptographic library's own."""
        return cls(provider().generate())

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> "Sm2PrivateKey | None":
        """The key of PKCS#8 PEM; ``None`` where it is none of SM2 or the password is wrong."""
        handle = provider().load_private(pem, password)
        return None if handle is None else cls(handle)

    def to_pem(self, password: bytes | None = None) -> bytes:
        """PKCS#8 PEM, encrypted when a password is given."""
        return provider().private_pem(self._handle, password)

    def public_key(self) -> Sm2PublicKey:
        """Its public half."""
        return self._public

    def sign(self, data: bytes, *, identity: bytes = DEFAULT_ID) -> bytes:
        """DER signature over ``data``, hashed inside with Z."""
        return self.sign_digest(digest_for(self._public.point, data, identity=identity))

    def sign_digest(self, digest: bytes) -> bytes:
        """DER signature over e (32 bytes)."""
        if len(digest) != COORDINATE:
            raise ValueError("e is 32 bytes")
        return provider().sign(self._handle, digest)

    def decrypt(self, cipher: bytes) -> bytes:
        """The secret of a DER SM2Cipher. Raises `CapsuleError`."""
        try:
            der.read(cipher)  # the library passes over what follows the end
        except der.NotDer as error:
            raise CapsuleError("SM2") from error
        plain = provider().decrypt(self._handle, cipher)
        if plain is None:
            raise CapsuleError("SM2")
        return plain
