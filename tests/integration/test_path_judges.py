"""``openssl verify`` judges the certification-path cases beside our trust store.

Where the two differ, the case says so and why (``judge`` and ``why`` in its ``@case``): a
difference that nobody has explained fails, and so does one that is no more. SM2 chains are judged
in ``test_gm_judges.py``: openssl checks them link by link only.
"""

import re
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from tests.hostile.paths import test_paths
from tests.hostile.paths.world import CASES, Setup, World

PURPOSES = {"sign": "smimesign", "encrypt": "smimeencrypt", "timestamp": "timestampsign"}
ANY_POLICY = "2.5.29.32.0"
JUDGED = [name for name, case in CASES.items() if "p256" in case.suites]


@pytest.fixture(scope="module")
def world() -> World:
    return test_paths.world("p256")


def pem(label: str, *ders: bytes) -> str:
    blocks = (
        f"-----BEGIN {label}-----\n{b64encode(der).decode()}\n-----END {label}-----\n"
        for der in ders
    )
    return "".join(blocks)


def judgement(setup: Setup, folder: Path) -> tuple[bool, str]:
    """Whether openssl trusts the certificate, and what it says."""
    for file, label, ders in (
        ("anchors", "CERTIFICATE", setup.anchors),
        ("others", "CERTIFICATE", (*setup.intermediates, *setup.extra)),
        ("lists", "X509 CRL", setup.crls),
        ("leaf", "CERTIFICATE", (setup.leaf,)),
    ):
        (folder / file).write_text(pem(label, *ders))
    command = ["openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", "anchors"]
    command += ["-untrusted", "others", "-CRLfile", "lists", "-crl_check_all"]
    command += ["-auth_level", "2", "-policy_check", "-policy", ANY_POLICY]
    command += ["-attime", str(int(setup.at.timestamp()))]
    if setup.usage in PURPOSES:
        command += ["-purpose", PURPOSES[setup.usage]]
    done = subprocess.run(
        [*command, "leaf"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", JUDGED)
def test_openssl_judges_as_we_do_or_the_case_says_why_not(
    name: str, world: World, tmp_path: Path
) -> None:
    case = CASES[name]
    trusted, said = judgement(case.build(world), tmp_path)

    expected = {"OK": True, "refused": False}.get(case.judge, case.expected == "")

    assert expected is trusted, said


def test_differences_are_differences() -> None:
    """A case that names a judgement names one that is not ours."""
    idle = [n for n, c in CASES.items() if c.judge and (c.judge == "OK") is (c.expected == "")]

    assert [] == idle


def test_page_counts_the_cases_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "PROOFS.md").read_text("utf-8")
    differing = {how: sum(c.judge == how for c in CASES.values()) for how in ("OK", "refused")}
    tables = page.split("## Certification paths")[1].split("| we trust, openssl does not")

    assert f"holds {len(CASES)} cases" in page
    assert f"{sum(len(c.suites) for c in CASES.values())} with both suites" in page
    assert f"agrees but for {sum(differing.values())}" in page
    for how, table in zip(("OK", "refused"), tables, strict=True):
        assert differing[how] == sum(map(int, re.findall(r"\((\d+)\) \|", table)))
