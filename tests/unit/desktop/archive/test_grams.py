import random  # noqa: TID251 - seeded, so that a test repeats
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.archive.grams import (
    fold,
    fold_with_places,
    number_runs,
    pattern,
    runs,
    searchable,
    tokens,
)

WORDS = "政务公开电子文件归档县市省人民政府办公厅〇々㐀𠀀龥豈"


def test_a_run_gives_its_pairs_and_its_last_character() -> None:
    assert tokens("甲乙丙") == "甲乙 乙丙 丙"


def test_a_break_keeps_pairs_apart() -> None:
    assert tokens("甲乙。丙") == "甲乙 乙 丙"


def test_digits_letters_and_ideographs_are_one_run() -> None:
    assert runs("2026年A类") == ["2026年a类"]


@pytest.mark.parametrize("space", [" ", "\n", "\u3000", "\r\n\t", "\u200b"])
def test_space_inside_a_chinese_run_does_not_end_it(space: str) -> None:
    assert runs(f"电子{space}政务") == ["电子政务"]


def test_space_between_two_latin_words_ends_a_run() -> None:
    assert runs("open data") == ["open", "data"]


@pytest.mark.parametrize("written", ["ＡＢ１２", "AB12", "ab12", "Ａb1２"])
def test_full_width_and_case_are_folded(written: str) -> None:
    assert runs(written) == ["ab12"]


@pytest.mark.parametrize("character", ["㐀", "\U00020000", "\U00030000", "〇", "々", "\ufa0e"])
def test_rare_ideographs_stand_in_pairs(character: str) -> None:
    assert tokens(f"甲{character}乙") == f"甲{character} {character}乙 乙"


def test_a_compatibility_ideograph_is_its_unified_one() -> None:
    assert fold("\uf900") == "\u8c48"


@pytest.mark.parametrize(
    "written",
    [
        "皖政办〔2023〕45号",
        "皖政办[2023]45号",
        "皖政办（2023）第45号",
        "皖政办【2023】045号",
        "皖政办2023 45",
    ],
)
def test_a_number_is_the_same_in_every_bracket_form(written: str) -> None:
    assert number_runs(written)[-3:][0] == "皖政办"
    assert number_runs(written)[-1] in {"45", "202345"}


@given(st.text())
def test_folding_with_places_gives_the_same_text(text: str) -> None:
    assert fold_with_places(text).text == fold(text)


@given(st.text())
def test_places_lead_into_the_original(text: str) -> None:
    folded = fold_with_places(text)

    assert len(folded.places) == len(folded.text) + 1
    assert list(folded.places) == sorted(folded.places)
    assert all(place < len(text) for place in folded.places[:-1])


@given(st.text())
def test_folding_twice_is_folding_once_for_what_is_searched(text: str) -> None:
    assert runs(fold(text)) == runs(text)


@given(st.text(), st.text())
def test_tokens_hold_nothing_that_fts5_reads_as_syntax(left: str, right: str) -> None:
    assert re.search(r'["*:^(){}+\-]', tokens(left + right)) is None


@given(st.text(alphabet=WORDS + "ab12，。 \n（）", min_size=2, max_size=60), st.data())
def test_a_highlight_covers_what_was_searched(text: str, data: st.DataObject) -> None:
    found = runs(text)
    if not found:
        return
    run = data.draw(st.sampled_from(found))
    match = pattern([run]).search(fold(text))

    assert match is not None
    assert searchable(match.group()) == run


def test_folding_agrees_with_nfkc_on_chinese_prose() -> None:
    source = random.Random(7)  # noqa: S311 - as above
    text = "".join(source.choice(WORDS + "，。：；ＡＢａｂ１２①㈱〔〕") for _ in range(3000))

    assert fold(text) == unicodedata.normalize(
        "NFKC", unicodedata.normalize("NFKC", text).casefold()
    )
