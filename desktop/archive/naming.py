"""Names of files that leave the archive: fit for every file system, never outside their folder."""

import re
from typing import Final

from formats.limits import MAX_PART_NAME_BYTES

_UNFIT: Final = re.compile(
    r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]'
)
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def safe_name(name: str, *, limit: int = MAX_PART_NAME_BYTES) -> str:
    """The name with what no file system takes replaced, cut to ``limit`` bytes, ending kept."""
    clean = _UNFIT.sub("_", name).strip().rstrip(". ").lstrip(".")
    if not clean or _DEVICES.fullmatch(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:  # noqa: PLR2004 - longer is no file type
        stem, ending = clean, ""
    tail = f".{ending}" if ending else ""
    room = limit - len(tail.encode())
    return stem.encode()[:room].decode(errors="ignore") + tail


def distinct(name: str, taken: set[str]) -> str:
    """The name, with a number before its ending where it is taken; it is taken from now on."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem}({number}){dot}{ending}"
    taken.add(found.casefold())
    return found
