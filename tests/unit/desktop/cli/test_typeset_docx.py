"""`yidao typeset -o x.docx`: the document, and what is bound apart beside it."""

import json
from pathlib import Path

import pytest

from desktop.cli import boundary
from formats.document.intake import take_in
from formats.document.model import Attachment, Block, Document, DocumentNumber
from formats.document.parse import document_to_json


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "notice.json"
    document = Document(
        kind="notice",
        direction="down",
        issuers=("安徽省人民政府办公厅",),
        number=DocumentNumber(mark="皖政办", year=2026, serial=12),
        title="关于加强电子政务工作的通知",
        main_recipients=("各市人民政府",),
        body=(Block(text="现将有关事项通知如下。"),),
        attachments=(
            Attachment(title="任务清单", body=(Block(text="共三项。"),)),
            Attachment(title="试点名册", body=(Block(text="共六个。"),), separate=True),
        ),
    )
    path.write_bytes(document_to_json(document))
    return path


def test_what_is_bound_apart_is_written_beside_the_document(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.docx"

    assert 0 == boundary.run(["typeset", str(source), "-o", str(output), "--json"])

    apart = tmp_path / "out-附件2.docx"
    assert [str(apart)] == json.loads(capsys.readouterr().out)["separate"]
    assert "关于加强电子政务工作的通知" == take_in(output.read_bytes(), "a.docx").document.title
    assert apart.read_bytes().startswith(b"PK")
