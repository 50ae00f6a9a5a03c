"""The directory's policy of suites: as the operator says, as before, or as the keys in use are."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from formats.directory import Snapshot, SuitePolicy, SuiteTerm
from server.directory_build import (
    BodyRow,
    NodeCutOff,
    SuiteOptionBad,
    bodies_cut_off,
    build_snapshot,
    policy_for,
    read_policy,
    signing_suite,
)
from server.enrol import Enrolment
from signing.pilot import Pilot, issue_node, issue_ukey
from signing.tokens.base import Secret
from signing.tokens.soft import SoftProvider
from signing.trust.snapshot import open_snapshot, sign_snapshot
from tests.support.pki import PIN

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
BODY = BodyRow(id="340000.bgt", name="安徽省人民政府办公厅", level="province", node="340000")
MOVING = SuitePolicy(
    new="GM",
    accepted=(SuiteTerm(suite="INTL", until=datetime(2027, 6, 30, 15, 59, 59, tzinfo=UTC)),),
)


def clock() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    made = Pilot.create(tmp_path_factory.mktemp("pki"), clock, os.urandom)
    issue_node(made, "340000", tmp_path_factory.mktemp("node"))
    return made


def built(pki: Pilot, previous: Snapshot | None = None, **more: object) -> Snapshot:
    node = pki.current("node:340000", "node")
    enrolment = Enrolment(
        node="340000",
        name="安徽",
        url="https://127.0.0.1:1",
        request="",
        certificate=node,
        log_key=bytes(32),
    )
    return build_snapshot(pki, [BODY], [enrolment], previous=previous, **more)  # type: ignore[arg-type]  # named as they are


def test_a_policy_is_written_as_a_suite_and_the_last_day_of_another() -> None:
    assert MOVING == read_policy("GM", ["INTL=2027-06-30"])
    assert SuitePolicy(new="INTL", accepted=(SuiteTerm(suite="GM"),)) == (
        read_policy("INTL", ["GM"])
    )


@pytest.mark.parametrize(
    ("new", "accepted"),
    [
        ("RSA", []),
        ("GM", ["RSA"]),
        ("GM", ["INTL=30.6.2027"]),
        ("GM", ["GM"]),
        ("GM", ["INTL="]),
    ],
    ids=["unknown", "unknown-other", "no-day", "twice", "empty-day"],
)
def test_a_policy_that_is_none_is_refused(new: str, accepted: list[str]) -> None:
    with pytest.raises(SuiteOptionBad, match=SuiteOptionBad.code):
        read_policy(new, accepted)


def test_a_directory_of_one_suite_says_nothing_of_others(pki: Pilot) -> None:
    snapshot = built(pki)

    assert (snapshot.policy, snapshot.suite) == (None, "INTL")
    assert snapshot.suite_policy() == SuitePolicy(new="INTL")


def test_a_suite_in_which_somebody_has_keys_is_accepted(
    pki: Pilot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Pilot.create(tmp_path_factory.mktemp("both"), clock, os.urandom)
    issue_node(other, "340000", tmp_path_factory.mktemp("gm-node"), suite="GM")
    intl, gm = pki.current("node:340000", "node"), other.current("node:340000", "node", "GM")
    assert intl is not None
    assert gm is not None

    assert SuitePolicy(new="INTL", accepted=(SuiteTerm(suite="GM"),)) == (
        policy_for("INTL", [intl, gm])
    )


def test_an_end_once_set_stays_in_the_next_version(pki: Pilot) -> None:
    first = built(pki, policy=MOVING)
    second = built(pki, first, suite="GM")

    assert MOVING == second.policy
    assert "GM" == second.suite


def test_a_directory_of_gm_alone_takes_no_other_suite_in_by_itself(pki: Pilot) -> None:
    first = built(pki, policy=SuitePolicy(new="GM"))

    assert SuitePolicy(new="GM") == built(pki, first, suite="GM").suite_policy()


def test_a_suite_is_not_ended_under_a_node_that_has_no_other(pki: Pilot) -> None:
    assert () == bodies_cut_off(built(pki, policy=MOVING))
    with pytest.raises(NodeCutOff, match="340000"):
        bodies_cut_off(built(pki, policy=read_policy("GM", ["INTL=2026-11-23"])))


def test_bodies_that_a_policy_silences_are_named(
    pki: Pilot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    mixed = Pilot.open(pki.folder, clock, os.urandom)
    issue_node(mixed, "340000", folder / "node", suite="GM")
    token = SoftProvider(folder).initialise("t", Secret(PIN), os.urandom)
    token.login(Secret(PIN))
    issue_ukey(mixed, token, BODY.id, BODY.name)

    assert (BODY.id,) == bodies_cut_off(built(mixed, policy=SuitePolicy(new="GM")))
    assert () == bodies_cut_off(built(mixed, policy=MOVING))


def test_a_directory_is_signed_in_the_suite_of_the_one_in_use_and_taken_over(pki: Pilot) -> None:
    in_use = built(pki)
    both = built(pki, in_use, policy=read_policy("INTL", ["GM"]))
    moved = built(pki, both, policy=MOVING)
    after = built(pki, moved, policy=SuitePolicy(new="GM"))
    opened = in_use
    for previous, snapshot in ((in_use, both), (both, moved), (moved, after)):
        signer = pki.directory_signer(signing_suite(snapshot, previous))
        p7m = sign_snapshot(snapshot, signer, NOW)
        opened = open_snapshot(p7m, pki.anchors, now=NOW + timedelta(seconds=1), known=opened)

    assert after == opened
    assert ("INTL", "INTL", "GM") == (
        signing_suite(both, in_use),
        signing_suite(moved, both),
        signing_suite(after, moved),
    )


def test_a_first_directory_is_signed_in_its_own_suite(pki: Pilot) -> None:
    assert "GM" == signing_suite(built(pki, suite="GM"), None)
