"""The one seam to a library that computes SM2, and the self-test that it must pass first.

A provider works on digests: what is hashed, with which identity, is said in `signing.gm.sm2`, so
that software, a UKEY by PKCS#11 and one by SKF all sign the same thing. A buyer with a certified
library puts it in here.
"""

from functools import cache
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.digests import digest_bytes
from signing.gm.errors import GmSelfTestFailed


class KeyHandle(Protocol):
    """A key inside the library; what it is is the provider's affair."""


class Sm2Provider(Protocol):
    """What a library must be able to do. ``None`` or ``False`` is its only way to say no."""

    def load_public(self, spki: bytes) -> KeyHandle | None:
        """A public key from DER SubjectPublicKeyInfo; ``None`` where it is none on the curve."""

    def load_private(self, pem: bytes, password: bytes | None) -> KeyHandle | None:
        """A private key from PKCS#8 PEM; ``None`` where it is none, or the password is wrong."""

    def generate(self) -> KeyHandle:
        """A fresh private key from the library's own randomness."""

    def spki(self, key: KeyHandle) -> bytes:
        """DER SubjectPublicKeyInfo, the point uncompressed."""

    def private_pem(self, key: KeyHandle, password: bytes | None) -> bytes:
        """PKCS#8 PEM, encrypted (PBES2, AES-256-CBC) when a password is given."""

    def sign(self, key: KeyHandle, digest: bytes) -> bytes:
        """DER SEQUENCE {r, s} over e = SM3(Z || M), GB/T 32918.2 6."""

    def verify(self, key: KeyHandle, digest: bytes, signature: bytes) -> bool:
        """Whether that signature over e is right, GB/T 32918.2 7."""

    def encrypt(self, key: KeyHandle, data: bytes) -> bytes:
        """DER SM2Cipher {x, y, hash, cipher}: C1C3C2 of GB/T 32918.4 in the form of GM/T 0009."""

    def decrypt(self, key: KeyHandle, cipher: bytes) -> bytes | None:
        """The plaintext, or ``None`` where it does not open."""


@cache
def provider() -> Sm2Provider:
    """The library in use, after its self-test. Raises `GmUnavailable` or `GmSelfTestFailed`."""
    from signing.gm.libcrypto import Libcrypto  # noqa: PLC0415 - loads a library: only when asked

    library = Libcrypto()
    self_test(library)
    return library


_KNOWN_SPKI: Final = bytes.fromhex(
    "3059301306072a8648ce3d020106082a811ccf5501822d034200"
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
"""The key of GB/T 32918.5 annex A; its private half is in `_KNOWN_PEM`."""

_KNOWN_PEM: Final = b"""-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgOUUgj3shRLE/NuOK
xtOflYiTk2koYLUaQvuB7033xbihRANCAAQJ+d8xHlQhoVDdfRYeS8XGchefrRgz
/AdrsI/zVvNQIMzqSQziZ3WlLcbqcYzBqmAK7QX7814ISmYy9gctqa0T
-----END PRIVATE KEY-----
"""
_KNOWN_DIGEST: Final = bytes.fromhex(
    "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
)
"""e of annex A.2: Z of the identity 1234567812345678, then ``message digest``."""

_KNOWN_SIGNATURE: Final = bytes.fromhex(
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
_KNOWN_CIPHER: Final = bytes.fromhex(
    "307c"
    "022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    "022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
    "042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
    "041321886ca989ca9c7d58087307ca93092d651efa"
)
_KNOWN_PLAIN: Final = b"encryption standard"
"""Annex C of GB/T 32918.5."""


def self_test(library: Sm2Provider) -> None:
    """Hold a library to the examples of the standards. Raises `GmSelfTestFailed`.

    GB/T 32905 A.1 (SM3), GB/T 32907 A.1 (SM4), GB/T 32918.5 A.2 and C.2 (SM2).
    """
    _require("SM3", digest_bytes(b"abc", "GM").hex() == _KNOWN_SM3)
    _require("SM4", _sm4(_KNOWN_SM4_BLOCK).hex() == _KNOWN_SM4)
    public = library.load_public(_KNOWN_SPKI)
    private = library.load_private(_KNOWN_PEM, None)
    if public is None or private is None:
        raise GmSelfTestFailed("key", algorithm="SM2")
    _require("SM2", library.spki(private) == _KNOWN_SPKI)
    _require("SM2", library.verify(public, _KNOWN_DIGEST, _KNOWN_SIGNATURE))
    _require("SM2", not library.verify(public, _KNOWN_DIGEST[::-1], _KNOWN_SIGNATURE))
    _require("SM2", library.verify(public, _KNOWN_DIGEST, library.sign(private, _KNOWN_DIGEST)))
    _require("SM2", library.decrypt(private, _KNOWN_CIPHER) == _KNOWN_PLAIN)
    _require("SM2", library.decrypt(private, library.encrypt(public, b"\x00" * 16)) == b"\x00" * 16)


_KNOWN_SM3: Final = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
_KNOWN_SM4_BLOCK: Final = bytes.fromhex("0123456789abcdeffedcba9876543210")
_KNOWN_SM4: Final = "681edf34d206965e86b3e94f536e4246"


def _sm4(block: bytes) -> bytes:
    cipher = Cipher(algorithms.SM4(block), modes.ECB())  # noqa: S305 - one block, as the standard
    encryptor = cipher.encryptor()
    return encryptor.update(block) + encryptor.finalize()


def _require(algorithm: str, fits: bool) -> None:
    if not fits:
        raise GmSelfTestFailed(algorithm, algorithm=algorithm)
