"""Documents nobody should write: laid out inside the core, or a coded error, never a mess."""

import pytest

from formats.document.model import Attachment, Block, Document, Table
from formats.errors import YidaoError
from formats.typeset.closing import ClosingTooTall, SignersMissing
from formats.typeset.fonts import FontSet
from formats.typeset.frame import HeadTooTall
from formats.typeset.imprint import ImprintTooTall
from formats.typeset.tables import TableTooWide
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice, fonts, notice
from tests.unit.formats.typeset.measured import ink

__all__ = ["fonts", "notice"]

LAID_OUT: dict[str, dict[str, object]] = {
    "a title of 400 characters": {"title": "关于加强公文管理" * 50},
    "a title of one endless word": {"title": "A" * 300},
    "60 recipients": {"main_recipients": tuple(f"第{n}号市人民政府办公室" for n in range(60))},
    "200 recipients": {"main_recipients": tuple(f"第{n}号市人民政府办公室" for n in range(200))},
    "no body": {"body": ()},
    "a body of blanks": {"body": (Block(text=" \u200b\u3000 "),)},
    "emoji and unassigned": {
        "body": (Block(text="通知😀\U0001f468\u200d\U0001f469\ue000\uffff完"),)
    },
    "controls": {"body": (Block(text="通\x00知\x1b[31m\r\n完\u202e反\t向"),), "title": "关\x07于"},
    "an endless address": {"body": (Block(text="见https://" + "a/" * 900 + "。"),)},
    "a paragraph of marks": {"body": (Block(text="。" * 500), Block(text="（" * 500))},
    "a paragraph of 60,000": {"body": (Block(text="加强公文管理，" * 8600),)},
    "100 headings in a row": {"body": tuple(Block(level=1, text="一、总则") for _ in range(100))},
    "a cell longer than a page": {
        "body": (Block(table=Table(header=("甲", "乙"), rows=(("细则。" * 900, "无"),))),)
    },
    "a giant table head": {
        "body": (Block(table=Table(header=("表头" * 400, "乙"), rows=(("一", "二"),) * 30)),)
    },
    "ragged rows": {"body": (Block(table=Table(header=("甲",), rows=(("一", "二", "三"), ()))),)},
    "an issuer of 60 characters": {"issuers": ("推进长江三角洲区域一体化" * 5,)},
    "12 joint issuers": {"issuers": tuple(f"安徽省第{n}厅" for n in range(12))},
    "a number as long as a row": {"number": None, "issuer_mark": "文" * 80},
    "a note of 300 characters": {"note": "此件公开发布，" * 45},
    "attachments without text": {"attachments": tuple(Attachment(title="清单") for _ in range(30))},
    "an attachment title of 500": {"attachments": (Attachment(title="附表" * 250),)},
}


def inside(pdf: bytes) -> bool:
    """Whether all ink lies in the core, the page number's row included."""
    boxes = [box for box in ink(pdf, dpi=150) if box is not None]
    return all(
        box[0] >= 27.6 and box[1] >= 36.6 and box[2] <= 184.4 and box[3] <= 271.5 for box in boxes
    )


@pytest.mark.parametrize("case", LAID_OUT)
def test_odd_documents_are_laid_out_inside_the_core(
    fonts: FontSet, notice: Notice, case: str
) -> None:
    pdf, report = typeset_pdf(notice(1, **LAID_OUT[case]), fonts)

    assert inside(pdf)
    assert all(
        0 <= slot.y_mm - slot.diameter_mm / 2 and slot.y_mm + slot.diameter_mm / 2 <= 262.01
        for slot in report.seal_slots
    )


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"signature": "personal"}, SignersMissing),
        ({"issuers": tuple(f"安徽省第{n}厅" for n in range(24))}, ClosingTooTall),
        ({"cc": tuple(f"省第{n}号直属机构办公室" for n in range(300))}, ImprintTooTall),
        ({"direction": "up", "approvers": tuple("张三丰" for _ in range(60))}, HeadTooTall),
        (
            {"body": (Block(table=Table(header=("列",) * 60, rows=())),)},
            TableTooWide,
        ),
    ],
)
def test_what_cannot_be_typeset_is_refused_with_its_reason(
    fonts: FontSet, notice: Notice, fields: dict[str, object], error: type[YidaoError]
) -> None:
    with pytest.raises(error) as caught:
        typeset_pdf(notice(1, **fields), fonts)

    happened, safe, advice = caught.value.sentences("zh")
    assert all((happened, safe, advice))
    assert "{" not in caught.value.text("zh")
    assert all(word.strip() for word in caught.value.sentences("en"))


def test_a_missing_character_is_told(fonts: FontSet, notice: Notice) -> None:
    document: Document = notice(0, body=(Block(text="收到😀请回复。"),))
    _, report = typeset_pdf(document, fonts)
    (told,) = [warning for warning in report.warnings if warning.code == "T10"]

    assert told.matters
    assert "😀" in told.text("zh")
    assert "😀" in told.text("en")
