from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.vault.vault import Vault
from tests.support.vaults import new_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """A new vault in ``tmp_path/vault``."""
    with new_vault(tmp_path / "vault") as made:
        yield made
