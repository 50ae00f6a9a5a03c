"""How text becomes tokens: every two neighbouring characters, so that any two find a document.

Text is folded (NFKC, case, invisible characters dropped) with a map back to the original. Letters,
digits and ideographs form runs; a space beside an ideograph does not end a run (text taken from a
PDF has them), anything else does, so all forms of brackets are one. A run ``甲乙丙`` gives
``甲乙 乙丙 丙``: all overlapping pairs and its last character alone. That last token makes a single
character findable as a prefix, and keeps the pairs of two runs apart, so ``甲乙。丙`` never answers
``乙丙``.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Final

_IDEOGRAPH: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u30a1-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""CJK with its extensions, radicals, kana, bopomofo and Hangul: scripts without word spaces."""

_SPACE_BESIDE: Final = re.compile(f"(?<=[{_IDEOGRAPH}])\\s+|\\s+(?=[{_IDEOGRAPH}])")
_RUN: Final = re.compile(r"[^\W_]+")
_NUMBER_RUN: Final = re.compile(r"[0-9]+|[^\W_0-9]+")
_PLAIN: Final = re.compile(r"[0-9a-z\u4e00-\u9fff\n ]+")
"""What folding leaves as it is, so long stretches are taken at once."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, and for each of its characters the place in the original it came from."""

    text: str
    places: tuple[int, ...]
    """One more than the characters: the last is the length of the original."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the folded text came from."""
        return self.places[start], max(self.places[end], self.places[end - 1] + 1)


def fold(text: str) -> str:
    """The folded text alone."""
    return "".join(piece for piece, _ in _pieces(text))


def fold_with_places(text: str) -> Folded:
    """The folded text with its map back."""
    parts: list[str] = []
    places: list[int] = []
    for piece, start in _pieces(text):
        parts.append(piece)
        if _PLAIN.match(piece) and text.startswith(piece, start):
            places.extend(range(start, start + len(piece)))
        else:
            places.extend([start] * len(piece))
    places.append(len(text))
    return Folded("".join(parts), tuple(places))


def runs(text: str) -> list[str]:
    """The runs of searchable characters, folded, spaces beside ideographs closed up."""
    return _RUN.findall(_SPACE_BESIDE.sub("", fold(text)))


def tokens(text: str) -> str:
    """The tokens of a text to be indexed, joined by spaces."""
    return " ".join([" ".join(pairs(run)) for run in runs(text)])


def number_runs(number: str) -> list[str]:
    """A 发文字号 as its parts, whatever brackets it is written with: 皖政办, 2023, 45."""
    found = _NUMBER_RUN.findall(_SPACE_BESIDE.sub("", fold(number)))
    parts = [run.lstrip("0") or "0" if run.isascii() and run.isdigit() else run for run in found]
    return [part for part in parts if part not in {"号", "第"}]


def number_tokens(number: str) -> str:
    """The tokens of a 发文字号 to be indexed."""
    return " ".join([" ".join(pairs(run)) for run in number_runs(number)])


def pairs(run: str) -> list[str]:
    """A run's overlapping pairs and its last character."""
    return [*map(add, run, run[1:]), run[-1]]


def searchable(text: str) -> str:
    """What a substring search sees: folded, spaces beside ideographs closed up."""
    return _SPACE_BESIDE.sub("", fold(text))


def pattern(term_runs: list[str]) -> re.Pattern[str]:
    """Finds a query's runs, in that order with only breaks between them, in folded text."""
    return re.compile(r"[\W_]+".join(_spaced(run) for run in term_runs))


def _spaced(run: str) -> str:
    """The run, where text may have spaces beside ideographs."""
    parts = [re.escape(run[0])]
    for left, right in pairwise(run):
        if _is_ideograph(left) or _is_ideograph(right):
            parts.append(r"\s*")
        parts.append(re.escape(right))
    return "".join(parts)


@lru_cache(maxsize=16384)
def _is_ideograph(character: str) -> bool:
    return re.match(f"[{_IDEOGRAPH}]", character) is not None


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Folded pieces with where each begins: plain stretches whole, else cluster by cluster."""
    place, end = 0, len(text)
    while place < end:
        plain = _PLAIN.match(text, place)
        stop = plain.end() if plain else place
        if plain:
            # A combining mark belongs to the character before it.
            if stop < end and _joins(text[stop]) and stop > place:
                stop -= 1
            if stop > place:
                yield text[place:stop], place
                place = stop
                continue
        stop = place + 1
        while stop < end and _joins(text[stop]):
            stop += 1
        yield _fold_cluster(text[place:stop]), place
        place = stop


@lru_cache(maxsize=16384)
def _joins(character: str) -> bool:
    """Whether it combines with the character before it."""
    return unicodedata.combining(character) != 0 or "\u1160" <= character <= "\u11ff"


@lru_cache(maxsize=16384)
def _fold_cluster(cluster: str) -> str:
    once = unicodedata.normalize("NFKC", cluster).casefold()
    folded = unicodedata.normalize("NFKC", once)
    return "".join(c for c in folded if not _invisible(c))


@lru_cache(maxsize=16384)
def _invisible(character: str) -> bool:
    """Format characters and variation selectors: a reader does not see them."""
    return unicodedata.category(character) == "Cf" or (
        "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    )
