"""Tables: split between rows over pages, heads repeated, figures in line, nothing outside."""

import io
from itertools import pairwise
from pathlib import Path
from time import process_time

import pdfplumber
import pytest

from formats.document.model import Block, Table
from formats.typeset.columns import TableTooWide, fit_columns
from formats.typeset.compose import compose
from formats.typeset.display import Rule, Run
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_WIDTH, EM
from formats.typeset.linebreak import natural_width
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


@pytest.mark.parametrize("columns", [1, 2, 7, 12, 17, 20])
def test_any_number_of_columns_up_to_twenty_fits(
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
        for page in compose(notice(body=(*body, Block(table=table))), fonts).pages:
            tags = {item.tag for item in page.items if isinstance(item, Run)}

            assert "table_head" not in tags or "table" in tags


def test_what_leads_in_a_table_stays_with_it(fonts: FontSet, notice: Notice) -> None:
    table = Table(header=("甲", "乙"), rows=(("一", "二"),) * 30)
    for count in range(2, 14):
        body = (*(Block(text="请落实。") for _ in range(count)), Block(text="表1 任务表"))
        for page in compose(notice(body=(*body, Block(table=table))), fonts).pages:
            runs = [item for item in page.items if isinstance(item, Run)]
            lead = [place for place, run in enumerate(runs) if run.text.startswith("表1")]

            assert all(runs[place + 1].tag == "table_head" for place in lead)


def split_row(fonts: FontSet, notice: Notice) -> bytes:
    text = "".join(f"第{n}项内容要求明确责任单位和完成时限。" for n in range(1, 61))
    table = Table(header=("事项", "要求"), rows=(("一", text), ("二", "无")))
    return typeset(fonts, notice, Block(table=table), Block(text="请遵照执行。"))


def test_a_split_row_has_a_rule_at_the_foot_of_its_page_and_none_inside(
    fonts: FontSet, notice: Notice
) -> None:
    with pdfplumber.open(io.BytesIO(split_row(fonts, notice))) as document:
        for page in document.pages[:2]:
            level = sorted({round(x["top"], 1) for x in page.lines if x["top"] == x["bottom"]})
            foot = max(line["bottom"] for line in page.lines if line["x0"] == line["x1"])
            frame = [y for y in level if page.lines and y <= foot + 0.2]
            words = [char for char in page.chars if char["text"] == "第" and char["size"] < 15]

            assert abs(frame[-1] - foot) < 0.2
            assert foot * MM <= 262.2
            assert len(words) > 5
            assert not [y for y in frame if words[0]["bottom"] + 3 < y < words[-1]["top"]]


def test_no_line_of_a_split_row_stands_alone(fonts: FontSet, notice: Notice) -> None:
    with pdfplumber.open(io.BytesIO(split_row(fonts, notice))) as document:
        for page in document.pages:
            lines = {
                round(char["top"])
                for char in page.chars
                if char["size"] < 14.5 and char["x0"] * MM > 60 and char["top"] * MM < 255
            }
            assert len(lines) != 2  # a head and one line


def test_decimal_points_stand_under_one_another(fonts: FontSet, notice: Notice) -> None:
    figures = ("1.5", "12.25", "-3", "1,234.5", "0.125%", "—")
    table = Table(header=("名称", "数值"), rows=tuple(("甲", figure) for figure in figures))
    with pdfplumber.open(io.BytesIO(typeset(fonts, notice, Block(table=table)))) as document:
        points = [
            char["x0"]
            for page in document.pages
            for char in page.chars
            if char["text"] == "." and char["size"] < 15
        ]

    assert 4 == len(points)
    assert max(points) - min(points) < 0.01


def test_a_column_is_ranged_in_one_way(fonts: FontSet) -> None:
    rows = (("1", "开展培训", "安徽省教育厅发展规划处和基础教育处，共同承担"),
            ("合计", "总结", "省委"))  # fmt: skip
    columns = fit_columns(("序号", "任务", "责任单位"), rows, fonts, CORE_WIDTH)

    assert ["centre", "centre", "left"] == [column.alignment for column in columns.each]


def test_short_cells_stay_on_one_line_while_longer_text_can_give_way(fonts: FontSet) -> None:
    rows = (("2026年12月31日", "1234567.89", "各地各部门要明确责任，确保任务落到实处。" * 8),)
    columns = fit_columns(("时限", "金额", "要求"), rows, fonts, CORE_WIDTH)
    date, money, _ = columns.each

    assert date.measure >= natural_width("2026年12月31日", "fang", columns.size, fonts)
    assert money.measure >= natural_width("1234567.89", "fang", columns.size, fonts)
    assert CORE_WIDTH == pytest.approx(columns.width)


def test_text_below_a_table_keeps_clear_of_its_frame(fonts: FontSet, notice: Notice) -> None:
    for count in range(1, 12):
        table = Table(header=("甲", "乙"), rows=(("一", "二"),) * count)
        pages = compose(
            notice(body=(Block(text="如下："), Block(table=table), Block(text="请落实。"))), fonts
        ).pages
        for page in pages:
            frame = [
                item.y1 for item in page.items
                if isinstance(item, Rule) and item.y1 == item.y2 and item.width < 0.3
            ]  # fmt: skip
            text = [i.y for i in page.items if isinstance(i, Run) and i.text.startswith("请落实")]
            above = [y for y in frame if text and y < text[0]]

            assert not above or text[0] - 0.88 * EM - max(above) >= 2


def test_a_head_too_tall_to_repeat_is_set_once(fonts: FontSet, notice: Notice) -> None:
    table = Table(header=("表头" * 300, "乙"), rows=(("一", "二"),) * 60)
    pages = compose(notice(body=(Block(text="如下："), Block(table=table))), fonts).pages
    text = "".join(
        item.text for page in pages for item in page.items
        if isinstance(item, Run) and item.tag == "table_head" and item.cell == 1
    )  # fmt: skip

    assert "表头" * 300 == text


def test_three_thousand_rows_take_time_in_proportion(fonts: FontSet, notice: Notice) -> None:
    def seconds(count: int) -> float:
        rows = tuple((f"第{count}-{n}号", f"{n}.5", "单位") for n in range(count))
        document = notice(body=(Block(table=Table(header=("甲", "乙", "丙"), rows=rows)),))
        begin = process_time()
        compose(document, fonts)
        return process_time() - begin

    seconds(50)
    assert seconds(3000) < 20 * min(seconds(500), seconds(501))


@pytest.mark.parametrize(
    "table",
    [
        Table(header=("只有表头", "乙"), rows=()),
        Table(header=("甲",), rows=(("",), ("一",), ("",))),
        Table(header=("", ""), rows=(("", ""),)),
        Table(header=("甲", "乙"), rows=(("——" * 40, "……" * 40), ("（）" * 30, "。" * 90))),
    ],
    ids=["head only", "empty cells", "all empty", "marks"],
)
def test_odd_tables_stay_inside_the_core(fonts: FontSet, notice: Notice, table: Table) -> None:
    for box in ink(typeset(fonts, notice, Block(table=table)), dpi=100):
        assert box is not None
        assert 27.7 <= box[0]
        assert box[2] <= 184.3


def test_a_table_of_many_narrow_columns_asks_for_landscape(fonts: FontSet) -> None:
    wide = Table(header=("完成时限和责任单位",) * 14, rows=())

    assert is_cramped(wide, fonts)
    assert not is_cramped(Table(header=("甲",) * 6, rows=()), fonts)


def test_a_cramped_table_is_told_and_a_plain_one_is_not(fonts: FontSet, notice: Notice) -> None:
    wide = Table(header=("完成时限和责任单位",) * 14, rows=())
    told = compose(notice(body=(Block(text="如下："), Block(table=wide))), fonts).report.warnings
    plain = compose(notice(body=(Block(text="如下："), Block(table=TABLE))), fonts).report.warnings

    assert ["T14"] == [warning.code for warning in told]
    assert "横排" in told[0].text("zh")
    assert [] == [warning.code for warning in plain if warning.code == "T14"]
