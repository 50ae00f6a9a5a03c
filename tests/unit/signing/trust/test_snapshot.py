import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from formats.canonical import NotCanonical, to_bytes
from formats.directory import Snapshot, Suite, SuitePolicy, SuiteTerm
from signing import cms
from signing.errors import SignatureInvalid
from signing.pilot import Pilot, issue_node, revoke
from signing.trust.certs import serial_of
from signing.trust.errors import Revoked, SuiteRetired, UnknownIssuer, WrongUsage
from signing.trust.snapshot import (
    SnapshotEarly,
    SnapshotExpired,
    SnapshotForked,
    SnapshotOlder,
    digest_of,
    open_snapshot,
    sign_snapshot,
    trust_from_snapshot,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def snapshot_of(
    pki: Pilot,
    version: int = 1,
    previous: str | None = None,
    *,
    suite: Suite = "INTL",
    policy: SuitePolicy | None = None,
) -> Snapshot:
    return Snapshot(
        version=version,
        issued=NOW,
        expires=NOW + timedelta(days=7),
        suite=suite,
        policy=policy,
        previous=previous,
        nodes=(),
        bodies=(),
        certificates=pki.certificates(),
        revocations=pki.crls(),
    )


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), clock, os.urandom)


def signed(pki: Pilot, snapshot: Snapshot) -> bytes:
    return sign_snapshot(snapshot, pki.directory_signer(), NOW)


def test_a_signed_directory_comes_back_as_it_was(pki: Pilot) -> None:
    snapshot = snapshot_of(pki)

    assert snapshot == open_snapshot(signed(pki, snapshot), pki.anchors, now=NOW)


def test_the_next_version_follows_by_digest(pki: Pilot) -> None:
    first = snapshot_of(pki)
    second = snapshot_of(pki, 2, digest_of(first))

    opened = open_snapshot(signed(pki, second), pki.anchors, now=NOW, known=first)

    assert second == opened


def test_a_later_version_may_skip_some(pki: Pilot) -> None:
    later = snapshot_of(pki, 9, "sha256:" + "0" * 64)

    opened = open_snapshot(signed(pki, later), pki.anchors, now=NOW, known=snapshot_of(pki))

    assert 9 == opened.version


def test_a_lower_version_is_refused(pki: Pilot) -> None:
    with pytest.raises(SnapshotOlder):
        open_snapshot(signed(pki, snapshot_of(pki)), pki.anchors, now=NOW, at_least_version=2)


def test_a_fork_of_the_known_directory_is_refused(pki: Pilot) -> None:
    fork = snapshot_of(pki, 2, "sha256:" + "0" * 64)

    with pytest.raises(SnapshotForked):
        open_snapshot(signed(pki, fork), pki.anchors, now=NOW, known=snapshot_of(pki))


def test_another_directory_of_the_same_version_is_refused(pki: Pilot) -> None:
    first = snapshot_of(pki)
    other = msgspec.structs.replace(first, expires=NOW + timedelta(days=9))

    with pytest.raises(SnapshotForked):
        open_snapshot(signed(pki, other), pki.anchors, now=NOW, known=first)


def test_an_expired_directory_is_refused(pki: Pilot) -> None:
    with pytest.raises(SnapshotExpired):
        open_snapshot(signed(pki, snapshot_of(pki)), pki.anchors, now=NOW + timedelta(days=7))


def test_a_directory_from_the_future_is_refused(pki: Pilot) -> None:
    with pytest.raises(SnapshotEarly):
        open_snapshot(signed(pki, snapshot_of(pki)), pki.anchors, now=NOW - timedelta(minutes=11))


def test_a_node_may_not_sign_the_directory(pki: Pilot, tmp_path: Path) -> None:
    node = issue_node(pki, "340000", tmp_path).signer()

    with pytest.raises(WrongUsage):
        open_snapshot(sign_snapshot(snapshot_of(pki), node, NOW), pki.anchors, now=NOW)


def test_a_directory_of_another_network_is_refused(pki: Pilot, tmp_path: Path) -> None:
    other = Pilot.create(tmp_path / "other", clock, os.urandom)

    with pytest.raises(UnknownIssuer):
        open_snapshot(signed(other, snapshot_of(other)), pki.anchors, now=NOW)


