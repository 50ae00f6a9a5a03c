"""Certification-path cases: each ends as expected, in each suite, in bounded time.

Built the way x509-limbo builds its cases. What openssl says about the same cases is asked in
``tests/integration/test_path_judges.py``.
"""

import time
from functools import cache

import pytest

from formats.errors import YidaoError
from signing.trust.store import TrustStore
from tests.hostile.paths import (
    cases_algorithms,
    cases_encoding,
    cases_issuers,
    cases_names,
    cases_revocation,
    cases_time,
    cases_usage,
)
from tests.hostile.paths.world import CASES, Setup, World

MODULES = (
    cases_algorithms,
    cases_encoding,
    cases_issuers,
    cases_names,
    cases_revocation,
    cases_time,
    cases_usage,
)
ALL = [(name, suite) for name, case in CASES.items() for suite in case.suites]


@cache
def world(suite: str) -> World:
    """The hierarchy of a suite, made once in a process."""
    return World(suite)


def outcome(setup: Setup) -> str:
    """The code of what `TrustStore` says, empty where it trusts."""
    try:
        trust = TrustStore(setup.anchors, setup.intermediates, setup.crls)
        path = trust.validate(setup.leaf, setup.at, setup.usage, setup.extra)
    except YidaoError as error:
        unfilled = [sentence for sentence in error.sentences() if "{" in sentence]
        return "".join(unfilled) or error.code
    assert path.certificate == setup.leaf
    assert path.issuers[-1:] == () or path.issuers[-1] in setup.anchors
    return ""


@pytest.mark.parametrize(("name", "suite"), ALL, ids=[f"{n}-{s}" for n, s in ALL])
def test_path_case(name: str, suite: str) -> None:
    case = CASES[name]
    setup = case.build(world(suite))

    before = time.process_time()
    found = outcome(setup)
    taken = time.process_time() - before

    assert case.expected == found
    assert taken < case.seconds


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150
    assert all(module.__doc__ for module in MODULES)
