"""The package: one form, all of it listed, Chinese names kept."""

import hashlib
import io
import random  # noqa: TID251 - seeded, for choosing which bytes to alter
import zipfile
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from formats.canonical import from_bytes, to_bytes
from formats.document.model import Document, DocumentNumber
from formats.errors import BadInput, TooLarge
from formats.package import archive
from formats.package.archive import (
    AttachedFile,
    BadAttachmentName,
    PackageDamaged,
    build_package,
    check_name,
    content_members,
    parts_of,
    read_package,
)
from formats.package.manifest import Addressee, BadManifest, Manifest, RulesResult, parse_manifest
from formats.package.metadata import CORE, metadata_xml
from formats.package.stored import ForeignZip, read_zip, write_zip

DISPATCH = "01890000-0000-7000-8000-000000000001"
AT = datetime(2026, 11, 23, tzinfo=UTC)
FILES = (
    AttachedFile("附件2 经费表.xlsx", "application/octet-stream", b"rows"),
    AttachedFile("附件1 名单.txt", "text/plain", "张三".encode()),
)
DOCUMENT = Document(
    kind="notice",
    direction="down",
    issuers=("安徽省人民政府办公厅",),
    number=DocumentNumber(mark="皖政办", year=2026, serial=12),
    urgency="urgent",
    title="关于<某事>&其他的通知",
    main_recipients=("各市、县人民政府", "省政府各部门"),
    issue_date=date(2026, 11, 23),
    sensitivity="internal",
)


def members(files: tuple[AttachedFile, ...] = FILES) -> dict[str, tuple[str, bytes]]:
    return content_members(b"%PDF-1.7", metadata_xml(DOCUMENT, identifier=DISPATCH), files)


def manifest(content: dict[str, tuple[str, bytes]]) -> Manifest:
    return Manifest(
        suite="INTL",
        dispatch=DISPATCH,
        created=AT,
        sender="340000.bgt",
        sensitivity="internal",
        document="sha256:" + hashlib.sha256(b"%PDF-1.7").hexdigest(),
        parts=parts_of(content),
        recipients=(Addressee(consignment=DISPATCH, body="340100.bgs", role="main", copies=2),),
        sequence=3,
        parent=None,
        directory_version=7,
        rules=RulesResult(version="1", checked=AT),
    )


def package() -> bytes:
    content = members()
    return build_package(content, manifest(content), lambda asic: b"signature over " + asic[:5])


def unpacked() -> dict[str, bytes]:
    return read_zip(package(), max_members=99, max_bytes=1 << 20)


def test_a_package_is_read_back_as_it_was_built() -> None:
    read = read_package(package())

    assert b"%PDF-1.7" == read.document
    assert sorted(FILES, key=lambda file: file.name) == list(read.attachments)
    assert manifest(members()) == read.manifest
    assert b"signature over <?xml" == read.signature


def test_the_same_contents_are_the_same_bytes_in_whatever_order_given() -> None:
    content = members(FILES[::-1])

    assert package() == build_package(
        content, manifest(content), lambda a: b"signature over " + a[:5]
    )


def test_the_mimetype_comes_first_and_stored_without_extra_fields() -> None:
    # EN 319 162-1 A.1: readable at offset 38, so that `file` knows the kind.
    assert b"mimetypeapplication/vnd.etsi.asic-e+zip" == package()[30 : 30 + 39]
    with zipfile.ZipFile(io.BytesIO(package())) as stock:
        assert {zipfile.ZIP_STORED} == {info.compress_type for info in stock.infolist()}
        assert stock.testzip() is None


def test_chinese_names_are_kept_in_the_zip_and_quoted_in_the_asic_manifest() -> None:
    with zipfile.ZipFile(io.BytesIO(package())) as stock:
        assert "attachments/附件1 名单.txt" in stock.namelist()
        asic = etree.fromstring(stock.read(archive.ASIC_MANIFEST))
    uris = [e.get("URI") for e in asic.iter("{*}DataObjectReference")]

    assert "attachments/%E9%99%84%E4%BB%B61%20%E5%90%8D%E5%8D%95.txt" in uris
    assert archive.MANIFEST in uris


def test_the_asic_manifest_is_not_part_of_itself_and_lists_all_others() -> None:
    listed = {
        e.get("URI")
        for e in etree.fromstring(unpacked()[archive.ASIC_MANIFEST]).iter("{*}DataObjectReference")
    }

    assert len(unpacked()) - 3 == len(listed)


