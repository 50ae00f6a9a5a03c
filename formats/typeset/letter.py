"""信函格式: the head between red double rules, on a sheet of its own kind. GB/T 9704-2012 10.1.

The mark is the body's name alone, of joint issuers the host's. What stands at the core's edges
begins 7/8 of a 3号 character below the first double rule. What the clause asks of a row of text
just above the second one never comes up: text ends with the core, 13 mm higher.
"""

from typing import Final

from formats.document.model import Document
from formats.typeset.display import Item, Rule
from formats.typeset.flow import run_at
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_RIGHT, CORE_WIDTH, EM, PAGE_HEIGHT, PAGE_WIDTH, PITCH, row_top
from formats.typeset.head import TITLE_LIFT, Head, corner, fitted, named, two_rows_below
from formats.typeset.marks import Mark, single_mark
from formats.typeset.words import clean

LETTER_MARK_TOP: Final = 30.0
"""The mark's upper edge from the sheet's, 10.1."""

RULE_LENGTH: Final = 170.0
FIRST_RULE_GAP: Final = 4.0
"""From the mark's lower edge to the first double rule."""

SECOND_RULE: Final = PAGE_HEIGHT - 20.0
"""The lower edge of the second double rule."""

BELOW_RULE: Final = 4.84
"""7/8 of a 3号 character, as GB/T 33476.2-2016 gives it in mm."""

THICK: Final = 0.9
THIN: Final = 0.3
BETWEEN: Final = 0.5
"""The standard fixes which line is the thicker one, not the widths; these print apart."""

DOUBLE_RULE: Final = THICK + BETWEEN + THIN
TITLE_ROW: Final = 4

_MARK_BOTTOM: Final = (
    row_top(TITLE_ROW) - TITLE_LIFT - 2 * PITCH - EM - BELOW_RULE - DOUBLE_RULE - FIRST_RULE_GAP
)
"""The mark's height is free; this one puts the title exactly two rows below 发文字号."""


def compose_letter(document: Document, fonts: FontSet) -> Head:
    """The head of a letter's page 1, with the second double rule at the sheet's foot."""
    text = clean(document.issuer_mark or "") or "".join(named(document.issuers)[:1])
    drawn = (
        single_mark(text, fonts, top=LETTER_MARK_TOP, bottom=_MARK_BOTTOM)
        if text
        else Mark((), _MARK_BOTTOM)
    )
    rule = drawn.bottom + FIRST_RULE_GAP
    items: list[Item] = [*drawn.items, *double_rule(rule, thick_first=True)]
    bottom = rule + DOUBLE_RULE
    first = bottom + BELOW_RULE
    stacked = corner(document, fonts, first)
    items += stacked
    lines = bool(clean(document.copy_number or "")) + bool(document.urgency)
    number = clean(str(document.number)) if document.number else ""
    if number:
        row = fitted(number, "fang", CORE_WIDTH / 2 - EM, fonts)
        items += run_at(row, CORE_RIGHT - row.width, first, "number")
    last = max(lines, 1 if number else 0)
    if last:
        bottom = first + (last - 1) * PITCH + EM
    items += double_rule(SECOND_RULE - DOUBLE_RULE, thick_first=False)
    return Head(tuple(items), *two_rows_below(bottom, TITLE_LIFT))


def double_rule(top: float, *, thick_first: bool) -> tuple[Rule, Rule]:
    """Two red lines, 170 long and centred on the sheet, whose upper edge is at ``top`` mm."""
    left = (PAGE_WIDTH - RULE_LENGTH) / 2
    upper, lower = (THICK, THIN) if thick_first else (THIN, THICK)
    first = top + upper / 2
    second = top + upper + BETWEEN + lower / 2
    return (
        Rule(left, first, left + RULE_LENGTH, first, upper, "red"),
        Rule(left, second, left + RULE_LENGTH, second, lower, "red"),
    )
