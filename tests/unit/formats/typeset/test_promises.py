"""That a broken promise is told: the judge of whole documents can say no."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from formats.document.model import Block
from formats.typeset.compose import compose
from formats.typeset.display import Composition, Item, Page, Run
from formats.typeset.fonts import FontSet
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.promises import broken_promises

BODY = tuple(Block(text=f"第{n}行要充分认识公文交换工作的意义。") for n in range(1, 15))


def without(tag: str) -> Callable[[Composition], Composition]:
    def spoil(done: Composition) -> Composition:
        items = tuple(item for item in done.pages[0].items if getattr(item, "tag", "") != tag)
        return replace(done, pages=(Page(items), *done.pages[1:]))

    return spoil


def lowered(tag: str, by: float) -> Callable[[Composition], Composition]:
    def lower(item: Item) -> Item:
        if isinstance(item, Run) and item.tag == tag:
            return replace(item, y=item.y + by)
        return item

    def spoil(done: Composition) -> Composition:
        pages = tuple(Page(tuple(map(lower, page.items))) for page in done.pages)
        return replace(done, pages=pages)

    return spoil


def moved_seal(x: float, y: float) -> Callable[[Composition], Composition]:
    def spoil(done: Composition) -> Composition:
        (slot,) = done.report.seal_slots
        moved = replace(slot, x_mm=slot.x_mm + x, y_mm=slot.y_mm + y)
        return replace(done, report=replace(done.report, seal_slots=(moved,)))

    return spoil


def turned_away(done: Composition) -> Composition:
    (slot,) = done.report.seal_slots
    moved = replace(slot, page=slot.page + 1)
    return replace(done, report=replace(done.report, seal_slots=(moved,)))


@pytest.mark.parametrize(
    ("spoil", "promise"),
    [
        (without("body"), "page 1 without text"),
        (moved_seal(0, 8), "seal more than a row below the text"),
        (moved_seal(0, -12), "text under a seal"),
        (moved_seal(40, 0), "seal beside the core"),
        (turned_away, "seal on a page without names"),
        (lowered("body", 170), "版记 on text"),
        (without("page_number"), "numbers around a blank page"),
        (lowered("date", 250), "text below the core"),
    ],
    ids=["bare", "low", "high", "aside", "away", "over", "number", "date"],
)
def test_a_broken_promise_is_told(
    fonts: FontSet, notice: Notice, spoil: Callable[[Composition], Composition], promise: str
) -> None:
    done = compose(notice(issuers=("安徽省教育厅",), body=BODY), fonts)
    told = broken_promises(spoil(done), lettered=False)

    assert [] == broken_promises(done, lettered=False)
    assert promise in told
