"""Proof of existence: at which time each signature and time-stamp of a document is judged.

A time-stamp proves that what it covers existed, as long as it can be believed itself. So the
outermost document time-stamp is judged now; each one inside it, and each signature's own
time-stamp, at the time that the next one outside proves (ETSI EN 319 102-1 5.6.2). A document that
is re-stamped in time therefore outlives every certificate and algorithm inside it, and one whose
newest time-stamp has ended proves nothing any more.

Revocation data may come from the document itself: only lists and responses that verify count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pyhanko.pdf_utils.reader import PdfFileReader

from formats.errors import YidaoError
from formats.ids import CHINA
from signing.seal.dss import read_validation_data
from signing.timestamp import HARMLESS_ENDS, Timestamp, TimestampInvalid, open_token
from signing.trust import certs
from signing.trust.errors import Expired, RevocationStale, Revoked, SuiteRetired, Undecided
from signing.trust.store import TrustPath, TrustStore
from signing.verdict.carried import strays
from signing.verdict.parts import Part
from signing.verdict.reasons import Reason, reason

OWN_CLOCK: Final = timedelta(days=1)
"""A desk's clock may be behind so far, as with a wrong time zone; then a stamp is of the future."""

CLOCKS_APART: Final = timedelta(minutes=10)
"""Two authorities' clocks may differ so far before the inner stamp contradicts the outer one."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a document is judged by: the trust store and what the document brought along."""

    trust: TrustStore
    """With the revocation data of the document."""
    now: datetime
    certificates: tuple[bytes, ...] = ()
    """Of the document's store: they help to build paths and are not trusted."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A time-stamp judged."""

    at: datetime | None
    """The time it proves; ``None`` where it proves nothing."""
    reasons: tuple[Reason, ...] = ()
    stamp: Timestamp | None = None
    path: TrustPath | None = None

    @property
    def authority(self) -> str:
        """Who issued it, by name; empty where it proves nothing."""
        return certs.name_of(self.stamp.certificate) if self.stamp and self.at else ""


@dataclass(frozen=True, slots=True)
class Point:
    """A signature or document time-stamp, and what the time-stamps outside it prove of it."""

    part: Part
    outer: Stamped | None
    """The nearest document time-stamp over it that proves its time."""
    own: Stamped | None
    """What it proves itself, where it is a document time-stamp."""

    def by(self, now: datetime) -> datetime:
        """The time at which it existed for certain: proven, else now."""
        return self.outer.at if self.outer is not None and self.outer.at is not None else now


def grounds_of(reader: PdfFileReader, trust: TrustStore, now: datetime) -> Grounds:
    """The grounds of a document: the trust store with the data of its newest revision."""
    carried = read_validation_data(reader)
    if not carried:
        return Grounds(trust, now)
    if carried.crls or carried.ocsps:
        trust = trust.with_revocations(carried.crls, carried.ocsps)
    return Grounds(trust, now, carried.certificates)


def timeline(parts: Sequence[Part], pdf: bytes, grounds: Grounds) -> tuple[Point, ...]:
    """Each part with the proof over it, in the order of ``parts``: that of their revisions."""
    outer: Stamped | None = None
    points: list[Point] = []
    for part in reversed(parts):
        own = None
        if part.kind == "timestamp":
            own = judge_stamp(part.contents, part.signed_bytes(pdf), grounds, outer)
        points.append(Point(part, outer, own))
        if own is not None and own.at is not None and part.covered and part.permitted:
            outer = own
    return tuple(reversed(points))


def judge_stamp(token: bytes, data: bytes, grounds: Grounds, outer: Stamped | None) -> Stamped:
    """A time-stamp over ``data``: of a signature value, or of the document.

    ``outer``: the time-stamp that proves when it existed itself; ``None`` for now.
    """
    try:
        stamp = open_token(token)
        if stamp.imprint != stamp.suite.digest(data):
            raise TimestampInvalid("other data")
        if outer is not None and outer.at is not None and stamp.at > outer.at + CLOCKS_APART:
            raise TimestampInvalid("later than the stamp over it")
        return _judge_authority(stamp, grounds, outer)
    except SuiteRetired as error:
        ended = error.values.get("until") not in {"", "—"}
        return Stamped(None, (reason("timestamp-retired" if ended else "suite-retired"),))
    except Revoked:
        return Stamped(None, (reason("timestamp-revoked"),))
    except Undecided as error:
        detail = error.sentences()[0].rstrip("。.")
        return Stamped(None, (reason("timestamp-untrusted", detail=detail),))
    except YidaoError:
        return Stamped(None, (reason("timestamp"),))


def _judge_authority(stamp: Timestamp, grounds: Grounds, outer: Stamped | None) -> Stamped:
    """Whether its authority might stamp then, and may still be believed.

    Raises a `TrustError` or `TimestampInvalid`.
    """
    trust = grounds.trust
    carried = (*stamp.certificates, *grounds.certificates)
    path = trust.validate(stamp.certificate, stamp.at, "timestamp", carried)
    if strays(stamp.certificates, path, trust):
        raise TimestampInvalid("a stray certificate")
    until = outer.at if outer is not None and outer.at is not None else grounds.now
    if stamp.at > grounds.now + OWN_CLOCK:
        told = stamp.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        return Stamped(None, (reason("timestamp-future", at=told),), stamp, path)
    # A clock that is behind the authority's must not judge a stamp before it was made.
    until = max(until, stamp.at)
    try:
        trust.check_suite(stamp.suite.name, until)
        trust.validate(stamp.certificate, until, "timestamp", carried)
    except Expired:
        return Stamped(None, (reason("timestamp-expired", until=_end_of(path)),), stamp, path)
    except RevocationStale:
        # The list covers the time of the stamp; that it says nothing of today is no accusation,
        # and who must know of today has a directory that expires itself.
        pass
    except Revoked as error:
        if error.values.get("reason") not in HARMLESS_ENDS:
            raise
    return Stamped(stamp.at, (), stamp, path)


def ends_at(path: TrustPath, trust: TrustStore, suite: str) -> datetime:
    """The last moment at which a certificate and its issuers, and the suite, can be believed."""
    ends = [certs.validity_of(link)[1] for link in (path.certificate, *path.issuers[:-1])]
    term = trust.policy.term(suite) if trust.policy is not None else None
    if term is not None and term.until is not None:
        ends.append(term.until)
    return min(ends)


def _end_of(path: TrustPath) -> str:
    ends = min(certs.validity_of(link)[1] for link in (path.certificate, *path.issuers[:-1]))
    return ends.strftime("%Y-%m-%d")
