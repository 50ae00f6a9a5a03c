"""What each line is taken as and how sure it is; what is left out is told."""

import math

import pytest

from formats.document.intake import Intake, IntakeElement, take_in
from formats.document.intake.classify import field_of
from formats.document.intake.clues import han_number, parse_date
from formats.document.intake.decode import FORBIDDEN, SURE, decode
from formats.document.intake.gather import answered, people
from formats.document.intake.identity import direction_of, rank
from formats.document.intake.labels import ELEMENTS, END, FOLLOWS, GOES_ON, START, STATES
from formats.document.model import Block, Document, Table
from tests.support.archives import docx_of, paragraph
from tests.support.drafts import Draft, DraftLine, drafts
from tests.support.drafts.building import docx, text

TITLE = paragraph("关于测试的通知", align="center", size=22)
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def taken(body: str) -> Intake:
    return take_in(docx_of(body), "a.docx")


def read(text: str) -> Intake:
    return take_in(text.encode(), "a.txt")


def told(intake: Intake) -> list[tuple[str, str]]:
    return [(e.element, e.text) for e in intake.elements]


def messages(intake: Intake) -> str:
    return "".join(note.message for note in intake.notes)


# --- the chain ----------------------------------------------------------------------------------


def test_every_state_is_an_element_s_and_every_step_leads_to_a_state() -> None:
    states = set(STATES)

    assert states <= {*FOLLOWS, "left_out"}
    assert {after for steps in FOLLOWS.values() for after in steps} <= {*states, END}
    assert set(STATES.values()) <= set(ELEMENTS)
    assert {*GOES_ON, *GOES_ON.values()} <= states
    assert START not in states


def test_a_line_alone_in_its_state_is_sure() -> None:
    assert [("title", SURE)] == decode([{"title": 3.0}])


def test_a_state_that_wins_for_want_of_others_is_not_sure() -> None:
    certainties = [decode([{"title": score}])[0][1] for score in (3.0, 2.0, 1.0, 0.0, -3.0, -30.0)]

    assert [SURE, SURE] == certainties[:2]
    assert sorted(certainties, reverse=True) == certainties
    assert 0.95 > certainties[2] > certainties[3] > certainties[4] > certainties[5] > 0.4


def test_two_readings_that_fit_alike_are_as_sure_as_a_coin() -> None:
    lines = [{"title": 3.0}, {"text": 3.0, "issuers": 3.0}, {"issue_date": 3.0}]

    text = FOLLOWS["title"]["text"] + FOLLOWS["text"]["issue_date"]
    issuers = FOLLOWS["title"]["issuers"] + FOLLOWS["issuers"]["issue_date"]
    share = math.exp(text) / (math.exp(text) + math.exp(issuers))
    assert "text" == decode(lines)[1][0]
    assert pytest.approx(share) == decode(lines)[1][1]


def test_a_certainty_is_the_share_of_all_paths() -> None:
    first = FOLLOWS["title"]["text"] + FOLLOWS["text"][END] + 2.0
    second = FOLLOWS["title"].get("note", FORBIDDEN) + FOLLOWS["note"][END] + 11.0
    share = math.exp(first) / (math.exp(first) + math.exp(second))

    found = decode([{"title": 3.0}, {"text": 2.0, "note": 11.0}])

    assert "text" == found[1][0]
    assert pytest.approx(share) == found[1][1]


def test_thousands_of_lines_do_not_run_out_of_numbers() -> None:
    found = decode([{"title": 0.0}, *({"text": -40.0, "attachment_text": -41.0},) * 5000])

    assert {"title", "text"} == {state for state, _ in found}
    assert all(certainty > 0 for _, certainty in found)


def test_no_lines_have_no_states() -> None:
    assert [] == decode([])


def test_what_could_be_something_else_is_noted_with_its_certainty() -> None:
    intake = read("关于测试的通知\n各单位：\n　　正文一段。\n附件名单\n合肥市某某站\n丙丁\n")

    doubtful = [e for e in intake.elements if e.confidence < 0.7]
    noted = {note.line for note in intake.notes if "导入，请核对" in note.message}
    assert {e.line for e in doubtful} == noted


@pytest.mark.parametrize("element", sorted(ELEMENTS))
def test_every_element_belongs_to_a_field(element: str) -> None:
    assert field_of(element) in {*Document.__struct_fields__, "source"}


# --- where a head may stand ---------------------------------------------------------------------


def test_a_text_box_is_read_once_though_it_is_written_twice() -> None:
    box = f"<w:txbxContent>{paragraph('合肥市财政局文件')}</w:txbxContent>"
    body = (
        f'<w:p><w:r><m:AlternateContent xmlns:m="{MC}"><m:Choice><w:drawing>{box}</w:drawing>'
        f"</m:Choice><m:Fallback><w:pict>{box}</w:pict></m:Fallback></m:AlternateContent></w:r></w:p>"
    )

    intake = taken(body + TITLE)

    assert [("issuer_mark", "合肥市财政局文件"), ("title", "关于测试的通知")] == told(intake)


