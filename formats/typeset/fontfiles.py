"""Where font files lie: the made free set, and the licensed fonts of a workstation."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from formats.limits import MAX_FONT_FILES

CURRENT: Final = "current"
"""The file in `fonts_root()` that names the folder of the set in use."""

MANIFEST: Final = "set.json"
"""Written last into a set's folder: present means whole."""


def fonts_root() -> Path:
    """``${XDG_CACHE_HOME:-~/.cache}/yidao/fonts``, or what ``YIDAO_FONTS`` says."""
    chosen = os.environ.get("YIDAO_FONTS")
    if chosen:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "yidao" / "fonts"


def free_set(root: Path) -> Path | None:
    """The folder of the set that ``root`` points at, or None when there is no whole set."""
    try:
        name = (root / CURRENT).read_text().strip()
    except OSError:
        return None
    folder = root / name
    return folder if name and (folder / MANIFEST).is_file() else None


def standard_folders() -> tuple[Path, ...]:
    """Where a workstation keeps the fonts its user or administrator installed."""
    home = Path.home()
    return (
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    )


def font_files(folders: Sequence[Path]) -> Iterator[Path]:
    """TrueType files below ``folders``, in a stable order, at most `MAX_FONT_FILES` of them."""
    count = 0
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner.sort()
            for name in sorted(names):
                if name.lower().endswith((".ttf", ".ttc")):
                    yield Path(place) / name
                    count += 1
                    if count >= MAX_FONT_FILES:
                        return
