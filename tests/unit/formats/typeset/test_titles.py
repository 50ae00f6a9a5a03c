"""Titles as they are: trapezoid or diamond, parted between words (7.3.1)."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.document.model import Attachment
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet, load_fonts
from formats.typeset.grid import CORE_WIDTH
from formats.typeset.linebreak import NOT_AT_END, NOT_AT_START
from formats.typeset.titles import TitleTooLong, title_rows
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import lines
from tests.unit.formats.typeset.promises import broken_promises

TITLES = (
    "安徽省人民政府办公厅关于加强公文电子交换工作的通知",
    "安徽省人民政府关于印发安徽省国民经济和社会发展第十四个五年规划和2035年远景目标纲要的通知",
    "国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见",
    "安徽省人民政府办公厅转发省发展改革委关于进一步优化营商环境更好服务市场主体若干措施的通知",
    "合肥市人民政府关于表彰2025年度安全生产先进集体和先进个人的决定",
    "国务院关于同意设立合肥综合性国家科学中心的批复",
    "关于召开全省政府系统秘书长和办公室主任会议的通知",
    "安徽省人民政府办公厅关于2026年中秋节、国庆节放假安排的通知",
    "安徽省财政厅 安徽省教育厅关于下达2026年义务教育薄弱环节改善与能力提升补助资金预算的通知",
    "芜湖市人民政府关于请求批准《芜湖市国土空间总体规划（2021—2035年）》的请示",
    "省教育厅、省发展改革委、省财政厅、省人力资源社会保障厅关于印发《安徽省职业教育产教融合赋能提升行动实施方案（2023—2025年）》的通知",
    "安徽省生态环境保护委员会关于印发安徽省深入打好污染防治攻坚战考核办法的通知",
    "关于做好防汛抗旱工作的紧急通知",
    "安徽省人民政府关于废止和修改部分规章的决定",
    "国务院办公厅转发国家发展改革委等部门关于加快推进城镇环境基础设施建设指导意见的通知",
    "安徽省人民政府关于张某某等同志职务任免的通知",
    "关于在全省开展“双随机、一公开”监管工作情况的报告",
    "六安市人民政府关于大别山革命老区振兴发展有关问题的函",
    "安徽省人民代表大会常务委员会关于加强长江流域禁捕执法管理工作的决定",
    "安徽省数据资源管理局关于征求《安徽省公共数据授权运营管理办法（试行）》（征求意见稿）意见的函",
    "中共安徽省委办公厅 安徽省人民政府办公厅印发《关于加强非物质文化遗产保护工作的实施意见》的通知",
    "阜阳市颍州区人民政府办公室关于成立老旧小区改造工作领导小组的通知",
    "安徽省人民政府关于推进中国（安徽）自由贸易试验区高质量发展的若干意见",
    "安徽省市场监督管理局关于2026年第3期食品安全监督抽检情况的通告",
    "安徽省自然资源厅关于公布全省基准地价的公告",
    "第25次省政府常务会议纪要",
    "安徽省人民政府办公厅关于印发支持新能源汽车和智能网联汽车产业提质扩量增效若干政策的通知",
    "黄山市黟县人民政府关于将宏村镇卢村列入传统村落保护名录的请示",
    "安徽省卫生健康委员会关于转发国家卫生健康委办公厅医疗机构临床用血管理有关文件的通知",
    "安徽省人民政府关于修订印发安徽省突发公共卫生事件应急预案的通知",
    "安徽省住房和城乡建设厅关于进一步规范建设工程竣工联合验收工作的通知",
    "安徽省应急管理厅关于做好岁末年初安全生产和森林防火重点工作的通知",
    "滁州市人民政府关于滁州市与南京市跨界河流水污染联防联控合作协议履行情况的报告",
    "安徽省公安厅交通警察总队关于京台高速公路合肥至蚌埠段改扩建工程施工期间交通管制的通告",
)  # fmt: skip
WHOLE = (
    "人民政府", "办公厅", "发展改革委", "年度", "规划", "双随机、一公开", "2021—2035年", "通知",
    "意见", "领导小组", "污染防治", "基础设施", "自由贸易试验区", "国土空间", "营商环境",
    "应急预案",
)  # fmt: skip


MOST = 10
"""Rows of a title that leave a row of text on the notice's page 1."""