def test_how_far_a_draft_has_come_is_no_title() -> None:
    intake = read("(送审稿)\n关于测试的通知\n各市人民政府：\n正文。")

    assert ("left_out", "（送审稿）") == told(intake)[0]
    assert "关于测试的通知" == intake.document.title


def test_a_picture_above_the_title_is_left_out_and_told() -> None:
    lines = (("image", "红头"), ("title", "关于测试的通知"), ("text", "现就有关事项通知如下。"))
    draft = Draft("x", "word", tuple(DraftLine(e, {}, words, words) for e, words in lines))

    intake = take_in(docx(draft), "a.docx")

    assert [("left_out", "红头"), *lines[1:]] == told(intake)
    assert "版头处的图片没有导入" in messages(intake)


def test_the_end_of_a_paragraph_that_was_deleted_joins_it_to_the_next() -> None:
    cut = (
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半句，</w:t></w:r></w:p>"
        + paragraph("后半句。")
    )

    assert ["前半句，后半句。"] == [b.text for b in taken(TITLE + cut).document.body]


def test_a_table_of_contents_is_left_out_and_told() -> None:
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph('第一章 1')}</w:sdtContent></w:sdt>"
    )

    intake = taken(TITLE + contents + paragraph("正文。"))

    assert ["正文。"] == [b.text for b in intake.document.body]
    assert "目录没有导入" in messages(intake)


# --- tables -------------------------------------------------------------------------------------


def test_rows_with_tabs_in_a_text_are_a_table() -> None:
    intake = read("关于测试的通知\n各市人民政府：\n安排如下。\n市别\t任务\n合肥市\t12\n芜湖市\t8\n")

    table = Table(header=("市别", "任务"), rows=(("合肥市", "12"), ("芜湖市", "8")))
    assert table == intake.document.body[-1].table


def test_one_row_with_a_tab_is_no_table() -> None:
    intake = read(
        "合肥市财政局文件\n合财〔2026〕3号\t签发人：王强\n关于测试的请示\n市政府：\n正文。"
    )

    assert ("王强",) == intake.document.approvers


def test_merged_cells_and_heads_of_two_rows_are_taken_apart_and_told() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<w:tc><w:tcPr>{more}</w:tcPr>{paragraph(text)}</w:tc>"

    wide, begins, goes_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        f"<w:tr>{cell('市别', begins)}{cell('投资', wide)}</w:tr>"
        f"<w:tr>{cell('', goes_on)}{cell('中央')}{cell('省级')}</w:tr>"
        f"<w:tr>{cell('合肥市')}{cell('3')}{cell('4')}</w:tr>"
    )

    intake = taken(TITLE + f"<w:tbl>{rows}</w:tbl>")

    table = Table(header=("市别", "投资（中央）", "投资（省级）"), rows=(("合肥市", "3", "4"),))
    assert table == intake.document.body[0].table
    assert "合并的单元格" in messages(intake)


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("footnoteReference", "脚注没有导入"),
        ("endnoteReference", "尾注没有导入"),
        ("commentReference", "批注没有导入"),
        ("object", "嵌入的对象没有导入"),
    ],
)
def test_what_cannot_be_taken_over_is_told(tag: str, message: str) -> None:
    body = f"<w:p><w:r><w:t>正文。</w:t><w:{tag}/></w:r></w:p>"

    assert message in messages(taken(TITLE + body))


def test_a_running_header_is_no_head_and_is_told() -> None:
    lines = (
        ("left_out", "合肥市统计工作手册"),
        ("title", "关于测试的通知"),
        ("text", "现通知如下。"),
    )
    how = {"left_out": {"header": "", "size": "9", "black": ""}}
    draft = Draft(
        "x", "word", tuple(DraftLine(e, how.get(e, {}), words, words) for e, words in lines)
    )

    intake = take_in(docx(draft), "a.docx")

    assert list(lines[1:]) == told(intake)
    assert "页眉或页脚中的文字没有导入：合肥市统计工作手册" in messages(intake)


def test_a_list_of_documents_with_their_numbers_stays_a_table() -> None:
    cells = [
        ("序号", "文件", "文号"),
        ("1", "某办法", "皖政〔2024〕1号"),
        ("2", "某意见", "皖政〔2025〕2号"),
    ]
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in cells
    )

    document = taken(TITLE + f"<w:tbl>{rows}</w:tbl>").document

    assert cells[0] == (document.body[0].table or Table(header=(), rows=())).header


