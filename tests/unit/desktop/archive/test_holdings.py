import json
from pathlib import Path

import pytest

from desktop.archive.archive import Archive
from desktop.archive.errors import BackupBroken, ExportRefused, LedgerBroken
from desktop.archive.holdings import backup, export_item, restore, verify_backup
from desktop.archive.naming import distinct, safe_name
from desktop.archive.record import record_digest
from desktop.archive.values import FileDraft
from desktop.progress import Stopped
from desktop.vault.errors import BlobDamaged, VaultDamaged
from desktop.vault.vault import Vault
from formats.canonical import to_bytes
from formats.errors import YidaoError
from formats.ids import sha256
from tests.support.vaults import StandInKey, archive_in, draft, open_vault, seeded, ticking


def _flip(path: Path, place: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_an_exported_item_has_its_files_its_record_and_its_history(
    tmp_path: Path, archive: Archive
) -> None:
    made = archive.ingest(draft())
    paths = export_item(archive, made, tmp_path, actor="张三")
    folder = tmp_path / "Z001-WS·2026·D30-0001 关于第1号事项的通知"
    record = json.loads((folder / "元数据.json").read_bytes())

    assert {path.parent for path in paths} == {folder}
    assert (folder / "公文.pdf").read_bytes() == archive.read_file(made, "document")
    assert record["title"] == "关于第1号事项的通知"
    lines = (folder / "经历.json").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["filed"]
    assert [entry.event for entry in archive.history(made)] == ["filed", "exported"]


def test_an_exported_record_has_the_digest_that_the_ledger_pins(
    tmp_path: Path, archive: Archive
) -> None:
    import msgspec  # noqa: PLC0415 - beside its one use

    from desktop.archive.record import ItemRecord  # noqa: PLC0415 - as above

    made = archive.ingest(draft())
    folder = export_item(archive, made, tmp_path)[0].parent
    record = msgspec.json.decode((folder / "元数据.json").read_bytes(), type=ItemRecord)

    assert sha256(to_bytes(record)) == record_digest(archive.item(made))
    assert sha256(to_bytes(record)) == archive.history(made)[0].facts["record"]


def test_names_that_would_leave_the_folder_stay_in_it(tmp_path: Path, archive: Archive) -> None:
    names = ["../../evil", "/etc/passwd", "a:b", "CON", "..", "", "元数据.json", "x.pdf", "X.pdf"]
    files = tuple(FileDraft("attachment", name, name.encode()) for name in names)
    made = archive.ingest(draft(files=files, title="../题名"))
    paths = export_item(archive, made, tmp_path / "out")

    assert len(set(paths)) == len(names) + 2
    assert all(path.is_file() and path.parent.parent == tmp_path / "out" for path in paths)
    assert [path.name for path in tmp_path.iterdir() if path.name != "vault"] == ["out"]


def test_an_export_never_writes_over_one(tmp_path: Path, archive: Archive) -> None:
    made = archive.ingest(draft())
    export_item(archive, made, tmp_path)
    with pytest.raises(ExportRefused):
        export_item(archive, made, tmp_path)


def test_an_export_of_a_damaged_file_leaves_nothing(tmp_path: Path, archive: Archive) -> None:
    made = archive.ingest(draft())
    _flip(archive.vault.blobs.path(archive.item(made).files[1].blob))
    with pytest.raises(BlobDamaged):
        export_item(archive, made, tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def copy(tmp_path: Path, archive: Archive) -> Path:
    """A backup of three items."""
    archive.ingest_many([draft(1), draft(2), draft(3)])
    return backup(archive, tmp_path / "copy", actor="张三")


def test_a_backup_is_restored_whole(
    tmp_path: Path, archive: Archive, vault: Vault, copy: Path
) -> None:
    key = StandInKey()
    count, _ = verify_backup(copy, key, randomness=seeded())
    assert count == 3
    assert restore(copy, tmp_path / "restored", key, clock=ticking(), randomness=seeded()) == 3
    with open_vault(tmp_path / "restored") as again:
        other = archive_in(again)
        assert other.item_ids() == archive.item_ids()
        assert [other.item(i) for i in other.item_ids()] == [
            archive.item(i) for i in archive.item_ids()
        ]
        assert other.search("通知").count == 3
        assert other.check().ok
        assert [entry.event for entry in other.history()] == ["restored"]
        assert other.ingest(draft(4))
    assert [entry.event for entry in archive.history()] == ["backed-up"]
    assert vault.database.faults() == ()


@pytest.mark.parametrize("part", ["vault.db", "vault.keys", "archive.checkpoint", "blob", "gone"])
def test_a_damaged_backup_is_found_and_not_restored(tmp_path: Path, copy: Path, part: str) -> None:
    blob = next((copy / "blobs").glob("??/*"))
    if part == "gone":
        blob.unlink()
    else:
        target = blob if part == "blob" else copy / part
        _flip(target, len(target.read_bytes()) // 2)
    kinds = (BackupBroken, VaultDamaged, LedgerBroken, YidaoError)
    with pytest.raises(kinds) as caught:
        restore(copy, tmp_path / "restored", StandInKey(), clock=ticking(), randomness=seeded())

    assert caught.value.text().endswith("。")
    assert not (tmp_path / "restored").exists()


def test_a_backup_that_is_stopped_leaves_nothing(tmp_path: Path, archive: Archive) -> None:
    archive.ingest(draft())
    with pytest.raises(Stopped):
        backup(archive, tmp_path / "copy", cancelled=lambda: True)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]
    assert archive.history() == ()


def test_nothing_is_written_over(tmp_path: Path, archive: Archive, copy: Path) -> None:
    with pytest.raises(ExportRefused):
        backup(archive, copy)
    with pytest.raises(ExportRefused):
        restore(copy, tmp_path, StandInKey(), clock=ticking(), randomness=seeded())


def test_names_are_cut_to_what_file_systems_take() -> None:
    name = safe_name("安" * 200 + ".pdf")

    assert len(name.encode()) <= 240
    assert name.endswith("安.pdf")
    assert distinct("a.pdf", {"a.pdf", "a(2).pdf"}) == "a(3).pdf"
