"""公文二维条码: scanned from the printed page, and in nobody's way."""

import io
import re
from datetime import date

import msgspec
import pdfplumber
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.document.model import Block, Document, DocumentNumber, Format
from formats.measure.layout import check_layout
from formats.typeset.barcode import barcode_size, bars_of, payload, placed_bars
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import SENTENCE, Notice
from tests.unit.formats.typeset.measured import MM, Box, ink

FORMATS: tuple[Format, ...] = ("general", "letter", "order", "minutes")
LONG = (
    "安徽省人民政府办公厅关于转发省发展改革委等部门关于进一步加强全省公文电子交换工作若干意见的通知"
    * 3
)


def scanned(pdf: bytes) -> list[str]:
    """The fields that a scanner reads off page 1, printed at 300 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=300 / 72).to_pil()
    finally:
        document.close()
    found = zxingcpp.read_barcodes(picture)
    assert [zxingcpp.BarcodeFormat.PDF417] == [symbol.format for symbol in found]
    return bytes(found[0].bytes).decode("gb18030").split("^")


def box_of(document: Document) -> Box:
    """Where the symbol lies on page 1."""
    (bars,), _ = placed_bars(document)
    return (
        min(x for x, *_ in bars.cells),
        min(y for _, y, *_ in bars.cells),
        max(x + width for x, _, width, _ in bars.cells),
        max(y + height for _, y, _, height in bars.cells),
    )


@pytest.fixture(scope="module", params=FORMATS)
def coded(
    request: pytest.FixtureRequest, notice: Notice, fonts: FontSet
) -> tuple[Document, bytes, bytes]:
    """A document of each format, its PDF with the barcode and the one without."""
    document = notice(format=request.param, barcode=True)
    bare = msgspec.structs.replace(document, barcode=False)
    return document, typeset_pdf(document, fonts)[0], typeset_pdf(bare, fonts)[0]


def test_a_scanner_reads_every_field(coded: tuple[Document, bytes, bytes]) -> None:
    fields = scanned(coded[1])

    assert re.fullmatch(r"[0-9]{20}", fields[1])
    assert [
        "GB0626-2005",
        fields[1],
        "安徽省人民政府办公厅",
        "通知",
        "皖政办〔2026〕12号",
        "见主送机关",  # they take 42 bytes
        "安徽省人民政府办公厅关于加强公文电子交换工作的通知",
        "无",
        "加急",
        "20261123",
        "",
    ] == fields


def test_it_touches_no_other_ink(coded: tuple[Document, bytes, bytes]) -> None:
    document, _, bare = coded
    left, top, right, bottom = box_of(document)
    page = pypdfium2.PdfDocument(bare)
    try:
        scale = 300 / 25.4
        picture = page[0].render(scale=300 / 72).to_pil().convert("L")
        around = picture.crop(
            (
                round((left - 1) * scale),
                round((top - 1) * scale),
                round((right + 1) * scale),
                round((bottom + 1) * scale),
            )
        )
        darkest = around.getextrema()[0]
    finally:
        page.close()

    assert 255 == darkest


def test_it_lies_within_the_core(coded: tuple[Document, bytes, bytes]) -> None:
    left, top, right, bottom = box_of(coded[0])

    assert left >= 28
    assert top >= 37
    assert right == pytest.approx(184)
    assert bottom <= 262


def test_the_ruler_finds_nothing_on_it(coded: tuple[Document, bytes, bytes]) -> None:
    _, pdf, bare = coded

    def codes(data: bytes) -> list[tuple[str, int]]:
        return [(finding.code, finding.page) for finding in check_layout(data).findings]

    assert codes(bare) == codes(pdf)


def test_nothing_else_moves(coded: tuple[Document, bytes, bytes]) -> None:
    _, pdf, bare = coded

    def places(data: bytes) -> list[tuple[object, ...]]:
        with pdfplumber.open(io.BytesIO(data)) as opened:
            return [(c["text"], c["x0"] * MM, c["top"] * MM) for p in opened.pages for c in p.chars]

    assert places(bare) == places(pdf)


def test_a_document_bears_none_by_default(notice: Notice) -> None:
    assert ((), ()) == placed_bars(notice())


@pytest.mark.parametrize("form", FORMATS)
def test_the_longest_fields_stay_readable_within_their_place(
    form: Format, notice: Notice, fonts: FontSet
) -> None:
    document = notice(
        format=form, barcode=True, issuers=("安徽省" + "公共资源交易监督管理" * 4 + "局",),
        issuer_mark="安徽省公管局文件", title=LONG[:75] + "通知",
        main_recipients=("合肥市人民政府",),
    )  # fmt: skip
    pdf, _ = typeset_pdf(document, fonts)
    fields = scanned(pdf)

    assert LONG[:30] == fields[6][:30]
    assert 11 == len(fields)
    assert box_of(document)[0] >= 184 - 110


def test_a_shortened_title_is_told(notice: Notice) -> None:
    _, notices = placed_bars(notice(barcode=True, title=LONG))

    assert ["T22"] == [found.code for found in notices]


def test_a_shortened_title_ends_in_an_ellipsis_and_is_160_bytes_at_most(notice: Notice) -> None:
    title = payload(notice(title=LONG)).split(b"^")[6]

    assert title.decode("gb18030").endswith("…")
    assert len(title) <= 160


def test_many_recipients_are_referred_to(notice: Notice) -> None:
    many = tuple(f"第{number}中学" for number in range(30))

    assert "见主送机关" == payload(notice(main_recipients=many)).decode("gb18030").split("^")[5]


def test_a_caret_in_a_field_does_not_end_it(notice: Notice) -> None:
    fields = payload(notice(title="关于x^2的通知")).decode("gb18030").split("^")

    assert "关于x＾2的通知" == fields[6]
    assert 11 == len(fields)


def test_rare_characters_survive(notice: Notice) -> None:
    fields = payload(notice(title="关于𠮷村䶮镇的通知")).decode("gb18030").split("^")

    assert "关于𠮷村䶮镇的通知" == fields[6]


def test_another_text_is_another_number(notice: Notice) -> None:
    one, other = (
        payload(notice(body=(Block(text=text),))).split(b"^")[1] for text in (SENTENCE, "略。")
    )

    assert one != other


def test_what_is_missing_is_said_or_left_empty(notice: Notice) -> None:
    document = notice(number=None, urgency=None, main_recipients=(), issue_date=None)
    fields = payload(document).decode("gb18030").split("^")

    assert ["无", "", "无", "无", ""] == [fields[4], fields[5], fields[7], fields[8], fields[9]]


def test_the_symbol_is_as_large_as_it_says(notice: Notice) -> None:
    document = notice()
    width, height = barcode_size(document)
    cells = bars_of(document, 10, 20).cells

    assert (10, 20) == pytest.approx((min(c[0] for c in cells), min(c[1] for c in cells)))
    assert (10 + width, 20 + height) == pytest.approx(
        (max(c[0] + c[2] for c in cells), max(c[1] + c[3] for c in cells))
    )


def test_bars_are_at_least_a_hundredth_of_an_inch(notice: Notice) -> None:
    widths = [width for *_, width, _ in bars_of(notice(), 0, 0).cells]

    assert min(widths) == pytest.approx(0.254)


def test_a_letter_without_a_number_has_it_below_its_double_rule(
    notice: Notice, fonts: FontSet
) -> None:
    document = notice(format="letter", barcode=True, number=None, urgency=None, copy_number=None)
    pdf, _ = typeset_pdf(document, fonts)

    assert "无" == scanned(pdf)[4]
    assert 48.5 == pytest.approx(box_of(document)[1])
    assert ink(pdf, red=True)[0] is not None


@settings(max_examples=40, deadline=None)
@given(
    form=st.sampled_from(FORMATS),
    title=st.text(st.characters(codec="utf-8"), min_size=1, max_size=120),
    name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
)
def test_any_words_make_a_symbol_within_its_place(form: Format, title: str, name: str) -> None:
    document = Document(
        kind="notice", format=form, direction="down", issuers=(name,), title=title, barcode=True,
        main_recipients=(name[:20],), number=DocumentNumber(mark=name, year=2026, serial=999_999),
        urgency="urgent", issue_date=date(2026, 11, 23),
    )  # fmt: skip
    left, top, right, bottom = box_of(document)

    assert left >= 184 - 110 - 0.001
    assert right == pytest.approx(184)
    assert bottom - top <= {"general": 30, "minutes": 30, "order": 17.5, "letter": 16.5}[form]
    assert 11 == len(payload(document).decode("gb18030").split("^"))
