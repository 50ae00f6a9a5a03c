"""DOCX taken in: text first, then look; numbers, tables, revisions; what is lost is noted."""

from io import BytesIO

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from formats.document.intake import Intake, take_in
from formats.document.intake.numbering import chinese
from formats.document.model import Block, Table
from tests.support.archives import W, docx_of, paragraph

TITLE = paragraph("关于测试的通知", align="center", size=22)


def taken(body: str, **parts: bytes) -> Intake:
    return take_in(docx_of(body, parts={f"word/{n}.xml": d for n, d in parts.items()}), "a.docx")


def test_what_python_docx_writes_is_taken_apart() -> None:
    draft = docx.Document()
    for text, size in (("安徽省人民政府办公厅文件", 30), ("皖政办〔2026〕12号", 16)):
        line = draft.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(text).font.size = Pt(size)
    for text in ("安徽省人民政府办公厅", "关于测试的通知"):
        line = draft.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(text).font.size = Pt(22)
    for text in ("各市、县人民政府：", "现通知如下。", "一、总体要求", "（一）目标。"):
        draft.add_paragraph(text)
    grid = draft.add_table(rows=2, cols=2)
    for row, cells in zip(grid.rows, (("指标", "数量"), ("甲", "1")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for text in ("安徽省人民政府办公厅", "2026年11月23日", "（此件公开发布）"):
        draft.add_paragraph(text)
    out = BytesIO()
    draft.save(out)

    document = take_in(out.getvalue(), "a.docx").document

    assert "安徽省人民政府办公厅关于测试的通知" == document.title
    assert ("安徽省人民政府办公厅",) == document.issuers
    assert "皖政办〔2026〕12号" == str(document.number)
    assert ("各市、县人民政府",) == document.main_recipients
    assert [0, 1, 2, 0] == [block.level for block in document.body]
    assert Table(header=("指标", "数量"), rows=(("甲", "1"),)) == document.body[3].table
    assert "此件公开发布" == document.note


def test_a_title_without_a_kind_is_told_by_its_look() -> None:
    intake = taken(
        paragraph("合肥市发展", size=22)
        + paragraph("规划纲要", size=22)
        + paragraph("正文。", size=16)
    )

    assert "合肥市发展规划纲要" == intake.document.title
    assert (Block(text="正文。"),) == intake.document.body


def test_a_break_inside_a_title_is_closed_and_one_in_the_text_parts_paragraphs() -> None:
    broken = (
        "<w:p><w:r><w:t>安徽省人民政府办公厅</w:t><w:br/><w:t>关于测试的通知</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>甲。</w:t><w:br/><w:t>乙。</w:t></w:r></w:p>"
    )

    document = taken(broken).document

    assert "安徽省人民政府办公厅关于测试的通知" == document.title
    assert ["甲。", "乙。"] == [block.text for block in document.body]


def level(at: int, form: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "bullet", "*")
    + '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
).encode()


def numbered(text: str, level: int) -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'
    return paragraph(text, more=number)


def test_automatic_numbers_become_text() -> None:
    body = TITLE + "".join(
        numbered(text, level)
        for text, level in (
            ("甲", 0),
            ("乙", 1),
            ("丙", 1),
            ("丁", 2),
            ("戊", 0),
            ("己", 1),
            ("庚", 3),
        )
    )

    document = taken(body, numbering=NUMBERING).document

    assert ["一、甲", "（一）乙", "（二）丙", "1.丁", "二、戊", "（一）己", "庚"] == [
        block.text for block in document.body
    ]
    assert [1, 2, 2, 3, 1, 2, 0] == [block.level for block in document.body]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (100, "100")],
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert text == chinese(number)


def test_a_table_that_only_holds_the_head_in_place_is_read_as_lines() -> None:
    head = (
        "<w:tbl><w:tr><w:tc>" + paragraph("合政办〔2026〕31号") + "</w:tc><w:tc>"
        + paragraph("签发人：程远航") + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip

    document = taken(head + paragraph("关于测试的报告")).document

    assert "合政办〔2026〕31号" == str(document.number)
    assert ("程远航",) == document.approvers


def test_merged_cells_keep_the_grid_even() -> None:
    table = (
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" + paragraph("甲")
        + "</w:tc></w:tr><w:tr><w:tc>" + paragraph("乙") + "</w:tc><w:tc>" + paragraph("丙")
        + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip

    document = taken(TITLE + table).document

    assert Table(header=("甲", ""), rows=(("乙", "丙"),)) == document.body[0].table


def test_deleted_hidden_and_field_text_is_left_out_and_noted() -> None:
    body = (
        "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )

    intake = taken(TITLE + body)

    assert "留增" == intake.document.body[0].text
    messages = "".join(note.message for note in intake.notes)
    assert "修订标记" in messages
    assert "隐藏文字" in messages


def test_outside_links_are_not_followed_and_noted() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" TargetMode="External" Type="t" Target="http://127.0.0.1/"/>'
        b"</Relationships>"
    )
    data = docx_of(TITLE + paragraph("正文。"), parts={"word/_rels/document.xml.rels": relations})

    assert "文档中指向外部的链接没有导入。" in [n.message for n in take_in(data, "a.docx").notes]


def test_the_strict_variant_of_the_standard_is_read() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    part = f'<w:document xmlns:w="{strict}"><w:body>{TITLE}</w:body></w:document>'.encode()

    document = take_in(docx_of("", parts={"word/document.xml": part}), "a.docx").document

    assert "关于测试的通知" == document.title


def test_size_and_alignment_come_from_styles_too() -> None:
    styles = f"""<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="a"><w:pPr>
<w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="44"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>""".encode()
    titled = paragraph("合肥市发展规划", more='<w:pStyle w:val="b"/>')

    intake = taken(titled + paragraph("正文。"), styles=styles)

    assert "合肥市发展规划" == intake.document.title
