"""The PIN from a file: what is not a PIN never costs a try at the UKEY."""

from pathlib import Path

import pytest

from desktop.cli.common import read_pin
from desktop.errors import PinNeeded, PinUnreadable


@pytest.mark.parametrize("data", [b"123456", b"123456\n", b"123456\r\n", b"\xef\xbb\xbf123456\r\n"])
def test_a_pin_is_read_as_any_editor_saves_it(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(data)

    assert b"123456" == read_pin(tmp_path / "pin").reveal()


@pytest.mark.parametrize("data", [b"\xff\xfe1\x002\x00", b"12\n34\n", b"12\x0034", b"9" * 5000])
def test_a_file_that_holds_no_pin_is_refused_before_the_ukey(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(data)

    with pytest.raises(PinUnreadable):
        read_pin(tmp_path / "pin")


@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_means_that_a_pin_is_needed(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(data)

    with pytest.raises(PinNeeded):
        read_pin(tmp_path / "pin")
