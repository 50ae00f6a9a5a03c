"""信函, 命令 and 纪要 measured by other people's readers, against GB/T 9704-2012 clause 10."""

import io
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pdfplumber
import pytest

from formats.document.model import Attendance, Block, Document, DocumentNumber, Signer
from formats.typeset.fonts import FontSet
from formats.typeset.minutes import minutes_suffix
from formats.typeset.order import order_mark
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.bands import red_bands
from tests.unit.formats.typeset.conftest import SENTENCE
from tests.unit.formats.typeset.measured import Line, ink, lines, rules

Notice = Callable[..., Document]
EM = 156 / 28
ROW = 10.449
ASCENT = 0.88 * EM
DESCENT = 0.12 * EM


def page(pdf: bytes, number: int = 1) -> list[Line]:
    return lines(pdf)[number - 1]


def line_of(page: list[Line], text: str) -> Line:
    return next(line for line in page if text in line.text)


@pytest.fixture(scope="module")
def letter(notice: Notice) -> Callable[..., Document]:
    def make(paragraphs: int = 2, **fields: object) -> Document:
        values = {"kind": "letter", "format": "letter", "title": "关于商请支持公文交换试点的函"}
        return notice(paragraphs, **(values | fields))

    return make


@pytest.fixture(scope="module")
def order(notice: Notice) -> Callable[..., Document]:
    def make(paragraphs: int = 2, **fields: object) -> Document:
        values: dict[str, object] = {
            "kind": "order",
            "format": "order",
            "issuers": ("安徽省人民政府",),
            "number": DocumentNumber(mark="皖政", year=2026, serial=312),
            "copy_number": None,
            "urgency": None,
            "title": "安徽省公文交换管理办法公布令",
            "main_recipients": (),
            "signature": "personal",
            "signers": (Signer(office="省长", name="王清宪"),),
            "note": None,
        }
        return notice(paragraphs, **(values | fields))

    return make


@pytest.fixture(scope="module")
def minutes(notice: Notice) -> Callable[..., Document]:
    def make(paragraphs: int = 1, **fields: object) -> Document:
        values: dict[str, object] = {
            "kind": "minutes",
            "format": "minutes",
            "issuers": ("安徽省人民政府常务会议",),
            "main_recipients": (),
            "signature": "none",
            "copy_number": None,
            "urgency": None,
            "note": None,
            "title": "研究公文交换工作",
        }
        return notice(paragraphs, **(values | fields))

    return make


# --- 信函, 10.1 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "issuer", ["省委办", "安徽省人民政府办公厅", "推进长江三角洲一体化发展领导小组办公室"]
)
def test_a_letter_s_mark_has_its_ink_top_30_below_the_sheet_s(
    fonts: FontSet, letter: Notice, issuer: str
) -> None:
    pdf, _ = typeset_pdf(letter(issuers=(issuer,)), fonts)
    mark = red_bands(pdf)[0]

    assert mark.top == pytest.approx(30.0, abs=0.2)
    assert (mark.left + mark.right) / 2 == pytest.approx(106.0, abs=1.0)
    assert mark.left > 28.5
    assert mark.right < 183.5


def test_a_letter_has_a_thick_over_a_thin_rule_4_below_its_mark(
    fonts: FontSet, letter: Notice
) -> None:
    pdf, _ = typeset_pdf(letter(), fonts)
    mark, thick, thin = red_bands(pdf)[:3]

    assert thick.top - mark.bottom == pytest.approx(4.0, abs=0.2)
    assert thick.height > thin.height + 0.3
    assert thin.top > thick.bottom


def test_a_letter_s_second_rule_ends_20_above_the_sheet_s_foot_thin_over_thick(
    fonts: FontSet, letter: Notice
) -> None:
    pdf, _ = typeset_pdf(letter(), fonts)
    thin, thick = red_bands(pdf)[-2:]

    assert thick.bottom == pytest.approx(277.0, abs=0.1)
    assert thick.height > thin.height + 0.3


