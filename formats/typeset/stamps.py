"""签名章 with 职务 at their left and the date below. GB/T 9704-2012 7.3.5.3."""

from collections.abc import Sequence
from typing import Final

from formats.typeset.flow import Counter
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, EM
from formats.typeset.linebreak import Row
from formats.typeset.spots import Closing, Part, Spot, closing_block, even_rows

STAMP_WIDTH: Final = 30.0
STAMP_HEIGHT: Final = 15.0
"""A 签名章 of the usual size: two to four characters of handwriting, within two rows (16.0 mm)."""

STAMP_ROWS: Final = 2


def signed_closing(
    signers: Sequence[tuple[str, str]], date: Row | None, fonts: FontSet, counter: Counter
) -> Closing:
    """签名章, one (office, name) a row, the host's first, 职务 at their left (7.3.5.3)."""
    left = CORE_RIGHT - 4 * EM - STAMP_WIDTH
    end = left - 2 * EM
    parts: list[Part] = []
    spots: list[Spot] = []
    row = 2  # rows are left blank above the first one
    for place, (office, name) in enumerate(signers):
        lines = even_rows(office, fonts, end - CORE_LEFT) if office else ()
        rows = max(STAMP_ROWS, len(lines))
        middle = row + (rows - 1) / 2
        top = middle - (len(lines) - 1) / 2
        parts += [
            (line, end - line.width, top + k, "signer", place) for k, line in enumerate(lines)
        ]
        spots.append(
            Spot(
                left + STAMP_WIDTH / 2, middle, STAMP_WIDTH, name,
                kind="personal", height=STAMP_HEIGHT,
            )
        )  # fmt: skip
        row += rows
    if date:
        parts.append((date, CORE_RIGHT - 4 * EM - date.width, row + 1, "date", len(signers)))
        row += 2
    return Closing(closing_block(row, parts, counter), tuple(spots))
