"""No attacked variant of a sealed PDF is accepted, and each is refused for what it is."""

import pytest

from tests.hostile.attacks.registry import Variant, load
from tests.hostile.attacks.sealed import Kind, Sealed, build
from tests.support.pki import PilotWorld, SoftHsm, build_world
from tests.support.sealed import Hands

VARIANTS = load()
CASES = [
    pytest.param(variant, kind, id=f"{variant.name}-{kind}")
    for variant in VARIANTS
    for kind in variant.kinds
]
HONEST: dict[Kind, str] = {
    "single": "green",
    "joint": "blue",
    "extended": "blue",
    "open": "amber",
    "streams": "green",
    "gm": "green",
}


@pytest.fixture(scope="module")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="module")
def national(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> Hands:
    """The hands of a world that is all SM2 and SM3."""
    folder = tmp_path_factory.mktemp("national")
    return Hands(build_world(folder, softhsm, mark="-attacked", suite="GM"))


@pytest.fixture(scope="module")
def honest(hands: Hands, national: Hands) -> dict[Kind, Sealed]:
    return {kind: build(kind, national if kind == "gm" else hands) for kind in HONEST}


@pytest.mark.parametrize("kind", HONEST)
def test_honest_file_is_what_the_attacks_start_from(kind: Kind, honest: dict[Kind, Sealed]) -> None:
    assert honest[kind].verdict(honest[kind].pdf).status == HONEST[kind]


@pytest.mark.parametrize(("variant", "kind"), CASES)
def test_attacked_variant_is_refused_for_what_it_is(
    variant: Variant, kind: Kind, honest: dict[Kind, Sealed]
) -> None:
    sealed = honest[kind]
    evil = variant.make(sealed)
    verdict = sealed.verdict(evil)

    assert evil != sealed.pdf
    assert (verdict.accepted, verdict.exit_status == 0) == (False, False)
    assert any(verdict.has(code) for code in variant.codes), [r.code for r in verdict.reasons]


def test_there_are_at_least_ninety_variants() -> None:
    assert len(VARIANTS) >= 90
