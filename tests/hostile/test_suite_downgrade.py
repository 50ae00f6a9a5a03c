"""Downgrades: an act in a suite that has ended, or one that says one suite and uses another."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from formats import digests
from formats.canonical import to_bytes
from formats.directory import Suite, SuitePolicy, SuiteTerm
from formats.effects import system_randomness
from formats.envelope.capsule import CapsuleContent
from formats.envelope.header import BadHeader, Recipient, RoutingHeader, parse_header
from formats.envelope.stream import WrongStreamSuite, payload_key, seal_stream
from formats.evidence.record import Statement, statement_bytes
from formats.ids import new_id
from signing.cms import sign_attached
from signing.envelope import (
    SealedDispatch,
    close_package,
    open_dispatch,
    open_header,
    unwrap_secret,
    wrap_secret,
)
from signing.envelope.files import whole_file
from signing.errors import CapsuleError, EnvelopeMismatch, SignatureInvalid, SuiteMismatch
from signing.evidence import open_record, sign_record, verify_chain
from signing.trust.errors import SuiteRetired
from signing.trust.store import TrustStore
from tests.support.evidence import CITY, PROVINCE, Journey, fields_for, now, start_journey
from tests.support.pki import PilotWorld

OTHER: dict[Suite, Suite] = {"INTL": "GM", "GM": "INTL"}


@pytest.fixture(scope="module", params=["INTL", "GM"])
def suite(request: pytest.FixtureRequest) -> Suite:
    """That of the honest act."""
    found: Suite = request.param
    return found


@pytest.fixture(scope="module")
def journey(
    suite: Suite,
    pilot: PilotWorld,
    gm_pilot: PilotWorld,
    tmp_path_factory: pytest.TempPathFactory,
) -> Journey:
    started = start_journey(
        gm_pilot if suite == "GM" else pilot, tmp_path_factory.mktemp("journey")
    )
    started.travel(bodies=(CITY,))
    return started


@pytest.fixture
def elsewhere(suite: Suite, pilot: PilotWorld, gm_pilot: PilotWorld) -> PilotWorld:
    """The same bodies with keys of the other suite."""
    return pilot if suite == "GM" else gm_pilot


def trusting(*worlds: PilotWorld, policy: SuitePolicy | None = None) -> TrustStore:
    """Trust in all the keys of these worlds, under a policy."""
    pilots = [world.pilot for world in worlds]
    return TrustStore(
        [a for p in pilots for a in p.anchors],
        [c for p in pilots for c in p.certificates()],
        [c for p in pilots for c in p.crls()],
        policy=policy,
    )


def ended(suite: Suite, *, ago: timedelta = timedelta(seconds=1)) -> SuitePolicy:
    """A policy that ended a suite a while ago."""
    return SuitePolicy(new=OTHER[suite], accepted=(SuiteTerm(suite=suite, until=now() - ago),))


# --- a suite that has ended -----------------------------------------------------------------------
POLICIES: dict[str, Callable[[Suite], SuitePolicy]] = {
    "ended": lambda suite: ended(suite, ago=timedelta(days=1)),
    "never-accepted": lambda suite: SuitePolicy(new=OTHER[suite]),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_header_in_a_suite_that_is_not_accepted_is_refused(
    journey: Journey, suite: Suite, policy: str
) -> None:
    trust = trusting(journey.world, policy=POLICIES[policy](suite))
    with pytest.raises(SuiteRetired) as raised:
        open_header(journey.sealed.header_p7m, trust=trust, at=now())

    assert "trust.suite-retired" == raised.value.code
    assert f"“{suite}”" in raised.value.text()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_record_in_a_suite_that_is_not_accepted_is_refused(
    journey: Journey, suite: Suite, policy: str
) -> None:
    trust = trusting(journey.world, policy=POLICIES[policy](suite))
    report = verify_chain(
        journey.receipts,
        trust=trust,
        log_keys=journey.log_keys,
        header_p7m=journey.sealed.header_p7m,
    )

    with pytest.raises(SuiteRetired):
        open_record(journey.receipts[0].record, trust)
    assert {"trust.suite-retired"} == {c for e in report.events for c, _ in e.reasons}


def test_what_was_signed_before_its_suite_ended_stays_good(journey: Journey, suite: Suite) -> None:
    trust = trusting(journey.world, policy=ended(suite, ago=timedelta(seconds=-60)))
    opened = open_record(journey.receipts[3].record, trust)

    assert journey.statements[3] == opened.statement


def test_a_dispatch_in_a_suite_that_has_ended_is_not_opened(
    journey: Journey, suite: Suite, tmp_path: Path
) -> None:
    with pytest.raises(SuiteRetired):
        opened(
            journey,
            journey.sealed,
            tmp_path,
            trust=trusting(journey.world, policy=ended(suite, ago=timedelta(days=1))),
        )
    assert [] == list(tmp_path.iterdir())


# --- one suite said, another used -----------------------------------------------------------------
def opened(journey: Journey, sealed: SealedDispatch, folder: Path, *, trust: TrustStore) -> object:
    return open_dispatch(
        sealed.header_p7m,
        sealed.keys_p7m,
        sealed.payload_path,
        token=journey.world.login(CITY),
        trust=trust,
        body_id=CITY,
        out=folder / "package",
    )


def relabelled(header: RoutingHeader, suite: Suite, sealed: SealedDispatch) -> RoutingHeader:
    """The header with the other suite's name and digests that fit."""
    payload = sealed.payload_path.read_bytes()
    return msgspec.structs.replace(
        header,
        suite=suite,
        capsule_digest=digests.digest(sealed.keys_p7m, suite),
        payload_digest=digests.digest(payload, suite),
    )


