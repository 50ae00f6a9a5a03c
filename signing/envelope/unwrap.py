"""Who can open a capsule: a UKEY or a key file, behind one small protocol."""

from typing import Protocol, runtime_checkable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.errors import CapsuleError, KeyMissing
from signing.gm.sm2 import Sm2PrivateKey
from signing.keys import PrivateKey
from signing.tokens.base import OaepMechanism, SessionKey, Token
from signing.tokens.session_key import KnownKey


@runtime_checkable
class Unwrapper(Protocol):
    """Private encryption keys that can be used, named by their certificates."""

    def encryption_certificates(self) -> tuple[bytes, ...]:
        """DER of each certificate whose key is here."""

    def agree_for(self, certificate: bytes, peer_point: bytes) -> bytes:
        """Raw ECDH x coordinate with an uncompressed P-256 point. Raises `CapsuleError`."""

    def decrypt_for(self, certificate: bytes, mechanism: OaepMechanism, data: bytes) -> bytes:
        """RSA-OAEP. Raises `CapsuleError`."""

    def unwrap_for(self, certificate: bytes, wrapped: bytes) -> SessionKey:
        """The SM4 key of a DER SM2Cipher (GM/T 0009 7.2). Raises `CapsuleError`."""


class TokenUnwrapper:
    """The encryption keys of a UKEY that is logged in."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def encryption_certificates(self) -> tuple[bytes, ...]:
        """See `Unwrapper`."""
        return tuple(c.der for c in self._token.certificates() if c.usage == "encrypt")

    def agree_for(self, certificate: bytes, peer_point: bytes) -> bytes:
        """See `Unwrapper`."""
        return self._token.agree(self._key_ref(certificate), peer_point)

    def decrypt_for(self, certificate: bytes, mechanism: OaepMechanism, data: bytes) -> bytes:
        """See `Unwrapper`."""
        return self._token.decrypt(self._key_ref(certificate), mechanism, data)

    def unwrap_for(self, certificate: bytes, wrapped: bytes) -> SessionKey:
        """See `Unwrapper`."""
        return self._token.unwrap(self._key_ref(certificate), "sm2", wrapped)

    def _key_ref(self, certificate: bytes) -> str:
        for entry in self._token.certificates():
            if entry.der == certificate:
                return entry.key_ref
        raise KeyMissing("pulled or changed between two calls")


class KeyUnwrapper:
    """One encryption key in memory, from a file: a recovery key, or a test's."""

    def __init__(self, key: PrivateKey, certificate: bytes) -> None:
        self._key = key
        self._certificate = certificate

    def encryption_certificates(self) -> tuple[bytes, ...]:
        """See `Unwrapper`."""
        return (self._certificate,)

    def agree_for(self, certificate: bytes, peer_point: bytes) -> bytes:
        """See `Unwrapper`."""
        del certificate  # there is one
        if not isinstance(self._key, ec.EllipticCurvePrivateKey):
            raise CapsuleError("not a P-256 key")
        try:
            peer = ec.EllipticCurvePublicKey.from_encoded_point(self._key.curve, peer_point)
        except ValueError as error:
            raise CapsuleError("point") from error
        return self._key.exchange(ec.ECDH(), peer)

    def decrypt_for(self, certificate: bytes, mechanism: OaepMechanism, data: bytes) -> bytes:
        """See `Unwrapper`."""
        del certificate  # there is one
        if not isinstance(self._key, rsa.RSAPrivateKey):
            raise CapsuleError("not an RSA key")
        try:
            return self._key.decrypt(data, oaep(mechanism))
        except ValueError as error:
            raise CapsuleError("OAEP") from error

    def unwrap_for(self, certificate: bytes, wrapped: bytes) -> SessionKey:
        """See `Unwrapper`."""
        del certificate  # there is one
        if not isinstance(self._key, Sm2PrivateKey):
            raise CapsuleError("not an SM2 key")
        return KnownKey(self._key.decrypt(wrapped))


def oaep(mechanism: OaepMechanism) -> padding.OAEP:
    """The padding of a declared profile; RFC 8017 7.1 with MGF1 over the same hash."""
    digest = hashes.SHA256() if mechanism == "oaep-sha256" else hashes.SHA1()  # noqa: S303 - OAEP rests on no collision resistance; many tokens know nothing else
    return padding.OAEP(mgf=padding.MGF1(digest), algorithm=digest, label=None)


def unwrapper_of(holder: Token | Unwrapper) -> Unwrapper:
    """Itself, or the unwrapper of a token."""
    return holder if isinstance(holder, Unwrapper) else TokenUnwrapper(holder)
