"""GM/T 0016 as C compilers see it, and what a driver's answers mean."""

import ctypes
from pathlib import Path
from typing import Any

import pytest

from signing.errors import (
    AdminPinLocked,
    AdminPinWrong,
    CapsuleError,
    DriverGarbage,
    KeyMissing,
    LoginNeeded,
    ModuleMissing,
    NoRoom,
    NotOffered,
    PinLocked,
    PinUnfit,
    PinWrong,
    TokenError,
    TokenMissing,
)
from signing.tokens.skf_abi import SAR, Library, SarFault, Width, types_of
from tests.support.skf import STATE, SkfDesk, build_module, desk_in

NAMES = {
    "DEVINFO": "device_info",
    "RSAPUBLICKEYBLOB": "rsa_public",
    "ECCPUBLICKEYBLOB": "ecc_public",
    "ECCCIPHERBLOB": "ecc_cipher",
    "ECCSIGNATUREBLOB": "ecc_signature",
    "ENVELOPEDKEYBLOB": "enveloped_key",
    "BLOCKCIPHERPARAM": "cipher_param",
    "FILEATTRIBUTE": "file_attribute",
}


@pytest.fixture(scope="module", params=[4, 8], ids=["ulong-4", "ulong-8"])
def width(request: pytest.FixtureRequest) -> Width:
    return request.param  # type: ignore[no-any-return]  # one of the two above


@pytest.fixture(scope="module")
def wide_desk(width: Width, tmp_path_factory: pytest.TempPathFactory) -> SkfDesk:
    folder = tmp_path_factory.mktemp("wide")
    return desk_in(build_module(folder, width), folder / "desk")


def test_structures_lie_as_the_c_compiler_lays_them(wide_desk: SkfDesk, width: Width) -> None:
    said = wide_desk.layout()
    types = types_of(width)
    ours = {"ULONG": ctypes.sizeof(types.ulong)}
    for line in said:
        struct, _, field = line.partition(".")
        if struct in NAMES:
            kind: Any = getattr(types, NAMES[struct])
            ours[line] = getattr(kind, field).offset if field else ctypes.sizeof(kind)

    assert said == ours
    assert len(said) > 30


def test_the_width_of_a_driver_is_measured(
    wide_desk: SkfDesk, width: Width, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STATE, str(wide_desk.folder))
    library = Library(wide_desk.module)
    before = library.width
    library.measure()

    assert (0, width) == (before, library.width)


def test_a_width_that_is_given_is_believed(wide_desk: SkfDesk) -> None:
    library = Library(wide_desk.module, 8)
    library.measure()

    assert 8 == library.width


def test_a_file_that_is_no_library_is_no_driver(tmp_path: Path) -> None:
    (tmp_path / "libx.so").write_bytes(b"text")

    with pytest.raises(ModuleMissing):
        Library(tmp_path / "libx.so")


def test_a_library_without_the_standards_functions_is_no_driver() -> None:
    with pytest.raises(ModuleMissing):
        Library(Path("libc.so.6"))


def test_a_function_a_driver_lacks_is_not_offered(wide_desk: SkfDesk) -> None:
    with pytest.raises(NotOffered) as caught:
        Library(wide_desk.module).call("SKF_ExtECCDecrypt")

    assert "SKF_ExtECCDecrypt" in caught.value.text()


@pytest.mark.parametrize("code", sorted(SAR), ids=lambda code: SAR[code])
def test_every_answer_of_the_standard_is_a_coded_error(code: int) -> None:
    for high in (0x0A000000, 0x0B000000):
        told = SarFault(high | code, "SKF_X").coded()

        assert isinstance(told, TokenError | CapsuleError)
        assert not isinstance(told, DriverGarbage)
        assert all(told.sentences())


@pytest.mark.parametrize("code", [0x1, 0x0A000099, 0xDEADBEEF, 0x0C000023, 0x24])
def test_a_number_that_is_no_answer_is_garbage(code: int) -> None:
    assert isinstance(SarFault(code, "SKF_X").coded(), DriverGarbage)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0x0A000003, NotOffered),
        (0x0A000011, CapsuleError),
        (0x0A00001B, KeyMissing),
        (0x0A000023, TokenMissing),
        (0x0A000025, PinLocked),
        (0x0A000027, PinUnfit),
        (0x0A00002D, LoginNeeded),
        (0x0A000030, NoRoom),
        (0x0B000033, LoginNeeded),
        (0x0B000035, KeyMissing),
        (0x0A000001, TokenError),
    ],
)
def test_an_answer_is_told_as_what_it_is(code: int, expected: type[TokenError]) -> None:
    assert expected is type(SarFault(code, "SKF_X").coded())


@pytest.mark.parametrize(
    ("left", "admin", "expected", "remaining"),
    [
        (3, False, PinWrong, 3),
        (0, False, PinLocked, None),
        (2, True, AdminPinWrong, 2),
        (0, True, AdminPinLocked, None),
        (0x80000000, False, PinWrong, None),
    ],
)
def test_a_wrong_pin_tells_the_devices_own_count(
    left: int,
    admin: bool,
    expected: type[TokenError],
    remaining: int | None,
) -> None:
    told = SarFault(0x0A000024, "SKF_VerifyPIN", left).coded(admin=admin)

    assert expected is type(told)
    assert remaining == getattr(told, "remaining", None)


def test_the_count_is_in_the_sentence() -> None:
    told = SarFault(0x0A000024, "SKF_VerifyPIN", 3).coded()

    assert "3" in told.text("zh")
    assert "3 more tries" in told.text("en")
