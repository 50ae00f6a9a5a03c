"""Half-width punctuation beside Chinese made full-width, GB/T 15834; figures and Latin kept."""

import re
from typing import Final

_WIDE: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HAN: Final = re.compile(
    "[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\u2018-\u201d\u2014\u2026"
    "\U00020000-\U0003ffff]"
)


def widen(text: str) -> str:
    """The text with the marks of Chinese sentences in full width; widening again changes nothing.

    ``1,000``, ``8:30``, ``https://…`` and a Latin remark in a Latin sentence stay as they are.
    """
    if not _HAN.search(text):
        return text
    text = _quotes(text)
    # A mark made wide counts as Chinese for its neighbours, so it goes on until none is left.
    # Each round widens at least one more mark, and a wide mark never becomes narrow again.
    while (wider := _once(text)) != text:
        text = wider
    return text


def _once(text: str) -> str:
    before, after = _beside_han(text), _beside_han(text[::-1])[::-1]
    beside = [left or right for left, right in zip(before, after, strict=True)]
    pairs = _pairs(text)
    found: list[str] = []
    for at, char in enumerate(text):
        if char in "()":
            found.append(_WIDE[char] if _wide_bracket(text, at, pairs, before, after) else char)
        elif char in _WIDE and beside[at] and not _in_figure(text, at):
            found.append(_WIDE[char])
        elif char == "." and at == len(text) - 1 and (before[at] or text[at - 1] in "%％"):
            found.append("。")
        elif char in ",;:?!" and at == len(text) - 1 and text[at - 1 : at] in set("%％"):
            found.append(_WIDE[char])
        else:
            found.append(char)
    return "".join(found)


def _beside_han(text: str) -> list[bool]:
    """For each place, whether the nearest character before it that is no mark is Chinese."""
    found: list[bool] = []
    last = False
    for char in text:
        found.append(last)
        if char != " " and char not in _WIDE:
            last = _is_han(char)
    return found


def _is_han(char: str) -> bool:
    return _HAN.match(char) is not None


def _in_figure(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] == ":" and after == "/":
        return True
    return before.isascii() and before.isdigit() and after.isascii() and after.isdigit()


def _pairs(text: str) -> dict[int, int]:
    """Position of each bracket to that of its partner, either width."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in "(（":
            opened.append(at)
        elif char in ")）" and opened:
            partner = opened.pop()
            found[at], found[partner] = partner, at
    return found


def _wide_bracket(
    text: str, at: int, pairs: dict[int, int], before: list[bool], after: list[bool]
) -> bool:
    """A pair is wide together: round Chinese, beside Chinese, or a heading's number."""
    partner = pairs.get(at)
    if partner is None:
        return before[at] or after[at]
    first, last = min(at, partner), max(at, partner)
    if text[first] == "（" or text[last] == "）" or _HAN.search(text, first + 1, last):
        return True
    return before[first] or after[last]


def _quotes(text: str) -> str:
    if text.count('"') % 2:
        return text
    parts = text.split('"')
    return "".join(
        part + ("" if n == len(parts) - 1 else "“" if n % 2 == 0 else "”")
        for n, part in enumerate(parts)
    )
