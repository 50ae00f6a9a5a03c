"""Which font draws what, and what happens when there is none."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.document.model import Block
from formats.errors import YidaoError
from formats.typeset.fontfiles import fonts_root, free_set
from formats.typeset.fonts import FontSet, FontsMissing, find_licensed, load_fonts
from formats.typeset.sfnt import BadFont, Sfnt
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice


def free_file(key: str) -> Path:
    folder = free_set(fonts_root())
    assert folder is not None
    return folder / f"{key}.ttf"


def test_a_character_beyond_gb2312_comes_from_the_fallback(fonts: FontSet) -> None:
    glyph = fonts.glyph("fang", "㎡")

    assert ("serif", False, False) == (glyph.font.key, glyph.font.own, glyph.missing)


def test_a_character_that_no_font_has_is_the_geta_mark(fonts: FontSet) -> None:
    glyph = fonts.glyph("fang", "😀")

    assert glyph.missing
    assert fonts.glyph("fang", "〓").number == glyph.number


@pytest.mark.parametrize("role", ["fang", "kai", "hei", "song", "title"])
def test_closing_and_opening_marks_have_half_width_variants(fonts: FontSet, role: str) -> None:
    for char in "，。、；：！？）》〕”（《〔“":
        half = fonts.half(role, char)  # type: ignore[arg-type] # a role by name
        assert half is not None
        assert half.advance == 0.5
        assert 0 <= half.left <= half.right <= 0.5


def test_a_missing_set_names_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDAO_FONTS", str(tmp_path))

    with pytest.raises(FontsMissing) as caught:
        load_fonts(())

    assert "python -m tools.fonts" in caught.value.text("zh")


@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_damaged_set_names_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    data = free_file("wenkai").read_bytes()[: 100_000 if damage == "cut" else 0]
    (tmp_path / "set").mkdir()
    for key in ("fang", "kai", "hei", "song", "title", "serif", "sans", "wenkai"):
        (tmp_path / "set" / f"{key}.ttf").symlink_to(free_file(key))
    (tmp_path / "set" / "set.json").write_text("{}")
    (tmp_path / "current").write_text("set")
    monkeypatch.setenv("YIDAO_FONTS", str(tmp_path))
    (tmp_path / "set" / "wenkai.ttf").unlink()
    if damage != "missing":
        (tmp_path / "set" / "wenkai.ttf").write_bytes(data)

    with pytest.raises(FontsMissing) as caught:
        load_fonts(())

    assert "python -m tools.fonts" in caught.value.text("zh")
    assert isinstance(caught.value.__cause__, BadFont)
    assert "wenkai.ttf" in caught.value.__cause__.text("zh")


def test_a_font_file_of_garbage_is_a_coded_error(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttf"
    file.write_bytes(b"\x00\x01\x00\x00" + b"\xff" * 200)

    with pytest.raises(BadFont) as caught:
        Sfnt.open(file)

    assert "broken.ttf" in caught.value.text("zh")


@pytest.mark.parametrize("size", [0, 3, 12, 100, 5000, 100_000])
def test_a_truncated_font_is_a_coded_error_or_passed_over(tmp_path: Path, size: int) -> None:
    file = tmp_path / "cut.ttf"
    file.write_bytes(free_file("song").read_bytes()[:size])

    assert find_licensed([file]) == {}


def test_a_licensed_font_in_a_given_folder_comes_first(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - a stand-in is renamed once

    source = TTFont(free_file("song"))
    for record in source["name"].names:
        record.string = "仿宋_GB2312" if record.platformID == 3 else "FangSong_GB2312"
    source.save(tmp_path / "fs.ttf")
    (tmp_path / "junk.ttf").write_bytes(b"not a font")

    chains = load_fonts((tmp_path,)).chains

    keys = [font.key for font in chains["fang"]]

    assert ["licensed-fang", "fang", "serif", "wenkai", "sans"] == keys
    assert "hei" == chains["hei"][0].key


def test_all_roles_print_the_same_characters(fonts: FontSet) -> None:
    """What a body may hold a heading may too."""
    ends = {role: {font.key for font in chain} - {role} for role, chain in fonts.chains.items()}

    assert {frozenset({"serif", "wenkai", "sans"})} == {frozenset(keys) for keys in ends.values()}


@pytest.mark.parametrize("char", "⁰⁴⁵⁶⁷⁸⁹₀₁₂₃½㎡㎥℃‰①㈠Ⅻⅷ㎏→★〇々√≥±×÷Ωμ€￡©")
def test_signs_that_official_documents_use_are_there(fonts: FontSet, char: str) -> None:
    assert [] == [role for role in fonts.chains if fonts.glyph(role, char).missing]


@pytest.fixture(scope="module")
def licensed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small font that calls itself 仿宋_GB2312: some characters, one of them of two parts."""
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415 - used once
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415 - used once

    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    pen.lineTo((100, 800))
    pen.lineTo((900, 800))
    pen.closePath()
    triangle = pen.glyph()
    pen = TTGlyphPen({"a": triangle})
    pen.addComponent("a", (1, 0, 0, 1, 10, 20))
    glyphs = {".notdef": triangle, "a": triangle, "b": pen.glyph(), "c": triangle, "d": triangle}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({0x4E2D: "c", 0x4E2E: "a", 0x4E2F: "d", 0x56FD: "b", 0xFF0C: "d"})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "仿宋_GB2312", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    file = tmp_path_factory.mktemp("font") / "fs.ttf"
    builder.save(file)
    return file.read_bytes()


