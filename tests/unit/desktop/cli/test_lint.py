"""`yidao lint` at a terminal: findings, JSON, the mended document, the exit status."""

import json
from pathlib import Path

import pytest

from desktop.cli import boundary
from formats.document.lint import lint
from formats.document.parse import parse_document

_DRAFT = """关于加强电子政务工作的通知

各市人民政府：

    各级要认真贯彻皖政办[2026]012号文件,并于26年3月底前办结。

安徽省人民政府办公厅
2026年3月5日
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text(_DRAFT, encoding="utf-8")
    return path


def test_findings_are_told_with_what_they_would_become(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == boundary.run(["lint", str(draft)])

    said = capsys.readouterr().out
    assert "P01 正文第1段（GB/T 9704-2012 7.2.5）：发文字号的年份用六角括号“〔〕”括起。" in said
    assert "改为：…要认真贯彻皖政办〔2026〕12号" in said


def test_findings_come_as_json_one_a_line(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == boundary.run(["lint", str(draft), "--json"])

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [("P01", True), ("P03", False)] == [(f["code"], f["fixable"]) for f in found]


def test_the_mended_document_is_written_and_what_is_left_is_told(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "mended.json"

    assert 1 == boundary.run(["lint", str(draft), "--fix", "-o", str(output)])

    left = lint(parse_document(output.read_bytes()))
    assert ["P03"] == [finding.code for finding in left]
    assert f"已修改 1 处，写入 {output}" in capsys.readouterr().out


def test_a_clean_draft_ends_well(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft.write_text(
        _DRAFT.replace("[2026]012号", "〔2026〕12号").replace("于26年", "于2026年"),
        encoding="utf-8",
    )

    assert 0 == boundary.run(["lint", str(draft)])
    assert "没有发现问题\n" == capsys.readouterr().out


def test_mending_needs_somewhere_to_write(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == boundary.run(["lint", str(draft), "--fix"])
    assert "--fix 需要用 -o 指定输出文件。" in capsys.readouterr().err
