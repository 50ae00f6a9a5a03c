"""Trust without a workspace: from a profile's files, or from a folder of anchors."""

from pathlib import Path
from typing import Final

from desktop.files import disk_errors, read_file
from desktop.profile import Profile, read_anchors
from desktop.services.ukey import load_directory
from formats.directory import Snapshot
from formats.effects import Clock
from formats.limits import MAX_OCSP_BYTES, MAX_SIGNED_BYTES, MIB
from signing.trust.ocsp import apart
from signing.trust.snapshot import open_snapshot, trust_from_snapshot
from signing.trust.store import TrustStore

_MAX_CRL_BYTES: Final = 16 * MIB
"""A revocation list of a whole province's certificates."""


def trust_of_profile(profile: Profile, clock: Clock) -> TrustStore:
    """Trust by a profile's anchors and its directory. Raises as `load_directory`."""
    return trust_from_snapshot(load_directory(profile, clock), profile.anchors())


def trust_of_folder(folder: Path, clock: Clock) -> TrustStore:
    """Trust by ``*.cer``, with what a directory (``*.p7m``), lists and responses there add.

    Lists are ``*.crl``, OCSP responses ``*.ors``; the newest directory says which suites are
    accepted. Raises `ProfileDamaged` when there is no anchor, and as `open_snapshot`.
    """
    anchors = read_anchors(folder)
    intermediates: tuple[bytes, ...] = ()
    with disk_errors(folder):
        lists = sorted(folder.glob("*.crl"))
        responses = sorted(folder.glob("*.ors"))
        directories = sorted(folder.glob("*.p7m"))
    revocations = tuple(read_file(path, limit=_MAX_CRL_BYTES) for path in lists)
    revocations += tuple(read_file(path, limit=MAX_OCSP_BYTES) for path in responses)
    newest: Snapshot | None = None
    for path in directories:
        snapshot = open_snapshot(read_file(path, limit=MAX_SIGNED_BYTES), anchors, now=clock())
        intermediates += snapshot.certificates
        revocations += snapshot.revocations
        if newest is None or snapshot.version > newest.version:
            newest = snapshot
    crls, ocsps = apart(revocations)
    policy = newest.suite_policy() if newest is not None else None
    return TrustStore(anchors, intermediates, crls, ocsps=ocsps, policy=policy)
