"""命令（令）格式: the mark is the title; 令号 under it, then the text. GB/T 9704-2012 10.2."""

from typing import Final

from formats.document.model import Document
from formats.typeset.display import Item
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_TOP, EM, PITCH, row_top
from formats.typeset.head import Head, centred, corner, named, two_rows_below
from formats.typeset.marks import single_mark
from formats.typeset.words import clean

ORDER_MARK_TOP: Final = CORE_TOP + 20.0
"""The mark's upper edge, 10.2."""

TEXT_ROW: Final = 8
"""Where the text begins below 令号."""

TEXT_ROW_WITHOUT: Final = 5
"""Where it begins in a draft that has no 令号 yet."""


def compose_order(document: Document, fonts: FontSet) -> Head:
    """The head of an order: mark, 令号 two rows below it, the text two rows further."""
    text = clean(document.issuer_mark or "") or order_mark(named(document.issuers))
    number = f"第{document.number.serial}号" if document.number else ""
    # The mark's height is free: it is made so that the gaps of two rows come out exactly.
    bottom = row_top(TEXT_ROW) - 4 * PITCH - EM if number else row_top(TEXT_ROW_WITHOUT) - 2 * PITCH
    drawn = single_mark(text, fonts, top=ORDER_MARK_TOP, bottom=bottom)
    items: list[Item] = [*corner(document, fonts), *drawn.items]
    y = drawn.bottom
    if number:
        y += 2 * PITCH
        items += centred(number, y, fonts)
        y += EM
    return Head(tuple(items), *two_rows_below(y))


def order_mark(issuers: tuple[str, ...]) -> str:
    """The host's name and 令; a name that already ends in 令 stays as it is."""
    name = "".join(issuers[:1])
    return name if name.endswith("令") else f"{name}令"
