"""Capsules, streams, packages, records, proofs and bundles that were altered at random.

Whatever arrives, it ends in a coded error or in what was sent: never in a traceback, never in a
file that is half there.
"""

import io
import random  # noqa: TID251 - seeded: every failure can be run again
from collections.abc import Callable
from pathlib import Path

import pytest

from formats.canonical import to_bytes
from formats.directory import BadSuitePolicy
from formats.envelope.header import parse_header
from formats.envelope.stream import open_stream, payload_key
from formats.errors import YidaoError
from formats.evidence.bundle import read_bundle
from formats.evidence.checkpoint import parse_checkpoint
from formats.evidence.receipt import parse_proof, proof_text
from formats.evidence.record import parse_statement, statement_bytes
from formats.package.archive import read_package
from formats.package.manifest import parse_manifest
from signing.envelope import open_header, unwrap_secret
from signing.evidence import export_bundle, open_record, verify_bundle
from signing.trust.errors import SuiteRetired
from tests.support.evidence import CITY, Journey, start_journey
from tests.support.pki import PilotWorld

ROUNDS = 150


@pytest.fixture(scope="module", params=["INTL", "GM"])
def journey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    world: PilotWorld = request.getfixturevalue("gm_pilot" if request.param == "GM" else "pilot")
    started = start_journey(world, tmp_path_factory.mktemp("journey"))
    started.travel(bodies=(CITY,))
    return started


def mutated(data: bytes, chooser: random.Random) -> bytes:
    """The data with one to four things wrong with it."""
    bad = bytearray(data)
    for _ in range(chooser.randint(1, 4)):
        place = chooser.randrange(len(bad)) if bad else 0
        match chooser.randrange(6):
            case 0:
                bad[place : place + 1] = bytes((chooser.randrange(256),))
            case 1:
                del bad[place : place + chooser.randint(1, 40)]
            case 2:
                bad[place:place] = chooser.randbytes(chooser.randint(1, 40))
            case 3:
                bad[place:place] = bad[place : place + chooser.randint(1, 200)]
            case 4:
                del bad[place:]
            case _:
                bad[place : place + 4] = chooser.choice(
                    (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x30\x80\x00\x00", "龘".encode())
                )
    return bytes(bad)


def bundle_of(journey: Journey) -> bytes:
    pilot = journey.world.pilot
    return export_bundle(
        journey.sealed.header_p7m,
        journey.receipts,
        certificates=pilot.chain,
        crls=pilot.crls(),
        log_keys=journey.log_keys,
    )


def doors(journey: Journey) -> dict[str, tuple[bytes, Callable[[bytes], object]]]:
    """Each kind of bytes from outside with the door it comes in by."""
    sealed, receipt = journey.sealed, journey.receipts[-1]
    token = journey.world.login(CITY)
    package = read_package(journey.package)
    suite = journey.world.suite
    key = payload_key(bytes(32), suite, sealed.header.dispatch)
    return {
        "header": (to_bytes(sealed.header), parse_header),
        "signed-header": (sealed.header_p7m, lambda d: open_header(d, trust=journey.trust)),
        "capsule": (sealed.keys_p7m, lambda d: unwrap_secret(d, token)),
        "bound-capsule": (
            sealed.keys_p7m,
            lambda d: unwrap_secret(d, token, suite=suite, bound=True),
        ),
        "payload": (
            sealed.payload_path.read_bytes(),
            lambda d: open_stream(key, io.BytesIO(d), io.BytesIO(), suite=suite),
        ),
        "package": (journey.package, read_package),
        "manifest": (to_bytes(package.manifest), parse_manifest),
        "statement": (statement_bytes(journey.statements[-1]), parse_statement),
        "record": (receipt.record, lambda d: open_record(d, journey.trust)),
        "checkpoint": (
            receipt.checkpoint.encode(),
            lambda d: parse_checkpoint(d.decode("utf-8", "replace")),
        ),
        "proof": (
            proof_text(receipt).encode(),
            lambda d: parse_proof(d.decode("utf-8", "replace")),
        ),
        "bundle": (bundle_of(journey), read_bundle),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "header",
        "signed-header",
        "capsule",
        "bound-capsule",
        "payload",
        "package",
        "manifest",
        "statement",
        "record",
        "checkpoint",
        "proof",
        "bundle",
    ],
)
def test_what_was_altered_at_random_ends_in_a_coded_error(journey: Journey, kind: str) -> None:
    data, door = doors(journey)[kind]
    for seed in range(ROUNDS):
        bad = mutated(data, random.Random(f"{kind} {seed}"))  # noqa: S311 - chooses faults
        try:
            door(bad)
        except YidaoError as error:
            assert error.text()  # noqa: PT017 - either end is right; only a coded one is an error


def test_no_altered_bundle_holds(journey: Journey) -> None:
    data = bundle_of(journey)
    for seed in range(ROUNDS):
        bad = mutated(data, random.Random(f"bundle {seed}"))  # noqa: S311 - chooses faults
        report = verify_bundle(bad, journey.world.anchors)
        assert bad == data or not report.ok


def test_every_error_of_these_rooms_speaks_english_too(tmp_path: Path) -> None:
    from formats.envelope import header, stream  # noqa: PLC0415 - to be listed
    from formats.evidence import bundle, checkpoint, merkle, record  # noqa: PLC0415 - the same
    from formats.package import archive, manifest, stored  # noqa: PLC0415 - the same
    from signing import errors  # noqa: PLC0415 - the same
    from signing.evidence import faults  # noqa: PLC0415 - the same

    del tmp_path
    rooms = (header, stream, bundle, checkpoint, merkle, record, archive, manifest, stored, faults)
    classes = {
        value
        for room in rooms
        for value in vars(room).values()
        if isinstance(value, type)
        and issubclass(value, YidaoError)
        and value.__module__ == room.__name__
    } | {
        errors.NotAddressed,
        errors.EnvelopeMismatch,
        errors.IssuerMismatch,
        errors.NoEncryptionCertificate,
        errors.NoKeyOfSuite,
        errors.SuiteMismatch,
        BadSuitePolicy,
        SuiteRetired,
    }
    names = "place name event issuer node body part owner expected suite declared used at until"
    named = dict.fromkeys(names.split(), "x")
    for kind in classes:
        told = " ".join(kind("", limit=1, mark="x", **named).sentences("en"))
        chinese = [c for c in told if "\u4e00" <= c <= "\u9fff"]
        assert not chinese, (kind, told)
