"""Pages measured by other people's readers, against GB/T 9704-2012."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from formats.document.model import Attachment, Block, Document, Table
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.measured import Line, ink, lines, plain_text, rules

Notice = Callable[..., Document]
CORE = (28.0, 37.0, 184.0, 262.0)


def baselines(page: list[Line]) -> list[float]:
    return sorted({round(line.baseline, 2) for line in page if line.size == 16.0})


def test_a_full_page_has_22_rows_of_the_standard_pitch(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(30), fonts)
    rows = baselines(lines(pdf)[1])

    assert len(rows) == 22
    assert all(abs(after - row - 10.449) <= 0.02 for row, after in pairwise(rows))


def test_the_last_row_ends_at_the_lower_edge_of_the_core(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(30), fonts)
    descent = 0.12 * 16 * 25.4 / 72

    assert abs(baselines(lines(pdf)[1])[-1] + descent - 262.0) <= 0.5


@pytest.mark.parametrize("before", range(7, 13))
def test_numbered_sentences_fill_the_page_like_any_text(
    fonts: FontSet, notice: Notice, before: int
) -> None:
    running = tuple(Block(text="各有关单位要明确责任，确保按时完成。") for _ in range(before))
    items = tuple(
        Block(level=2, text=f"（{number}）各有关单位要明确责任，确保按时完成。")
        for number in "一二三四五六七八九"
    )
    body = (*running, *running, *items, *running, *running)
    pdf, _ = typeset_pdf(notice(body=body), fonts)

    assert len(baselines(lines(pdf)[1])) >= 21


def test_rows_begin_at_the_left_edge_and_end_at_the_right_one(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(notice(30), fonts)
    page = [line for line in lines(pdf)[1] if line.size == 16.0]

    assert abs(min(line.left for line in page) - 28.0) <= 0.01
    assert abs(max(line.right for line in page) - 184.0) <= 0.1


def test_the_red_mark_has_its_ink_top_35_below_the_core_top(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(), fonts)
    box = ink(pdf, red=True)[0]

    assert box is not None
    assert abs(box[1] - 72.0) <= 0.5
    assert box[0] >= 27.9
    assert box[2] <= 184.1


def test_the_red_rule_lies_4_below_the_number_over_the_whole_core(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(notice(), fonts)
    number = next(line for line in lines(pdf)[0] if "〔2026〕" in line.text)
    (left, right, y, width) = rules(pdf)[0][0]
    em_bottom = number.baseline + 0.12 * 156 / 28

    assert (28.0, 184.0) == (round(left, 2), round(right, 2))
    assert abs((y - width / 2) - em_bottom - 4.0) <= 0.1


def test_the_title_stands_two_rows_below_the_red_rule(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(), fonts)
    title = next(line for line in lines(pdf)[0] if line.size == 22.0)
    rule = rules(pdf)[0][0][2]

    assert abs(title.baseline - 0.88 * 22 * 25.4 / 72 - rule - 20.78) <= 0.5


def test_page_numbers_stand_at_the_outer_edge_with_the_dash_7_below_the_core(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, _ = typeset_pdf(notice(30), fonts)
    pages = lines(pdf)
    odd, even = pages[0][-1], pages[1][-1]

    assert ("— 1 —", "— 2 —") == (odd.text, even.text)
    assert abs(odd.right - (184.0 - 156 / 28)) <= 0.05
    assert abs(even.left - (28.0 + 156 / 28)) <= 0.05
    assert abs(odd.baseline - 0.3 * 14 * 25.4 / 72 - 269.0) <= 0.3


@pytest.mark.parametrize("paragraphs", [1, 3, 8, 12, 20])
def test_the_imprint_ends_at_the_core_on_an_even_last_page(
    fonts: FontSet, notice: Notice, paragraphs: int
) -> None:
    pdf, report = typeset_pdf(notice(paragraphs), fonts)
    last = rules(pdf)[-1]

    assert report.pages % 2 == 0
    assert abs(last[-1][2] - 262.0) <= 0.05
    assert [0.35, 0.25, 0.35] == [round(rule[3], 2) for rule in last]


@pytest.mark.parametrize("paragraphs", range(1, 26))
def test_a_seal_slot_lies_in_the_core_at_most_a_row_below_text_on_its_page(
    fonts: FontSet, notice: Notice, paragraphs: int
) -> None:
    pdf, report = typeset_pdf(notice(paragraphs), fonts)
    (slot,) = report.seal_slots
    page = lines(pdf)[slot.page - 1]
    issuer = next(
        line for line in page if line.text == "安徽省人民政府办公厅" and line.size == 16.0
    )
    above = [line for line in page if line.size == 16.0 and line.baseline < issuer.baseline - 1]
    text_end = above[-1].baseline + 0.12 * 156 / 28
    top = slot.y_mm - slot.diameter_mm / 2

    assert 0 <= top - text_end <= 10.45
    assert slot.y_mm + slot.diameter_mm / 2 <= 262.0
    assert 28.0 <= slot.x_mm - slot.diameter_mm / 2
    assert slot.x_mm + slot.diameter_mm / 2 <= 184.0
    assert [] == [notice for notice in report.warnings if notice.matters]


def test_text_that_readers_extract_is_the_model_s_text(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    document = notice(6)
    pdf, _ = typeset_pdf(document, fonts)
    body = "".join(block.text or "" for block in document.body)

    assert (
        "000123加急安徽省人民政府办公厅文件皖政办〔2026〕12号"
        f"{document.title}各市、县人民政府，省政府各部门、各直属机构：{body}"
        "安徽省人民政府办公厅2026年11月23日（此件公开发布）"
        "抄送：省委各部门、省人大常委会办公厅、省政协办公厅。"
        "安徽省人民政府办公厅秘书处2026年11月24日印发"
    ) == plain_text(pdf, tmp_path)


def test_an_attachment_begins_a_page_with_its_label_in_the_first_row(
    fonts: FontSet, notice: Notice, attachment: Attachment
) -> None:
    pdf, _ = typeset_pdf(notice(attachments=(attachment,)), fonts)
    pages = lines(pdf)
    page = next(page for page in pages if page[0].text == "附件")
    title = next(line for line in page if line.size == 22.0)

    assert abs(page[0].baseline - 41.9) <= 0.05
    assert abs(title.baseline - (37 + 2 * 10.449 + 4.6)) <= 1.5
    assert attachment.title == title.text


def test_upward_the_number_shares_the_row_of_the_last_approver(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(direction="up", kind="report", approvers=("张三", "李四", "王五"))
    pdf, _ = typeset_pdf(document, fonts)
    rows = [line for line in lines(pdf)[0] if line.size == 16.0]
    number = next(line for line in rows if "〔2026〕" in line.text)

    assert abs(number.left - (28 + 156 / 28)) <= 0.01
    assert number.text.endswith("王五")
    assert any(line.text == "签发人：张三李四" for line in rows)


def test_without_a_seal_the_issuer_leaves_two_characters_at_its_right(
    fonts: FontSet, notice: Notice
) -> None:
    pdf, report = typeset_pdf(notice(1, signature="none"), fonts)
    rows = [line for page in lines(pdf) for line in page if line.size == 16.0]
    issuer = next(line for line in rows if line.text == "安徽省人民政府办公厅")
    day = next(line for line in rows if line.text == "2026年11月23日")

    assert () == report.seal_slots
    assert abs(issuer.right - (184 - 2 * 156 / 28)) <= 0.1
    assert abs(day.left - issuer.left - 2 * 156 / 28) <= 0.05


def test_joint_seals_do_not_touch_and_stay_in_the_core(fonts: FontSet, notice: Notice) -> None:
    issuers = tuple(f"安徽省{name}厅" for name in ("财政", "教育", "科技", "公安", "民政", "司法"))
    _, report = typeset_pdf(notice(2, issuers=issuers), fonts)
    slots = report.seal_slots

    assert issuers == tuple(slot.body for slot in slots)
    for place, one in enumerate(slots):
        assert 28 <= one.x_mm - one.diameter_mm / 2
        assert one.x_mm + one.diameter_mm / 2 <= 184
        for other in slots[place + 1 :]:
            distance = ((one.x_mm - other.x_mm) ** 2 + (one.y_mm - other.y_mm) ** 2) ** 0.5
            assert distance > (one.diameter_mm + other.diameter_mm) / 2


def test_a_long_table_goes_over_pages_with_its_head_repeated(
    fonts: FontSet, notice: Notice
) -> None:
    rows = tuple((str(n), f"第{n}项任务", "省政府办公厅") for n in range(1, 61))
    table = Table(header=("序号", "任务", "责任单位"), rows=rows)
    pdf, _ = typeset_pdf(notice(body=(Block(text="见下表："), Block(table=table))), fonts)
    texts = ["".join(line.text for line in page) for page in lines(pdf)]
    with_rows = [text for text in texts if "项任务" in text]

    assert len(with_rows) > 1
    assert all("序号任务责任单位" in text for text in with_rows)
    assert [text for text in texts for n in range(1, 61) if f"第{n}项任务" in text] != []


def test_a_blank_page_before_the_imprint_carries_no_number_nor_does_the_imprint(
    fonts: FontSet, notice: Notice
) -> None:
    cc = tuple(f"省第{n}号直属机构办公室" for n in range(40))
    pdf, report = typeset_pdf(notice(3, cc=cc), fonts)
    pages = lines(pdf)

    assert report.pages == 4
    assert [] == pages[2]
    assert not any(line.text.startswith("—") for line in pages[3])
    assert any(line.text == "— 2 —" for line in pages[1])


def test_many_recipients_move_to_the_imprint_so_that_page_1_shows_text(
    fonts: FontSet, notice: Notice
) -> None:
    recipients = tuple(f"第{n}号市人民政府办公室" for n in range(20))
    pdf, report = typeset_pdf(notice(1, main_recipients=recipients), fonts)
    pages = lines(pdf)

    assert ["T03"] == [warning.code for warning in report.warnings]
    assert any("各级各部门" in line.text for line in pages[0])
    assert any(line.text.startswith("主送：") for line in pages[-1])


def test_same_document_same_bytes(fonts: FontSet, notice: Notice) -> None:
    assert typeset_pdf(notice(5), fonts)[0] == typeset_pdf(notice(5), fonts)[0]


def test_a_document_without_date_number_or_imprint_is_laid_out(
    fonts: FontSet, notice: Notice
) -> None:
    document = notice(number=None, issue_date=None, cc=(), printer=None, print_date=None, note=None)

    assert typeset_pdf(document, fonts)[1].pages >= 1


def test_the_date_is_written_without_leading_zeros(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(1, issue_date=date(2026, 1, 2)), fonts)

    assert any(line.text == "2026年1月2日" for page in lines(pdf) for line in page)