def shape(widths: list[float]) -> str:
    """Growing, shrinking or growing and then shrinking; else an hourglass or a rectangle."""
    steps = [after - before for before, after in pairwise(widths)]
    signs = [step > 0 for step in steps if abs(step) > 3.0]
    if not signs:
        return "rectangle"
    return "fine" if signs == sorted(signs, reverse=True) else "hourglass"


def row_texts(title: str, fonts: FontSet) -> list[str]:
    return [row.text for row in title_rows(title, fonts)]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_a_trapezoid_or_a_diamond(fonts: FontSet, title: str) -> None:
    widths = [row.width for row in title_rows(title, fonts)]

    assert len(widths) == 1 or shape(widths) == "fine"
    assert max(widths) <= CORE_WIDTH + 1e-6


@pytest.mark.parametrize("title", TITLES)
def test_a_title_parts_between_words(fonts: FontSet, title: str) -> None:
    rows = row_texts(title, fonts)
    whole = [word for word in WHOLE if word in title]

    assert title.replace(" ", "") == "".join(rows).replace(" ", "")
    assert whole == [word for word in whole if any(word in row for row in rows)]
    assert not any(row[0] == "的" for row in rows)


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        (TITLES[0], ["安徽省人民政府办公厅", "关于加强公文电子交换工作的通知"]),
        (TITLES[3], ["安徽省人民政府办公厅转发省发展改革委", "关于进一步优化营商环境更好服务",
                     "市场主体若干措施的通知"]),
        (TITLES[13], ["安徽省人民政府", "关于废止和修改部分规章的决定"]),
        (TITLES[16], ["关于在全省开展“双随机、一公开”", "监管工作情况的报告"]),
    ],
    ids=["two", "three", "short", "quoted"],
)  # fmt: skip
def test_lines_begin_where_a_phrase_does(fonts: FontSet, title: str, rows: list[str]) -> None:
    assert rows == row_texts(title, fonts)


def test_the_lines_that_other_readers_see_are_centred(fonts: FontSet, notice: Notice) -> None:
    pdf, _ = typeset_pdf(notice(title=TITLES[3]), fonts)
    rows = [line for line in lines(pdf)[0] if line.size == 22.0]

    assert len(rows) == 3
    assert all(abs(row.left + row.right - 2 * 106.0) < 0.8 for row in rows)


@pytest.mark.parametrize("length", range(24, 241, 12))
def test_a_title_of_any_length_has_the_shape_or_is_refused(
    fonts: FontSet, notice: Notice, length: int
) -> None:
    title = ("关于进一步加强全省公文交换安全管理和档案数字化建设若干问题的意见" * 8)[:length]
    widths = [row.width for row in title_rows(title, fonts)]

    assert shape(widths) == "fine"
    if len(widths) > MOST:
        with pytest.raises(TitleTooLong):
            compose(notice(title=title), fonts)
    else:
        assert not broken_promises(compose(notice(title=title), fonts), lettered=False)


def test_a_title_that_leaves_no_text_on_its_page_is_refused(fonts: FontSet, notice: Notice) -> None:
    title = "关于加强公文管理" * 50
    for document in (notice(title=title), notice(attachments=(Attachment(title=title),))):
        with pytest.raises(TitleTooLong) as caught:
            compose(document, fonts)
        assert caught.value.code == "formats.title-too-long"
        assert all(word and "{" not in word for word in caught.value.sentences("zh"))
        assert all(word and "{" not in word for word in caught.value.sentences("en"))


FONTS = load_fonts(())


@settings(deadline=None, max_examples=60)
@given(st.text("关于的、，《》（）“”和安徽省人民政府办公厅通知2026年A b", min_size=1, max_size=120))
def test_no_character_of_a_title_is_lost_and_no_row_leaves_the_core(title: str) -> None:
    rows = title_rows(title, FONTS)
    pairs = list(pairwise(row.text for row in rows))

    assert title.replace(" ", "") == "".join(row.text for row in rows).replace(" ", "")
    assert all(row.width <= CORE_WIDTH + 1e-6 for row in rows)
    assert all(after[:1] not in NOT_AT_START for _, after in pairs) or _dense(title)
    assert all(before[-1:] not in NOT_AT_END for before, _ in pairs) or _dense(title)


def _dense(title: str) -> bool:
    """Whether marks stand so close that no line could begin or end well."""
    marks = NOT_AT_START | NOT_AT_END
    return any(sum(char in marks for char in title[k : k + 8]) > 5 for k in range(len(title)))
