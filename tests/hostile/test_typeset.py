"""Documents nobody should write: laid out inside the core, or a coded error, never a mess."""

import pytest

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Signer,
    Table,
)
from formats.errors import YidaoError
from formats.typeset.closing import ClosingTooTall, SignersMissing
from formats.typeset.columns import TableTooWide
from formats.typeset.compose import compose
from formats.typeset.display import Run
from formats.typeset.fonts import FontSet
from formats.typeset.frame import HeadTooTall
from formats.typeset.imprint import ImprintTooTall
from formats.typeset.titles import TitleTooLong
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice, fonts, notice
from tests.unit.formats.typeset.measured import ink
from tests.unit.formats.typeset.promises import broken_promises

__all__ = ["fonts", "notice"]

LAID_OUT: dict[str, dict[str, object]] = {
    "a title of 160 characters": {"title": "关于加强公文管理" * 20},
    "a title of one endless word": {"title": "A" * 200},
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
    "3 joint issuers of 40 characters": {
        "issuers": tuple(f"第{n}次" + "推进长江三角洲区域一体化" * 3 for n in range(3))
    },
    "joint issuers of 1 and of 40 characters": {"issuers": ("省", "推进长江三角洲区域一体化" * 3)},
    "5 approvers of 20 characters": {
        "direction": "up",
        "approvers": tuple(f"买买提·阿卜杜热合曼·艾力·第{n}" for n in range(5)),
    },
    "names without ink": {
        "issuers": ("\u200b",),
        "approvers": ("\u200b", " "),
        "direction": "up",
        "cc": ("\u200b",),
        "main_recipients": ("\u200b",),
    },
    "a number mark of 60 characters": {
        "number": DocumentNumber(mark="皖政办函字" * 12, year=2026, serial=12),
        "direction": "up",
        "approvers": ("张三", "李四"),
    },
    "a copy number of 60 characters": {"copy_number": "0123456789" * 6},
    "a letter of a body of 60 characters": {
        "format": "letter",
        "issuers": ("推进长江三角洲区域一体化" * 5,),
        "copy_number": "0123456789" * 6,
        "number": DocumentNumber(mark="皖政办函字" * 12, year=2026, serial=12),
    },
    "a letter of nobody": {"format": "letter", "issuers": ("\u200b",), "number": None},
    "an order of nobody": {"format": "order", "issuers": ("\u200b",), "number": None},
    "an order of a body of 60 characters": {
        "format": "order",
        "issuers": ("推进长江三角洲区域一体化" * 5,),
    },
    "minutes of nobody, with nobody there": {
        "format": "minutes",
        "issuers": ("\u200b",),
        "attendance": Attendance(present=("\u200b",)),
    },
    "minutes of 300 people": {
        "format": "minutes",
        "attendance": Attendance(present=tuple(f"省第{n}号厅张某某" for n in range(300))),
    },
    "minutes of a person with a name of 400 characters": {
        "format": "minutes",
        "attendance": Attendance(present=("张" * 400,), observers=("A" * 400,)),
    },
    "a stamp of an office of 100 characters": {
        "signature": "personal",
        "signers": (Signer(office="推进长江三角洲区域一体化" * 8, name="王清宪"),),
    },
    "a stamp of a name of 400 characters": {
        "signature": "personal",
        "signers": (Signer(office="省长", name="王" * 400),),
    },
    "a printer of 400 characters": {"printer": "安徽省人民政府办公厅" * 40},
    "a number as long as a row": {"number": None, "issuer_mark": "文" * 80},
    "a note of 300 characters": {"note": "此件公开发布，" * 45},
    "attachments without text": {"attachments": tuple(Attachment(title="清单") for _ in range(30))},
    "an attachment title of 300": {"attachments": (Attachment(title="附表" * 150),)},
}


def inside(pdf: bytes, *, letter: bool = False) -> bool:
    """Whether all ink lies in the core, the page number's row included.

    A letter's page 1 has its mark above the core and its rules, 170 long, around it (10.1).
    """
    boxes = [box for box in ink(pdf, dpi=150) if box is not None]
    first = (19.8, 29.6, 190.2, 277.2) if letter else (27.6, 36.6, 184.4, 271.5)
    edges = [first, *((27.6, 36.6, 184.4, 271.5) for _ in boxes[1:])]
    return all(
        box[0] >= edge[0] and box[1] >= edge[1] and box[2] <= edge[2] and box[3] <= edge[3]
        for box, edge in zip(boxes, edges, strict=True)
    )


@pytest.mark.parametrize("case", LAID_OUT)
def test_odd_documents_are_laid_out_inside_the_core(
    fonts: FontSet, notice: Notice, case: str
) -> None:
    document = notice(1, **LAID_OUT[case])
    pdf, report = typeset_pdf(document, fonts)

    assert inside(pdf, letter=document.format == "letter")
    assert all(
        0 <= slot.y_mm - slot.diameter_mm / 2 and slot.y_mm + slot.diameter_mm / 2 <= 262.01
        for slot in report.seal_slots
    )


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": "关于加强公文管理" * 50}, TitleTooLong),
        ({"attachments": (Attachment(title="附表" * 250),)}, TitleTooLong),
        ({"signature": "personal"}, SignersMissing),
        ({"issuers": tuple(f"安徽省第{n}厅" for n in range(24))}, ClosingTooTall),
        ({"cc": tuple(f"省第{n}号直属机构办公室" for n in range(300))}, ImprintTooTall),
        ({"direction": "up", "approvers": tuple("张三丰" for _ in range(60))}, HeadTooTall),
        (
            {
                "signature": "personal",
                "signers": tuple(Signer(office="长", name="王") for _ in "一" * 20),
            },
            ClosingTooTall,
        ),
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


def test_a_table_of_3000_rows_is_laid_out(fonts: FontSet, notice: Notice) -> None:
    rows = tuple((str(n), f"第{n}项", "省教育厅、省财政厅") for n in range(3000))
    table = Table(header=("序号", "项目", "单位"), rows=rows)
    done = compose(notice(1, body=(Block(text="见表。"), Block(table=table))), fonts)
    cells = {
        "".join(glyph.char for glyph in item.glyphs)
        for page in done.pages
        for item in page.items
        if isinstance(item, Run)
    }

    assert {str(n) for n in range(3000)} <= cells
    assert [] == broken_promises(done, lettered=False)
