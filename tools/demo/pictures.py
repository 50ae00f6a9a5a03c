"""Pictures of the window on real data: ``python -m tools.demo.pictures PROFILE PIN_FILE OUT``.

The window is opened offscreen on a profile that has been worked with; each picture is taken when
the work behind it has ended and the page has stopped changing. No node is asked, nothing is sent.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

NAMES: Final = (
    "inbox", "outgoing", "journey", "drafts", "compose", "archive", "unlock", "pin", "error",
)  # fmt: skip
LARGE: Final = "inbox-150"
"""The inbox once more, on a screen set to 150 %; Qt reads the scale once, so in its own process."""


def take_pictures(
    profile_folder: Path, pin: str, out: Path, *, names: Sequence[str] = NAMES
) -> list[Path]:
    """Take the named pictures of the window on a profile; returns their paths.

    Qt runs offscreen unless the environment says otherwise. Raises as `Workspace.open`, and
    `TimeoutError` where the window does not come to rest.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.profile import load_profile  # noqa: PLC0415 - after the environment is right
    from desktop.services.session import Workspace  # noqa: PLC0415 - the same
    from signing.tokens.base import Secret  # noqa: PLC0415 - the same
    from tools.demo.studio import Studio  # noqa: PLC0415 - the same

    out.mkdir(parents=True, exist_ok=True)
    secret = Secret(pin)
    try:
        workspace = Workspace.open(load_profile(profile_folder), secret)
    finally:
        secret.wipe()
    with workspace, Studio(workspace, out) as studio:
        return [studio.take(name) for name in names]


def take_large(profile_folder: Path, pin_file: Path, out: Path) -> None:
    """The picture at 150 %. Raises `subprocess.CalledProcessError`."""
    command = [sys.executable, "-m", __spec__.name, str(profile_folder), str(pin_file), str(out)]
    subprocess.run(
        [*command, "--only", LARGE], check=True, env={**os.environ, "QT_SCALE_FACTOR": "1.5"}
    )


def main() -> int:
    """Take all pictures, or those of ``--only``; prints each path."""
    parser = argparse.ArgumentParser(prog="tools.demo.pictures", description=__doc__)
    parser.add_argument("profile", type=Path)
    parser.add_argument("pin_file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", choices=(*NAMES, LARGE))
    chosen = parser.parse_args()
    pin = chosen.pin_file.read_text("utf-8").strip()
    for path in take_pictures(chosen.profile, pin, chosen.out, names=chosen.only or NAMES):
        print(path)
    if not chosen.only:
        take_large(chosen.profile, chosen.pin_file, chosen.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
