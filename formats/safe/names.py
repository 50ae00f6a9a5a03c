"""Member names of archives: which are safe on every file system, and which collide on one."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from formats.limits import MAX_PART_NAME_BYTES
from formats.safe.archive_errors import DuplicateName, UnsafeName

_FORBIDDEN: Final = re.compile(
    r'[\x00-\x1f\x7f-\x9f\\:<>"|?*'
    # Invisible and direction-changing characters make a name read as another one.
    r"\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]"
)
_DEVICES: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)?",
    re.IGNORECASE,
)


def check_name(name: str) -> str:
    """The name again, when it is a relative path that is one file on every system.

    Raises `UnsafeName` for: absolute paths, ``..`` and ``.``, backslashes, drive letters and
    streams, control, bidirectional and invisible characters, Windows device names, names ending
    in a dot or a space, empty and over-long ones. A folder's name may end in ``/``.
    """
    shown = printable(name)
    if len(name.encode("utf-8", "surrogatepass")) > MAX_PART_NAME_BYTES:
        raise UnsafeName("name too long", name=shown)
    if _FORBIDDEN.search(name) or any(unicodedata.category(c) in {"Cs", "Cn", "Co"} for c in name):
        raise UnsafeName("forbidden character", name=shown)
    for part in name.removesuffix("/").split("/"):
        if part in {"", ".", ".."} or part != part.strip(" ") or part.endswith("."):
            raise UnsafeName("unsafe path", name=shown)
        # Compatibility forms first: a full-width ＣＯＮ is CON to some programs.
        if _DEVICES.fullmatch(unicodedata.normalize("NFKC", part)):
            raise UnsafeName("device name", name=shown)
    # Compatibility forms must not grow a separator: ``a／b`` folds to ``a/b``.
    folded = fold(name)
    if folded.count("/") != name.count("/") or "\\" in folded or ".." in folded.split("/"):
        raise UnsafeName("separator in a compatibility form", name=shown)
    return name


def fold(name: str) -> str:
    """The name as the most forgetful file system keeps it: no case, no Unicode forms."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def check_distinct(names: Iterable[str]) -> None:
    """Raises `DuplicateName` when two names meet in one file system, or a file is a folder too."""
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        folded = fold(name)
        parents = folded.removesuffix("/").split("/")[:-1]
        above = {"/".join(parents[: i + 1]) for i in range(len(parents))}
        if folded.endswith("/"):
            own = folded.removesuffix("/")
            clash = own in files or folded in files or bool(above & files)
            folders.add(own)
        else:
            clash = folded in files or folded in folders or bool(above & files)
        if clash:
            raise DuplicateName(name=printable(name))
        files.add(folded)
        folders |= above


def printable(name: str) -> str:
    """The name for a message: nothing in it can move the cursor or turn the text."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)
    return shown if len(shown) <= 80 else shown[:77] + "…"  # noqa: PLR2004 - a line of a dialog