def resigned(
    journey: Journey,
    header: RoutingHeader,
    *,
    keys: bytes | None = None,
    payload: Path | None = None,
) -> SealedDispatch:
    """By the sender's own key over whatever the header says, with other pieces where given."""
    return replace(
        journey.sealed,
        header=header,
        header_p7m=sign_attached(to_bytes(header), journey.world.signer(PROVINCE), at=now()),
        keys_p7m=keys or journey.sealed.keys_p7m,
        payload_path=payload or journey.sealed.payload_path,
    )


def test_a_header_that_says_another_suite_than_its_signature_is_refused(
    journey: Journey, suite: Suite, elsewhere: PilotWorld
) -> None:
    forged = relabelled(journey.sealed.header, OTHER[suite], journey.sealed)
    sealed = resigned(journey, forged)

    with pytest.raises(SuiteMismatch) as raised:
        open_header(sealed.header_p7m, trust=trusting(journey.world, elsewhere))
    assert f"“{OTHER[suite]}”" in raised.value.text()
    assert f"“{suite}”" in raised.value.text()


def test_a_header_with_digests_of_another_suite_does_not_exist(
    journey: Journey, suite: Suite
) -> None:
    header = to_bytes(journey.sealed.header)
    said = f'"suite":"{suite}"'.encode()
    with pytest.raises(BadHeader) as raised:
        parse_header(header.replace(said, f'"suite":"{OTHER[suite]}"'.encode()))

    assert "suite" in raised.value.text()


def test_a_capsule_of_the_other_suite_under_a_whole_header_is_refused(
    journey: Journey, suite: Suite, elsewhere: PilotWorld, tmp_path: Path
) -> None:
    # The sender's own key, the body's own keys of both suites; only the suites do not agree.
    keys = [c for c in elsewhere.pilot.body_certificates(CITY) if c.usage == "encrypt"]
    secret = unwrap_secret(journey.sealed.keys_p7m, journey.world.login(CITY))
    capsule = wrap_secret(secret, keys, randomness=system_randomness)
    header = msgspec.structs.replace(
        journey.sealed.header,
        capsule_digest=digests.digest(capsule, suite),
        capsule_size=len(capsule),
    )
    sealed = resigned(journey, header, keys=capsule)

    with pytest.raises(SuiteMismatch):
        open_dispatch(
            sealed.header_p7m,
            sealed.keys_p7m,
            sealed.payload_path,
            token=elsewhere.login(CITY),
            trust=trusting(journey.world, elsewhere),
            body_id=CITY,
            out=tmp_path / "package",
        )
    assert [] == list(tmp_path.iterdir())


def test_a_payload_of_the_other_suite_under_a_whole_header_is_refused(
    journey: Journey, suite: Suite, tmp_path: Path
) -> None:
    # All digests fit and the key is right: only the cipher is not that of the suite.
    payload, keys = recut(journey, suite, OTHER[suite], tmp_path)
    header = msgspec.structs.replace(
        journey.sealed.header,
        payload_digest=digests.digest(payload.read_bytes(), suite),
        payload_size=payload.stat().st_size,
        capsule_digest=digests.digest(keys, suite),
        capsule_size=len(keys),
    )
    sealed = resigned(journey, header, keys=keys, payload=payload)

    with pytest.raises(WrongStreamSuite):
        opened(journey, sealed, tmp_path, trust=trusting(journey.world))
    assert ["payload"] == [p.name for p in tmp_path.iterdir()]


def recut(journey: Journey, said: Suite, used: Suite, folder: Path) -> tuple[Path, bytes]:
    """The package sealed by another suite's cipher, in a capsule that says ``said``."""
    dispatch, secret = journey.sealed.header.dispatch, bytes(range(32))
    path = folder / "payload"
    with whole_file(path) as sink:
        key = payload_key(secret, said, dispatch)
        summary = seal_stream(key, io.BytesIO(journey.package), sink, suite=used)
    content = CapsuleContent(
        suite=said,
        dispatch=dispatch,
        secret=secret,
        plain_digest=digests.digest(journey.package, said),
        cipher_digest=digests.digest(path.read_bytes(), said),
        size=summary.plain_size,
    )
    held = [c for c in journey.world.pilot.body_certificates(CITY) if c.usage == "encrypt"]
    return path, wrap_secret(to_bytes(content), held, randomness=system_randomness)


