"""Rows of text: no mark where it may not stand, wholes whole, filled to the measure, nothing lost.

What may not be parted is told here by lists and patterns of the tests' own.
"""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.typeset.fonts import FontSet, Role
from formats.typeset.grid import CORE_WIDTH, EM, SIZE_3, SIZE_4, em_of
from formats.typeset.linebreak import Row, Span, break_rows, natural_width, single_row

QUIET = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)  # fmt: skip
HAN = "关于进一步加强全省电子政务工作的通知各市县人民政府"
NEVER_FIRST = set("，。、；：！？”’）》】〕〉」』…—～·％%‰℃°㎡,.;:!?)]")
NEVER_LAST = set("（《【〔〈「『“‘([￥$")
TOKENS = [
    "2026年", "皖政办〔2026〕12号", "95.5%", "Word", "——", "……", "A4", "0551-62600000", "3‰",
    "20℃", "50 km/h", "5.5万元", "100平方米", "￥100", "2026-11-24", "PM2.5", "Wi-Fi", "第12号",
    "1:50000", "08:30", "C++", "R&D", "+5.5%", "100㎡", "Administration", "12个",
]  # fmt: skip
LOOSE = [
    "2026年11月24日", "10%～20%", "（一）加强", "①统筹", "GB/T 9704—2012", "AI and law ",
    "https://www.ah.gov.cn/public/index.html?id=12&n=3", "yidao.office@mail.ah.gov.cn",
    '"引"', "don't", "约翰·史密斯", "　", " ", "张三 李四", "B2B/B2C", "？！", "。”", "）。",
    "》《", "」、「",
]  # fmt: skip
WHOLES = re.compile(
    r"〔\d{4}〕\d+号|\d{4}年|\+?\d+(?:\.\d+)?(?:万元|平方米|个|%|‰|℃|㎡)|\d+(?:[.:\-]\d+)+|第\d+号"
    r"|\d+ km/h|——|……|[A-Za-z]+(?:[+\-&']+[A-Za-z]*)*(?:\d(?:\.\d)?)?|￥\d+"
    r'|"引"'
)
"""What stays on one row wherever it fits on one."""

ADDRESSES = re.compile(r"[!-~]+(?:@|://)[!-~]+")
"""May be cut inside; so may what is written on to them without a space."""

WORDS = st.one_of(st.text(HAN, min_size=1, max_size=12), st.sampled_from(TOKENS + LOOSE))
PIECES = st.tuples(
    st.sampled_from(["", "", *"（《“〔‘【"]),
    WORDS,
    st.sampled_from(["", "", "", *"，。、；：！？”’）》】〕", "。”", "）。", "》，", "）”。"]),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=30).map(
    lambda pieces: "".join("".join(piece) for piece in pieces)
)
MEASURES = st.one_of(st.just(CORE_WIDTH), st.floats(12, 160).map(lambda mm: round(mm, 2)))
TRACKINGS = st.sampled_from([0.0, 0.0, -0.15, 0.1])


def rows(
    text: str, fonts: FontSet, *, measure: float = CORE_WIDTH, indent: float = 0.0,
    tracking: float = 0.0,
) -> tuple[Row, ...]:  # fmt: skip
    fonts.rows.clear()
    spans = (Span(text, "fang", SIZE_3),)
    return break_rows(spans, fonts, measure, first_indent=indent, tracking=tracking)


def ends(found: tuple[Row, ...]) -> set[int]:
    """The places in the text where a row ends, but for the last."""
    places, at = set(), 0
    for row in found[:-1]:
        at += len(row.glyphs)
        places.add(at)
    return places


def forbidden(text: str) -> set[int]:
    """The places where no row may end."""
    found = {
        place
        for place, (before, after) in enumerate(pairwise(text), 1)
        if after in NEVER_FIRST or before in NEVER_LAST or after in " 　"
    }
    addresses = [match.span() for match in ADDRESSES.finditer(text)]
    for match in WHOLES.finditer(text):
        if not any(begin < match.end() and match.start() < end for begin, end in addresses):
            found |= set(range(match.start() + 1, match.end()))
    return found


