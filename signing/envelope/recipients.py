"""RecipientInfo of CMS (RFC 5652 6.2): one wrapped content key, made and read.

INTL wraps by the profile that the directory declares: ECDH P-256 (KARI, RFC 5753:
dhSinglePass-stdDH-sha256kdf with aes256-wrap) or RSAES-OAEP (KTRI, RFC 8017), never PKCS#1 v1.5.
GM wraps by SM2 (KTRI with the SM2Cipher of GM/T 0009, as GB/T 35275 does). What is read here has
exactly these forms; an entry of another form is somebody else's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from formats.directory import BodyCertificate, Suite, WrapProfile
from formats.effects import Randomness
from signing import der, suites
from signing.cms_read import issuer_and_serial
from signing.envelope.unwrap import Unwrapper, oaep
from signing.errors import CapsuleError, WeakAlgorithm
from signing.gm.sm2 import COORDINATE, Sm2PublicKey
from signing.tokens.base import OaepMechanism, SessionKey

_AES256_WRAP: Final = der.sequence(der.oid("2.16.840.1.101.3.4.1.45"))  # RFC 3565 2.3.2
_STD_DH_SHA256: Final = "1.3.132.1.11.1"  # RFC 5753 7.1.4
_EC_PUBLIC_KEY: Final = der.sequence(der.oid("1.2.840.10045.2.1"))
_OAEP: Final = "1.2.840.113549.1.1.7"
_SHA256: Final = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_MGF1_SHA256: Final = der.sequence(der.oid("1.2.840.113549.1.1.8"), _SHA256)
_OAEP_ALGORITHMS: Final[dict[OaepMechanism, bytes]] = {
    # RFC 4055 4.1: the defaults are SHA-1 and are then left out.
    "oaep-sha1": der.sequence(der.oid(_OAEP), der.sequence()),
    "oaep-sha256": der.sequence(
        der.oid(_OAEP), der.sequence(der.encode(0xA0, _SHA256), der.encode(0xA1, _MGF1_SHA256))
    ),
}
_KARI_ALGORITHM: Final = der.sequence(der.oid(_STD_DH_SHA256), _AES256_WRAP)
_SHARED_INFO: Final = der.sequence(  # RFC 5753 7.2, ECC-CMS-SharedInfo for a 256-bit key
    _AES256_WRAP, der.encode(0xA2, der.octets((256).to_bytes(4, "big")))
)
SM2_ENCRYPTION: Final = "1.2.156.10197.1.301.3"
"""GM/T 0006: SM2 public key encryption, GB/T 32918.4."""

_SM2_ALGORITHM: Final = der.sequence(der.oid(SM2_ENCRYPTION))
_AES_KEY_BYTES: Final = 32
SM4_KEY_BYTES: Final = 16
_SM3_BYTES: Final = 32
_POINT_BYTES: Final = 65
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SUITE_OF_PROFILE: Final[dict[WrapProfile, Suite]] = {
    "ecdh-p256": "INTL",
    "oaep-sha256": "INTL",
    "oaep-sha1": "INTL",
    "sm2": "GM",
}

CONTENT_KEY_BYTES: Final[dict[Suite, int]] = {"INTL": _AES_KEY_BYTES, "GM": SM4_KEY_BYTES}


class ContentKey(Protocol):
    """The key of a capsule's content, of use until it is closed."""

    def decrypt_gcm(self, nonce: bytes, ciphertext: bytes, tag: bytes, aad: bytes = b"") -> bytes:
        """The content. Raises `CapsuleError` where the tag does not match."""

    def close(self) -> None:
        """Forget it."""


