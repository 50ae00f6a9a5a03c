"""UKEYs as rows and cards: what is told of each, and of one that cannot be read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.presenters.ukeys import UkeyCard, card_of, pin_words
from desktop.presenters.unlock import unlock_state
from desktop.profile import Profile, Settings
from desktop.services.ukeys import UkeyRow, present
from formats.effects import system_randomness
from signing.errors import DriverGarbage, TokenMissing
from signing.pilot import issue_ukey
from signing.tokens.base import PinState, Secret, TokenCertificate
from signing.tokens.soft import SoftProvider, SoftToken
from tests.support.pki import PIN, PilotWorld

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
BODY, NAME = "340000.bgt", "安徽省人民政府办公厅"
ROW = UkeyRow(
    id="soft:01", label="办公厅一", serial="01", maker="厂商 型号", profile="", pin="ok",
    remaining=5, default_pin=False, body=BODY, owner=NAME, own=True, in_use=True,
    algorithms=("sm2-sm3",), until=NOON + timedelta(days=400), seals=(NAME,),
)  # fmt: skip


def card(**values: object) -> UkeyCard:
    return card_of(replace(ROW, **values), NAME, NOON)  # type: ignore[arg-type]  # fields of it


@pytest.mark.parametrize(
    ("state", "remaining", "words", "tone"),
    [
        ("ok", 5, "PIN 正常（还可试 5 次）", "ok"),
        ("ok", None, "PIN 正常", "ok"),
        ("low", 2, "曾输错", "warn"),
        ("final", 1, "最后一次", "bad"),
        ("locked", 0, "已锁定", "bad"),
        ("unknown", None, "尚未设置", "quiet"),
    ],
)
def test_a_pins_standing_in_words(
    state: PinState, remaining: int | None, words: str, tone: str
) -> None:
    told, shown = pin_words(state, remaining)

    assert words in told
    assert tone == shown
    assert ("次）" in told) == (remaining is not None and state != "locked")


@pytest.mark.parametrize(
    ("days", "words"),
    [(400, ""), (30, "尽快换发"), (7, "立即换发"), (0, "已过有效期")],
)
def test_a_certificate_that_ends_is_warned_of_in_time(days: int, words: str) -> None:
    warnings = card(until=NOON + timedelta(days=days)).warnings

    assert (len(warnings) == 1 and words in warnings[0]) if words else () == warnings


@pytest.mark.parametrize(
    ("state", "change", "unlock"),
    [("ok", True, False), ("low", True, True), ("locked", False, True), ("unknown", False, False)],
)
def test_only_what_can_help_is_offered(state: PinState, change: bool, unlock: bool) -> None:
    shown = card(pin=state)

    assert (change, unlock) == (shown.can_change, shown.can_unlock)


def test_another_bodys_is_named_and_a_blank_one_is_called_blank() -> None:
    other = card(own=False, in_use=False, owner="合肥市人民政府办公室")
    blank = card(own=False, in_use=False, owner="", body="", algorithms=(), until=None, seals=())

    assert "属于“合肥市人民政府办公室”，不能用于“安徽省人民政府办公厅”" == other.standing
    assert ("空白 UKEY", "没有签名证书") == (blank.title, blank.standing)


@pytest.fixture
def provider(tmp_path: Path) -> SoftProvider:
    (tmp_path / "tokens").mkdir()
    return SoftProvider(tmp_path / "tokens")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    settings = Settings(body=BODY, node="https://127.0.0.1:9", module="soft:none", token=BODY)
    return Profile(tmp_path, settings)


def issued(provider: SoftProvider, pilot: PilotWorld) -> SoftToken:
    token = provider.initialise(BODY, Secret(PIN), system_randomness)
    token.login(Secret(PIN))
    issue_ukey(pilot.pilot, token, BODY, NAME)
    return token


def test_what_is_on_a_ukey_is_told_without_its_pin(
    provider: SoftProvider, profile: Profile, pilot: PilotWorld
) -> None:
    token = issued(provider, pilot)
    token.store_seal(b"\x30\x03no!")
    token.logout()
    provider.initialise("blank", Secret(PIN), system_randomness)
    own, blank = present(profile, provider, in_use=token.info().id)

    assert (NAME, True, True, ("ecdsa-sha256",)) == (own.owner, own.own, own.in_use, own.algorithms)
    assert ("?",) == own.seals, "a seal that cannot be read has no name"
    assert ("", False, None) == (blank.owner, blank.own, blank.until)


class Stumbling(SoftProvider):
    """A provider whose tokens answer nonsense, or go while they are looked at."""

    def __init__(self, folder: Path, error: type[Exception]) -> None:
        super().__init__(folder)
        self.error = error

    def open(self, token_id: str) -> SoftToken:
        """A token that describes itself, and no more."""
        token, error = super().open(token_id), self.error

        class Broken(SoftToken):
            def certificates(self) -> tuple[TokenCertificate, ...]:
                raise error("nonsense")

        broken = Broken.__new__(Broken)
        broken.__dict__.update(getattr(token, "__dict__", {}))
        return broken


def test_one_that_cannot_be_read_is_listed_with_the_cause(
    provider: SoftProvider, profile: Profile, pilot: PilotWorld, tmp_path: Path
) -> None:
    issued(provider, pilot)
    (row,) = present(profile, Stumbling(tmp_path / "tokens", DriverGarbage))

    assert DriverGarbage().text() == row.error
    assert "无法读取" == card_of(row, NAME, NOON).title


def test_one_that_goes_while_it_is_looked_at_is_left_out(
    provider: SoftProvider, profile: Profile, pilot: PilotWorld, tmp_path: Path
) -> None:
    issued(provider, pilot)

    assert () == present(profile, Stumbling(tmp_path / "tokens", TokenMissing))


def test_the_usual_ukey_is_meant_until_another_is_chosen(profile: Profile) -> None:
    usual = replace(ROW, label=BODY, serial="02")
    both = (ROW, usual)

    assert "02" == unlock_state(both, profile, "").chosen
    assert "01" == unlock_state(both, profile, "01").chosen
    assert 2 == len(unlock_state(both, profile, "").choices)
    assert () == unlock_state((usual,), profile, "").choices
