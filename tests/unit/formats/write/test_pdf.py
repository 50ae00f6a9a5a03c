"""The written PDF, as poppler, qpdf and pikepdf see it."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from formats.document.model import Document
from formats.safe.pdf import BadPdf
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet
from formats.write.pdf import write_pdf
from formats.write.slots import BadSlots, read_slots

Notice = Callable[..., Document]


def written(document: Document, fonts: FontSet, **more: bytes) -> bytes:
    return write_pdf(compose(document, fonts), fonts, title=document.title, **more)


def run(tool: str, pdf: bytes, folder: Path, *options: str) -> str:
    file = folder / "in.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        [tool, *options, str(file)], capture_output=True, check=True, text=True
    ).stdout


def test_every_font_is_embedded_as_a_subset_with_unicode(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    rows = run("pdffonts", written(notice(), fonts), tmp_path).splitlines()[2:]

    assert rows
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)
    assert not any("Helvetica" in row for row in rows)


def test_qpdf_finds_no_fault(fonts: FontSet, notice: Notice, tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors" in run(
        "qpdf", written(notice(), fonts), tmp_path, "--check"
    )


def test_title_and_language_are_stated(fonts: FontSet, notice: Notice) -> None:
    document = notice()
    with pikepdf.open(io.BytesIO(written(document, fonts))) as pdf:
        assert document.title == str(pdf.docinfo["/Title"])
        assert "zh-CN" == str(pdf.Root.Lang)


def test_slots_are_read_back_as_they_were_composed(fonts: FontSet, notice: Notice) -> None:
    composition = compose(notice(), fonts)
    pdf = write_pdf(composition, fonts, title="题")

    assert composition.report.seal_slots == read_slots(pdf)
    assert 1 == len(composition.report.seal_slots)


def test_the_source_is_attached_when_given(fonts: FontSet, notice: Notice) -> None:
    with pikepdf.open(io.BytesIO(written(notice(), fonts, xml=b"<a/>"))) as pdf:
        assert b"<a/>" == pdf.attachments["document.xml"].get_file().read_bytes()
        assert "/Source" == str(pdf.Root.AF[0].AFRelationship)


def test_same_composition_same_bytes(fonts: FontSet, notice: Notice) -> None:
    one = written(notice(), fonts, xml=b"<a/>")

    assert one == written(notice(), fonts, xml=b"<a/>")


def test_a_pdf_without_slots_has_none() -> None:
    sink = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(sink)

    assert () == read_slots(sink.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "{}",
        '[{"page":1}]',
        '[{"page":9,"x_mm":1,"y_mm":1,"diameter_mm":42,"body":"甲"}]',
        '[{"page":1,"x_mm":1,"y_mm":1,"diameter_mm":4200,"body":"甲"}]',
    ],
)
def test_slots_that_cannot_be_true_are_refused(text: str) -> None:
    sink = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    private = pikepdf.Dictionary(SealSlots=pikepdf.String(text))
    pdf.Root.PieceInfo = pikepdf.Dictionary(Yidao=pikepdf.Dictionary(Private=private))
    pdf.save(sink)

    with pytest.raises(BadSlots) as caught:
        read_slots(sink.getvalue())

    assert "没有盖章" in caught.value.text("zh")


def test_bytes_that_are_no_pdf_are_refused() -> None:
    with pytest.raises(BadPdf):
        read_slots(b"not a pdf")
