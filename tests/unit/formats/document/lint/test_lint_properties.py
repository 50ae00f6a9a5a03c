"""Whatever the text: mending ends, touches nothing else, and real drafts stay quiet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.document.intake import take_in
from formats.document.lint import apply_fix, fix_all, lint
from formats.document.lint.habits import HABITS
from formats.document.model import Block
from formats.i18n import tr
from tests.support.drafts import Draft, drafts
from tests.support.drafts.building import docx
from tests.unit.formats.document.lint.test_lint_text import document

_WORDS = "中文 的 一 二 十 第 号 年 月 日 2026 03 5 1 12 A PDF 千 万 元 KM ⒈ １ 附件 见"
_SIGNS = ", ， . 。 ; ； : ： 、 ( ) （ ） [ ] 〔 〕 《 》 “ ” \" ' … ... - -- ～ ~ %"
_KEPT = "二〇二六年三月五日 www.a.cn 0551-62601234"
_PIECES = [*_WORDS.split(), *_SIGNS.split(), *_KEPT.split(), " ", "\u3000", "GB/T 9704-2012"]
TEXTS = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14).map("".join)
_MENDED = set(",.;:?!()[]\"'-~％%、，。；：？！（）〔〕【】《》〈〉“”‘’…—～·－―─–∼〜 \u00a0")
_LETTERS = set("第0号日年月一二三四五六七八九十〇○零元千百")


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_mending_everything_twice_is_mending_it_once(texts: list[str]) -> None:
    once = fix_all(document(*texts))

    assert once == fix_all(once)
    assert [] == [finding.code for finding in lint(once) if finding.fix is not None]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_mending_keeps_every_letter_that_no_finding_names(text: str) -> None:
    kept = [c for c in _plain(text) if c not in _MENDED | _LETTERS and not c.isdigit()]
    mended = fix_all(document(text)).body[0].text or ""

    assert kept == [c for c in _plain(mended) if c not in _MENDED | _LETTERS and not c.isdigit()]


_ADDED_OR_LOST = {"P02", "P04", "P05", "P06", "P07", "P08", "P10", "P12", "P13", "P40", "P16"}
"""The habits whose mending is about letters or digits; P01 mends 第 and zeros as well."""


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_one_mend_changes_its_own_spot_and_letters_only_where_they_are_its_purpose(
    text: str,
) -> None:
    before = document(text)
    for finding in lint(before):
        after = apply_fix(before, finding).body[0].text or ""
        tail = len(text) - finding.end

        assert text[: finding.start] == after[: finding.start]
        assert text[finding.end :] == after[len(after) - tail :]
        if finding.code not in _ADDED_OR_LOST | {"P01"}:
            assert _letters(text) == _letters(after)


def _letters(text: str) -> list[str]:
    return [char for char in text if char.isalnum()]


def _plain(text: str) -> str:
    """Full-width digits and numbers in one character are named by P08 and P40, units by P16."""
    return text.replace("⒈", "1.").replace("１", "1").replace("KM", "km")


@pytest.mark.parametrize("draft", drafts(), ids=lambda draft: draft.name)
def test_drafts_of_good_writers_have_few_findings(draft: Draft) -> None:
    found = lint(take_in(docx(draft), f"{draft.name}.docx").document)

    assert {finding.code for finding in found} <= {"P40", "P41"}


def test_every_habit_has_its_sentence_in_english() -> None:
    same = [
        code for code, habit in HABITS.items() if tr(habit.message, language="en") == habit.message
    ]

    assert [] == same


def test_a_clean_body_of_tables_and_pictures_is_no_trouble() -> None:
    assert () == lint(document(body=(Block(text=""),)))
