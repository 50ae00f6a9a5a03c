"""Where a row may end: 禁则 of GB/T 15834-2011 5.1, and what figures and words stay whole.

Every place between two characters gets a grade, from a free cut to one that is never made while
any other can be. Marks follow GB/T 15834; figures and years "may not run over" (GB/T 9704-1999,
still the practice), and so may neither their units, Latin words, document numbers and dashes.
Pure: text in, grades out.
"""

import re
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
    CLOSERS | set("…—–―⋯～~－·•‧・/／ ,.;:!?)]}»›%％﹪‰‱℃℉°′″¢￠々〃") - set(" ")
)
# 5.1.3 first halves, 5.1.9 分隔号; signs that stand before the figure they belong to.
NOT_AT_END: Final = frozenset(OPENERS | set("([{«‹￥¥$＄€£￡№§/／"))

_LATIN: Final = r"A-Za-z\u00aa\u00b5\u00ba\u00c0-\u024f\u0370-\u052f\u1e00-\u1eff"
_RAISED: Final = "²³¹⁰-₎"
_COUNT: Final = "十百千万亿"
_SIGNS: Final = "＋－+\\-−±≈≥≤＞＜><#＃"
_MONEY: Final = "￥¥$＄€£￡"
_BESIDE: Final = "%％﹪‰‱°′″#＃\u2100-\u214f\u3380-\u33df" + _RAISED
"""Symbols of units: ‰ ℃ ㎡ ㎏ and their like."""

_NUMBER: Final = rf"\d+(?:[.,:/\-×^*]\d+)*[{_RAISED}]*"
_ONE_UNIT: Final = (
    "年月日时分秒号条款项章节编部类级名届次期批轮卷册页版楼层室栋户家人个件份台套辆艘架只头"
    "条根张座所处场例起宗笔元角吨克斤米里亩升度岁周天倍点位股票字本种组间棵株匹瓦伏安寸尺"
)
_LONG_UNIT: Final = (
    "平方公里|平方千米|平方米|平方分米|平方厘米|立方米|立方厘米|公里|千米|厘米|毫米|微米|纳米"
    "|海里|英里|英尺|英寸|公顷|公斤|千克|毫克|微克|毫升|公升|小时|分钟|秒钟|个月|季度|周年|周岁"
    "|人次|千瓦时|千瓦|兆瓦|千伏|摄氏度|美元|欧元|英镑|日元|港元|港币|个百分点|百分点|标准箱"
    "|车次|班次|架次|床位"
)
_SI_UNIT: Final = (
    r"(?:[kMGTmcdhnpµμ]?(?:m|g|L|l|W|V|A|Hz|Pa|J|N|s|B|b|bps|Wh|Ω|F|mol|eV|cal|bar)"
    r"|[kMG]W·h|t|h|d|min|ha|dB|rpm|ppm|nmi)"
)
_UNIT: Final = rf" ?[{_BESIDE}]+| ?{_SI_UNIT}[²³23]?(?:/{_SI_UNIT}[²³23]?)?(?![{_LATIN}\d])"
_MORE: Final = rf"[{_COUNT}]*(?:[余多几][{_COUNT}]*)?"
"""Of a figure: 5万, 300余万."""

_NUMERALS: Final = "一二三四五六七八九十百千零〇"

_WHOLES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[〔（(\[【]\d{4}[〕）)\]】](?:第?\d{1,6}号)?",  # 发文字号
        rf"第 ?\d+(?:[.\-]\d+)*[{_ONE_UNIT}]?",
        rf"{_NUMBER}(?:{_UNIT}|[{_LATIN}][{_LATIN}\d{_RAISED}·+\-]*|{_MORE}(?:({_LONG_UNIT})|[{_ONE_UNIT}])?)?",
        rf"[{_SIGNS}{_MONEY}][{_MONEY}]?\.?\d",
        rf"[{_LATIN}](?:[{_LATIN}\d{_RAISED}'’.&@+#_/:\-]*[{_LATIN}\d{_RAISED}+#])?",
        rf"[{_NUMERALS}][{_NUMERALS}]{{3}}年",
        "[—―─…⋯]+",
        rf"[（(][{_NUMERALS}\d]{{2,3}}[）)]",
    )
)
_DATE: Final = re.compile(
    r"\d(?:\d{3}|\d)?(?:年(?:度|底|初|末|内|前|后|间)?(?:\d{1,2}月(?:份|底|初|\d{1,2}日)?)?"
    r"|月(?:份|\d{1,2}日)|时\d{1,2}分(?:\d{1,2}秒)?)"
)
_ADDRESS: Final = re.compile(
    r"(?:https?://|ftp://|www\.)[A-Za-z\d\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z\d/=#&\-_~]"
    r"|[A-Za-z\d._%+\-]+@[A-Za-z\d\-]+(?:\.[A-Za-z\d\-]+)+"
)
_ADDRESS_CUT: Final = re.compile(r"[/.?&=@#_\-]+")
_LONG_WORD: Final = re.compile(rf"[{_LATIN}\d]+[/\-][{_LATIN}\d/\-]+|\d+ [{_LATIN}]")
_WORD_CUT: Final = re.compile(r"[/\- ]")
_SHORT_WORD: Final = 11
"""A word or figure of fewer characters is not cut at its hyphen: 2026-11-24."""

