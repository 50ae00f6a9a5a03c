"""Trust: from a certificate to an anchor, at a time, for a use; offline.

A `TrustStore` is a value: anchors, intermediates, revocation lists. The rules of the path
(RFC 5280 6.1: signatures, constraints, name spaces, key usage of issuers) are those of
pyhanko-certvalidator; time, use and revocation are judged here, so that each reason to refuse has
a code of its own and "not known" is never confused with "no".

The path of a certificate is found once and kept: it depends on the store and the certificate
alone. Judging it at another time costs microseconds.
"""

from collections.abc import Coroutine, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Any, Final, Literal, TypeVar

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    InvalidCertificateError,
    PathBuildingError,
    PathValidationError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from formats.directory import SuitePolicy
from formats.i18n import mark, tr
from signing import suites
from signing.errors import WeakAlgorithm
from signing.suites import SuiteName
from signing.trust import certs, oids
from signing.trust.certs import CertificateBad, Owner
from signing.trust.errors import (
    BadPath,
    Expired,
    NotYetValid,
    RevocationMissing,
    RevocationStale,
    Revoked,
    SuiteRetired,
    UnknownIssuer,
    WeakCertificate,
    WrongUsage,
)
from signing.trust.revocation import Status
from signing.trust.standing import standing_of
from signing.trust.validator import SuiteValidator

Usage = Literal["sign", "encrypt", "timestamp", "node", "directory", "seal"]

_USES: Final[dict[Usage, str]] = {
    "sign": mark("签名"),
    "encrypt": mark("加密"),
    "timestamp": mark("签发时间戳"),
    "node": mark("交换节点签名"),
    "directory": mark("签发通讯录"),
    "seal": mark("制作电子印章"),
}
_DOCUMENT_SIGNING: Final = "1.3.6.1.5.5.7.3.36"  # RFC 9336
_SIGNING_PURPOSES: Final = {
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
    ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
    _DOCUMENT_SIGNING,
}
_CHINA: Final = timezone(timedelta(hours=8), "CST")
_WEAK_HASHES: Final = {"md2", "md5", "sha1"}
_NO_CHECK: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)
_MAX_PATHS_KEPT: Final = 20_000
"""Twice the certificates of a province's bodies in use; then the oldest half is forgotten."""

_FINDING: Final = Lock()
"""asn1crypto reads a certificate bit by bit when asked, which two threads must not do at once."""

T = TypeVar("T")
V = TypeVar("V")
_Key = tuple[bytes, tuple[bytes, ...]]
"""A certificate and those that came along with it."""


@dataclass(frozen=True, slots=True)
class TrustPath:
    """A certificate that is trusted for a use at a time, and why."""

    certificate: bytes
    issuers: tuple[bytes, ...]
    """DER from the nearest issuer to the anchor, the anchor included."""
    owner: Owner
    usage: Usage
    at: datetime
    revoked_later: datetime | None
    """When the certificate was revoked after ``at``; a claimed time is then worth nothing."""
    revoked_reason: str | None
    """RFC 5280 5.3.1, for example ``keyCompromise``."""
    revocation_as_of: datetime
    """The age of the oldest revocation list that was relied on."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A path whose structure is right, with what is known of the revocation of each link."""

    links: tuple[bytes, ...]
    """The certificate first, the anchor last."""
    statuses: tuple[Status | None, ...]
    """One for each link below the anchor; ``None`` where no list or response speaks of it."""


