"""`yidao ukey` as an office meets it: real processes, an SKF driver, SoftHSM, tokens in files."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from formats.effects import system_clock, system_randomness
from signing.errors import PinWrong
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, TokenInfo
from signing.tokens.skf import SkfProvider
from signing.tokens.soft import SoftProvider
from tests.integration.desktop.conftest import Told, yidao
from tests.support.pki import PIN as SOFTHSM_PIN
from tests.support.pki import PilotWorld
from tests.support.skf import ADMIN_PIN, PIN, TRIES, SkfDesk

OWN = """
[[vendor]]
id = "county"
name = "县里的 UKEY"
interface = "skf"
modules.linux = ["libskf4.so"]
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), system_clock, system_randomness)


@pytest.fixture
def driver(skf_desk: SkfDesk, authority: Pilot) -> str:
    """A UKEY with dual SM2 certificates in it, and how its driver is named."""
    skf_desk.new_device("left", serial="S1", label="合肥")
    token = SkfProvider(skf_desk.module).open("skf:S1")
    token.login(Secret(PIN))
    issue_ukey(authority, token, "340100.bgs", "合肥市人民政府办公室", kind="sm2")
    token.logout()
    return f"skf:{skf_desk.module}"


@pytest.fixture
def pins(tmp_path: Path) -> dict[str, Path]:
    """A file for each PIN."""
    texts = {
        "right": PIN,
        "wrong": "00000000",
        "new": "24681357",
        "admin": ADMIN_PIN,
        "weak": "111111",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in texts}


def standing(driver: str) -> TokenInfo:
    """How the device itself says its PIN stands."""
    return SkfProvider(driver.removeprefix("skf:")).open("skf:S1").info()


def coded(told: Told, code: str) -> bool:
    return told.status != 0 and f"错误代码：{code}" in told.err and "Traceback" not in told.err


def test_the_profile_that_matched_is_listed(pilot: PilotWorld) -> None:
    told = yidao("ukey", "list", "--json", "--module", pilot.softhsm.module)

    assert {("softhsm", "SoftHSM 2", True)} == {
        (row["profile"], row["profile_name"], row["profile_tested"]) for row in told.rows
    }


def test_an_offices_own_profile_is_listed(driver: str, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "vendors.toml").write_text(OWN)
    (row,) = yidao(
        "ukey", "list", "--json", "--module", driver.removeprefix("skf:"), profile=folder
    ).rows

    assert ("county", "县里的 UKEY", False) == (
        row["profile"],
        row["profile_name"],
        row["profile_tested"],
    )


def test_a_damaged_profile_file_is_told(driver: str, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "vendors.toml").write_text("[[vendor]]\nid = 1")

    assert coded(yidao("ukey", "list", "--module", driver, profile=folder), "ukey.vendors")


def test_how_the_pin_stands_is_listed_before_any_is_entered(driver: str) -> None:
    (row,) = yidao("ukey", "list", "--json", "--module", driver).rows

    assert ("ok", TRIES, True, 0) == (
        row["pin"],
        row["remaining"],
        row["default_pin"],
        row["seals"],
    )
    assert "出厂 PIN" in yidao("ukey", "list", "--module", driver).out


def test_a_pin_is_changed(driver: str, pins: dict[str, Path]) -> None:
    change = ("ukey", "change-pin", "--module", driver)
    told = yidao(*change, "--pin-file", pins["right"], "--new-pin-file", pins["new"])
    again = yidao(*change, "--pin-file", pins["right"], "--new-pin-file", pins["new"])

    assert 0 == told.status
    assert coded(again, "ukey.pin-wrong")
    assert f"还可以再试 {TRIES - 1} 次" in again.err
    assert standing(driver).default_pin is False


def test_a_guessable_pin_is_refused_and_costs_no_try(driver: str, pins: dict[str, Path]) -> None:
    told = yidao(
        *("ukey", "change-pin", "--module", driver),
        *("--pin-file", pins["wrong"], "--new-pin-file", pins["weak"]),
    )

    assert coded(told, "ukey.pin-weak")
    assert TRIES == standing(driver).remaining


def test_a_locked_ukey_is_unlocked_by_the_issuing_office(
    driver: str, pins: dict[str, Path]
) -> None:
    change = ("ukey", "change-pin", "--module", driver)
    token = SkfProvider(driver.removeprefix("skf:")).open("skf:S1")
    for _ in range(TRIES - 1):
        with pytest.raises(PinWrong):
            token.login(Secret("00000000"))
    told = yidao(*change, "--pin-file", pins["wrong"], "--new-pin-file", pins["new"])
    locked = standing(driver).pin_state
    unlock = ("ukey", "unlock", "--module", driver, "--new-pin-file", pins["new"])
    refused = yidao(*unlock, "--admin-pin-file", pins["wrong"])
    unlocked = yidao(*unlock, "--admin-pin-file", pins["admin"])

    assert coded(told, "ukey.pin-locked")
    assert coded(refused, "ukey.admin-pin-wrong")
    assert ("locked", 0, "ok") == (locked, unlocked.status, standing(driver).pin_state)


