import random  # noqa: TID251 - seeded, so that a test repeats
from datetime import date

import pytest

from desktop.archive.archive import Archive
from desktop.archive.grams import searchable
from desktop.archive.values import QueryProblem
from tests.support.vaults import draft

# 7 and 8 stand in no 档号 here, which a search covers too.
CHARACTERS = "安徽省合肥市肥西县人民政府办公厅关于印发电子政务规划的通知〇㐀𠀀78ab"
BREAKS = "，。、；：（）〔〕“”\n "


def _titles(archive: Archive, query: str) -> list[str]:
    page = archive.search(query)
    assert page.problem is None
    assert page.count == len(page.hits)
    return [hit.title.text for hit in page.hits]


def _text(source: random.Random, size: int) -> str:
    return "".join(
        source.choice(BREAKS) if source.random() < 0.12 else source.choice(CHARACTERS)
        for _ in range(size)
    )


def test_every_substring_finds_exactly_the_items_that_hold_it(archive: Archive) -> None:
    source = random.Random(20261124)  # noqa: S311 - as above
    texts = {f"甲{number}": _text(source, source.randint(20, 160)) for number in range(60)}
    archive.ingest_many(
        [
            draft(number, text, title=title, number="", issuer="", files=draft(number).files[:1])
            for number, (title, text) in enumerate(texts.items())
        ]
    )
    folded = {title: searchable(text) for title, text in texts.items()}
    asked = set()
    for text in folded.values():
        for size in (2, 3, 4, 5, 6):
            for place in (source.randrange(len(text) - size) for _ in range(3)):
                asked.add(text[place : place + size])
                asked.add(text[place : place + size][::-1])
    asked = {term for term in asked if term.isalnum()}

    wrong = [
        term
        for term in sorted(asked)
        if {title for title, text in folded.items() if term in text}
        != {hit.title.text for hit in archive.search(f'"{term}"', limit=100).hits}
    ]

    assert len(asked) > 800
    assert wrong == []


def test_a_match_never_crosses_punctuation(archive: Archive) -> None:
    archive.ingest(draft(text="电子，政务。2026、年度"))

    assert [archive.search(query).count for query in ("电子政务", "子政", "2026年", "6年")] == [
        0
    ] * 4


def test_one_character_finds_it_anywhere(archive: Archive) -> None:
    archive.ingest(draft(text="甲乙丙"))

    assert [archive.search(query).count for query in "甲乙丙丁"] == [1, 1, 1, 0]


