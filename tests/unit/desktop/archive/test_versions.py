"""Further versions of a filed document: added whole or not at all, never changed."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.archive import schema
from desktop.archive.archive import Archive
from desktop.archive.errors import VersionRefused
from desktop.archive.holdings import export_item
from desktop.archive.ledger import Ledger
from desktop.archive.record import record_digest
from desktop.archive.versions import Version, add_version, versions_of
from desktop.vault.database import Connection
from desktop.vault.errors import VaultTrouble
from desktop.vault.vault import Vault
from formats.ids import sha256
from tests.support.vaults import START, archive_in, draft, new_vault, open_vault

UNTIL = START + timedelta(days=1000)


@pytest.fixture
def item(archive: Archive) -> str:
    return archive.ingest(draft())


def extended(archive: Archive, item: str, more: bytes = b" more %%EOF") -> Version:
    before = archive.read_file(item, "document")
    return add_version(archive, item, before + more, before=before, until=UNTIL, actor="张三")


def versions(archive: Archive, item: str) -> tuple[Version, ...]:
    with archive.vault.read() as connection:
        return versions_of(connection, archive.item(item).row)


def test_newest_version_is_read_and_the_filed_one_stays(archive: Archive, item: str) -> None:
    filed = archive.read_file(item, "document")
    record = record_digest(archive.item(item))
    extended(archive, item)
    last = extended(archive, item, b" again %%EOF")

    assert archive.read_file(item, "document") == filed + b" more %%EOF again %%EOF"
    assert archive.read_file(item, "document", as_filed=True) == filed
    assert archive.read_file(item, "document", "公文.pdf") == filed
    assert archive.read_file(item, "document", "公文（存档续签1）.pdf") == filed + b" more %%EOF"
    assert archive.open_file(item, "document").read() == archive.read_file(item, "document")
    assert [one.name for one in archive.versions(item)] == [
        "公文（存档续签1）.pdf", "公文（存档续签2）.pdf"
    ]  # fmt: skip
    assert record_digest(archive.item(item)) == record
    assert (last.number, last.name, last.until) == (3, "公文（存档续签2）.pdf", UNTIL)


def test_ledger_names_what_each_version_was_made_from(archive: Archive, item: str) -> None:
    filed = archive.read_file(item, "document")
    version = extended(archive, item)
    entry = archive.history(item)[-1]

    assert (entry.event, entry.actor) == ("restamped", "张三")
    assert (entry.facts["from"], entry.facts["sha256"]) == (sha256(filed), version.sha256)


def test_checks_pass_with_versions(archive: Archive, item: str) -> None:
    extended(archive, item)
    run = archive.check()
    found = {result.check: result.verdict for result in run.results}

    assert run.failures == ()
    assert (found["ZS-08"], found["ZS-09"]) == ("pass", "pass")


def test_ended_proof_is_a_finding(archive: Archive, item: str) -> None:
    before = archive.read_file(item, "document")
    past = START - timedelta(days=2)
    add_version(archive, item, before + b"%%EOF", before=before, until=past, actor="")

    assert [result.check for result in archive.check().failures] == ["ZS-09"]


def test_version_without_its_entry_is_a_finding(archive: Archive, item: str) -> None:
    version = extended(archive, item)
    with archive.vault.transaction() as connection:
        row = archive.item(item).row
        connection.execute(
            "INSERT INTO item_version VALUES (?, 3, 'x.pdf', 1, ?, ?, ?, ?)",
            (row, version.sha256, version.blob, START.isoformat(), UNTIL.isoformat()),
        )

    assert "ZS-08" in [result.check for result in archive.check().failures]


def test_bytes_that_do_not_go_on_are_refused(archive: Archive, item: str) -> None:
    before = archive.read_file(item, "document")
    for data in (b"other", before, before[:-1], b"x" + before):
        with pytest.raises(VersionRefused) as caught:
            add_version(archive, item, data, before=before, until=UNTIL, actor="")
        assert caught.value.code == "archive.version-refused"

    assert versions(archive, item) == ()


def test_version_made_from_an_older_one_is_refused(archive: Archive, item: str) -> None:
    filed = archive.read_file(item, "document")
    extended(archive, item)
    with pytest.raises(VersionRefused):
        add_version(archive, item, filed + b" late", before=filed, until=UNTIL, actor="")

    assert len(versions(archive, item)) == 1
    assert blobs_without_rows(archive.vault) == []


def test_no_version_is_changed_or_removed(archive: Archive, item: str) -> None:
    extended(archive, item)
    for statement in (
        "UPDATE item_version SET until = '2099-01-01'",
        "DELETE FROM item_version",
        "INSERT OR REPLACE INTO item_version SELECT * FROM item_version",
    ):
        with pytest.raises(VaultTrouble), archive.vault.transaction() as connection:
            connection.execute(statement)

    assert versions(archive, item)[0].until == UNTIL


def test_interrupted_version_leaves_the_archive_as_it_was(
    archive: Archive, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archive.history(item)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", interrupted)
        with pytest.raises(KeyboardInterrupt):
            extended(archive, item)

    assert (versions(archive, item), archive.history(item)) == ((), before)
    assert blobs_without_rows(archive.vault) == []
    assert extended(archive, item).number == 2


def test_archive_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    with new_vault(folder) as vault:
        vault.apply_schema(schema.NAME, 1, schema.STATEMENTS)
    with open_vault(folder) as vault:
        archive = archive_in(vault)
        item = archive.ingest(draft())
        extended(archive, item)

        assert vault.database.schema_version(schema.NAME) == 2
        assert archive.check().failures == ()


def test_export_has_every_version(tmp_path: Path, archive: Archive, item: str) -> None:
    extended(archive, item)
    folder = export_item(archive, item, tmp_path)[0].parent

    assert (folder / "公文.pdf").read_bytes() == archive.read_file(item, "document", as_filed=True)
    assert (folder / "公文（存档续签1）.pdf").read_bytes() == archive.read_file(item, "document")


def blobs_without_rows(vault: Vault) -> list[str]:
    """Files under ``blobs/`` that no row names."""

    def named(connection: Connection) -> set[str]:
        return {row[0] for row in connection.execute("SELECT id FROM blob")}

    with vault.read() as connection:
        known = named(connection)
    return [path.name for path in vault.blobs.folder.glob("??/*.blob") if path.stem not in known]
