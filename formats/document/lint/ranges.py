"""What runs from one end to another: ～ between values, — between times.

GB/T 15834-2011 4.13.3.2 and 4.13.3.3, GB/T 15835-2011 5.1.3.
"""

import re
from collections.abc import Iterator
from typing import Final

from formats.document.lint.finding import Hit, Piece, Spot

_UNIT: Final = (
    r"[%％‰℃]|[万亿]|个|元|人|家|户|亩|公[顷里斤]|平方|立方|吨|千[米克瓦伏]|米|厘米|毫米|克|[周]?岁|天|日|年|月"
    r"|小时|分钟|倍|项|件|次|套|名|所|条|处|辆|台|张|份|周|级|层|页|[ck]?m(?![a-z])|kg|k?W(?![a-z])"
)
_NUMBER: Final = r"\d{1,5}(?:\.\d{1,9})?"
_RANGE: Final = re.compile(
    rf"(?<![\dA-Za-z:：./\-–—~～－])(?P<first>{_NUMBER})(?P<mark>[%％万亿]?) ?"
    rf"(?P<dash>[-–~∼〜－‐]) ?"
    rf"(?P<last>{_NUMBER})(?![\d:：./\-–—~～－])(?=(?P<unit>{_UNIT})?)"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_SOFT: Final = "~∼〜"
"""Marks that are never a minus or part of a name: they need no unit behind them."""

_NAMED: Final = re.compile(r"[图表式注例题栋幢座楼房铺]\s?$|附[录件图表]\s?$|编号[为：:]?\s?$")
"""图2-1, 表3-1: a number of a figure, not from two to one."""


def values(spot: Spot) -> Iterator[Hit]:
    """10%～20%, 3～5天, 2021—2025年."""
    text = spot.text
    for match in _RANGE.finditer(text):
        before, unit = text[max(0, match.start() - 4) : match.start()], match["unit"]
        if unit is None and match["dash"] not in _SOFT:
            continue
        timed = _is_timed(match, text)
        rising = float(match["first"]) < float(match["last"])
        if _NAMED.search(before) or not (rising or unit in {"月", "日"} or match["mark"]):
            continue
        piece = Piece(match.end("mark"), match.start("last"), "—" if timed else "～")
        yield Hit("P09", match.start(), match.end(), (piece,))


def _is_timed(match: re.Match[str], text: str) -> bool:
    """Whether the ends are days, months, years or decades, not how many of them."""
    unit, behind = match["unit"], text[match.end() : match.end() + 4]
    if unit == "年":
        return _YEAR.fullmatch(match["first"]) is not None or behind.startswith("年代")
    if unit == "日":
        return re.match("日[内之以左]|日为", behind) is None
    return unit == "月"


_DASH: Final = r" ?[-–~∼〜－‐] ?"
_TIMES: Final = (
    # 3月1日-5月31日, 2025年-2026年, 9时-11时; 3年-5年 is how long.
    re.compile(
        rf"(?:(?<=\d[月日时点分])|(?<=\d{{4}}年))({_DASH})"
        r"(?=\d{4}年|\d{1,2}(?:[月日时点分]|:\d\d))"
    ),
    re.compile(rf"(?<![\d:.])\d{{1,2}}:\d\d({_DASH})(?=\d{{1,2}}:\d\d(?![\d:]))"),
    re.compile(rf"(?:(?<=周[一二三四五六日])|(?<=星期[一二三四五六日]))({_DASH})(?=周|星期)"),
)


def times(spot: Spot) -> Iterator[Hit]:
    """3月1日—5月31日, 9:00—11:30, 周一—周五: a time at both ends."""
    for pattern in _TIMES:
        for match in pattern.finditer(spot.text):
            piece = Piece(match.start(1), match.end(1), "—")
            yield Hit("P09", match.start(), match.end(), (piece,))


_NAME: Final = "[万亿千百]?[^\\Wa-zA-Z\\d_月日时点分号栋楼室站路街线]{1,2}"
_BOTH: Final = re.compile(
    rf"(?<![\dA-Za-z:：./\-–—~～－])(?P<first>{_NUMBER})(?P<unit>{_NAME}|℃|‰|[ck]m|kg)"
    rf"(?P<dash>{_DASH})(?P<last>{_NUMBER})(?P=unit)"
)


def both_named(spot: Spot) -> Iterator[Hit]:
    """13万元～17万元, 3年～5年: the unit at both ends."""
    for match in _BOTH.finditer(spot.text):
        year = match["unit"] == "年" and _YEAR.fullmatch(match["first"])
        if not year and float(match["first"]) < float(match["last"]):
            piece = Piece(match.start("dash"), match.end("dash"), "～")
            yield Hit("P09", match.start(), match.end(), (piece,))


def repeated(spot: Spot) -> Iterator[Hit]:
    """10%～20%, not 10～20%; 5万～10万, not 5～10万 (15835 5.1.3)."""
    text = spot.text
    for match in re.finditer(rf"(?<![\d.])({_NUMBER})(?=[～—]{_NUMBER}([%％‰]))", text):
        piece = Piece(match.end(), match.end(), match[2])
        yield Hit("P10", match.start(), match.end(2), (piece,))
    for match in re.finditer(rf"(?<![\d.])({_NUMBER})[～—]({_NUMBER})(?=[万亿])", text):
        if float(match[1]) < float(match[2]):
            yield Hit("P10", match.start(), match.end() + 1)
