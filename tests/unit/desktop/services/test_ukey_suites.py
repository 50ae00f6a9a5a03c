"""A UKEY with keys of both suites signs in the one that the directory wants."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.services.ukey import token_signer
from formats.directory import Snapshot, Suite, SuitePolicy, SuiteTerm
from signing.pilot import Pilot, issue_ukey
from signing.tokens.base import Secret, TokenWriter
from signing.tokens.soft import SoftProvider
from tests.support.pki import PIN

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pilot:
    return Pilot.create(tmp_path_factory.mktemp("pki") / "pki", lambda: NOW, os.urandom)


@pytest.fixture(scope="module")
def token(pki: Pilot, tmp_path_factory: pytest.TempPathFactory) -> TokenWriter:
    made = SoftProvider(tmp_path_factory.mktemp("soft")).initialise("x", Secret(PIN), os.urandom)
    made.login(Secret(PIN))
    for kind in ("sm2", "p256"):
        issue_ukey(pki, made, "340000.bgt", "安徽省人民政府办公厅", kind=kind)
    return made


def snapshot(pki: Pilot, policy: SuitePolicy) -> Snapshot:
    return Snapshot(
        version=1,
        issued=NOW,
        expires=NOW + timedelta(days=7),
        suite=policy.new,
        policy=policy,
        previous=None,
        nodes=(),
        bodies=(),
        certificates=pki.certificates(),
        revocations=pki.crls(),
    )


@pytest.mark.parametrize(
    ("new", "algorithm"), [("GM", "sm2-sm3"), ("INTL", "ecdsa-sha256")], ids=["GM", "INTL"]
)
def test_the_suite_of_new_acts_is_taken(
    pki: Pilot, token: TokenWriter, new: Suite, algorithm: str
) -> None:
    signer = token_signer(token, snapshot(pki, SuitePolicy(new=new)), NOW)
    assert signer.algorithm == algorithm
    assert signer.chain == pki.chain_of(new)


def test_a_ukey_without_the_new_suite_signs_in_the_old_one_while_that_is_accepted(
    pki: Pilot, tmp_path: Path
) -> None:
    old = SoftProvider(tmp_path).initialise("old", Secret(PIN), os.urandom)
    old.login(Secret(PIN))
    issue_ukey(pki, old, "340000.bgt", "安徽省人民政府办公厅")
    policy = SuitePolicy(
        new="GM", accepted=(SuiteTerm(suite="INTL", until=NOW + timedelta(days=1)),)
    )
    assert token_signer(old, snapshot(pki, policy), NOW).algorithm == "ecdsa-sha256"
