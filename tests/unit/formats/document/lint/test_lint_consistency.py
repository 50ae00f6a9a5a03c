"""What may be written in two ways is written in one of them all through a document."""

import pytest

from formats.document.lint import fix_all, lint
from tests.unit.formats.document.lint.test_lint_text import document


def test_ranges_of_values_take_the_mark_that_most_of_them_bear() -> None:
    mixed = document("需要3—5人。", "需要100—150kg、8～10天。")

    assert [("P18", "正文第2段")] == [(found.code, found.place) for found in lint(mixed)]
    assert "需要100—150kg、8—10天。" == fix_all(mixed).body[1].text


def test_with_as_many_of_each_the_wave_stays() -> None:
    assert "需要3～5人。" == fix_all(document("需要3—5人。", "需要8～10天。")).body[0].text


@pytest.mark.parametrize(
    "text",
    [
        "2021—2025年增长10%～20%。",
        "第3—5条所称3～5人。",
        "3—5月施工，需3～5天。",
        "9:00—11:30，每次3～5人。",
        "GB/T 15834—2011，长3～5米。",
        "3月1日—5月31日，3～5个。",
    ],
)
def test_times_articles_and_names_have_marks_of_their_own(text: str) -> None:
    assert () == lint(document(text))


def test_one_mark_alone_is_no_fault() -> None:
    assert () == lint(document("需要3—5人。", "需要8—10天。"))
