"""Typing stays immediate: only what changed is broken into rows again."""

from functools import partial

import pytest

from formats.document.model import Block
from formats.typeset import linebreak
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet
from formats.typeset.kept import Kept
from formats.typeset.linebreak import Span, break_rows
from tests.unit.formats.typeset.conftest import Notice


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are broken anew, as they are."""
    seen: list[str] = []
    real = linebreak._broken

    def spy(spans: tuple[Span, ...], *rest: object) -> object:
        seen.append("".join(span.text for span in spans))
        return real(spans, *rest)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(linebreak, "_broken", spy)
    return seen


def paragraphs(count: int) -> list[Block]:
    return [Block(text=f"第{n}段：各单位要明确责任，按时完成各项任务。") for n in range(count)]


def test_typing_in_one_paragraph_breaks_that_paragraph_alone(
    fonts: FontSet, notice: Notice, broken: list[str]
) -> None:
    body = paragraphs(60)
    compose(notice(body=tuple(body)), fonts)
    broken.clear()
    body[30] = Block(text="第30段：各单位要明确责任，按时完成各项新任务。")
    compose(notice(body=tuple(body)), fonts)

    assert ["第30段：各单位要明确责任，按时完成各项新任务。"] == broken


def test_kept_rows_are_those_that_breaking_gives(fonts: FontSet) -> None:
    spans = (Span("到2026年12月31日前完成“一网通办”平台（含3个子系统）的联调。", "fang", 16.0),)
    first = break_rows(spans, fonts, 60.0, first_indent=10.0, tracking=0.1)
    fonts.rows.clear()

    assert [row.text for row in first] == [
        row.text for row in break_rows(spans, fonts, 60.0, first_indent=10.0, tracking=0.1)
    ]


def test_another_measure_indent_or_tracking_is_another_paragraph(fonts: FontSet) -> None:
    spans = (Span("各级各部门要充分认识加强公文交换工作的重要意义。" * 3, "fang", 16.0),)
    usual = break_rows(spans, fonts, 156.0)

    assert usual != break_rows(spans, fonts, 100.0)
    assert usual != break_rows(spans, fonts, 156.0, first_indent=11.0)
    assert usual != break_rows(spans, fonts, 156.0, tracking=0.2)


def test_only_so_many_characters_are_kept(fonts: FontSet, monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.rows.clear()
    monkeypatch.setattr(fonts.rows, "limit", 40)
    for number in range(10, 40):
        break_rows((Span(f"第{number}段文字", "fang", 16.0),), fonts, 156.0)

    assert 35 == fonts.rows.weight
    assert 5 == len(fonts.rows)


def test_what_is_asked_for_again_is_kept_longest() -> None:
    kept, made = Kept[int](2), []

    def make(number: int) -> int:
        made.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        kept.get(number, 1, partial(make, number))

    assert [1, 2, 3, 2] == made


def test_what_weighs_more_than_may_be_kept_is_given_and_forgotten() -> None:
    kept = Kept[str](5)

    assert "long" == kept.get("a", 9, lambda: "long")
    assert (0, 0) == (len(kept), kept.weight)


def test_two_threads_that_make_the_same_value_keep_it_once() -> None:
    kept = Kept[int](100)

    def make() -> int:
        kept.get("a", 7, lambda: 1)  # another thread is quicker
        return 2

    assert 2 == kept.get("a", 7, make)
    assert (1, 7, 1) == (len(kept), kept.weight, kept.get("a", 7, lambda: 3))
