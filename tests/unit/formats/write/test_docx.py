"""The DOCX: what stands in it, read by python-docx and by our own intake."""

import io
import zipfile
from datetime import date

import docx
import msgspec
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image as Picture

from formats.document.intake import take_in
from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Format,
    Image,
    Signer,
    Table,
)
from formats.typeset.separate import NoSuchAttachment
from formats.write.docx import write_docx, write_separate_docx
from tests.unit.formats.typeset.conftest import SENTENCE, Notice

FORMATS: tuple[Format, ...] = ("general", "letter", "order", "minutes")
LEVELS = (
    Block(text="现将有关事项通知如下。"),
    Block(level=1, text="一、总体要求"),
    Block(level=2, text="（一）工作目标"),
    Block(level=3, text="1.完善标准规范。"),
    Block(level=4, text="（1）制定接口规范。"),
)
TABLE = Table(
    header=("序号", "任务", "责任单位"),
    rows=(("1", "完成部署", "省教育厅"), ("2", "开展培训", "省财政厅")),
)
KINDS = {"general": "notice", "letter": "letter", "order": "order", "minutes": "minutes"}
TITLES = {
    "general": "关于加强公文电子交换工作的通知", "letter": "关于商请支持公文交换工作的函",
    "order": "安徽省人民政府令", "minutes": "关于公文交换工作的会议纪要",
}  # fmt: skip


