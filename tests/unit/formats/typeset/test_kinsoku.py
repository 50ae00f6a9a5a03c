"""Where a row may end, place by place: `|` free, `~` better not, nothing where it may not."""

import pytest

from formats.typeset.kinsoku import BANNED, FREE, SEAM, SOFT, WEAK, cuts


def graded(text: str) -> str:
    """The text with its free and weak cuts shown."""
    shown = {FREE: "|", WEAK: "~"}
    return "".join(
        shown.get(grade, "") * (place > 0) + char
        for place, (grade, char) in enumerate(zip(cuts(text), text, strict=True))
    )


@pytest.mark.parametrize(
    "shown",
    [
        "共|5.5万元|的|投|资",
        "约|300余万人",
        "新|建|100平方米|厂|房",
        "占|地|3.5万平方公里|土|地",
        "提|高|12个百分点|左|右",
        "高|达|3‰、|低|至|20℃，|速|度|50 km/h",
        "用|水|100㎡ |或|50 m²",
        "含|CO₂|与|PM2.5",
        "价|￥100、|涨|+5.5%、|差|−3",
        "比|例|1:50000|和|1/3|或|7.2∶~39.0∶~53.8",
        "值|1.5×10⁸|帕",
        "日|期|2026-11-24 |08:30:15",
        "电|话|0551-62600000",
        "到|2026年~11月~24日|止",
        "在|10时~30分|前",
        "二〇二六年|版",
        "到|２０２６年~１２月|止",
        "达|10%～~20%，|在|2026—~2030年|实",
        "见|第12号，|又|第~十~二~条",
        "（2026）12号|文",
        "按|皖~政~办~〔2026〕12号|文",
        "根|据|皖~政~〔2026〕1号",
        "由|某~办~〔2026〕1号",
        "《通|知》|和|“办|法”",
        "甲——|乙……|完",
        "用|A4/B2B，|与|GB/T ~9704—~2012",
        "和|5G、|Wi-Fi、|C++|与|R&D",
        "在|12#|楼",
        "（十一）~加|强",
        "（一）~加|强|①~加",
        "好；|1.~建|成",
        "约|翰·|史",
        "说 |don't |和 |'x' |与 |\"甲\" |乙",
        "甲？！”|乙",
        "低|至|-5℃，|甲-|乙",
        "￥【（甲）】。",
        "张 |李",
        "张　|李",
        "e\u0301|文",
    ],
)
def test_figures_words_marks_and_dashes_stay_together(shown: str) -> None:
    text = shown.replace("|", "").replace("~", "")

    assert shown == graded(text)


MARKS_NOT_AT_START = "，。、；：！？）》】〕〉」』”’…—～·％%‰℃,.;:!?)]}/／－-"
MARKS_NOT_AT_END = "（《【〔〈「『“‘([{￥¥$/／"


@pytest.mark.parametrize("mark", list(MARKS_NOT_AT_START), ids=ord)
def test_no_row_begins_with_a_closing_or_joining_mark(mark: str) -> None:
    assert BANNED == cuts(f"甲{mark}乙")[1]


@pytest.mark.parametrize("mark", list(MARKS_NOT_AT_END), ids=ord)
def test_no_row_ends_with_an_opening_mark(mark: str) -> None:
    assert BANNED == cuts(f"甲{mark}乙")[2]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "http://www.ah.gov.cn/a/b.html?id=1&n=2",
            ["http://", "www.", "ah.", "gov.", "cn/", "a/", "b.", "html?", "id=", "1&", "n=", "2"],
        ),
        ("yidao.office@mail.ah.gov.cn", ["yidao.", "office@", "mail.", "ah.", "gov.", "cn"]),
        ("decision-making", ["decision-", "making"]),
    ],
)
def test_addresses_and_long_compounds_are_cut_behind_their_marks(
    text: str, parts: list[str]
) -> None:
    grades = cuts(text)
    edges = [place for place in range(1, len(text)) if grades[place] <= SOFT]

    assert parts == [text[a:b] for a, b in zip([0, *edges], [*edges, len(text)], strict=True)]


@pytest.mark.parametrize(
    ("text", "place"),
    [("250 km/h", 4), ("100平方米", 3), ("0551-62600000", 5), ("A4/B2B", 3), ("2026-11-24", 5)],
)
def test_what_no_row_can_hold_is_cut_at_its_seam_first(text: str, place: int) -> None:
    assert SEAM == cuts(text)[place]


@pytest.mark.parametrize("text", ["", "甲", "。", "1", " "])
def test_the_shortest_texts_have_as_many_grades_as_characters(text: str) -> None:
    assert len(text) == len(cuts(text))
