"""What a body sends is of a suite accepted now, whatever time it claims for itself."""

from datetime import timedelta

import msgspec
import pytest

from formats.directory import SuitePolicy, SuiteTerm
from server.directory import Directory, read_directory
from server.exchange.accept import accept
from server.exchange.evidence import open_record
from signing.trust.errors import SuiteRetired
from signing.trust.snapshot import sign_snapshot
from tests.support.evidence import CITY, Journey, now, start_journey
from tests.support.pki import PilotWorld, snapshot_of

SIGNED = 3


@pytest.fixture(scope="module")
def journey(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    started = start_journey(pilot, tmp_path_factory.mktemp("journey"))
    started.travel(bodies=(CITY,))
    return started


def directory_of(journey: Journey, policy: SuitePolicy) -> Directory:
    """The directory of the journey's world under a policy, as a node reads it."""
    world = journey.world
    snapshot = msgspec.structs.replace(snapshot_of(world), suite=policy.new, policy=policy)
    signed = sign_snapshot(snapshot, world.pilot.directory_signer(policy.new), now())
    return read_directory(signed, world.anchors, now)


def test_a_record_that_claims_a_time_before_its_suite_ended_is_refused_afterwards(
    journey: Journey,
) -> None:
    end = now() + timedelta(minutes=1)
    policy = SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=end),))
    directory = directory_of(journey, policy)
    record = journey.receipts[SIGNED].record
    assert journey.statements[SIGNED].at < end

    opened = open_record(record, directory, now=end)
    with pytest.raises(SuiteRetired):
        open_record(record, directory, now=end + timedelta(seconds=1))

    assert journey.statements[SIGNED] == opened.statement


def test_a_dispatch_of_a_suite_that_has_ended_is_not_taken(journey: Journey) -> None:
    end = now() + timedelta(minutes=1)
    policy = SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=end),))
    directory, sealed = directory_of(journey, policy), journey.sealed

    taken = accept(sealed.header_p7m, sealed.keys_p7m, directory, at=end)
    with pytest.raises(SuiteRetired):
        accept(sealed.header_p7m, sealed.keys_p7m, directory, at=end + timedelta(seconds=1))

    assert sealed.header == taken.header
