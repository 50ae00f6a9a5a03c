"""docs/TRUST.md: its commands, as they stand there, in either suite; its table of reasons."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from signing.trust.certs import to_pem
from signing.verdict.reasons import REASONS, SEVERITY
from tests.support.pki import PilotWorld, build_world
from tests.support.sealed import Hands, plain_pdf

PAGE = (Path(__file__).parents[2] / "docs" / "TRUST.md").read_text("utf-8")
INTL = ("check-file", "check-signature", "check-seal", "check-time", "check-revocation")


def commands(*names: str) -> str:
    """The fenced blocks of those names in the page, as one script."""
    found = "".join(
        block
        for name in names
        for block in re.findall(rf"^```bash {name}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    )
    assert found
    return found


def run(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", commands(*names)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def lay_out(world: PilotWorld, folder: Path, name: str) -> Path:
    """What an outsider has: the document, the anchors, the directory's certificates and lists."""
    authority = world.pilot
    (folder / name).write_bytes(Hands(world).seal(plain_pdf()))
    (folder / "root.pem").write_bytes(b"".join(map(to_pem, authority.anchors)))
    (folder / "certs.pem").write_bytes(b"".join(map(to_pem, authority.certificates())))
    (folder / "crls.pem").write_bytes(b"".join(map(list_to_pem, authority.crls())))
    return folder


def list_to_pem(crl: bytes) -> bytes:
    return b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(crl) + b"-----END X509 CRL-----\n"


@pytest.fixture
def desk(pilot: PilotWorld, tmp_path: Path) -> Path:
    return lay_out(pilot, tmp_path, "document.pdf")


@pytest.fixture
def gm_desk(pilot: PilotWorld, tmp_path: Path) -> Path:
    world = build_world(tmp_path / "world", pilot.softhsm, suite="GM")
    return lay_out(world, tmp_path, "document-gm.pdf")


def test_the_commands_of_the_page_accept_a_sealed_document(desk: Path) -> None:
    done = run(desk, *INTL)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "urn:yidao:body:340000.bgt" in done.stdout


def spoil(document: Path) -> None:
    """Change one digit of what is signed."""
    data = document.read_bytes()
    place = data.index(b"stream\n") + 20
    document.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_the_commands_find_an_altered_document(desk: Path) -> None:
    spoil(desk / "document.pdf")

    assert 0 != run(desk, "check-signature").returncode


def test_the_commands_find_a_seal_made_for_another_certificate(desk: Path) -> None:
    assert 0 == run(desk, "check-signature", "check-seal").returncode
    assert (desk / "seal.svg").read_text("utf-8").startswith("<svg")
    shutil.copy(desk / "maker.pem", desk / "signer.pem")

    assert 0 != run(desk, "check-seal").returncode


def test_the_commands_find_a_time_stamp_of_something_else(desk: Path) -> None:
    assert 0 == run(desk, "check-signature").returncode
    script = commands("check-time").replace("-data value.bin", "-data signed.bin")
    done = subprocess.run(["bash", "-e", "-c", script], cwd=desk, capture_output=True, check=False)

    assert 0 != done.returncode


def test_the_commands_of_the_page_accept_a_document_under_gm(gm_desk: Path) -> None:
    done = run(gm_desk, "check-gm")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "urn:yidao:body:340000.bgt" in done.stdout
    assert "GENERALIZEDTIME" in done.stdout


def test_the_commands_find_an_altered_document_under_gm(gm_desk: Path) -> None:
    spoil(gm_desk / "document-gm.pdf")

    assert 0 != run(gm_desk, "check-gm").returncode


def test_the_commands_find_a_root_that_has_not_certified_it(
    gm_desk: Path, pilot: PilotWorld
) -> None:
    (gm_desk / "root.pem").write_bytes(b"".join(map(to_pem, pilot.pilot.anchors)))

    assert 0 != run(gm_desk, "check-gm").returncode


def test_the_table_of_reasons_is_the_programs() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z-]+) \| (.+?) \| (.*?) \|$", PAGE, re.MULTILINE)
    told = {code: (state, text) for code, state, text, _how in rows if code not in SEVERITY}

    assert {code: tuple(entry[:2]) for code, entry in REASONS.items()} == told


def test_every_reason_says_how_it_arises() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z-]+) \| (.+?) \| (.*?) \|$", PAGE, re.MULTILINE)

    assert rows
    assert [] == [code for code, _state, _text, how in rows if len(how) < 10]
