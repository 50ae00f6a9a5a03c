"""What a screen reader is told: by poppler, by pdfium, and by walking the tree with pikepdf."""

import ctypes
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from formats.document.model import Attachment, Block, Document, DocumentNumber, Table
from formats.typeset.compose import compose
from formats.typeset.display import Bars, ComposeReport, Composition, Page, Picture, Rule, Run
from formats.typeset.fonts import FontSet
from formats.typeset.separate import compose_separate
from formats.write.pdf import write_pdf
from tests.unit.formats.typeset.conftest import SENTENCE, Notice


def written(document: Document, fonts: FontSet) -> bytes:
    return write_pdf(compose(document, fonts), fonts, title=document.title)


def drawn(fonts: FontSet, *pages: tuple[Any, ...]) -> bytes:
    composition = Composition(
        tuple(Page(items) for items in pages), ComposeReport((), (), len(pages))
    )
    return write_pdf(composition, fonts, title="题")


def row(fonts: FontSet, text: str, y: float, **more: object) -> Run:
    glyphs = tuple(fonts.glyph("fang", char) for char in text)
    values: dict[str, Any] = {"tag": "body", "group": 1}
    xs = tuple(30.0 + 6 * place for place in range(len(text)))
    return Run(glyphs, xs, y, 16.0, **(values | more))


def spoken(pdf: bytes, folder: Path) -> list[tuple[str, str]]:
    """(type, text) of every element that has text, as poppler reads the tree."""
    file = folder / "spoken.pdf"
    file.write_bytes(pdf)
    listed = subprocess.run(
        ["pdfinfo", "-struct-text", str(file)], capture_output=True, check=True, text=True
    ).stdout
    found: list[tuple[str, str]] = []
    for line in listed.splitlines():
        text = re.fullmatch(r'\s*"(.*)"', line)
        if text is None:
            word = line.split()[0].rstrip(":")
            if word.isalnum():  # attributes begin with a slash
                found.append((word, ""))
        else:
            found[-1] = (found[-1][0], found[-1][1] + text[1])
    return [(kind, text) for kind, text in found if text]


def elements(pdf: pikepdf.Pdf, kind: str) -> Iterator[Any]:
    """Elements of a type, depth first."""
    pending = [pdf.Root.StructTreeRoot.K]
    while pending:
        node = pending.pop(0)
        if node.S == kind:
            yield node
        held: Any = node.get("/K", [])
        kids = list(held) if isinstance(held, pikepdf.Array) else [held]
        pending[:0] = [k for k in kids if isinstance(k, pikepdf.Dictionary) and "/S" in k]


