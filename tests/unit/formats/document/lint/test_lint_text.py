"""Habits in running text: each is named, mended, and good text is left alone."""

import json
import time
from datetime import date
from typing import Any

import msgspec
import pytest

from formats.document.lint import fix_all, lint
from formats.document.model import Block, Document, Table
from formats.limits import MAX_PARAGRAPH_CHARS


def document(*texts: str, **fields: Any) -> Document:  # noqa: ANN401 - whatever a document holds
    """A good notice with these paragraphs."""
    values: dict[str, Any] = {
        "kind": "notice",
        "direction": "down",
        "issuers": ("安徽省人民政府办公厅",),
        "title": "关于加强电子政务工作的通知",
        "main_recipients": ("各市人民政府",),
        "body": tuple(Block(text=text) for text in texts),
        "issue_date": date(2026, 3, 5),
    }
    return Document(**(values | fields))


GOOD = (
    "会议于上午10:30开始，见 https://www.ah.gov.cn/a?b=1,2 一文。",
    "按照GB/T 9704-2012、GB 18030-2022和GB/T 15834—2011执行。",
    "圆周率约为3.14，比例为3:1，合计12,345.67万元。",
    'The quick brown fox, (and) "dog" jumps; 3.14 over: all.',
    "联系电话：0551-62601234；邮箱：a.b@ah.gov.cn。",
    "张三、李四（“双带头人”）等人。",
    "采用 IPv6 (Internet Protocol) 技术，另有Wi-Fi接入点。",
    "型号为A-320的设备共3台，运行C++、C#和.NET程序。",
    "2021—2025年增长10%～20%，为5万元～10万元，气温-36～-8℃。",
    "出台《办法》（皖政〔2026〕3号）、《细则》（皖政〔2026〕4号）。",
    "第一、第二、第三产业协调发展。",
    "第一条 本办法自2026年1月1日起施行。",
    "第二条　本办法所称公文，是指文书。",
    "到2026年底，服务满20年、3年以上的，截至2026年3月共有1200人。",
    "一、二等奖各3名。",
    "他说：“读过《〈呐喊〉自序》。”",
    "共5千瓦，3千米，4百分点，1.5万亩；3—5月施工。",
    "文件report-v2.docx，见2026-03-05记录。",
    "1）甲；2）乙。",
    "“十四五”时期，“三农”工作。",
    "二〇二六年，党的十九大以来。",
    "（一）加强领导。各级要重视。",
    "如此等等……这样——好，第3号令自3月5日起施行。",
    "农历二〇二六年三月五日除外。",
    "地址：合肥市长江路1号3-2室。",
    "主任 张三 副主任 李四",
    "某某案（2026）皖01民终123号民事判决。",
    "“引文跨段时每段开头都有前引号。",
    "联系人：张三 李四，联系电话：0551-62600000 0551-62600001。",
    "时间：2026年3月5日 地点：合肥，请参加。",
    "出席：张 三、李小明、王 五，列席：赵六 钱七。",
    "2026年3月5日 最高人民法院发布，第三条 按《食品安全国家标准 果冻》执行。",
    "图2-1层次结构见表3-1人员构成，编号12-35项。",
    "手机138-0000-1234，证件340102-19900101，IP为192.168.1.1-10台。",
    "执行yidao lint --fix，使用--fix选项。",
    '采用24"显示器，扩展名为.7z，已完成.2026年再报。',
    "3月5号楼停水，见3月5号文。",
    "“甲”、“乙”、丙和丁、《戊》、《己》。",
    "《关于修改〈实施《档案法》办法〉的决定》",
    "《关于修改<实施《档案法》办法>的决定》，a<5、《甲》、b>3。",
    "第一百二十条之六 明知是宣扬恐怖主义的，依法处理。",
    "速度60公里/小时，BMW3KM型，X5KG机，秘密、机密★10年。",
    "分别为一、五十人，三千5百人，20-10%。",
    "第1年-第5年，3栋-5栋，3A-5A，合肥-南京。",
    "张三丰 李四 王五 赵六。",
    "七、八十年代，二、三产业。",
    "比例尺1：10000，时长18：00。",
)

