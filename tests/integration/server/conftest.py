"""Three nodes as processes, and the desks of their bodies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nodes import Nodes
from tests.support.pki import PilotWorld


@pytest.fixture
def nodes(pilot: PilotWorld, tmp_path: Path) -> Iterator[Nodes]:
    """Province, city and county, made but not started; ended after the test."""
    made = Nodes(pilot, tmp_path / "nodes")
    yield made
    made.close()
