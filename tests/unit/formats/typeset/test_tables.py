"""Tables: split between rows over pages, heads repeated, figures in line, nothing outside."""

import io
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest

from formats.document.model import Block, Table
from formats.typeset.columns import TableTooWide
from formats.typeset.fonts import FontSet
from formats.typeset.tables import is_cramped
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import MM, ink, plain_text

HEADER = ("序号", "单位名称", "完成时限", "投资（万元）", "备注")
TABLE = Table(
    header=HEADER,
    rows=tuple(
        (str(n), "安徽省教育厅发展规划处", "2026年12月31日", f"{n * 137 % 2000}.{n % 10}", "")
        for n in range(1, 61)
    ),
)


def typeset(fonts: FontSet, notice: Notice, *blocks: Block) -> bytes:
    pdf, _ = typeset_pdf(notice(body=(Block(text="安排如下："), *blocks)), fonts)
    return pdf


@pytest.fixture(scope="module")
def long_table(fonts: FontSet, notice: Notice) -> bytes:
    return typeset(fonts, notice, Block(table=TABLE), Block(text="请遵照执行。"))


def test_every_page_of_a_split_table_begins_with_its_head(long_table: bytes) -> None:
    with pdfplumber.open(io.BytesIO(long_table)) as document:
        tables = [page.extract_table() for page in document.pages]
    found = [table for table in tables if table]

    assert len(found) >= 3
    assert [list(HEADER)] * len(found) == [table[0] for table in found]


def test_no_row_is_lost_or_split_between_pages(long_table: bytes) -> None:
    with pdfplumber.open(io.BytesIO(long_table)) as document:
        rows = [row for page in document.pages for row in (page.extract_table() or [])[1:]]

    assert [str(n) for n in range(1, 61)] == [row[0] for row in rows]


def test_no_border_is_drawn_twice(long_table: bytes) -> None:
    with pdfplumber.open(io.BytesIO(long_table)) as document:
        for page in document.pages:
            drawn = [(line["x0"], line["x1"], line["top"], line["bottom"]) for line in page.lines]

            assert len(drawn) == len(set(drawn))


def test_the_frame_is_closed_on_every_page(long_table: bytes) -> None:
    with pdfplumber.open(io.BytesIO(long_table)) as document:
        for page in document.pages[:-1]:
            upright = [line for line in page.lines if line["x0"] == line["x1"]]
            if not upright:
                continue
            level = {round(line["top"], 1) for line in page.lines if line["top"] == line["bottom"]}

            assert round(min(line["top"] for line in upright), 1) in level
            assert round(max(line["bottom"] for line in upright), 1) in level


def test_figures_of_a_column_end_under_one_another(long_table: bytes) -> None:
    with pdfplumber.open(io.BytesIO(long_table)) as document:
        words = document.pages[1].extract_words()
    ends = [word["x1"] for word in words if word["text"].replace(".", "").isdigit()]
    money = [end for end in ends if 350 < end < 480]

    assert len(money) > 5
    assert max(money) - min(money) < 0.1


def test_text_stays_inside_its_cell(fonts: FontSet, notice: Notice) -> None:
    word = "AVeryLongIdentifierWithoutAnyBreak" * 3
    table = Table(
        header=("名称", "地址", "数"),
        rows=((word, "https://example.invalid/" + "a" * 90, "1"), ("甲" * 200, "乙", "2" * 40)),
    )
    with pdfplumber.open(io.BytesIO(typeset(fonts, notice, Block(table=table)))) as document:
        page = document.pages[0]
        edges = sorted({round(line["x0"], 2) for line in page.lines if line["x0"] == line["x1"]})
        chars = [char for char in page.chars if char["size"] < 15 and char["top"] < 262 / MM]
        for char in chars:
            assert any(a - 0.1 <= char["x0"] and char["x1"] <= b + 0.1 for a, b in pairwise(edges))


def test_a_cell_higher_than_a_page_goes_on_overleaf(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    text = "".join(f"第{n}项内容要求明确责任单位和完成时限。" for n in range(1, 121))
    table = Table(header=("事项", "要求"), rows=(("一", text[:2000]),))
    pdf = typeset(fonts, notice, Block(table=table))

    assert text[:2000] in plain_text(pdf, tmp_path).replace("事项要求", "")
    for box in ink(pdf, dpi=100):
        assert box is not None
        assert box[1] >= 36.7
        assert box[3] <= 272


@pytest.mark.parametrize("columns", [1, 2, 7, 12, 17])
def test_any_number_of_columns_up_to_seventeen_fits(
    fonts: FontSet, notice: Notice, columns: int
) -> None:
    table = Table(
        header=tuple(f"列{n}" for n in range(columns)),
        rows=tuple(tuple("值" for _ in range(columns)) for _ in range(3)),
    )
    for box in ink(typeset(fonts, notice, Block(table=table)), dpi=100):
        assert box is not None
        assert 27.5 <= box[0]
        assert box[2] <= 184.5


def test_too_many_columns_are_refused_with_the_way_out(fonts: FontSet, notice: Notice) -> None:
    table = Table(header=("甲",) * 30, rows=())

    with pytest.raises(TableTooWide) as caught:
        typeset(fonts, notice, Block(table=table))

    assert "横排" in caught.value.text()


def test_a_head_never_stands_alone_at_the_foot_of_a_page(fonts: FontSet, notice: Notice) -> None:
    table = Table(header=("甲", "乙"), rows=(("一", "二" * 300),))
    for count in range(4, 12):
        body = tuple(Block(text="各有关单位要明确责任。") for _ in range(count))
        pdf, _ = typeset_pdf(notice(body=(*body, Block(table=table))), fonts)
        with pdfplumber.open(io.BytesIO(pdf)) as document:
            for page in document.pages:
                found = page.extract_table()

                assert found is None or len(found) >= 2


def test_a_table_of_many_narrow_columns_asks_for_landscape(fonts: FontSet) -> None:
    wide = Table(header=("完成时限和责任单位",) * 14, rows=())

    assert is_cramped(wide, fonts)
    assert not is_cramped(Table(header=("甲",) * 6, rows=()), fonts)
