"""The certificate exchanged behind the signature's back, and other surgery on the CMS."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from signing import der, suites
from signing.cms_read import issuer_and_serial
from signing.keys import load_key
from signing.pilot.profiles import (
    PROFILES,
    Authority,
    alternative_names,
    build_certificate,
    subject_name,
)
from signing.trust import certs
from tests.hostile.attacks.cms import Signature
from tests.hostile.attacks.raw import value_of, with_value
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import CITY, NAMES, PROVINCE, Sealed
from tests.support.attacks import stranger

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256."""

_REFUSED = ("cms", "digest", "path", "usage")


def _first(sealed: Sealed) -> Signature:
    return Signature.of(value_of(sealed.pdf))


def _owner(sealed: Sealed) -> bytes:
    """The certificate of the first seal in the file."""
    named = issuer_and_serial
    signature = _first(sealed)
    parts = der.read(signature.der).children()[1].children()[0].children()
    (info,) = parts[-1].children()
    identifier = info.children()[1].raw
    return next(c for c in signature.certificates if named(c) == identifier)


def _issued(sealed: Sealed, certificate: bytes, *, name: str, body: str, profile: str) -> bytes:
    """A certificate that the pilot's CA really issues, for the key of another certificate."""
    pilot = sealed.hands.world.pilot
    authority: Authority = "gm-province" if sealed.suite is suites.GM else "province"
    return build_certificate(
        PROFILES[profile],
        subject=subject_name(name, name, "安徽省"),
        public_key=suites.public_key(certificate),
        issuer=certs.load(pilot.authority(authority)),
        issuer_key=load_key(pilot.folder / f"keys/{authority}.key"),
        issuer_id=authority,
        serial=int.from_bytes(certificate[-8:], "big"),
        now=sealed.hands.now,
        names=alternative_names(f"body:{body}"),
    )


def _exchanged(sealed: Sealed, certificate: bytes) -> bytes:
    """The signature with another signer's certificate, its identifier changed to fit."""
    signature, old = _first(sealed), _owner(sealed)

    def named(parts: list[bytes]) -> list[bytes]:
        return [parts[0], issuer_and_serial(certificate), *parts[2:]]

    kept = [c for c in signature.certificates if c != old]
    changed = Signature(signature.with_info(named)).with_certificates(certificate, *kept)
    return with_value(sealed.pdf, changed)


@variant(*_REFUSED)
def certificate_of_another_name(sealed: Sealed) -> bytes:
    """Let the same key appear as another body's, by a genuine certificate of that body."""
    held = _owner(sealed)
    other = _issued(sealed, held, name=NAMES[CITY], body=CITY, profile="ukey-sign")
    return _exchanged(sealed, other)


@variant(*_REFUSED)
def certificate_renewed(sealed: Sealed) -> bytes:
    """Put the body's newer certificate for the same key in the place of the old, ended one."""
    held = _owner(sealed)
    other = _issued(sealed, held, name=NAMES[PROVINCE], body=PROVINCE, profile="ukey-sign")
    return _exchanged(sealed, other)


@variant(*_REFUSED)
def certificate_of_another_key(sealed: Sealed) -> bytes:
    """Put a stranger's certificate of the same name in its place."""
    return _exchanged(sealed, stranger(NAMES[PROVINCE]).certificate)


@variant(*_REFUSED)
def certificate_for_encryption(sealed: Sealed) -> bytes:
    """Put a certificate for the same key and another use in its place."""
    held = _owner(sealed)
    other = _issued(sealed, held, name=NAMES[PROVINCE], body=PROVINCE, profile="ukey-encrypt")
    return _exchanged(sealed, other)


@variant(*_REFUSED)
def certificate_of_an_authority(sealed: Sealed) -> bytes:
    """Put the authority's own certificate in its place."""
    return _exchanged(sealed, sealed.hands.world.pilot.authority("province"))


@variant(*_REFUSED, "unreadable")
def certificates_left_out(sealed: Sealed) -> bytes:
    """Take the signer's certificate out of the bag."""
    signature, old = _first(sealed), _owner(sealed)
    kept = [c for c in signature.certificates if c != old]
    return with_value(sealed.pdf, signature.with_certificates(*kept))


@variant(*_REFUSED, "unreadable")
def bag_of_certificates_emptied(sealed: Sealed) -> bytes:
    """Take every certificate away."""
    return with_value(sealed.pdf, _first(sealed).with_parts(lambda p: [*p[:3], p[-1]]))


@variant("cms")
def stray_certificate_carried(sealed: Sealed) -> bytes:
    """Carry a certificate of the attacker's, to be picked up by whoever collects them."""
    return _roomy(sealed, stranger("国务院办公厅").certificate)


def _roomy(sealed: Sealed, *more: bytes) -> bytes:
    """The first signature with further certificates, its time-stamp dropped to make room."""
    signature = _first(sealed)
    bare = Signature(signature.with_unsigned_attributes(b""))
    return with_value(sealed.pdf, bare.with_certificates(*signature.certificates, *more))


