"""层次序数: their form, their order, and headings that end in a mark. GB/T 9704-2012 7.3.3."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from formats.document.headings import level_of
from formats.document.intake.clues import han_number
from formats.document.lint.finding import Hit, Piece, Spot
from formats.document.model import Block

_HAN_NUMBER: Final = "[一二三四五六七八九十百零〇]{1,4}"
_FORMS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(rf"({_HAN_NUMBER})[.．,，:：](?![一二三四五六七八九十\d])"), r"\1、"),
    (re.compile(rf"\(({_HAN_NUMBER})\)[、，.．,]?"), r"（\1）"),
    (re.compile(rf"[（(]({_HAN_NUMBER})[）)][、，.．,]"), r"（\1）"),
    (re.compile(r"([0-9０-９]{1,2})(?:[、．]|\. +)(?![0-9０-９])"), r"\1."),
    (re.compile(r"\(([0-9０-９]{1,2})\)[、，.．,]?"), r"（\1）"),
    (re.compile(r"[（(]([0-9０-９]{1,2})[）)][、，.．,]"), r"（\1）"),
)
_SINGLE: Final = re.compile("[⒈-⒛⑴-⒇]")


def forms(spot: Spot) -> Iterator[Hit]:
    """一、（一）1.（1）, and nothing else behind the number."""
    for pattern, new in _FORMS:
        match = pattern.match(spot.text)
        if match and len(spot.text) > match.end():
            piece = Piece(0, match.end(), match.expand(new))
            yield Hit("P40", 0, match.end(), (piece,))
            return
    match = _SINGLE.match(spot.text)
    if match:
        code = ord(match[0])
        number = code - 0x2487 if code >= ord("⒈") else code - 0x2473
        new = f"{number}." if code >= ord("⒈") else f"（{number}）"
        yield Hit("P40", 0, 1, (Piece(0, 1, new),))


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a paragraph begins with."""

    level: int
    value: int
    end: int
    """Where the words after it begin."""


_READ: Final[tuple[re.Pattern[str], ...]] = (
    re.compile(rf"({_HAN_NUMBER})、"),
    re.compile(rf"[（(]({_HAN_NUMBER})[）)]"),
    re.compile(r"([0-9]{1,2})[.、．](?![0-9])"),
    re.compile(r"[（(]([0-9]{1,2})[）)]"),
)


def number_of(block: Block) -> Number | None:
    """The paragraph's number; ``None`` where it has none or it is part of a sentence."""
    text = block.text or ""
    level = level_of(text)
    match = _READ[level - 1].match(text) if level else None
    if match is None:
        return None
    if block.level not in {level, 0} or (
        block.level == 0 and re.match("[一二三四五六七八九十]、[一二三四五六七八九十]", text)
    ):
        return None  # 一、二等奖各三名 counts, it does not number
    return Number(level, han_number(match[1]), match.end())


_ARTICLE: Final = re.compile("第[一二三四五六七八九十百千零〇0-9]{1,7}[编章节条]")


def order(blocks: Sequence[Block]) -> Iterator[tuple[int, Hit]]:
    """Numbers that skip, repeat or fall back, and levels that are left out, by paragraph.

    A number may go on over the headings above it, as in long plans, or begin anew under each;
    every 第一条 begins anew, and so may what follows a colon. A text of two levels
    may have 1. right under 一、.
    """
    last = [0] * 5
    under = [0] * 5
    opened = [0] * 5
    used = {number.level for number in map(number_of, blocks) if number is not None}
    told: set[int] = set()
    free = listed = False
    for place, block in enumerate(blocks):
        number = number_of(block)
        if number is None:
            free = free or block.text is None or block.level == 0
            article = _ARTICLE.match(block.text or "") is not None
            listed = article or (block.text or "").rstrip().endswith(("：", ":"))
            if article:
                last[2:], under[2:] = [0] * 3, [0] * 3
            continue
        level, value = number.level, number.value
        parent = next((upper for upper in range(level - 1, 0, -1) if under[upper]), 0)
        skipped = parent and parent < level - 1 and used != {1, 3}
        if skipped and opened[parent] not in told:
            told.add(opened[parent])  # once under each heading
            values = (("upper", _NAMES[parent]), ("lower", _NAMES[parent + 1]))
            yield place, Hit("P41", 0, number.end, (), values)
        wanted = {under[level] + 1} if under[level] else {1, last[level] + 1}
        if listed or (level > 2 and free):  # noqa: PLR2004 - 1. and (1) also number lists in text
            wanted.add(1)
        if value not in wanted:
            expected = under[level] + 1 if under[level] else 1
            yield place, Hit("P42", 0, number.end, (), (("number", expected),))
        last[level] = under[level] = value
        under[level + 1 :] = [0] * (4 - level)
        opened[level] = place
        free, listed = False, (block.text or "").endswith("：")


_NAMES: Final = ("", "一、", "（一）", "1.", "（1）")
_LONGEST: Final = 30
"""A longer paragraph is a sentence, not a heading."""


def ends(blocks: Sequence[Block]) -> Iterator[tuple[int, Hit]]:
    """Headings alone on their line that end in a full stop, where all beside them are headings."""
    numbers = [number_of(block) for block in blocks]
    for level in (1, 2):
        group: list[int] = []
        for place, number in enumerate((*numbers, None)):
            closed = place == len(blocks) or (number is not None and number.level < level)
            if closed:
                yield from _ended(group, blocks, numbers)
                group = []
            if number is not None and number.level == level:
                group.append(place)


def _ended(
    group: Sequence[int], blocks: Sequence[Block], numbers: Sequence[Number | None]
) -> Iterator[tuple[int, Hit]]:
    if not all(_is_heading(place, blocks, numbers) for place in group):
        return
    for place in group:
        text = blocks[place].text or ""
        match = re.search("[。；，、.;,]+$", text)
        if match:
            yield (
                place,
                Hit("P43", match.start(), len(text), (Piece(match.start(), len(text), ""),)),
            )


def _is_heading(place: int, blocks: Sequence[Block], numbers: Sequence[Number | None]) -> bool:
    text = blocks[place].text or ""
    if len(text) > _LONGEST or place + 1 == len(blocks):
        return False
    here, after = numbers[place], numbers[place + 1]
    # Below 一、 a line with a comma is as often a sentence as a heading.
    parts = "[。；]" if here and here.level == 1 else "[。；，]"
    if re.search(parts, text[:-1]):
        return False
    return here is not None and (after is None or after.level > here.level)