@pytest.fixture
def filed(archive: Archive) -> Archive:
    """Three items: 一 2024 order of Hefei, 二 2025 notice and 三 2026 report of the province."""
    archive.ingest(
        draft(
            1, "电子政务规划", title="一", kind="order", issuer="合肥市人民政府",
            number="合政〔2024〕45号", issue_date=date(2024, 1, 2),
        )
    )  # fmt: skip
    archive.ingest(
        draft(
            2, "电子政务与档案", title="二", kind="notice", issuer="安徽省人民政府",
            number="皖政办〔2025〕451号", issue_date=date(2025, 1, 2),
        )
    )  # fmt: skip
    archive.ingest(
        draft(
            3, "防汛 抗旱 办法（试行）", title="三", kind="report", issuer="安徽省人民政府",
            number="皖政办〔2026〕5号", issue_date=date(2026, 1, 2),
        )
    )  # fmt: skip
    return archive


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "三二一"),
        ("   ", "三二一"),
        ("电子", "二一"),
        ("电子 规划", "一"),
        ("电子 与 规划", "一"),
        ("规划 或 防汛", "三一"),
        ("规划 OR 防汛", "三一"),
        ("电子 -规划", "二"),
        ("电子 非 规划", "二"),
        ("-电子", "三"),
        ("非 电子", "三"),
        ("--电子", "二一"),
        ("(规划 或 档案) 电子", "二一"),
        ("（规划 或 防汛） -抗旱", "一"),
        ("-(规划 或 防汛)", "二"),
        ('"防汛 抗旱"', "三"),
        ("“电子政务与档案”", "二"),
        ('"防汛 办法"', ""),
        ("办法（试行）", "三"),
        ("题名:二", "二"),
        ("题名：二", "二"),
        ("题名:电子", ""),
        ("机关:合肥", "一"),
        ("机关:安徽 电子", "二"),
        ("年度:2025", "二"),
        ("年度:2024..2025", "二一"),
        ("年度:2024-2026", "三二一"),
        ("年度:2001", ""),
        ("文种:通知", "二"),
        ("文种:report", "三"),
        ("文种:命令（令）", "一"),
        ("文种:令", "一"),
        ("文号:合政〔2024〕45号", "一"),
        ("文号:合政[2024]45", "一"),
        ("文号:皖政办(2025)451", "二"),
        ("文号:皖政办〔2025〕45", ""),
        ("文号:皖政办", "三二"),
        ("文号:2026", "三"),
        ("合政(2024)45", "一"),
        ("档号:2025·D30", "二"),
        ("关于:电子", ""),
        ("NEAR(电子 政务)", ""),
        ("title:电子 body:x", ""),
        ("防汛抗旱", "三"),
        ("汛 抗", "三"),
        ("“电子", "二一"),
        ("（试", "三"),
        ("行）", "三"),
    ],
)  # fmt: skip
def test_syntax(filed: Archive, query: str, expected: str) -> None:
    assert "".join(_titles(filed, query)) == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("甲 或", "query.missing"),
        ("或 甲", "query.missing"),
        ("甲 非", "query.missing"),
        ("()", "query.missing"),
        ("(甲 或 乙", "query.parenthesis"),
        ("甲 或 乙)", "query.parenthesis"),
        ('题名:"甲', "query.quote"),
        ("-(甲", "query.parenthesis"),
        ('电子 * " OR', "query.quote"),
        ("。", "query.empty"),
        ("年度:去年", "query.year"),
        ("年度:2026..2019", "query.year"),
        ("年度:1000..9999", "query.year"),
        ("文种:便条", "query.kind"),
        ("题名:", "query.missing"),
        ("甲" * 1001, "query.too-long"),
        ("甲 " * 65, "query.too-many"),
        ("-(" * 20 + "甲" + ")" * 20, "query.too-deep"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_a_sentence(
    archive: Archive, query: str, code: str
) -> None:
    page = archive.search(query)

    assert isinstance(page.problem, QueryProblem)
    assert page.problem.code == code
    assert page.problem.message.endswith("。")
    assert 0 <= page.problem.position <= len(query)
    assert page.hits == ()


def test_no_text_a_person_types_ever_raises(filed: Archive) -> None:
    source = random.Random(3)  # noqa: S311 - as above
    pieces = ["甲", "电子", '"', "“", "”", "(", ")", "（", "）", "-", " ", "或", "OR", "非", "NOT",
              "题名:", "年度:", "2024", "..", "*", ":", "NEAR(", "^", "{", "}", "+", "'", "\x00",
              "\ud800", "文号:", "〔", "\\", ";", "--", "𠀀"]  # fmt: skip
    for _ in range(1500):
        query = "".join(source.choice(pieces) for _ in range(source.randint(1, 12)))
        page = filed.search(query)
        assert page.problem is None or page.count == 0


def test_pages_follow_one_another_without_gap_or_repeat(archive: Archive) -> None:
    archive.ingest_many([draft(number, "电子政务") for number in range(1, 26)])
    seen: list[str] = []
    before = None
    while True:
        page = archive.search("电子", 10, before)
        assert page.count == 25
        seen += [hit.id for hit in page.hits]
        before = page.next
        if before is None:
            break

    assert len(seen) == len(set(seen)) == 25
    assert seen == list(reversed(archive.item_ids()))


def test_facets_count_all_hits(filed: Archive) -> None:
    facets = filed.search("政务 或 防汛", 1, facets=True).facets

    assert facets is not None
    assert [(one.value, one.count) for one in facets.years] == [
        ("2026", 1),
        ("2025", 1),
        ("2024", 1),
    ]
    assert [(one.value, one.count) for one in facets.issuers] == [
        ("安徽省人民政府", 2),
        ("合肥市人民政府", 1),
    ]
    assert sorted(one.value for one in facets.kinds) == ["notice", "order", "report"]


def test_highlight_marks_the_original_writing(archive: Archive) -> None:
    archive.ingest(draft(text="现印发ＡＢ类 电子\n政务规划", title="电子政务"))
    hit = archive.search("b类电子政务").hits or archive.search("电子政务").hits

    assert hit[0].snippet.shown("<", ">") == "现印发Ａ<Ｂ类 电子 政务>规划"


def test_highlight_of_two_words_joins_where_they_overlap(archive: Archive) -> None:
    archive.ingest(draft(text="电子政务"))

    assert archive.search("电子政 子政务").hits[0].snippet.shown() == "[电子政务]"


def test_a_search_says_how_long_it_took(archive: Archive) -> None:
    assert archive.search("电子").took_ms > 0
