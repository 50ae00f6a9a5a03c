"""Rows of text: kinsoku, whole figures, nothing lost."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.typeset.fonts import FontSet
from formats.typeset.grid import CORE_WIDTH, EM, SIZE_3
from formats.typeset.linebreak import NOT_AT_END, NOT_AT_START, Row, Span, break_rows

HAN = "关于进一步加强全省电子政务工作的通知各市县人民政府"
MARKS = "，。、；：！？”’）》】〕"
OPENING = "（《【〔“‘"

WORDS = st.one_of(
    st.text(HAN, min_size=1, max_size=12),
    st.sampled_from(
        ["2026年", "皖政办〔2026〕12号", "95.5%", "Word", "——", "……", "A4", "0551—62600000"]
    ),
)
PIECES = st.tuples(
    st.sampled_from(["", *OPENING]), WORDS, st.sampled_from(["", "", *MARKS, "。”", "）。", "》，"])
)
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map(
    lambda pieces: "".join(opening + word + mark for opening, word, mark in pieces)
)


def rows(text: str, fonts: FontSet, *, indent: float = 2 * EM) -> tuple[Row, ...]:
    return break_rows((Span(text, "fang", SIZE_3),), fonts, CORE_WIDTH, first_indent=indent)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_no_mark_stands_where_it_may_not_and_no_character_is_lost(
    text: str, fonts: FontSet
) -> None:
    found = rows(text, fonts)

    assert text == "".join(row.text for row in found)
    assert [] == [row.text for row in found[1:] if row.text[0] in NOT_AT_START]
    assert [] == [row.text for row in found[:-1] if row.text[-1] in NOT_AT_END]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_every_row_stays_inside_the_measure(text: str, fonts: FontSet) -> None:
    assert all(row.width <= CORE_WIDTH + 0.001 for row in rows(text, fonts))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_glyphs_of_a_row_go_rightwards(text: str, fonts: FontSet) -> None:
    for row in rows(text, fonts):
        assert list(row.xs) == sorted(row.xs)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_figures_and_words_stay_whole(text: str, fonts: FontSet) -> None:
    found = rows(text, fonts)
    whole = re.findall(r"〔\d{4}〕\d+号|\d+年|\d+\.\d+%|[A-Za-z]+", text)

    assert whole == [
        part
        for row in found
        for part in re.findall(r"〔\d{4}〕\d+号|\d+年|\d+\.\d+%|[A-Za-z]+", row.text)
    ]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=200).map(lambda text: text.replace("\n", "")))
def test_any_text_keeps_its_characters_in_order(text: str, fonts: FontSet) -> None:
    assert text == "".join(row.text for row in rows(text, fonts))


def test_plain_text_fills_28_characters_a_row(fonts: FontSet) -> None:
    assert [26, 28, 28] == [len(row.text) for row in rows("公" * 82, fonts)]


def test_a_mark_at_the_end_of_a_row_becomes_a_half_width_glyph(fonts: FontSet) -> None:
    first = rows("公" * 10 + "，" + "公" * 17 + "。" + "公" * 5, fonts, indent=0)[0]

    assert first.text.endswith("公。")
    assert first.glyphs[-1].half
    assert abs(first.width - CORE_WIDTH) <= 0.001


def test_a_mark_that_cannot_be_pulled_in_takes_the_last_character_down(fonts: FontSet) -> None:
    first, second = rows("公" * 28 + "。" + "文", fonts, indent=0)

    assert ("公" * 27, "公。文") == (first.text, second.text)
    assert abs(first.width - CORE_WIDTH) <= 0.001


@pytest.mark.parametrize("text", ["。" * 100, "（" * 100, "a" * 400, "1" * 400, " " * 100])
def test_endless_runs_are_cut_inside_the_measure(text: str, fonts: FontSet) -> None:
    found = rows(text, fonts)

    assert text == "".join(row.text for row in found)
    assert all(row.width <= CORE_WIDTH + 0.001 for row in found)
