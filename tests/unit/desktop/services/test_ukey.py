"""Which of the UKEYs plugged in is the profile's own."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.profile import Profile, Settings
from desktop.services.ukey import open_token
from signing.errors import KeyMissing, TokenMissing, WrongOwner
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret
from signing.tokens.soft import SoftProvider, SoftToken

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PIN = "246813"
OWN, OTHER = "340100.bgs", "340123.bgs"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki"), lambda: NOW, os.urandom)


@pytest.fixture
def provider(tmp_path: Path) -> SoftProvider:
    return SoftProvider(tmp_path / "tokens")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Of the city; the maker labels all its UKEYs alike."""
    settings = Settings(
        body=OWN, node="https://127.0.0.1:1", module=f"soft:{tmp_path / 'tokens'}", token="UKEY"
    )
    return Profile(tmp_path, settings)


def issued(provider: SoftProvider, authority: Pilot, body: str) -> SoftToken:
    token = provider.initialise("UKEY", Secret(PIN), os.urandom)
    token.login(Secret(PIN))
    issue_ukey(authority, token, body, f"单位 {body}")
    token.logout()
    return token


def test_of_several_alike_the_bodys_own_is_taken(
    profile: Profile, provider: SoftProvider, authority: Pilot
) -> None:
    tokens = {body: issued(provider, authority, body) for body in (OTHER, OWN)}
    provider.initialise("UKEY", Secret(PIN), os.urandom)

    for order in (provider.list_tokens(), tuple(reversed(provider.list_tokens()))):
        provider.list_tokens = lambda order=order: order  # type: ignore[method-assign,misc]  # one order, then the other
        assert tokens[OWN].info() == open_token(profile, provider).info()


def test_another_bodys_alone_is_named(
    profile: Profile, provider: SoftProvider, authority: Pilot
) -> None:
    issued(provider, authority, OTHER)

    with pytest.raises(WrongOwner) as caught:
        open_token(profile, provider)
    assert f"单位 {OTHER}" in caught.value.text()


def test_a_blank_one_alone_has_no_key(profile: Profile, provider: SoftProvider) -> None:
    provider.initialise("UKEY", Secret(PIN), os.urandom)

    with pytest.raises(KeyMissing):
        open_token(profile, provider)


def test_none_of_that_label_is_missing(
    profile: Profile, provider: SoftProvider, authority: Pilot
) -> None:
    token = provider.initialise("another", Secret(PIN), os.urandom)
    token.login(Secret(PIN))
    issue_ukey(authority, token, OWN, "单位")

    with pytest.raises(TokenMissing):
        open_token(profile, provider)


def test_a_serial_number_names_one_as_well(
    profile: Profile, provider: SoftProvider, authority: Pilot
) -> None:
    token = issued(provider, authority, OWN)
    settings = Settings(
        body=OWN, node="https://127.0.0.1:1", module="soft:x", token=token.info().serial
    )

    assert token.info() == open_token(Profile(profile.folder, settings), provider).info()
