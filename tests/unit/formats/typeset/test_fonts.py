"""Which font draws what, and what happens when there is none."""

import shutil
from pathlib import Path

import pytest

from formats.typeset.fontfiles import fonts_root, free_set
from formats.typeset.fonts import FontSet, FontsMissing, find_licensed, load_fonts
from formats.typeset.sfnt import BadFont, Sfnt


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

    assert ["licensed-fang", "fang", "serif"] == [font.key for font in chains["fang"]]
    assert "hei" == chains["hei"][0].key


def test_a_half_made_set_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "abc").mkdir()
    shutil.copy(free_file("song"), tmp_path / "abc")
    (tmp_path / "current").write_text("abc")

    assert free_set(tmp_path) is None
