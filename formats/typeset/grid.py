"""The sheet and the 28 × 22 grid of GB/T 9704-2012, in millimetres from the top left corner.

The row pitch follows from "22 rows fill the core" (5.2.3): the first row's em box touches its top
and the last one's its bottom. It agrees to 0.003 mm with the standard's own definition of a row,
one character height plus 7/8 of it (3.2).
"""

from typing import Final

PAGE_WIDTH: Final = 210.0  # GB/T 9704-2012 5.1
PAGE_HEIGHT: Final = 297.0
CORE_LEFT: Final = 28.0  # 5.2.1: 订口 28
CORE_TOP: Final = 37.0  # 5.2.1: 天头 37
CORE_WIDTH: Final = 156.0  # 5.2.1
CORE_HEIGHT: Final = 225.0
CORE_RIGHT: Final = CORE_LEFT + CORE_WIDTH
CORE_BOTTOM: Final = CORE_TOP + CORE_HEIGHT
COLUMNS: Final = 28  # 5.2.3
ROWS: Final = 22

EM: Final = CORE_WIDTH / COLUMNS
"""One character cell, 5.571 mm."""

PITCH: Final = (CORE_HEIGHT - EM) / (ROWS - 1)
"""Row to row, 10.449 mm."""

ASCENT: Final = 0.88
"""Of the ideographic em box, above the baseline; 0.12 is below."""

SIZE_2: Final = 22.0
"""2号, in points."""

SIZE_3: Final = 16.0
SIZE_4: Final = 14.0
MM_PER_POINT: Final = 25.4 / 72

MARK_TOP: Final = CORE_TOP + 35.0  # 7.2.4: upper edge of 发文机关标志
RED_RULE_GAP: Final = 4.0  # 7.2.7: below 发文字号
RED_RULE_WIDTH: Final = 0.5
"""Not in the standard; 0.35 to 1 mm in practice."""

OUTER_RULE_WIDTH: Final = 0.35  # 7.4.1, recommended
INNER_RULE_WIDTH: Final = 0.25
PAGE_NUMBER_Y: Final = CORE_BOTTOM + 7.0  # 7.5: the dash lies 7 below the core


def row_top(row: float) -> float:
    """The upper edge of a row's 3号 em box; row 0 is the first."""
    return CORE_TOP + row * PITCH


def row_baseline(row: float, size: float = SIZE_3) -> float:
    """The baseline on which type of ``size`` points stands centred in the row's em box."""
    height = em_of(size)
    return row_top(row) + (EM - height) / 2 + ASCENT * height


def em_of(size: float) -> float:
    """The cell of a character of ``size`` points in mm: 3号 fills the grid's cell exactly."""
    return EM if size == SIZE_3 else size * MM_PER_POINT
