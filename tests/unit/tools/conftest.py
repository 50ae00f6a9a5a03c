"""A document with everything in it, and the pilot's hands to seal it."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from formats.document.model import Attachment, Block, Document, Table
from formats.document.model import Image as Figure
from formats.typeset.compose import compose
from formats.typeset.display import Bars, Composition, Page
from formats.typeset.fonts import FontSet
from formats.write.pdf import write_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import CITY, NAMES, PROVINCE, Hands
from tests.unit.formats.typeset.conftest import Notice, fonts, notice

__all__ = ["fonts", "notice"]


def picture() -> bytes:
    """A small picture with transparency."""
    sink = io.BytesIO()
    image = Image.new("RGBA", (40, 30), (200, 30, 30, 255))
    image.paste((0, 90, 0, 90), (5, 5, 25, 25))
    image.save(sink, "PNG")
    return sink.getvalue()


@pytest.fixture(scope="session")
def rich(notice: Notice) -> Document:
    """A joint notice with headings, a table, a picture and an attachment."""
    body = (
        Block(level=1, text="一、总体要求"),
        Block(level=2, text="（一）指导思想。坚持以人民为中心，全面推进公文交换。"),
        Block(text="请见下表及图。"),
        Block(
            table=Table(
                header=("序号", "单位", "数量"), rows=(("1", "省财政厅", "3"), ("2", "", "𠀀"))
            )
        ),
        Block(image=Figure(data=picture(), description="一幅示意图", caption="图1 示意图")),
    )
    return notice(
        body=body,
        issuers=(NAMES[PROVINCE], NAMES[CITY]),
        attachments=(Attachment(title="任务分工表", body=(Block(text="各负其责。"),)),),
    )


@pytest.fixture(scope="session")
def composed(rich: Document, fonts: FontSet) -> Composition:
    """Its pages, with a barcode on the last."""
    found = compose(rich, fonts)
    cells = tuple((30.0 + 2 * step, 240.0, 1.0, 5.0) for step in range(10))
    last = Page((*found.pages[-1].items, Bars(cells, "公文二维条码")))
    return replace(found, pages=(*found.pages[:-1], last))


@pytest.fixture(scope="session")
def good(composed: Composition, fonts: FontSet, rich: Document) -> bytes:
    """Written with its source attached."""
    return write_pdf(composed, fonts, title=rich.title, xml="<公文/>".encode())


@pytest.fixture(scope="session")
def hands(pilot: PilotWorld) -> Hands:
    """Who seals."""
    return Hands(pilot)
