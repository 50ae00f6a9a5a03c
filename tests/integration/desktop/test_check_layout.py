"""`yidao check-layout` as a script meets it."""

from pathlib import Path

import pytest

from tests.integration.desktop.conftest import yidao
from tests.unit.formats.measure.drawn import pdf, rows


@pytest.fixture
def habit(tmp_path: Path) -> Path:
    """A page as a word processor sets it by habit."""
    path = tmp_path / "habit.pdf"
    path.write_bytes(pdf(rows, pages=2))
    return path


def test_findings_are_told_with_clause_strength_and_place(habit: Path) -> None:
    told = yidao("check-layout", habit)

    assert 1 == told.status
    assert "7.2.4" in told.out
    assert "规定" in told.out
    assert "行距 9.88 mm" in told.out.replace("\n", "")


def test_json_is_one_object_with_every_finding(habit: Path) -> None:
    told = yidao("check-layout", habit, "--json")
    (report,) = told.rows
    pitch = next(finding for finding in report["findings"] if finding["code"] == "L07")

    assert ("5.2.3", "usual", 9.88, 10.45, "mm", 1) == tuple(
        pitch[key] for key in ("clause", "strength", "measured", "expected", "unit", "page")
    )
    assert {"summary", "measurable", "format", "pages", "findings", "omitted"} == set(report)


def test_what_cannot_be_measured_ends_with_status_2(tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    path.write_bytes(pdf(lambda _: None))
    told = yidao("check-layout", path)

    assert (2, True) == (told.status, told.out.startswith("无法测量"))


def test_a_missing_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    told = yidao("check-layout", tmp_path / "none.pdf")

    assert (True, False) == (told.status != 0, "Traceback" in told.err)
