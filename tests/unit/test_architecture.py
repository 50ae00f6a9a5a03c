"""docs/ARCHITECTURE.md names only what exists, and says truly who imports what."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
PACKAGES = ("formats", "signing", "server", "desktop")
_QUOTED = re.compile(r"`([^`\n]+)`")
_PLACE = re.compile(
    r"((?:formats|signing|server|desktop|tools|tests|benchmarks|docs)/[\w./-]*)(?::([\w.]+))?"
)
_OWNER_ROW = re.compile(r"^\| `([\w.]+)` \| ((?:`[\w./]+` ?)+)\|$", re.MULTILINE)


def places() -> list[tuple[str, str]]:
    """Every quoted path of the tree, with the name behind its colon."""
    found = (_PLACE.fullmatch(quoted) for quoted in _QUOTED.findall(_without_plan(PAGE)))
    return sorted({(match[1], match[2] or "") for match in found if match})


def _without_plan(page: str) -> str:
    """The page without the first column of the table of the plan, which names what is not there."""
    before, _, plan = page.partition("| plan | tree | why |")
    return before + re.sub(r"^\| .*? \|", "|", plan, flags=re.MULTILINE)


def names_of(tree: ast.Module | ast.ClassDef) -> dict[str, ast.AST]:
    """What a module or class defines, by name."""
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {t.id: node for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


@cache
def imports() -> dict[str, set[str]]:
    """Every name that is imported, with the files that do; ``import a.b`` counts as both."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                for name in names:
                    parts = name.split(".")
                    for end in range(1, len(parts) + 1):
                        place = path.relative_to(ROOT).as_posix()
                        found.setdefault(".".join(parts[:end]), set()).add(place)
    return found


def test_the_page_names_many_places() -> None:
    named = places()

    assert len(named) > 150
    assert sum(bool(name) for _, name in named) > 80


@pytest.mark.parametrize(("path", "name"), places(), ids=lambda part: part or "-")
def test_every_place_exists(path: str, name: str) -> None:
    assert (ROOT / path).exists()
    known: ast.AST = ast.parse((ROOT / path).read_text()) if name else ast.Module([], [])
    for part in name.split(".") if name else ():
        assert isinstance(known, ast.Module | ast.ClassDef)
        assert part in names_of(known)
        known = names_of(known)[part]


def test_the_table_of_owners_is_read() -> None:
    assert {"PyQt6", "requests", "sqlcipher3", "pkcs11", "pyhanko"} <= {
        package for package, _ in _OWNER_ROW.findall(PAGE)
    }


@pytest.mark.parametrize(("package", "owners"), _OWNER_ROW.findall(PAGE))
def test_a_dependency_is_imported_by_its_owners_alone(package: str, owners: str) -> None:
    allowed = tuple(_QUOTED.findall(owners))
    users = imports().get(package, set())

    assert set() == {place for place in users if not place.startswith(allowed)}
    assert [] == [owner for owner in allowed if not any(place.startswith(owner) for place in users)]