def test_a_letter_s_rules_are_170_long_in_the_middle_of_page_1_alone(
    fonts: FontSet, letter: Notice
) -> None:
    pdf, _ = typeset_pdf(letter(12), fonts)
    found = rules(pdf)

    assert [(20.0, 190.0)] * 4 == [(round(rule[0], 2), round(rule[1], 2)) for rule in found[0]]
    assert len(found) > 1
    assert [] == [rule for page in found[1:] for rule in page]


def test_a_letter_s_number_and_copy_number_begin_seven_eighths_below_the_rule(
    fonts: FontSet, letter: Notice
) -> None:
    pdf, _ = typeset_pdf(letter(), fonts)
    below = red_bands(pdf)[2].bottom
    rows = page(pdf)
    number, copy, urgency = (line_of(rows, text) for text in ("〔2026〕", "000123", "加急"))

    # Both on one baseline: the reader gives them as one line, from edge to edge of the core.
    assert number.baseline - ASCENT - below == pytest.approx(4.84, abs=0.1)
    assert copy == number
    assert (copy.left, number.right) == pytest.approx((28.0, 184.0), abs=0.1)
    assert urgency.baseline - copy.baseline == pytest.approx(ROW, abs=0.01)
    assert urgency.left == pytest.approx(28.0, abs=0.05)


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, "加急"),
        ({"urgency": None}, "〔2026〕"),
        ({"copy_number": None}, "〔2026〕"),
        ({"number": None, "urgency": None}, "000123"),
    ],
    ids=["two rows", "one row", "urgency beside number", "copy number alone"],
)
def test_a_letter_s_title_stands_two_rows_below_the_last_row_of_its_head(
    fonts: FontSet, letter: Notice, fields: dict[str, object], last: str
) -> None:
    pdf, _ = typeset_pdf(letter(**fields), fonts)
    rows = page(pdf)
    title = line_of(rows, "关于商请")
    above = line_of(rows, last)
    gap = title.baseline - 0.88 * 22 * 25.4 / 72 - (above.baseline + DESCENT)

    assert gap == pytest.approx(2 * ROW, abs=0.15)
    assert (title.left + title.right) / 2 == pytest.approx(106.0, abs=0.1)


def test_a_letter_s_first_page_bears_no_number_and_its_second_does(
    fonts: FontSet, letter: Notice
) -> None:
    pdf, _ = typeset_pdf(letter(12), fonts)

    assert not any(line.text.startswith("—") for line in page(pdf))
    assert "— 2 —" == page(pdf, 2)[-1].text


@pytest.mark.parametrize("paragraphs", [2, 12])
def test_a_letter_s_imprint_is_the_copies_alone_as_the_last_row_of_its_last_page(
    fonts: FontSet, letter: Notice, paragraphs: int
) -> None:
    pdf, report = typeset_pdf(letter(paragraphs), fonts)
    last = [line for line in lines(pdf)[-1] if line.size == 14.0 and "—" not in line.text]

    assert ["抄送：省委各部门、省人大常委会办公厅、省政协办公厅。"] == [row.text for row in last]
    assert last[0].baseline + 0.12 * 14 * 25.4 / 72 == pytest.approx(262.0, abs=0.1)
    assert last[0].left == pytest.approx(28 + EM, abs=0.1)
    assert not any("印发" in line.text for page in lines(pdf) for line in page)
    assert report.pages == len(lines(pdf))


def test_a_joint_letter_bears_the_host_s_mark_alone(fonts: FontSet, letter: Notice) -> None:
    pdf, _ = typeset_pdf(letter(issuers=("安徽省财政厅", "安徽省教育厅")), fonts)
    mark = page(pdf)[0]

    assert "安徽省财政厅" == mark.text
    assert not any("文件" in line.text for line in page(pdf)[:4])


# --- 命令, 10.2 ---------------------------------------------------------------------------------


def test_an_order_s_mark_has_its_ink_top_20_below_the_core_s(fonts: FontSet, order: Notice) -> None:
    pdf, _ = typeset_pdf(order(), fonts)
    (mark,) = red_bands(pdf)

    assert mark.top == pytest.approx(57.0, abs=0.2)
    assert (mark.left + mark.right) / 2 == pytest.approx(106.0, abs=1.0)
    assert "安徽省人民政府令" == page(pdf)[0].text


