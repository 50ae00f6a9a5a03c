"""Is an electronic seal genuine, valid at a time, and made for this signer? GB/T 38540-2020 7.2.

In order: the form and version; the maker's signature; the maker's certificate, at the time of the
signature, for making seals and nothing else; the seal's own validity then; the signer's
certificate among those that the seal was made for; the picture. Each fault has its own error.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from formats.errors import YidaoError
from formats.ids import CHINA
from signing import suites
from signing.errors import SignatureInvalid, TrustError, WeakAlgorithm
from signing.seal.eseal import ElectronicSeal, parse_seal
from signing.seal.eseal_errors import (
    SealForged,
    SealMakerBad,
    SealMakerUnknown,
    SealNotOurs,
    SealNotValid,
    SealRevoked,
)
from signing.seal.picture import appearance_of
from signing.suites import GM, INTL, Suite
from signing.timestamp import verify_token
from signing.trust import certs
from signing.trust.certs import CertificateBad
from signing.trust.store import TrustStore

_DIGEST_NAMES: Final = {
    "SM3": GM,
    GM.digest_oid: GM,
    "SHA256": INTL,
    INTL.digest_oid: INTL,
}
"""How makers name the digest of a certificate: GB/T 38540 leaves the name open."""


def verify_seal(
    data: bytes,
    *,
    trust: TrustStore,
    at: datetime,
    certificate: bytes,
    extra: Iterable[bytes] = (),
) -> ElectronicSeal:
    """The seal, checked for a signature by ``certificate`` made ``at`` that time.

    Which seals are out of use, the trust store says. ``extra``: certificates that came along, to
    build the maker's path with; they are not trusted. Raises a `SealFault` or `TooLarge`.
    """
    seal = parse_seal(data)
    open_question: SealMakerUnknown | None = None
    try:
        check_maker(seal, trust, at, extra)
    except SealMakerUnknown as error:  # what is known to be wrong is said before what is not known
        open_question = error
    if not seal.since <= at <= seal.until:
        raise SealNotValid(
            at.isoformat(), name=seal.name, since=_told(seal.since), until=_told(seal.until)
        )
    if not made_for(seal, certificate):
        raise SealNotOurs(seal.id, name=seal.name)
    since = trust.ended_seals.get(seal.id)
    if since is not None and since <= at:
        raise SealRevoked(seal.id, name=seal.name, revoked=_told(since))
    appearance_of(seal.picture)
    if open_question is not None:
        raise open_question
    return seal


def check_maker(
    seal: ElectronicSeal, trust: TrustStore, at: datetime, extra: Iterable[bytes] = ()
) -> None:
    """The maker's signature and certificate, and the time-stamp over it where there is one.

    Raises `SealForged`, `SealMakerBad` or `SealMakerUnknown`.
    """
    try:
        certs.load(seal.maker)
        _check_signature(seal.maker, seal.signature, seal.signed, seal.algorithm)
    except (SignatureInvalid, WeakAlgorithm, CertificateBad) as error:
        raise SealForged(error.detail) from error
    try:
        trust.validate(seal.maker, at, "seal", extra)
    except TrustError as error:
        kind = SealMakerUnknown if error.indeterminate else SealMakerBad
        raise kind(error.code, reason=error.sentences()[0]) from error
    if seal.timestamp is not None:
        try:
            verify_token(seal.timestamp, seal.signature, trust)
        except YidaoError as error:
            raise SealForged(f"time-stamp: {error.detail}") from error


@lru_cache(maxsize=16)
def _check_signature(maker: bytes, signature: bytes, signed: bytes, algorithm: str) -> None:
    """The mathematics, which no time changes; of the seals used last it is done once.

    Raises `SignatureInvalid` or `WeakAlgorithm`, which are never kept.
    """
    digest = suite_of_signature(algorithm).digest_oid
    suites.verify(maker, signature, signed, digest_oid=digest, signature_oid=algorithm)


def made_for(seal: ElectronicSeal, certificate: bytes) -> bool:
    """Whether the seal names the certificate, itself or by a digest of it."""
    if certificate in seal.certificates:
        return True
    for name, value in seal.digests:
        suite = _DIGEST_NAMES.get(name.upper().replace("-", ""))
        if suite is not None and suite.digest(certificate) == value:
            return True
    return False


def suite_of_signature(algorithm: str) -> Suite:
    """The suite of a signature algorithm's OID. Raises `WeakAlgorithm`."""
    for suite in (INTL, GM):
        if algorithm in suite.signatures.values():
            return suite
    raise WeakAlgorithm(algorithm, algorithm=algorithm)


def _told(at: datetime) -> str:
    """A day and minute as people here write them: China Standard Time."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
