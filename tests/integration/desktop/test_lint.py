"""`yidao lint` as a script meets it."""

import json
from pathlib import Path

import pytest

from formats.document.parse import parse_document
from tests.integration.desktop.conftest import yidao

_DRAFT = """关于加强电子政务工作的通知

各市人民政府：

    各级要贯彻皖政办[2026]012号文件，3-5天内办结，并于26年3月底前报告。

安徽省人民政府办公厅
2026年3月5日
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text(_DRAFT, encoding="utf-8")
    return path


def test_findings_are_told_with_place_clause_and_mend(draft: Path) -> None:
    told = yidao("lint", draft)

    assert 1 == told.status
    assert "P01 正文第1段（GB/T 9704-2012 7.2.5）" in told.out
    assert "3 处需要修改，其中 2 处可以自动修改" in told.out


def test_json_is_one_object_a_line_with_offsets(draft: Path) -> None:
    told = yidao("lint", draft, "--json")

    assert [("P01", "warn", True), ("P09", "warn", True), ("P03", "warn", False)] == [
        (row["code"], row["severity"], row["fixable"]) for row in told.rows
    ]
    assert all(row["start"] < row["end"] for row in told.rows)


def test_the_mended_document_is_clean_but_for_what_a_person_must_decide(
    draft: Path, tmp_path: Path
) -> None:
    mended = tmp_path / "mended.json"
    told = yidao("lint", draft, "--fix", "-o", mended)
    document = parse_document(mended.read_bytes())

    assert 1 == told.status
    assert "皖政办〔2026〕12号文件，3～5天内" in (document.body[0].text or "")
    assert ["P03"] == [row["code"] for row in yidao("lint", mended, "--json").rows]


def test_a_clean_document_ends_with_status_0(draft: Path, tmp_path: Path) -> None:
    mended = tmp_path / "mended.json"
    yidao("lint", draft, "--fix", "-o", mended)
    clean = tmp_path / "clean.json"
    told = json.loads(mended.read_text(encoding="utf-8"))
    told["body"][0]["text"] = told["body"][0]["text"].replace("26年", "2026年")
    clean.write_text(json.dumps(told), encoding="utf-8")

    end = yidao("lint", clean)

    assert (0, "没有发现问题") == (end.status, end.out.strip())


def test_a_missing_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    told = yidao("lint", tmp_path / "none.txt")

    assert (True, False) == (told.status != 0, "Traceback" in told.err)
