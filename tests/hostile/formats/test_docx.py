"""Hostile DOCX files: programs, bombs, entities, lies; each in one coded error."""

import pytest

from formats.document.errors import BadDocx, LegacyWord, MacroDocument, UnknownForm, Unreadable
from formats.document.intake import take_in
from formats.errors import BadInput, Classified, TooLarge
from tests.support.archives import W, docx_of, paragraph

GOOD = paragraph("关于测试的通知", align="center", size=22) + paragraph("正文。")

ENTITY = (
    '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
)


@pytest.mark.parametrize(
    "name",
    [
        "word/vbaProject.bin",
        "word/activeX/activeX1.xml",
        "word/embeddings/oleObject1.bin",
        "word/evil.exe",
    ],
)
def test_a_docx_with_a_program_is_refused(name: str) -> None:
    with pytest.raises(MacroDocument):
        take_in(docx_of(GOOD, parts={name: b"x"}), "a.docx")


def test_a_macro_enabled_type_is_refused() -> None:
    types = (
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    )

    with pytest.raises(MacroDocument):
        take_in(docx_of(GOOD, types=types), "a.docx")


def test_a_macro_file_is_refused_by_its_name() -> None:
    with pytest.raises(MacroDocument):
        take_in(docx_of(GOOD), "a.docm")


@pytest.mark.parametrize(
    "part",
    [
        ENTITY,
        "<broken",
        f'<w:document xmlns:w="{W}"/>',
    ],
    ids=["xxe", "broken", "no-body"],
)
def test_a_damaged_or_hostile_main_part_is_refused(part: str) -> None:
    with pytest.raises(BadDocx):
        take_in(docx_of("", parts={"word/document.xml": part.encode()}), "a.docx")


def test_a_main_part_outside_the_file_is_not_followed() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" TargetMode="External" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="http://127.0.0.1/x"/>'
        "</Relationships>"
    )

    with pytest.raises(BadDocx):
        take_in(docx_of(GOOD, parts={"_rels/.rels": relations.encode()}), "a.docx")


def test_a_main_part_above_the_package_is_not_followed() -> None:
    relations = docx_of(
        GOOD,
        parts={
            "_rels/.rels": (
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                b'<Relationship Id="r" Type="x/officeDocument" Target="../../etc/passwd"/>'
                b"</Relationships>"
            )
        },
    )

    with pytest.raises(BadDocx):
        take_in(relations, "a.docx")


def test_a_zip_bomb_inside_is_refused() -> None:
    with pytest.raises(TooLarge):
        take_in(docx_of(GOOD, parts={"word/media/a.png": bytes(30 * 2**20)}), "a.docx")


def test_a_deep_body_is_refused() -> None:
    with pytest.raises(TooLarge):
        take_in(docx_of("<w:sdt>" * 500 + "</w:sdt>" * 500), "a.docx")


@pytest.mark.parametrize(
    "parts",
    [
        {"word/header1.xml": f'<w:hdr xmlns:w="{W}">{paragraph("机密★1年")}</w:hdr>'.encode()},
        {"docProps/core.xml": "<c><title>秘密★</title></c>".encode()},
    ],
    ids=["header", "properties"],
)
def test_a_mark_outside_the_text_is_found(parts: dict[str, bytes]) -> None:
    with pytest.raises(Classified):
        take_in(docx_of(GOOD, parts=parts), "a.docx")


def test_a_mark_split_over_runs_or_hidden_is_found() -> None:
    hidden = (
        "<w:p><w:r><w:t>机</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>密★长期</w:t></w:r></w:p>"
    )

    with pytest.raises(Classified):
        take_in(docx_of(GOOD + hidden), "a.docx")


def test_a_mark_in_a_text_box_is_found() -> None:
    inner = f"<w:txbxContent>{paragraph('绝密★')}</w:txbxContent>"
    box = f"<w:p><w:r><w:pict>{inner}</w:pict></w:r></w:p>"

    with pytest.raises(Classified):
        take_in(docx_of(GOOD + box), "a.docx")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", LegacyWord),
        (b"{\\rtf1 }", "a.rtf", LegacyWord),
        (b"WPS", "a.wps", LegacyWord),
        (b"%PDF-1.7", "a.pdf", UnknownForm),
        (b"MZ\x90", "a.txt", UnknownForm),
        (b"text", "a.html", UnknownForm),
        (b"text", "a.docx", BadDocx),
        (b"PK\x03\x04 not a zip", "a.docx", BadDocx),
    ],
)
def test_what_is_no_draft_is_refused(data: bytes, name: str, kind: type[Unreadable]) -> None:
    with pytest.raises(kind) as caught:
        take_in(data, name)

    assert name in caught.value.text()


def test_no_cut_of_a_good_docx_ends_in_a_traceback() -> None:
    good = docx_of(GOOD)

    for length in range(0, len(good), 7):
        with pytest.raises(BadInput):
            take_in(good[:length], "a.docx")