def pieces_fit(text: str, fonts: FontSet, measure: float) -> bool:
    """Whether each piece between places where a row may end fits on a row of its own."""
    bad = forbidden(text)
    edges = [0, *(place for place in range(1, len(text)) if place not in bad), len(text)]
    return all(
        natural_width(text[a:b].rstrip(" 　"), "fang", SIZE_3, fonts) <= measure
        for a, b in pairwise(edges)
    )


@QUIET
@given(text=TEXTS, measure=MEASURES, indent=st.sampled_from([0.0, 2 * EM]))
def test_no_row_ends_where_it_may_not_when_that_can_be_helped(
    text: str, measure: float, indent: float, fonts: FontSet
) -> None:
    found = rows(text, fonts, measure=measure, indent=min(indent, measure / 2))

    if pieces_fit(text, fonts, measure - min(indent, measure / 2)):
        assert set() == ends(found) & forbidden(text)


@QUIET
@given(text=TEXTS, measure=MEASURES, tracking=TRACKINGS)
def test_no_character_is_added_lost_or_moved(
    text: str, measure: float, tracking: float, fonts: FontSet
) -> None:
    found = rows(text, fonts, measure=measure, tracking=tracking)

    assert text == "".join(row.text for row in found)
    # An opening mark's origin lies in its blank half: closed up, it may pass the glyph before it.
    assert all(after > before - EM / 4 for row in found for before, after in pairwise(row.xs))


@QUIET
@given(text=TEXTS, measure=MEASURES)
def test_closing_up_brings_no_ink_upon_ink(text: str, measure: float, fonts: FontSet) -> None:
    for row in rows(text, fonts, measure=measure):
        for (one, other), (x, after) in zip(pairwise(row.glyphs), pairwise(row.xs), strict=True):
            usual = one.advance - one.right + other.left
            clear = after / EM + other.left - x / EM - one.right
            assert clear > min(usual, 0.02) - 1e-6 or {one.char, other.char} & set(" \u3000")


@QUIET
@given(text=TEXTS, measure=MEASURES, indent=st.sampled_from([0.0, 2 * EM]), tracking=TRACKINGS)
def test_every_row_stays_inside_the_measure(
    text: str, measure: float, indent: float, tracking: float, fonts: FontSet
) -> None:
    for row in rows(text, fonts, measure=measure, indent=min(indent, 6), tracking=tracking):
        last, x = row.glyphs[-1], row.xs[-1]
        assert row.width <= measure + 1e-6
        assert last.char in " 　" or x + last.right * EM <= measure + 0.02 * EM


@QUIET
@given(text=TEXTS, measure=MEASURES)
def test_a_row_that_is_not_the_last_is_full_or_would_gape(
    text: str, measure: float, fonts: FontSet
) -> None:
    for row in rows(text, fonts, measure=measure)[:-1]:
        shown = row.text.rstrip(" 　")
        lack = measure - natural_width(shown, "fang", SIZE_3, fonts)
        gaps = sum(not (a < "\u2000" and b < "\u2000") or a == " " for a, b in pairwise(shown))
        assert abs(row.width - measure) < 1e-6 or lack > EM / 3 * (gaps - 3)


@QUIET
@given(text=TEXTS, measure=MEASURES)
def test_half_width_marks_stand_at_the_ends_of_rows_alone(
    text: str, measure: float, fonts: FontSet
) -> None:
    found = rows(text, fonts, measure=measure)
    inner = [
        glyph.char
        for row in found
        for glyph in row.glyphs[: len(row.text.rstrip(" 　")) - 1]
        if glyph.half
    ]
    full = [
        row.text
        for row in found[:-1]
        if len(row.text.rstrip(" 　")) > 1
        and row.text.rstrip(" 　")[-1] in "，。、；：！？）》】〕”’"
        and not row.glyphs[len(row.text.rstrip(" 　")) - 1].half
    ]

    assert [] == inner
    assert [] == full


@QUIET
@given(text=TEXTS, measure=MEASURES, tracking=TRACKINGS)
def test_the_same_text_gives_the_same_rows(
    text: str, measure: float, tracking: float, fonts: FontSet
) -> None:
    once = rows(text, fonts, measure=measure, tracking=tracking)

    assert once == rows(text, fonts, measure=measure, tracking=tracking)


