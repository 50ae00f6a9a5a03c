"""Half-width punctuation beside Chinese made full-width, GB/T 15834; figures and Latin kept."""

import re
from typing import Final

_WIDE: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HAN: Final = re.compile(
    "[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\u2018-\u201d\u2014\u2026"
    "\U00020000-\U0003ffff]"
)


def widen(text: str) -> str:
    """The text with the marks of Chinese sentences in full width.

    ``1,000``, ``8:30``, ``https://…`` and a Latin remark in a Latin sentence stay as they are.
    """
    pairs = _pairs(text)
    found: list[str] = []
    for at, char in enumerate(text):
        before, after = _neighbour(text, at, -1), _neighbour(text, at, 1)
        if char in "()":
            found.append(_WIDE[char] if _wide_bracket(text, at, pairs) else char)
        elif char in _WIDE and not _in_figure(text, at) and (_is_han(before) or _is_han(after)):
            found.append(_WIDE[char])
        elif char == "." and _is_han(before) and at == len(text) - 1:
            found.append("。")
        else:
            found.append(char)
    return _quotes("".join(found))


def _neighbour(text: str, at: int, step: int) -> str:
    at += step
    while 0 <= at < len(text) and text[at] == " ":
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _is_han(char: str) -> bool:
    return bool(char) and _HAN.match(char) is not None


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


def _wide_bracket(text: str, at: int, pairs: dict[int, int]) -> bool:
    """A pair is wide together: round Chinese, beside Chinese, or a heading's number."""
    partner = pairs.get(at)
    if partner is None:
        return _is_han(_neighbour(text, at, -1)) or _is_han(_neighbour(text, at, 1))
    first, last = min(at, partner), max(at, partner)
    inside = text[first + 1 : last]
    if text[first] == "（" or text[last] == "）" or _HAN.search(inside):
        return True
    if first == 0 and inside.isdigit():
        return _is_han(_neighbour(text, last, 1))
    return _is_han(_neighbour(text, first, -1)) or _is_han(_neighbour(text, last, 1))


def _quotes(text: str) -> str:
    if text.count('"') % 2 or not _HAN.search(text):
        return text
    parts = text.split('"')
    return "".join(
        part + ("" if n == len(parts) - 1 else "“" if n % 2 == 0 else "”")
        for n, part in enumerate(parts)
    )
