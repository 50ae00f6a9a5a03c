"""The directory as a signed file: written by its signer, opened under rules that never go back.

A snapshot is canonical JSON in an attached CMS. It is believed when its signer's certificate
carries our directory purpose and leads to an anchor, and when it is not expired, not older than
what is known, and not a fork of it (TUF 5.3 to 5.5 taught these rules). The revocation lists and
intermediates that judge the signer are those inside the snapshot, and its signature covers them.

Its policy of algorithm suites goes into the trust that is built from it. The signature of a new
snapshot must be of a suite that both it and the one in use accept; so a directory changes its own
suite in two steps, and nobody can go back to one that has ended.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from formats.canonical import from_canonical, to_bytes
from formats.digests import digest
from formats.directory import Snapshot
from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_DIRECTORY_BYTES
from signing import cms, suites
from signing.signer import Signer
from signing.trust.ocsp import apart
from signing.trust.store import TrustStore


class SnapshotRefused(BadInput):
    """A directory that is not taken over; the one in use stays."""

    code: ClassVar[str] = "directory.refused"
    happened = mark("收到的通讯录不予采用。")
    safe = mark("本机继续使用原有的通讯录。")
    advice = mark("请联系运维人员核实通讯录的来源。")


class SnapshotOlder(SnapshotRefused):
    """Its version is lower than one already seen."""

    code = "directory.rollback"
    happened = mark("收到的通讯录版本 {version} 低于已知版本 {known}，不予采用。")


class SnapshotExpired(SnapshotRefused):
    """Its time has run out."""

    code = "directory.expired"
    happened = mark("通讯录已于 {expires} 过期。")
    advice = mark("请联网同步通讯录后重试。")


class SnapshotEarly(SnapshotRefused):
    """It was issued in the future: a wrong clock, here or there."""

    code = "directory.early"
    happened = mark("通讯录的签发时间 {issued} 晚于本机时间。")
    advice = mark("请核对本机时间后重试。")


class SnapshotForked(SnapshotRefused):
    """It claims another predecessor than the snapshot in use, or the same version differs."""

    code = "directory.forked"
    happened = mark("收到的通讯录与本机已有版本不是同一来源（版本 {version}）。")


CLOCK_SKEW = timedelta(minutes=10)
"""Machines on a government intranet keep time to seconds; ten minutes forgives a lazy one."""


def sign_snapshot(snapshot: Snapshot, signer: Signer, at: datetime) -> bytes:
    """The p7m of a snapshot."""
    return cms.sign_attached(to_bytes(snapshot), signer, at=at)


def digest_of(snapshot: Snapshot) -> str:
    """What the next snapshot names as ``previous``: by the suite of the one that is named."""
    return digest(to_bytes(snapshot), snapshot.suite)


def open_snapshot(
    p7m: bytes,
    anchors: Iterable[bytes],
    *,
    now: datetime,
    at_least_version: int = 0,
    known: Snapshot | None = None,
) -> Snapshot:
    """The snapshot of a p7m, believed.

    ``known`` is the snapshot in use: the new one must be it, or its successor by digest when the
    version is the next, or of a higher version. Raises the errors above, a `TrustError`, or
    whatever `cms.open_attached` raises.
    """
    opened = cms.open_attached(p7m)
    snapshot = from_canonical(Snapshot, opened.data, limit=MAX_DIRECTORY_BYTES)
    trust = trust_from_snapshot(snapshot, anchors)
    if known is not None:  # a revoked signer must not get by with an old list of its own choice
        trust = trust.with_revocations(*apart(known.revocations))
        signed_in = suites.suite_of_key(opened.certificate).name
        TrustStore((), policy=known.suite_policy()).check_suite(signed_in, now)
    trust.validate(opened.certificate, now, "directory", opened.certificates)
    least = max(at_least_version, known.version if known is not None else 0)
    if snapshot.version < least:
        raise SnapshotOlder(version=snapshot.version, known=least)
    if snapshot.issued > now + CLOCK_SKEW:
        raise SnapshotEarly(issued=_told(snapshot.issued))
    if snapshot.expires <= now:
        raise SnapshotExpired(expires=_told(snapshot.expires))
    if known is not None:
        _check_succession(snapshot, known)
    return snapshot


def _check_succession(snapshot: Snapshot, known: Snapshot) -> None:
    same = snapshot.version == known.version
    follows = snapshot.version == known.version + 1
    if (same and digest_of(snapshot) != digest_of(known)) or (
        follows and snapshot.previous != digest_of(known)
    ):
        raise SnapshotForked(version=snapshot.version)


def trust_from_snapshot(snapshot: Snapshot, anchors: Iterable[bytes]) -> TrustStore:
    """Trust with all that a snapshot says: issuers, revocations, suites, seals out of use."""
    crls, ocsps = apart(snapshot.revocations)
    return TrustStore(
        anchors,
        snapshot.certificates,
        crls,
        ocsps=ocsps,
        policy=snapshot.suite_policy(),
        ended_seals={seal.id: seal.since for seal in snapshot.ended_seals},
    )


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
