"""Punctuation in running text: GB/T 15834-2011."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from formats.document.lint.finding import Hit, Piece, Spot

HAN: Final = "\u3400-\u9fff\uf900-\ufaff〇"
_HAN: Final = re.compile(f"[{HAN}]")
_OPENING: Final = "《“‘（〔【〈"
_CLOSING: Final = "》”’）〕】〉"
_FULL: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}


def half_width(spot: Spot) -> Iterator[Hit]:
    """,;:?!. between Chinese characters (5.1)."""
    text = spot.text
    for match in re.finditer(r"(?<![,;:?!.])([,;:?!.]) *(?![,;:?!./\\])", text):
        at = match.start()
        before, after = text[at - 1 : at], text[match.end() : match.end() + 1]
        left = bool(_HAN.match(before)) or (before != "" and before in _CLOSING + "%％℃")
        right = bool(_HAN.match(after)) or (after != "" and after in _OPENING)
        char = match[1]
        if spot.role in {"cell", "name"} and not (left and right):
            continue
        if char == ".":
            if left and (not after or right):
                # Between two Chinese characters it may be a · in a name as well.
                mends = not (_HAN.match(after) if after else None)
                yield _swap("P20", at, match.end() if mends else at + 1, "。" if mends else None)
            continue
        if left or (right and before.isalnum() and char in ",;:"):
            # A blank behind the mark goes with it, except before a Latin word's own blank.
            end = match.end() if not after or right or after.isalnum() else at + 1
            yield _swap("P20", at, end, _FULL[char])


def brackets(spot: Spot) -> Iterator[Hit]:
    """() around Chinese words or after them (4.9)."""
    text = spot.text
    for match in re.finditer(r"([（(])([^（）()]*)([）)])", text):
        if match[1] == "（" and match[3] == "）":
            continue
        before = text[: match.start()][-1:]
        mixed = match[1] == "（" or match[3] == "）"
        if not (mixed or _HAN.search(match[2]) or (_HAN.match(before) and spot.role != "cell")):
            continue
        pieces = []
        if match[1] == "(":
            pieces.append(Piece(match.start(), match.start() + 1, "（"))
        if match[3] == ")":
            pieces.append(Piece(match.end() - 1, match.end(), "）"))
        yield Hit("P21", match.start(), match.end(), tuple(pieces))


def quotes(spot: Spot) -> Iterator[Hit]:
    """Straight quotation marks where “” and ‘’ belong (4.8)."""
    text = spot.text
    if not _HAN.search(text):
        return
    places = [m.start() for m in re.finditer('"', text)]
    if len(places) % 2:  # 24" is a size, not a quotation
        places = [at for at in places if not text[at - 1 : at].isdigit()]
    if len(places) % 2:
        yield Hit("P23", places[0], places[-1] + 1)
        return
    for first, last in zip(places[::2], places[1::2], strict=True):
        around = text[first - 1 : first] + text[first + 1 : last] + text[last + 1 : last + 2]
        if _HAN.search(around):
            pieces = (Piece(first, first + 1, "“"), Piece(last, last + 1, "”"))
            yield Hit("P22", first, last + 1, pieces)
    for match in re.finditer(r"(?<![A-Za-z0-9])'([^']*)'(?![A-Za-z0-9])", text):
        if not _HAN.search(match[1]):
            continue
        inside = text.count("“", 0, match.start()) > text.count("”", 0, match.start())
        left, right = ("‘", "’") if inside else ("“", "”")
        first, last = match.start(), match.end() - 1
        pieces = (Piece(first, first + 1, left), Piece(last, last + 1, right))
        yield Hit("P22", first, last + 1, pieces)


def dots_and_dashes(spot: Spot) -> Iterator[Hit]:
    """…… and —— take the room of two characters (4.11, 4.10)."""
    text = spot.text
    for match in re.finditer(r"\.{3,}|。{3,}|…+|·{3,}", text):
        good = match[0][0] == "…" and len(match[0]) in {2, 4}
        if not good and _beside_han(text, match):
            yield _swap("P24", match.start(), match.end(), "……")
    for match in re.finditer(r"-{2,}(?![A-Za-z])|－{2,}|―{2}|─{2}", text):
        if _beside_han(text, match):
            yield _swap("P25", match.start(), match.end(), "——")


def repeated(spot: Spot) -> Iterator[Hit]:
    """The same mark twice, or two marks where one belongs (5.1)."""
    text = spot.text
    for match in re.finditer(r"([，；：、])\1+|(?<!。)。。(?!。)", text):
        yield _swap("P26", match.start(), match.end(), match[0][0])
    for match in re.finditer(r"(?<![，、；])[，、；]+(?=[。；])(?!；；)", text):
        if match[0] != "；":
            yield _swap("P26", match.start(), match.end(), "")


_BLANK: Final = re.compile(
    rf"(?<=[{HAN}，。；：、）》”])[ \u00a0]{{1,2}}(?=[{HAN}，。；：、（《“”》）])"
)
_ARTICLE: Final = re.compile(rf"第[{HAN}0-9]{{1,5}}[条章节款编] +")
_NAMES: Final = re.compile(rf"[{HAN}]{{2,4}}(?:[ \u00a0\u3000]+[{HAN}]{{2,4}}){{2,}}[。；]?")
"""A row of people's names."""

_SET_OFF: Final = re.compile(rf"\d日$|第[{HAN}0-9]{{1,7}}[条章节款编](?:之[{HAN}])?$")
"""What a blank may follow: a date before a name, the number of an article."""

_NEXT_LABEL: Final = re.compile(rf" *[{HAN}]{{1,10}} ?[：:]")


