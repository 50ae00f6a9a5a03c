"""Names as a 公文 writes them."""

import pytest

from formats.document.headings import blocks_of_text, level_of
from formats.document.kinds import KINDS, kind_of_title
from formats.document.model import Block, DocumentNumber, Kind, Table
from formats.document.names import (
    find_numbers,
    format_number,
    is_class_name,
    join_recipients,
    parse_number,
    split_recipients,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "各市、县人民政府，省政府各部门、各直属机构：",
            ("各市、县人民政府", "省政府各部门、各直属机构"),
        ),
        (
            "合肥市人民政府办公室、肥西县人民政府办公室：",
            ("合肥市人民政府办公室", "肥西县人民政府办公室"),
        ),
        ("合肥、芜湖市人民政府", ("合肥、芜湖市人民政府",)),
        ("省委各部门,省法院、省检察院。", ("省委各部门", "省法院", "省检察院")),
        ("甲局\n乙局", ("甲局", "乙局")),
        ("甲局，甲局", ("甲局",)),
        ("：", ()),
    ],
)
def test_recipients_are_split_at_whole_names(text: str, names: tuple[str, ...]) -> None:
    assert names == split_recipients(text)


@pytest.mark.parametrize(
    "names",
    [
        ("各市、县人民政府", "省政府各部门、各直属机构"),
        ("各市统计局", "局机关各处室"),
        ("省财政厅", "省水利厅"),
    ],
    ids=["rows", "classes", "bodies"],
)
def test_recipients_that_are_joined_split_again(names: tuple[str, ...]) -> None:
    assert names == split_recipients(join_recipients(names))


@pytest.mark.parametrize("name", ["各市、县人民政府", "省政府各部门、各直属机构", "有关单位"])
def test_a_class_name_is_known_as_one(name: str) -> None:
    assert is_class_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "皖政办〔2026〕12号",
        "皖政办[2026]12号",
        "皖政办（2026）第012号",
        "皖政办［２０２６］１２号",
        " 皖政办 〔2026〕 12 号 ",
    ],
)
def test_a_number_is_read_however_it_was_typed(text: str) -> None:
    number = parse_number(text)

    assert number is not None
    assert "皖政办〔2026〕12号" == format_number(number)


@pytest.mark.parametrize(
    "text", ["", "12号", "皖政办〔26〕12号", "皖政办〔2026〕号", "皖政办〔1900〕1号"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_numbers_in_running_text_are_found() -> None:
    found = find_numbers("根据国办发〔2025〕3号、皖政〔2026〕4号精神")

    assert [3, 4] == [number.serial for number in found]
    assert DocumentNumber(mark="皖政", year=2026, serial=4) == found[1]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("一、总体要求", 1),
        ("十二、附则", 1),
        ("（一）目标", 2),
        ("(二十一)目标", 2),
        ("1.任务", 3),
        ("1、任务", 3),
        ("12．任务", 3),
        ("（1）任务", 4),
        ("(3)任务", 4),
        ("1.5倍", 0),
        ("一是加强", 0),
        ("2026年", 0),
        ("第一条", 0),
    ],
)
def test_a_heading_shows_its_level(text: str, level: int) -> None:
    assert level == level_of(text)


def test_rows_with_bars_become_a_table() -> None:
    found = blocks_of_text("甲\n| 名称 | 数\\|量 |\n|---|---|\n| 一 |\n乙")

    table = Table(header=("名称", "数|量"), rows=(("一", ""),))
    assert (Block(text="甲"), Block(table=table), Block(text="乙")) == found


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于印发《办法（试行）》的通知", "notice"),
        ("关于测试的通知（试行）", "notice"),
        ("关于测试的复函", "letter"),
        ("第3次会议纪要", "minutes"),
        ("安徽省人民政府令", "order"),
        ("发展规划", None),
    ],
)
def test_a_title_tells_its_kind(title: str, kind: Kind | None) -> None:
    assert kind == kind_of_title(title)


def test_there_are_fifteen_kinds_and_each_has_a_direction() -> None:
    assert 15 == len(KINDS)
    assert all(facts.directions for facts in KINDS.values())
