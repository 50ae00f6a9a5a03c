"""The lock on sending: one at a time, in whatever process."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from desktop.locks import SharedLock

_HOLD = """
import sys, pathlib
from desktop.locks import SharedLock
with SharedLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
    print("released", flush=True)
"""


def test_another_process_waits_until_the_first_has_done(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    command = [sys.executable, "-c", _HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert b"held\n" == first.stdout.readline()
        second = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        try:
            second.wait(0.8)
            waited = False
        except subprocess.TimeoutExpired:
            waited = True
        first.stdin.close()
        assert b"released\n" == first.stdout.readline()
        said, _ = second.communicate(timeout=20)

    assert (True, b"held\nreleased\n") == (waited, said)


def raise_inside() -> None:
    """Fail."""
    raise KeyError


def test_it_can_be_held_again_after_a_failure_inside(tmp_path: Path) -> None:
    lock = SharedLock(tmp_path / "lock")
    with suppress(KeyError), lock:
        raise_inside()
    with lock:
        held = True

    assert held
