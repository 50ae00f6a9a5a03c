"""Session keys that a token has given out, and SM4-GCM on nothing but a block cipher.

Most tokens cannot do GCM: GM/T 0016 knows ECB, CBC, CFB, OFB and a MAC. GCM (NIST SP 800-38D) is
counter mode and one authenticator, and both ask the key only to encrypt single blocks. `open_gcm`
therefore opens a standard capsule with a key that stays on the device: the device encrypts the
counters and the zero block in ECB mode; the authenticator is computed here, from a value that opens
nothing.
"""

import hmac
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_DECRYPT_BYTES
from signing.errors import CapsuleError, KeyStays
from signing.tokens.base import Secret

BLOCK: Final = 16
"""Bytes of an SM4 block and of an SM4 key."""

NONCE: Final = 12
TAG: Final = 16
_REDUCTION: Final = 0xE1 << 120
"""NIST SP 800-38D 6.3: R, the polynomial of the field, its bits reflected."""

EcbEncrypt = Callable[[bytes], bytes]
"""Encrypts whole blocks, each by itself."""


class KnownKey:
    """A `SessionKey` whose bytes are here, in memory."""

    def __init__(self, key: bytes) -> None:
        """Raises `CapsuleError` for a key that is not SM4's 16 bytes."""
        if len(key) != BLOCK:
            raise CapsuleError(f"a session key of {len(key)} bytes")
        self._key = Secret(key)

    def __repr__(self) -> str:
        return "KnownKey()"

    def decrypt_gcm(self, nonce: bytes, ciphertext: bytes, tag: bytes, aad: bytes = b"") -> bytes:
        """See `SessionKey.decrypt_gcm`."""
        check_sizes(nonce, ciphertext, tag)
        cipher = Cipher(algorithms.SM4(self.reveal()), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(aad)
        try:
            return cipher.update(ciphertext) + cipher.finalize()
        except InvalidTag as error:
            raise CapsuleError("tag") from error

    def reveal(self) -> bytes:
        """The key. Raises `KeyStays` once it is closed."""
        key = self._key.reveal()
        if not key:
            raise KeyStays("closed")
        return key

    def close(self) -> None:
        """Wipe it."""
        self._key.wipe()


def check_sizes(nonce: bytes, ciphertext: bytes, tag: bytes) -> None:
    """Raise `CapsuleError` or `TooLarge` for what no capsule of ours has."""
    if len(nonce) != NONCE or len(tag) != TAG:
        raise CapsuleError("nonce or tag")
    if len(ciphertext) > MAX_TOKEN_DECRYPT_BYTES:
        raise TooLarge("for a token", limit=MAX_TOKEN_DECRYPT_BYTES)


def open_gcm(
    encrypt: EcbEncrypt, nonce: bytes, ciphertext: bytes, tag: bytes, aad: bytes = b""
) -> bytes:
    """GCM (NIST SP 800-38D 7.2) with a key that only encrypts blocks: one call of ``encrypt``.

    Raises as `SessionKey.decrypt_gcm`, and whatever ``encrypt`` raises.
    """
    check_sizes(nonce, ciphertext, tag)
    count = -(-len(ciphertext) // BLOCK)
    counters = b"".join(nonce + place.to_bytes(4, "big") for place in range(1, count + 2))
    answer = encrypt(bytes(BLOCK) + counters)
    if len(answer) != BLOCK * (count + 2):
        raise CapsuleError("blocks")
    hash_key, mask, stream = answer[:BLOCK], answer[BLOCK : 2 * BLOCK], answer[2 * BLOCK :]
    expected = _xor(mask, _ghash(hash_key, aad, ciphertext))
    if not hmac.compare_digest(expected, tag):
        raise CapsuleError("tag")
    return _xor(stream[: len(ciphertext)], ciphertext)


def _ghash(hash_key: bytes, aad: bytes, ciphertext: bytes) -> bytes:
    """NIST SP 800-38D 6.4 over the padded parts and their lengths in bits."""
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    padded = b"".join(part + bytes(-len(part) % BLOCK) for part in (aad, ciphertext)) + lengths
    table = _multiples(int.from_bytes(hash_key, "big"))
    state = 0
    for place in range(0, len(padded), BLOCK):
        state ^= int.from_bytes(padded[place : place + BLOCK], "big")
        product = 0
        for position in range(BLOCK):
            product ^= table[position][state >> 8 * position & 0xFF]
        state = product
    return state.to_bytes(BLOCK, "big")


def _multiples(hash_key: int) -> list[list[int]]:
    """The hash key times every value of every byte of a block."""
    powers = [hash_key]
    for _ in range(8 * BLOCK - 1):
        powers.append(powers[-1] >> 1 ^ (_REDUCTION if powers[-1] & 1 else 0))
    powers.reverse()  # the lowest bit of an integer is the highest power, SP 800-38D 6.3
    table = []
    for byte in range(BLOCK):
        row = [0] * 256
        for value in range(1, 256):
            low = value & -value
            row[value] = row[value ^ low] ^ powers[8 * byte + low.bit_length() - 1]
        table.append(row)
    return table


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")