def picture() -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Picture.new("RGB", (300, 150), (200, 220, 240)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def document(notice: Notice) -> Document:
    """A document with every element of a general one."""
    return notice(
        issuers=("安徽省人民政府办公厅",),
        body=(*LEVELS, Block(table=TABLE), Block(text=SENTENCE)),
        attachments=(
            Attachment(title="重点任务清单", body=(Block(text=SENTENCE), Block(table=TABLE))),
            Attachment(title="试点单位名册", separate=True),
        ),
    )


def read(data: bytes) -> "docx.document.Document":
    """The file as python-docx opens it."""
    return docx.Document(io.BytesIO(data))


def found(data: bytes, text: str) -> Paragraph:
    """The paragraph that begins with the text."""
    return next(p for p in read(data).paragraphs if p.text.startswith(text))


def part(data: bytes, name: str) -> bytes:
    """A member of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def every_word(data: bytes) -> str:
    """All text of the main part, in order."""
    root = etree.fromstring(part(data, "word/document.xml"))
    return "".join(root.itertext(qn("w:t")))


@pytest.mark.parametrize("form", FORMATS)
def test_a_document_comes_back_as_it_was(form: Format, notice: Notice) -> None:
    there = Attendance(present=("王建国", "李明"), observers=("张伟民",))
    document = notice(
        kind=KINDS[form], format=form, title=TITLES[form],
        issuers=("安徽省人民政府",),
        body=(*LEVELS, Block(table=TABLE), Block(text=SENTENCE)),
        attachments=(Attachment(title="任务清单", body=(Block(text=SENTENCE),)),),
        attendance=there if form == "minutes" else None,
        direction="parallel" if form == "letter" else "down",
        main_recipients=("江苏省人民政府",) if form in {"general", "letter"} else (),
    )  # fmt: skip
    taken = take_in(write_docx(document), "x.docx").document
    alike = [
        "title", "format", "main_recipients", "body", "attachments", "issue_date", "issuers",
        "cc", "urgency", "copy_number", "note", "attendance",
    ]  # fmt: skip
    if form != "order":  # it prints no more of its number than the serial
        alike.append("number")
    if form != "letter":  # its 版记 has 抄送 alone
        alike += ["printer", "print_date"]

    assert {name: getattr(document, name) for name in alike} == {
        name: getattr(taken, name) for name in alike
    }


def test_an_order_keeps_its_serial_number(notice: Notice) -> None:
    document = notice(kind="order", format="order", title="安徽省人民政府令",
                      issuers=("安徽省人民政府",))  # fmt: skip
    taken = take_in(write_docx(document), "x.docx").document

    assert taken.number is not None
    assert 12 == taken.number.serial


def test_attachments_bound_apart_come_back_by_name(document: Document) -> None:
    taken = take_in(write_docx(document), "x.docx").document

    assert [("重点任务清单", False), ("试点单位名册", True)] == [
        (attachment.title, attachment.separate) for attachment in taken.attachments
    ]


@pytest.mark.parametrize("count", range(2, 8))
def test_joint_issuers_come_back_in_their_order(count: int, notice: Notice) -> None:
    names = (
        "安徽省教育厅", "安徽省财政厅", "安徽省发展和改革委员会", "安徽省人力资源和社会保障厅",
        "安徽省卫生健康委员会", "安徽省公安厅", "安徽省民政厅",
    )[:count]  # fmt: skip
    taken = take_in(write_docx(notice(issuers=names)), "x.docx").document

    assert (names, date(2026, 11, 23)) == (taken.issuers, taken.issue_date)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_approvers_come_back_beside_the_number(count: int, notice: Notice) -> None:
    names = ("王建国", "李明", "张伟民", "刘洋", "陈静", "赵磊", "欧阳文德")[:count]
    document = notice(
        kind="report", direction="up", approvers=names, title="关于公文交换工作的报告",
        main_recipients=("安徽省人民政府",),
    )  # fmt: skip
    taken = take_in(write_docx(document), "x.docx").document

    assert (names, document.number, document.title) == (
        taken.approvers, taken.number, taken.title,
    )  # fmt: skip


def test_who_signs_in_person_comes_back(notice: Notice) -> None:
    signers = (Signer(office="省长", name="王建国"),)
    document = notice(signature="personal", signers=signers)

    assert signers == take_in(write_docx(document), "x.docx").document.signers


def test_a_picture_comes_back_with_its_words(notice: Notice) -> None:
    image = Image(data=picture(), description="三级节点示意图", caption="图1 交换节点", width_mm=80)
    document = notice(body=(Block(text=SENTENCE), Block(image=image), Block(text=SENTENCE)))

    assert document.body == take_in(write_docx(document), "x.docx").document.body


def test_a_landscape_table_comes_back_as_one(notice: Notice) -> None:
    wide = msgspec.structs.replace(TABLE, landscape=True)
    document = notice(body=(Block(text=SENTENCE), Block(table=wide), Block(text=SENTENCE)))

    assert document.body == take_in(write_docx(document), "x.docx").document.body


def test_two_tables_stay_two(notice: Notice) -> None:
    document = notice(body=(Block(text=SENTENCE), Block(table=TABLE), Block(table=TABLE)))

    assert document.body == take_in(write_docx(document), "x.docx").document.body


def test_recipients_come_back_one_by_one(notice: Notice) -> None:
    cc = ("省委各部门", "省监委", "省法院", "各市、县人民政府")

    assert cc == take_in(write_docx(notice(cc=cc)), "x.docx").document.cc


def test_the_same_document_is_the_same_bytes(document: Document) -> None:
    assert write_docx(document) == write_docx(document)


def test_another_text_is_another_file(notice: Notice) -> None:
    assert write_docx(notice(1)) != write_docx(notice(2))


def test_the_page_is_the_standards(document: Document) -> None:
    section = read(write_docx(document)).sections[0]
    sides = (
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin,
        section.page_width, section.page_height,
    )  # fmt: skip

    assert (34.6, 32.6, 28.0, 26.0, 210.0, 297.0) == tuple(
        round(side.mm, 1) for side in sides if side
    )


def test_text_is_16_points_in_fangsong_on_exact_rows(document: Document) -> None:
    styles = etree.fromstring(part(write_docx(document), "word/styles.xml"))
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    spacing = styles.find(
        f".//{qn('w:style')}[@{qn('w:default')}='1']/{qn('w:pPr')}/{qn('w:spacing')}"
    )

    assert defaults is not None
    assert spacing is not None
    assert ("仿宋_GB2312", "32", "-5") == (
        defaults.find(qn("w:rFonts")).get(qn("w:eastAsia")),
        defaults.find(qn("w:sz")).get(qn("w:val")),
        defaults.find(qn("w:spacing")).get(qn("w:val")),
    )
    assert ("592", "exact") == (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule")))


def test_styles_have_the_names_of_the_elements(document: Document) -> None:
    names = {style.name for style in read(write_docx(document)).styles}

    assert {"公文标题", "公文主送机关", "公文一级标题", "公文二级标题", "公文成文日期"} <= names


@pytest.mark.parametrize(
    ("text", "font"),
    [("一、总体要求", "黑体"), ("（一）工作目标", "楷体_GB2312"), ("关于", None)],
    ids=["level 1", "level 2", "title"],
)
def test_each_level_has_its_face(text: str, font: str | None, notice: Notice) -> None:
    data = write_docx(notice(body=LEVELS, title="关于公文交换工作的通知"))
    style = found(data, text).style

    assert (font or "方正小标宋简体") == style.element.rPr.rFonts.get(qn("w:eastAsia"))


def test_a_heading_with_text_behind_it_changes_its_face_there(notice: Notice) -> None:
    data = write_docx(notice(body=(Block(level=1, text="一、总体要求。各单位要落实。"),)))
    runs = found(data, "一、").runs

    assert ["一、总体要求。", "各单位要落实。"] == [run.text for run in runs]
    assert "仿宋_GB2312" == runs[1]._r.rPr.rFonts.get(qn("w:eastAsia"))


def test_a_tables_head_is_repeated(document: Document) -> None:
    table = next(t for t in read(write_docx(document)).tables if t.cell(0, 0).text == "序号")

    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_landscape_table_has_a_section_of_its_own(notice: Notice) -> None:
    wide = msgspec.structs.replace(TABLE, landscape=True)
    data = write_docx(notice(body=(Block(text=SENTENCE), Block(table=wide), Block(text=SENTENCE))))
    widths = [round(section.page_width.mm) for section in read(data).sections if section.page_width]

    assert [210, 297, 210] == widths


def test_a_letters_head_is_on_its_first_page_alone(notice: Notice) -> None:
    wide = msgspec.structs.replace(TABLE, landscape=True)
    data = write_docx(notice(format="letter", body=(Block(table=wide), Block(text=SENTENCE))))

    assert [True, False, False] == [
        section.different_first_page_header_footer for section in read(data).sections
    ]


def test_a_picture_has_words_for_those_who_hear_the_page(notice: Notice) -> None:
    image = Image(data=picture(), description="三级节点示意图", width_mm=80)
    shape = read(write_docx(notice(body=(Block(image=image),)))).inline_shapes[0]

    assert "三级节点示意图" == shape._inline.docPr.get("descr")
    assert 80 == round(shape.width.mm)


def test_page_numbers_stand_outside(document: Document) -> None:
    opened = read(write_docx(document))
    section = opened.sections[0]
    sides = [
        footer.paragraphs[0]._p.pPr.jc.get(qn("w:val"))
        for footer in (section.footer, section.even_page_footer)
    ]

    assert ["right", "left"] == sides
    assert opened.settings.odd_and_even_pages_header_footer


@pytest.mark.parametrize("names", [(), ("各市人民政府",)], ids=["to all", "to some"])
def test_the_room_below_an_orders_number_is_above_what_follows(
    names: tuple[str, ...], notice: Notice
) -> None:
    data = write_docx(notice(format="order", main_recipients=names, body=(Block(text=SENTENCE),)))
    first, second = (
        found(data, start).paragraph_format.space_before
        for start in (names[0] if names else SENTENCE, SENTENCE)
    )

    assert first is not None
    assert first.mm == pytest.approx(15, abs=2)
    assert (second is None) == bool(names)


def test_a_page_number_stands_between_dashes_and_blanks(document: Document) -> None:
    footer = etree.fromstring(part(write_docx(document), "word/footer1.xml"))

    assert "— 1 —" == "".join(footer.itertext(qn("w:t")))


@settings(max_examples=30, deadline=None)
@given(words=st.text(max_size=60), name=st.text(min_size=1, max_size=30))
def test_any_words_make_a_file_that_opens(words: str, name: str) -> None:
    document = Document(
        kind="notice", direction="up", issuers=(name, name), approvers=(name,),
        title=words or "通知",
        body=(Block(text=words), Block(table=Table(header=(words,), rows=((name, words),)))),
        attachments=(Attachment(title=words),), cc=(name,), printer=name, note=words,
    )  # fmt: skip

    assert read(write_docx(document)).paragraphs


def test_the_properties_tell_title_and_language(document: Document) -> None:
    properties = read(write_docx(document)).core_properties

    assert (document.title, "zh-CN") == (properties.title, properties.language)


def test_an_attachment_begins_a_page(document: Document) -> None:
    label = next(p for p in read(write_docx(document)).paragraphs if p.text == "附件1")

    assert label.paragraph_format.page_break_before


def test_what_is_bound_apart_is_named_and_not_bound_in(document: Document) -> None:
    texts = [p.text for p in read(write_docx(document)).paragraphs]

    assert "2.试点单位名册" in texts
    assert "附件2" not in texts


def test_what_is_bound_apart_is_a_file_that_tells_whose_it_is(notice: Notice) -> None:
    apart = Attachment(title="试点单位名册", separate=True, body=(Block(table=TABLE),))
    source = notice(attachments=(Attachment(title="清单"), apart))
    opened = read(write_separate_docx(source, 2))

    assert [f"{source.number}附件2", "试点单位名册"] == [
        p.text for p in opened.paragraphs if p.text.strip()
    ]
    assert "责任单位" == opened.tables[0].cell(0, 2).text


@pytest.mark.parametrize("number", [0, 1, 3])
def test_only_what_is_bound_apart_is_written_apart(number: int, notice: Notice) -> None:
    source = notice(attachments=(Attachment(title="甲"), Attachment(title="乙", separate=True)))

    with pytest.raises(NoSuchAttachment):
        write_separate_docx(source, number)


def test_a_turned_page_has_its_number_in_the_header_and_no_footer(notice: Notice) -> None:
    wide = msgspec.structs.replace(TABLE, landscape=True)
    data = write_docx(notice(body=(Block(text=SENTENCE), Block(table=wide), Block(text=SENTENCE))))
    shown = [
        (
            "PAGE" in str(etree.tostring(section.header._element)),
            "PAGE" in str(etree.tostring(section.footer._element)),
        )
        for section in read(data).sections
    ]

    assert [(False, True), (True, False), (False, True)] == shown


def test_names_of_attachments_hang_under_the_first_character(document: Document) -> None:
    data = write_docx(document)
    first, second = (found(data, text).paragraph_format for text in ("附件：1.", "2.试点"))

    assert first.left_indent == second.left_indent
    assert first.first_line_indent is not None
    assert second.first_line_indent is not None
    assert first.first_line_indent < second.first_line_indent


def test_the_last_paragraph_stays_with_the_closing(document: Document) -> None:
    texts = read(write_docx(document)).paragraphs
    last = next(p for p in texts if p.text == SENTENCE)

    assert last.paragraph_format.keep_with_next


def test_control_characters_are_left_out(notice: Notice) -> None:
    data = write_docx(
        notice(title="关于\x00公文\ufffe交换\x0b的通知", body=(Block(text="正\x07文。"),))
    )

    assert "关于公文交换 的通知" in every_word(data)
    assert "正文。" in every_word(data)


def test_the_densest_mark_is_condensed_into_the_core(notice: Notice) -> None:
    mark = "安徽省公共资源交易监督管理局关于公文电子交换工作领导小组办公室文件"
    paragraph = found(write_docx(notice(issuer_mark=mark)), "安徽省公共资源")
    properties = paragraph.runs[0]._r.rPr
    size = int(properties.find(qn("w:sz")).get(qn("w:val"))) / 2
    scale = int(properties.find(qn("w:w")).get(qn("w:val"))) / 100
    tracking = int(properties.find(qn("w:spacing")).get(qn("w:val"))) / 20

    assert len(mark) * (size * scale + tracking) * 25.4 / 72 <= 156


@pytest.mark.parametrize("form", FORMATS)
def test_the_barest_document_is_written(form: Format) -> None:
    bare = Document(
        kind="notice", format=form, direction="down", issuers=("某局",), title="通知",
        issue_date=None,
    )  # fmt: skip

    assert (
        "某局"
        in every_word(write_docx(bare)) + part(write_docx(bare), "docProps/core.xml").decode()
    )


def test_a_number_is_printed_as_it_is(notice: Notice) -> None:
    number = DocumentNumber(mark="皖政办函", year=2026, serial=7)

    assert "皖政办函〔2026〕7号" in every_word(write_docx(notice(number=number)))
