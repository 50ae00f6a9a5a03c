"""All that a person reads exists in both languages."""

import re

from formats.i18n import english
from tools.catalogue import PACKAGES, ROOT, missing

_NAMES = re.compile(r"{(\w+)")


def test_every_sentence_has_its_english() -> None:
    assert missing([ROOT / package for package in PACKAGES]) == {}


def test_english_fills_the_same_names_as_chinese() -> None:
    differing = {
        chinese: words
        for chinese, words in english().items()
        if set(_NAMES.findall(chinese)) != set(_NAMES.findall(words))
    }

    assert differing == {}
