"""横排表格: the page stays upright, the table is turned, its head at the left edge (8)."""

import io
from typing import Any

import pdfplumber
import pytest

from formats.document.model import Attachment, Block, Table
from formats.typeset.display import Bars, Picture, Rule, Run
from formats.typeset.flow import Counter, draw_layout, paginate
from formats.typeset.fonts import FontSet
from formats.typeset.landscape import landscape_blocks, turned
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import MM, Line, ink, lines

HEADER = tuple(f"指标{n}" for n in "甲乙丙丁戊己庚辛壬癸")
TABLE = Table(
    header=HEADER,
    rows=tuple(tuple(f"{n * 10 + m}" for m in range(10)) for n in range(1, 41)),
    landscape=True,
)


@pytest.fixture(scope="module")
def pdf(fonts: FontSet, notice: Notice) -> bytes:
    attachment = Attachment(
        title="指标表", body=(Block(text="如下："), Block(table=TABLE), Block(text="以上。"))
    )
    data, _ = typeset_pdf(notice(attachments=(attachment,)), fonts)
    return data


def turned_pages(pdf: bytes) -> list[tuple[int, list[dict[str, Any]]]]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        found = [
            (number, [char for char in page.chars if not char["upright"]])
            for number, page in enumerate(document.pages, start=1)
        ]
    return [(number, chars) for number, chars in found if chars]


def test_the_table_takes_pages_of_its_own_odd_and_even(pdf: bytes) -> None:
    pages = [number for number, _ in turned_pages(pdf)]

    assert len(pages) >= 2
    assert {0, 1} == {number % 2 for number in pages}


def test_the_head_is_at_the_left_edge_of_every_page(pdf: bytes) -> None:
    for _, chars in turned_pages(pdf):
        first = min(char["x0"] for char in chars)
        head = {char["text"] for char in chars if char["x0"] < first + 2}

        assert {"指", "标", "甲", "癸"} <= head
        assert first * MM < 32


def test_text_runs_upwards(pdf: bytes) -> None:
    for _, chars in turned_pages(pdf):
        high = next(char for char in chars if char["text"] == "癸")
        low = next(char for char in chars if char["text"] == "甲")

        assert high["top"] < low["top"]


def numbers(pages: list[list[Line]]) -> list[Line]:
    return [line for page in pages for line in page if line.text.startswith("— ")]


def test_page_numbers_stay_where_they_are_on_upright_pages(pdf: bytes) -> None:
    pages = lines(pdf)
    found = numbers(pages)

    assert [f"— {n} —" for n in range(1, len(pages) + 1)] == [line.text for line in found]
    assert max(x.baseline for x in found) - min(x.baseline for x in found) < 0.01
    for number, line in enumerate(found, start=1):
        assert (line.left > 105) == (number % 2 == 1)


def test_nothing_of_it_leaves_the_core(pdf: bytes) -> None:
    boxes = ink(pdf, dpi=100)
    for number, _ in turned_pages(pdf):
        box = boxes[number - 1]

        assert box is not None
        assert 27.5 <= box[0]
        assert 36.5 <= box[1]
        assert box[2] <= 184.5


def test_the_text_after_it_goes_on_upright(pdf: bytes) -> None:
    last = max(number for number, _ in turned_pages(pdf))

    assert "以上。" in [line.text for line in lines(pdf)[last]]


def titled(fonts: FontSet, notice: Notice, title: str = "指标表") -> bytes:
    attachment = Attachment(title=title, body=(Block(table=TABLE), Block(text="以上。")))
    data, _ = typeset_pdf(notice(attachments=(attachment,)), fonts)
    return data


def sizes(chars: list[dict[str, Any]]) -> dict[int, str]:
    """The text of each type size in points."""
    found: dict[int, str] = {}
    for char in chars:
        key = round(char["size"])
        found[key] = found.get(key, "") + char["text"]
    return found


def test_the_label_and_title_of_an_attachment_are_turned_with_its_table(
    fonts: FontSet, notice: Notice
) -> None:
    first = turned_pages(titled(fonts, notice))[0][1]

    assert "附件" == sizes(first)[16]
    assert "指标表" == sizes(first)[22]


def test_the_turned_label_is_in_the_corner_and_the_title_two_rows_on(
    fonts: FontSet, notice: Notice
) -> None:
    first = turned_pages(titled(fonts, notice))[0][1]
    label = [char for char in first if round(char["size"]) == 16]
    title = [char for char in first if round(char["size"]) == 22]
    middle = (max(c["bottom"] for c in title) + min(c["top"] for c in title)) / 2 * MM

    assert 262 == pytest.approx(max(char["bottom"] for char in label) * MM, abs=0.5)
    assert 37 + 112.5 == pytest.approx(middle, abs=0.5)
    lower = (7.761 - 5.571) * (0.88 - 0.5)  # the baseline of 2号, centred in a row of 3号
    down = (title[0]["matrix"][4] - label[0]["matrix"][4]) * MM
    assert 2 * 10.449 + lower == pytest.approx(down, abs=0.01)


def test_a_title_too_long_to_turn_stands_upright_before_the_table(
    fonts: FontSet, notice: Notice
) -> None:
    pdf = titled(fonts, notice, "安徽省人民政府办公厅公文电子交换工作任务分解和进度安排" * 5)

    assert 22 not in sizes(turned_pages(pdf)[0][1])


def test_a_row_higher_than_a_page_goes_on_overleaf_with_its_frame_closed(
    fonts: FontSet, notice: Notice
) -> None:
    text = "".join(f"第{n}项要求责任到人。" for n in range(1, 200))[:1900]
    table = Table(header=("事项", "要求"), rows=(("一", text),), landscape=True)
    body = (Block(text="如下："), Block(table=table))
    pdf, _ = typeset_pdf(notice(body=body), fonts)
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        pages = [p for p in document.pages if any(not c["upright"] for c in p.chars)]
        assert len(pages) > 1
        for page in pages:
            across = [line["x0"] for line in page.lines if line["x0"] == line["x1"]]
            along = [line for line in page.lines if line["top"] == line["bottom"]]
            assert max(line["x1"] for line in along) == pytest.approx(max(across), abs=0.2)
            assert max(across) * MM <= 184.2
        found = "".join(
            char["text"] for page in pages for char in page.chars
            if not char["upright"] and round(char["size"]) != 16
        )  # fmt: skip
    assert text == found.replace("事项要求", "").replace("一", "", 1)


@pytest.mark.parametrize("rows", range(1, 40, 3))
def test_no_head_is_alone_on_a_turned_page(fonts: FontSet, rows: int) -> None:
    cells = tuple((f"{n}", "落实责任。" * (n % 5 * 30)) for n in range(rows))
    table = Table(header=("序号", "内容"), rows=cells, landscape=True)
    for items in draw_layout(paginate(landscape_blocks(table, fonts, Counter()))):
        assert {"table", "table_head"} == {item.tag for item in items if isinstance(item, Run)}


def test_every_kind_of_item_is_turned_about_the_core() -> None:
    items = (
        Rule(0, 0, 225, 0, 0.25),
        Picture(10, 20, 30, 40, b"", "图"),
        Bars(((0, 0, 1, 2),), "码"),
    )

    assert [
        Rule(28, 262, 28, 37, 0.25),
        Picture(48, 222, 40, 30, b"", "图", turned=True),
        Bars(((28, 261, 2, 1),), "码"),
    ] == list(turned(items))