BAD = (
    ("P01", "根据皖政办[2026]12号执行。", "根据皖政办〔2026〕12号执行。"),
    ("P01", "根据国发(2026)第3号、皖政【2026】05号。", "根据国发〔2026〕3号、皖政〔2026〕5号。"),
    ("P02", "根据皖政〔2026〕第012号。", "根据皖政〔2026〕12号。"),
    ("P04", "自二〇二六年三月十五日起。", "自2026年3月15日起。"),
    ("P04", "自二○二六年元月五日起。", "自2026年1月5日起。"),
    ("P05", "于2026年03月05日印发。", "于2026年3月5日印发。"),
    ("P06", "于2026年3月5号印发。", "于2026年3月5日印发。"),
    ("P07", "早在二○二零年就已办结。", "早在二〇二〇年就已办结。"),
    ("P08", "共１２个，Ａ类。", "共12个，A类。"),
    ("P09", "增长10-20%，3-5人。", "增长10%～20%，3～5人。"),
    ("P09", "2021-2025年，3-5月。", "2021—2025年，3—5月。"),
    ("P09", "第3-5条。", "第3～5条。"),
    ("P06", "10月5号前，11月23号开会。", "10月5日前，11月23日开会。"),
    ("P06", "3月5号、6号和8号至10号。", "3月5日、6日和8日至10日。"),
    ("P09", "3-5日内，每月3-5日。", "3～5日内，每月3—5日。"),
    ("P09", "3月1日-5月31日，9:00-11:30。", "3月1日—5月31日，9:00—11:30。"),
    ("P09", "12:30~13:00，周一-周五。", "12:30—13:00，周一—周五。"),
    ("P09", "13万元-17万元，3年-5年。", "13万元～17万元，3年～5年。"),
    ("P09", "20世纪60-70年代，3-5年。", "20世纪60—70年代，3～5年。"),
    ("P09", "2025年-2026年3月，10℃-20℃。", "2025年—2026年3月，10℃～20℃。"),
    ("P10", "增长10～20%。", "增长10%～20%。"),
    ("P12", "宽约.5米。", "宽约0.5米。"),
    ("P13", "补助3千元。", "补助3000元。"),
    ("P14", "约有三、四十人。", "约有三四十人。"),
    ("P15", "上午10：30开会。", "上午10:30开会。"),
    ("P15", "自18：00至21：00。", "自18:00至21:00。"),
    ("P16", "面积5平米，长3KM。", "面积5平方米，长3km。"),
    ("P20", "中文,中文;中文:中文?中文!好.", "中文，中文；中文：中文？中文！好。"),
    ("P20", "采用PDF,并且 English, 中文。", "采用PDF，并且 English，中文。"),
    ("P21", "各市(含县)和括号（混用)。", "各市（含县）和括号（混用）。"),
    ("P22", '他说"很好"。', "他说“很好”。"),
    ("P22", "“他说'很好'。”", "“他说‘很好’。”"),
    ("P24", "教育、卫生...", "教育、卫生……"),
    ("P24", "教育、卫生。。。。。。", "教育、卫生……"),
    ("P25", "方法--就是这样。", "方法——就是这样。"),
    ("P26", "好的，，是。。", "好的，是。"),
    ("P27", "合肥 市， 各县。", "合肥市，各县。"),
    ("P28", "《甲》、《乙》、《丙》和“丁”、“戊”。", "《甲》《乙》《丙》和“丁”“戊”。"),
    ("P29", "《关于印发《办法》的通知》", "《关于印发〈办法〉的通知》"),
    ("P31", "第一、要重视；其次、要落实。", "第一，要重视；其次，要落实。"),
    ("P40", "1、甲是", "1.甲是"),
    ("P40", "(一)甲", "（一）甲"),
    ("P40", "（一）、甲", "（一）甲"),
    ("P40", "一.甲", "一、甲"),
    ("P40", "⒈甲", "1.甲"),
)

