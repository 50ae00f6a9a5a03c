"""Where a row may end: 禁则 of GB/T 15834-2011 5.1, and what figures and words stay whole.

Every place between two characters gets a grade, from a free cut to one that is never made while
any other can be. Marks follow GB/T 15834; figures and years "may not run over" (GB/T 9704-1999,
still the practice), and so may neither their units, Latin words, document numbers and dashes.
Pure: text in, grades out.
"""

import re
from collections.abc import Iterator
from string import ascii_letters, ascii_uppercase
from typing import Final

FREE: Final = 0
WEAK: Final = 1
"""Better not: between the parts of a date or of a range, behind （一） or a 机关代字."""
SOFT: Final = 2
"""Only where the row would else gape: inside a web address, at the hyphen of a long word."""
SEAM: Final = 3
"""Where a whole that no row can hold is cut first: between a figure and 平方米 or km/h."""
WHOLE: Final = 4
"""Only where the whole does not fit on a row of its own: inside a figure, a year, a word."""
BANNED: Final = 5
"""Only where nothing else is left: before a closing mark, behind an opening one."""

SPACES: Final = " \u3000"
"""Hang at the end of a row; never begin one."""

OPENERS: Final = frozenset("（《【〔〈「『〖〘〚｛［“‘〝")
"""Full-width marks whose left half is empty."""

CLOSERS: Final = frozenset("，。、；：！？．）》】〕〉」』〗〙〛｝］”’〞〟")
"""Full-width marks whose right half is empty."""

# 5.1.1 to 5.1.3 and 5.1.6 to 5.1.9: stops, second halves, connecting and parting marks.
NOT_AT_START: Final = frozenset(
    CLOSERS | set("…—–―⋯～~－∶·•‧・/／ ,.;:!?)]}»›%％﹪‰‱℃℉°′″¢￠々〃") - set(" ")
)
# 5.1.3 first halves, 5.1.9 分隔号; signs that stand before the figure they belong to.
NOT_AT_END: Final = frozenset(OPENERS | set("([{«‹￥¥$＄€£￡№§/／"))

_NOT_BEFORE: Final = NOT_AT_START | frozenset(SPACES)
_CAPITALS: Final = frozenset(ascii_uppercase)
_LETTERS: Final = frozenset(ascii_letters)
_COUNT: Final = "十百千万亿"
_NUMERALS: Final = frozenset("一二三四五六七八九十百千零〇")
_SIGNS: Final = frozenset("＋－−≈≥≤＞＜＃")
_BESIDE: Final = frozenset("％﹪‰‱℃℉′″㎡㎥㎏㎎㎜㎝㎞㎖㏄Ω＃")
_ONE_UNIT: Final = frozenset(
    "年月日时分秒号条款项章节编部类级名届次期批轮卷册页版楼层室栋户家人个件份台套辆艘架只头"
    "条根张座所处场例起宗笔元角吨克斤米里亩升度岁周天倍点位股票字本种组间棵株匹瓦伏安寸尺"
)
_LONG_UNIT: Final = (
    "平方公里", "平方千米", "平方米", "平方分米", "平方厘米", "立方米", "立方厘米", "公里", "千米",
    "厘米", "毫米", "微米", "纳米", "海里", "英里", "英尺", "英寸", "公顷", "公斤", "千克", "毫克",
    "微克", "毫升", "公升", "小时", "分钟", "秒钟", "个月", "季度", "周年", "周岁", "人次",
    "千瓦时", "千瓦", "兆瓦", "千伏", "摄氏度", "美元", "欧元", "英镑", "日元", "港元", "港币",
    "个百分点", "百分点", "标准箱", "车次", "班次", "架次", "床位",
)  # fmt: skip
_LONG_FIRST: Final = frozenset(unit[0] for unit in _LONG_UNIT)
_AFTER_DATE: Final = "度底初末内前后间份"
_RANGE: Final = "—–~～－至∶"
_DASHES: Final = "—―─…⋯"
_ENDS_ITEM: Final = "；。：，"
_SHORT_NAMES: Final = frozenset(
    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼国中"
)
"""A 机关代字 begins with that of a province, or with 国 or 中; others are guessed at."""

_NARROW: Final = re.compile(r"[!-\u1fff\u2070-\u209f]+")
"""A run without spaces of figures, Latin, Greek and their like, with raised figures."""

_SI_UNIT: Final = re.compile(
    r"(?:[kMGTmcdhnp\u00b5\u03bc]?(?:m|g|L|l|W|V|A|Hz|Pa|J|N|s|B|b|bps|Wh|F|mol|eV|cal|bar)"
    r"|[kMG]W\u00b7h|t|h|d|min|ha|dB|rpm|ppm|nmi)[\u00b2\u00b323]?"
)
_YEAR: Final = 4
"""Numerals of a year: 二〇二六."""

