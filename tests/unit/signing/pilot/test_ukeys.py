"""What the pilot's commands do with the UKEYs of an operator, and refuse to do."""

import io
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from formats.effects import system_clock, system_randomness
from formats.errors import YidaoError
from signing.errors import (
    DriverGarbage,
    LoginNeeded,
    NotOffered,
    PinUnfit,
    SeveralTokens,
    TokenMissing,
    WrongOwner,
)
from signing.pilot import Pilot, issue_ukey
from signing.pilot.errors import BadBodyId
from signing.pilot.seal_commands import app
from signing.pilot.seals import seals_made
from signing.pilot.ukeys import ask_pin
from signing.tokens.base import Secret, TokenKeyKind, Usage, find_token
from signing.tokens.soft import SoftProvider, SoftToken
from tests.support.pki import PIN, SoftHsm
from tests.support.skf import PIN as SKF_PIN
from tests.support.skf import SkfDesk

BODY, NAME = "340000.bgt", "安徽省人民政府办公厅"


class Office:
    """The issuing office's desk: a pilot, a file with a PIN, the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pilot = folder / "pki"
        self.soft = folder / "soft"
        self.pin = folder / "pin"
        self.pin.write_text(PIN + "\n")
        self("init")

    def __call__(self, *arguments: object, body: str = "") -> dict[str, object]:
        """The answer of a command. Raises what it raises."""
        who = ("--body", body, "--name", NAME, "--pin-file", self.pin) if body else ()
        given = map(str, (*arguments, *who, "--dir", self.pilot, "--json"))
        done = CliRunner().invoke(app, list(given))
        if isinstance(done.exception, YidaoError):
            raise done.exception
        assert 0 == done.exit_code, done.output
        answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def issued(self) -> set[str]:
        """Profiles of what was issued to bodies."""
        entries = Pilot.open(self.pilot, system_clock, system_randomness).entries
        return {entry.profile for entry in entries if entry.owner.startswith("body:")}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_file_ukey_is_unlocked_by_the_pin_that_the_pilot_kept(office: Office) -> None:
    made = office("issue-ukey", "--token-label", "t", "--soft", office.soft, body=BODY)
    kept = office.pilot / "recovery" / f"{made['token']}.so-pin"
    token = find_token((SoftProvider(office.soft),), "t")
    token.unlock(Secret(kept.read_bytes()), Secret("319407"))

    token.login(Secret("319407"))
    assert 0o600 == kept.stat().st_mode & 0o777


def test_an_skf_device_gets_its_certificates_and_its_seal(
    office: Office, skf_desk: SkfDesk
) -> None:
    skf_desk.new_device("left", serial="S1")
    office.pin.write_text(SKF_PIN)
    on = ("--token-label", "S1", "--module", f"skf:{skf_desk.module}")
    made = office("issue-ukey", "--sm2", *on, body=BODY)
    seal = office("seal", *on, body=BODY)

    assert "S1" == made["token"]
    assert "body" == seal["kind"]


def test_an_skf_device_is_not_initialised_here(office: Office, skf_desk: SkfDesk) -> None:
    skf_desk.new_device("left", serial="S1")
    on = ("--token-label", "x", "--module", f"skf:{skf_desk.module}", "--init")

    with pytest.raises(NotOffered):
        office("issue-ukey", "--sm2", *on, body=BODY)


def test_a_vendors_file_beside_the_pilot_tells_of_a_maker(
    office: Office, skf_desk: SkfDesk
) -> None:
    skf_desk.new_device("left", serial="S1")
    office.pin.write_text(SKF_PIN)
    (office.pilot / "vendors.toml").write_text(
        '[[vendor]]\nid = "ours"\nname = "某厂"\ninterface = "skf"\n'
        f'modules.linux = ["{skf_desk.module}"]\n'
    )

    made = office(
        "issue-ukey", "--sm2", "--token-label", "S1", "--module", "vendor:ours", body=BODY
    )
    assert "S1" == made["token"]


def test_a_ukey_without_sm2_is_told_and_nothing_is_issued(office: Office, softhsm: SoftHsm) -> None:
    on = ("--token-label", "no sm2", "--module", softhsm.module, "--init")

    with pytest.raises(NotOffered) as caught:
        office("issue-ukey", "--sm2", *on, body=BODY)

    assert "SM2" in caught.value.text()
    assert set() == office.issued()
    assert not list((office.pilot / "recovery").glob("*.key"))


def test_of_two_ukeys_of_one_label_none_is_written(office: Office) -> None:
    for _ in range(2):
        SoftProvider(office.soft).initialise("t", Secret(PIN), os.urandom)

    with pytest.raises(SeveralTokens):
        office("issue-ukey", "--token-label", "t", "--module", f"soft:{office.soft}", body=BODY)
    assert set() == office.issued()


def test_a_ukey_that_is_not_there_is_missing(office: Office) -> None:
    with pytest.raises(TokenMissing):
        office("issue-ukey", "--token-label", "t", "--module", f"soft:{office.soft}", body=BODY)


def test_a_seal_goes_on_no_ukey_of_another_body(office: Office) -> None:
    on = ("--token-label", "t", "--soft", office.soft)
    office("issue-ukey", *on, body="340100.bgs")

    with pytest.raises(WrongOwner):
        office("seal", *on, body=BODY)
    assert () == seals_made(Pilot.open(office.pilot, system_clock, system_randomness))


def test_a_seal_whose_ukey_refuses_the_pin_is_not_made(office: Office) -> None:
    on = ("--token-label", "t", "--soft", office.soft)
    office("issue-ukey", *on, body=BODY)
    office.pin.write_text("wrong-pin")

    with pytest.raises(YidaoError, match="pin-wrong"):
        office("seal", *on, body=BODY)
    assert () == seals_made(Pilot.open(office.pilot, system_clock, system_randomness))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe1\x002\x00", b"123456\n654321\n"], ids=["empty", "utf-16", "two"]
)
def test_a_file_that_holds_no_pin_costs_no_try(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pin").write_bytes(content)

    with pytest.raises(PinUnfit):
        ask_pin(tmp_path / "pin", "")


def test_an_editor_s_byte_order_mark_is_no_part_of_a_pin(tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(b"\xef\xbb\xbf271828\r\n")

    assert b"271828" == ask_pin(tmp_path / "pin", "").reveal()


class _RsaOnly(SoftToken):
    """A device that makes RSA keys, whatever it is asked for."""

    def generate(self, usage: Usage, kind: TokenKeyKind, label: str) -> tuple[str, bytes]:
        return super().generate(usage, "rsa2048", label) if kind == "p256" else ("", b"")


def test_a_key_of_another_kind_is_not_certified(office: Office) -> None:
    pilot = Pilot.open(office.pilot, system_clock, system_randomness)
    made = SoftProvider(office.soft).initialise("t", Secret(PIN), os.urandom)
    token = _RsaOnly(office.soft / made.info().serial)
    token.login(Secret(PIN))

    with pytest.raises(DriverGarbage):
        issue_ukey(pilot, token, BODY, NAME)
    assert set() == office.issued()
    assert not token.certificates()


def test_nobody_is_asked_for_a_pin_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("271828\n"))

    with pytest.raises(LoginNeeded):
        ask_pin(None, "PIN")


def test_a_body_that_is_none_costs_no_blank_ukey(office: Office) -> None:
    with pytest.raises(BadBodyId):
        office("issue-ukey", "--token-label", "t", "--soft", office.soft, body="安徽")
    assert not office.soft.exists()
