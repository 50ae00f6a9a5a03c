"""Word refuses a DOCX whose properties stand in another order than the schema's.

ISO/IEC 29500-1 annex A (transitional), the sequences of CT_PPr, CT_RPr, CT_TblPr, CT_TcPr,
CT_SectPr, CT_Style, CT_Settings and CT_Compat, as far as documents of ours use them.
"""

import io
import zipfile

import msgspec
import pytest
from lxml import etree

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    Format,
    Image,
    Signer,
    Table,
)
from formats.write.docx import write_docx, write_separate_docx
from tests.unit.formats.typeset.conftest import SENTENCE, Notice
from tests.unit.formats.write.test_docx import LEVELS, TABLE, picture

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORDERS = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers "
        "pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
        "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
        "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl rPr sectPr"
    ),
    "rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
        "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u "
        "effect bdr shd fitText vertAlign rtl cs em lang"
    ),
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
        "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook"
    ),
    "tcPr": (
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText "
        "vAlign hideMark"
    ),
    "tcBorders": "top left bottom right insideH insideV tl2br tr2bl",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "pBdr": "top left bottom right between bar",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "sectPr": (
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders "
        "lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter "
        "docGrid"
    ),
    "style": (
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed "
        "qFormat locked pPr rPr tblPr trPr tcPr"
    ),
    "settings": (
        "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang"
    ),
    "compat": "doNotExpandShiftReturn useFELayout compatSetting",
    "font": "altName panose1 charset family notTrueType pitch sig",
}
FORMATS: tuple[Format, ...] = ("general", "letter", "order", "minutes")


def full(notice: Notice, form: Format) -> Document:
    """A document of the format with everything it may hold."""
    wide = msgspec.structs.replace(TABLE, landscape=True)
    image = Image(data=picture(), description="示意图", caption="图1 示意图")
    body = (
        *LEVELS,
        Block(table=TABLE),
        Block(image=image),
        Block(table=wide),
        Block(text=SENTENCE),
    )
    return notice(
        format=form,
        direction="up" if form == "general" else "down",
        copy_number="000001",
        urgency="urgent",
        approvers=("王建国", "李明", "张伟民"),
        issuers=("安徽省教育厅", "安徽省财政厅", "安徽省公安厅"),
        body=body,
        attachments=(
            Attachment(title="清单", body=body),
            Attachment(title="名册", body=body, separate=True),
        ),
        attendance=Attendance(present=("王建国",)) if form == "minutes" else None,
        signature="personal" if form == "order" else "seal",
        signers=(Signer(office="省长", name="王建国"),) if form == "order" else (),
        contact="张三，0551-62601234",
        cc=("省委各部门", "省军区"),
    )


def roots(data: bytes) -> list[etree._Element]:
    """Every part of WordprocessingML."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [
            etree.fromstring(package.read(name))
            for name in package.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        ]


def misplaced(root: etree._Element) -> list[str]:
    """Elements with a child that the schema does not know there, or not at that place."""
    wrong = []
    for parent, text in ORDERS.items():
        order = {f"{W}{name}": place for place, name in enumerate(text.split())}
        for element in root.iter(f"{W}{parent}"):
            places = [order.get(str(child.tag), -1) for child in element]
            if -1 in places or places != sorted(places):
                wrong.append(f"{parent}: {[etree.QName(child).localname for child in element]}")
    return wrong


@pytest.mark.parametrize("form", FORMATS)
def test_properties_stand_in_the_order_of_the_schema(form: Format, notice: Notice) -> None:
    source = full(notice, form)
    files = [write_docx(source), write_separate_docx(source, 2)]

    assert [] == [fault for data in files for root in roots(data) for fault in misplaced(root)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_cell_ends_in_a_paragraph_and_every_row_fills_the_grid(
    form: Format, notice: Notice
) -> None:
    for root in roots(write_docx(full(notice, form))):
        for table in root.iter(f"{W}tbl"):
            columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
            assert {columns} == {len(row.findall(f"{W}tc")) for row in table.findall(f"{W}tr")}
        assert {f"{W}p"} >= {cell[-1].tag for cell in root.iter(f"{W}tc")}


@pytest.mark.parametrize("form", FORMATS)
def test_every_relation_that_is_named_is_there(form: Format, notice: Notice) -> None:
    data = write_docx(full(notice, form))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        main = etree.fromstring(package.read("word/document.xml"))
        links = etree.fromstring(package.read("word/_rels/document.xml.rels"))
        names = set(package.namelist())
        types = etree.fromstring(package.read("[Content_Types].xml"))
    space = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    named = {
        str(value)
        for element in main.iter()
        for key, value in element.attrib.items()
        if str(key).startswith(space)
    }
    targets = {str(link.get("Id")): f"word/{link.get('Target')}" for link in links}
    typed = {str(one.get("PartName", "")).lstrip("/") for one in types}

    assert named <= set(targets)
    assert set(targets.values()) <= names
    assert {n for n in targets.values() if n.endswith(".xml")} <= typed


def test_a_misplaced_property_is_seen() -> None:
    wrong = etree.fromstring(f'<w:pPr xmlns:w="{W[1:-1]}"><w:jc/><w:ind/></w:pPr>')

    assert ["pPr: ['jc', 'ind']"] == misplaced(wrong)


def test_tables_of_uneven_rows_fill_the_grid(notice: Notice) -> None:
    uneven = Table(header=("甲",), rows=(("1", "2", "3"), ()))
    (root, *_) = [
        root
        for root in roots(write_docx(notice(body=(Block(table=uneven),))))
        if root.tag == f"{W}document"
    ]

    assert {3} == {
        len(row.findall(f"{W}tc"))
        for row in next(t for t in root.iter(f"{W}tbl") if "甲" in "".join(t.itertext())).findall(
            f"{W}tr"
        )
    }
