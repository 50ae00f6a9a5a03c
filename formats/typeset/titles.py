"""标题 in several lines: trapezoid or diamond, broken between phrases. GB/T 9704-2012 7.3.1.

There is no word list of Chinese here; a small lexicon of the words official titles are made of
is enough to keep those whole, and phrases are told by 关于, marks and function words.
"""

import json
import math
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise, product
from typing import Final

from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_WIDTH, SIZE_2
from formats.typeset.linebreak import (
    NOT_AT_END,
    NOT_AT_START,
    Row,
    Span,
    break_rows,
    natural_width,
    single_row,
)

_AFTER: Final = (
    "关于", "印发", "转发", "批转", "同意", "开展", "做好", "加强", "推进", "和", "与", "及", "的",
)  # fmt: skip
_BEFORE: Final = ("关于", "印发", "转发", "《", "有关", "工作", "若干", "实施", "的")
_ENDINGS: Final = tuple(
    "的" + kind
    for kind in (
        "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示",
        "批复", "议案", "函", "纪要",
    )
)  # fmt: skip
_REACH: Final = 4
"""Characters either side of the even break that are tried."""

_MOST_LINES: Final = 5
_HOURGLASS: Final = 40.0
_FORBIDDEN: Final = 1000.0
_IN_WORD: Final = 12.0
_PLAIN: Final = 4.0


def title_rows(text: str, fonts: FontSet) -> tuple[Row, ...]:
    """The title's rows, each to be centred."""
    width = natural_width(text, "title", SIZE_2, fonts)
    lines = math.ceil(width / CORE_WIDTH - 1e-6)
    if lines <= 1:
        return (single_row(text, "title", SIZE_2, fonts),)
    for count in range(lines, min(lines + 1, _MOST_LINES) + 1):
        best = _best(text, count, fonts)
        if best is not None:
            return best
    return break_rows((Span(text, "title", SIZE_2),), fonts, CORE_WIDTH)


def _best(text: str, count: int, fonts: FontSet) -> tuple[Row, ...] | None:
    """The cheapest of the tried ways to cut ``text`` in ``count`` rows that all fit."""
    ranked = sorted((_cost(text, cuts), cuts) for cuts in _cuts(len(text), count))
    for cost, cuts in ranked[:40]:
        if cost >= _FORBIDDEN:
            break
        edges = (0, *cuts, len(text))
        rows = tuple(single_row(text[a:b], "title", SIZE_2, fonts) for a, b in pairwise(edges))
        if all(row.width <= CORE_WIDTH + 1e-6 for row in rows):
            return rows
    return None


def _cuts(length: int, count: int) -> Iterator[tuple[int, ...]]:
    reach = _REACH if count > 3 else 2 * _REACH  # noqa: PLR2004 - few cuts can be tried widely
    ranges = [
        range(max(1, length * k // count - reach), min(length - 1, length * k // count + reach) + 1)
        for k in range(1, count)
    ]
    for cuts in product(*ranges):
        if all(a < b for a, b in pairwise(cuts)):
            yield cuts


def _cost(text: str, cuts: tuple[int, ...]) -> float:
    edges = (0, *cuts, len(text))
    lengths = [b - a for a, b in pairwise(edges)]
    cost = sum(_cut_cost(text, cut) for cut in cuts)
    for before, here, after in zip(lengths, lengths[1:], lengths[2:], strict=False):
        if here < before and here < after:
            cost += _HOURGLASS
    if len(set(lengths)) == 1:
        cost += 1.0  # a rectangle is neither trapezoid nor diamond
    mean = len(text) / len(lengths)
    cost += sum((length - mean) ** 2 for length in lengths) / mean
    if lengths[-1] < mean / 2:
        cost += 6.0
    return cost


def _cut_cost(text: str, cut: int) -> float:
    """How much a break before ``text[cut]`` hurts."""
    before, after = text[:cut], text[cut:]
    if _forbidden(before, after):
        return _FORBIDDEN
    if _inside_word(text, cut):
        return _IN_WORD
    tail = after.startswith(_ENDINGS) and len(after) <= 6  # noqa: PLR2004 - 的 and a short tail
    ranked = (
        (0.0, after.startswith("关于") or before[-1] in "，、；：》）” "),
        (2.0, tail),
        (1.0, before.endswith(_AFTER)),
        (6.0, after[0] == "的"),
        (1.5, after.startswith(_BEFORE)),
    )
    return next((cost for cost, holds in ranked if holds), _PLAIN)


def _forbidden(before: str, after: str) -> bool:
    split_word = before[-1].isascii() and after[0].isascii() and before[-1] != " "
    kinsoku = after[0] in NOT_AT_START or before[-1] in NOT_AT_END or after[0] == " "
    return split_word or kinsoku


def _inside_word(text: str, cut: int) -> bool:
    words = _words()
    longest = max(map(len, words))
    return any(
        text[start:end] in words
        for start in range(max(0, cut - longest + 1), cut)
        for end in range(cut + 1, min(len(text), start + longest) + 1)
    )


@cache
def _words() -> frozenset[str]:
    """Words that official titles are made of."""
    data = resources.files("formats.typeset").joinpath("title_words.json").read_bytes()
    return frozenset(json.loads(data))
