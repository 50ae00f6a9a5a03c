"""The words that are set: free of what has no ink, names of bodies in a row."""

from collections.abc import Sequence
from typing import Final
from unicodedata import normalize

_INVISIBLE: Final = (
    range(0x20),
    range(0x7F, 0xA0),
    range(0xAD, 0xAE),  # soft hyphen
    range(0x200B, 0x2010),  # zero-width spaces and direction marks
    range(0x202A, 0x202F),
    range(0x2060, 0x2070),
    range(0xFEFF, 0xFF00),
    range(0xFE00, 0xFE10),  # variation selectors
    range(0xE0100, 0xE01F0),
)
_TABLE: Final = {
    **dict.fromkeys((code for part in _INVISIBLE for code in part), ""),
    **dict.fromkeys((0x09, 0x0A, 0x0B, 0x0C, 0xA0, 0x2028, 0x2029), " "),
}


def clean(text: str) -> str:
    """The text without controls and other characters that have no ink and no width.

    A letter and its accent become one character where there is one (NFC): no font here places an
    accent over the letter before it.
    """
    return normalize("NFC", text.translate(_TABLE)).strip(" ")


def joined(names: Sequence[str]) -> str:
    """Names of bodies in a row. A name that lists with 、 itself is set off with ，."""
    return ("，" if any("、" in name for name in names) else "、").join(names)
