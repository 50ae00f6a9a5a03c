"""标题 in several lines: trapezoid or diamond, broken between words. GB/T 9704-2012 7.3.1.

A lexicon of the words that official titles are made of parts a title into words; 关于, marks and
function words tell its phrases. Among all ways to cut it into the fewest lines, or one more, the
one is taken that reads and looks best: lines that grow, shrink, or grow and then shrink, and that
begin where a phrase does. A title that leaves no row of text on page 1 is refused (7.3.3).
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

from formats.errors import Refused
from formats.i18n import mark
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_WIDTH, SIZE_2, em_of
from formats.typeset.linebreak import (
    NOT_AT_END,
    NOT_AT_START,
    Row,
    Span,
    break_rows,
    single_row,
)


class TitleTooLong(Refused):
    """The title takes the room of the text on its page."""

    code = "formats.title-too-long"
    happened = mark("标题有 {rows} 行，该页没有显示正文的地方。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请把标题压缩到 {most} 行以内（一般不超过三行）后重试。")


_TOKEN: Final = re.compile(
    r"\d[\d.,:/%\-—]*(?:年度|[年月日号届次期批条项个名版])?"
    r"|第[一二三四五六七八九十百零〇\d]+[届次期批号条项]"
    r"|[A-Za-z\u00c0-\u024f][\w.\-+]*"
    r"|[〔（(][^〔〕（）()]{1,8}[〕）)]"
    r"|“[^“”]{1,10}”"
    r"|—+|…+",
    re.ASCII,
)
_AFTER: Final = ("印发", "转发", "批转", "同意", "公布", "发布", "下达", "召开", "成立", "调整")
_BEGINS: Final = frozenset("和与及暨并对在为向从以")
_NAMES: Final = ("人民政府", "政府", "委", "人大", "政协")
_EM: Final = em_of(SIZE_2)

# What a cut costs by what it parts.
_PHRASE, _NEW, _GOOD, _CLAUSE, _WORDS, _MIXED = 0.0, 0.5, 1.5, 2.0, 2.5, 3.5
_DANGLING, _IN_NAME, _UNKNOWN, _LONELY, _IN_WORD = 3.0, 6.0, 7.0, 9.0, 14.0

# What a line or a pair of lines costs by its length.
_UNEVEN: Final = 6.0
_EQUAL: Final = 3.0
_NEARLY: Final = 0.8
_STEEP: Final = 0.4
_GENTLE: Final = 6
"""Characters by which one line may be longer than the next before it looks odd."""

_DIP: Final = 40.0
_RECTANGLE: Final = 12.0
_STUB: Final = 8.0
_MORE: Final = 6.0
"""For each line more than the fewest."""

_EVEN, _GROWS, _SHRINKS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Way:
    """The cheapest way so far to end a line here: its cost, and the cuts that led here."""

    cost: float
    cuts: tuple[int, ...]


def title_rows(text: str, fonts: FontSet) -> tuple[Row, ...]:
    """The title's rows, each to be centred."""
    ends = [0.0]
    for char in text:
        ends.append(ends[-1] + fonts.glyph("title", char).advance * _EM)
    if ends[-1] <= CORE_WIDTH + 1e-6:
        return (single_row(text, "title", SIZE_2, fonts),)
    cuts = _best_cuts(text, tuple(round(end, 6) for end in ends))
    if cuts is None:  # one endless word
        return break_rows((Span(text, "title", SIZE_2),), fonts, CORE_WIDTH)
    edges = (0, *cuts, len(text))
    return tuple(
        single_row(text[a:b].strip(" "), "title", SIZE_2, fonts) for a, b in pairwise(edges)
    )


def title_lines(text: str) -> tuple[str, ...]:
    """The title's rows as text, for writers whose fonts are not ours: Latin is half an em wide."""
    ends = [0.0]
    for char in text:
        ends.append(ends[-1] + (_EM if east_asian_width(char) in "WFA" else _EM / 2))
    if ends[-1] <= CORE_WIDTH + 1e-6:
        return (text,)
    cuts = _best_cuts(text, tuple(round(end, 6) for end in ends))
    edges = (0, *(cuts or ()), len(text))
    return tuple(text[a:b].strip(" ") for a, b in pairwise(edges))


def require_room(rows: int, most: int) -> None:
    """Raises `TitleTooLong` where a title of so many rows leaves none to the text."""
    if rows > most:
        raise TitleTooLong(f"{rows} rows", rows=rows, most=max(most, 1))


@lru_cache(maxsize=256)
def _best_cuts(text: str, ends: tuple[float, ...]) -> tuple[int, ...] | None:
    """Where to cut ``text``, whose characters end at these mm; None where no cut makes it fit."""
    costs = cut_costs(text)
    fewest = math.ceil(ends[-1] / CORE_WIDTH - 1e-6)
    found: list[_Way] = []
    for more in range(4):
        if found and more > 1:
            break
        way = _cut(ends, costs, fewest + more)
        if way is not None:
            found.append(_Way(way.cost + _MORE * more, way.cuts))
    return min(found, key=lambda way: way.cost).cuts if found else None


