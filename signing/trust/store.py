"""Trust: from a certificate to an anchor, at a time, for a use; offline.

A `TrustStore` is a value: anchors, intermediates, revocation lists. Paths are found, and their
structure checked, in `signing.trust.paths`; time, use and revocation are judged here, so that each
reason to refuse has a code of its own and "not known" is never confused with "no".

The paths of a certificate are found once and kept: they depend on the store and the certificate
alone. Judging them at another time costs microseconds.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Lock
from typing import Final, Literal, TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from formats.directory import SuitePolicy
from formats.i18n import mark, tr
from formats.ids import CHINA
from signing import suites
from signing.errors import TrustError, WeakAlgorithm
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
    WeakCertificate,
    WrongUsage,
)
from signing.trust.paths import Path, find_paths
from signing.trust.revocation import Status
from signing.trust.standing import standing_of

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
_MAX_PATHS_KEPT: Final = 20_000
"""Twice the certificates of a province's bodies in use; then the oldest half is forgotten."""

_FINDING: Final = Lock()
"""asn1crypto reads a certificate bit by bit when asked, which two threads must not do at once."""

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
        self._links: dict[_Key, tuple[Path, ...]] = {}
        self._paths: dict[_Key, tuple[_Found, ...]] = {}

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
            found = self._found(certificate, further)
        first: TrustError | None = None
        for path in found:
            try:
                return self._judge(path, at, usage)
            except TrustError as error:
                first = first or error
        raise first or BadPath("no path", name=certs.name_of(certificate))

    def _judge(self, found: _Found, at: datetime, usage: Usage) -> TrustPath:
        """One path at a time for a use: validity, suites, purposes, revocation of every link."""
        for link in found.links:
            _check_time(link, at)
            self.check_suite(suites.suite_of_key(link).name, at)
        for issuer in found.links[1:-1]:
            _check_issuer_purposes(issuer, usage)
        known = self._check_revocation(found, at)
        later = min((s for s in known if s.revoked), key=lambda s: str(s.revoked), default=None)
        certificate = found.links[0]
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

    def _found(self, certificate: bytes, further: tuple[bytes, ...]) -> tuple[_Found, ...]:
        """The paths and what is known of the revocation of their links, found out once."""
        key = (certificate, further)
        paths = self._links.get(key)
        if paths is None:
            with _FINDING:
                paths = self._find(certificate, further)
            _keep(self._links, key, paths)
        found = tuple(_Found(links, self._standings(links)) for links in paths)
        _keep(self._paths, key, found)
        return found

    def _standings(self, links: Path) -> tuple[Status | None, ...]:
        standings = (
            standing_of(link, issuer, self.crls, self.ocsps) for link, issuer in pairwise(links)
        )
        return tuple(s.status if s is not None else None for s in standings)

    def _check_strength(self, certificate: bytes) -> None:
        try:
            suites.public_key(certificate)
        except WeakAlgorithm as error:
            raise WeakCertificate(error.detail, name=certs.name_of(certificate)) from error

    def _find(self, certificate: bytes, further: tuple[bytes, ...]) -> tuple[Path, ...]:
        """The paths of a certificate, their structure right; RFC 5280 6.1."""
        return find_paths(certificate, self.anchors, (*self.intermediates, *further))

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


_FITTING: Final[dict[Usage, set[str]]] = {
    "timestamp": {ExtendedKeyUsageOID.TIME_STAMPING.dotted_string},
    "directory": {oids.DIRECTORY_SIGNING},
    "seal": {oids.SEAL_MAKING},
}
"""Purposes that an issuer limited to some must have for a use; for documents those above."""


def _check_issuer_purposes(issuer: bytes, usage: Usage) -> None:
    """An issuer limited to purposes issues for no other. Raises `WrongUsage`.

    RFC 5280 4.2.1.12 leaves it open what a purpose of a CA means; CA/B BR 7.1.2.10.6 and openssl
    take it as a limit, and the strict reading is the safe one. One without purposes has no limit.
    """
    try:
        found = certs.load(issuer).extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return
    fitting = _FITTING.get(usage, _SIGNING_PURPOSES)
    purposes = {oid.dotted_string for oid in found.value}
    if not purposes & {*fitting, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string}:
        raise WrongUsage(usage, name=certs.name_of(issuer), usage=tr(_USES[usage]))


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
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
