"""Archives that lie, hide or explode end in one coded error each."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pytest

from formats.errors import BadInput
from formats.safe.archive_errors import (
    BadZip,
    DuplicateName,
    EncryptedZip,
    LinkMember,
    UnsafeName,
    ZipBomb,
)
from formats.safe.zip import read_members
from tests.support.archives import Entry, build_zip


def read(data: bytes, *, members: int = 100, one: int = 2**26, total: int = 2**27) -> list[str]:
    found = read_members(data, max_members=members, max_member_bytes=one, max_total_bytes=total)
    return list(found)


def named(name: str) -> bytes:
    return build_zip(Entry(name.encode()))


def test_an_honest_archive_is_read_in_the_order_it_lies() -> None:
    data = build_zip(Entry(b"mimetype"), Entry("附件/甲.pdf".encode(), b"y" * 5000, deflate=True))

    assert ["mimetype", "附件/甲.pdf"] == read(data)


def test_what_the_standard_library_writes_is_read() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("文件夹")
        archive.writestr("文件夹/a.txt", "x" * 100)

    assert ["文件夹/a.txt"] == read(out.getvalue())


def test_a_data_descriptor_behind_the_data_is_understood() -> None:
    class Unseekable(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "x" * 100)
        archive.writestr("b.txt", "y")

    assert ["a.txt", "b.txt"] == read(out.getvalue())


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "a/../../b",
        "/etc/passwd",
        "a\\b",
        "C:a",
        "a:stream",
        "a\x00b",
        "a\nb",
        ".",
        "a//b",
        "a/./b",
        "CON",
        "nul.txt",
        "x/LPT1",
        "com¹.doc",
        "ＣＯＮ",
        "a.",
        "a ",
        " a",
        "a/b./c",
        "a\u202etxt.exe",
        "a\u200bb",
        "a／b",
        "a＼b",
        "．．/a",
        "a*",
        "a?",
        "x" * 300,
        "",
        "a\ue000",
    ],
)
def test_an_unsafe_name_is_refused(name: str) -> None:
    with pytest.raises(UnsafeName):
        read(named(name))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "a"),
        ("A.txt", "a.TXT"),
        ("é", "e\u0301"),
        ("ａ", "a"),
        ("ß", "SS"),
        ("a", "a/b"),
        ("a/b", "A"),
    ],
)
def test_names_that_meet_in_one_file_system_are_refused(first: str, second: str) -> None:
    with pytest.raises(DuplicateName):
        read(build_zip(Entry(first.encode()), Entry(second.encode())))


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644])
def test_a_link_or_device_is_refused(mode: int) -> None:
    with pytest.raises(LinkMember):
        read(build_zip(Entry(b"a", mode=mode)))


@pytest.mark.parametrize("flag", [0x0001, 0x0041, 0x2000])
def test_an_encrypted_member_is_refused(flag: int) -> None:
    with pytest.raises(EncryptedZip):
        read(build_zip(Entry(b"a", flags=0x0800 | flag)))


@pytest.mark.parametrize(
    "data",
    [
        build_zip(Entry(b"a"), prefix=b"MZ program"),
        build_zip(Entry(b"a"), suffix=b"trailing"),
        build_zip(Entry(b"a"), comment=b"PK\x05\x06 another end"),
        build_zip(Entry(b"a", local_name=b"b")),
        build_zip(Entry(b"a", told_crc=1)),
        build_zip(Entry(b"a", local_size=9)),
        build_zip(Entry(b"a", tail=b"hidden between members"), Entry(b"b")),
        build_zip(Entry(b"a", b"xyz" * 100, deflate=True, told_size=200)),
        build_zip(Entry(b"a", b"xyz" * 100, deflate=True, told_size=400)),
        build_zip(Entry(b"a"), count=2),
        build_zip(Entry(b"a"), Entry(b"b"), count=1),
        build_zip(Entry(b"a"), count=0xFFFF),
        build_zip(Entry(b"a", extra=b"\x01\x00\x08\x00" + bytes(8))),
        build_zip(Entry(b"a", extra=b"\x75\x70\x01\x00x")),
        build_zip(Entry(b"a", extra=b"\x99\x99\xff\x00")),
        build_zip(Entry("甲".encode("gbk"), flags=0)),
        build_zip(Entry(b"\xff\xfe")),
        build_zip(Entry(b"d/", b"content of a folder")),
        b"",
        b"PK\x03\x04",
        b"not an archive at all, but long enough to hold an end record",
    ],
    ids=[
        "prefix",
        "suffix",
        "comment",
        "other-local-name",
        "crc",
        "local-size",
        "hidden-bytes",
        "too-long",
        "too-short",
        "count-high",
        "count-low",
        "zip64",
        "zip64-extra",
        "unicode-name",
        "extra-cut",
        "gbk-unmarked",
        "not-utf8",
        "folder-content",
        "empty",
        "stub",
        "text",
    ],
)
def test_an_archive_two_readers_would_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(BadZip):
        read(data)


def test_overlapping_members_are_refused() -> None:
    data = bytearray(build_zip(Entry(b"a"), Entry(b"b")))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)  # the second entry points at the first header

    with pytest.raises(BadZip):
        read(bytes(data))


def test_a_bomb_is_refused_by_its_ratio_before_it_is_inflated() -> None:
    with pytest.raises(ZipBomb):
        read(build_zip(Entry(b"a", bytes(8 * 2**20), deflate=True)))


def test_a_bomb_that_lies_about_its_size_is_stopped_at_the_lie() -> None:
    with pytest.raises(BadZip):
        read(build_zip(Entry(b"a", bytes(64 * 2**20), deflate=True, told_size=10)))


@pytest.mark.parametrize(
    "limits", [{"members": 1}, {"one": 4}, {"total": 9}], ids=["members", "one", "total"]
)
def test_each_limit_is_held(limits: dict[str, int]) -> None:
    with pytest.raises(ZipBomb):
        read(build_zip(Entry(b"a", b"12345"), Entry(b"b", b"12345")), **limits)


def test_every_cut_of_a_good_archive_ends_in_a_coded_error() -> None:
    good = build_zip(Entry(b"a", b"x" * 50, deflate=True), Entry(b"b/c", b"y"))

    for length in range(len(good)):
        with pytest.raises(BadInput):
            read(good[:length])


def test_no_changed_byte_ends_in_a_traceback() -> None:
    good = build_zip(Entry(b"a", b"x" * 50, deflate=True), Entry(b"b/c", b"y"))

    for place in range(len(good)):
        for value in (0x00, 0xFF, good[place] ^ 0x01):
            changed = good[:place] + bytes([value]) + good[place + 1 :]
            with suppress(BadInput):
                read(changed)