def test_the_self_check_tries_everything_on_the_device(driver: str, pins: dict[str, Path]) -> None:
    told = yidao("ukey", "check", "--json", "--module", driver, "--pin-file", pins["right"])

    assert 0 == told.status
    assert {
        ("describe", "ok"),
        ("certificates", "ok"),
        ("seals", "ok"),
        ("login", "ok"),
        ("sign", "ok"),
        ("unwrap", "ok"),
        ("logout", "ok"),
    } == {(row["step"], row["outcome"]) for row in told.rows}


def test_the_self_check_fails_where_the_device_signs_wrongly(
    driver: str, skf_desk: SkfDesk, pins: dict[str, Path]
) -> None:
    skf_desk.misbehave("left", "signature")
    told = yidao("ukey", "check", "--json", "--module", driver, "--pin-file", pins["right"])

    assert 1 == told.status
    assert [("sign", "ukey.signature-unfit")] == [
        (row["step"], row["error"]) for row in told.rows if row["outcome"] == "failed"
    ]


def test_the_self_check_without_a_pin_spends_no_try(driver: str) -> None:
    told = yidao("ukey", "check", "--json", "--module", driver, "--without-pin")

    assert 0 == told.status
    assert {"skipped"} == {r["outcome"] for r in told.rows if r["step"] in {"sign", "unwrap"}}
    assert TRIES == standing(driver).remaining


def test_the_self_check_runs_on_pkcs11(pilot: PilotWorld, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text(SOFTHSM_PIN)
    told = yidao(
        *("ukey", "check", "--json", "--module", pilot.softhsm.module),
        *("--token", "340100.bgs", "--pin-file", tmp_path / "pin"),
    )

    assert 0 == told.status
    assert {"ecdsa-sha256", "ecdh-p256"} <= {row["about"] for row in told.rows}


def test_of_several_ukeys_one_must_be_named(driver: str, skf_desk: SkfDesk) -> None:
    skf_desk.new_device("right", serial="S2", label="肥西")
    check = ("ukey", "check", "--without-pin", "--json", "--module", driver)

    several = yidao(*check)
    assert coded(several, "ukey.several")
    assert "合肥（S1）" in several.err
    assert 0 == yidao(*check, "--token", "S1").status
    assert coded(yidao(*check, "--token", "S3"), "ukey.missing")


def test_watching_tells_whenever_a_ukey_comes_or_goes(driver: str, skf_desk: SkfDesk) -> None:
    command = [sys.executable, "-m", "desktop.cli", "ukey", "list", "--watch", "--json"]
    process = subprocess.Popen(
        [*command, "--module", driver], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    heard = []
    for change in (lambda: None, lambda: skf_desk.pull("left"), lambda: skf_desk.plug("left")):
        change()
        told: list[dict[str, object]] = []
        while not any("present" in row for row in told):
            told.append(json.loads(process.stdout.readline()))
        heard.append((told[-1]["present"], [row["serial"] for row in told[:-1]]))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert [(1, ["S1"]), (0, []), (1, ["S1"])] == heard
    assert 130 == process.returncode
    assert "Traceback" not in err


def test_no_ukey_is_told(driver: str, skf_desk: SkfDesk) -> None:
    skf_desk.pull("left")

    assert coded(yidao("ukey", "list", "--module", driver), "ukey.missing")


def test_a_driver_that_is_not_installed_is_told() -> None:
    assert coded(yidao("ukey", "list", "--module", "vendor:netca"), "ukey.module-missing")


def test_new_pins_that_differ_never_reach_the_ukey(driver: str) -> None:
    told = _typed(driver, PIN, "24681357", "24681358")

    assert "ukey.pins-differ" in told
    assert (TRIES, True) == (standing(driver).remaining, standing(driver).default_pin)


def test_pins_are_asked_for_and_not_shown(driver: str) -> None:
    told = _typed(driver, PIN, "24681357", "24681357")

    assert standing(driver).default_pin is False
    assert not any(pin in told for pin in (PIN, "24681357"))


def test_a_token_in_a_file_is_unlocked(tmp_path: Path, pins: dict[str, Path]) -> None:
    folder = tmp_path / "tokens"
    SoftProvider(folder).initialise("x", Secret("135790"), os.urandom, Secret(ADMIN_PIN))
    told = yidao(
        *("ukey", "unlock", "--module", f"soft:{folder}"),
        *("--admin-pin-file", pins["admin"], "--new-pin-file", pins["new"]),
    )

    assert 0 == told.status


def _typed(driver: str, *lines: str) -> str:
    """What a terminal shows while somebody changes a PIN by hand."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "desktop.cli", "ukey", "change-pin", "--module", driver]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    shown = b""
    for line in lines:
        while not shown.endswith("：".encode()):
            shown += os.read(ours, 1024)
        os.write(ours, line.encode() + b"\n")
        shown += b" "
    while True:
        try:
            more = os.read(ours, 1024)
        except OSError:  # the terminal closed: Linux says so by an error
            break
        if not more:
            break
        shown += more
    process.wait(timeout=60)
    os.close(ours)
    return shown.decode(errors="replace")
