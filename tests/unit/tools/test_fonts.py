"""The set-up of the free fonts, short of making them again."""

from pathlib import Path

import pytest

from formats.typeset.fontfiles import fonts_root, free_set
from tools import fonts


def test_a_made_set_is_found_again_and_not_made_twice() -> None:
    folder, fresh = fonts.make(fonts_root())

    assert not fresh
    assert folder == free_set(fonts_root())


def test_the_set_holds_every_face_and_the_licences() -> None:
    folder = free_set(fonts_root())

    assert folder is not None
    assert {"fang", "hei", "kai", "sans", "serif", "song", "title", "wenkai"} == {
        path.stem for path in folder.glob("*.ttf")
    }
    licences = {path.name: path.read_text() for path in (folder / "licences").iterdir()}
    assert "GNU GENERAL PUBLIC LICENSE" in licences["fandol-COPYING"]
    assert "SIL" in licences["fonts-noto-cjk"]
    assert "SIL" in licences["fonts-lxgw-wenkai"]


def test_the_licence_of_fandol_goes_along_where_packages_keep_no_documents(tmp_path: Path) -> None:
    fonts._licences(tmp_path / "nowhere", tmp_path)

    assert "GNU GENERAL PUBLIC LICENSE" in (tmp_path / "licences/fandol-COPYING").read_text()


def test_a_set_is_whole_while_every_file_is_as_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "fang.ttf").write_bytes(b"outlines")
    fonts._describe(tmp_path)

    assert fonts.whole(tmp_path)
    (tmp_path / "fang.ttf").write_bytes(b"outlinez")
    assert not fonts.whole(tmp_path)


@pytest.mark.parametrize("described", ["", "{}", "[]", '{"files": 3}', '{"files": {"a.ttf": "0"}}'])
def test_a_set_that_is_described_wrongly_is_not_whole(tmp_path: Path, described: str) -> None:
    (tmp_path / "set.json").write_text(described)

    assert not fonts.whole(tmp_path)


def test_missing_system_packages_are_named_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YIDAO_FONTS", str(tmp_path))
    monkeypatch.setattr(fonts, "NOTO", tmp_path / "nowhere")
    monkeypatch.setattr(fonts, "WENKAI", tmp_path / "nowhere.ttf")

    assert 2 == fonts.main()
    told = capsys.readouterr().err
    assert "sudo apt-get install -y fonts-noto-cjk fonts-lxgw-wenkai" in told
    assert [] == list(tmp_path.iterdir())


def test_a_failed_download_leaves_nothing_and_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "fonts"
    monkeypatch.setenv("YIDAO_FONTS", str(root))
    monkeypatch.setattr(fonts, "FANDOL_PACKAGE", "no-such-package-anywhere")
    monkeypatch.setattr(fonts, "FANDOL_FOLDER", "nowhere")

    assert 2 == fonts.main()
    assert "sudo apt-get update" in capsys.readouterr().err
    assert [] == list(root.iterdir())