def test_an_order_s_number_and_text_keep_two_rows_each(fonts: FontSet, order: Notice) -> None:
    pdf, _ = typeset_pdf(order(), fonts)
    (mark,) = red_bands(pdf)
    number, text = page(pdf)[1:3]

    assert "第312号" == number.text
    assert (number.left + number.right) / 2 == pytest.approx(106.0, abs=0.1)
    assert number.baseline - ASCENT - mark.bottom == pytest.approx(2 * ROW, abs=0.2)
    assert text.text.startswith(SENTENCE[:10])
    assert (text.baseline - ASCENT) - (number.baseline + DESCENT) == pytest.approx(
        2 * ROW, abs=0.02
    )


def test_an_order_s_title_is_not_printed(fonts: FontSet, order: Notice) -> None:
    pdf, _ = typeset_pdf(order(), fonts)

    assert not any("公布令" in line.text for line in page(pdf))
    assert not any(line.size == 22.0 for line in page(pdf))


def test_an_order_s_title_stays_in_the_file_s_metadata(
    fonts: FontSet, order: Notice, tmp_path: Path
) -> None:
    path = tmp_path / "order.pdf"
    path.write_bytes(typeset_pdf(order(), fonts)[0])
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, text=True).stdout

    assert "安徽省公文交换管理办法公布令" in told


def test_an_order_s_imprint_is_a_general_document_s(fonts: FontSet, order: Notice) -> None:
    pdf, report = typeset_pdf(order(), fonts)

    assert 0 == report.pages % 2
    assert [0.35, 0.25, 0.35] == [round(rule[3], 2) for rule in rules(pdf)[-1]]


@pytest.mark.parametrize(
    ("issuers", "mark"),
    [
        (("安徽省人民政府",), "安徽省人民政府令"),
        (("中华人民共和国主席令",), "中华人民共和国主席令"),
        (("公安部", "司法部"), "公安部令"),
    ],
)
def test_an_order_s_mark_is_the_host_s_name_and_the_word(
    issuers: tuple[str, ...], mark: str
) -> None:
    assert mark == order_mark(issuers)


def test_an_order_without_a_number_keeps_two_rows_above_its_text(
    fonts: FontSet, order: Notice
) -> None:
    pdf, _ = typeset_pdf(order(number=None), fonts)
    (mark,) = red_bands(pdf)

    assert page(pdf)[1].baseline - ASCENT - mark.bottom == pytest.approx(2 * ROW, abs=0.2)


# --- 纪要, 10.3 ---------------------------------------------------------------------------------


def test_minutes_have_their_mark_number_and_red_rule_where_a_general_document_has_them(
    fonts: FontSet, minutes: Notice
) -> None:
    pdf, _ = typeset_pdf(minutes(), fonts)
    mark, rule = red_bands(pdf)
    number = line_of(page(pdf), "〔2026〕")

    assert "安徽省人民政府常务会议纪要" == page(pdf)[0].text
    assert mark.top == pytest.approx(72.0, abs=0.2)
    assert number.baseline - ASCENT - mark.bottom == pytest.approx(2 * ROW, abs=0.2)
    assert rule.top - (number.baseline + DESCENT) == pytest.approx(4.0, abs=0.1)
    assert (rule.left, rule.right) == pytest.approx((28.0, 184.0), abs=0.1)


def test_attendance_stands_a_blank_row_below_the_text_with_wraps_after_the_colon(
    fonts: FontSet, minutes: Notice
) -> None:
    present = tuple(f"省第{n}号厅张某某" for n in range(9))
    attendance = Attendance(present=present, absent=("省财政厅李四",), observers=("省审计厅赵六",))
    pdf, _ = typeset_pdf(minutes(attendance=attendance), fonts)
    rows = [line for page in lines(pdf) for line in page if line.size == 16.0]
    start = next(n for n, line in enumerate(rows) if line.text.startswith("出席："))
    first, *wraps = rows[start : start + 4]
    absent, observers = (line_of(rows, label) for label in ("请假：", "列席："))
    names = "".join(line.text for line in rows[start:]).split("请假：")[0]

    assert first.baseline - rows[start - 1].baseline == pytest.approx(2 * ROW, abs=0.02)
    assert [28 + 2 * EM] * 3 == pytest.approx([first.left, absent.left, observers.left], abs=0.05)
    assert {round(28 + 5 * EM, 1)} == {round(line.left, 1) for line in wraps}
    assert f"出席：{'、'.join(present)}" == names
    assert "列席：省审计厅赵六" == observers.text


