"""Hostile drafts: what is taken in, what is refused, and that nothing else happens, in time."""

import hashlib
import io
import time
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from formats.document.errors import BadDocx, EmptySource, MacroDocument, TooLong
from formats.document.intake import Intake, take_in
from formats.errors import BadInput, Classified, TooLarge
from tests.support.archives import Entry, W, build_zip, docx_of, paragraph
from tests.support.drafts import drafts
from tests.support.drafts.building import docx, text

TITLE = paragraph("关于测试的通知", align="center", size=22)
TEXT = paragraph("各地要抓好落实，确保按期完成。")
BOX = f"<w:r><w:pict><w:txbxContent>{TEXT}</w:txbxContent></w:pict></w:r>"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
SECONDS = 5.0
"""Of processor time: what a person may have to wait for a file that is refused in the end."""


def messages(intake: Intake) -> str:
    return "".join(note.message for note in intake.notes)


def loose(body: str) -> bytes:
    """A DOCX that is not packed, so that no ratio gives it away."""
    packed = zipfile.ZipFile(io.BytesIO(docx_of(body)))
    return build_zip(*(Entry(n.encode(), packed.read(n)) for n in packed.namelist()))


def in_time(work: Callable[[], object]) -> None:
    before = time.process_time()
    work()
    assert time.process_time() - before < SECONDS


def pictured(data: bytes, *, target: str = "media/a.png", mode: str = "") -> bytes:
    relations = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="p" Type="x/image" Target="{target}"'
        f"{mode}/></Relationships>"
    ).encode()
    drawing = (
        "<w:p><w:r><w:drawing>"
        '<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="p"/>'
        "</w:drawing></w:r></w:p>"
    )
    parts = {"word/_rels/document.xml.rels": relations, "word/media/a.png": data}
    return docx_of(TITLE + TEXT + drawing, parts=parts)


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


# --- pictures -----------------------------------------------------------------------------------


def test_a_whole_picture_is_taken_in() -> None:
    intake = take_in(pictured(png(40, 20)), "a.docx")

    image = intake.document.body[-1].image
    assert image is not None
    assert png(40, 20) == image.data


@pytest.mark.parametrize(
    "data",
    [
        png(9000, 9000),
        png(40, 20)[:40],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + bytes(40),
        b"<svg/>",
        b"\xd7\xcd\xc6\x9a" + bytes(60),
    ],
    ids=["bomb", "cut", "empty", "gif", "svg", "wmf"],
)
def test_a_picture_that_cannot_be_printed_is_left_out_and_told(data: bytes) -> None:
    intake = take_in(pictured(data), "a.docx")

    assert [None] == [block.image for block in intake.document.body]
    assert "有一幅图片没有导入" in messages(intake)


def test_a_picture_outside_the_file_is_not_fetched() -> None:
    data = pictured(b"", target="http://127.0.0.1/a.png", mode=' TargetMode="External"')

    intake = take_in(data, "a.docx")

    assert "有一幅图片没有导入" in messages(intake)
    assert "指向外部的链接没有导入" in messages(intake)


def test_a_picture_above_the_package_is_not_read() -> None:
    intake = take_in(pictured(b"", target="../../../etc/passwd"), "a.docx")

    assert [None] == [block.image for block in intake.document.body]


def test_pictures_together_stay_within_their_limit() -> None:
    noise = b"".join(hashlib.sha256(bytes([n % 256, n >> 8])).digest() for n in range(45_000))
    out = io.BytesIO()
    Image.frombytes("L", (1200, 1200), noise[: 1200 * 1200]).save(out, "PNG")
    drawing = (
        '<w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'r:embed="p"/></w:drawing>'
    )
    body = TITLE + TEXT + f"<w:p><w:r>{drawing * 4}</w:r></w:p>"
    packed = zipfile.ZipFile(io.BytesIO(pictured(out.getvalue())))
    parts = {n: packed.read(n) for n in packed.namelist() if n.startswith("word/")}
    parts.pop("word/document.xml")

    intake = take_in(docx_of(body, parts=parts), "a.docx")

    assert 3 == sum(block.image is not None for block in intake.document.body)


# --- parts and what they refer to ---------------------------------------------------------------


