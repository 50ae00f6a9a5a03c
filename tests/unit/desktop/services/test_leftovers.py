import os
from datetime import timedelta

import pytest

from desktop.services import leftovers
from desktop.store import files, schema
from desktop.store.files import KeptFile
from desktop.vault.vault import Vault
from tests.support.vaults import START


@pytest.fixture
def vault(vault: Vault) -> Vault:
    """A vault with the client's tables."""
    schema.apply(vault)
    return vault


def orphan(vault: Vault) -> str:
    """A blob that a crash left without a row, an hour before `START` at the latest."""
    ref = vault.blobs.put(b"left behind")
    before = (START - timedelta(hours=2)).timestamp()
    os.utime(vault.blobs.path(ref.id), (before, before))
    return ref.id


def kept(vault: Vault, *owners: str) -> KeptFile:
    """A file that these owners share."""
    ref = vault.blobs.put(b"1,2\n")
    file = KeptFile("表.csv", 4, ref.sha256, "text/csv", ref.id)
    with vault.transaction() as db:
        vault.blobs.keep(db, ref)
        for owner in owners:
            files.put(db, owner, file)
    return file


def test_a_blob_without_a_row_is_swept(vault: Vault) -> None:
    left = orphan(vault)

    leftovers.sweep_blobs(vault, START)

    assert not vault.blobs.path(left).exists()


def test_blobs_are_swept_once_a_day(vault: Vault) -> None:
    leftovers.sweep_blobs(vault, START)
    left = orphan(vault)

    leftovers.sweep_blobs(vault, START + timedelta(hours=23))
    assert vault.blobs.path(left).exists()
    leftovers.sweep_blobs(vault, START + timedelta(hours=24))
    assert not vault.blobs.path(left).exists()


def test_a_file_that_another_owner_shares_keeps_its_blob(vault: Vault) -> None:
    file = kept(vault, "draft", "dispatch")

    with vault.transaction() as db:
        leftovers.drop_files(vault, db, "dispatch")

    assert b"1,2\n" == vault.blobs.read(file.blob)


def test_the_last_owner_of_a_file_takes_its_blob_along(vault: Vault) -> None:
    file = kept(vault, "draft")

    with vault.transaction() as db:
        leftovers.drop_files(vault, db, "draft")

    assert [] == list(vault.blobs.all())
    assert not vault.blobs.path(file.blob).exists()


def test_a_vault_of_the_first_version_gets_the_newer_tables(vault: Vault) -> None:
    with vault.transaction() as db:
        db.execute("DROP TABLE unverified")
        db.execute("UPDATE schema_version SET version = 1 WHERE name = ?", (schema.NAME,))

    schema.apply(vault)

    with vault.read() as db:
        assert [] == db.execute("SELECT * FROM unverified").fetchall()
