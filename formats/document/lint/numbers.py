"""Numbers, dates, 发文字号 in running text: GB/T 15835-2011, GB/T 9704-2012 7.2.5 and 7.3.5.4."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from formats.document.intake.clues import han_number
from formats.document.lint.finding import Hit, Piece, Spot
from formats.document.lint.marks import HAN

_WIDE: Final = {chr(0xFF10 + n): str(n) for n in range(10)} | {
    chr(0xFF21 + n + gap): chr(0x41 + n + gap) for gap in (0, 32) for n in range(26)
}
_OFFICIAL: Final = re.compile(
    r"(?P<open>[〔\[［(（【]) *(?P<year>\d{4})年? *(?P<close>[〕\]］)）】]) *第? *0*"
    r"(?P<serial>[1-9]\d{0,5}) *号"
)


def official_numbers(spot: Spot) -> Iterator[Hit]:
    """皖政办〔2026〕12号: hexagonal brackets; no 第, no leading zero (7.2.5)."""
    text = spot.text
    for match in _OFFICIAL.finditer(text):
        if not re.match(f"[{HAN}A-Za-z]", text[: match.start()].rstrip(" ")[-1:]):
            continue
        whole = f"〔{match['year']}〕{match['serial']}号"
        if match[0] == whole:
            continue
        good = match["open"] == "〔" and match["close"] == "〕"
        piece = Piece(match.start(), match.end(), whole)
        yield Hit("P02" if good else "P01", match.start(), match.end(), (piece,))
    for match in re.finditer(r"[〔\[［【]\d{2}[〕\]］】]第?\d+号", text):
        yield Hit("P03", match.start(), match.end())


def years(spot: Spot) -> Iterator[Hit]:
    """26年3月: a year has four digits (15835 5.1.4)."""
    for match in re.finditer(r"(?<![\d.第〇零一-龥])['’]?\d{2}年(?=0?\d{1,2}月|度)", spot.text):
        yield Hit("P03", match.start(), match.end())
    for match in re.finditer(
        r"(?<=[于在从至到自])['’]?\d{2}年(?=0?\d{1,2}月(?!以上)|度)", spot.text
    ):
        yield Hit("P03", match.start(), match.end())


_HAN_DIGIT: Final = "一二三四五六七八九"
_HAN_DATE: Final = re.compile(
    rf"([12]\d{{3}}|[{_HAN_DIGIT}][{_HAN_DIGIT}〇○零OＯ]{{3}})年"
    rf"(元|[{_HAN_DIGIT}十]{{1,2}}|\d{{1,2}})月([{_HAN_DIGIT}十]{{1,3}}|\d{{1,2}})日"
)


_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])号(?![文楼线令])"
_DAYS: Final = re.compile(rf"(?<=\d月){_DAY}(?:[、和及至到～—-]{_DAY})*")


def dates(spot: Spot) -> Iterator[Hit]:
    """2026年3月5日 in Arabic numerals, without zeros before month and day, with 日 (7.3.5.4)."""
    text = spot.text
    for match in _HAN_DATE.finditer(text):
        if match[0].isascii() or re.fullmatch(r"\d+年\d+月\d+日", match[0]):
            continue
        day = _day(*match.groups())
        if day is None or re.search("[农阴夏]历$", text[: match.start()]):
            continue
        new = f"{day.year}年{day.month}月{day.day}日"
        yield Hit("P04", match.start(), match.end(), (Piece(match.start(), match.end(), new),))
    for match in re.finditer(r"(?<=\d年)0(?=[1-9]月)|(?<=\d月)0(?=[1-9][日号])", text):
        yield Hit("P05", match.start(), match.end() + 2, (Piece(match.start(), match.end(), ""),))
    for match in _DAYS.finditer(text):
        pieces = tuple(
            Piece(match.start() + at, match.start() + at + 1, "日")
            for at, char in enumerate(match[0])
            if char == "号"
        )
        yield Hit("P06", match.start(), match.end(), pieces)
    for match in re.finditer(
        rf"(?<![{_HAN_DIGIT}])[一二][九〇○零OＯ][{_HAN_DIGIT}〇○零OＯ]{{2}}年", text
    ):
        new = re.sub("[○零OＯ]", "〇", match[0])
        if new != match[0]:
            yield Hit("P07", match.start(), match.end(), (Piece(match.start(), match.end(), new),))


def _day(year: str, month: str, day: str) -> date | None:
    """The date that the numerals say, where they say one."""
    digits = "〇一二三四五六七八九"
    four = re.sub("[○零OＯ]", "〇", year)
    number = int(year) if year.isdecimal() else int("".join(str(digits.index(c)) for c in four))
    try:
        return date(number, 1 if month == "元" else han_number(month), han_number(day))
    except ValueError:
        return None


def wide_digits(spot: Spot) -> Iterator[Hit]:
    """１２ and ＡＢ take half the room (15835 5.1.7)."""
    for match in re.finditer("[０-９Ａ-Ｚａ-ｚ]+(?:．(?=[０-９]))?[０-９]*", spot.text):
        new = "".join(_WIDE.get(char, char) for char in match[0]).replace("．", ".")
        yield Hit("P08", match.start(), match.end(), (Piece(match.start(), match.end(), new),))


_APPROXIMATE: Final = re.compile(
    rf"(?<![第{_HAN_DIGIT}十、（])([{_HAN_DIGIT}])(、)([{_HAN_DIGIT}])[十百千万](?![大{_HAN_DIGIT}]|年代)"
)
_POINT: Final = re.compile(
    rf"(?<=[约为达长宽高厚深占近超足])\.\d{{1,3}}(?!\d)(?=[%％‰{HAN}，。；、）]|[ck]?m(?![a-z])|$)(?![年月日])"
)


_CLOCK: Final = re.compile(
    r"(?<=[日午晚早晨间至—～])(?:[01]?\d|2[0-4])：[0-5]\d(?!\d)"
    r"|(?<![\d：:])(?:[01]?\d|2[0-4])：[0-5]\d(?=[至到—～-](?:[01]?\d|2[0-4])[：:][0-5]\d(?!\d))"
)


def quantities(spot: Spot) -> Iterator[Hit]:
    """Groups of digits, zeros before a point, Arabic and Chinese numerals mixed (5.1, 5.3)."""
    text = spot.text
    for match in re.finditer(r"(?<![\d，.])\d{1,3}(?:，\d{3})+(?![\d，])", text):
        yield Hit("P11", match.start(), match.end())
    for match in _POINT.finditer(text):  # elsewhere it may be a full stop, or a file's ending
        piece = Piece(match.start(), match.start(), "0")
        yield Hit("P12", match.start(), match.end(), (piece,))
    for match in re.finditer(
        r"(?<![\d.,一二三四五六七八九十百千万亿])([1-9])(千|百)(?=[元多余个家人户名项件次份张亩册])(?!分)",
        text,
    ):
        new = match[1] + ("000" if match[2] == "千" else "00")
        yield Hit("P13", match.start(), match.end(), (Piece(match.start(), match.end(), new),))
    for match in _APPROXIMATE.finditer(text):
        close = _HAN_DIGIT.index(match[3]) - _HAN_DIGIT.index(match[1]) == 1
        if match.start() and close:
            piece = Piece(match.start(2), match.end(2), "")
            yield Hit("P14", match.start(), match.end(), (piece,))
    for match in _CLOCK.finditer(text):
        at = match.start() + match[0].index("：")
        yield Hit("P15", match.start(), match.end(), (Piece(at, at + 1, ":"),))


_UNITS: Final = {
    "公分": "厘米", "平米": "平方米", "公升": "升", "立升": "升", "公吨": "吨",
    "千瓦小时": "千瓦时", "KM": "km", "Km": "km", "KG": "kg", "Kg": "kg", "KW": "kW", "Kw": "kW",
    "KWH": "kWh", "KWh": "kWh", "Kwh": "kWh", "kwh": "kWh", "MPA": "MPa",
}  # fmt: skip
_FOREIGN: Final = "英寸|英尺|英里|英亩|盎司|加仑|华里|市斤|市尺|公亩"
_BY_LENGTH: Final = "|".join(sorted(_UNITS, key=len, reverse=True))


def units(spot: Spot) -> Iterator[Hit]:
    """Legal units, written as the law writes them (GB 3100)."""
    pattern = rf"(?<![A-Za-z\d.-])\d[\d.,]{{0,12}}[万亿多余]?({_BY_LENGTH})(?![A-Za-z])"
    for match in re.finditer(pattern, spot.text):
        piece = Piece(match.start(1), match.end(1), _UNITS[match[1]])
        yield Hit("P16", match.start(1), match.end(1), (piece,), (("unit", match[1]),))
    for match in re.finditer(rf"(?<=\d)({_FOREIGN})", spot.text):
        yield Hit("P17", match.start(), match.end(), (), (("unit", match[1]),))
