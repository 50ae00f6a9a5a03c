"""What every command shares: its options, the PIN, the profile, and how it prints.

``--json`` prints one object, or one object a line; otherwise short Chinese lines. Progress goes
to stderr and only where a person looks at it.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from desktop.errors import PinNeeded, PinUnreadable
from desktop.files import read_file
from desktop.profile import ENVIRONMENT, Profile, load_profile
from formats.errors import TooLarge
from formats.i18n import tr

if TYPE_CHECKING:
    from desktop.services.session import Workspace
    from signing.tokens.base import Secret

_MAX_PIN_FILE: Final = 4096
"""A PIN has at most 64 characters; this leaves room for an editor's additions."""

ProfileOption = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="文件夹",
        help="本单位的设置文件夹；也可用环境变量 YIDAO_PROFILE 指定。",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="以 JSON 输出，每行一个对象。", show_default=False)
]
PinFileOption = Annotated[
    Path | None,
    typer.Option(
        "--pin-file",
        metavar="文件",
        help="存放 UKEY PIN 的文件；不指定时在终端询问。",
        show_default=False,
    ),
]


def default_profile() -> Path:
    """The folder of the environment, else the one in the person's home."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen) if chosen else Path.home() / ".yidao"


def profile_at(chosen: Path | None) -> Profile:
    """The profile of ``--profile``, of the environment or of the home folder."""
    return load_profile(chosen or default_profile())


def read_pin(pin_file: Path | None, prompt: str = "") -> "Secret":
    """The PIN from its file, or asked without showing it. Raises `PinNeeded`."""
    from signing.tokens.base import Secret  # noqa: PLC0415 - only commands with a UKEY

    if pin_file is not None:
        pin = _pin_in(pin_file)
    elif sys.stdin is not None and sys.stdin.isatty():
        import getpass  # noqa: PLC0415 - only where a person sits

        pin = getpass.getpass(prompt or tr("请输入 UKEY 的 PIN："))
    else:
        pin = ""
    if not pin:
        raise PinNeeded
    return Secret(pin)


def _pin_in(file: Path) -> str:
    """The one line of a file; a guess that the UKEY would count is never made from another."""
    try:
        text = read_file(file, limit=_MAX_PIN_FILE).decode("utf-8-sig").strip()
    except (UnicodeDecodeError, TooLarge) as error:
        raise PinUnreadable(str(file), path=file) from error
    if len(text.splitlines()) > 1 or not text.isprintable():
        raise PinUnreadable(f"{file}: not one line", path=file)
    return text


@contextmanager
def workspace_at(profile: Path | None, pin_file: Path | None) -> "Iterator[Workspace]":
    """The profile opened with its UKEY, closed at the end; the PIN is wiped at once."""
    from desktop.services.session import Workspace  # noqa: PLC0415 - loads the services

    settings = profile_at(profile)
    pin = read_pin(pin_file)
    try:
        workspace = Workspace.open(settings, pin)
    finally:
        pin.wipe()
    with workspace:
        yield workspace


def show(value: object, lines: Iterable[str], *, as_json: bool) -> None:
    """One object, as JSON or as its lines."""
    if as_json:
        print_json(value)
    else:
        for line in lines:
            print(line)  # noqa: T201 - this is the command's answer


def print_json(value: object) -> None:
    """One object on one line."""
    print(json.dumps(plain(value), ensure_ascii=False))  # noqa: T201 - this is the answer


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """A row, or a dict or list of rows, as JSON can hold it."""
    import msgspec  # noqa: PLC0415 - loaded with the formats anyway

    if is_dataclass(value) or not isinstance(value, dict):
        return msgspec.to_builtins(value, str_keys=True)
    return {key: plain(entry) for key, entry in value.items()}


def table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Lines with aligned columns; a Chinese character takes two places."""
    listed = [tuple(map(str, row)) for row in rows]
    if not listed:
        return
    widths = [max(_width(row[i]) for row in listed) for i in range(len(listed[0]))]
    for row in listed:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def local(at: object) -> str:
    """An instant in the machine's own time, to the minute."""
    from datetime import datetime  # noqa: PLC0415 - one place

    return at.astimezone().strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else ""


def progress(step: str, fraction: float | None) -> None:
    """Tell the person who waits at a terminal; scripts see nothing."""
    if sys.stderr.isatty():
        part = f" {fraction:.0%}" if fraction is not None else ""
        sys.stderr.write(f"\r\x1b[K{step}{part}")
        sys.stderr.flush()


def progress_ends() -> None:
    """Clear the line of `progress`."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _width(text: str) -> int:
    from unicodedata import east_asian_width  # noqa: PLC0415 - only for tables

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