def test_headings_and_text_are_read_in_their_order(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    body = (
        Block(text="开头的话。"),
        Block(level=1, text="一、总体要求"),
        Block(level=2, text="（一）指导思想"),
        Block(level=3, text="1.坚持统筹。"),
        Block(level=4, text="（1）先易后难。"),
    )
    document = notice(body=body, attachments=(Attachment(title="任务分工表", body=body[1:3]),))

    assert [
        ("P", "000123"),
        ("P", "加急"),
        ("P", "安徽省人民政府办公厅文件"),
        ("P", "皖政办〔2026〕12号"),
        ("H1", "安徽省人民政府办公厅关于加强公文电子交换工作的通知"),
        ("P", "各市、县人民政府，省政府各部门、各直属机构："),
        ("P", "开头的话。"),
        ("H2", "一、总体要求"),
        ("H3", "（一）指导思想"),
        ("P", "1.坚持统筹。"),
        ("P", "（1）先易后难。"),
        ("P", "附件：任务分工表"),
        ("P", "安徽省人民政府办公厅"),
        ("P", "2026年11月23日"),
        ("P", "（此件公开发布）"),
        ("H1", "附件"),
        ("H2", "任务分工表"),
        ("H3", "一、总体要求"),
        ("H4", "（一）指导思想"),
        ("P", "抄送：省委各部门、省人大常委会办公厅、省政协办公厅。"),
        ("P", "安徽省人民政府办公厅秘书处2026年11月24日印发"),
    ] == spoken(written(document, fonts), tmp_path)


def test_a_paragraph_over_two_pages_is_one(fonts: FontSet, notice: Notice, tmp_path: Path) -> None:
    document = notice(body=tuple(Block(text=f"{n}：{SENTENCE * 3}") for n in range(9)))
    pdf = written(document, fonts)

    assert [f"{n}：{SENTENCE * 3}" for n in range(9)] == [
        text for kind, text in spoken(pdf, tmp_path) if "一网通办" in text and kind == "P"
    ]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        paged = [
            p for p in elements(opened, "/P") if any(isinstance(k, pikepdf.Dictionary) for k in p.K)
        ]
        assert len(paged) >= 1


def test_text_that_runs_on_from_a_heading_is_text(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    document = notice(body=(Block(level=1, text=f"一、提高认识。{SENTENCE}"),))

    found = spoken(written(document, fonts), tmp_path)

    assert ("H2", "一、提高认识。") in found
    assert ("P", SENTENCE) in found


def test_a_numbered_sentence_of_many_rows_is_no_heading(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    text = "一、" + SENTENCE.replace("。", "，").replace("；", "，") * 2
    document = notice(body=(Block(level=1, text=text),))

    assert ("P", text) in spoken(written(document, fonts), tmp_path)


def test_no_level_is_skipped(fonts: FontSet, notice: Notice, tmp_path: Path) -> None:
    document = notice(body=(Block(level=2, text="（一）指导思想"), Block(level=1, text="二、其他")))

    levels = [k for k, _ in spoken(written(document, fonts), tmp_path) if k.startswith("H")]

    assert ["H1", "H2", "H2"] == levels


def test_the_mark_of_an_order_is_its_title(fonts: FontSet, notice: Notice, tmp_path: Path) -> None:
    number = DocumentNumber(mark="令", year=2026, serial=3)
    document = notice(format="order", kind="order", number=number, issuers=("安徽省人民政府",))

    assert ("H1", "安徽省人民政府令") in spoken(written(document, fonts), tmp_path)


def test_an_attachment_bound_apart_begins_with_its_label(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    bound = Attachment(title="名册", body=(Block(text="见内页。"),), separate=True)
    document = notice(attachments=(bound,))
    pdf = write_pdf(compose_separate(document, 1, fonts), fonts, title="名册")

    assert [("H1", "皖政办〔2026〕12号附件"), ("H2", "名册"), ("P", "见内页。")] == spoken(
        pdf, tmp_path
    )


def test_page_numbers_and_rules_are_artifacts(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    pdf = written(notice(20), fonts)

    assert not [text for _, text in spoken(pdf, tmp_path) if "—" in text]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.pages[0].Contents.read_bytes()
    assert b"/Artifact<</Type/Pagination/Subtype/Footer>>BDC" in content
    assert b"/Artifact<</Type/Layout>>BDC" in content


def test_a_table_has_rows_heads_and_cells(fonts: FontSet) -> None:
    cells = [
        row(fonts, text, y, tag=tag, group=group, cell=cell)
        for text, y, tag, group, cell in (
            ("序号", 50.0, "table_head", 1, 1),
            ("单位", 50.0, "table_head", 1, 2),
            ("数量", 50.0, "table_head", 1, 3),
            ("一", 60.0, "table", 2, 1),
            ("三", 60.0, "table", 2, 3),
            ("二", 70.0, "table", 3, 2),
            ("二续", 78.0, "table", 3, 2),
        )
    ]
    with pikepdf.open(io.BytesIO(drawn(fonts, (*cells, Rule(20, 45, 90, 45, 0.3))))) as pdf:
        (table,) = elements(pdf, "/Table")
        kinds = [[str(cell.S) for cell in line.K] for line in table.K]
        filled = [["/K" in cell for cell in line.K] for line in table.K]
        scope = table.K[0].K[0].A.Scope

    assert [["/TH"] * 3, ["/TD"] * 3, ["/TD"] * 3] == kinds
    assert [[True] * 3, [True, False, True], [False, True, False]] == filled
    assert "/Column" == str(scope)


def test_the_repeated_head_of_a_table_is_read_once(fonts: FontSet, tmp_path: Path) -> None:
    head = row(fonts, "序号", 50.0, tag="table_head", group=1, cell=1)
    rows = [row(fonts, f"{n}行", 60.0, tag="table", group=n, cell=1) for n in (2, 3)]
    pdf = drawn(fonts, (head, rows[0]), (head, rows[1]))

    assert [("TH", "序号"), ("TD", "2行"), ("TD", "3行")] == spoken(pdf, tmp_path)


def test_two_tables_in_a_row_are_two(fonts: FontSet) -> None:
    items = [
        row(fonts, "字", 50.0, tag=tag, group=group, cell=1)
        for tag, group in (("table_head", 1), ("table", 2), ("table_head", 3), ("table", 4))
    ]
    with pikepdf.open(io.BytesIO(drawn(fonts, tuple(items)))) as pdf:
        assert [2, 2] == [len(table.K) for table in elements(pdf, "/Table")]


def test_a_table_of_very_many_cells_is_read_by_its_rows(
    fonts: FontSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formats.write.structure.MAX_TAGGED_CELLS", 3)
    items = [
        row(fonts, text, 50.0, tag="table", group=group, cell=cell)
        for text, group, cell in (("甲", 1, 1), ("乙", 1, 2), ("丙", 2, 1), ("丁", 2, 2))
    ]

    assert [("P", "甲乙"), ("P", "丙丁")] == spoken(drawn(fonts, tuple(items)), tmp_path)


def test_a_document_with_a_table_tells_its_cells(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    table = Table(header=("序号", "单位"), rows=(("1", "省财政厅"), ("2", "省教育厅")))
    found = spoken(written(notice(body=(Block(table=table),)), fonts), tmp_path)

    assert ["1", "省财政厅", "2", "省教育厅"] == [text for kind, text in found if kind == "TD"]


def test_pictures_and_barcodes_say_what_they_show(fonts: FontSet) -> None:
    picture = Picture(30, 40, 50, 20, _png(), "一幅示意图")
    bars = Bars(((30, 100, 1, 5), (33, 100, 1, 5)), "二维条码")
    silent = Bars(((30, 120, 1, 5),), "")
    with pikepdf.open(io.BytesIO(drawn(fonts, (picture, bars, silent)))) as pdf:
        figures = list(elements(pdf, "/Figure"))
        texts = [str(figure.Alt) for figure in figures]
        box = [round(float(edge) * 25.4 / 72, 2) for edge in figures[0].A.BBox]

    assert ["一幅示意图", "二维条码"] == texts
    assert [30.0, 237.0, 80.0, 257.0] == box


def test_pdfium_finds_the_same_tree(fonts: FontSet, notice: Notice) -> None:
    document = pypdfium2.PdfDocument(written(notice(), fonts))
    try:
        page = document[0]
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        kinds = list(_kinds(tree))
        pdfium.FPDF_StructTree_Close(tree)
        page.close()
    finally:
        document.close()

    assert "Document" == kinds[0]
    assert 1 == kinds.count("H1")
    assert kinds.count("P") >= 6


def _kinds(tree: object) -> Iterator[str]:
    pending = [
        pdfium.FPDF_StructTree_GetChildAtIndex(tree, place)
        for place in range(pdfium.FPDF_StructTree_CountChildren(tree))
    ]
    while pending:
        node = pending.pop(0)
        if not node:
            continue
        size = pdfium.FPDF_StructElement_GetType(node, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDF_StructElement_GetType(node, buffer, size)
        yield buffer.raw.decode("utf-16-le").rstrip("\0")
        count = pdfium.FPDF_StructElement_CountChildren(node)
        pending[:0] = [pdfium.FPDF_StructElement_GetChildAtIndex(node, n) for n in range(count)]


@pytest.mark.parametrize("paragraphs", [1, 12, 60])
def test_every_mark_leads_to_its_element_and_back(
    paragraphs: int, fonts: FontSet, notice: Notice
) -> None:
    with pikepdf.open(io.BytesIO(written(notice(paragraphs), fonts))) as pdf:
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        arrays = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        for page in pdf.pages:
            listed = arrays[int(page.obj.StructParents)]
            marks = [int(n) for n in re.findall(rb"MCID (\d+)", page.Contents.read_bytes())]
            assert list(range(len(listed))) == marks
            assert all("/K" in entry and entry.S != "/Sect" for entry in listed)


def _png() -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (8, 4), (10, 20, 30)).save(sink, "PNG")
    return sink.getvalue()
