"""The main job in the suite GM alone: SM2 signs, wraps and stamps, SM4 encrypts, SM3 digests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from formats.document.model import Document
from tests.integration.desktop.conftest import Desks
from tests.integration.desktop.test_exchange import travel
from tests.support.nodes import Nodes
from tests.support.pki import SoftHsm, build_world


@pytest.fixture(scope="module")
def national_road(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    root = tmp_path_factory.mktemp("national")
    world = build_world(root / "world", softhsm, suite="GM")
    desks = Desks(Nodes(world, root / "nodes"), root / "profiles")
    try:
        desks.nodes.start()
        yield desks
    finally:
        desks.close()
        desks.nodes.close()


def test_a_document_travels_is_signed_for_filed_and_found(
    national_road: Desks, notice: Document, tmp_path: Path
) -> None:
    travel(national_road, notice, tmp_path / "evidence.gwe")