@pytest.mark.parametrize("part", ["styles", "numbering", "header1", "comments"])
def test_a_document_type_in_any_part_is_refused(part: str) -> None:
    relations = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="h" Type="x/header" '
        'Target="header1.xml"/></Relationships>'
    ).encode()
    evil = f'<!DOCTYPE x [<!ENTITY a "b">]><w:styles xmlns:w="{W}">&a;</w:styles>'.encode()
    parts = {f"word/{part}.xml": evil, "word/_rels/document.xml.rels": relations}

    with pytest.raises(BadDocx):
        take_in(docx_of(TITLE + TEXT, parts=parts), "a.docx")


def test_a_docx_in_a_docx_stays_shut() -> None:
    inner = docx_of(paragraph("机密★1年"))
    parts = {"word/embeddings/inner.docx": inner}

    intake = take_in(docx_of(TITLE + TEXT, parts=parts), "a.docx")

    assert "关于测试的通知" == intake.document.title


def test_a_bomb_in_a_docx_in_a_docx_stays_shut() -> None:
    bomb = docx_of(TEXT, parts={"word/media/a.png": bytes(2**20)})

    in_time(lambda: take_in(docx_of(TITLE + TEXT, parts={"word/inner.zip": bomb}), "a.docx"))


@pytest.mark.parametrize(
    "name",
    ["word/activeX/activeX1.bin", "word/embeddings/Microsoft_Excel.bin", "word/vbaData.xml"],
)
def test_programs_are_refused_wherever_they_lie(name: str) -> None:
    with pytest.raises(MacroDocument):
        take_in(docx_of(TITLE, parts={name: b"x"}), "a.docx")


def test_an_embedded_object_is_left_out_and_told() -> None:
    body = "<w:p><w:r><w:object/></w:r></w:p>"

    assert "嵌入的对象没有导入" in messages(take_in(docx_of(TITLE + TEXT + body), "a.docx"))


def test_parts_that_are_named_but_missing_are_done_without() -> None:
    relations = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="s" Type="x/styles" Target="gone.xml"/>'
        '<Relationship Id="h" Type="x/header" Target="header9.xml"/></Relationships>'
    ).encode()
    sect = (
        '<w:sectPr><w:headerReference r:id="h" xmlns:r='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></w:sectPr>'
    )
    data = docx_of(TITLE + TEXT + sect, parts={"word/_rels/document.xml.rels": relations})

    assert "关于测试的通知" == take_in(data, "a.docx").document.title


def test_the_told_content_type_decides_nothing() -> None:
    types = '<Override PartName="/word/document.xml" ContentType="image/png"/>'

    assert "关于测试的通知" == take_in(docx_of(TITLE, types=types), "a.docx").document.title


def test_styles_based_on_each_other_end() -> None:
    styles = f"""<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="a">
<w:basedOn w:val="b"/></w:style><w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/>
</w:style></w:styles>""".encode()
    body = TITLE + paragraph("正文。", more='<w:pStyle w:val="a"/>')

    document = take_in(docx_of(body, parts={"word/styles.xml": styles}), "a.docx").document

    assert "正文。" == document.body[0].text


def test_numbering_that_counts_itself_ends() -> None:
    numbering = f"""<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">
<w:start w:val="99999"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1%1%9%1."/></w:lvl>
<w:numStyleLink w:val="x"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>""".encode()
    item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = TITLE + paragraph("正文。", more=item)

    document = take_in(docx_of(body, parts={"word/numbering.xml": numbering}), "a.docx").document

    assert (document.body[0].text or "").endswith("正文。")


# --- size and depth -----------------------------------------------------------------------------


def test_a_hundred_thousand_paragraphs_are_refused_in_time() -> None:
    data = loose(TEXT * 100_000)

    with pytest.raises(TooLong):
        in_time(lambda: take_in(data, "a.docx"))


def test_a_hundred_thousand_empty_paragraphs_are_refused_in_time() -> None:
    data = loose("<w:p/>" * 100_000)

    with pytest.raises(EmptySource):
        in_time(lambda: take_in(data, "a.docx"))


