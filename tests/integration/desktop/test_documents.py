"""Commands on documents alone: no profile, no UKEY, no node."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from formats.document.model import Document
from formats.document.parse import document_to_json
from tests.integration.desktop.conftest import Told, yidao


@pytest.fixture
def source(notice: Document, tmp_path: Path) -> Path:
    """The notice as JSON."""
    path = tmp_path / "notice.json"
    path.write_bytes(document_to_json(notice))
    return path


def ends_in(code: str, told: Told) -> bool:
    """Whether a failure was told as it must be: sentences and a code, no traceback."""
    lines = told.err.splitlines()
    return (
        told.status != 0
        and f"错误代码：{code}" == lines[-1]
        and len(lines) == 4
        and "Traceback" not in told.err
    )


def test_a_source_becomes_a_page_with_its_report(source: Path, tmp_path: Path) -> None:
    told = yidao("typeset", source, "-o", tmp_path / "out.pdf", "--json")

    (report,) = told.rows
    assert (0, 1, []) == (told.status, report["seal_slots"], report["warnings"])
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_a_text_becomes_a_page(tmp_path: Path) -> None:
    (tmp_path / "函.txt").write_text("关于商请支持的函\n\n某局：\n因工作需要，请予支持。\n")

    told = yidao("typeset", tmp_path / "函.txt", "-o", tmp_path / "out.pdf")

    assert (0, True) == (told.status, (tmp_path / "out.pdf").exists()), told.err


def test_a_document_goes_out_as_json_and_xml(source: Path, tmp_path: Path) -> None:
    for ending in ("json", "xml"):
        assert 0 == yidao("typeset", source, "-o", tmp_path / f"out.{ending}").status

    assert source.read_bytes() == (tmp_path / "out.json").read_bytes()


def test_a_document_goes_out_as_docx_and_comes_in_again(source: Path, tmp_path: Path) -> None:
    for name, taken in (("out.docx", source), ("again.json", tmp_path / "out.docx")):
        assert 0 == yidao("typeset", taken, "-o", tmp_path / name).status

    there, again = (json.loads(path.read_text()) for path in (source, tmp_path / "again.json"))
    assert (there["title"], there["number"]) == (again["title"], again["number"])


def test_an_unknown_ending_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    told = yidao("typeset", tmp_path / "none.json", "-o", tmp_path / "out.doc")

    assert ends_in("desktop.output-unknown", told)


def test_a_classified_document_is_refused_and_leaves_nothing(source: Path, tmp_path: Path) -> None:
    marked = json.loads(source.read_text()) | {"classification": "机密"}
    source.write_text(json.dumps(marked, ensure_ascii=False))

    told = yidao("typeset", source, "-o", tmp_path / "out.pdf")

    assert ends_in("formats.classified", told)
    assert "机密" in told.err
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("broken.json", b'{"kind": "notice",'), ("broken.docx", b"PK\x03\x04not a zip")],
)
def test_a_broken_source_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)

    told = yidao("typeset", tmp_path / name, "-o", tmp_path / "out.pdf")

    assert (1, 4) == (told.status, len(told.err.splitlines())), told.err
    assert "错误代码：" in told.err
    assert "Traceback" not in told.err
    assert not (tmp_path / "out.pdf").exists()


def test_a_full_disk_leaves_no_half_file(source: Path, tmp_path: Path) -> None:
    limits = (8192, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.pdf").write_bytes(b"old")

    told = yidao(
        *("typeset", source, "-o", out / "old.pdf"),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
    )

    assert ends_in("disk.full", told), told.err
    assert {"old.pdf": b"old"} == {path.name: path.read_bytes() for path in out.iterdir()}


def test_a_document_that_breaks_a_rule_exits_with_one(source: Path) -> None:
    broken = json.loads(source.read_text()) | {"kind": "request", "direction": "up"}
    source.write_text(json.dumps(broken, ensure_ascii=False))

    told = yidao("check-rules", source, "--json")

    assert 1 == told.status
    assert "block" in {row["severity"] for row in told.rows}


def test_a_folder_without_a_profile_is_told(tmp_path: Path) -> None:
    assert ends_in("profile.missing", yidao("inbox", profile=tmp_path))


def test_wrong_usage_is_told_in_chinese() -> None:
    told = yidao("typeset")

    assert 2 == told.status
    assert "命令用法有误" in told.err


def test_english_is_spoken_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDAO_LANG", "en")

    told = yidao("inbox", profile=tmp_path)

    assert told.err.isascii() or str(tmp_path) in told.err
    assert "Error code: profile.missing" in told.err


def test_attachments_bound_apart_are_written_beside_the_document(
    source: Path, tmp_path: Path
) -> None:
    document = json.loads(source.read_bytes())
    document["attachments"] = [
        {"title": "名册", "body": [{"text": "张三。"}], "separate": True},
        {"title": "方案", "body": [{"text": "略。"}]},
    ]
    source.write_text(json.dumps(document, ensure_ascii=False), "utf-8")

    told = yidao("typeset", source, "-o", tmp_path / "通知.pdf", "--json")
    (report,) = told.rows

    assert [str(tmp_path / "通知-附件1.pdf")] == report["separate"]
    assert (tmp_path / "通知-附件1.pdf").read_bytes().startswith(b"%PDF")


def test_the_report_gives_every_seal_its_slot(source: Path, tmp_path: Path) -> None:
    told = yidao("typeset", source, "-o", tmp_path / "out.pdf", "--json")
    (slot,) = told.rows[0]["compose"]["seal_slots"]

    assert {"page", "x_mm", "y_mm", "diameter_mm", "body", "kind"} <= set(slot)
    assert "seal" == slot["kind"]


def test_the_report_tells_every_remedy_and_its_cost(source: Path, tmp_path: Path) -> None:
    document = json.loads(source.read_bytes())
    document["body"] = [{"text": f"第{n}行要充分认识公文交换工作的意义。"} for n in range(8)]
    source.write_text(json.dumps(document, ensure_ascii=False), "utf-8")

    told = yidao("typeset", source, "-o", tmp_path / "out.pdf", "--json")
    report = told.rows[0]["compose"]

    assert report["remedies"]
    assert {"code", "page", "amount", "unit"} == set(report["remedies"][0])
    assert report["deviation"] > 0
    assert any("使印章与正文同处一页" in notice["text"] for notice in report["notices"])
    assert "使印章与正文同处一页" in yidao("typeset", source, "-o", tmp_path / "out.pdf").out


def test_document_and_attachments_are_written_all_or_none(source: Path, tmp_path: Path) -> None:
    document = json.loads(source.read_bytes())
    document["attachments"] = [{"title": "名册", "body": [{"text": "张三。"}], "separate": True}]
    source.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    out = tmp_path / "out"
    (out / "通知-附件1.pdf").mkdir(parents=True)  # a folder has the second file's name
    (out / "通知-附件1.pdf" / "held").touch()

    told = yidao("typeset", source, "-o", out / "通知.pdf")

    assert told.status != 0
    assert "Traceback" not in told.err
    assert ["通知-附件1.pdf"] == [path.name for path in out.iterdir()]


def test_the_report_says_what_each_line_of_a_draft_was_taken_as(tmp_path: Path) -> None:
    draft = tmp_path / "草稿.txt"
    draft.write_text("关于开展试点工作的通知\n\n合肥市人民政府：\n    请认真执行。\n", "utf-8")

    told = yidao("typeset", draft, "-o", tmp_path / "out.pdf", "--json")
    elements = told.rows[0]["elements"]

    assert ["title", "main_recipients", "text"] == [one["element"] for one in elements]
    assert all(0 <= one["confidence"] <= 1 for one in elements)


def test_a_terminal_without_chinese_gets_its_file_and_no_error(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    done = subprocess.run(
        [sys.executable, "-m", "desktop.cli", "typeset", source, "-o", out],
        env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False,
    )  # fmt: skip

    assert (0, b"") == (done.returncode, done.stderr)
    assert out.read_bytes().startswith(b"%PDF")


def test_an_output_that_takes_nothing_is_told_as_that_and_not_as_the_file(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "desktop.cli", "typeset", source, "-o", out],
            stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip

    assert 1 == done.returncode
    assert "desktop.not-shown" in done.stderr.decode()
    assert out.read_bytes().startswith(b"%PDF")


def test_lint_writes_no_other_form_and_nothing_that_was_not_asked_for(
    source: Path, tmp_path: Path
) -> None:
    assert 2 == yidao("lint", source, "-o", tmp_path / "out.json").status
    told = yidao("lint", source, "--fix", "-o", tmp_path / "out.pdf")

    assert ends_in("desktop.output-unknown", told)
    assert [source.name] == sorted(path.name for path in tmp_path.iterdir())
