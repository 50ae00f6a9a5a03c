"""Every sentence of keys and trust has its English, with the same named values."""

import ast
import re
from pathlib import Path

from formats.i18n import english

SIGNING = Path(__file__).parents[3] / "signing"
OWN = (
    "der.py",
    "cms*.py",
    "keys.py",
    "suites.py",
    "timestamp.py",
    "tokens/*.py",
    "trust/*.py",
    "pilot/*.py",
)


def sentences() -> set[str]:
    found = set()
    for pattern in OWN:
        for path in SIGNING.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in {"mark", "tr"}
                    and isinstance(node.args[0], ast.Constant)
                ):
                    found.add(str(node.args[0].value))
    return found


def test_every_sentence_has_its_english() -> None:
    assert set() == {text for text in sentences() if text not in english()}


def test_the_english_names_the_same_values() -> None:
    catalogue = english()
    for text in sentences() & set(catalogue):
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", catalogue[text])), text
