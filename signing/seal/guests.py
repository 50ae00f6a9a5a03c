"""Where those who are asked to countersign (会签) may seal: free places of a typeset document.

A place is free where nothing is printed and no seal goes; it is looked for on the last page first,
from the top left of the core (版心), then on those before it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from formats.measure.reader import read_sheets
from formats.measure.sheet import Box, Sheet
from formats.typeset.display import SealSlot
from formats.typeset.grid import CORE_BOTTOM, CORE_LEFT, CORE_RIGHT, CORE_TOP
from formats.typeset.seals import seal_diameter
from signing.seal.faults import refused
from signing.seal.intake import check_sealable
from signing.seal.place import size_of

_STEP: Final = 4.0
"""Millimetres from one place that is tried to the next."""

_PAGES: Final = 8
"""The last pages, on which a place is looked for: nobody seeks a countersignature further back."""

_APART: Final = 1.0
"""Millimetres between a seal and what is printed or sealed beside it."""


def places_for(
    pdf: bytes, slots: Sequence[SealSlot], bodies: Sequence[str]
) -> tuple[SealSlot, ...]:
    """A place for each of ``bodies`` (names), clear of the text and of ``slots``.

    Raises `SealRefused` where the document may not be sealed or has no room, `BadPdf` or `TooLarge`
    for a file that cannot be measured.
    """
    check_sealable(pdf)  # before PDFium reads it
    sheets = read_sheets(pdf)
    taken = {sheet.number: list(_printed(sheet)) for sheet in sheets[-_PAGES:]}
    for slot in slots:
        if slot.page in taken:
            taken[slot.page].append(_box(slot))
    found: list[SealSlot] = []
    for body in bodies:
        place = next(_free(sheets, taken, body), None)
        if place is None:
            raise refused("no-room", body, entry=body)
        taken[place.page].append(_box(place))
        found.append(place)
    return tuple(found)


def _free(sheets: Sequence[Sheet], taken: dict[int, list[Box]], body: str) -> Iterator[SealSlot]:
    """The free places for a body's seal, the best first."""
    diameter = seal_diameter(body)
    across = int((CORE_RIGHT - CORE_LEFT - diameter) / _STEP)
    down = int((CORE_BOTTOM - CORE_TOP - diameter) / _STEP)
    for sheet in reversed(sheets[-_PAGES:]):
        for row in range(down + 1):
            for column in range(across + 1):
                x = CORE_LEFT + diameter / 2 + column * _STEP
                y = CORE_TOP + diameter / 2 + row * _STEP
                slot = SealSlot(sheet.number, x, y, diameter, body)
                if not any(_touch(_box(slot), other) for other in taken[sheet.number]):
                    yield slot


def _printed(sheet: Sheet) -> Iterator[Box]:
    """The boxes of everything that is printed on a page."""
    for glyph in (*sheet.glyphs, *sheet.sideways):
        yield glyph.ink
    for stroke in sheet.strokes:
        half = stroke.width / 2
        top, bottom = sorted((stroke.y1, stroke.y2))
        yield stroke.left - half, top - half, stroke.right + half, bottom + half
    for blot in sheet.blots:
        yield blot.box


def _box(slot: SealSlot) -> Box:
    wide, tall = size_of(slot)
    return (
        slot.x_mm - wide / 2,
        slot.y_mm - tall / 2,
        slot.x_mm + wide / 2,
        slot.y_mm + tall / 2,
    )


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] - _APART < other[2]
        and other[0] - _APART < one[2]
        and one[1] - _APART < other[3]
        and other[1] - _APART < one[3]
    )
