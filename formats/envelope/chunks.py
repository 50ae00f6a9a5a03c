"""The two ciphers of a stream: AES-256-GCM under INTL, SM4-GCM under GM, a chunk at a time.

Both derive their key and the commitment to it from the stream's 32 bytes by HKDF (RFC 5869) over
the suite's own hash, and write into memory that the caller keeps, so that a stream of any length
passes through the same few buffers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from formats.directory import Suite

KEY_BYTES: Final = 32
"""Of what a stream's key is derived from, in either suite."""
TAG_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32


class ChunkCipher(Protocol):
    """Seals and opens chunks under one key; ``out`` has the room that the method says."""

    def seal(self, nonce: bytes, plain: memoryview, out: memoryview) -> None:
        """Ciphertext and tag into ``out``, which is `TAG_BYTES` longer than ``plain``."""

    def open(self, nonce: bytes, sealed: memoryview, out: memoryview) -> None:
        """The plain bytes into the start of ``out``, which is as long as ``sealed``.

        Raises `InvalidTag`; what then lies in ``out`` is not authentic and not to be used.
        """


class _Aes256Gcm:
    """NIST SP 800-38D with a 256-bit key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, nonce: bytes, plain: memoryview, out: memoryview) -> None:
        """See `ChunkCipher`."""
        self._cipher.encrypt_into(nonce, plain, None, out)

    def open(self, nonce: bytes, sealed: memoryview, out: memoryview) -> None:
        """See `ChunkCipher`."""
        self._cipher.decrypt_into(nonce, sealed, None, out[: len(sealed) - TAG_BYTES])


class _Sm4Gcm:
    """SM4 (GB/T 32907) in the same mode (RFC 8998 3.2); its key has 128 bits."""

    def __init__(self, key: bytes) -> None:
        self._cipher = SM4(key)

    def seal(self, nonce: bytes, plain: memoryview, out: memoryview) -> None:
        """See `ChunkCipher`."""
        # The library wants room for a block more than it writes; the place of the tag is that.
        sealing = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        sealing.update_into(plain, out)
        sealing.finalize()
        out[-TAG_BYTES:] = sealing.tag

    def open(self, nonce: bytes, sealed: memoryview, out: memoryview) -> None:
        """See `ChunkCipher`."""
        tag = bytes(sealed[-TAG_BYTES:])
        opening = Cipher(self._cipher, modes.GCM(nonce, tag)).decryptor()
        opening.update_into(sealed[:-TAG_BYTES], out)
        opening.finalize()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a suite means for a stream."""

    version: int
    """In the header of the stream, so that one suite's is never taken for the other's."""
    key_bytes: int
    hash: Callable[[], hashes.HashAlgorithm]
    cipher: Callable[[bytes], ChunkCipher]

    def derive(self, key: bytes, info: bytes, size: int) -> bytes:
        """HKDF without salt; RFC 5869."""
        return HKDF(algorithm=self.hash(), length=size, salt=None, info=info).derive(key)

    def keys(self, key: bytes) -> tuple[ChunkCipher, bytes]:
        """The cipher of the chunks and the commitment to the key, from one derivation."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a stream key has {KEY_BYTES} bytes")
        info = f"yidao stream v{self.version}".encode()
        derived = self.derive(key, info, self.key_bytes + COMMITMENT_BYTES)
        return self.cipher(derived[: self.key_bytes]), derived[self.key_bytes :]


PROFILES: Final[Mapping[Suite, Profile]] = {
    "INTL": Profile(version=1, key_bytes=32, hash=hashes.SHA256, cipher=_Aes256Gcm),
    "GM": Profile(version=2, key_bytes=16, hash=hashes.SM3, cipher=_Sm4Gcm),
}