@pytest.mark.parametrize(
    "name", ["document.pdf", "metadata.xml", "manifest.json", "attachments/附件1 名单.txt"]
)
def test_a_member_with_other_content_is_refused(name: str) -> None:
    altered = {**unpacked(), name: b"other"}
    with pytest.raises(BadInput):
        read_package(write_zip(altered))


@pytest.mark.parametrize("name", sorted(unpacked()))
def test_a_package_without_one_of_its_members_is_refused(name: str) -> None:
    rest = {other: data for other, data in unpacked().items() if other != name}
    with pytest.raises(PackageDamaged) as raised:
        read_package(write_zip(rest))

    assert "文件包不完整或被改动过" in raised.value.text()


def test_a_member_beside_those_listed_is_refused() -> None:
    with pytest.raises(PackageDamaged):
        read_package(write_zip({**unpacked(), "attachments/extra.txt": b"x"}))


def test_members_in_another_order_are_refused() -> None:
    with pytest.raises(PackageDamaged):
        read_package(write_zip(dict(reversed(unpacked().items()))))


def test_a_package_packed_again_by_other_software_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as stock:
        for name, data in unpacked().items():
            stock.writestr(name, data)
    with pytest.raises(ForeignZip) as raised:
        read_package(out.getvalue())

    assert "封装形式不符" in raised.value.text()


def test_every_altered_byte_of_the_container_is_refused_or_in_the_signature() -> None:
    whole = package()
    start = whole.index(b"signature over")
    chooser = random.Random(7)  # noqa: S311 - a choice of places
    places = {
        *range(64),
        *chooser.sample(range(len(whole)), 400),
        *range(len(whole) - 80, len(whole)),
    }
    for place in sorted(places - set(range(start, start + 20))):
        altered = whole[:place] + bytes((whole[place] ^ 0x20,)) + whole[place + 1 :]
        with pytest.raises(BadInput):
            read_package(altered)


@pytest.mark.parametrize("cut", [0, 1, 22, 100, 1000])
def test_a_package_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(BadInput):
        read_package(package()[:cut])


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "c:x",
        "nul",
        "con.txt",
        "a\u202eb",
        "x" * 300,
        "长" * 90,
        "a\n",
        "x ",
    ],
)
def test_a_name_that_not_every_machine_keeps_is_refused(name: str) -> None:
    with pytest.raises(BadAttachmentName) as raised:
        check_name(name)

    assert "不能使用" in raised.value.text()


def test_two_names_that_some_file_system_takes_for_one_are_refused() -> None:
    twins = tuple(AttachedFile(name, "text/plain", b"") for name in ("表.TXT", "表.txt"))
    with pytest.raises(BadAttachmentName):
        members(twins)


def test_more_attachments_than_the_limit_are_refused() -> None:
    with pytest.raises(TooLarge):
        members(tuple(AttachedFile(f"{n}", "text/plain", b"") for n in range(199)))


def test_a_manifest_of_other_parts_is_not_signed() -> None:
    with pytest.raises(PackageDamaged):
        build_package(members(()), manifest(members()), lambda asic: asic)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"name":"metadata.xml"', '"name":"document.pdf"', "parts"),
        ('"document":"sha256:', '"document":"sm3:', "document"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(old: str, new: str, place: str) -> None:
    data = to_bytes(manifest(members())).decode()
    assert old in data
    with pytest.raises(BadManifest) as raised:
        parse_manifest(data.replace(old, new).encode())

    assert f"自相矛盾（{place}）" in raised.value.text()


def test_the_metadata_names_each_element_by_clause_and_chinese_name() -> None:
    root = etree.fromstring(metadata_xml(DOCUMENT, identifier=DISPATCH))
    told = {etree.QName(e).localname: (e.get("clause"), e.get("name"), e.text) for e in root}

    assert ("4.7", "发文字号", "皖政办〔2026〕12号") == told["documentNumber"]
    assert ("4.9", "标题", "关于<某事>&其他的通知") == told["title"]
    assert ("4.18", "发布层次", "内部") == told["release"]
    assert 17 == len(CORE)
    assert "4.4" not in {element.clause for element in CORE.values()}


def test_metadata_with_control_characters_is_still_xml() -> None:
    odd = from_bytes(Document, to_bytes(DOCUMENT).replace("其他".encode(), b"\\u0001\\u000b"))

    etree.fromstring(metadata_xml(odd, identifier=DISPATCH))
