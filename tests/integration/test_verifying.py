"""docs/VERIFYING.md: its commands, as they stand there, on a fresh document and bundle."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from signing.evidence import export_bundle
from signing.trust.certs import to_pem
from tests.support.evidence import CITY, Journey, start_journey
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands, plain_pdf

DOCS = Path(__file__).parents[2] / "docs"


def commands(name: str) -> str:
    """The fenced blocks of that name in the page, as one script."""
    text = (DOCS / "VERIFYING.md").read_text()
    blocks = re.findall(rf"^```bash {name}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert blocks
    return "".join(blocks)


def run(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands(name)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(params=[False, True], ids=["busy-log", "first-records"])
def desk(pilot: PilotWorld, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """What an outsider has: a package, a bundle, the root and the issuers' certificates."""
    journey: Journey = start_journey(pilot, tmp_path, quiet=request.param)
    journey.travel(bodies=(CITY,))
    authority = pilot.pilot
    bundle = export_bundle(
        journey.sealed.header_p7m,
        journey.receipts,
        certificates=authority.certificates(),
        crls=authority.crls(),
        log_keys=journey.log_keys,
    )
    (tmp_path / "document.pdf").write_bytes(Hands(pilot).seal(plain_pdf()))
    (tmp_path / "package.asice").write_bytes(journey.package)
    (tmp_path / "evidence.gwe").write_bytes(bundle)
    (tmp_path / "root.pem").write_bytes(b"".join(map(to_pem, authority.anchors)))
    (tmp_path / "certs.pem").write_bytes(b"".join(map(to_pem, authority.certificates())))
    shutil.copy(DOCS / "verify-evidence.sh", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["verify-pdf", "verify-package", "verify-bundle", "verify-by-hand"]
)
def test_the_commands_of_the_page_work_as_they_stand(desk: Path, name: str) -> None:
    done = run(name, desk)

    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_commands_by_hand_find_an_altered_record(desk: Path) -> None:
    run("verify-by-hand", desk)
    record = desk / "evidence" / "04-ConsignmentAcceptance.p7m"
    record.write_bytes(record.read_bytes().replace(b'"seq":3', b'"seq":4'))
    script = commands("verify-by-hand").replace("unzip -q -d evidence evidence.gwe\n", "")
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=desk, capture_output=True, text=True, check=False
    )

    assert 0 != done.returncode