_WEAK_BEHIND: Final = re.compile(
    r"[—–~～－至（①-⑳A-Z第百千万；。：，](?:"
    r"(?<=[\d%％‰℃年月日][—–~～－至])(?=[\d.])"  # ranges
    rf"|(?<=（)[{_NUMERALS}\d]{{1,2}}）(?=\w)|(?<=[①-⑳])(?=\w)|(?<=[；。：，])\d\.(?=\w)"
    r"|(?<=[A-Z]) (?=\d)"  # GB/T 9704
    rf"|(?<=第)[{_NUMERALS}]+(?=[条款项章节届次批期])|(?<=[百千万])分之(?=\w))"
)
_MARKED: Final = re.compile(r"〔(?=\d{4}〕)")
_SHORT_NAMES: Final = frozenset(
    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼国中"
)
"""A 机关代字 begins with that of a province, or with 国 or 中; others are guessed at."""

_BEFORE: Final = re.compile(f"[{re.escape(''.join(sorted(NOT_AT_START)))}{SPACES}]")
_BEHIND: Final = re.compile(f"[{re.escape(''.join(sorted(NOT_AT_END)))}]")
_HYPHENS: Final = re.compile(r"(?<=\w)-(?!\d)")
"""A sign before a figure may begin a row; what joins two words may not (5.1.6)."""

_ACCENTS: Final = re.compile(r"[\u0300-\u036f\u20d0-\u20ff\u3099\u309a]")
_QUOTES: Final = re.compile("[\"']")


def cuts(text: str) -> bytearray:
    """For every place from 0 the grade of a cut before it; place 0 has none.

    A straight quotation mark opens and closes in turn; one between letters is an apostrophe.
    """
    grades = bytearray(len(text))
    _weaken(grades, text)
    for pattern in _WHOLES:
        for match in pattern.finditer(text):
            begin, end = match.span()
            if match.lastindex:  # a unit of several characters
                unit = match.start(1)
                _fill(grades, unit - 1, end, SEAM)
                end = unit
            if end - begin > 1:
                _fill(grades, begin, end, WHOLE)
    _addresses(grades, text)
    _kinsoku(grades, text)
    if grades:
        grades[0] = FREE
    return grades


def _weaken(grades: bytearray, text: str) -> None:
    """Places better not cut, though nobody would call it a fault."""
    for match in _WEAK_BEHIND.finditer(text):
        _fill(grades, match.end() - 1, match.end() + 1, WEAK)
        if match[0][0] == "第":
            _fill(grades, match.start(), match.end() + 1, WEAK)
    for match in _MARKED.finditer(text, 1):
        place = match.start()
        code = range(max(0, place - 6), place - 1)
        begin = next((at for at in code if text[at] in _SHORT_NAMES), place - 2)
        _fill(grades, max(0, begin), place + 1, WEAK)
    for match in _DATE.finditer(text):
        _fill(grades, match.start(), match.end(), WEAK)


def _addresses(grades: bytearray, text: str) -> None:
    """Addresses and long compounds: whole, but cut behind a stroke before a row gapes."""
    for match in _LONG_WORD.finditer(text):
        if match.end() - match.start() >= _SHORT_WORD or " " in match[0]:
            _soften(grades, _WORD_CUT, match, SEAM if match[0][0].isdigit() else SOFT)
    if "@" in text or "://" in text or "www." in text:
        for match in _ADDRESS.finditer(text):
            _fill(grades, match.start(), match.end(), WHOLE)
            _soften(grades, _ADDRESS_CUT, match, SOFT)


def _kinsoku(grades: bytearray, text: str) -> None:
    """Marks come last and win, save that an address may be cut behind its strokes and points."""
    for match in _BEFORE.finditer(text):
        grades[match.start()] = BANNED
    last = len(text)
    for match in _BEHIND.finditer(text):
        place = match.end()
        if place < last and not (match[0] == "/" and grades[place] == SOFT):
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
        place = end if opened[quote] else begin
        if place < len(text):
            grades[place] = BANNED


def _soften(grades: bytearray, pattern: re.Pattern[str], word: re.Match[str], grade: int) -> None:
    """Behind what the pattern finds inside a long word it may be cut sooner than elsewhere."""
    for match in pattern.finditer(word.string, word.start() + 1, word.end()):
        if match.end() < word.end():
            grades[match.end()] = grade


def _fill(grades: bytearray, begin: int, end: int, grade: int) -> None:
    """All places inside a stretch. Graver ones are filled later, so nothing is compared."""
    end = min(end, len(grades))
    if end > begin + 1:
        grades[begin + 1 : end] = bytes((grade,)) * (end - begin - 1)
