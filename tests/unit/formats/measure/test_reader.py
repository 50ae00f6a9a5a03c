"""What the reader sees does not depend on how the file draws it."""

import io

import pikepdf
import pytest
from PIL import Image, ImageDraw
from pypdfium2 import raw
from reportlab.lib.utils import ImageReader

from formats.errors import TooLarge
from formats.measure import reader
from formats.measure.families import family_of
from formats.measure.frame import upright_frame
from formats.measure.reader import read_sheets
from formats.measure.rows import rows_of
from formats.measure.scene import read_scene
from formats.safe.pdf import BadPdf, EncryptedPdf
from tests.unit.formats.measure.drawn import FONT, MM, pdf, rows


def test_a_row_is_the_same_by_glyph_and_as_a_whole() -> None:
    whole = read_sheets(pdf(rows))[0]
    single = read_sheets(pdf(lambda c: rows(c, glyph_by_glyph=True)))[0]

    assert [row.text for row in rows_of(1, whole.glyphs)] == [
        row.text for row in rows_of(1, single.glyphs)
    ]


def test_a_character_is_measured_in_millimetres() -> None:
    sheet = read_sheets(pdf(lambda c: rows(c, count=1)))[0]
    first = sheet.glyphs[0]

    assert (210.0, 297.0) == (round(sheet.width, 2), round(sheet.height, 2))
    assert (28.0, 41.97, 16.0) == (
        round(first.x, 2), round(first.y, 2), round(first.style.size, 2),
    )  # fmt: skip
    assert 5.64 == round(first.right - first.x, 2)


def test_text_scaled_by_the_matrix_has_its_printed_size() -> None:
    def draw(canvas: object) -> None:
        canvas.scale(2, 2)  # type: ignore[attr-defined] # reportlab
        canvas.setFont(FONT, 8)  # type: ignore[attr-defined] # reportlab
        canvas.drawString(50, 300, "公文")  # type: ignore[attr-defined] # reportlab

    assert 16.0 == round(read_sheets(pdf(draw))[0].glyphs[0].style.size, 2)


def test_what_lies_in_a_form_is_measured_where_it_prints() -> None:
    def draw(canvas: object) -> None:
        canvas.beginForm("part")  # type: ignore[attr-defined] # reportlab
        canvas.setFont(FONT, 16)  # type: ignore[attr-defined] # reportlab
        canvas.drawString(0, 0, "公文")  # type: ignore[attr-defined] # reportlab
        canvas.setLineWidth(1.417)  # type: ignore[attr-defined] # reportlab
        canvas.line(0, -20, 156 * MM, -20)  # type: ignore[attr-defined] # reportlab
        canvas.endForm()  # type: ignore[attr-defined] # reportlab
        canvas.translate(28 * MM, 197 * MM)  # type: ignore[attr-defined] # reportlab
        canvas.doForm("part")  # type: ignore[attr-defined] # reportlab

    sheet = read_sheets(pdf(draw))[0]
    (rule,) = sheet.strokes

    assert (28.0, 100.0) == (round(sheet.glyphs[0].x, 2), round(sheet.glyphs[0].y, 2))
    assert (28.0, 184.0, 0.5) == (
        round(rule.left, 2), round(rule.right, 2), round(rule.width, 2),
    )  # fmt: skip


def test_a_thin_filled_rectangle_is_a_rule() -> None:
    def draw(canvas: object) -> None:
        canvas.setFillColorRGB(1, 0, 0)  # type: ignore[attr-defined] # reportlab
        canvas.rect(28 * MM, 100 * MM, 156 * MM, 0.5 * MM, stroke=0, fill=1)  # type: ignore[attr-defined] # reportlab

    (rule,) = read_sheets(pdf(draw))[0].strokes

    assert ("red", 156.0, 0.5) == (rule.tint, round(rule.length, 2), round(rule.width, 2))


class Units:
    """A page's text as PDFium gives it: UTF-16 units by index."""

    def __init__(self, units: list[int]) -> None:
        self.units = [*units, 0]

    def unit(self, _: object, index: int) -> int:
        """One of them."""
        return self.units[index]


