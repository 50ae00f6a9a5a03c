"""Foreign files are verified in a limited process of their own."""

import re
import sys
import zlib
from pathlib import Path

import pytest

from formats.directory import SuitePolicy
from signing.trust.store import TrustStore
from signing.verdict.etsi import NoReport, report_xml
from signing.verdict.pdf import verify_pdf
from signing.verdict.sandbox import verify_outside
from tests.support.pki import PilotWorld, build_world
from tests.support.sealed import CITY, Hands, plain_pdf


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())


def test_sandbox_gives_the_verdict_of_the_process(hands: Hands, sealed: bytes) -> None:
    trust, now = hands.trust, hands.now

    assert verify_outside(sealed, trust=trust, now=now) == verify_pdf(sealed, trust=trust, now=now)


def test_sandbox_verifies_the_national_suite_too(pilot: PilotWorld, tmp_path: Path) -> None:
    world = build_world(tmp_path, pilot.softhsm, mark="-gm", suite="GM")
    hands = Hands(world)
    verdict = verify_outside(hands.seal(plain_pdf()), trust=hands.trust, now=hands.now)

    assert (verdict.status, verdict.level) == ("green", "B-T"), verdict.sentence
    assert str(verdict.signatures[0].content).startswith("sm3:")
    with pytest.raises(NoReport):
        report_xml(verdict)


def test_sandbox_knows_which_suites_are_accepted(hands: Hands, sealed: bytes) -> None:
    pilot = hands.world.pilot
    trust = TrustStore(
        pilot.anchors, pilot.certificates(), pilot.crls(), policy=SuitePolicy(new="GM")
    )

    assert verify_outside(sealed, trust=trust, now=hands.now).has("suite-retired")


def test_sandbox_passes_on_the_expected_bodies(hands: Hands, sealed: bytes) -> None:
    verdict = verify_outside(sealed, trust=hands.trust, now=hands.now, expected_bodies=[CITY])

    assert verdict.has("body")


def test_process_that_dies_leaves_a_red_verdict(
    hands: Hands, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    verdict = verify_outside(sealed, trust=hands.trust, now=hands.now)

    assert (verdict.status, verdict.has("limits")) == ("red", True)


def test_process_without_time_leaves_a_red_verdict(hands: Hands, sealed: bytes) -> None:
    verdict = verify_outside(sealed, trust=hands.trust, now=hands.now, seconds=0)

    assert (verdict.status, verdict.has("limits")) == ("red", True)


def test_junk_is_red(hands: Hands) -> None:
    verdict = verify_outside(b"%PDF-1.7\n" + b"[" * 200_000, trust=hands.trust, now=hands.now)

    assert verdict.status == "red"


def test_compression_bomb_is_red(hands: Hands, sealed: bytes) -> None:
    """An object stream of half a gigabyte of zeros, behind an honest seal."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush()
    start = len(sealed)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    evil = sealed + b"90 0 obj\n" + stream + packed + b"\nendstream\nendobj\n"
    table = len(evil)
    entries = b"".join(
        bytes((kind,)) + place.to_bytes(4, "big") + b"\x00"
        for kind, place in ((1, start), (2, 90), (1, table))
    )
    root = re.findall(rb"/Root (\d+ \d+ R)", sealed)[-1]
    evil += (
        b"92 0 obj\n<</Type/XRef/Size 93/Index[90 3]/W[1 4 1]/Root %s/Prev %d/Length %d>>"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (root, _last_table(sealed), len(entries), entries, table)
    )

    assert verify_outside(evil, trust=hands.trust, now=hands.now).status == "red"


def _last_table(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"startxref") :].split()[1])