UNSURE = (
    ("P03", "26年3月启动。"),
    ("P03", "皖政〔26〕12号。"),
    ("P10", "投入5～10万元。"),
    ("P11", "共12，345元。"),
    ("P17", "长3英寸。"),
    ("P20", "列夫.托尔斯泰著。"),
    ("P23", '他说"很好。'),
    ("P30", "各市（含县，都要。"),
    ("P30", "各市含县），都要。"),
    ("P30", "《甲、《乙》已印发。"),
    ("P30", "他说“很好“。"),
)


@pytest.mark.parametrize("text", GOOD)
def test_good_text_has_no_finding(text: str) -> None:
    assert () == lint(document(text))


@pytest.mark.parametrize(("code", "text", "good"), BAD)
def test_a_habit_is_named_and_mended_and_then_gone(code: str, text: str, good: str) -> None:
    found = lint(document(text))
    mended = fix_all(document(text))

    assert code in {finding.code for finding in found}
    assert good == mended.body[0].text
    assert () == lint(mended)


@pytest.mark.parametrize(("code", "text"), UNSURE)
def test_what_only_a_person_can_decide_is_told_and_left(code: str, text: str) -> None:
    (found,) = lint(document(text))

    assert (code, None, "") == (found.code, found.fix, found.after)
    assert text == fix_all(document(text)).body[0].text


def test_a_finding_says_where_and_shows_before_and_after() -> None:
    (found,) = lint(document("前面一段没有问题。", "各级各部门要认真贯彻落实,并且抓好本项工作。"))

    assert "正文第2段" == found.place
    assert ("body", ("body", 1, "text")) == (found.field, found.path)
    assert ("warn", 12, 13, True) == (found.severity, found.start, found.end, found.fixable)
    assert "GB/T 15834-2011 5.1" == found.clause
    assert "…门要认真贯彻落实,并且抓好本项工作…" == found.before
    assert "…门要认真贯彻落实，并且抓好本项工作…" == found.after


def test_numbers_models_and_blanks_in_a_table_are_left_alone() -> None:
    table = Table(
        header=("项 目", "数量"), rows=(("A-320", "3-5"), ("3.14", "--"), ("1,234", "10:30"))
    )

    assert () == lint(document(body=(Block(table=table),)))


def test_a_cell_is_linted_where_it_holds_words() -> None:
    table = Table(header=("文号",), rows=(("皖政[2026]3号",), ("2026年03月05日",)))
    mended = fix_all(document(body=(Block(table=table),))).body[0].table

    assert mended is not None
    assert (("皖政〔2026〕3号",), ("2026年3月5日",)) == mended.rows


def test_findings_come_in_reading_order() -> None:
    found = lint(document("甲,乙", "丙,丁", title="关于加强(电子)政务工作的通知"))

    assert ["标题", "正文第1段", "正文第2段"] == [finding.place for finding in found]


def test_a_finding_can_be_written_as_json() -> None:
    (found,) = lint(document("甲,乙"))
    written = msgspec.to_builtins(found)

    assert ["body", 0, "text"] == list(written["path"])
    assert "甲，乙" == json.loads(json.dumps(written, ensure_ascii=False))["after"]


def test_contacts_keep_the_blanks_that_part_them() -> None:
    assert () == lint(document(contact="联系人：张三 联系电话：0551-62600000"))


@pytest.mark.parametrize(
    "text",
    ["甲,", "，", "甲 ", "《甲》、", "1月", "5～10万", "《", "”", "见附件9", "皖〔2026〕0"],
    ids=repr,
)
def test_a_paragraph_as_long_as_may_be_is_linted_at_once(text: str) -> None:
    long = document(text * (MAX_PARAGRAPH_CHARS // len(text)))
    start = time.process_time()
    lint(long)

    assert time.process_time() - start < 3  # a quadratic rule takes minutes