@QUIET
@given(text=st.text(max_size=150), measure=MEASURES)
def test_any_text_keeps_its_characters_in_order(text: str, measure: float, fonts: FontSet) -> None:
    assert text == "".join(row.text for row in rows(text, fonts, measure=measure))


def test_plain_text_fills_28_characters_a_row(fonts: FontSet) -> None:
    assert [26, 28, 28] == [len(row.text) for row in rows("公" * 82, fonts, indent=2 * EM)]


def test_a_row_of_plain_text_stands_on_the_grid(fonts: FontSet) -> None:
    first = rows("公" * 40, fonts)[0]

    assert [pytest.approx(place * EM) for place in range(28)] == list(first.xs)


def test_a_mark_at_the_end_of_a_row_takes_half_a_cell(fonts: FontSet) -> None:
    """GB/T 15834-2011 5.1.10."""
    first = rows("公" * 27 + "，" + "公" * 5, fonts)[0]

    assert first.glyphs[-1].half
    assert CORE_WIDTH - EM / 2 == pytest.approx(first.xs[-1])
    assert CORE_WIDTH == pytest.approx(first.width)


def test_a_mark_at_the_end_of_a_short_last_row_keeps_its_cell(fonts: FontSet) -> None:
    assert not rows("公" * 10 + "。", fonts)[0].glyphs[-1].half


def test_a_mark_that_does_not_fit_is_pulled_in_by_closing_up_another(fonts: FontSet) -> None:
    first = rows("公" * 10 + "，" + "公" * 17 + "。" + "公" * 5, fonts)[0]

    assert first.text.endswith("公。")
    assert first.glyphs[-1].half
    assert CORE_WIDTH == pytest.approx(first.width)


def test_a_mark_that_cannot_be_pulled_in_takes_the_last_character_down(fonts: FontSet) -> None:
    first, second = rows("公" * 28 + "。" + "文", fonts)

    assert ("公" * 27, "公。文") == (first.text, second.text)
    assert CORE_WIDTH == pytest.approx(first.width)


def test_what_is_lacking_is_spread_evenly_between_characters(fonts: FontSet) -> None:
    first = rows("公" * 26 + "2026年", fonts)[0]
    steps = {round(after - before, 6) for before, after in pairwise(first.xs)}

    assert {round(EM + 2 * EM / 25, 6)} == steps


def test_nothing_is_spread_inside_a_figure_a_word_or_a_dash(fonts: FontSet) -> None:
    text = "公" * 9 + "——Wi-Fi和2026的" + "公" * 7 + "皖政〔2026〕1号"
    first = rows(text, fonts)[0]
    steps = {
        text[place : place + 2]: after - before
        for place, (before, after) in enumerate(pairwise(first.xs))
    }

    assert first.width == pytest.approx(CORE_WIDTH)
    assert steps["公公"] > EM * 1.01
    assert EM == pytest.approx(steps["——"])
    assert steps["20"] == pytest.approx(fonts.glyph("fang", "2").advance * EM)
    assert steps["Wi"] == pytest.approx(fonts.glyph("fang", "W").advance * EM)


def test_the_space_of_a_figure_and_its_unit_stays_as_it_is(fonts: FontSet) -> None:
    text = "公" * 19 + "50 km的a cat " + "皖政〔2026〕1号"
    first = rows(text, fonts)[0]
    steps = {
        text[place : place + 2]: after - before
        for place, (before, after) in enumerate(pairwise(first.xs))
    }
    space = fonts.glyph("fang", " ").advance * EM

    assert first.width == pytest.approx(CORE_WIDTH)
    assert steps[" k"] == pytest.approx(space)
    assert steps[" c"] > space * 1.05


def test_tracking_is_added_between_cells_but_not_inside_a_dash(fonts: FontSet) -> None:
    row = rows("公文——公", fonts, tracking=0.1)[0]

    assert [EM + 0.1, EM + 0.1, EM, EM + 0.1] == [
        pytest.approx(after - before) for before, after in pairwise(row.xs)
    ]
    assert row.width == pytest.approx(5 * EM + 0.3)