def blanks(spot: Spot) -> Iterator[Hit]:
    """Blanks between Chinese characters of a sentence; a wide one may stand in a list on purpose.

    Lines without a mark are lists or names that were set apart, and are left alone; so are names
    behind a label (出席：张三 李四) and the blank before one (张三 联系电话：).
    """
    text = spot.text
    if spot.role != "title" and (not re.search(r"[，。；：]", text) or _NAMES.fullmatch(text)):
        return
    article = _ARTICLE.match(text)
    wall = max(text.find("关于"), 0) if spot.role == "title" else article.end() if article else 0
    named = [(m.start(), m.end()) for m in re.finditer("《[^《》]*》", text)]
    labelled, told = False, 0
    for match in _BLANK.finditer(text):
        for mark in re.finditer("[，。；：]", text[told : match.start()]):
            labelled = mark[0] == "："
        told = match.start()
        beside = text[match.start() - 1] + text[match.end()]
        dated = _SET_OFF.search(text, max(0, match.start() - 9), match.start())
        if match.start() < wall or dated or (_is_han(beside) and labelled):
            continue
        within = bisect_right(named, (match.start(), 0)) - 1
        if _is_han(beside) and within >= 0 and match.start() < named[within][1]:
            continue  # 《食品安全国家标准 果冻》: the blank is part of the name
        if _is_han(beside) and _NEXT_LABEL.match(text, match.end()):
            continue
        yield _swap("P27", match.start(), match.end(), "")


def _is_han(text: str) -> bool:
    return all(_HAN.match(char) for char in text)


_LISTED: Final = (
    re.compile(r"《[^《》]*》(?:（[^（）]*）)?(?:、《[^《》]*》(?:（[^（）]*）)?)+"),
    re.compile(r"“[^“”]*”(?:（[^（）]*）)?(?:、“[^“”]*”(?:（[^（）]*）)?)+"),
)


def listed(spot: Spot) -> Iterator[Hit]:
    """、 between names that stand in 《》 or “” side by side (4.5.3.5); with a remark it stays."""
    text = spot.text
    for pattern in _LISTED:
        for chain in pattern.finditer(text):
            beside = text[chain.start() - 1 : chain.start()] + text[chain.end() : chain.end() + 1]
            # One of them has a remark, or another name stands beside them without marks.
            if "）、" in chain[0] or chain[0].endswith("）") or "、" in beside:
                continue
            cuts = [
                chain.start() + match.start()
                for match in re.finditer("(?<=[》”])、(?=[《“])", chain[0])
            ]
            pieces = tuple(Piece(at, at + 1, "") for at in cuts)
            yield Hit("P28", chain.start(), chain.end(), pieces)


def titles_in_titles(spot: Spot) -> Iterator[Hit]:
    """《》 inside 《》 are 〈〉 (typed as <> at times), and inside these 《》 again (4.15)."""
    open_at: list[int] = []
    inner: list[Hit] = []
    text = spot.text
    for at, char in enumerate(text):
        if char in "《〈" or (char == "<" and open_at):
            open_at.append(at)
        elif char in "》〉>" and open_at:
            first = open_at.pop()
            if char == "》" and text[first] == "《" and len(open_at) % 2:
                pieces = (Piece(first, first + 1, "〈"), Piece(at, at + 1, "〉"))
                inner.append(Hit("P29", first, at + 1, pieces))
            if not open_at:  # where the outer one is never closed, it is that which is wrong
                yield from inner
                inner = []


_PAIRS: Final = {"（": "）", "《": "》", "〔": "〕", "【": "】"}
_ITEM: Final = re.compile(r"(?:^|(?<=[，。；：、\s]))[0-9a-zA-Z一二三四五六七八九十]{1,3}）")


def pairs(spot: Spot) -> Iterator[Hit]:
    """Brackets and quotation marks that are opened and not closed, or the other way round (4.9).

    A quotation over several paragraphs opens anew in each: one “ alone is no fault.
    """
    text = spot.text
    items = {match.end() - 1 for match in _ITEM.finditer(text)}
    stack: list[int] = []
    for at, char in enumerate(text):
        if char in _PAIRS:
            stack.append(at)
        elif char in _PAIRS.values() and at not in items:
            if not stack or _PAIRS[text[stack[-1]]] != char:
                yield Hit("P30", at, at + 1)
                return
            stack.pop()
    if stack:
        yield Hit("P30", stack[0], stack[0] + 1)
    for match in re.finditer(r"“[^“”]*“|”[^“”]*”", text):
        yield Hit("P30", match.start(), match.end())
        return


_ORDINAL: Final = re.compile(
    r"(?:^|(?<=[。；！？]))(?:第[一二三四五六七八九十]|其[一二三四五六七八九十]|首先|其次|再次|最后)、"
    r"(?![第其一二三四五六七八九十])"
)


def ordinals(spot: Spot) -> Iterator[Hit]:
    """第一、其次、 take ， behind them, not 、 (4.4.3.3)."""
    for match in _ORDINAL.finditer(spot.text):
        yield _swap("P31", match.start(), match.end(), f"{match[0][:-1]}，")


def _beside_han(text: str, match: re.Match[str]) -> bool:
    left, right = text[: match.start()][-1:], text[match.end() :][:1]
    marks = _CLOSING + _OPENING + "，、；："
    return any(char and (_HAN.match(char) or char in marks) for char in (left, right))


def _swap(code: str, start: int, end: int, new: str | None) -> Hit:
    return Hit(code, start, end, () if new is None else (Piece(start, end, new),))