class _AesKey:
    """A `ContentKey` of the suite INTL."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _AES_KEY_BYTES:
            raise CapsuleError("size of the key")
        self._cipher = AESGCM(key)

    def decrypt_gcm(self, nonce: bytes, ciphertext: bytes, tag: bytes, aad: bytes = b"") -> bytes:
        """See `ContentKey`."""
        try:
            return self._cipher.decrypt(nonce, ciphertext + tag, aad)
        except InvalidTag as error:
            raise CapsuleError("content") from error

    def close(self) -> None:
        """See `ContentKey`."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A certificate to wrap to, and how."""

    certificate: bytes
    profile: WrapProfile
    key: suites.PublicKey = field(compare=False, repr=False)
    """That of the certificate: finding it costs as much as wrapping to it."""

    @property
    def suite(self) -> Suite:
        """The suite of its key."""
        return _SUITE_OF_PROFILE[self.profile]


@dataclass(frozen=True, slots=True)
class Entry:
    """One RecipientInfo in a form known here: whose, and how its key is unwrapped."""

    suite: Suite
    recipient: bytes
    """DER IssuerAndSerialNumber."""
    unwrap: Callable[[Unwrapper, bytes], ContentKey]
    """By the holder of the recipient's certificate (DER)."""


def suite_for(certificate: BodyCertificate) -> Suite:
    """In which suite something can be wrapped to it: as the directory declares, or by its key.

    Raises `WeakAlgorithm` for a key that is not supported.
    """
    if certificate.wrap is not None:
        return _SUITE_OF_PROFILE[certificate.wrap]
    return suites.suite_of_key(certificate.certificate).name


def recipient_of(certificate: BodyCertificate | bytes) -> Recipient:
    """A certificate with its declared profile, or that of its kind of key.

    Raises `WeakAlgorithm` for a key that is not supported or a profile that does not fit it.
    """
    if isinstance(certificate, BodyCertificate):
        raw, declared = certificate.certificate, certificate.wrap
    else:
        raw, declared = certificate, None
    key = suites.public_key(raw)
    fitting: tuple[WrapProfile, ...] = ("ecdh-p256",)
    if isinstance(key, rsa.RSAPublicKey):
        fitting = ("oaep-sha256", "oaep-sha1")
    elif isinstance(key, Sm2PublicKey):
        fitting = ("sm2",)
    profile = declared or fitting[0]
    if profile not in fitting:
        raise WeakAlgorithm(f"profile {profile}", algorithm=profile)
    return Recipient(raw, profile, key)


def wrap_key(key: bytes, recipient: Recipient, randomness: Randomness) -> bytes:
    """One RecipientInfo with the content key for that recipient; RFC 5652 6.2.1 and 6.2.2."""
    named, public = issuer_and_serial(recipient.certificate), recipient.key
    if isinstance(public, Sm2PublicKey):
        wrapped = der.octets(public.encrypt(key))
        return der.sequence(der.integer(0), named, _SM2_ALGORITHM, wrapped)
    if isinstance(public, rsa.RSAPublicKey):
        mechanism: OaepMechanism = (
            "oaep-sha1" if recipient.profile == "oaep-sha1" else "oaep-sha256"
        )
        wrapped = der.octets(public.encrypt(key, oaep(mechanism)))
        return der.sequence(der.integer(0), named, _OAEP_ALGORITHMS[mechanism], wrapped)
    # FIPS 186-5 A.2.1: 64 bits more than the order, so that the remainder is even.
    scalar = int.from_bytes(randomness(_AES_KEY_BYTES + 8), "big") % (_P256_ORDER - 1) + 1
    ephemeral = ec.derive_private_key(scalar, ec.SECP256R1())
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    wrapped = der.octets(keywrap.aes_key_wrap(_kek(ephemeral.exchange(ec.ECDH(), public)), key))
    originator = der.encode(0xA1, _EC_PUBLIC_KEY, der.encode(der.BIT_STRING, b"\x00", point))
    return der.encode(
        0xA1,
        der.integer(3),
        der.encode(0xA0, originator),
        _KARI_ALGORITHM,
        der.sequence(der.sequence(named, wrapped)),
    )


