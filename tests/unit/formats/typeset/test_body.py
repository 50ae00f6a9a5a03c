"""What is a heading and what is text: the faces of the levels, and what may end a page (7.3.3)."""

import io
import itertools

import pdfplumber
import pytest

from formats.document.model import Attachment, Block
from formats.typeset.body import HEADING_CHARS, heads_text, level_faces
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import lines

LONG = "（二）各级各部门要切实履行主体责任，建立健全工作机制，确保各项任务按期完成。"
RUN_IN = "二、加强领导。各地要高度重视，抓好落实。"


@pytest.mark.parametrize(
    ("text", "level", "faces"),
    [
        ("一、总体要求", 1, ["hei"]),
        ("一、提高认识。", 1, ["hei"]),
        ("（一）指导思想", 2, ["kai"]),
        (RUN_IN, 1, ["hei", "fang"]),
        (LONG, 2, ["fang"]),
        (LONG + "逾期不予受理。", 2, ["fang"]),
        (LONG.rstrip("。"), 2, ["kai"]),
        ("1.建立制度", 3, ["fang"]),
        ("（1）明确责任", 4, ["fang"]),
        ("各地要抓好落实。", 0, ["fang"]),
    ],
)
def test_a_heading_has_its_face_and_text_its_own(text: str, level: int, faces: list[str]) -> None:
    parts = level_faces(text, level)

    assert faces == [face for _, face in parts]
    assert text == "".join(part for part, _ in parts)


def test_a_sentence_is_a_heading_up_to_its_length() -> None:
    most = "一、" + "要" * (HEADING_CHARS - 3) + "。"

    assert ["hei"] == [face for _, face in level_faces(most, 1)]
    assert ["fang"] == [face for _, face in level_faces("一、要" + most[2:], 1)]


def test_other_readers_find_the_faces(fonts: FontSet, notice: Notice) -> None:
    body = (Block(level=1, text=RUN_IN), Block(level=2, text=LONG), Block(text="略。"))
    pdf, _ = typeset_pdf(notice(body=body), fonts)
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        chars = [char for char in document.pages[0].chars if round(char["size"], 1) == 16.0]
    runs = [
        (face.split("+")[-1], "".join(char["text"] for char in group))
        for face, group in itertools.groupby(chars, key=lambda char: str(char["fontname"]))
    ]
    faces = {text: face for face, text in runs}
    heading = next(face for text, face in faces.items() if text.endswith("二、加强领导。"))
    plain = next(face for text, face in faces.items() if text.startswith("各地要高度重视"))

    assert heading != plain
    assert plain == next(face for text, face in faces.items() if "主体责任" in text)


@pytest.mark.parametrize(
    ("texts", "heads"),
    [
        ([(1, "一、总则"), (0, "略。")], True),
        ([(1, "一、总则"), (2, "（一）略")], True),
        ([(1, "一、提高认识。"), (0, "略。")], True),
        ([(1, "一、提高认识。"), (1, "二、抓好落实。")], False),
        ([(2, "（一）提高认识。"), (1, "二、抓好落实")], False),
        ([(1, "一、总则"), (0, " \u200b")], False),
        ([(1, "一、总则")], False),
        ([(0, "略。"), (0, "略。")], False),
    ],
)
def test_a_heading_is_kept_with_what_it_heads(texts: list[tuple[int, str]], heads: bool) -> None:
    body = [Block(level=level, text=text) for level, text in texts]

    assert heads == heads_text(body, 0)


@pytest.mark.parametrize("rows", range(5, 12))
@pytest.mark.parametrize("heading", ["一、提高认识。", "一、总体要求"])
def test_no_page_ends_in_a_heading(fonts: FontSet, notice: Notice, rows: int, heading: str) -> None:
    before = tuple(Block(text="各地要抓好落实。") for _ in range(rows))
    after = tuple(Block(text="各地要抓好落实。") for _ in range(12))
    attachment = Attachment(
        title="方案", body=(*before, *before, Block(level=1, text=heading), *after)
    )
    body = (*before, Block(level=1, text=heading), *after)
    pdf, _ = typeset_pdf(notice(body=body, attachments=(attachment,)), fonts)
    last = [[row.text for row in page if row.size == 16.0][-1] for page in lines(pdf)[:-1]]

    assert heading not in last


def test_a_list_of_numbered_sentences_may_break_anywhere(fonts: FontSet, notice: Notice) -> None:
    items = tuple(Block(level=2, text="（一）各有关单位要明确责任。") for _ in range(60))
    pdf, _ = typeset_pdf(notice(body=items), fonts)
    rows = [row for row in lines(pdf)[1] if row.size == 16.0]

    assert len(rows) == 22
