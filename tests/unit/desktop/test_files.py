"""Files of this machine: what the disk says is told in Chinese."""

import errno
import os
from pathlib import Path

import pytest

from desktop.errors import DiskFull, DiskTrouble, OutputIsInput
from desktop.files import coded, read_file, require_other_file, write_new


def test_a_file_that_is_not_there_is_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble) as told:
        read_file(tmp_path / "none", limit=10)

    assert f"无法读写“{tmp_path / 'none'}”：文件或文件夹不存在。" == told.value.sentences()[0]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    with pytest.raises(DiskTrouble) as told:
        write_new(tmp_path / "a", b"new")

    assert "已有同名文件，没有覆盖" in told.value.text()
    assert b"old" == (tmp_path / "a").read_bytes()


@pytest.mark.parametrize("number", [errno.EISDIR, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG])
def test_no_english_of_the_system_reaches_a_person(number: int, tmp_path: Path) -> None:
    told = coded(OSError(number, os.strerror(number)), tmp_path).sentences()[0]

    assert os.strerror(number) not in told


def test_a_full_disk_has_its_own_code(tmp_path: Path) -> None:
    assert isinstance(coded(OSError(errno.ENOSPC, "x"), tmp_path), DiskFull)


def test_an_output_that_is_the_input_by_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    with pytest.raises(OutputIsInput):
        require_other_file(tmp_path / "a", tmp_path / "b")


def test_an_output_that_is_not_there_yet_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")

    require_other_file(tmp_path / "a", tmp_path / "b")
