"""Every Chinese sentence of the node and of the protocol has its English beside it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import formats.protocol
import server
from formats.i18n import english


def sentences(folder: Path) -> Iterator[str]:
    """What is passed to `tr` or `mark` as a literal."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in {"tr", "mark"} and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


@pytest.mark.parametrize("package", [server, formats.protocol])
def test_every_sentence_has_its_english_with_the_same_values(package: object) -> None:
    folder = Path(str(package.__file__)).parent  # type: ignore[attr-defined]  # a module
    for chinese in sentences(folder):
        if chinese.isascii():
            continue
        assert chinese in english()
        fields = [
            {f for _, f, _, _ in Formatter().parse(t) if f} for t in (chinese, english()[chinese])
        ]
        assert fields[0] == fields[1], chinese