class TrustStore:
    """Anchors, intermediates and revocation lists, with the question `validate`."""

    def __init__(
        self,
        anchors: Iterable[bytes],
        intermediates: Iterable[bytes] = (),
        crls: Iterable[bytes] = (),
        *,
        ocsps: Iterable[bytes] = (),
        grace: timedelta = timedelta(0),
        policy: SuitePolicy | None = None,
        ended_seals: Mapping[str, datetime] | None = None,
    ) -> None:
        """All in DER. ``grace``: how long after its end a revocation list still counts.

        ``ocsps``: OCSP responses, which count like lists of one certificate.

        ``policy``: the suites in which acts are accepted, and until when; without one, every suite.
        ``ended_seals``: electronic seals out of use by their esID, and since when.

        Raises `CertificateBad`. A list or response that cannot be read counts as missing.
        """
        self.anchors = tuple(anchors)
        self.intermediates = tuple(intermediates)
        for certificate in (*self.anchors, *self.intermediates):
            certs.load(certificate)
        self.crls = tuple(crls)
        self.ocsps = tuple(ocsps)
        self.grace = grace
        self.policy = policy
        self.ended_seals = dict(ended_seals or {})
        self._links: dict[_Key, tuple[bytes, ...]] = {}
        self._paths: dict[_Key, _Found] = {}

    def with_crls(self, crls: Iterable[bytes]) -> "TrustStore":
        """The same trust with further revocation lists, for example from an old signature."""
        return self.with_revocations(crls, ())

    def with_revocations(self, crls: Iterable[bytes], ocsps: Iterable[bytes]) -> "TrustStore":
        """The same trust with further lists and OCSP responses, for example from a document.

        They are not believed for being there: each counts only where it verifies. The structure of
        paths, which does not depend on them, is shared with this store.
        """
        lists = tuple(dict.fromkeys((*self.crls, *crls)))
        responses = tuple(dict.fromkeys((*self.ocsps, *ocsps)))
        if (len(lists), len(responses)) == (len(self.crls), len(self.ocsps)):
            return self  # nothing that is not known here
        further = copy(self)
        further.crls, further.ocsps = lists, responses
        further._paths = {}  # noqa: SLF001 - a copy of this; what is known of revocation is another now
        return further

    def validate(
        self, certificate: bytes, at: datetime, usage: Usage, extra: Iterable[bytes] = ()
    ) -> TrustPath:
        """The path of a certificate at a time for a use.

        ``extra`` are certificates that came along, to build the path with; they are not trusted.
        Raises a `TrustError` of `signing.trust.errors`, or `CertificateBad`.
        """
        certs.load(certificate)
        self._check_strength(certificate)
        check_usage(certificate, usage)
        _check_time(certificate, at)
        self.check_suite(suites.suite_of_key(certificate).name, at)
        further = tuple(c for c in extra if c not in self.intermediates and _readable(c))
        found = self._paths.get((certificate, further))
        if found is None:
            found = self._found(certificate, at, further)
        for link in found.links[1:-1]:
            _check_time(link, at)
        known = self._check_revocation(found, at)
        later = min((s for s in known if s.revoked), key=lambda s: str(s.revoked), default=None)
        return TrustPath(
            certificate=certificate,
            issuers=found.links[1:],
            owner=certs.owner_of(certificate),
            usage=usage,
            at=at,
            revoked_later=later.revoked if later is not None else None,
            revoked_reason=later.reason if later is not None else None,
            revocation_as_of=min((s.as_of for s in known), default=at),
        )

    def check_suite(self, suite: SuiteName, at: datetime) -> None:
        """Whether acts of that time in that suite are accepted. Raises `SuiteRetired`."""
        if self.policy is None or self.policy.accepts(suite, at):
            return
        term = self.policy.term(suite)
        until = _told(term.until) if term is not None and term.until is not None else "—"
        raise SuiteRetired(suite, at=_told(at), suite=suite, until=until)

    def _found(self, certificate: bytes, at: datetime, further: tuple[bytes, ...]) -> _Found:
        """The path and what is known of the revocation of its links, found out once."""
        key = (certificate, further)
        links = self._links.get(key)
        if links is None:
            with _FINDING:
                links = self._find(certificate, at, further)
            _keep(self._links, key, links)
        standings = (
            standing_of(link, issuer, self.crls, self.ocsps) for link, issuer in pairwise(links)
        )
        found = _Found(links, tuple(s.status if s is not None else None for s in standings))
        _keep(self._paths, key, found)
        return found

    def _check_strength(self, certificate: bytes) -> None:
        try:
            suites.public_key(certificate)
        except WeakAlgorithm as error:
            raise WeakCertificate(error.detail, name=certs.name_of(certificate)) from error

    def _find(
        self, certificate: bytes, at: datetime, further: tuple[bytes, ...]
    ) -> tuple[bytes, ...]:
        """The path, from the certificate to the anchor, its structure right: RFC 5280 6.1."""
        name, issuer = certs.name_of(certificate), certs.issuer_name_of(certificate)
        others = [_parsed(c) for c in (*self.intermediates, *further)]
        context = ValidationContext(
            trust_roots=[_parsed(c) for c in self.anchors],
            other_certs=others,
            moment=at.astimezone(UTC),
            allow_fetching=False,
            revinfo_policy=_NO_CHECK,
            weak_hash_algos=_WEAK_HASHES,
            signature_validator=SuiteValidator(),
        )
        validator = CertificateValidator(_parsed(certificate), validation_context=context)
        try:
            path = _drive(validator.async_validate_path())
        except PathBuildingError as error:
            raise UnknownIssuer(str(error), name=name, issuer=issuer) from error
        except DisallowedAlgorithmError as error:
            raise WeakCertificate(str(error), name=name) from error
        except PathValidationError as error:
            for link in error.original_path:  # an issuer's own validity has a reason of its own
                _check_time(link.dump(), at)
            raise BadPath(str(error), name=name) from error
        except (InvalidCertificateError, ValidationError, ValueError) as error:
            raise BadPath(str(error), name=name) from error
        links = tuple(link.dump() for link in reversed(list(path)))
        for link in links:
            self._check_strength(link)
        return links

    def _check_revocation(self, found: _Found, at: datetime) -> list[Status]:
        """RFC 5280 6.3: whether a link was revoked by then, then whether the lists reach so far.

        What is known to be revoked is refused before anything missing makes it undecided.
        """
        known = []
        for link, status in zip(found.links, found.statuses, strict=False):
            if status is not None and status.revoked is not None and status.revoked <= at:
                raise Revoked(
                    f"{certs.serial_of(link)} {status.reason}",
                    name=certs.name_of(link),
                    revoked=_told(status.revoked),
                    reason=status.reason,
                )
        for (link, issuer), status in zip(pairwise(found.links), found.statuses, strict=True):
            name, issued_by = certs.name_of(link), certs.name_of(issuer)
            if status is None:
                raise RevocationMissing(certs.serial_of(link), name=name, issuer=issued_by)
            if at > status.until + self.grace:
                raise RevocationStale(
                    certs.serial_of(link), name=name, issuer=issued_by, until=_told(status.until)
                )
            known.append(status)
        return known


