from pathlib import Path

import msgspec
import pytest

from desktop.errors import DiskTrouble
from desktop.files import read_file, write_new, write_whole
from desktop.profile import (
    Profile,
    ProfileDamaged,
    ProfileExists,
    ProfileMissing,
    Settings,
    create_profile,
    load_profile,
    parse_settings,
)
from formats.errors import TooLarge
from signing.verdict.acceptance import DEFAULT, Policy

SETTINGS = Settings(
    body="340100.bgs", node="https://127.0.0.1:8443", module="/usr/lib/x.so", token="合肥"
)


def make(folder: Path) -> Profile:
    return create_profile(
        folder, SETTINGS, anchors=(b"\x30\x03\x02\x01\x01",), tls_ca=b"pem", directory=b"p7m"
    )


def test_a_profile_comes_back_as_it_was_made(tmp_path: Path) -> None:
    made = make(tmp_path / "p")

    assert (SETTINGS, (b"\x30\x03\x02\x01\x01",)) == (
        load_profile(made.folder).settings,
        made.anchors(),
    )


def test_a_profile_is_never_written_over(tmp_path: Path) -> None:
    make(tmp_path)

    with pytest.raises(ProfileExists):
        make(tmp_path)


def test_an_empty_folder_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileMissing) as missing:
        load_profile(tmp_path)

    assert str(tmp_path) in missing.value.text()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"body":"340100.bgs","node":"http://x","module":"m","token":"t"}',
        b'{"body":"hefei","node":"https://x","module":"m","token":"t"}',
        b'{"body":"340100.bgs","node":"https://x","module":"m","token":"t","more":1}',
        b'{"version":2,"body":"340100.bgs","node":"https://x","module":"m","token":"t"}',
        b"[" * 100_000,
    ],
)
def test_settings_that_are_not_settings_are_refused(data: bytes) -> None:
    with pytest.raises(ProfileDamaged):
        parse_settings(data)


def test_a_profile_without_anchors_is_damaged(tmp_path: Path) -> None:
    profile = make(tmp_path)
    (tmp_path / "anchors" / "01.cer").unlink()

    with pytest.raises(ProfileDamaged):
        profile.anchors()


def test_an_anchor_that_is_not_der_is_refused(tmp_path: Path) -> None:
    profile = make(tmp_path)
    (tmp_path / "anchors" / "01.cer").write_bytes(b"-----BEGIN")

    with pytest.raises(ProfileDamaged):
        profile.anchors()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    write_whole(tmp_path / "x", b"new")

    assert {"x": b"new"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_a_new_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")

    with pytest.raises(DiskTrouble):
        write_new(tmp_path / "x", b"new")
    assert b"old" == (tmp_path / "x").read_bytes()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble) as trouble:
        write_whole(tmp_path / "no" / "x", b"new")

    assert "disk.trouble" == trouble.value.code


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(11))

    with pytest.raises(TooLarge):
        read_file(tmp_path / "x", limit=10)


def test_settings_without_a_policy_ask_nothing_more() -> None:
    plain = b'{"body":"340100.bgs","node":"https://x","module":"m","token":"t"}'

    assert parse_settings(plain).policy == DEFAULT


def test_policy_of_the_office_comes_back_as_it_was_set(tmp_path: Path) -> None:
    strict = Policy(neighbours=False, level="B-T", grace=86_400.0)
    settings = msgspec.structs.replace(SETTINGS, policy=strict)
    create_profile(tmp_path, settings, anchors=(b"0",), tls_ca=b"pem", directory=b"p7m")

    assert load_profile(tmp_path).settings.policy == strict


@pytest.mark.parametrize("policy", ['{"level":"B-X"}', '{"grace":-1}', '{"more":1}'])
def test_policy_that_is_none_is_refused(policy: str) -> None:
    text = '{"body":"340100.bgs","node":"https://x","module":"m","token":"t","policy":' + policy

    with pytest.raises(ProfileDamaged):
        parse_settings(text.encode() + b"}")