@pytest.mark.parametrize(
    ("units", "chars"),
    [
        ([0x516C], ["公"]),
        ([0xD840, 0xDC0B], ["\U0002000b", " "]),
        ([0xD840], ["\ufffd"]),
        ([0xDC0B], [" "]),
        ([0x07], ["\ufffd"]),
    ],
    ids=["plain", "a pair", "half a pair", "the other half", "a control"],
)
def test_a_character_is_one_that_can_be_written(
    units: list[int], chars: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Units(units)
    monkeypatch.setattr(raw, "FPDFText_GetUnicode", given.unit)
    text = reader._TextReader(None, upright_frame((0, 0, 595, 842), 0))

    assert chars == [text.char(index) for index in range(len(units))]


def test_text_that_prints_nothing_is_counted_apart() -> None:
    def draw(canvas: object) -> None:
        text = canvas.beginText(100, 100)  # type: ignore[attr-defined] # reportlab
        text.setFont(FONT, 16)
        text.setTextRenderMode(3)
        text.textLine("公文")
        canvas.drawText(text)  # type: ignore[attr-defined] # reportlab

    sheet = read_sheets(pdf(draw))[0]

    assert ((), 2) == (sheet.glyphs, sheet.hidden)


def test_type_drawn_twice_for_boldness_is_one_row_of_characters() -> None:
    def draw(canvas: object) -> None:
        canvas.setFont(FONT, 16)  # type: ignore[attr-defined] # reportlab
        for shift in (0, 0.3):
            canvas.drawString(100 + shift, 300, "公文交换")  # type: ignore[attr-defined] # reportlab

    (row,) = rows_of(1, read_sheets(pdf(draw))[0].glyphs)

    assert "公文交换" == row.text


@pytest.mark.parametrize(
    ("rotation", "point"),
    [(0, (10.0, 277.0)), (180, (200.0, 20.0))],
)
def test_a_standing_page_is_measured_as_a_viewer_shows_it(
    rotation: int, point: tuple[float, float]
) -> None:
    frame = upright_frame((0, 0, 210 * MM, 297 * MM), rotation)

    assert point == tuple(round(edge, 6) for edge in frame.point(10 * MM, 20 * MM))


def test_a_standing_page_shown_lying_is_measured_as_bound() -> None:
    frame = upright_frame((0, 0, 210 * MM, 297 * MM), 90)

    assert (210, 297, 90) == (round(frame.width), round(frame.height), frame.ignored)


@pytest.mark.parametrize(("rotation", "point"), [(90, (20.0, 10.0)), (270, (190.0, 287.0))])
def test_a_lying_page_turned_to_stand_is_turned(rotation: int, point: tuple[float, float]) -> None:
    frame = upright_frame((0, 0, 297 * MM, 210 * MM), rotation)

    assert (210, 297) == (round(frame.width), round(frame.height))
    assert point == tuple(round(edge, 6) for edge in frame.point(10 * MM, 20 * MM))


@pytest.mark.parametrize(
    ("name", "family"),
    [
        (b"ABCDEF+FangSong_GB2312", "fang"),
        (b"STFangsong", "fang"),
        ("仿宋".encode("gbk"), "fang"),
        (b"ABCDEF+KaiTi_GB2312", "kai"),
        (b"SimHei", "hei"),
        (b"FZXBSJW--GB1-0", "title"),
        (b"FZXiaoBiaoSong-B05S", "title"),
        (b"NotoSerifCJKsc-SemiBold", "title"),
        (b"SimSun", "song"),
        (b"NotoSerifCJKsc-Regular", "song"),
        (b"NotoSansCJKsc-Regular", "hei"),
        (b"TimesNewRomanPSMT", "latin"),
        (b"ABCDEF+F17", None),
        (b"", None),
    ],
    ids=lambda part: part.decode("latin-1") if isinstance(part, bytes) else str(part),
)
def test_a_font_name_tells_its_family(name: bytes, family: str | None) -> None:
    assert family == family_of(name)


def test_bytes_that_are_no_pdf_are_refused() -> None:
    with pytest.raises(BadPdf):
        read_sheets(b"not a PDF")


def test_an_encrypted_pdf_is_refused() -> None:
    with pytest.raises(EncryptedPdf):
        read_sheets(pdf(rows, encrypt="secret"))


def test_a_pdf_without_pages_is_refused() -> None:
    sink = io.BytesIO()
    pikepdf.new().save(sink)

    with pytest.raises(BadPdf):
        read_sheets(sink.getvalue())


@pytest.mark.parametrize("limit", ["MAX_PDF_BYTES", "MAX_MEASURED_PAGES", "MAX_PAGE_GLYPHS"])
def test_a_limit_is_kept(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, limit, 1)

    with pytest.raises(TooLarge):
        read_sheets(pdf(rows, pages=2))


def seal_picture(ground: tuple[int, int, int, int]) -> Image.Image:
    """A red ring on a transparent ground, whose hidden colour may be any."""
    picture = Image.new("RGBA", (420, 420), ground)
    ImageDraw.Draw(picture).ellipse((5, 5, 414, 414), outline=(230, 0, 18, 255), width=20)
    return picture


@pytest.mark.parametrize(
    "ground", [(255, 255, 255, 0), (0, 0, 0, 0)], ids=["white below", "black below"]
)
def test_a_red_picture_of_a_seal_s_size_is_a_seal(ground: tuple[int, int, int, int]) -> None:
    def draw(canvas: object) -> None:
        rows(canvas, count=3)
        picture = ImageReader(seal_picture(ground))
        canvas.drawImage(picture, 100 * MM, 100 * MM, 42 * MM, 42 * MM, mask="auto")  # type: ignore[attr-defined] # reportlab

    (seal,) = read_scene(read_sheets(pdf(draw)), ()).seals

    assert (121.0, 176.0, 42.0) == (round(seal.x, 1), round(seal.y, 1), round(seal.diameter, 1))


def test_a_red_circle_is_a_seal_and_a_black_one_is_not() -> None:
    def draw(canvas: object) -> None:
        rows(canvas, count=3)
        canvas.circle(60 * MM, 150 * MM, 21 * MM)  # type: ignore[attr-defined] # reportlab
        canvas.setStrokeColorRGB(1, 0, 0)  # type: ignore[attr-defined] # reportlab
        canvas.circle(121 * MM, 121 * MM, 21 * MM)  # type: ignore[attr-defined] # reportlab

    (seal,) = read_scene(read_sheets(pdf(draw)), ()).seals

    assert (121.0, 176.0) == (round(seal.x, 1), round(seal.y, 1))
