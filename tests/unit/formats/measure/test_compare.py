"""Two revisions of a document, compared by what they show."""

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from formats.measure.compare import Change, compare
from formats.safe.pdf import BadPdf


def drawn(*texts: str, size: tuple[float, float] = (595.0, 842.0)) -> bytes:
    """A page for each text, 50 mm or so from the left, its base line 245 mm from the top."""
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=size, invariant=1)
    for text in texts:
        canvas.drawString(142, 147, text)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def test_same_pages_do_not_differ() -> None:
    found = compare(drawn("one", "two"), drawn("one", "two"))

    assert (found.signed_pages, found.current_pages, found.changes) == (2, 2, ())


def test_page_that_says_something_else_is_named_with_the_place() -> None:
    (change,) = compare(drawn("one", "5000"), drawn("one", "9000")).changes

    assert change.page == 2
    assert 49.0 < change.left_mm < change.right_mm < 55.0
    assert 240.0 < change.top_mm < change.bottom_mm < 247.0


def test_pages_of_one_revision_alone_are_named() -> None:
    more, less = drawn("one", "two", "three"), drawn("one")

    assert [(c.page, c.only_in) for c in compare(less, more).changes] == [
        (2, "current"),
        (3, "current"),
    ]
    assert [(c.page, c.only_in) for c in compare(more, less).changes] == [
        (2, "signed"),
        (3, "signed"),
    ]


def test_sheet_of_another_size_differs_as_a_whole() -> None:
    found = compare(drawn("one"), drawn("one", size=(842.0, 595.0)))

    assert found.changes == (Change(page=1, left_mm=0, top_mm=0, right_mm=297.0, bottom_mm=297.0),)


def test_giant_sheet_is_drawn_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formats.measure.compare.MAX_COMPARED_SIDE", 200)
    wide = (14_400.0, 14_400.0)

    assert compare(drawn("one", size=wide), drawn("one", size=wide)).changes == ()


@pytest.mark.parametrize("bad", [b"", b"%PDF-1.7\njunk"], ids=["empty", "junk"])
def test_what_is_no_pdf_is_refused(bad: bytes) -> None:
    with pytest.raises(BadPdf):
        compare(drawn("one"), bad)
