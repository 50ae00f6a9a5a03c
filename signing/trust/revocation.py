"""Revocation lists (RFC 5280 5 and 6.3), from the directory alone: nothing is ever fetched.

A list counts for an issuer when it bears its name, its key's signature and no critical extension
that narrows it. Of several the newest decides.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from formats.errors import BadInput
from formats.i18n import mark
from signing import der, suites
from signing.errors import SignatureInvalid, WeakAlgorithm
from signing.gm.sm2 import Sm2PublicKey
from signing.trust import certs

_TRUTH: Final = der.encode(der.BOOLEAN, b"\xff")


class RevocationListBad(BadInput):
    """The bytes are not a revocation list."""

    code = "trust.crl-bad"
    happened = mark("吊销列表无法读取，可能已损坏。")
    advice = mark("请重新获取吊销列表后重试。")


@dataclass(frozen=True, slots=True)
class Status:
    """What the newest list of its issuer says about one certificate."""

    revoked: datetime | None
    """When it was revoked, if it was."""
    reason: str | None
    """RFC 5280 5.3.1, for example ``keyCompromise``; ``None`` where none is given."""
    as_of: datetime
    """When that list was made."""
    until: datetime
    """When the next was promised; the list says nothing about later."""


@lru_cache(maxsize=512)
def load_crl(data: bytes) -> x509.CertificateRevocationList:
    """The list. Raises `RevocationListBad`."""
    try:
        crl = x509.load_der_x509_crl(data)
        crl.extensions, crl.issuer  # noqa: B018 - parsed lazily; a bad one must fail here
        crl.last_update_utc, crl.next_update_utc  # noqa: B018 - the same
    except certs.UNREADABLE as error:
        raise RevocationListBad(str(error)) from error
    return crl


def status_of(certificate: bytes, issuer: bytes, crls: Iterable[bytes]) -> Status | None:
    """What is known about a certificate of that issuer; ``None`` without a usable list."""
    issued_by = certs.load(issuer)
    usable = []
    for data in crls:
        with suppress(RevocationListBad):
            if load_crl(data).issuer == issued_by.subject and _speaks_for(data, issuer):
                usable.append(load_crl(data))
    if not usable:
        return None
    crl = max(usable, key=lambda c: c.last_update_utc)
    # A list without nextUpdate promises nothing beyond its own moment; RFC 5280 5.1.2.5.
    until = crl.next_update_utc or crl.last_update_utc
    entries = _entries(crl, certs.load(certificate).serial_number)
    if not entries:
        return Status(None, None, crl.last_update_utc, until)
    revoked, reason = min(entries, key=lambda entry: entry[0])
    return Status(revoked, reason, crl.last_update_utc, until)


def _entries(crl: x509.CertificateRevocationList, serial: int) -> list[tuple[datetime, str | None]]:
    """Since when, and why, for each entry of a serial number; a list may name it twice.

    invalidityDate (RFC 5280 5.3.2) is when the key was in other hands already: it counts where it
    is the earlier.
    """
    if der.integer(serial) not in crl.tbs_certlist_bytes:
        return []  # a look at the octets spares reading fifty thousand entries
    found = []
    for entry in crl:
        if entry.serial_number != serial:
            continue
        since = entry.revocation_date_utc
        with suppress(x509.ExtensionNotFound):
            told = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
            since = min(since, told.invalidity_date_utc)
        found.append((since, _reason(entry)))
    return found


@lru_cache(maxsize=1024)
def _speaks_for(crl_der: bytes, issuer: bytes) -> bool:
    """Whether the issuer's key signed the list, and may, and the list covers all it issued."""
    crl, issued_by = load_crl(crl_der), certs.load(issuer)
    try:
        if any(extension.critical for extension in crl.extensions) or _has_critical_entry(crl):
            return False  # an indirect, partial or delta list; RFC 5280 5.2.4, 5.2.5, 5.3
        usage = issued_by.extensions.get_extension_for_class(x509.KeyUsage).value
        return usage.crl_sign and _is_signed_by(crl, suites.public_key(issuer))
    except (x509.ExtensionNotFound, WeakAlgorithm, InvalidSignature, *certs.UNREADABLE):
        return False


def _has_critical_entry(crl: x509.CertificateRevocationList) -> bool:
    """Whether an entry says what must be understood; then no entry counts, RFC 5280 5.3."""
    if _TRUTH not in crl.tbs_certlist_bytes:
        return False  # nothing in it is critical: the octets say so sooner than the entries
    return any(extension.critical for entry in crl for extension in entry.extensions)


def _is_signed_by(crl: x509.CertificateRevocationList, key: suites.PublicKey) -> bool:
    announced = crl.signature_algorithm_oid.dotted_string
    if isinstance(key, Sm2PublicKey):
        if announced != suites.GM.signatures["sm2-sm3"]:
            return False
        try:
            key.verify(crl.signature, crl.tbs_certlist_bytes)
        except SignatureInvalid:
            return False
        return True
    hashed = crl.signature_hash_algorithm
    if hashed is None or hashed.digest_size < 32:  # noqa: PLR2004 - SHA-256 and up
        return False
    return crl.is_signature_valid(key)


def _reason(entry: x509.RevokedCertificate) -> str | None:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, ValueError):
        return None
    return str(reason.value)
