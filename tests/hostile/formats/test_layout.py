"""PDFs that nobody can measure, or should not: an honest report, never a traceback."""

import io
import sys

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from desktop.services.layout import check_layout_outside
from formats.measure import paint
from formats.measure.layout import check_layout
from tests.unit.formats.measure.drawn import FONT, MM, pdf, rows

GOOD = pdf(rows)


def scan(canvas: object) -> None:
    """A picture over the whole page, with the hidden text of a recogniser."""
    picture = ImageReader(Image.new("L", (210, 297), 200))
    canvas.drawImage(picture, 0, 0, 210 * MM, 297 * MM)  # type: ignore[attr-defined] # reportlab
    text = canvas.beginText(100, 100)  # type: ignore[attr-defined] # reportlab
    text.setFont(FONT, 16)
    text.setTextRenderMode(3)
    text.textLine("扫描件")
    canvas.drawText(text)  # type: ignore[attr-defined] # reportlab


def emptied() -> bytes:
    """A PDF without pages."""
    sink = io.BytesIO()
    pikepdf.new().save(sink)
    return sink.getvalue()


UNMEASURABLE = {
    "nothing": b"",
    "no PDF": b"PK\x03\x04 not a PDF",
    "a header alone": b"%PDF-1.7\n",
    "the first half": GOOD[: len(GOOD) // 2],
    "brackets": b"%PDF-1.7\n" + b"[" * 200_000,
    "encrypted": pdf(rows, encrypt="secret"),
    "no pages": emptied(),
    "blank pages": pdf(lambda _: None, pages=3),
    "a scan": pdf(scan, pages=2),
    "a page as wide as a street": pdf(rows, size=(10_000.0, 297.0)),
}


@pytest.mark.parametrize("name", UNMEASURABLE)
def test_what_cannot_be_measured_is_reported_as_such(name: str) -> None:
    report = check_layout(UNMEASURABLE[name])

    assert (False, 2, ["L00"]) == (
        report.measurable, report.exit_status, [finding.code for finding in report.findings],
    )  # fmt: skip
    assert report.summary().startswith("无法测量：")


@pytest.mark.parametrize("step", range(0, len(GOOD), max(1, len(GOOD) // 60)))
def test_a_flipped_byte_ends_in_a_report(step: int) -> None:
    spoiled = bytearray(GOOD)
    spoiled[step] ^= 0xFF

    assert 0 <= check_layout(bytes(spoiled)).pages <= 1


def test_hundreds_of_pages_are_measured() -> None:
    assert 200 == check_layout(pdf(lambda c: rows(c, count=5), pages=200)).pages


def test_too_many_objects_on_a_page_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(canvas: object) -> None:
        rows(canvas)
        for number in range(20):
            canvas.line(100, number, 200, number)  # type: ignore[attr-defined] # reportlab

    monkeypatch.setattr(paint, "MAX_PAGE_OBJECTS", 10)

    assert not check_layout(pdf(draw)).measurable


def test_a_form_that_draws_itself_ends_in_a_report() -> None:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(GOOD)) as opened:
        form = opened.make_stream(b"/Again Do")
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 100, 100])
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Again=form))
        page = opened.pages[0]
        page.Resources.XObject = pikepdf.Dictionary(Again=form)
        page.contents_add(b"/Again Do")
        opened.save(sink)

    assert 1 == check_layout(sink.getvalue()).pages


def test_the_child_reports_as_the_process_does() -> None:
    assert check_layout(GOOD) == check_layout_outside(GOOD)


def test_a_child_that_dies_leaves_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert ("L00", False) == (
        check_layout_outside(GOOD).findings[0].code, check_layout_outside(GOOD).measurable,
    )  # fmt: skip


def test_a_child_without_time_leaves_a_report() -> None:
    assert not check_layout_outside(GOOD, seconds=0).measurable


def test_a_child_that_talks_nonsense_leaves_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/echo")

    assert not check_layout_outside(GOOD).measurable


def test_a_compression_bomb_leaves_a_report() -> None:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(GOOD)) as opened:
        opened.pages[0].contents_add(b"q Q\n" * 40_000_000)
        opened.save(sink)

    assert 2 == check_layout_outside(sink.getvalue(), seconds=1).exit_status
