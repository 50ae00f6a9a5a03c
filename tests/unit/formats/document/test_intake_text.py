"""Plain text taken in: encodings, wrapped lines, the parts of a draft, attachments."""

from collections import Counter
from pathlib import Path

import pytest

from formats.document.errors import BadEncoding, EmptySource
from formats.document.intake import read_attachment, take_in, text_attachment
from formats.document.intake.clues import parse_date
from formats.document.intake.punctuation import widen
from formats.document.model import DocumentNumber
from formats.document.names import format_number
from formats.document.parse import document_to_json
from formats.errors import Classified

SAMPLE = Path(__file__).parents[5] / "shared" / "samples" / "egov-plan.txt"

DRAFT = """000012
特急
安徽省人民政府办公厅文件
皖政办〔2026〕12号

安徽省人民政府办公厅
关于进一步规范电子公文交换工作的通知

各市、县人民政府,省政府各部门、各直属机构:
　　为规范工作,现通知如下:
　　一、总体要求
　　(一)目标。到2026年,覆盖率达85%以上,共1,000家。
　　1.第一项。
　　(1)第二项。
　　附件:1.系统清单
　　     2.联系表

　　　　　　　　　　安徽省人民政府办公厅
　　　　　　　　　　2026年11月23日
　　(此件公开发布)
附件1
系统清单
甲乙丙。
附件2
联系表
丁。
抄送:省委各部门,省人大常委会办公厅。
安徽省人民政府办公厅秘书处　　　　2026年11月24日印发
"""


@pytest.mark.parametrize(
    "data",
    [
        DRAFT.encode(),
        DRAFT.encode("utf-8-sig"),
        DRAFT.encode("gb18030"),
        DRAFT.encode("utf-16"),
        DRAFT.replace("\n", "\r\n").encode("gb18030"),
        DRAFT.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "crlf", "cr"],
)
def test_a_whole_draft_is_taken_apart_in_every_encoding(data: bytes) -> None:
    document = take_in(data, "草稿.txt").document

    assert "notice" == document.kind
    assert "down" == document.direction
    assert ("安徽省人民政府办公厅",) == document.issuers
    assert "皖政办〔2026〕12号" == format_number(
        document.number or DocumentNumber(mark="", year=1949, serial=1)
    )
    assert "000012" == document.copy_number
    assert "extra_urgent" == document.urgency
    assert "安徽省人民政府办公厅关于进一步规范电子公文交换工作的通知" == document.title
    assert ("各市、县人民政府", "省政府各部门、各直属机构") == document.main_recipients
    assert [0, 1, 2, 3, 4] == [block.level for block in document.body]
    assert "（一）目标。到2026年，覆盖率达85%以上，共1,000家。" == document.body[2].text
    assert ["系统清单", "联系表"] == [a.title for a in document.attachments]
    assert "甲乙丙。" == document.attachments[0].body[0].text
    assert "2026-11-23" == str(document.issue_date)
    assert "此件公开发布" == document.note
    assert ("省委各部门", "省人大常委会办公厅") == document.cc
    assert "安徽省人民政府办公厅秘书处" == document.printer
    assert "2026-11-24" == str(document.print_date)


def test_an_upward_draft_keeps_its_approver_and_contact() -> None:
    text = (
        "合肥市人民政府办公室文件\n合政办〔2026〕31号　签发人：程远航\n"
        "合肥市人民政府办公室关于建桥的请示\n安徽省人民政府办公厅：\n　　妥否，请批示。\n"
        "合肥市人民政府办公室\n二〇二六年十一月二十三日\n（联系人：周文静，电话：0551-63530000）\n"
    )

    document = take_in(text.encode(), "a.txt").document

    assert ("request", "up") == (document.kind, document.direction)
    assert ("程远航",) == document.approvers
    assert "2026-11-23" == str(document.issue_date)
    assert "联系人：周文静，电话：0551-63530000" == document.contact


def test_wrapped_lines_become_one_paragraph() -> None:
    text = (
        "关于测试的通知\n\n各市人民政府：\n"
        "　　第一段的文字在这一行没有写完，因为这份文件是按每行三十多个字折行保存的，所以还要\n"
        "接着写到下一行才算完。\n"
        "　　第二段的文字在这一行没有写完，因为这份文件是按每行三十多个字折行保存的，所以还要\n"
        "接着写到下一行才算完。\n"
    )

    document = take_in(text.encode(), "a.txt").document

    assert 2 == len(document.body)
    assert all((b.text or "").endswith("接着写到下一行才算完。") for b in document.body)