# --- rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["43-plan-notice", "48-soft-breaks", "05-order"])
def test_a_draft_that_is_not_torn_stays_as_it_is(name: str) -> None:
    draft = next(draft for draft in drafts() if draft.name == name)

    assert "逐行断开" not in messages(take_in(docx(draft), "a.docx"))
    assert "逐行断开" not in messages(read(text(draft).decode()))


def test_rows_of_a_page_become_paragraphs_again() -> None:
    sentence = (
        "各地要切实加强组织领导，明确工作职责，细化工作措施，落实工作责任，确保各项任务按期完成。"
    )
    head = "合肥市财政局关于测试的通知\n各县财政局：\n"
    paragraphs = [sentence * 3, "一、" + sentence * 2, "（一）" + sentence * 4, sentence * 5]
    rows = [p[at : at + 28] for p in paragraphs for at in range(0, len(p), 28)]

    intake = read(head + "\n".join(rows) + "\n合肥市财政局\n2026年7月1日\n")

    assert paragraphs == [block.text for block in intake.document.body]
    assert ("合肥市财政局",) == intake.document.issuers
    assert "逐行断开" in messages(intake)


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年7月1日12时", "2026-07-01"),
        ("2026 年 7 月 1 日", "2026-07-01"),
        ("２０２６年７月１日", "2026-07-01"),
        ("二〇二六年元月九日", "2026-01-09"),
        ("二零二六年十二月三十一日", "2026-12-31"),
        ("2026年13月1日", "None"),
        ("二〇二六年〇月九日", "None"),
    ],
)
def test_days_are_read_as_they_are_written(text: str, day: str) -> None:
    assert day == str(parse_date(text))


def test_an_hour_after_the_day_is_told() -> None:
    text = "关于测试的紧急通知\n各市人民政府：\n正文。\n合肥市财政局\n2026年7月1日12时\n"

    assert "时刻没有导入" in messages(read(text))


@pytest.mark.parametrize(
    ("text", "number"),
    [("十二", 12), ("二十", 20), ("一百零五", 105), ("三百二十六", 326), ("7", 7), ("百", 100)],
)
def test_numerals_are_counted(text: str, number: int) -> None:
    assert number == han_number(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三　李四", ["张三", "李四"]),
        ("王 强　李四光", ["王强", "李四光"]),
        ("王 强", ["王强"]),
        ("甲乙、丙丁，戊己", ["甲乙", "丙丁", "戊己"]),
        ("", []),
    ],
)
def test_names_in_a_row_come_apart(text: str, names: list[str]) -> None:
    assert names == people(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("你局《关于测试的请示》（合财〔2026〕5号）收悉。", "合财〔2026〕5号"),
        ("你局来函合财函[2026]5号收悉。", "合财函〔2026〕5号"),
        ("《关于测试的函》（合财函〔2026〕05号）已收到。", "合财函〔2026〕5号"),
        ("根据皖政〔2026〕1号文件精神，现通知如下。", None),
        ("来文收悉。", None),
    ],
)
def test_what_is_answered_is_found(text: str, number: str | None) -> None:
    assert number == answered((Block(text=text),))


def test_a_number_behind_the_title_is_taken_off_it() -> None:
    document = read("关于测试的通知（合财〔2026〕5号）\n各县财政局：\n正文。\n").document

    assert ("关于测试的通知", "合财〔2026〕5号") == (document.title, str(document.number))


def test_an_attachment_that_is_only_named_stays_and_is_bound_apart() -> None:
    intake = read(
        "关于测试的通知\n各单位：\n正文。\n附件：任务表（另附）\n合肥市财政局\n2026年7月1日\n"
    )

    assert [("任务表", True)] == [(a.title, a.separate) for a in intake.document.attachments]
    assert "只有名称" in messages(intake)


@pytest.mark.parametrize(
    ("sender", "recipients", "direction"),
    [
        ("合肥市人民政府", ("安徽省人民政府",), "up"),
        ("安徽省财政厅", ("安徽省教育厅",), "parallel"),
        ("安徽省财政厅", ("合肥市财政局",), "down"),
        ("安徽省财政厅", ("各市财政局",), "down"),
        ("三河镇人民政府", ("肥西县人民政府",), "up"),
    ],
)
def test_an_opinion_goes_where_its_recipients_stand(
    sender: str, recipients: tuple[str, ...], direction: str
) -> None:
    assert direction == direction_of("opinion", (sender,), recipients, approved=False)


def test_bodies_stand_by_level() -> None:
    names = ("安徽省人民政府", "安徽省财政厅", "合肥市人民政府", "合肥市财政局", "肥西县人民政府",
             "肥西县财政局", "三河镇人民政府")  # fmt: skip

    assert sorted(names, key=rank) == list(names)


def test_the_review_list_is_of_frozen_values() -> None:
    element = read("关于测试的通知\n正文。").elements[0]

    assert IntakeElement(1, "关于测试的通知", "title", element.confidence) == element