def test_closing_up_brings_more_on_a_row(fonts: FontSet) -> None:
    assert [28, 2] == [len(row.text) for row in rows("公" * 30, fonts)]
    assert [28, 29] == [
        len(rows("公" * 60, fonts, tracking=tracking)[0].text) for tracking in (-0.15, -0.2)
    ]


def test_an_address_is_cut_at_its_strokes_before_a_row_gapes(fonts: FontSet) -> None:
    text = "请登录" + "https://www.ah.gov.cn/public/content/column/6781.html"
    first, *_ = rows(text, fonts, measure=80)

    assert "请登录https://www.ah.gov.cn/" == first.text


def test_an_address_moves_down_whole_where_the_row_does_not_gape(fonts: FontSet) -> None:
    first = rows("公" * 25 + "http://a.cn/xyz", fonts)[0]

    assert "公" * 25 == first.text


def test_a_document_number_keeps_its_mark_where_that_costs_little(fonts: FontSet) -> None:
    first, second = rows("公" * 22 + "，根据皖政〔2026〕1号", fonts)

    assert ("公" * 22 + "，根据", "皖政〔2026〕1号") == (first.text, second.text)


def test_a_word_that_no_row_holds_leaves_no_single_letter_behind(fonts: FontSet) -> None:
    for measure in range(12, 40):
        found = rows("Internationalization", fonts, measure=measure)
        assert min(len(row.text) for row in found) > 1


def test_spaces_hang_at_the_end_of_a_row(fonts: FontSet) -> None:
    first, second = rows("公" * 28 + "   " + "文", fonts)

    assert ("公" * 28 + "   ", "文") == (first.text, second.text)
    assert CORE_WIDTH == pytest.approx(first.width)


@pytest.mark.parametrize(
    "text",
    ["。" * 100, "（" * 100, "a" * 400, "1" * 400, " " * 100, "—" * 90, "…" * 90, "》《" * 50],
)
@pytest.mark.parametrize("measure", [8.0, 17.3, CORE_WIDTH])
def test_endless_runs_are_cut_inside_the_measure(text: str, measure: float, fonts: FontSet) -> None:
    found = rows(text, fonts, measure=measure)

    assert text == "".join(row.text for row in found)
    assert all(row.width <= measure + 1e-6 for row in found)


@pytest.mark.parametrize(
    "part",
    [
        "公 ", "（一", "〔2026〕1号", "）", "第一", "1 ", "a.", "a-", '"', "公　", "x@y.z",
        "\u0301", "http://a.b/", "公" * 30 + " " * 300, "二〇二六年", "1 km/h ",
    ],
)  # fmt: skip
def test_ten_thousand_characters_of_anything_take_no_longer_than_seconds(
    part: str, fonts: FontSet
) -> None:
    text = "公" + " " * 10_000 + part * (10_000 // len(part))
    began = time.process_time()
    found = rows(text, fonts)

    assert text == "".join(row.text for row in found)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("measure", [0.5, 3.0, 5.0])
def test_a_measure_narrower_than_a_character_holds_one_a_row(
    measure: float, fonts: FontSet
) -> None:
    found = rows("公文，（a）", fonts, measure=measure)

    assert "公文，（a）" == "".join(row.text for row in found)
    assert {1} == {len(row.text) for row in found if row.text != "a"}


def test_spans_of_several_roles_and_sizes_share_a_row(fonts: FontSet) -> None:
    spans = (Span("一、工作", "hei", SIZE_3), Span("，要求", "fang", SIZE_4))
    (row,) = break_rows(spans, fonts, CORE_WIDTH)

    assert "一、工作，要求" == row.text
    assert (SIZE_3,) * 4 + (SIZE_4,) * 3 == row.sizes
    assert row.width == pytest.approx(4 * EM + 3 * em_of(SIZE_4))


@pytest.mark.parametrize("role", ["fang", "kai", "hei", "song", "title"])
def test_a_single_row_is_as_wide_as_its_text(role: Role, fonts: FontSet) -> None:
    text = "关于2026年，“Wi-Fi”"

    assert natural_width(text, role, SIZE_3, fonts) == pytest.approx(
        single_row(text, role, SIZE_3, fonts).width
    )


def test_no_text_gives_no_row(fonts: FontSet) -> None:
    assert () == rows("", fonts)
