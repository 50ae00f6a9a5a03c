"""The makers' table: its one form, how a profile is found, and what an office may add."""

from pathlib import Path

import pytest

from formats.errors import TooLarge
from formats.limits import MAX_VENDORS_BYTES
from signing.tokens import vendors
from signing.tokens.base import TokenInfo
from signing.tokens.vendors import VendorsBad, find_modules, load_vendors, parse_vendors

OWN = """
[[vendor]]
id = "county"
name = "县里的 UKEY"
interface = "skf"
modules.linux = ["libcounty.so"]
ulong = 8
application = "YIDAO"
factory_pins = ["11223344"]
"""
SM2 = """
[[vendor]]
id = "x"
name = "x"
interface = "pkcs11"
[vendor.sm2]
key_type = 0xFFFFF001
sign = 0xFFFFF002
sign_input = "digest"
signature = "raw"
"""


def info(**said: str) -> TokenInfo:
    values = {"manufacturer": "maker", "model": "model", "label": "label"} | said
    return TokenInfo(id="x", serial="1", pin_state="ok", provider="pkcs11", **values)  # type: ignore[arg-type]  # three strings


def test_the_shipped_table_is_in_the_one_form_and_names_softhsm() -> None:
    known = load_vendors()

    softhsm = known.of_token(
        "/usr/lib/softhsm/libsofthsm2.so", info(manufacturer="SoftHSM project")
    )

    assert softhsm is not None
    assert ("softhsm", True, ("oaep-sha1",)) == (softhsm.id, softhsm.tested, softhsm.oaep)
    assert [softhsm] == [p for p in known.profiles if p.tested]


def test_every_shipped_profile_says_where_its_driver_is() -> None:
    assert [] == [p.id for p in load_vendors().profiles if not p.patterns()]


@pytest.mark.parametrize(
    "module", ["C:\\Windows\\System32\\MTOKEN_GM3000.DLL", "/opt/x/libgm3000.1.0.so"]
)
def test_a_driver_is_known_by_its_file_name_on_any_system(module: str) -> None:
    assert ["longmai-gm3000"] == [p.id for p in load_vendors().of_module(module)]


def test_an_unknown_token_has_no_profile() -> None:
    assert load_vendors().of_token("/opt/libunknown.so", info()) is None


def test_a_token_under_an_unknown_driver_is_known_by_what_its_maker_says() -> None:
    found = load_vendors().of_token("/opt/renamed.so", info(manufacturer="SoftHSM project"))

    assert found is not None
    assert "softhsm" == found.id


def test_an_office_adds_a_maker(tmp_path: Path) -> None:
    (tmp_path / "vendors.toml").write_text(OWN)
    known = load_vendors(tmp_path)

    (added,) = known.of_module("/opt/libcounty.so")

    assert ("county", 8, "YIDAO", ("11223344",)) == (
        added.id,
        added.ulong,
        added.application,
        added.factory_pins,
    )
    assert known.get("softhsm") == load_vendors().get("softhsm")


def test_an_office_replaces_a_shipped_profile(tmp_path: Path) -> None:
    (tmp_path / "vendors.toml").write_text(OWN.replace("county", "softhsm", 1))

    changed = load_vendors(tmp_path).get("softhsm")

    assert changed is not None
    assert "skf" == changed.interface


def test_a_folder_without_a_file_adds_nothing(tmp_path: Path) -> None:
    assert load_vendors(tmp_path) == load_vendors()


def test_vendor_mechanisms_are_read_as_numbers() -> None:
    (profile,) = parse_vendors(SM2.encode())

    assert profile.sm2 is not None
    assert (0xFFFFF001, 0xFFFFF002, None) == (
        profile.sm2.key_type,
        profile.sm2.sign,
        profile.sm2.decrypt,
    )


@pytest.mark.parametrize(
    "text",
    [
        "vendor = 1",
        "[[vendor]]\nid = 'x'",
        OWN.replace("ulong = 8", "ulong = 16"),
        OWN.replace("ulong = 8", "long = 8"),
        OWN.replace('"skf"', '"capi"'),
        OWN.replace('id = "county"', 'id = "../county"'),
        OWN.replace('["libcounty.so"]', '"libcounty.so"'),
        SM2.replace('"raw"', '"pem"'),
        SM2.replace("0xFFFFF001", "0x1FFFFFFFF"),
        OWN + OWN,
        "[[vendor",
        "a = " + "[" * 5000,
        "\x00",
    ],
    ids=[f"form-{n}" for n in range(13)],
)
def test_whatever_is_not_in_the_one_form_is_refused(text: str) -> None:
    with pytest.raises(VendorsBad) as caught:
        parse_vendors(text.encode())

    assert "vendors.toml" in caught.value.text()


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(VendorsBad):
        parse_vendors(b"\xff\xfe")


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        parse_vendors(b"#" * (MAX_VENDORS_BYTES + 1))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vendors.toml").mkdir()

    with pytest.raises(VendorsBad):
        load_vendors(tmp_path)


def test_installed_drivers_are_found_in_the_systems_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libcounty.so").write_bytes(b"")
    (profile,) = parse_vendors(OWN.encode())
    monkeypatch.setattr(vendors, "platform", lambda: "linux")
    monkeypatch.setitem(vendors._FOLDERS, "linux", (str(tmp_path),))

    assert (tmp_path / "libcounty.so",) == find_modules(profile)


def test_an_editors_byte_order_mark_does_not_spoil_a_file() -> None:
    text = '\ufeff[[vendor]]\nid = "x"\nname = "x"\ninterface = "skf"\n'

    assert "x" == parse_vendors(text.encode())[0].id


def test_what_the_system_says_of_a_file_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "vendors.toml").mkdir()

    with pytest.raises(VendorsBad) as caught:
        load_vendors(tmp_path)
    assert "这是文件夹，不是文件" in caught.value.text()