_MARKED: Final = re.compile(r"〔(?=\d{4}〕)")
_NUMBERED_YEAR: Final = re.compile(r"\d{4}[〕）)\]】](?=第?\d)")
_WIDE_FIGURE: Final = re.compile("[０-９]+")
_CIRCLED: Final = re.compile("[①-⑳]")
_ADDRESS_CUT: Final = re.compile(r"[/.?&=@#_\-]+")
_COMPOUND_CUT: Final = re.compile(r"[/\-]+")
_PHRASE_CUT: Final = re.compile(r"[,;:!?)\]}]+(?=[^\W\d_]|[(\[{])")
_BEHIND_STROKE: Final = (SOFT, SEAM)
_SHORT_WORD: Final = 11
"""A word of fewer characters is cut at its hyphen only where no row can hold it, as is a figure."""

_ACCENTS: Final = re.compile(r"[\u0300-\u036f]")
_HYPHENS: Final = re.compile(r"(?<=\w)-(?!\d)")
"""A sign before a figure may begin a row; what joins two words may not (5.1.6)."""

_QUOTES: Final = re.compile("[\"']")


def cuts(text: str) -> bytearray:
    """For every place from 0 the grade of a cut before it; place 0 has none.

    A straight quotation mark opens and closes in turn; one between letters is an apostrophe.
    """
    grades = bytearray(len(text))
    _chinese(grades, text)
    for match in _NARROW.finditer(text):
        _narrow(grades, text, match)
    for dash in _DASHES:
        if dash * 2 in text:
            for place in range(1, len(text)):
                if text[place - 1] == text[place] == dash:
                    grades[place] = WHOLE
    _kinsoku(grades, text)
    if grades:
        grades[0] = FREE
    return grades


def _chinese(grades: bytearray, text: str) -> None:
    """（一） and ① of a list, 机关代字 before the year, numbers in words."""
    for match in _CIRCLED.finditer(text):
        _set(grades, match.end(), WEAK)
    for place in _places(text, "）"):
        begin = text.rfind("（", max(0, place - 4), place) + 1
        inner = text[begin:place]
        if begin and inner and all(char in _NUMERALS or char.isdigit() for char in inner):
            _fill(grades, begin, place, WHOLE)
            _set(grades, place + 1, WEAK)
    for match in _MARKED.finditer(text, 1):
        place = match.start()
        code = range(max(0, place - 6), place - 1)
        begin = next((at for at in code if text[at] in _SHORT_NAMES), place - 2)
        _fill(grades, max(0, begin), place + 1, WEAK)
    _in_words(grades, text)


def _in_words(grades: bytearray, text: str) -> None:
    """第十二条, 二〇二六年, ２０２６年 and 百分之三十."""
    for place in _places(text, "第"):
        end = place + 1
        while end < len(text) and text[end] in _NUMERALS:
            end += 1
        if end > place + 1 and text[end : end + 1] in _ONE_UNIT:
            _fill(grades, place, end + 1, WEAK)
    for place in _places(text, "年"):
        if place >= _YEAR and all(char in _NUMERALS for char in text[place - _YEAR : place]):
            _fill(grades, place - _YEAR, place + 1, WHOLE)
    for match in _WIDE_FIGURE.finditer(text):
        _fill(grades, match.start(), match.end(), WHOLE)
        _behind_figure(grades, text, match.start(), match.end())
    for place in _places(text, "分之"):
        if text[max(0, place - 1)] in "百千万":
            _fill(grades, place - 1, place + 3, WEAK)
            _set(grades, place + 1, WHOLE)


def _narrow(grades: bytearray, text: str, match: re.Match[str]) -> None:
    """A run of narrow characters: whole, with the sign before it and the unit behind."""
    begin, end = match.span()
    word = match[0]
    if end - begin > 1:
        _fill(grades, begin, end, WHOLE)
        if not word.isalnum():
            _inside(grades, match)
    if word[0].isdigit():
        _before_figure(grades, text, begin)
    if word[-1].isdigit() or word[-1] in "%+":
        _behind_figure(grades, text, begin, end)
    elif word[-1] == "." and word[:-1].isdigit() and text[max(0, begin - 1)] in _ENDS_ITEM:
        _set(grades, end, WEAK)  # 1. of a list
    elif text[end : end + 1] in _BESIDE:
        _set(grades, end, WHOLE)
    elif text[end : end + 1] == "’" and text[end + 1 : end + 2] in _LETTERS:
        _set(grades, end + 1, SEAM)  # don’t