def test_the_labels_of_attendance_are_set_in_the_heading_face(
    fonts: FontSet, minutes: Notice
) -> None:
    pdf, _ = typeset_pdf(minutes(attendance=Attendance(present=("张三",))), fonts)
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        chars = [char for page in document.pages for char in page.chars]
    text = "".join(str(char["text"]) for char in chars)
    label, name = (chars[text.index("出席：") + offset]["fontname"] for offset in (0, 3))
    body = chars[text.index(SENTENCE[:4])]["fontname"]

    assert label != name
    assert "hei" in label.lower()
    assert name == body


def test_minutes_without_a_seal_show_their_date_alone(fonts: FontSet, minutes: Notice) -> None:
    pdf, report = typeset_pdf(minutes(), fonts)
    rows = [line for page in lines(pdf) for line in page if line.size == 16.0]
    day = line_of(rows, "2026年11月23日")

    assert () == report.seal_slots
    assert "2026年11月23日" == day.text
    assert day.right == pytest.approx(184 - 4 * EM, abs=0.1)
    assert not any(line.text == "安徽省人民政府常务会议" for line in rows)


def test_minutes_that_ask_for_a_seal_get_one(fonts: FontSet, minutes: Notice) -> None:
    _, report = typeset_pdf(minutes(signature="seal"), fonts)

    assert ["安徽省人民政府常务会议"] == [slot.body for slot in report.seal_slots]


def test_attendance_without_names_leaves_no_row(fonts: FontSet, minutes: Notice) -> None:
    named = typeset_pdf(minutes(attendance=Attendance(present=("\u200b",))), fonts)[0]

    assert named == typeset_pdf(minutes(), fonts)[0]


@pytest.mark.parametrize(
    ("issuers", "suffix"),
    [
        (("省人民政府常务会议",), "纪要"),
        (("合肥市人民政府",), "会议纪要"),
        (("省政府专题会议纪要",), ""),
        (("省财政厅", "省教育厅"), "纪要"),
    ],
)
def test_the_mark_of_minutes_takes_the_word_that_its_issuer_lacks(
    issuers: tuple[str, ...], suffix: str
) -> None:
    assert suffix == minutes_suffix(issuers)


# --- all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["letter", "order", "minutes"])
@pytest.mark.parametrize("paragraphs", [0, 1, 9, 15])
def test_ink_stays_in_the_core_but_for_a_letter_s_head_and_rules(
    fonts: FontSet, notice: Notice, kind: str, paragraphs: int
) -> None:
    body = tuple(Block(text=SENTENCE) for _ in range(paragraphs))
    pdf, _ = typeset_pdf(notice(format=kind, kind=kind, body=body, signature="seal"), fonts)
    boxes = [box for box in ink(pdf, dpi=150) if box]
    edges = (19.8, 29.6, 190.2, 277.2) if kind == "letter" else (27.6, 36.6, 184.4, 271.5)
    first = boxes[0]

    assert (first[0] >= edges[0], first[1] >= edges[1]) == (True, True)
    assert (first[2] <= edges[2], first[3] <= edges[3]) == (True, True)
    assert all(box[0] >= 27.6 and box[2] <= 184.4 and box[1] >= 36.6 for box in boxes[1:])


def test_a_special_format_is_typeset_to_the_same_bytes_twice(
    fonts: FontSet, minutes: Notice
) -> None:
    document = minutes(issue_date=date(2026, 1, 2))

    assert typeset_pdf(document, fonts)[0] == typeset_pdf(document, fonts)[0]
