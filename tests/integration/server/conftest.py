"""Three nodes as processes, and the desks of their bodies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nodes import Nodes
from tests.support.pki import PilotWorld


@pytest.fixture
def nodes(pilot: PilotWorld, tmp_path: Path) -> Iterator[Nodes]:
    """Province, city and county of one test, made but not started; ended after it."""
    made = Nodes(pilot, tmp_path / "nodes")
    yield made
    made.close()


@pytest.fixture(scope="module")
def road(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Province, city and county, running, shared by the tests of a module."""
    made = Nodes(pilot, tmp_path_factory.mktemp("road"))
    try:
        yield made.start()
    finally:
        made.close()
