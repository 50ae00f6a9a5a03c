"""Pages of other producers are measured as they stand."""

import subprocess
from pathlib import Path

import docx
import pytest
import typst
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt

from formats.measure.layout import check_layout
from formats.measure.report import LayoutFinding, LayoutReport
from formats.typeset.fontfiles import font_files
from tests.unit.formats.measure.drawn import SENTENCE, pdf, rows


def one(report: LayoutReport, code: str) -> LayoutFinding:
    """The first finding of that code."""
    return next(finding for finding in report.findings if finding.code == code)


def codes(report: LayoutReport) -> set[str]:
    """Which checks failed."""
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("glyph_by_glyph", [False, True], ids=["by row", "by glyph"])
def test_the_habits_of_a_word_processor_are_measured(glyph_by_glyph: bool) -> None:
    page = pdf(lambda c: rows(c, glyph_by_glyph=glyph_by_glyph), pages=2)
    report = check_layout(page)

    assert 9.88 == one(report, "L07").measured
    assert 27.0 == one(report, "L09").measured
    assert "宋体" == one(report, "L11").measured
    assert {"L07", "L09", "L11", "L20", "L90"} == codes(report)


def test_narrow_margins_are_measured() -> None:
    report = check_layout(pdf(lambda c: rows(c, top=25.4, left=20.0, size=14), pages=2))

    assert (25.4, 20.0, 14.0) == (
        one(report, "L03").measured, one(report, "L04").measured, one(report, "L10").measured,
    )  # fmt: skip


def test_leading_above_the_first_row_is_told_apart_from_a_wrong_margin() -> None:
    report = check_layout(pdf(lambda c: rows(c, top=39.12), pages=2))

    assert ("usual", 39.12) == (one(report, "L14").strength, one(report, "L14").measured)
    assert "L03" not in codes(report)


def test_letter_paper_is_named() -> None:
    report = check_layout(pdf(rows, size=(215.9, 279.4)))

    assert ("5.1", "216×279 mm") == (one(report, "L01").clause, one(report, "L01").measured)


def test_a_lying_page_is_named_and_not_measured_against_a_standing_core() -> None:
    report = check_layout(pdf(lambda c: rows(c, count=10, top=110), size=(297.0, 210.0)))

    assert "L02" in codes(report)
    assert set() == {"L03", "L06"} & codes(report)


def test_an_english_page_is_measured_without_nonsense() -> None:
    def draw(canvas: object) -> None:
        for number in range(40):
            canvas.drawString(80, 720 - number * 14, f"Line {number} of plain English text.")  # type: ignore[attr-defined] # reportlab

    report = check_layout(pdf(draw))

    assert "unknown" == report.format
    assert {"L20", "L90"} <= codes(report)
    assert {"L40", "L45", "L60", "L80"}.isdisjoint(codes(report))


def test_text_of_typst_is_measured(tmp_path: Path) -> None:
    source = tmp_path / "page.typ"
    source.write_text(
        '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm))\n'
        '#set text(font: "FandolFang R", size: 16pt, top-edge: 0.88em, bottom-edge: -0.12em)\n'
        "#set par(leading: 13.62pt, spacing: 13.62pt, justify: true)\n" + SENTENCE * 60
    )
    folders = sorted({str(file.parent) for file in font_files(())})
    report = check_layout(typst.compile(str(source), font_paths=folders))

    assert {"L03", "L04", "L06", "L07", "L10", "L13"}.isdisjoint(codes(report))
    assert {"L20", "L90"} <= codes(report)


def test_a_word_document_rendered_by_libreoffice_is_measured(tmp_path: Path) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    for _ in range(12):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(SENTENCE * 3)
        run.font.size = Pt(16)
        shape = paragraph.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
        shape.space_after, shape.first_line_indent = Pt(0), Pt(32)
    source = tmp_path / "draft.docx"
    document.save(str(source))
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office",
            "--convert-to", "pdf", "--outdir", str(tmp_path), str(source),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    report = check_layout((tmp_path / "draft.pdf").read_bytes())

    assert 9.88 == one(report, "L07").measured
    assert 27.0 == one(report, "L09").measured
    assert {"L04", "L06", "L10", "L49"}.isdisjoint(codes(report))
