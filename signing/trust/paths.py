"""Paths from a certificate to an anchor: found within bounds, each checked by RFC 5280 6.1.

Who may be an issuer by name and key identifier is an issuer only if its key made the signature;
then the shortest paths come first (RFC 4158 2.4.2). What is not checked here is what depends on the
time or the use: `signing.trust.store` asks that of each path. So paths are found once for a
certificate, and every search ends: in a crowd of a thousand issuers of one name, and where
everybody certifies everybody.
"""

from collections import Counter, deque
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeVar

from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import AuthorityWithCert, TrustAnchor, TrustQualifiers
from pyhanko_certvalidator.errors import DisallowedAlgorithmError, ValidationError
from pyhanko_certvalidator.name_trees import (
    PKIXSubtrees,
    default_excluded_subtrees,
    default_permitted_subtrees,
    process_general_subtrees,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path

from formats.limits import MAX_PATH_CANDIDATES, MAX_PATH_CERTIFICATES, MAX_PATH_SIGNATURES
from signing import suites
from signing.errors import TrustError, WeakAlgorithm
from signing.trust import certs
from signing.trust.errors import BadPath, UnknownIssuer, WeakCertificate
from signing.trust.validator import SuiteValidator

_NO_CHECK: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)
_WEAK_HASHES: Final = {"md2", "md5", "sha1"}
_ANY_TIME: Final = datetime(5000, 1, 1, tzinfo=UTC)
_TOLERANT: Final = timedelta(days=365 * 4900)
"""With a tolerance of millennia the validator judges no time: the trust store does."""
_UNFIT: Final = (
    ValidationError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    NotImplementedError,  # a name constraint of a kind that it does not know
    AssertionError,  # a signature algorithm that does not fit the key
    UnsupportedAlgorithm,
)
"""What the validator and the reader below it raise for a path that is not to be trusted."""

_MOST_VISITS: Final = 4
"""Ways to one issuer that are followed further: the shortest, and some where it breaks a rule."""

T = TypeVar("T")
Path = tuple[bytes, ...]
"""DER: the certificate first, the anchor last."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A path on its way up."""

    links: Path
    seen: frozenset[tuple[str, bytes]]
    """Name and key of each, for a loop never helps; RFC 4158 5.2."""


def find_paths(
    certificate: bytes, anchors: Iterable[bytes], others: Iterable[bytes]
) -> tuple[Path, ...]:
    """Every path whose structure is right, the shortest first; at least one.

    Raises `UnknownIssuer` where none leads to an anchor, `WeakCertificate` or `BadPath` where those
    that do are not to be trusted: then for the reason of the shortest.
    """
    trusted = tuple(anchors)
    if certificate in trusted:
        return ((certificate,),)
    sound: list[Path] = []
    first: TrustError | None = None
    try:
        for path in _climb(certificate, trusted, tuple(others)):
            try:
                _check(path)
                sound.append(path)
            except TrustError as error:
                first = first or error
        itself = parsed(certificate).issuer == parsed(certificate).subject
    except _UNFIT as error:  # a name that only one of the two readers takes for one
        raise BadPath(
            f"{type(error).__name__}: {error}", name=certs.name_of(certificate)
        ) from error
    if sound:
        return tuple(sound)
    if first is None and itself:
        raise BadPath("self-signed, and no anchor", name=certs.name_of(certificate))
    raise first or UnknownIssuer(
        "no path to an anchor",
        name=certs.name_of(certificate),
        issuer=certs.issuer_name_of(certificate),
    )


# --- finding ----------------------------------------------------------------------------------
def _climb(certificate: bytes, anchors: Path, others: Path) -> Iterator[Path]:
    """Paths to an anchor, shortest first. Raises `BadPath` where no issuer of the name signed."""
    index = _Index(anchors, others)
    if not index.reaches(certificate):
        return
    steps = deque([_Step((certificate,), frozenset({_identity(certificate)}))])
    budget, emitted, forged = MAX_PATH_SIGNATURES, 0, False
    visits: Counter[bytes] = Counter()
    while steps and budget > 0 and emitted < MAX_PATH_CANDIDATES:
        step = steps.popleft()
        named = [i for i in index.issuers(step.links[-1]) if _identity(i) not in step.seen]
        signed = [i for i in named[:budget] if _signed_by(step.links[-1], i)]
        budget -= len(named)
        forged = forged or bool(named and not signed)
        for issuer in signed:
            links = (*step.links, issuer)
            if issuer in index.anchors:
                emitted += 1
                yield links
            elif len(links) < MAX_PATH_CERTIFICATES and visits[issuer] < _MOST_VISITS:
                visits[issuer] += 1
                steps.append(_Step(links, step.seen | {_identity(issuer)}))
    if forged and not emitted:
        raise BadPath("signed by none of its issuer's name", name=certs.name_of(certificate))


