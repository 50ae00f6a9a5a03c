"""横排表格: the page stays upright, the table is turned, its head at the left edge (8)."""

import io
from typing import Any

import pdfplumber
import pytest

from formats.document.model import Attachment, Block, Table
from formats.typeset.fonts import FontSet
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