def _before_figure(grades: bytearray, text: str, begin: int) -> None:
    """A sign stays with its figure, 第 with its number, and a year with its brackets' number."""
    before = text[begin - 1 : begin]
    if before in _SIGNS or before == "第":
        _set(grades, begin, WHOLE)
    elif before == " " and text[begin - 2 : begin - 1] in _CAPITALS:
        _set(grades, begin, WEAK)  # GB/T 9704
    elif before in "〔（(［【" and before:
        year = _NUMBERED_YEAR.match(text, begin)
        if year:
            _set(grades, year.end(), WHOLE)


def _behind_figure(grades: bytearray, text: str, begin: int, end: int) -> None:
    """What follows a figure: 万, a unit, the rest of a date, the end of a range."""
    last = len(text)
    place = end
    while place < last and text[place] in _BESIDE:
        place += 1
    if place == end:
        place = _counted(text, end)
        if text[place : place + 1] in _LONG_FIRST and text.startswith(_LONG_UNIT, place):
            unit = max(len(unit) for unit in _LONG_UNIT if text.startswith(unit, place))
            _fill(grades, place - 1, place + unit, SEAM)
            _fill(grades, begin, place, WHOLE)
            return
        if place < last and text[place] in _ONE_UNIT:
            place += 1
    _fill(grades, end - 1, place, WHOLE)
    if place >= last:
        return
    after = text[place]
    before = text[place - 1]
    if (after.isdigit() and before in "年月时分") or (after in _AFTER_DATE and before in "年月"):
        _set(grades, place, WEAK)
    elif after in _RANGE and text[place + 1 : place + 2].isdigit():
        _set(grades, place + 1, WEAK)
    elif after == " " and place == end:
        unit_word = _NARROW.match(text, end + 1)
        if unit_word and all(_SI_UNIT.fullmatch(part) for part in unit_word[0].split("/")):
            _set(grades, end + 1, SEAM)  # 50 km/h


def _counted(text: str, place: int) -> int:
    """Behind the 万 or 余万 of a figure."""
    last = len(text)
    while place < last and text[place] in _COUNT:
        place += 1
    if place < last and text[place] in "余多几":
        place += 1
        while place < last and text[place] in _COUNT:
            place += 1
    return place


def _inside(grades: bytearray, match: re.Match[str]) -> None:
    """Addresses and long compounds may be cut before a row gapes, phrases behind their commas."""
    word = match[0]
    if "://" in word or "@" in word or word.startswith("www."):
        _soften(grades, _ADDRESS_CUT, match, SOFT)
        return
    short = len(word) < _SHORT_WORD or word[0].isdigit()
    _soften(grades, _COMPOUND_CUT, match, SEAM if short else SOFT)
    _soften(grades, _PHRASE_CUT, match, FREE)


def _kinsoku(grades: bytearray, text: str) -> None:
    """Marks come last and win, save that an address may be cut behind its strokes and points."""
    for place in [place for place, char in enumerate(text) if char in _NOT_BEFORE]:
        grades[place] = BANNED
    for place in [place for place, char in enumerate(text, 1) if char in NOT_AT_END]:
        if place < len(grades) and not (text[place - 1] == "/" and grades[place] in _BEHIND_STROKE):
            grades[place] = BANNED
    for pattern in (_HYPHENS, _ACCENTS):
        for match in pattern.finditer(text):
            grades[match.start()] = BANNED
    if '"' in text or "'" in text:
        _straight_quotes(grades, text)


def _straight_quotes(grades: bytearray, text: str) -> None:
    opened = {'"': False, "'": False}
    for match in _QUOTES.finditer(text):
        begin, end, quote = match.start(), match.end(), match[0]
        if quote == "'" and text[begin - 1 : begin].isalnum() and text[end : end + 1].isalnum():
            continue
        opened[quote] = not opened[quote]
        _set(grades, end if opened[quote] else begin, BANNED)


def _places(text: str, part: str) -> Iterator[int]:
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def _soften(grades: bytearray, pattern: re.Pattern[str], word: re.Match[str], grade: int) -> None:
    """Behind what the pattern finds inside a long word it may be cut sooner than elsewhere."""
    for match in pattern.finditer(word.string, word.start() + 1, word.end()):
        if match.end() < word.end():
            grades[match.end()] = grade


def _set(grades: bytearray, place: int, grade: int) -> None:
    if 0 < place < len(grades):
        grades[place] = grade


def _fill(grades: bytearray, begin: int, end: int, grade: int) -> None:
    """All places inside a stretch. Graver ones are filled later, so nothing is compared."""
    end = min(end, len(grades))
    if end > begin + 1:
        grades[begin + 1 : end] = bytes((grade,)) * (end - begin - 1)
