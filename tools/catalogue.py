"""The sentences of the program and their English: what is missing, what is left over.

python -m tools.catalogue            lists missing and unused entries; exit 1 when any is missing
python -m tools.catalogue --stubs desktop/locale/en/window.po desktop/views desktop/presenters
                                     appends empty entries for what those folders still lack
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from formats.i18n import english

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("formats", "signing", "server", "desktop")
_MARKERS = {"tr", "mark"}
_VALUE = re.compile(r"{\w+}")


def sentences(folder: Path) -> Iterator[tuple[str, Path, int]]:
    """Each constant sentence given to `tr` or `mark`, with its file and line."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in _MARKERS
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and _VALUE.sub("", node.args[0].value).strip()  # a bare {value} needs no English
            ):
                yield node.args[0].value, file, node.lineno


def missing(folders: list[Path]) -> dict[str, str]:
    """Chinese sentences without an English one, with the first place that uses each."""
    known = english()
    lacking: dict[str, str] = {}
    for folder in folders:
        for sentence, file, line in sentences(folder):
            if sentence not in known:
                lacking.setdefault(sentence, f"{file.relative_to(ROOT)}:{line}")
    return lacking


def quote(text: str) -> str:
    """A string as a .po file writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--stubs", type=Path, metavar="PO")
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    folders = [ROOT / f for f in options.folders] or [ROOT / p for p in PACKAGES]
    lacking = missing(folders)
    if options.stubs:
        with options.stubs.open("a", encoding="utf-8") as stream:
            for sentence, place in lacking.items():
                stream.write(f'\n#: {place}\nmsgid {quote(sentence)}\nmsgstr ""\n')
    for sentence, place in lacking.items():
        print(f"{place}: {sentence}")
    print(f"{len(lacking)} missing")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
