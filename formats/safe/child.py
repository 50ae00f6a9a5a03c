"""A process of its own for foreign bytes: limited memory and time, no files, no secrets.

The parent sends one request over a pipe and reads one answer; the child, a module of ours run with
``-m``, calls `limit_child` before it touches the foreign bytes. Whatever becomes of it (killed, out
of memory, silent) is `None` to the parent. On systems without ``resource`` only time is limited.
"""

import subprocess
import sys
from pathlib import Path

import formats


def ask_child(module: str, request: bytes, *, seconds: int) -> bytes | None:
    """The child's answer, None when it gave none.

    ``seconds`` of processor time, which the child finds as its argument; twice that by the clock.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", module, str(seconds)],
            input=request,
            capture_output=True,
            timeout=2 * seconds,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def child_environment() -> dict[str, str]:
    """Nothing of the parent's environment but where the program lies."""
    return {"PYTHONPATH": str(Path(formats.__file__).parents[1]), "LC_ALL": "C.UTF-8"}


def limit_child(*, seconds: int, memory: int) -> None:
    """Bound this process: address space, processor time, no written byte, few open files."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(kind)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (wanted, wanted))