def read_info(info: der.Element) -> Entry | None:
    """The entry, or nothing where it is of a kind not made here. Raises `CapsuleError`."""
    try:
        if info.tag == der.SEQUENCE:
            return _read_ktri(info)
        if info.tag == 0xA1:  # noqa: PLR2004 - RFC 5652 6.2: kari [1]
            return _read_kari(info)
    except ValueError as error:
        raise CapsuleError("recipient") from error
    return None


def unwrap_sm2(by: Unwrapper, certificate: bytes, *, cipher: bytes) -> SessionKey:
    """The SM4 key of a DER SM2Cipher, by the key of that certificate. Raises `CapsuleError`."""
    _check_sm2_cipher(cipher)
    return by.unwrap_for(certificate, cipher)


def _check_sm2_cipher(cipher: bytes) -> None:
    """Hold a wrapped SM4 key to its one form before a private key ever sees it.

    GM/T 0009 7.2: SEQUENCE {x, y, SM3, ciphertext}. A point that is not on the curve would let an
    attacker learn the key from a device that does not look (invalid curve). Raises `CapsuleError`.
    """
    try:
        x, y, digest, sealed = der.read(cipher).expect(der.SEQUENCE).children()
        coordinates = [part.number().to_bytes(COORDINATE, "big") for part in (x, y)]
        sizes = (
            len(digest.expect(der.OCTET_STRING).body),
            len(sealed.expect(der.OCTET_STRING).body),
        )
        Sm2PublicKey.of_point(b"\x04" + b"".join(coordinates))
    except (ValueError, OverflowError, der.NotDer, WeakAlgorithm) as error:
        raise CapsuleError("SM2 cipher") from error
    if sizes != (_SM3_BYTES, SM4_KEY_BYTES):
        raise CapsuleError("size of the wrapped key")


def _kek(shared: bytes) -> bytes:
    return X963KDF(
        algorithm=hashes.SHA256(), length=_AES_KEY_BYTES, sharedinfo=_SHARED_INFO
    ).derive(shared)


def _read_ktri(info: der.Element) -> Entry | None:
    version, named, algorithm, wrapped = info.children()
    data = wrapped.expect(der.OCTET_STRING).body
    if version.number() != 0:
        return None
    if algorithm.raw == _SM2_ALGORITHM:
        return Entry("GM", named.raw, partial(unwrap_sm2, cipher=data))
    for mechanism, known in _OAEP_ALGORITHMS.items():
        if algorithm.raw == known:
            return Entry("INTL", named.raw, partial(_unwrap_oaep, mechanism=mechanism, data=data))
    return None


def _read_kari(info: der.Element) -> Entry | None:
    version, explicit, algorithm, keys = info.children()
    if version.number() != 3 or algorithm.raw != _KARI_ALGORITHM:  # noqa: PLR2004 - RFC 5652 6.2.2
        return None
    (originator,) = explicit.expect(0xA0).children()
    kind, bits = originator.expect(0xA1).children()
    (only,) = keys.expect(der.SEQUENCE).children()
    named, wrapped = only.expect(der.SEQUENCE).children()
    point = bits.expect(der.BIT_STRING).body
    if kind.raw != _EC_PUBLIC_KEY or len(point) != _POINT_BYTES + 1 or point[:2] != b"\x00\x04":
        raise CapsuleError("ephemeral key")
    data = wrapped.expect(der.OCTET_STRING).body
    return Entry("INTL", named.raw, partial(_unwrap_ecdh, point=point[1:], data=data))


def _unwrap_oaep(
    by: Unwrapper, certificate: bytes, *, mechanism: OaepMechanism, data: bytes
) -> ContentKey:
    return _AesKey(by.decrypt_for(certificate, mechanism, data))


def _unwrap_ecdh(by: Unwrapper, certificate: bytes, *, point: bytes, data: bytes) -> ContentKey:
    try:
        return _AesKey(keywrap.aes_key_unwrap(_kek(by.agree_for(certificate, point)), data))
    except (keywrap.InvalidUnwrap, ValueError) as error:
        raise CapsuleError("key wrap") from error
