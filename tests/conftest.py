"""Fixtures that every room's tests may use: a folder of SoftHSM tokens, a pilot PKI on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pki import PilotWorld, SoftHsm, build_world, softhsm_in, write_softhsm_conf
from tests.support.skf import STATE, SkfDesk, build_module, desk_in


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """The tokens of this test process. SoftHSM reads SOFTHSM2_CONF once, when it is loaded."""
    folder = tmp_path_factory.mktemp("softhsm")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(write_softhsm_conf(folder))
    yield softhsm_in(folder)
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(scope="session")
def pilot(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> PilotWorld:
    """A pilot PKI: three bodies with UKEYs on SoftHSM (PIN 123456), three nodes, a TSA, TLS.

    Shared by the session: a test that revokes or issues makes a pilot of its own.
    """
    return build_world(tmp_path_factory.mktemp("pilot"), softhsm)


@pytest.fixture(scope="session")
def gm_pilot(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> PilotWorld:
    """As `pilot`, all of it SM2, with UKEYs in files. Shared by the session, too."""
    return build_world(tmp_path_factory.mktemp("gm-pilot"), softhsm, suite="GM")


@pytest.fixture(scope="session")
def skf_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SKF test module, compiled; fails where there is no C compiler."""
    return build_module(tmp_path_factory.mktemp("skf"))


@pytest.fixture
def skf_desk(skf_module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SkfDesk:
    """A desk with that driver and no UKEY yet."""
    desk = desk_in(skf_module, tmp_path / "desk")
    monkeypatch.setenv(STATE, str(desk.folder))
    return desk