@lru_cache(maxsize=4096)
def _parsed(certificate: bytes) -> asn1.Certificate:
    """A certificate as the validator wants it; what it has read of it once it need not again."""
    return asn1.Certificate.load(certificate)


def _keep(kept: dict[_Key, V], key: _Key, value: V) -> None:
    """Keep a value, the oldest half forgotten when there are too many."""
    if len(kept) >= _MAX_PATHS_KEPT:
        for old in list(kept)[: _MAX_PATHS_KEPT // 2]:
            kept.pop(old, None)
    kept[key] = value


def _readable(certificate: bytes) -> bool:
    """Whether a certificate that came along can be read; one that cannot helps nobody."""
    try:
        certs.load(certificate)
    except CertificateBad:
        return False
    return True


def check_usage(certificate: bytes, usage: Usage) -> None:
    """Whether a certificate says it is for that use. Raises `WrongUsage`.

    A signature needs digitalSignature or nonRepudiation and no purpose that excludes documents;
    a time-stamp the one critical purpose of RFC 3161 2.3; the directory and the making of
    electronic seals our own purposes.
    """
    loaded = certs.load(certificate)
    purposes: set[str] = set()
    critical = False
    try:
        found = loaded.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        purposes, critical = {oid.dotted_string for oid in found.value}, found.critical
    except x509.ExtensionNotFound:
        pass
    bits = certs.key_usage_of(certificate)
    stamping = ExtendedKeyUsageOID.TIME_STAMPING.dotted_string
    documents = bits == "sign" and (not purposes or bool(purposes & _SIGNING_PURPOSES))
    allowed = {
        "sign": documents,
        "encrypt": bits == "encrypt",
        "timestamp": bits == "sign" and critical and purposes == {stamping},
        "node": documents and certs.owner_of(certificate).kind == "node",
        "directory": bits == "sign" and oids.DIRECTORY_SIGNING in purposes,
        "seal": bits == "sign" and oids.SEAL_MAKING in purposes,
    }[usage]
    if not allowed or _is_ca(loaded):
        raise WrongUsage(usage, name=certs.name_of(certificate), usage=tr(_USES[usage]))


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _check_time(certificate: bytes, at: datetime) -> None:
    since, until = certs.validity_of(certificate)
    if at < since:
        raise NotYetValid(name=certs.name_of(certificate), at=_told(at), since=_told(since))
    if at > until:
        raise Expired(name=certs.name_of(certificate), at=_told(at), until=_told(until))


def _told(at: datetime) -> str:
    """An instant as people here write it: China Standard Time."""
    return at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def _drive(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, with or without an event loop in this thread.

    The validator is asynchronous for the sake of fetching, which is off.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # StopIteration is untyped
    coroutine.close()
    raise RuntimeError("the validator waited for something although fetching is off")
