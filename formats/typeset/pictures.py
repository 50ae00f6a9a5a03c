"""Pictures in the text: centred, as wide as asked or as the core allows, the caption below."""

import math
from typing import Final

from formats.document.model import Image
from formats.safe.image import read_image
from formats.typeset.display import Item, Picture
from formats.typeset.flow import Block, Counter, run_at, text_block
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_LEFT, CORE_WIDTH, EM, PITCH, ROWS, SIZE_4
from formats.typeset.linebreak import Row, Span, break_rows
from formats.typeset.words import clean

DOTS_PER_MM: Final = 300 / 25.4
"""The natural size of a picture is its size in print."""

MOST_CAPTION_ROWS: Final = 16
"""Of a caption that share the picture's page whatever comes; it takes the longest that is allowed
(`formats.limits.MAX_LINE_CHARS`)."""


def picture_blocks(image: Image, fonts: FontSet, counter: Counter) -> list[Block]:
    """The picture and its caption as one block of whole rows. Raises `BadImage`.

    Rows of a caption that no page could hold with its picture go on behind it.
    """
    _, columns, lines = read_image(image.data)
    captions: tuple[Row, ...] = ()
    if image.caption and clean(image.caption):
        spans = (Span(clean(image.caption), "fang", SIZE_4),)
        captions = break_rows(spans, fonts, CORE_WIDTH - 4 * EM)
    captions, more = captions[:MOST_CAPTION_ROWS], captions[MOST_CAPTION_ROWS:]
    tallest = (ROWS - 1 - len(captions)) * PITCH + EM
    width = min(image.width_mm or columns / DOTS_PER_MM, CORE_WIDTH)
    height = width * lines / columns
    if height > tallest:
        width, height = width * tallest / height, tallest
    rows = math.ceil((height - EM) / PITCH - 1e-6) + 1
    group, below = counter.next(), counter.next()

    def draw(y: float, pitch: float) -> tuple[Item, ...]:
        room = (rows - 1) * pitch + EM
        scale = min(1.0, room / height)  # on a page whose rows are closed up
        wide, high = width * scale, height * scale
        left, top = CORE_LEFT + (CORE_WIDTH - wide) / 2, y + (room - high) / 2
        items: list[Item] = [Picture(left, top, wide, high, image.data, image.description, group)]
        for place, row in enumerate(captions):
            x = _centred(row)
            items += run_at(row, x, y + (rows + place) * pitch, "caption", group=below)
        return tuple(items)

    rest = (text_block(row, "caption", x=_centred(row), group=below) for row in more)
    return [Block(rows + len(captions), draw, "text", group), *rest]


def _centred(row: Row) -> float:
    return CORE_LEFT + (CORE_WIDTH - row.width) / 2
