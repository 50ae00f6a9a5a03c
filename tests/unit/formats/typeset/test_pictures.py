"""Pictures in the text: centred, never cut, never wider than the core, captions with them."""

import io
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image as PictureFile

from formats.document.model import Block, Image
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import MM, lines, plain_text


def drawn(width: int, height: int, media: str = "PNG") -> bytes:
    sink = io.BytesIO()
    PictureFile.radial_gradient("L").resize((width, height)).convert("RGB").save(sink, media)
    return sink.getvalue()


def boxes(pdf: bytes) -> list[tuple[int, float, float, float, float]]:
    """Page and edges in mm of every picture."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [
            (n, i["x0"] * MM, i["top"] * MM, i["x1"] * MM, i["bottom"] * MM)
            for n, page in enumerate(document.pages)
            for i in page.images
        ]


def typeset(fonts: FontSet, notice: Notice, image: Image, before: int = 1) -> bytes:
    text = tuple(Block(text="请看下图。") for _ in range(before))
    pdf, _ = typeset_pdf(notice(body=(*text, Block(image=image), Block(text="完。"))), fonts)
    return pdf


def test_its_natural_size_is_300_dots_an_inch(fonts: FontSet, notice: Notice) -> None:
    image = Image(data=drawn(600, 300), description="图")
    ((_, left, top, right, bottom),) = boxes(typeset(fonts, notice, image))

    assert 50.8 == pytest.approx(right - left, abs=0.01)
    assert 25.4 == pytest.approx(bottom - top, abs=0.01)
    assert 106 == pytest.approx((left + right) / 2, abs=0.01)


@pytest.mark.parametrize(
    ("size", "width"),
    [((4000, 300), None), ((300, 4000), None), ((50, 50), 156.0), ((900, 60), 220.0)],
)
def test_it_stays_inside_the_core_and_keeps_its_shape(
    fonts: FontSet, notice: Notice, size: tuple[int, int], width: float | None
) -> None:
    image = Image(data=drawn(*size), description="图", width_mm=width, caption="图1 样式")
    ((_, left, top, right, bottom),) = boxes(typeset(fonts, notice, image))

    assert left >= 27.99
    assert right <= 184.01
    assert top >= 36.99
    assert bottom <= 262.01
    assert size[0] / size[1] == pytest.approx((right - left) / (bottom - top), rel=0.01)


@pytest.mark.parametrize("before", range(1, 12))
def test_its_caption_is_on_its_page_below_it(fonts: FontSet, notice: Notice, before: int) -> None:
    image = Image(data=drawn(600, 400), description="图", caption="图1 交换流程")
    pdf = typeset(fonts, notice, image, before)
    ((page, _, _, _, bottom),) = boxes(pdf)
    caption = next(line for line in lines(pdf)[page] if line.text == "图1 交换流程")

    assert bottom < caption.baseline < bottom + 12
    assert 106 == pytest.approx((caption.left + caption.right) / 2, abs=0.5)


def test_jpeg_is_set_as_well(fonts: FontSet, notice: Notice) -> None:
    image = Image(data=drawn(600, 300, "JPEG"), description="图", width_mm=60)

    assert 1 == len(boxes(typeset(fonts, notice, image)))


def test_a_picture_that_lies_on_its_side_in_the_camera_stands_upright(
    fonts: FontSet, notice: Notice
) -> None:
    exif = PictureFile.Exif()
    exif[0x0112] = 6
    sink = io.BytesIO()
    PictureFile.new("RGB", (600, 300), (9, 9, 9)).save(sink, "JPEG", exif=exif)
    image = Image(data=sink.getvalue(), description="图")
    ((_, left, top, right, bottom),) = boxes(typeset(fonts, notice, image))

    assert 25.4 == pytest.approx(right - left, abs=0.01)
    assert 50.8 == pytest.approx(bottom - top, abs=0.01)


def test_no_row_of_a_long_caption_is_lost(fonts: FontSet, notice: Notice, tmp_path: Path) -> None:
    caption = "图1 " + "省、市、县三级交换节点的部署、联调和运行监测情况示意，" * 15
    image = Image(data=drawn(600, 4000), description="图", caption=caption[:400])
    pdf = typeset(fonts, notice, image)
    ((page, _, _, _, bottom),) = boxes(pdf)
    rows = [line for line in lines(pdf)[page] if 13 < line.size < 15 and line.baseline > bottom]

    assert caption[:400].replace(" ", "") in plain_text(pdf, tmp_path)
    assert len(rows) > 10
    assert max(row.baseline for row in rows if row.baseline < 265) <= 262


def test_its_rows_are_whole_and_text_goes_on_upon_the_grid(fonts: FontSet, notice: Notice) -> None:
    image = Image(data=drawn(700, 333), description="图", caption="图1 样式")
    pdf = typeset(fonts, notice, image)
    ((page, _, _, _, _),) = boxes(pdf)
    text = [line for line in lines(pdf)[page] if round(line.size) == 16]
    first = 37 + 5.571 * 0.88

    assert all((line.baseline - first) / 10.449 % 1 < 0.01
               or (line.baseline - first) / 10.449 % 1 > 0.99
               for line in text if line.text in {"请看下图。", "完。"})  # fmt: skip