def test_what_cannot_be_found_is_noted_as_uncertain() -> None:
    intake = take_in("一份规划\n　　内容。".encode(), "a.txt")

    uncertain = {note.field for note in intake.notes if note.confidence < 0.7}
    assert {"kind", "issue_date", "issuers"} <= uncertain


def test_an_introduction_is_no_recipient() -> None:
    document = take_in("关于测试的通知\n　　现通知如下：\n　　一、甲".encode(), "a.txt").document

    assert () == document.main_recipients


def test_invisible_characters_are_removed_and_noted() -> None:
    intake = take_in("关于测试的通知\n　　甲\u200b乙\u202e丙。".encode(), "a.txt")

    assert "甲乙丙。" == intake.document.body[0].text
    assert "已删除 2 个不可见字符。" in [note.message for note in intake.notes]


def test_document_json_is_taken_in_as_it_is() -> None:
    document = take_in(DRAFT.encode(), "a.txt").document

    assert document == take_in(document_to_json(document), "a.json").document


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", "　\r\n".encode("gb18030")])
def test_a_file_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(EmptySource):
        take_in(data, "a.txt")


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xff\xff", b"\x80\x81 text"])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(BadEncoding):
        take_in(data, "a.txt")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("机密★1年\n关于测试的通知\n正文。", "a.txt"),
        ("关于测试的通知\n秘密\n正文。", "a.txt"),
        ("关于测试的通知\n密级：机密\n正文。", "a.txt"),
        ("关于测试的通知\n机\u200b密★\n正文。", "a.txt"),
        ("关于测试的通知", "机密★通知.txt"),
    ],
)
def test_a_mark_in_text_or_name_is_refused(text: str, name: str) -> None:
    with pytest.raises(Classified):
        take_in(text.encode(), name)


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("(一)目标", "（一）目标"),
        ("甲,乙;丙:丁?戊!", "甲，乙；丙：丁？戊！"),
        ("共1,000家", "共1,000家"),
        ("上午8:30开会", "上午8:30开会"),
        ("见https://www.example.cn网站", "见https://www.example.cn网站"),
        ("使用PKI(Public Key)技术", "使用PKI（Public Key）技术"),
        ("外网(OA)系统", "外网（OA）系统"),
        ("the key (public), f(x)", "the key (public), f(x)"),
        ("完.", "完。"),
        ('称为"外网"。', "称为“外网”。"),
        ("1.任务", "1.任务"),
        ("(1)任务", "（1）任务"),
        ("超过85%,达到", "超过85%，达到"),
    ],
)
def test_marks_beside_chinese_are_widened(text: str, wide: str) -> None:
    assert wide == widen(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年1月5日", "2026-01-05"),
        ("二〇二六年十一月二十三日", "2026-11-23"),
        ("二○二六年十月三十日", "2026-10-30"),
        ("2026年2月30日", "None"),
        ("今年1月5日", "None"),
    ],
)
def test_a_date_line_is_read(text: str, day: str) -> None:
    assert day == str(parse_date(text))


def test_an_attachment_has_title_and_levels() -> None:
    attachment = text_attachment("\ufeff工作方案\n\n一、目标\n(一)任务\n1、事项\n(1)细节\n正文")

    assert "工作方案" == attachment.title
    assert [1, 2, 3, 4, 0] == [block.level for block in attachment.body]


def test_an_attachment_without_text_is_refused() -> None:
    with pytest.raises(EmptySource):
        text_attachment(" \n")


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample lies beside the tree, not in it")
def test_the_real_plan_becomes_a_clean_attachment() -> None:
    source = SAMPLE.read_text(encoding="utf-8")

    attachment, notes = read_attachment(source)

    whole = "".join(block.text or "" for block in attachment.body)
    assert "安徽省电子政务“十二五”发展规划" == attachment.title
    assert ["已略去来源行：来源：中国电子政务网 更新时间：2012-08-22"] == [n.message for n in notes]
    assert {0: 16, 1: 5, 2: 36, 3: 21} == dict(Counter(b.level for b in attachment.body))
    assert "（二十一）省“金安工程”。" in whole
    assert "," not in whole
    lines = source.splitlines()
    kept = "".join(c for line in lines[2:] for c in line if c.isalnum())
    assert kept == "".join(c for c in whole if c.isalnum())