def test_a_revoked_signer_does_not_get_by_with_an_old_list(tmp_path: Path) -> None:
    pki = Pilot.create(tmp_path / "pki", clock, os.urandom)
    signer, old_lists = pki.directory_signer(), snapshot_of(pki)
    pki.clock = lambda: NOW + timedelta(hours=1)
    revoke(pki, serial_of(signer.certificate), reason="keyCompromise", at=NOW)
    known = snapshot_of(pki)
    later = msgspec.structs.replace(old_lists, version=3)

    with pytest.raises(Revoked):
        open_snapshot(
            sign_snapshot(later, signer, NOW),
            pki.anchors,
            now=NOW + timedelta(hours=2),
            known=known,
        )


def test_a_changed_directory_is_refused(pki: Pilot) -> None:
    p7m = signed(pki, snapshot_of(pki))

    with pytest.raises(SignatureInvalid):
        open_snapshot(p7m.replace(b'"INTL"', b'"INTM"'), pki.anchors, now=NOW)


def test_a_directory_that_is_not_canonical_is_refused(pki: Pilot) -> None:
    data = to_bytes(snapshot_of(pki)).replace(b'{"bodies"', b'{ "bodies"', 1)

    with pytest.raises(NotCanonical):
        open_snapshot(cms.sign_attached(data, pki.directory_signer(), at=NOW), pki.anchors, now=NOW)


def test_the_directory_carries_what_trust_needs(pki: Pilot, tmp_path: Path) -> None:
    node = issue_node(pki, "340000", tmp_path)
    trust = trust_from_snapshot(snapshot_of(pki), pki.anchors)

    assert "340000" == trust.validate(node.certificate, NOW, "node").owner.id


END = NOW + timedelta(days=100)
BOTH = SuitePolicy(new="INTL", accepted=(SuiteTerm(suite="GM"),))
MOVED = SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=END),))


def test_a_directory_without_a_policy_trusts_its_own_suite_alone(
    pki: Pilot, tmp_path: Path
) -> None:
    trust = trust_from_snapshot(snapshot_of(pki), pki.anchors)
    node = issue_node(pki, "340000", tmp_path, suite="GM")

    with pytest.raises(SuiteRetired) as raised:
        trust.validate(node.certificate, NOW, "node")
    assert raised.value.code == "trust.suite-retired"
    assert "“GM”" in raised.value.text("zh")
    assert "“GM”" in raised.value.text("en")


def test_a_suite_is_trusted_until_the_policy_ends_it(pki: Pilot, tmp_path: Path) -> None:
    trust = trust_from_snapshot(snapshot_of(pki, suite="GM", policy=MOVED), pki.anchors)
    trust.check_suite("INTL", END)
    old = issue_node(pki, "340000", tmp_path / "old")
    new = issue_node(pki, "340000", tmp_path / "new", suite="GM")

    assert "340000" == trust.validate(old.certificate, NOW, "node").owner.id
    assert "340000" == trust.validate(new.certificate, NOW, "node").owner.id
    with pytest.raises(SuiteRetired, match="INTL"):
        trust.check_suite("INTL", END + timedelta(seconds=1))


def test_a_directory_moves_to_another_suite_in_two_steps(pki: Pilot) -> None:
    first = snapshot_of(pki)
    second = snapshot_of(pki, 2, digest_of(first), policy=BOTH)
    third = snapshot_of(pki, 3, digest_of(second), suite="GM", policy=MOVED)
    signed_in_gm = sign_snapshot(third, pki.directory_signer("GM"), NOW)

    assert second == open_snapshot(signed(pki, second), pki.anchors, now=NOW, known=first)
    assert third == open_snapshot(signed_in_gm, pki.anchors, now=NOW, known=second)
    with pytest.raises(SuiteRetired):  # at once
        open_snapshot(signed_in_gm, pki.anchors, now=NOW, known=first)


def test_a_directory_in_a_suite_that_has_ended_is_refused_whatever_it_says_itself(
    pki: Pilot,
) -> None:
    known = snapshot_of(pki, suite="GM")
    back = snapshot_of(pki, 2, digest_of(known), policy=BOTH)

    with pytest.raises(SuiteRetired):
        open_snapshot(signed(pki, back), pki.anchors, now=NOW, known=known)


def test_a_directory_names_its_predecessor_by_the_predecessor_s_suite(pki: Pilot) -> None:
    assert digest_of(snapshot_of(pki)).startswith("sha256:")
    assert digest_of(snapshot_of(pki, suite="GM")).startswith("sm3:")
