"""SM2 by OpenSSL 3's libcrypto, through ctypes.

Debian ships it, CPython for Windows and macOS bring it along. Only functions documented for 3.0
are called. Every object made here is freed here; a key is freed with the Python object that holds
it. The error queue is emptied after a failure, since it is shared with everything in the thread.
"""

import ctypes
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ubyte, c_void_p
from functools import partial
from typing import Final

from signing.gm.errors import GmUnavailable
from signing.gm.provider import KeyHandle

_NAMES: Final = (
    "libcrypto.so.3",
    "libcrypto.3.dylib",
    "libcrypto-3-x64.dll",
    "libcrypto-3-arm64.dll",
    "libcrypto-3.dll",
)
_PBKDF2_ROUNDS: Final = 200_000
"""Rounds of PBKDF2 for an encrypted key file: some 50 ms for its owner, each try of a thief."""

_GET_MEMORY: Final = 3
"""BIO_CTRL_INFO, which the macro BIO_get_mem_data stands for."""

_BY_CIPHER: Final = -1
"""``pbe_nid`` of PKCS8_encrypt that asks for PBES2 (RFC 8018) with the cipher given."""

_MAX_PASSWORD: Final = 1024
"""The callback's buffer in OpenSSL (PEM_BUFSIZE); a longer password would be cut off unseen."""

_SIGNATURES: Final[dict[str, tuple[object, tuple[object, ...]]]] = {
    "ERR_clear_error": (None, ()),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(POINTER(c_ubyte)))),
    "CRYPTO_free": (None, (c_void_p, c_char_p, c_int)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_public_check": (c_int, (c_void_p,)),
    "EVP_PKEY_keygen_init": (c_int, (c_void_p,)),
    "EVP_PKEY_generate": (c_int, (c_void_p, POINTER(c_void_p))),
    "EVP_PKEY_sign_init": (c_int, (c_void_p,)),
    "EVP_PKEY_sign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_aes_256_cbc": (c_void_p, ()),
    "EVP_PKEY2PKCS8": (c_void_p, (c_void_p,)),
    "PKCS8_PRIV_KEY_INFO_free": (None, (c_void_p,)),
    "PKCS8_encrypt": (
        c_void_p,
        (c_int, c_void_p, c_char_p, c_int, c_char_p, c_int, c_int, c_void_p),
    ),
    "X509_SIG_free": (None, (c_void_p,)),
    "BIO_new": (c_void_p, (c_void_p,)),
    "BIO_new_mem_buf": (c_void_p, (c_char_p, c_int)),
    "BIO_s_mem": (c_void_p, ()),
    "BIO_s_secmem": (c_void_p, ()),
    "BIO_ctrl": (c_long, (c_void_p, c_int, c_long, POINTER(c_void_p))),
    "BIO_free": (c_int, (c_void_p,)),
    "PEM_read_bio_PrivateKey": (c_void_p, (c_void_p, c_void_p, c_void_p, c_char_p)),
    "PEM_write_bio_PKCS8": (c_int, (c_void_p, c_void_p)),
    "PEM_write_bio_PKCS8_PRIV_KEY_INFO": (c_int, (c_void_p, c_void_p)),
}


class _Key:
    """An EVP_PKEY, freed with this object."""

    def __init__(self, pointer: int, free: Callable[[int], None]) -> None:
        self.pointer = pointer
        weakref.finalize(self, free, pointer)

    def __repr__(self) -> str:
        return "SM2 key"


