"""No honest document is refused, whoever wrote it and however it was sealed and kept."""

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest

from signing.verdict.report import Verdict
from tests.hostile.attacks.sealed import extend, seal, verdict_on
from tests.hostile.legitimate.acts import ACTS
from tests.hostile.legitimate.producers import PRODUCERS, missing
from tests.support.pki import PilotWorld, SoftHsm, build_world
from tests.support.sealed import Hands, slot

NUMBERS = {f"joint_seals_of_{count}" for count in (2, 4, 5, 6)}
"""Of issuers; under one suite only, as the other differs in each seal and not in their number."""

CASES = [(s, n) for s in ("INTL", "GM") for n in ACTS if s == "INTL" or n not in NUMBERS]
SEALABLE = "No syntax or stream encoding errors found"


@pytest.fixture(scope="module")
def hands_of(
    pilot: PilotWorld, softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Hands]:
    national = build_world(tmp_path_factory.mktemp("national"), softhsm, mark="-gm", suite="GM")
    return {"INTL": Hands(pilot), "GM": Hands(national)}


@pytest.fixture(scope="module")
def produced() -> dict[str, bytes]:
    """What each producer wrote, kept for the module: some take seconds."""
    return {}


def written(name: str, produced: dict[str, bytes], folder: pytest.TempPathFactory) -> bytes:
    if missing(name):
        pytest.skip(f"no {missing(name)} here")
    if name not in produced:
        produced[name] = PRODUCERS[name](folder.mktemp(name))
    return produced[name]


def pages_of(pdf: bytes) -> int:
    """How many pages it has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def judged(pdf: bytes, folder: Path) -> str:
    """What qpdf says of the file."""
    path = folder / "in.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["qpdf", "--check", str(path)], capture_output=True, check=False, text=True, timeout=60
    )
    return done.stdout + done.stderr


def valid_for_poppler(pdf: bytes, folder: Path) -> int:
    """How many signatures pdfsig finds mathematically right."""
    path = folder / "in.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, check=False, text=True, timeout=60
    )
    return done.stdout.count("Signature is Valid.")


def told(verdict: Verdict) -> tuple[str, list[str]]:
    """The status, with the reasons for whoever reads a failure."""
    return verdict.status, [r.code for r in verdict.reasons if r.status in {"red", "amber"}]


@pytest.mark.parametrize("name", PRODUCERS)
def test_document_of_any_producer_is_sealed_and_green(
    name: str,
    hands_of: dict[str, Hands],
    produced: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> None:
    hands = hands_of["INTL"]
    pdf = written(name, produced, tmp_path_factory)
    sealed = seal(hands, pdf, slots=(slot(page=pages_of(pdf)),))

    assert told(verdict_on(hands, sealed)) == ("green", [])
    assert SEALABLE in judged(sealed, tmp_path)
    assert valid_for_poppler(sealed, tmp_path) == 1


@pytest.mark.parametrize("name", ["reportlab_rich", "qpdf_linearised", "xelatex", "our_own_notice"])
def test_document_of_any_producer_is_kept_and_blue(
    name: str,
    hands_of: dict[str, Hands],
    produced: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> None:
    hands = hands_of["INTL"]
    pdf = written(name, produced, tmp_path_factory)
    kept = extend(hands, seal(hands, pdf, slots=(slot(page=pages_of(pdf)),)))

    assert told(verdict_on(hands, kept)) == ("blue", [])
    assert SEALABLE in judged(kept, tmp_path)


@pytest.mark.parametrize(("suite", "name"), CASES)
def test_document_sealed_in_any_honest_way_is_not_refused(
    suite: str, name: str, hands_of: dict[str, Hands], tmp_path: Path
) -> None:
    hands = hands_of[suite]
    make, status, seals = ACTS[name]
    pdf = make(hands)
    verdict = verdict_on(hands, pdf)

    assert (verdict.status, [r.code for r in verdict.reasons if r.status == "red"]) == (status, [])
    assert SEALABLE in judged(pdf, tmp_path)
    if suite == "INTL":
        assert valid_for_poppler(pdf, tmp_path) == seals


def test_there_are_at_least_forty_documents() -> None:
    assert len(PRODUCERS) + len(ACTS) >= 40
