"""The pilot's hands, and one document sealed by them."""

import pytest

from tests.support.pki import PilotWorld
from tests.support.sealed import Hands, plain_pdf


@pytest.fixture(scope="session")
def hands(pilot: PilotWorld) -> Hands:
    return Hands(pilot)


@pytest.fixture(scope="session")
def sealed(hands: Hands) -> bytes:
    return hands.seal(plain_pdf())
