"""kill -9 while filed documents are re-stamped: each has its new version whole, or none."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.archive.archive import Archive
from desktop.archive.values import FileDraft, ItemDraft
from desktop.services.restamping import Restamping
from formats.ids import sha256
from signing.verdict.pdf import verify_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands, plain_pdf
from tests.support.vaults import StandInKey, new_vault, open_vault, seeded

ROOT = Path(__file__).resolve().parents[3]
ITEMS = 6

CHILD = """
import sys
from datetime import timedelta
from pathlib import Path
from desktop.archive.archive import Archive
from desktop.services.restamping import Restamping
from formats.effects import system_clock, system_randomness
from signing.keys import load_signer
from signing.pilot import Pilot
from signing.timestamp import LocalAuthority
from signing.trust.store import TrustStore
from tests.support.vaults import open_vault
folder, pki, tsa = map(Path, sys.argv[1:4])
pilot = Pilot.open(pki, system_clock, system_randomness)
signer = load_signer(tsa / "tsa.key", tsa / "tsa.pem")
with open_vault(folder, seed=int(sys.argv[4])) as vault:
    archive = Archive(vault, system_clock, system_randomness)
    with Restamping(
        archive,
        trust=TrustStore(pilot.anchors, pilot.certificates(), pilot.crls()),
        timestamps=LocalAuthority(signer, system_clock, system_randomness),
        clock=system_clock,
        actor="340000.bgt",
        within=timedelta(days=180),
    ) as job:
        for item in archive.item_ids():
            print("begins", flush=True)
            row = job.look(item)
            print(row.state, flush=True)
"""


def restamp_until_killed(folder: Path, world: PilotWorld, stop_after: int) -> None:
    """Run the job in a process that is killed after so many lines of it."""
    child = subprocess.Popen(
        [sys.executable, "-O", "-c", CHILD, str(folder), str(world.pilot.folder),
         str(world.tsa.key_path.parent), str(stop_after)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with child:
        if child.stdout is None:
            pytest.fail("no pipe")
        for number, _line in enumerate(child.stdout, 1):
            if number == stop_after:
                child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


def test_killed_job_leaves_every_document_whole_and_goes_on(
    pilot: PilotWorld, tmp_path: Path
) -> None:
    hands, folder = Hands(pilot), tmp_path / "vault"
    sealed = [hands.seal(plain_pdf(2 + number)) for number in range(ITEMS)]
    with new_vault(folder, StandInKey()) as vault:
        archive = Archive(vault, lambda: hands.now, seeded())
        for number, pdf in enumerate(sealed):
            file = FileDraft("document", "公文.pdf", pdf, "application/pdf")
            archive.ingest(ItemDraft(title=f"通知{number}", files=(file,), digest=sha256(pdf)))
    for stop_after in (3, 4):  # between two items, and in the middle of one
        restamp_until_killed(folder, pilot, stop_after)
        with open_vault(folder) as vault:
            found = Archive(vault, lambda: hands.now, seeded(5))
            assert found.check().failures == ()

    with open_vault(folder) as vault:
        archive = Archive(vault, lambda: hands.now, seeded(6))
        with Restamping(
            archive,
            trust=hands.trust,
            timestamps=hands.authority,
            clock=lambda: hands.now,
            actor="",
            within=timedelta(days=180),
        ) as job:
            report = job.run()

        assert report.ok
        assert 0 < report.restamped < ITEMS
        for item, pdf in zip(archive.item_ids(), sealed, strict=True):
            assert archive.read_file(item, "document", as_filed=True) == pdf
            newest = archive.read_file(item, "document")
            verdict = verify_pdf(newest, trust=hands.trust, now=hands.now)
            assert (verdict.status, verdict.level) == ("blue", "B-LTA")
            assert [e.event for e in archive.history(item)] == ["filed", "restamped"]
        vault.blobs.sweep(hands.now + timedelta(days=2))
        rows = len(list(vault.blobs.all()))
        assert len(list(vault.blobs.folder.glob("??/*"))) == rows
