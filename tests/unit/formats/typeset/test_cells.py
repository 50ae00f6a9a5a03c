"""Cells of any text: whole, inside their frame, in landscape as well."""

from random import Random  # noqa: TID251 - the same tables in every run

import pytest

from formats.document.model import Table
from formats.typeset.display import Item, Rule, Run
from formats.typeset.flow import Counter, draw_layout, paginate
from formats.typeset.fonts import FontSet
from formats.typeset.grid import (
    ASCENT,
    CORE_BOTTOM,
    CORE_LEFT,
    CORE_RIGHT,
    CORE_TOP,
    em_of,
)
from formats.typeset.landscape import landscape_blocks
from formats.typeset.tables import table_blocks

WORDS = (
    "安徽省人民政府办公厅", "2026年12月31日", "12.5%", "1,234,567.89", "GB/T 9704—2012",
    "https://example.invalid/a/b/c", "（一）", "“放管服”", "——", "……", "、", "。", "；", "Wi-Fi",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "〔2026〕12号", "０１２", "①", "々", "A", "，", " ", "㎡",
    "\U0001f600",
)  # fmt: skip
SEEDS = range(40)


def table(seed: int, *, landscape: bool) -> Table:
    """Up to 20 columns of text of all lengths up to 2,000 characters."""
    random = Random(seed)  # noqa: S311 - the same tables in every run
    columns = random.choice((1, 2, 3, 5, 8, 13, 20))
    longest = random.choice((2, 12, 60, 2000 if columns < 6 else 200))

    def cell() -> str:
        count = random.randrange(longest)
        text = ""
        while len(text) < count:
            text += random.choice(WORDS)
        return text[:count]

    rows = tuple(tuple(cell() for _ in range(columns)) for _ in range(random.randrange(6)))
    return Table(header=tuple(cell()[:30] for _ in range(columns)), rows=rows, landscape=landscape)


def pages(seed: int, fonts: FontSet, *, landscape: bool) -> list[list[Item]]:
    make = landscape_blocks if landscape else table_blocks
    return draw_layout(paginate(make(table(seed, landscape=landscape), fonts, Counter())))


def box(run: Run) -> tuple[float, float, float, float]:
    """Of the characters' ink across, and of their em boxes up and down; spaces may hang."""
    em = em_of(run.size)
    count = len(run.text.rstrip()) or 1
    first, last = run.glyphs[0], run.glyphs[count - 1]
    start, end = first.left * em, last.right * em
    above, below = ASCENT * em, (1 - ASCENT) * em
    if run.turned:
        return (run.y - above, run.xs[count - 1] - end, run.y + below, run.xs[0] - start)
    return (run.xs[0] + start, run.y - above, run.xs[count - 1] + end, run.y + below)


def uprights(items: list[Item], *, landscape: bool) -> list[float]:
    """Where the rules between columns stand, across the lines of text."""
    if landscape:
        return sorted({r.y1 for r in items if isinstance(r, Rule) and r.y1 == r.y2})
    return sorted({r.x1 for r in items if isinstance(r, Rule) and r.x1 == r.x2})


@pytest.mark.parametrize("landscape", [False, True], ids=["upright", "landscape"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_leaves_its_cell_or_the_core(fonts: FontSet, seed: int, landscape: bool) -> None:
    for items in pages(seed, fonts, landscape=landscape):
        edges = uprights(items, landscape=landscape)
        for run in (item for item in items if isinstance(item, Run)):
            left, top, right, bottom = box(run)
            low, high = (top, bottom) if landscape else (left, right)
            column = run.cell if not landscape else len(edges) - run.cell
            assert edges[column - 1] - 0.01 <= low
            assert high <= edges[column] + 0.01
            assert CORE_LEFT - 0.01 <= left
            assert right <= CORE_RIGHT + 0.01
            assert CORE_TOP - 0.01 <= top
            assert bottom <= CORE_BOTTOM + 0.01


@pytest.mark.parametrize("landscape", [False, True], ids=["upright", "landscape"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_of_a_cell_is_lost(fonts: FontSet, seed: int, landscape: bool) -> None:
    set_by_cell: dict[tuple[int, int], str] = {}
    for items in pages(seed, fonts, landscape=landscape):
        here: dict[tuple[int, int], str] = {}
        for run in (item for item in items if isinstance(item, Run)):
            key = (run.group, run.cell)
            here[key] = here.get(key, "") + run.text
        for key, text in here.items():
            if set_by_cell.get(key) != text:  # the same again is a repeated head
                set_by_cell[key] = set_by_cell.get(key, "") + text
    source = table(seed, landscape=landscape)
    for number, row in enumerate((source.header, *source.rows)):
        group = number + (1 if any(cell.split() for cell in source.header) else 0)
        for column, cell in enumerate(row, start=1):
            got = set_by_cell.get((group, column), "")
            assert "".join(cell.split()) == "".join(got.split())


@pytest.mark.parametrize("landscape", [False, True], ids=["upright", "landscape"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_rule_is_drawn_twice(fonts: FontSet, seed: int, landscape: bool) -> None:
    for items in pages(seed, fonts, landscape=landscape):
        rules = [
            tuple(round(value, 3) for value in (r.x1, r.y1, r.x2, r.y2))
            for r in items
            if isinstance(r, Rule)
        ]
        assert len(rules) == len(set(rules))
