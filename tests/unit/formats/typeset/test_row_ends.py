"""The ends of rows in the PDF, as pdfplumber and a raster see them. GB/T 15834-2011 5.1.10."""

import io
from itertools import pairwise

import pdfplumber
import pypdfium2
import pytest

from formats.document.model import Block
from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_LEFT, CORE_RIGHT, EM
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import SENTENCE, Notice
from tests.unit.formats.typeset.measured import MM

BODY = 16 * MM
"""The body of 3号 type, a little wider than its cell."""

CLOSING = set("，。、；：！？）》】〕”’")
OPENING = set("（《【〔“‘")
TEXTS = [
    SENTENCE * 3,
    "按《中华人民共和国行政许可法》《优化营商环境条例》等法律法规（详见附件1、2、3）规定：" * 4,
    "到2026年底，全省新建机房1200平方米，总投资5.5万元，年均增长10%～20%；覆盖16个市。" * 4,
    "坚持统筹、协同、高效，“一网通办”“一网统管”——两张网并行，稳步推进……" * 5,
]


def rows_of(pdf: bytes) -> list[list[dict[str, float | str]]]:
    """The characters of each row of 3号 仿宋 that another row of its paragraph follows."""
    found = []
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            rows: dict[float, list[dict[str, float | str]]] = {}
            for char in page.chars:
                if "Yidao-fang" in char["fontname"] and round(char["size"]) == 16:
                    rows.setdefault(round(char["matrix"][5], 2), []).append(char)
            ordered = [sorted(rows[y], key=lambda c: float(c["x0"])) for y in sorted(rows)[::-1]]
            found += [
                row
                for row, after in pairwise(ordered)
                if float(after[0]["x0"]) * MM < CORE_LEFT + EM
                and float(row[-1]["x1"]) * MM > CORE_RIGHT - EM
            ]
    return found


@pytest.fixture(scope="module", params=TEXTS, ids=["figures", "titles", "units", "quotes"])
def pdf(request: pytest.FixtureRequest, fonts: FontSet, notice: Notice) -> bytes:
    body = tuple(Block(text=request.param) for _ in range(2))
    return typeset_pdf(notice(body=body), fonts)[0]


def test_every_row_but_the_last_ends_at_the_edge_of_the_core(pdf: bytes) -> None:
    ends = [float(row[-1]["x1"]) * MM for row in rows_of(pdf)]

    assert len(ends) > 4
    assert [] == [end for end in ends if abs(end - CORE_RIGHT) > BODY - EM + 0.01]


def test_a_mark_at_the_end_of_a_row_has_half_the_advance(pdf: bytes) -> None:
    marks = [row[-1] for row in rows_of(pdf) if row[-1]["text"] in CLOSING]

    assert marks
    assert [] == [
        mark["text"]
        for mark in marks
        if abs((float(mark["x1"]) - float(mark["x0"])) * MM - BODY / 2) > 0.01
    ]


def test_no_row_begins_or_ends_with_a_mark_that_may_not(pdf: bytes) -> None:
    rows = rows_of(pdf)

    assert [] == [row[0]["text"] for row in rows if row[0]["text"] in CLOSING]
    assert [] == [row[-1]["text"] for row in rows if row[-1]["text"] in OPENING]


def test_the_ink_of_the_last_mark_lies_in_its_half_cell(pdf: bytes) -> None:
    """Rastered: ink between the mark's half cell and the edge, none beyond the edge."""
    scale = 200 / 72
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=scale).to_pil().convert("L")
        edge = int(CORE_RIGHT / MM * scale) + 2
        beyond = image.crop((edge, 0, image.width, int(255 / MM * scale)))
    finally:
        document.close()

    assert beyond.getextrema()[0] > 200
