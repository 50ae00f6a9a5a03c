"""The writer that seals: where it finds a page, and that it says nothing of itself."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError

from signing.seal.strict import open_writer
from tests.support.sealed import plain_pdf

PAGES = 7


def flat() -> bytes:
    """Every page a kid of the root."""
    return plain_pdf(PAGES)


def nested() -> bytes:
    """Two pages behind a branch, and resources that all inherit."""
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf(PAGES))) as pdf:
        tree = pdf.Root.Pages
        kids = list(tree.Kids)
        branch = Dictionary(Type=Name.Pages, Parent=tree, Kids=Array(kids[1:3]), Count=2)
        branch = pdf.make_indirect(branch)
        for page in kids[1:3]:
            page.Parent = branch
        tree.Kids = Array([kids[0], branch, *kids[3:]])
        tree.Resources = kids[0].Resources
        for page in kids:
            del page.Resources
        pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return sink.getvalue()


@pytest.mark.parametrize("number", [0, 2, PAGES - 1, -1, -PAGES])
@pytest.mark.parametrize("made", [flat, nested], ids=["flat", "nested"])
def test_page_is_the_one_that_the_stock_writer_finds(
    made: Callable[[], bytes], number: int
) -> None:
    pdf = made()
    ours = open_writer(pdf, bytes(16)).find_page_for_modification(number)
    stock = IncrementalPdfFileWriter(io.BytesIO(pdf)).find_page_for_modification(number)

    assert ours[0].reference == stock[0].reference
    assert ours[1] == stock[1]


@pytest.mark.parametrize("number", [PAGES, -PAGES - 1])
def test_page_beyond_the_last_is_not_found(number: int) -> None:
    with pytest.raises(PdfError, match="out of range"):
        open_writer(flat(), bytes(16)).find_page_for_modification(number)
