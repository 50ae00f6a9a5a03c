"""The EnvelopedData of GB/T 35275-2017 8, which other makers' GM software writes; read only.

Its content is SM4-CBC without a tag, so whoever opens it must have bound its bytes by digest
first; a dispatch does so by its signed header. The content key is an SM2Cipher for each recipient,
as in our own capsules, only the version and the identifiers differ.
"""

from typing import Final

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.errors import TooLarge
from formats.limits import MAX_CAPSULE_KEYS
from signing import der
from signing.envelope.recipients import SM2_ENCRYPTION, unwrap_sm2
from signing.envelope.unwrap import Unwrapper
from signing.errors import CapsuleError, NotAddressed

ENVELOPED: Final = "1.2.156.10197.6.1.4.2.3"
_DATA: Final = "1.2.156.10197.6.1.4.2.1"
_SM2: Final = frozenset({SM2_ENCRYPTION, "1.2.156.10197.1.301"})
"""The key alone is named by some; only one use of it fits here."""

_SM4_CBC: Final = frozenset({"1.2.156.10197.1.104.2", "1.2.156.10197.1.104"})
"""SM4 without a mode means CBC where an IV stands beside it."""

_ENVELOPED: Final = der.oid(ENVELOPED)
_NULL: Final = b"\x05\x00"
_BLOCK: Final = 16
_VERSION: Final = 1


def is_enveloped(p7m: bytes) -> bool:
    """Whether the bytes say that they are an EnvelopedData of GB/T 35275; no more is looked at.

    The identifier stands behind the outermost tag and length, which take six bytes at most.
    """
    return _ENVELOPED in p7m[: 6 + len(_ENVELOPED)]


def open_enveloped(p7m: bytes, unwrapper: Unwrapper, held: dict[bytes, bytes]) -> bytes:
    """The content, by whichever key of ``held`` (IssuerAndSerialNumber to certificate) fits.

    Raises `NotAddressed`, `CapsuleError`, `NotDer`, `TooLarge`, and whatever the token raises:
    `KeyStays` where it does not give the key out, since tokens open only our own form.
    """
    try:
        kind, wrapped = der.read(p7m).expect(der.SEQUENCE).children()
        (enveloped,) = wrapped.expect(0xA0).children()
        version, infos, content = enveloped.expect(der.SEQUENCE).children()
        data, algorithm, sealed = content.expect(der.SEQUENCE).children()
        cipher, parameters = algorithm.expect(der.SEQUENCE).children()
        fits = (kind.dotted(), data.dotted()) == (ENVELOPED, _DATA)
        fits = fits and cipher.dotted() in _SM4_CBC
        iv, body = parameters.expect(der.OCTET_STRING).body, sealed.expect(0x80).body
        if version.number() != _VERSION or not fits or len(iv) != _BLOCK:
            raise CapsuleError("not an EnvelopedData of the profile")
        entries = infos.expect(der.SET).children()
        if len(entries) > MAX_CAPSULE_KEYS:
            raise TooLarge("recipients of a capsule", limit=MAX_CAPSULE_KEYS)
        found = next((e for e in map(_read_info, entries) if e[0] in held), None)
    except ValueError as error:  # an unpacking that found more or fewer elements
        raise CapsuleError("structure") from error
    if found is None:
        raise NotAddressed("no key of this holder", body="—")
    recipient, wrapped_key = found
    key = unwrap_sm2(unwrapper, held[recipient], cipher=wrapped_key)
    try:
        return _decrypt(key.reveal(), iv, body)
    finally:
        key.close()


def _read_info(info: der.Element) -> tuple[bytes, bytes]:
    """IssuerAndSerialNumber and SM2Cipher of a recipient."""
    version, named, algorithm, wrapped = info.expect(der.SEQUENCE).children()
    kind, *parameters = algorithm.expect(der.SEQUENCE).children()
    if (
        version.number() != _VERSION
        or kind.dotted() not in _SM2
        or [p.raw for p in parameters] not in ([], [_NULL])
    ):
        raise CapsuleError("recipient")
    return named.raw, wrapped.expect(der.OCTET_STRING).body


def _decrypt(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    opening = Cipher(algorithms.SM4(key), modes.CBC(iv)).decryptor()
    unpadding = padding.PKCS7(8 * _BLOCK).unpadder()
    try:
        padded = opening.update(sealed) + opening.finalize()
        return unpadding.update(padded) + unpadding.finalize()
    except ValueError as error:
        raise CapsuleError("content") from error
