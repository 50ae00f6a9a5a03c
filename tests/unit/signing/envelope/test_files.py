"""A file that is there whole or not at all."""

from pathlib import Path

import pytest

from signing.envelope.files import whole_file


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "公文.asice"
    with whole_file(out) as sink:
        sink.write(b"all")
        assert not out.exists()

    assert b"all" == out.read_bytes()
    assert ["公文.asice"] == names_in(tmp_path)


def test_nothing_is_left_of_a_write_that_failed(tmp_path: Path) -> None:
    def write() -> None:
        with whole_file(tmp_path / "x") as sink:
            sink.write(b"half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        write()

    assert [] == names_in(tmp_path)


def test_what_a_killed_writer_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "x.part").write_bytes(b"left behind")
    with whole_file(tmp_path / "x") as sink:
        sink.write(b"new")

    assert ["x"] == names_in(tmp_path)