def _with_signers(sealed: Sealed, change: Callable[[bytes], bytes]) -> bytes:
    """The first signature with other signers; its time-stamp dropped to make room."""
    bare = Signature(_first(sealed).with_unsigned_attributes(b""))

    def changed(parts: list[bytes]) -> list[bytes]:
        (info,) = der.read(parts[-1]).children()
        return [*parts[:-1], der.encode(der.SET, change(info.raw))]

    return with_value(sealed.pdf, bare.with_parts(changed))


@variant("cms", "unreadable")
def signer_removed(sealed: Sealed) -> bytes:
    """Leave a signature that nobody signed."""
    return _with_signers(sealed, lambda _: b"")


@variant("cms", "unreadable")
def signer_added(sealed: Sealed) -> bytes:
    """Have readers choose which signer counts."""

    def added(info: bytes) -> bytes:
        parts = [part.raw for part in der.read(info).children()]
        return b"".join(sorted((info, der.sequence(*parts[:3], *parts[4:6]))))

    return _with_signers(sealed, added)


@variant("cms", "digest")
def signed_attributes_removed(sealed: Sealed) -> bytes:
    """Let the value be checked against the document itself instead of the attributes."""
    changed = _first(sealed).with_info(lambda p: [*p[:3], *p[4:]])
    return with_value(sealed.pdf, changed)


@variant("cms", "digest")
def signed_attributes_reordered(sealed: Sealed) -> bytes:
    """Sign the same attributes in another order, which is no DER."""

    def reordered(parts: list[bytes]) -> list[bytes]:
        held = [item.raw for item in der.read(parts[3]).children()]
        return [*parts[:3], der.encode(0xA0, b"".join(reversed(held))), *parts[4:]]

    return with_value(sealed.pdf, _first(sealed).with_info(reordered))


@variant("cms", "digest", "weak")
def digest_algorithm_weakened(sealed: Sealed) -> bytes:
    """Name SHA-1 as the digest."""
    weak = der.sequence(der.oid("1.3.14.3.2.26"))

    def weakened(parts: list[bytes]) -> list[bytes]:
        return [*parts[:2], weak, *parts[3:]]

    return with_value(sealed.pdf, _first(sealed).with_info(weakened))


@variant("cms", "digest", "weak")
def signature_algorithm_weakened(sealed: Sealed) -> bytes:
    """Name ECDSA with SHA-1 as the signature."""
    weak = der.sequence(der.oid("1.2.840.10045.4.1"))

    def weakened(parts: list[bytes]) -> list[bytes]:
        return [*parts[:4], weak, *parts[5:]]

    return with_value(sealed.pdf, _first(sealed).with_info(weakened))


@variant("cms", "digest", "unreadable")
def content_carried_inside(sealed: Sealed) -> bytes:
    """Carry other content inside, for readers that check that instead of the file."""

    def carried(parts: list[bytes]) -> list[bytes]:
        inner = der.read(parts[2]).children()[0].raw
        held = der.sequence(inner, der.encode(0xA0, der.octets(b"other words")))
        return [*parts[:2], held, *parts[3:]]

    return with_value(sealed.pdf, _first(sealed).with_parts(carried))


@variant("cms", "unreadable", "digest")
def revocation_lists_carried(sealed: Sealed) -> bytes:
    """Carry a list of the attacker's beside the certificates, where no signature reaches."""
    bare = Signature(_first(sealed).with_unsigned_attributes(b""))
    crl = sealed.hands.world.pilot.crls()[0]

    def carrying(parts: list[bytes]) -> list[bytes]:
        return [*parts[:4], der.encode(0xA1, crl + crl), parts[-1]]

    return with_value(sealed.pdf, bare.with_parts(carrying))


@variant("timestamp", "digest", "cms")
def value_mirrored(sealed: Sealed) -> bytes:
    """Exchange s for n - s: as good a value, but not the one that was stamped."""

    def mirrored(parts: list[bytes]) -> list[bytes]:
        r, s = decode_dss_signature(der.read(parts[5]).body)
        return [*parts[:5], der.octets(encode_dss_signature(r, _ORDER - s)), *parts[6:]]

    return with_value(sealed.pdf, _first(sealed).with_info(mirrored))


@variant("cms", "unreadable")
def lengths_written_long(sealed: Sealed) -> bytes:
    """Write a length in more bytes than it takes, which is no DER."""
    old = _first(sealed).der
    width = old[1] & 0x7F
    length = old[2 : 2 + width]
    return with_value(
        sealed.pdf, b"\x30" + bytes((0x80 | width + 1,)) + b"\x00" + length + old[2 + width :]
    )


@variant("cms", "unreadable")
def lengths_left_open(sealed: Sealed) -> bytes:
    """Write the value with an indefinite length, which is no DER."""
    old = _first(sealed).der
    width = old[1] & 0x7F
    return with_value(sealed.pdf, b"\x30\x80" + old[2 + width :] + b"\x00\x00")