class Libcrypto:
    """An `Sm2Provider` (see there for what each method promises)."""

    def __init__(self) -> None:
        """Raises `GmUnavailable` where no libcrypto 3 with SM2 is found."""
        self._c = _load()
        context = self._c.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        if not context:  # built without SM2, as some distributions do
            self._c.ERR_clear_error()
            raise GmUnavailable("no SM2 in libcrypto")
        self._c.EVP_PKEY_CTX_free(context)

    def load_public(self, spki: bytes) -> KeyHandle | None:
        """See `Sm2Provider`."""
        place = c_char_p(spki)
        key = self._owned(self._c.d2i_PUBKEY(None, byref(place), len(spki)))
        if key is None:
            return None
        with self._context(key) as context:
            if self._c.EVP_PKEY_public_check(context) != 1:
                return None
        return key

    def load_private(self, pem: bytes, password: bytes | None) -> KeyHandle | None:
        """See `Sm2Provider`."""
        given = password or b""
        if b"\x00" in given or len(given) >= _MAX_PASSWORD:
            return None  # it is read up to the first NUL
        with self._freed(self._c.BIO_new_mem_buf(pem, len(pem)), "BIO_free") as source:
            # A password pointer, even to nothing, keeps OpenSSL from asking at the terminal.
            return self._owned(self._c.PEM_read_bio_PrivateKey(source, None, None, given))

    def generate(self) -> KeyHandle:
        """See `Sm2Provider`."""
        made = c_void_p()
        context = self._c.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        with self._freed(context, "EVP_PKEY_CTX_free"):
            if (
                self._c.EVP_PKEY_keygen_init(context) != 1
                or self._c.EVP_PKEY_generate(context, byref(made)) != 1
            ):
                raise self._failed("keygen")
        key = self._owned(made.value)
        if key is None:
            raise self._failed("keygen")
        return key

    def spki(self, key: KeyHandle) -> bytes:
        """See `Sm2Provider`."""
        out = POINTER(c_ubyte)()
        size = self._c.i2d_PUBKEY(_pointer(key), byref(out))
        if size <= 0:
            raise self._failed("i2d_PUBKEY")
        try:
            return ctypes.string_at(out, size)
        finally:
            self._c.CRYPTO_free(out, b"", 0)

    def private_pem(self, key: KeyHandle, password: bytes | None) -> bytes:
        """See `Sm2Provider`. Raises `ValueError` for a password that could not be read again."""
        plain = self._c.EVP_PKEY2PKCS8(_pointer(key))
        with self._freed(plain, "PKCS8_PRIV_KEY_INFO_free"):
            if password is None:
                return self._written(
                    lambda bio: self._c.PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, plain)
                )
            if b"\x00" in password or not 0 < len(password) < _MAX_PASSWORD:
                raise ValueError("a password of 1 to 1023 bytes without NUL")
            sealed = self._c.PKCS8_encrypt(
                _BY_CIPHER,
                self._c.EVP_aes_256_cbc(),
                password,
                len(password),
                None,  # a salt drawn by the library
                16,
                _PBKDF2_ROUNDS,
                plain,
            )
            with self._freed(sealed, "X509_SIG_free"):
                return self._written(lambda bio: self._c.PEM_write_bio_PKCS8(bio, sealed))

    def sign(self, key: KeyHandle, digest: bytes) -> bytes:
        """See `Sm2Provider`."""
        signature = self._run(key, "sign", digest)
        if signature is None:
            raise self._failed("sign")
        return signature

    def verify(self, key: KeyHandle, digest: bytes, signature: bytes) -> bool:
        """See `Sm2Provider`."""
        with self._context(key) as context:
            good = bool(
                self._c.EVP_PKEY_verify_init(context) == 1
                and self._c.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest))
                == 1
            )
        if not good:
            self._c.ERR_clear_error()
        return good

    def encrypt(self, key: KeyHandle, data: bytes) -> bytes:
        """See `Sm2Provider`."""
        cipher = self._run(key, "encrypt", data)
        if cipher is None:
            raise self._failed("encrypt")
        return cipher

    def decrypt(self, key: KeyHandle, cipher: bytes) -> bytes | None:
        """See `Sm2Provider`."""
        return self._run(key, "decrypt", cipher)

    # --- the library's ways ---------------------------------------------------------------------
    def _run(self, key: KeyHandle, operation: str, data: bytes) -> bytes | None:
        """An operation in its usual two calls: how much room, then the result."""
        act = getattr(self._c, f"EVP_PKEY_{operation}")
        with self._context(key) as context:
            size = c_size_t()
            if (
                getattr(self._c, f"EVP_PKEY_{operation}_init")(context) == 1
                and act(context, None, byref(size), data, len(data)) == 1
            ):
                out = ctypes.create_string_buffer(size.value)
                if act(context, out, byref(size), data, len(data)) == 1:
                    return out.raw[: size.value]
        self._c.ERR_clear_error()
        return None

    def _owned(self, pointer: int | None) -> _Key | None:
        """The key, when it is one on the SM2 curve."""
        if not pointer:
            self._c.ERR_clear_error()
            return None
        key = _Key(pointer, self._c.EVP_PKEY_free)
        return key if self._c.EVP_PKEY_is_a(pointer, b"SM2") == 1 else None

    def _context(self, key: KeyHandle) -> AbstractContextManager[int]:
        context = self._c.EVP_PKEY_CTX_new_from_pkey(None, _pointer(key), None)
        return self._freed(context, "EVP_PKEY_CTX_free")

    def _freed(self, pointer: int | None, free: str) -> AbstractContextManager[int]:
        if not pointer:
            raise self._failed(free)
        return _freeing(pointer, partial(getattr(self._c, free), pointer))

    def _written(self, write: Callable[[int], int]) -> bytes:
        """What a function writes into a memory BIO that is wiped when freed."""
        with self._freed(self._c.BIO_new(self._c.BIO_s_secmem()), "BIO_free") as bio:
            if write(bio) != 1:
                raise self._failed("PEM")
            place = c_void_p()
            size = self._c.BIO_ctrl(bio, _GET_MEMORY, 0, byref(place))
            return ctypes.string_at(place.value or 0, size)

    def _failed(self, what: str) -> GmUnavailable:
        self._c.ERR_clear_error()
        return GmUnavailable(f"libcrypto: {what}")


@contextmanager
def _freeing(pointer: int, free: Callable[[], object]) -> Iterator[int]:
    try:
        yield pointer
    finally:
        free()


def _pointer(key: KeyHandle) -> int:
    if not isinstance(key, _Key):
        raise TypeError("a key of another library")
    return key.pointer


def _load() -> ctypes.CDLL:
    """The library with its functions declared. Raises `GmUnavailable`."""
    for name in _NAMES:
        try:
            library = ctypes.CDLL(name)
            for function, (result, arguments) in _SIGNATURES.items():
                declared = getattr(library, function)
                declared.restype, declared.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        return library
    raise GmUnavailable("no libcrypto 3")