def _cut(ends: Sequence[float], costs: Mapping[int, float], count: int) -> _Way | None:
    """The cheapest way to cut the title into ``count`` lines that all fit."""
    last = len(ends) - 1
    mean = ends[-1] / count
    reach = max(4 * _EM, 0.6 * mean)
    ways: dict[tuple[int, int, int], _Way] = {(0, 0, _EVEN): _Way(0.0, ())}
    for line in range(1, count + 1):
        wanted = ends[-1] * line / count
        places = (
            [place for place in costs if abs(ends[place] - wanted) <= reach]
            if line < count
            else [last]
        )
        after: dict[tuple[int, int, int], _Way] = {}
        for (start, here, phase), way in ways.items():
            for place in places:
                width = ends[place] - ends[here]
                if place <= here or width > CORE_WIDTH + 1e-6:
                    continue
                cost = way.cost + _UNEVEN * ((width - mean) / mean) ** 2
                new = phase
                if line > 1:
                    more, new = _beside(ends[here] - ends[start], width, phase)
                    cost += more
                cuts = way.cuts
                if line < count:
                    cost += costs[place]
                    cuts = (*cuts, place)
                elif width < mean / 3:
                    cost += _STUB
                key = (here, place, new)
                if key not in after or cost < after[key].cost:
                    after[key] = _Way(cost, cuts)
        ways = after
    done = [
        _Way(way.cost + _RECTANGLE * (phase == _EVEN), way.cuts)
        for (_, _, phase), way in ways.items()
    ]
    return min(done, key=lambda way: (way.cost, way.cuts)) if done else None


def _beside(before: float, here: float, phase: int) -> tuple[float, int]:
    """What two neighbouring lengths cost, and whether lines now grow or shrink."""
    step = here - before
    if abs(step) < _EM / 2:
        return _EQUAL, phase
    cost = _NEARLY if abs(step) < 1.5 * _EM else 0.0
    cost += _STEEP * max(0.0, abs(step) / _EM - _GENTLE)
    if step < 0:
        return cost, _SHRINKS
    return (cost + _DIP, _SHRINKS) if phase == _SHRINKS else (cost, _GROWS)


def cut_costs(text: str) -> dict[int, float]:
    """How much each cut hurts that is allowed, by the place of the character after it."""
    words = _parted(text)
    edges: dict[int, tuple[bool, bool]] = {}
    for (_, known), (start, follows) in pairwise(words):
        edges[start] = (known, follows)
    return {
        place: _cut_cost(text[:place], text[place:], edges.get(place))
        for place in range(1, len(text))
        if not _forbidden(text[place - 1], text[place])
    }


def _cut_cost(before: str, after: str, known: tuple[bool, bool] | None) -> float:
    """``known``: whether the words before and after the cut are; None inside a word."""
    if known is None:
        return _IN_WORD
    in_name = before[-1] in "省市县区州旗" and after.startswith(_NAMES)
    ranked = (
        (_PHRASE, after.startswith("关于") or before[-1] in "，、；：》）” "),
        (_NEW, after[0] in "《“" or before.endswith(_AFTER)),
        (_LONELY, after[0] == "的"),
        (_IN_NAME, in_name),
        (_DANGLING, before.endswith(("关于", "和", "与", "及"))),
        (_GOOD, before[-1] == "的"),
        (_CLAUSE, after[0] in _BEGINS and known[0]),
        (_WORDS, all(known)),
        (_MIXED, any(known)),
    )
    return next((cost for cost, holds in ranked if holds), _UNKNOWN)


def _forbidden(before: str, after: str) -> bool:
    split_word = before.isascii() and after.isascii() and before != " "
    return split_word or after in NOT_AT_START or before in NOT_AT_END or after == " "


def _parted(text: str) -> list[tuple[int, bool]]:
    """Where the words of a title begin, and whether they are known: the fewest words win."""
    words, longest = _words()
    tokens = {match.start(): match.end() for match in _TOKEN.finditer(text)}
    best: list[tuple[float, int, bool]] = [(0.0, 0, False)] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        known_before = best[end - 1]
        found = (known_before[0] + 1.6, end - 1, False)
        for start in range(max(0, end - longest), end - 1):
            if text[start:end] in words:
                found = min(found, (best[start][0] + 1.0, start, True))
        best[end] = found
        for start, stop in tokens.items():
            if stop == end and end - start > 1:
                best[end] = min(best[end], (best[start][0] + 0.5, start, True))
    parted: list[tuple[int, bool]] = []
    end = len(text)
    while end > 0:
        _, start, known = best[end]
        parted.append((start, known))
        end = start
    return parted[::-1]


@cache
def _words() -> tuple[frozenset[str], int]:
    """Words that official titles are made of, and the length of the longest."""
    data = resources.files("formats.typeset").joinpath("title_words.json").read_bytes()
    words = frozenset(json.loads(data))
    return words, max(map(len, words))
