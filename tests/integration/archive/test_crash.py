"""kill -9 while items are filed: what was acknowledged is there, and everything agrees."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.vaults import START, archive_in, draft, new_vault, open_vault

ROOT = Path(__file__).resolve().parents[3]

CHILD = """
import sys
from pathlib import Path
from tests.support.vaults import archive_in, draft, open_vault
with open_vault(Path(sys.argv[1]), seed=int(sys.argv[2])) as vault:
    archive = archive_in(vault, seed=int(sys.argv[2]) + 1)
    for number in range(int(sys.argv[3]), 10**6):
        print(number, archive.ingest(draft(number, f"电子政务 第{number}号")), flush=True)
"""


def _file_until_killed(folder: Path, first: int, stop_after: int) -> list[tuple[int, str]]:
    """What the child acknowledged before it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-O", "-c", CHILD, str(folder), str(1000 + first), str(first)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    said: list[tuple[int, str]] = []
    with child:
        if child.stdout is None:
            pytest.fail("no pipe")
        for line in child.stdout:
            number, item = line.split()
            said.append((int(number), item))
            if len(said) == stop_after:
                child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    return said


def test_nothing_acknowledged_is_lost_and_the_index_agrees(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    with new_vault(folder) as vault:
        archive_in(vault)
    acknowledged: list[tuple[int, str]] = []
    for round_number in range(6):
        said = _file_until_killed(folder, 1000 * round_number + 1, 3 + 4 * round_number)
        acknowledged += said
        with open_vault(folder) as vault:
            archive = archive_in(vault)
            assert {item for _, item in acknowledged} <= set(archive.item_ids())
            run = archive.check()
            assert run.failures == ()
            assert archive.search("电子政务").count == run.items
            number, item = acknowledged[-1]
            assert archive.ingest(draft(number)) == item

    with open_vault(folder) as vault:
        later = START.replace(year=START.year + 50)
        vault.blobs.sweep(later)
        rows = len(list(vault.blobs.all()))
        assert len(list(vault.blobs.folder.glob("??/*"))) == rows
        assert archive_in(vault).check().ok
