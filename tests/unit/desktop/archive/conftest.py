from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.archive.archive import Archive
from desktop.vault.vault import Vault
from tests.support.vaults import archive_in, new_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """A new vault in ``tmp_path/vault``."""
    with new_vault(tmp_path / "vault") as made:
        yield made


@pytest.fixture
def archive(vault: Vault) -> Archive:
    """A new archive in it."""
    return archive_in(vault)
