"""CMS AuthEnvelopedData (RFC 5083, RFC 5084): a small secret for many certificates.

AES-256-GCM over the content; its key wrapped to each certificate by the profile the directory
declares: ECDH P-256 (KARI, RFC 5753: dhSinglePass-stdDH-sha256kdf with aes256-wrap) or RSAES-OAEP
(KTRI, RFC 8017), never PKCS#1 v1.5. Plain ``openssl cms -decrypt`` opens it. CMS does not protect
the list of recipients: who needs that binds the whole by digest, as the routing header does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from formats.directory import BodyCertificate, WrapProfile
from formats.effects import Randomness
from formats.errors import TooLarge
from formats.limits import MAX_CAPSULE_BYTES, MAX_CAPSULE_KEYS
from signing import der, suites
from signing.cms_read import issuer_and_serial
from signing.envelope.unwrap import Unwrapper, oaep, unwrapper_of
from signing.errors import CapsuleError, NotAddressed, WeakAlgorithm
from signing.tokens.base import OaepMechanism, Token

_AUTH_ENVELOPED: Final = "1.2.840.113549.1.9.16.1.23"  # RFC 5083 2
_DATA: Final = "1.2.840.113549.1.7.1"
_AES256_GCM: Final = "2.16.840.1.101.3.4.1.46"  # RFC 5084 3.2
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
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_POINT_BYTES: Final = 65
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def wrap_secret(
    secret: bytes, certificates: Sequence[BodyCertificate | bytes], *, randomness: Randomness
) -> bytes:
    """DER of an AuthEnvelopedData that any of the certificates' keys opens.

    A bare DER certificate gets the profile of its kind of key (RSA: ``oaep-sha256``). Raises
    `WeakAlgorithm` for a key or profile that is not supported, `TooLarge` for too many.
    """
    entries = dict.fromkeys(map(_profiled, certificates))
    if not entries:
        raise ValueError("nobody to wrap to")
    if len(entries) > MAX_CAPSULE_KEYS:
        raise TooLarge(f"{len(entries)} keys", limit=MAX_CAPSULE_KEYS)
    key, nonce = randomness(_KEY_BYTES), randomness(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, secret, None)
    infos = [_wrap(key, certificate, profile, randomness) for certificate, profile in entries]
    content = der.sequence(
        der.oid(_DATA),
        der.sequence(
            der.oid(_AES256_GCM), der.sequence(der.octets(nonce), der.integer(_TAG_BYTES))
        ),
        der.encode(0x80, sealed[:-_TAG_BYTES]),
    )
    enveloped = der.sequence(
        der.integer(0), der.set_of(infos), content, der.octets(sealed[-_TAG_BYTES:])
    )
    return der.sequence(der.oid(_AUTH_ENVELOPED), der.encode(0xA0, enveloped))


def unwrap_secret(p7m: bytes, holder: Token | Unwrapper) -> bytes:
    """The content, opened by whichever of the holder's keys it was wrapped to.

    Raises `NotAddressed` when none is, `CapsuleError` (or `NotDer`, `TooLarge`) when it is damaged,
    and whatever the token raises.
    """
    parsed = _parse(p7m)
    unwrapper = unwrapper_of(holder)
    held = {issuer_and_serial(c): c for c in unwrapper.encryption_certificates()}
    for info in parsed.infos:
        entry = _read_info(info)
        if entry is not None and entry.recipient in held:
            key = entry.unwrap(unwrapper, held[entry.recipient])
            return _decrypt(parsed, key)
    raise NotAddressed("no key of this holder", body="—")


def _profiled(certificate: BodyCertificate | bytes) -> tuple[bytes, WrapProfile]:
    if isinstance(certificate, BodyCertificate):
        raw, declared = certificate.certificate, certificate.wrap
    else:
        raw, declared = certificate, None
    is_rsa = isinstance(suites.public_key(raw), rsa.RSAPublicKey)
    profile: WrapProfile = declared or ("oaep-sha256" if is_rsa else "ecdh-p256")
    if is_rsa != (profile in _OAEP_ALGORITHMS) or profile == "sm2":
        raise WeakAlgorithm(f"profile {profile}", algorithm=profile)
    return raw, profile


def _wrap(key: bytes, certificate: bytes, profile: WrapProfile, randomness: Randomness) -> bytes:
    """One RecipientInfo; RFC 5652 6.2.1 and 6.2.2."""
    named, public = issuer_and_serial(certificate), suites.public_key(certificate)
    if isinstance(public, rsa.RSAPublicKey):
        mechanism: OaepMechanism = "oaep-sha1" if profile == "oaep-sha1" else "oaep-sha256"
        wrapped = public.encrypt(key, oaep(mechanism))
        return der.sequence(der.integer(0), named, _OAEP_ALGORITHMS[mechanism], der.octets(wrapped))
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise WeakAlgorithm("kind of key", algorithm=profile)
    # FIPS 186-5 A.2.1: 64 bits more than the order, so that the remainder is even.
    scalar = int.from_bytes(randomness(_KEY_BYTES + 8), "big") % (_P256_ORDER - 1) + 1
    ephemeral = ec.derive_private_key(scalar, ec.SECP256R1())
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    wrapped = keywrap.aes_key_wrap(_kek(ephemeral.exchange(ec.ECDH(), public)), key)
    originator = der.encode(0xA1, _EC_PUBLIC_KEY, der.encode(der.BIT_STRING, b"\x00", point))
    return der.encode(
        0xA1,
        der.integer(3),
        der.encode(0xA0, originator),
        _KARI_ALGORITHM,
        der.sequence(der.sequence(named, der.octets(wrapped))),
    )


def _kek(shared: bytes) -> bytes:
    return X963KDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, sharedinfo=_SHARED_INFO).derive(
        shared
    )


@dataclass(frozen=True, slots=True)
class _Enveloped:
    infos: list[der.Element]
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    """One RecipientInfo in a form known here: whose, and how its key is unwrapped."""

    recipient: bytes
    unwrap: Callable[[Unwrapper, bytes], bytes]


def _parse(p7m: bytes) -> _Enveloped:
    if len(p7m) > MAX_CAPSULE_BYTES:
        raise TooLarge("capsule", limit=MAX_CAPSULE_BYTES)
    try:
        kind, wrapped = der.read(p7m).expect(der.SEQUENCE).children()
        (enveloped,) = wrapped.expect(0xA0).children()
        version, infos, content, tag = enveloped.expect(der.SEQUENCE).children()
        data, algorithm, sealed = content.expect(der.SEQUENCE).children()
        gcm, parameters = algorithm.expect(der.SEQUENCE).children()
        nonce, tag_size = parameters.expect(der.SEQUENCE).children()
        entries = infos.expect(der.SET).children()
        named = (kind.dotted(), version.number(), data.dotted(), gcm.dotted(), tag_size.number())
    except ValueError as error:  # an unpacking that found more or fewer elements
        raise CapsuleError("structure") from error
    if named != (_AUTH_ENVELOPED, 0, _DATA, _AES256_GCM, _TAG_BYTES):
        raise CapsuleError("not an AuthEnvelopedData of the profile")
    if len(entries) > MAX_CAPSULE_KEYS:
        raise TooLarge("recipients of a capsule", limit=MAX_CAPSULE_KEYS)
    seal = tag.expect(der.OCTET_STRING).body
    if len(seal) != _TAG_BYTES or len(nonce.expect(der.OCTET_STRING).body) != _NONCE_BYTES:
        raise CapsuleError("nonce or tag")
    return _Enveloped(entries, nonce.body, sealed.expect(0x80).body + seal)


def _read_info(info: der.Element) -> _Entry | None:
    """The entry, or nothing where it is of a kind not made here."""
    try:
        if info.tag == der.SEQUENCE:
            return _read_ktri(info)
        if info.tag == 0xA1:  # noqa: PLR2004 - RFC 5652 6.2: kari [1]
            return _read_kari(info)
    except ValueError as error:
        raise CapsuleError("recipient") from error
    return None


def _read_ktri(info: der.Element) -> _Entry | None:
    version, named, algorithm, wrapped = info.children()
    data = wrapped.expect(der.OCTET_STRING).body
    for mechanism, known in _OAEP_ALGORITHMS.items():
        if version.number() == 0 and algorithm.raw == known:
            return _Entry(named.raw, partial(_unwrap_oaep, mechanism=mechanism, data=data))
    return None


def _read_kari(info: der.Element) -> _Entry | None:
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
    return _Entry(named.raw, partial(_unwrap_ecdh, point=point[1:], data=data))


def _unwrap_oaep(
    by: Unwrapper, certificate: bytes, *, mechanism: OaepMechanism, data: bytes
) -> bytes:
    return by.decrypt_for(certificate, mechanism, data)


def _unwrap_ecdh(by: Unwrapper, certificate: bytes, *, point: bytes, data: bytes) -> bytes:
    try:
        return keywrap.aes_key_unwrap(_kek(by.agree_for(certificate, point)), data)
    except (keywrap.InvalidUnwrap, ValueError) as error:
        raise CapsuleError("key wrap") from error


def _decrypt(parsed: _Enveloped, key: bytes) -> bytes:
    if len(key) != _KEY_BYTES:
        raise CapsuleError("size of the key")
    try:
        return AESGCM(key).decrypt(parsed.nonce, parsed.sealed, None)
    except InvalidTag as error:
        raise CapsuleError("content") from error
