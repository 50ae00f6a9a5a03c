"""Every character that an office may need has a glyph: names of people and places above all.

`general_standard.txt` holds the 8,105 characters of 通用规范汉字表 (国发〔2013〕23号) in its order.
"""

import io
from pathlib import Path

import pypdfium2
import pytest

from formats.document.model import Attachment, Block
from formats.typeset.compose import compose
from formats.typeset.fonts import FontSet, Role
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice
from tests.unit.formats.typeset.measured import ink, plain_text

GENERAL = Path(__file__).with_name("general_standard.txt").read_text("utf-8").replace("\n", "")
EXTENSION_A = "".join(map(chr, range(0x3400, 0x4DC0)))
"""GB 18030-2005 prints it as far as 䶵, GB 18030-2022 all of it."""

UNIFIED = "".join(map(chr, range(0x4E00, 0xA000)))
"""The unified characters, all of which GB 18030-2022 prints."""

ROLES: tuple[Role, ...] = ("fang", "kai", "hei", "song", "title")


def test_the_list_is_whole() -> None:
    assert 8105 == len(GENERAL) == len(set(GENERAL))
    assert 6592 == len(EXTENSION_A)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_draws_every_character_with_ink(fonts: FontSet, role: Role) -> None:
    blank = []
    for char in GENERAL + EXTENSION_A + UNIFIED:
        glyph = fonts.glyph(role, char)
        if glyph.missing or glyph.font.face.bounds(glyph.number) is None:
            blank.append(char)

    assert [] == blank


@pytest.fixture(scope="module")
def printed(fonts: FontSet, notice: Notice) -> bytes:
    """All of them in the text of one document, a page's worth a paragraph."""
    text = GENERAL + EXTENSION_A
    body = tuple(Block(text=text[at : at + 600]) for at in range(0, len(text), 600))
    pdf, _ = typeset_pdf(notice(attachments=(Attachment(title="字表", body=body),)), fonts)
    return pdf


def test_poppler_reads_every_character_back(printed: bytes, tmp_path: Path) -> None:
    assert GENERAL + EXTENSION_A in plain_text(printed, tmp_path)


def test_no_cell_of_the_page_is_blank(printed: bytes) -> None:
    """Rastered at 72 dpi, each character's cell holds ink."""
    blank = []
    document = pypdfium2.PdfDocument(io.BytesIO(printed))
    try:
        for page in document:
            text = page.get_textpage()
            image = page.render(scale=1).to_pil().convert("L")
            height = page.get_height()
            for index in range(text.count_chars()):
                char = text.get_text_range(index, 1)
                if not char.strip() or ord(char[0]) < 0x3400:
                    continue
                left, bottom, right, top = text.get_charbox(index, loose=True)
                cell = image.crop(
                    (int(left), int(height - top), int(right) + 1, int(height - bottom) + 1)
                )
                if cell.getextrema()[0] > 200:
                    blank.append(char)
            text.close()
    finally:
        document.close()

    assert [] == blank


def test_what_a_fallback_drew_is_reported(fonts: FontSet, notice: Notice) -> None:
    report = compose(notice(body=(Block(text="张䶮同志任㵐水镇镇长。"),)), fonts).report
    (told,) = [notice for notice in report.warnings if notice.code == "T11"]

    assert not told.matters
    assert "䶮" in told.text()
    assert "张" not in told.text()


@pytest.mark.parametrize("char", ["😀", "\U0003ffff", "\ue000"])
def test_what_no_font_has_is_a_geta_and_a_warning(
    fonts: FontSet, notice: Notice, char: str, tmp_path: Path
) -> None:
    pdf, report = typeset_pdf(notice(body=(Block(text=f"甲{char}乙。"),)), fonts)
    (told,) = [notice for notice in report.warnings if notice.code == "T10"]

    assert told.matters
    assert char in told.text()
    assert "甲" in plain_text(pdf, tmp_path)


def test_a_letter_with_its_accent_is_one_character(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    pdf, report = typeset_pdf(notice(body=(Block(text="caf" + "e\u0301" + "的商标。"),)), fonts)

    assert "café的商标。" in plain_text(pdf, tmp_path)
    assert not any(told.matters for told in report.warnings)


def test_an_accent_that_belongs_to_no_letter_is_a_geta_inside_the_core(
    fonts: FontSet, notice: Notice
) -> None:
    text = "e\u0301\u0302\u0303" * 200
    pdf, report = typeset_pdf(notice(body=(Block(text=text),)), fonts)

    assert ["T10"] == [told.code for told in report.warnings if told.matters]
    assert all(box is not None and box[2] <= 184.5 for box in ink(pdf, dpi=100))
