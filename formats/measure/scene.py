"""The whole document as recognised: what the rules look at. Nothing is judged here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from formats.measure.closing import Closing, read_closing
from formats.measure.ending import Annex, Imprint, read_annexes, read_imprint
from formats.measure.masthead import Masthead, read_masthead
from formats.measure.rows import Row
from formats.measure.sheet import Box, SealMark, Sheet
from formats.measure.views import View, view_of
from formats.typeset.display import SealSlot

_SEAL_SIDES: Final = (30.0, 70.0)
_SQUARE: Final = 0.15
_SAME_SEAL: Final = 8.0
"""Centres closer than this, in mm, are one seal seen twice."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A document under the ruler."""

    views: tuple[View, ...]
    seals: tuple[SealMark, ...]
    head: Masthead
    annexes: tuple[Annex, ...]
    closing: Closing | None
    imprint: Imprint | None
    text: tuple[tuple[Row, ...], ...]
    """Rows of running text, page by page."""

    @property
    def main_end(self) -> int:
        """The last page of the document proper: the one before the first 附件."""
        if self.annexes and self.head.format != "attachment":
            return max(1, self.annexes[0].page - 1)
        return len(self.views)

    def text_rows(self, view: View) -> tuple[Row, ...]:
        """Rows of running text: without masthead, closing, tables and 版记."""
        return self.text[view.page - 1]

    def all_text(self) -> Iterator[tuple[View, tuple[Row, ...]]]:
        """Every page with its rows of running text."""
        for view in self.views:
            yield view, self.text_rows(view)


def read_scene(sheets: Sequence[Sheet], slots: Sequence[SealSlot]) -> Scene:
    """Recognise the elements of a document on its pages."""
    seals = _seals(sheets, slots)
    views = tuple(
        view_of(sheet, [seal for seal in seals if seal.page == sheet.number]) for sheet in sheets
    )
    head = read_masthead(views[0])
    annexes = read_annexes(views)
    imprint = read_imprint(views)
    bound = [annex.page for annex in annexes if annex.page > 1]
    main = views[: bound[0] - 1] if bound else views
    ends = {imprint.page: imprint.top} if imprint else {}
    closing = None
    if head.format != "attachment":
        closing = read_closing(main, seals, head.end, ends)
    text = tuple(_text_rows(view, head, annexes, closing, imprint) for view in views)
    return Scene(views, seals, head, annexes, closing, imprint, text)


def _text_rows(
    view: View,
    head: Masthead,
    annexes: tuple[Annex, ...],
    closing: Closing | None,
    imprint: Imprint | None,
) -> tuple[Row, ...]:
    """Rows of running text of one page."""
    top = head.end if view.page == 1 else 0.0
    bottom = imprint.top if imprint and imprint.page == view.page else 1000.0
    signed = (1000.0, 1000.0)
    if closing and closing.page == view.page:
        names = [part.y for part in (*closing.names, closing.date)]
        last = closing.notes[-1].y if closing.notes else closing.date.y
        signed = (min(names) - 1, last + 1)
    begun = [annex for annex in annexes if annex.page == view.page]
    skipped = {id(row) for annex in begun for row in annex.title}
    return tuple(
        row
        for row in view.rows
        if top < row.y < bottom
        and not signed[0] <= row.y <= signed[1]
        and id(row) not in skipped
        and not any(annex.label in row.parts for annex in begun)
        and not view.in_grid(row)
    )


def _seals(sheets: Sequence[Sheet], slots: Sequence[SealSlot]) -> tuple[SealMark, ...]:
    """Signature fields first, then the slots none of them fills, else red ink of a seal's shape."""
    found = [seal for sheet in sheets for seal in sheet.seals]
    for slot in slots:
        half, tall = slot.diameter_mm / 2, (slot.height_mm or slot.diameter_mm) / 2
        box = (slot.x_mm - half, slot.y_mm - tall, slot.x_mm + half, slot.y_mm + tall)
        mark = SealMark(slot.page, box, slot.kind, slot.body)
        if not any(_same(mark, other) for other in found):
            found.append(mark)
    for sheet in sheets:
        for blot in sheet.blots:
            if blot.tint == "red" and _round(blot.box):
                mark = SealMark(sheet.number, blot.box, "seal")
                if not any(_same(mark, other) for other in found):
                    found.append(mark)
    return tuple(sorted(found, key=lambda seal: (seal.page, round(seal.y), seal.x)))


def _round(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    least, most = _SEAL_SIDES
    return least <= width <= most and least <= height <= most and abs(width / height - 1) < _SQUARE


def _same(one: SealMark, other: SealMark) -> bool:
    return (
        one.page == other.page
        and abs(one.x - other.x) < _SAME_SEAL
        and abs(one.y - other.y) < _SAME_SEAL
    )
