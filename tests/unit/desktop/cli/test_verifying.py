"""Which policy `yidao verify` goes by: the office's, and what the command says otherwise."""

from pathlib import Path

import pytest

from desktop.cli.verifying import LevelUnknown, policy_of
from desktop.profile import Settings, create_profile
from signing.verdict.acceptance import DEFAULT, Policy

STRICT = Policy(neighbours=False, level="B-T", grace=3600.0)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    settings = Settings(
        body="340100.bgs", node="https://127.0.0.1:1", module="m", token="t", policy=STRICT
    )
    folder = tmp_path / "office"
    create_profile(folder, settings, anchors=(b"0",), tls_ca=b"pem", directory=b"p7m")
    return folder


def test_policy_is_the_offices(office: Path) -> None:
    assert policy_of(office, None, neighbours=None, level=None) == STRICT


def test_command_says_otherwise_for_once(office: Path) -> None:
    chosen = policy_of(office, None, neighbours=True, level="b-lt")

    assert chosen == Policy(neighbours=True, level="B-LT", grace=3600.0)


def test_folder_of_anchors_has_no_policy_of_its_own(office: Path, tmp_path: Path) -> None:
    assert policy_of(office, tmp_path, neighbours=None, level=None) == DEFAULT


def test_level_that_does_not_exist_is_refused(office: Path) -> None:
    with pytest.raises(LevelUnknown) as refused:
        policy_of(office, None, neighbours=None, level="B-X")

    assert "B-LTA" in refused.value.text()
