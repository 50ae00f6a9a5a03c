"""CMS AuthEnvelopedData (RFC 5083, RFC 5084): a small secret for many certificates.

Under INTL AES-256-GCM over the content, which plain ``openssl cms -decrypt`` opens; under GM
SM4-GCM. The content key is wrapped to each certificate as `signing.envelope.recipients` says; all
of a capsule is of one suite. CMS does not protect the list of recipients: who needs that binds
the whole by digest, as the routing header does.

What other makers' GM software writes, the EnvelopedData of GB/T 35275, is opened too where the
caller has bound it by digest: it carries no tag of its own (`signing.envelope.gbt35275`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.directory import BodyCertificate, Suite
from formats.effects import Randomness
from formats.errors import TooLarge
from formats.limits import MAX_CAPSULE_BYTES, MAX_CAPSULE_KEYS
from signing import der
from signing.cms_read import issuer_and_serial
from signing.envelope import gbt35275
from signing.envelope.recipients import (
    CONTENT_KEY_BYTES,
    Entry,
    read_info,
    recipient_of,
    wrap_key,
)
from signing.envelope.unwrap import Unwrapper, unwrapper_of
from signing.errors import CapsuleError, NotAddressed, SuiteMismatch, WeakAlgorithm
from signing.tokens.base import Token

_AUTH_ENVELOPED: Final = "1.2.840.113549.1.9.16.1.23"  # RFC 5083 2
_DATA: Final = "1.2.840.113549.1.7.1"
_GCM: Final[dict[Suite, str]] = {
    "INTL": "2.16.840.1.101.3.4.1.46",  # RFC 5084 3.2: AES-256-GCM
    "GM": "1.2.156.10197.1.104.8",  # GM/T 0006: SM4-GCM, with the parameters of RFC 5084
}
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


def wrap_secret(
    secret: bytes,
    certificates: Sequence[BodyCertificate | bytes],
    *,
    randomness: Randomness,
    suite: Suite | None = None,
) -> bytes:
    """DER of an AuthEnvelopedData that any of the certificates' keys opens.

    All certificates are of one suite, which is ``suite`` where it is given. A bare DER certificate
    gets the profile of its kind of key (RSA: ``oaep-sha256``). Raises `WeakAlgorithm` for a key,
    profile or suite that does not fit, `TooLarge` for too many.
    """
    entries = tuple(dict.fromkeys(map(recipient_of, certificates)))
    if not entries:
        raise ValueError("nobody to wrap to")
    if len(entries) > MAX_CAPSULE_KEYS:
        raise TooLarge(f"{len(entries)} keys", limit=MAX_CAPSULE_KEYS)
    used = suite or entries[0].suite
    for entry in entries:
        if entry.suite != used:
            raise WeakAlgorithm(f"a key of {entry.suite} in {used}", algorithm=entry.profile)
    key, nonce = randomness(CONTENT_KEY_BYTES[used]), randomness(_NONCE_BYTES)
    cipher = algorithms.SM4(key) if used == "GM" else algorithms.AES256(key)
    sealing = Cipher(cipher, modes.GCM(nonce)).encryptor()
    sealed = sealing.update(secret) + sealing.finalize()
    infos = [wrap_key(key, entry, randomness) for entry in entries]
    content = der.sequence(
        der.oid(_DATA),
        der.sequence(der.oid(_GCM[used]), der.sequence(der.octets(nonce), der.integer(_TAG_BYTES))),
        der.encode(0x80, sealed),
    )
    enveloped = der.sequence(der.integer(0), der.set_of(infos), content, der.octets(sealing.tag))
    return der.sequence(der.oid(_AUTH_ENVELOPED), der.encode(0xA0, enveloped))


def unwrap_secret(
    p7m: bytes, holder: Token | Unwrapper, *, suite: Suite | None = None, bound: bool = False
) -> bytes:
    """The content, opened by whichever of the holder's keys it was wrapped to.

    A capsule of another suite than ``suite``, where it is given, is refused. ``bound`` says that
    the caller has checked these very bytes against a signed digest; only then is the form of
    GB/T 35275 taken. Raises `NotAddressed` when no key fits, `SuiteMismatch`, `CapsuleError` (or
    `NotDer`, `TooLarge`) when it is damaged, and whatever the token raises.
    """
    if len(p7m) > MAX_CAPSULE_BYTES:
        raise TooLarge("capsule", limit=MAX_CAPSULE_BYTES)
    unwrapper = unwrapper_of(holder)
    held = {issuer_and_serial(c): c for c in unwrapper.encryption_certificates()}
    if bound and suite != "INTL" and gbt35275.is_enveloped(p7m):
        return gbt35275.open_enveloped(p7m, unwrapper, held)
    parsed = _parse(p7m)
    if suite not in {None, parsed.suite}:
        raise SuiteMismatch(f"capsule {parsed.suite}", declared=suite, used=parsed.suite)
    for info in parsed.infos:
        entry = _read_info(info, parsed.suite)
        if entry is not None and entry.recipient in held:
            key = entry.unwrap(unwrapper, held[entry.recipient])
            try:
                return key.decrypt_gcm(parsed.nonce, parsed.sealed, parsed.tag)
            finally:
                key.close()
    raise NotAddressed("no key of this holder", body="—")


@dataclass(frozen=True, slots=True)
class _Enveloped:
    suite: Suite
    infos: list[der.Element]
    nonce: bytes
    sealed: bytes
    tag: bytes


def _parse(p7m: bytes) -> _Enveloped:
    try:
        kind, wrapped = der.read(p7m).expect(der.SEQUENCE).children()
        (enveloped,) = wrapped.expect(0xA0).children()
        version, infos, content, tag = enveloped.expect(der.SEQUENCE).children()
        data, algorithm, sealed = content.expect(der.SEQUENCE).children()
        gcm, parameters = algorithm.expect(der.SEQUENCE).children()
        nonce, tag_size = parameters.expect(der.SEQUENCE).children()
        entries = infos.expect(der.SET).children()
        named = (kind.dotted(), version.number(), data.dotted(), tag_size.number())
        cipher = gcm.dotted()
    except ValueError as error:  # an unpacking that found more or fewer elements
        raise CapsuleError("structure") from error
    suite = next((known for known, oid in _GCM.items() if oid == cipher), None)
    if suite is None or named != (_AUTH_ENVELOPED, 0, _DATA, _TAG_BYTES):
        raise CapsuleError("not an AuthEnvelopedData of the profile")
    if len(entries) > MAX_CAPSULE_KEYS:
        raise TooLarge("recipients of a capsule", limit=MAX_CAPSULE_KEYS)
    seal = tag.expect(der.OCTET_STRING).body
    if len(seal) != _TAG_BYTES or len(nonce.expect(der.OCTET_STRING).body) != _NONCE_BYTES:
        raise CapsuleError("nonce or tag")
    return _Enveloped(suite, entries, nonce.body, sealed.expect(0x80).body, seal)


def _read_info(info: der.Element, suite: Suite) -> Entry | None:
    """The entry of a recipient. Raises `CapsuleError` where its suite is not the capsule's."""
    entry = read_info(info)
    if entry is not None and entry.suite != suite:
        raise CapsuleError("recipients of two suites")
    return entry
