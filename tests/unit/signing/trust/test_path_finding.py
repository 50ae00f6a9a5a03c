"""Paths are found once, judged at each time anew, and never searched for without end."""

from datetime import timedelta

import pytest

from formats.directory import SuitePolicy
from formats.limits import MAX_PATH_CERTIFICATES
from signing.trust.errors import BadPath, Expired, SuiteRetired, UnknownIssuer, WrongUsage
from signing.trust.paths import find_paths
from signing.trust.store import TrustStore
from tests.hostile.paths import builder as make
from tests.hostile.paths.world import AT, DAY, World

EARLY, LATE = AT - 60 * DAY, AT


@pytest.fixture(scope="module")
def world() -> World:
    return World("p256")


@pytest.mark.parametrize("order", [(EARLY, LATE), (LATE, EARLY)], ids=["forward", "backward"])
def test_another_time_may_take_another_path(world: World, order: tuple[object, object]) -> None:
    """The issuer's certificate was renewed: each of the two holds at one of the times."""
    old = world.authority("CA", world.root, until=AT - 30 * DAY)
    new = world.authority("CA", world.root, since=AT - 40 * DAY)
    leaf = world.leaf(old)
    lists = [
        world.crl(party, since=at - DAY, until=at + DAY)
        for party in (world.root, world.ca)
        for at in (EARLY, LATE)
    ]
    trust = TrustStore(
        [world.root.certificate], [old.certificate, new.certificate], lists, grace=timedelta(100)
    )
    expected = {EARLY: old.certificate, LATE: new.certificate}

    for at in (EARLY, LATE) if order == (EARLY, LATE) else (LATE, EARLY):
        assert expected[at] == trust.validate(leaf.certificate, at, "sign").issuers[0]


def test_shorter_path_comes_first(world: World) -> None:
    detour = world.authority("Bridge", world.root)
    long = world.authority("CA", detour)
    leaf = world.leaf()

    found = find_paths(
        leaf.certificate,
        [world.root.certificate],
        [long.certificate, detour.certificate, world.ca.certificate],
    )

    assert [3, 4] == [len(path) for path in found]


def test_path_that_breaks_a_rule_gives_way_to_one_that_holds(world: World) -> None:
    closed = world.authority("CA", world.root, more=[make.explicit_policy()])
    leaf = world.leaf()

    found = find_paths(
        leaf.certificate,
        [world.root.certificate],
        [closed.certificate, world.ca.certificate],
    )

    assert [(leaf.certificate, world.ca.certificate, world.root.certificate)] == list(found)


def test_ladder_without_end_is_not_climbed(world: World) -> None:
    steps = [world.authority("Step 0", world.root)]
    for number in range(1, MAX_PATH_CERTIFICATES):
        steps.append(world.authority(f"Step {number}", steps[-1]))
    leaf = world.leaf(steps[-1])

    with pytest.raises(UnknownIssuer):
        find_paths(leaf.certificate, [world.root.certificate], [s.certificate for s in steps])


def test_certificate_that_is_an_anchor_is_its_own_path(world: World) -> None:
    leaf = world.leaf()

    assert ((leaf.certificate,),) == find_paths(leaf.certificate, [leaf.certificate], [])


def test_anchor_s_own_name_spaces_bind(world: World) -> None:
    elsewhere = make.directory(make.name(("C", "CN"), ("ST", "江苏省")))
    root = world.authority("Root", None, more=[make.constraints([elsewhere])])

    with pytest.raises(BadPath):
        find_paths(world.leaf().certificate, [root.certificate], [world.ca.certificate])


def test_issuer_of_an_ended_suite_ends_its_certificates(world: World) -> None:
    """A GM certificate of an issuer under INTL is worth what INTL is worth."""
    leaf = world.leaf(key=world.key("gm leaf", "sm2"))
    trust = TrustStore(
        [world.root.certificate],
        [world.ca.certificate],
        [world.crl(world.root), world.crl(world.ca)],
        policy=SuitePolicy(new="GM"),
    )

    with pytest.raises(SuiteRetired):
        trust.validate(leaf.certificate, AT, "sign")


def test_reason_of_the_shortest_path_is_told(world: World) -> None:
    old = world.authority("CA", world.root, until=AT - DAY)
    mail_only = world.authority("CA", world.root, more=[make.purposes(make.SERVER)])
    leaf = world.leaf(old)
    lists = [world.crl(world.root), world.crl(world.ca)]

    def refusal(*issuers: bytes) -> type[Exception]:
        trust = TrustStore([world.root.certificate], issuers, lists)
        with pytest.raises((Expired, WrongUsage)) as caught:
            trust.validate(leaf.certificate, AT, "sign")
        return caught.type

    assert Expired is refusal(old.certificate, mail_only.certificate)
    assert WrongUsage is refusal(mail_only.certificate, old.certificate)


def test_way_out_of_a_mesh_is_found(world: World) -> None:
    """Twelve authorities certify one another; the root has certified the last of them alone."""
    peers = [world.authority(f"Peer {n}", None) for n in range(12)]
    mesh = [
        world.authority(f"Peer {n}", other, key=party.key)
        for n, party in enumerate(peers)
        for other in peers
        if other is not party
    ]
    door = world.authority("Peer 11", world.root, key=peers[11].key)
    leaf = world.leaf(peers[0])

    found = find_paths(
        leaf.certificate,
        [world.root.certificate],
        [*(m.certificate for m in mesh), door.certificate],
    )

    assert (door.certificate, world.root.certificate) == found[0][-2:]
    assert len(found[0]) == 4
