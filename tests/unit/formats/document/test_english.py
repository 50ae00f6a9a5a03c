"""Every sentence of the document room and of the safe doors has an English one beside it."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from formats.document.errors import UnknownField
from formats.document.parse import parse_document
from formats.i18n import english, use_language

ROOT = Path(__file__).parents[4]


def sentences() -> set[str]:
    found: set[str] = set()
    for folder in ("formats/document", "formats/safe"):
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder, keywords={"tr": None, "mark": None}
        ):
            if isinstance(message, str):
                found.add(message)
    return found


def test_nothing_is_left_without_english() -> None:
    assert set() == sentences() - set(english())


def test_both_languages_fill_in_the_same_values() -> None:
    def names(text: str) -> list[str]:
        return sorted(re.findall(r"\{(\w+)\}", text))

    differing = [s for s in sentences() if names(s) != names(english()[s])]

    assert [] == differing


def test_an_error_reads_well_in_english() -> None:
    use_language("en")
    try:
        with pytest.raises(UnknownField) as caught:
            parse_document(b'{"kind":"notice","direction":"down","issuers":["a"],"title":"b",'
                           b'"body":[{"text":"c","z":1}]}')  # fmt: skip
    finally:
        use_language("zh")

    assert (
        "body paragraph 1 has an unknown field “z”. Nothing was saved; the original file is"
        " unchanged. Remove the field or check its name, then try again."
    ) == caught.value.text("en")