def test_the_character_map_is_read_as_font_tools_reads_it(licensed: bytes) -> None:
    face = Sfnt(licensed, "fs.ttf")

    assert [3, 1, 4, 2, 4] == [face.glyph_of(code) for code in map(ord, "中丮丯国，")]
    assert [None] * 5 == [face.glyph_of(code) for code in (0, 0x4E2C, 0x4E30, 0xFFFF, 0x1F600)]


@pytest.mark.parametrize("key", ["fang", "serif", "wenkai"])
def test_the_free_set_is_mapped_as_font_tools_maps_it(key: str) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - the other reader

    file = free_file(key)
    face = Sfnt.open(file)
    with TTFont(file, lazy=True) as other:
        numbers = {name: number for number, name in enumerate(other.getGlyphOrder())}
        expected = {code: numbers[name] for code, name in other.getBestCmap().items()}

    assert expected == {code: face.glyph_of(code) for code in expected}


def test_a_licensed_font_is_set_and_embedded(
    tmp_path: Path, licensed: bytes, notice: Notice
) -> None:
    (tmp_path / "fs.ttf").write_bytes(licensed)
    pdf, _ = typeset_pdf(notice(body=(Block(text="中国，" * 20),)), load_fonts((tmp_path,)))

    assert b"+Yidao-licensed-fang" in pdf


@pytest.mark.parametrize("tag", ["head", "maxp", "hhea", "cmap", "name", "loca", "glyf"])
@pytest.mark.parametrize("length", [0, 6, 1 << 30])
def test_a_licensed_font_with_a_table_cut_short_is_passed_over(
    tmp_path: Path, licensed: bytes, tag: str, length: int
) -> None:
    broken = bytearray(licensed)
    at = next(at for at in range(12, 300, 16) if broken[at : at + 4] == tag.encode())
    broken[at + 12 : at + 16] = length.to_bytes(4, "big")
    (tmp_path / "fs.ttf").write_bytes(broken)

    assert {} == find_licensed([tmp_path / "fs.ttf"])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_damaged_licensed_font_is_passed_over_or_ends_in_a_coded_error(
    licensed: bytes, notice: Notice, data: st.DataObject
) -> None:
    """Whatever bytes of it are wrong: no traceback, and no loop without end."""
    broken = bytearray(licensed)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as folder:
        Path(folder, "fs.ttf").write_bytes(broken)
        found = find_licensed([Path(folder, "fs.ttf")])
        free = load_fonts(()).chains
        chains = {role: (*found.values(), *chain) for role, chain in free.items()}
        try:
            typeset_pdf(notice(body=(Block(text="中国，丮丯" * 20),)), FontSet(chains))
        except YidaoError as error:
            assert isinstance(error, BadFont)  # noqa: PT017 - a coded refusal is a good end too


def test_a_half_made_set_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "abc").mkdir()
    shutil.copy(free_file("song"), tmp_path / "abc")
    (tmp_path / "current").write_text("abc")

    assert free_set(tmp_path) is None
