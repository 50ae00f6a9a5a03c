"""Files that travel beside a document: a 密级 in their name or their text stops them."""

import io
import sys
import zipfile

import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from formats.document.intake import refuse_classified_file
from formats.errors import Classified
from formats.measure.words import refuse_classified_pdf

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def docx(text: str) -> bytes:
    """A DOCX of one paragraph."""
    body = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>'
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("_rels/.rels", RELATIONS)
        packed.writestr("word/document.xml", body + "</w:document>")
    return sink.getvalue()


def rtf(body: bytes) -> bytes:
    """An RTF with that body."""
    return b"{\\rtf1\\ansi\\ansicpg936\\uc1{\\fonttbl{\\f0 Times;}}" + body + b"}"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "机密★1年 附件.txt"),
        (b"\xff\xd8\xff", "绝密.jpg"),
        (b"%PDF-1.7", "秘密 5年.pdf"),
        ("机密★1年\n名单\n".encode(), "名单.txt"),
        ("密级：秘密\n名单\n".encode("gb18030"), "名单.csv"),
        (docx("秘密★5年"), "名单.docx"),
        (rtf(b"\\'bb\\'fa\\'c3\\'dc\\u9733 ?1\\u24180 ?\\par \\'c3\\'fb"), "名单.rtf"),
        (rtf(b"\\u31192?\\u23494?\\par"), "名单.rtf"),
        (rtf("密级：秘密".encode("gb18030")), "名单.doc"),
    ],
)
def test_a_classified_file_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(Classified):
        refuse_classified_file(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx("名单"), "名单.docx"),
        (rtf(b"\\'c3\\'fb\\'b5\\'a5\\par"), "名单.rtf"),
        (rtf(b"{\\fonttbl{\\f0 " + "机密★".encode("gb18030") + b";}}"), "字体.rtf"),
        (b"{\\rtf" + b"{" * 100_000, "深.rtf"),
        ("关于加强秘密载体管理的学习材料\n".encode(), "材料.txt"),
        (b"\xff\xd8\xff\xe0", "照片.jpg"),
        (b"PK\x03\x04 broken", "资料.zip"),
        (bytes(range(256)) * 40, "数据.bin"),
        (b"", "空.txt"),
    ],
)
def test_any_other_file_passes_readable_or_not(data: bytes, name: str) -> None:
    refuse_classified_file(data, name)


def sheet(text: str) -> bytes:
    """A PDF of one line."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    sink = io.BytesIO()
    canvas = Canvas(sink, invariant=1)
    canvas.setFont("STSong-Light", 16)
    canvas.drawString(80, 700, text)
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


def test_classified_pdf_is_refused() -> None:
    with pytest.raises(Classified) as refused:
        refuse_classified_pdf(sheet("机密★1年"))

    assert "机密" in refused.value.text()


@pytest.mark.parametrize(
    "data",
    [sheet("名单"), b"%PDF-1.7\n" + b"[" * 50_000, "机密★1年".encode()],
    ids=["honest", "junk", "text"],
)
def test_pdf_without_a_mark_that_can_be_read_passes(data: bytes) -> None:
    refuse_classified_pdf(data)


def test_process_that_dies_lets_the_file_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    refuse_classified_pdf(sheet("机密★1年"))
