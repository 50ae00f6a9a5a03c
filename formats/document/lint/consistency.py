"""One way of writing all through a document: the standards leave a choice, to be made once.

GB/T 15835-2011 5.1.3 allows ～ and — between values; its 局部体例一致 wants one of them.
"""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.lint.finding import Hit, Piece, Spot, spots
from formats.document.model import Document
from formats.document.places import Path

_NUMBER: Final = r"\d{1,9}(?:\.\d{1,9})?"
_VALUES: Final = re.compile(
    rf"(?<![第\d.A-Za-z—～-]){_NUMBER}[%％‰℃万亿千百个元人家户亩吨米天倍件次名台份岁]{{0,2}}"
    rf"([～—]){_NUMBER}(?![\d.—～:：-])(?=[%％‰℃万亿千百个元人家户亩吨米天倍件次名台份岁公平立厘毫克]|[ck]m|kg)"
)
_ROLES: Final = frozenset({"title", "text", "note"})


def range_marks(document: Document) -> Iterator[tuple[Path, str, Hit]]:
    """Ranges of values that bear the mark fewer of them bear; with as many of each, ～ stays."""
    found = [
        (spot, match)
        for spot in spots(document)
        if spot.role in _ROLES
        for match in _VALUES.finditer(spot.text)
    ]
    dashes = sum(match[1] == "—" for _, match in found)
    if dashes in {0, len(found)}:
        return
    kept = "—" if dashes > len(found) - dashes else "～"
    for spot, match in found:
        if match[1] != kept:
            yield _mended(spot, match, kept)


def _mended(spot: Spot, match: re.Match[str], kept: str) -> tuple[Path, str, Hit]:
    piece = Piece(match.start(1), match.end(1), kept)
    values = (("mark", kept),)
    return spot.path, spot.text, Hit("P18", match.start(), match.end(), (piece,), values)
