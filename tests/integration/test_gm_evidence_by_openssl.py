"""A bundle of SM2 signatures judged by openssl alone: the page's commands and the script."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from formats.package.stored import read_zip, write_zip
from signing.evidence import export_bundle, verify_bundle
from signing.trust.certs import to_pem
from tests.integration.test_verifying import DOCS, commands
from tests.support.evidence import CITY, start_journey
from tests.support.pki import PilotWorld


@pytest.fixture(scope="module")
def bundle(gm_pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Sent, relayed, delivered and signed for, all of it in SM2 and SM3."""
    journey = start_journey(gm_pilot, tmp_path_factory.mktemp("journey"))
    journey.travel(bodies=(CITY,))
    authority = gm_pilot.pilot
    made = export_bundle(
        journey.sealed.header_p7m,
        journey.receipts,
        certificates=authority.certificates(),
        crls=authority.crls(),
        log_keys=journey.log_keys,
    )
    assert verify_bundle(made, authority.anchors).ok
    return made


@pytest.fixture
def desk(gm_pilot: PilotWorld, bundle: bytes, tmp_path: Path) -> Path:
    """What an outsider has: the bundle, the roots, the script."""
    (tmp_path / "evidence.gwe").write_bytes(bundle)
    (tmp_path / "root.pem").write_bytes(b"".join(map(to_pem, gm_pilot.anchors)))
    shutil.copy(DOCS / "verify-evidence.sh", tmp_path)
    return tmp_path


def by_hand(desk: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands("verify-gm-by-hand")],
        cwd=desk,
        capture_output=True,
        text=True,
        check=False,
    )


def by_script(desk: Path) -> tuple[int, str]:
    done = subprocess.run(
        [desk / "verify-evidence.sh", desk / "evidence.gwe", desk / "root.pem"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def alter(desk: Path, name: str, place: int | None = None) -> None:
    """As one who knows the form: the digests of the bundle fit again."""
    members = read_zip((desk / "evidence.gwe").read_bytes(), max_members=99, max_bytes=1 << 24)
    data = bytearray(members[name])
    data[len(data) // 2 if place is None else place] ^= 1
    rest = {n: d for n, d in members.items() if n != "manifest.sha256"} | {name: bytes(data)}
    lines = [f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in rest.items()]
    (desk / "evidence.gwe").write_bytes(
        write_zip({**rest, "manifest.sha256": "".join(lines).encode()})
    )


def test_the_commands_of_the_page_find_that_it_holds(desk: Path) -> None:
    done = by_hand(desk)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert 2 == done.stdout.count("Signature Verified Successfully")


@pytest.mark.parametrize(
    "name",
    [
        "04-ConsignmentAcceptance.p7m",
        "04-ConsignmentAcceptance.tsr",
        "attrs/04.der",
        "attrs/04.sig",
        "attrs/04-tsr.der",
        "attrs/04-tsr.sig",
    ],
)
def test_the_commands_of_the_page_find_what_was_altered(desk: Path, name: str) -> None:
    alter(desk, name)

    assert 0 != by_hand(desk).returncode


def test_the_script_finds_that_it_holds(desk: Path) -> None:
    status, told = by_script(desk)

    assert 0 == status, told
    assert "4 条记录全部成立" in told
    assert 3 == told.count("时间戳证书 its certificate")


@pytest.mark.parametrize(
    ("name", "place", "fault"),
    [
        ("04-ConsignmentAcceptance.p7m", -10, "签名 signature"),
        ("03-ContentConsignment.tsr", -10, "时间戳 time-stamp"),
        ("attrs/02.sig", -1, "签名 signature"),
    ],
    ids=["value", "stamp", "beside"],
)
def test_the_script_finds_what_was_altered(desk: Path, name: str, place: int, fault: str) -> None:
    alter(desk, name, place)
    status, told = by_script(desk)

    assert 1 == status
    assert re.search(f"FAIL  {fault}", told), told


def test_the_script_trusts_no_other_root(desk: Path, pilot: PilotWorld) -> None:
    (desk / "root.pem").write_bytes(b"".join(map(to_pem, pilot.anchors)))
    status, told = by_script(desk)

    assert 1 == status
    assert "FAIL  签名及证书" in told
    assert "no issuer of" in told