def test_a_capsule_whose_content_says_the_other_suite_is_refused(
    journey: Journey, suite: Suite, tmp_path: Path
) -> None:
    payload, keys = recut(journey, OTHER[suite], OTHER[suite], tmp_path)
    header = msgspec.structs.replace(
        journey.sealed.header,
        payload_digest=digests.digest(payload.read_bytes(), suite),
        payload_size=payload.stat().st_size,
        capsule_digest=digests.digest(keys, suite),
        capsule_size=len(keys),
    )
    sealed = resigned(journey, header, keys=keys, payload=payload)

    with pytest.raises(EnvelopeMismatch):
        opened(journey, sealed, tmp_path, trust=trusting(journey.world))


def test_a_recipient_s_entry_cut_out_of_the_capsule_is_refused(
    journey: Journey, elsewhere: PilotWorld, tmp_path: Path
) -> None:
    # One who carries it takes out an entry: the header's digest does not fit any more.
    held = [c for c in journey.world.pilot.body_certificates("340123.bgs") if c.usage == "encrypt"]
    secret = unwrap_secret(journey.sealed.keys_p7m, journey.world.login(CITY))
    stripped = wrap_secret(secret, held, randomness=system_randomness)
    sealed = replace(journey.sealed, keys_p7m=stripped)

    with pytest.raises(EnvelopeMismatch):
        opened(journey, sealed, tmp_path, trust=trusting(journey.world, elsewhere))


def test_the_capsule_of_another_dispatch_in_the_same_suite_is_refused(
    journey: Journey, suite: Suite, tmp_path: Path
) -> None:
    recipient = Recipient(consignment=new_id(now, system_randomness), body=CITY)
    other = close_package(
        b"another package",
        fields_for(new_id(now, system_randomness), suite=suite),
        [(recipient, journey.world.pilot.body_certificates(CITY))],
        journey.world.signer(PROVINCE),
        randomness=system_randomness,
        clock=now,
        payload_out=tmp_path / "payload.bin",
    )
    swapped = replace(journey.sealed, keys_p7m=other.keys_p7m)
    rebound = resigned(
        journey,
        msgspec.structs.replace(
            journey.sealed.header,
            capsule_digest=other.header.capsule_digest,
            capsule_size=other.header.capsule_size,
        ),
        keys=other.keys_p7m,
    )
    for sealed in (swapped, rebound):
        with pytest.raises(CapsuleError):
            opened(journey, sealed, tmp_path, trust=trusting(journey.world))


# --- records --------------------------------------------------------------------------------------
def record_said(statement: Statement, suite: Suite) -> Statement:
    return msgspec.structs.replace(statement, suite=suite)


def test_a_record_cannot_be_signed_in_another_suite_than_it_says(
    journey: Journey, suite: Suite
) -> None:
    with pytest.raises(SuiteMismatch):
        sign_record(record_said(journey.statements[3], OTHER[suite]), journey.world.signer(CITY))


def test_a_record_that_says_another_suite_than_its_signature_is_refused(
    journey: Journey, suite: Suite, elsewhere: PilotWorld
) -> None:
    said = record_said(journey.statements[3], OTHER[suite])
    forged = sign_attached(statement_bytes(said), journey.world.signer(CITY), at=now())

    with pytest.raises(SuiteMismatch) as raised:
        open_record(forged, trusting(journey.world, elsewhere))
    assert "signing.suite-mismatch" == raised.value.code


def test_records_of_both_suites_stand_in_one_chain(
    journey: Journey, suite: Suite, elsewhere: PilotWorld
) -> None:
    # A body that has moved on states its receipt in the new suite; every link is by the digest
    # of what it names, in that one's suite.
    said = record_said(journey.statements[3], OTHER[suite])
    record = sign_record(said, elsewhere.signer(CITY))
    receipt = journey.logs["340100"].receipt(record, None)
    both = SuitePolicy(new=suite, accepted=(SuiteTerm(suite=OTHER[suite]),))
    report = verify_chain(
        [*journey.receipts[:3], receipt],
        trust=trusting(journey.world, elsewhere, policy=both),
        log_keys=journey.log_keys,
        header_p7m=journey.sealed.header_p7m,
    )

    assert report.ok, report


@pytest.mark.parametrize("field", sorted(RoutingHeader.__struct_fields__))
def test_an_altered_field_of_a_header_is_refused(journey: Journey, field: str) -> None:
    p7m = journey.sealed.header_p7m
    place = p7m.index(f'"{field}":'.encode()) + len(field) + 3
    altered = p7m[: place + 1] + bytes((p7m[place + 1] ^ 1,)) + p7m[place + 2 :]

    with pytest.raises(SignatureInvalid):
        open_header(altered, trust=journey.trust, at=now())