def test_tables_in_tables_become_text_and_are_told() -> None:
    inner = "<w:tbl><w:tr><w:tc>" * 12 + TEXT + "</w:tc><w:tc/></w:tr></w:tbl>" * 12
    frame = f"<w:tbl><w:tr><w:tc>{inner}</w:tc><w:tc>{TEXT}</w:tc></w:tr></w:tbl>"

    intake = take_in(docx_of(TITLE + TEXT + frame), "a.docx")

    assert "表格中套着表格" in messages(intake)


def test_tables_in_tables_without_end_are_refused() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 200 + TEXT + "</w:tc></w:tr></w:tbl>" * 200

    with pytest.raises(TooLarge):
        take_in(docx_of(TITLE + deep), "a.docx")


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p w:rsid='{'a' * 5_000_000}'/>",
        paragraph("甲" + " " * 1_000_000 + "乙"),
        paragraph("机密" + " " * 200_000 + "乙"),
        paragraph("密级" + " " * 200_000 + "乙"),
        "<w:p>"
        + f"<w:r><w:pict><w:txbxContent>{TEXT}</w:txbxContent></w:pict></w:r>" * 4000
        + "</w:p>",
        "<w:p><w:r>" + "<w:t>附件：1.甲</w:t><w:br/>" * 4000 + "</w:r></w:p>",
    ],
    ids=["attribute", "blanks", "stamp", "label", "boxes", "breaks"],
)
def test_what_is_out_of_all_proportion_ends_in_time(body: str) -> None:
    data = loose(TITLE + body + TEXT)

    def work() -> None:
        try:
            take_in(data, "a.docx")
        except BadInput:
            return

    in_time(work)


@pytest.mark.parametrize(
    "words",
    ["甲" + "\n" * 200_000 + "乙", "甲" + " " * 200_000 + "乙", "2026年1月1日\n" * 4000,
     "甲：\n" * 4000,
     "（" * 19_000, "、" * 19_000, "附件：" + "1.甲；" * 4000, '"甲' * 9000],
    ids=["lines", "blanks", "dates", "colons", "brackets", "commas", "notes", "quotes"],
)  # fmt: skip
def test_text_out_of_all_proportion_ends_in_time(words: str) -> None:
    def work() -> None:
        try:
            take_in(words.encode(), "a.txt")
        except BadInput:
            return

    in_time(work)


@pytest.mark.parametrize("words", ["机密", "秘密★1年", "密级：机密"])
def test_a_mark_is_found_behind_what_is_too_long_to_take_in(words: str) -> None:
    with pytest.raises(Classified):
        take_in(f"关于测试的通知\n{'甲' * 30_000}\n{words}\n".encode(), "a.txt")
    with pytest.raises(Classified):
        take_in(
            docx_of(TITLE + f"<w:p><w:r><w:t>甲</w:t><w:br/><w:t>{words}</w:t></w:r></w:p>"), "a"
        )


# --- anything at all ----------------------------------------------------------------------------

GOOD = [docx(draft) for draft in drafts() if draft.name[:2] in {"13", "18", "25"}]
LINES = [line for draft in drafts() for line in text(draft).decode().split("\n")]
CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12
)


def ends_well(data: bytes, name: str) -> None:
    try:
        intake = take_in(data, name)
    except (BadInput, Classified, TooLarge):
        return
    assert intake.elements


def changed(data: bytes, changes: list[tuple[float, int]]) -> bytes:
    whole = bytearray(data)
    for where, byte in changes:
        whole[int(where * len(whole))] = byte
    return bytes(whole)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOOD), CHANGES)
def test_changed_bytes_of_the_file_end_in_a_document_or_an_error(
    good: bytes, changes: list[tuple[float, int]]
) -> None:
    ends_well(changed(good, changes), "a.docx")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOOD), st.sampled_from(["document", "styles", "numbering"]), CHANGES)
def test_changed_bytes_of_a_part_end_in_a_document_or_an_error(
    good: bytes, part: str, changes: list[tuple[float, int]]
) -> None:
    packed = zipfile.ZipFile(io.BytesIO(good))
    name = f"word/{part}.xml"
    entries = [
        Entry(n.encode(), changed(packed.read(n), changes) if n == name else packed.read(n))
        for n in packed.namelist()
    ]

    ends_well(build_zip(*entries), "a.docx")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=30))
def test_lines_in_any_order_end_in_a_document_or_an_error(lines: list[str]) -> None:
    ends_well("\n".join(lines).encode(), "a.txt")
