"""An SKF module compiled from `tests/skf/skf_module.c`, and UKEYs in a folder that it drives.

Without a C compiler or OpenSSL's headers the tests that need it fail; they are never skipped.
"""

import ctypes
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from signing.tokens.skf_abi import Width

SOURCE = Path(__file__).parents[1] / "skf" / "skf_module.c"
STATE = "SKF_MODULE_STATE"
PIN = "12345678"
ADMIN_PIN = "87654321"
TRIES = 6


def build_module(folder: Path, width: Width = 4) -> Path:
    """The module with ULONGs of that width, compiled into ``folder``."""
    return compiled(SOURCE, folder / f"libskf{width}.so", f"-DSKF_ULONG={width}")


def compiled(source: Path, out: Path, *flags: str) -> Path:
    """A shared library of one C file. Raises `RuntimeError` where it does not build."""
    command = [
        *(os.environ.get("CC", "cc"), "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror"),
        *("-Wno-format-truncation", "-Wno-unused-function", "-shared", "-fPIC"),
        *("-fvisibility=hidden", *flags, str(source), "-o", str(out), "-lcrypto", "-ldl"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"{source.name} does not build:\n{done.stderr}")
    return out


@dataclass(frozen=True)
class SkfDesk:
    """A desk with a driver installed; UKEYs are plugged in and pulled out here."""

    module: Path
    folder: Path

    def new_device(
        self, name: str, *, serial: str, label: str = "UKEY", pin: str = PIN, tries: int = TRIES
    ) -> None:
        """A fresh device, plugged in."""
        (self.folder / name).mkdir()
        create = ctypes.CDLL(str(self.module)).skf_test_create
        made = create(
            name.encode(), serial.encode(), label.encode(), pin.encode(), b"87654321", tries
        )
        if not made:
            raise RuntimeError("no device")
        self.plug(name)

    def plug(self, name: str) -> None:
        """Plug it in."""
        (self.folder / name / "present").write_bytes(b"")

    def pull(self, name: str) -> None:
        """Pull it out."""
        (self.folder / name / "present").unlink()

    def misbehave(self, name: str, mode: str | None) -> None:
        """From now on the driver answers nonsense of that kind; ``None``: no longer."""
        place = self.folder / name / "garbage"
        if mode is None:
            place.unlink(missing_ok=True)
        else:
            place.write_text(mode)

    def slow(self, name: str, milliseconds: int) -> None:
        """How long a signature takes; 0: no time."""
        (self.folder / name / "slow").write_text(str(milliseconds))

    def layout(self) -> dict[str, int]:
        """Sizes and offsets as the C compiler sees them."""
        tell = ctypes.CDLL(str(self.module)).skf_test_layout
        tell.restype = ctypes.c_char_p
        lines = tell().decode().splitlines()
        return {line.split()[0]: int(line.split()[1]) for line in lines}


def desk_in(module: Path, folder: Path) -> SkfDesk:
    """A desk with its own copy of the driver: loaded twice, one file would share its state."""
    folder.mkdir(exist_ok=True)
    own = folder / module.name
    shutil.copy(module, own)
    devices = folder / "devices"
    devices.mkdir()
    return SkfDesk(own, devices)