class _Index:
    """Anchors and other certificates by name, and which of them can lead to an anchor at all."""

    def __init__(self, anchors: Path, others: Path) -> None:
        self.anchors = frozenset(anchors)
        self._named: dict[str, list[bytes]] = {}
        for der in dict.fromkeys((*anchors, *others)):
            with suppress(*_UNFIT):  # what cannot be read to the end issues nothing
                _may_have_issued(parsed(der), parsed(der))
                self._named.setdefault(_identity(der)[0], []).append(der)

    def issuers(self, certificate: bytes) -> list[bytes]:
        """Who may have issued it, by name and key identifier, anchors first."""
        below = parsed(certificate)
        named = self._named.get(below.issuer.hashable, [])
        return [der for der in named if _may_have_issued(parsed(der), below)]

    def reaches(self, certificate: bytes) -> bool:
        """Whether an anchor is above it, by name and key identifier alone; each is asked once."""
        open_, seen = [certificate], {certificate}
        while open_:
            for issuer in self.issuers(open_.pop()):
                if issuer in self.anchors:
                    return True
                if issuer not in seen:
                    seen.add(issuer)
                    open_.append(issuer)
        return False


def _may_have_issued(issuer: asn1.Certificate, below: asn1.Certificate) -> bool:
    """Key identifiers, where both have them, are the same; RFC 5280 4.2.1.1."""
    wanted, has = below.authority_key_identifier, issuer.key_identifier
    if wanted and has and wanted != has:
        return False
    named = below.authority_issuer_serial
    return not named or bool(named == issuer.issuer_serial)


@lru_cache(maxsize=4096)
def _identity(certificate: bytes) -> tuple[str, bytes]:
    loaded = parsed(certificate)
    return loaded.subject.hashable, loaded.public_key.dump()


@lru_cache(maxsize=8192)
def _signed_by(certificate: bytes, issuer: bytes) -> bool:
    """Whether the issuer's key made the signature; how strong it is, is judged later."""
    below = parsed(certificate)
    try:
        SuiteValidator().validate_signature(
            below["signature_value"].native,
            below["tbs_certificate"].dump(),
            parsed(issuer).public_key,
            below["signature_algorithm"],
        )
    except (InvalidSignature, *_UNFIT):
        return False
    return True


@lru_cache(maxsize=8192)
def parsed(certificate: bytes) -> asn1.Certificate:
    """A certificate as the validator wants it; what it has read of it once it need not again."""
    return asn1.Certificate.load(certificate)


# --- checking ---------------------------------------------------------------------------------
def _check(path: Path) -> None:
    """RFC 5280 6.1 but for time and revocation. Raises `WeakCertificate` or `BadPath`."""
    name = certs.name_of(path[0])
    for link in path:
        try:
            suites.public_key(link)
        except WeakAlgorithm as error:
            raise WeakCertificate(error.detail, name=certs.name_of(link)) from error
    context = ValidationContext(
        trust_roots=[],
        other_certs=[],
        moment=_ANY_TIME,
        time_tolerance=_TOLERANT,
        allow_fetching=False,
        revinfo_policy=_NO_CHECK,
        weak_hash_algos=_WEAK_HASHES,
        signature_validator=SuiteValidator(),
    )
    leaf, *between, anchor = (parsed(link) for link in path)
    try:
        trusted = TrustAnchor(AuthorityWithCert(anchor), _qualifiers(anchor))
        climbing = ValidationPath(trusted, list(reversed(between)), leaf)
        _drive(async_validate_path(context, climbing))
    except DisallowedAlgorithmError as error:
        raise WeakCertificate(str(error), name=name) from error
    except _UNFIT as error:
        raise BadPath(f"{type(error).__name__}: {error}", name=name) from error
    if any(not parsed(link).subject.chosen for link in path[1:]):
        raise BadPath("an issuer without a name", name=name)  # RFC 5280 4.1.2.6


def _qualifiers(anchor: asn1.Certificate) -> TrustQualifiers:
    """What an anchor's own certificate limits: path length and name spaces, RFC 5937 3."""
    length, spaces = anchor.max_path_length, anchor.name_constraints_value
    parameters = None
    if spaces is not None:
        permitted, excluded = spaces["permitted_subtrees"], spaces["excluded_subtrees"]
        parameters = PKIXValidationParams(
            initial_permitted_subtrees=default_permitted_subtrees() | _subtrees(permitted),
            initial_excluded_subtrees=default_excluded_subtrees() | _subtrees(excluded),
        )
    return TrustQualifiers(
        standard_parameters=parameters, max_path_length=length, max_aa_path_length=length
    )


def _subtrees(value: Any) -> PKIXSubtrees:  # noqa: ANN401 - GeneralSubtrees, or asn1crypto's void
    if not isinstance(value, asn1.GeneralSubtrees):
        return {}
    subtrees: PKIXSubtrees = process_general_subtrees(value)
    return subtrees


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
