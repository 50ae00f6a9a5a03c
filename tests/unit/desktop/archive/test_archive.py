from datetime import date
from pathlib import Path

import pytest

from desktop.archive.archive import Archive
from desktop.archive.codes import DAT_22, archive_code
from desktop.archive.errors import (
    CheckpointDamaged,
    ItemMissing,
    ItemRefused,
    LedgerBroken,
    LedgerRolledBack,
)
from desktop.archive.ledger import CHECKPOINT_FILE, Ledger
from desktop.archive.values import FileDraft
from desktop.errors import DiskFull, DiskTrouble
from desktop.vault.errors import BlobDamaged, VaultConflict, VaultFull, VaultLocked
from desktop.vault.vault import Vault
from formats.evidence.merkle import leaf_hash, verify_inclusion
from tests.support.vaults import archive_in, draft, open_vault, seeded, ticking


def test_an_item_comes_back_as_it_was_filed(archive: Archive) -> None:
    made = archive.ingest(
        draft(7, "正文", metadata={"主送": "各市"}, actor="张三", office="办公室")
    )
    item = archive.item(made)

    assert item.title == "关于第7号事项的通知"
    assert item.text == "正文"
    assert item.metadata == {"主送": "各市"}
    assert item.archive_code == "Z001-WS·2026·D30·办公室-0001"
    assert archive.read_file(made, "document") == b"%PDF-1.7 7 %%EOF"
    assert archive.read_file(made, "attachment", "附件.txt") == "附件 7".encode()
    with archive.open_file(made, "document") as reader:
        reader.seek(5)
        assert reader.read(3) == b"1.7"


def test_filing_twice_is_once(archive: Archive, vault: Vault) -> None:
    first = archive.ingest(draft())
    second = archive.ingest(draft(title="另一个题名"))

    assert first == second
    assert archive.search().count == 1
    assert len(list(vault.blobs.all())) == len(list(vault.blobs.folder.glob("??/*"))) == 2


def test_filing_many_with_one_twice_files_it_once(archive: Archive) -> None:
    ids = archive.ingest_many([draft(1), draft(2), draft(1)])

    assert ids[0] == ids[2] != ids[1]
    assert archive.search().count == 2


def test_items_stand_by_year_and_number(archive: Archive) -> None:
    new = archive.ingest(draft(1, issue_date=date(2026, 1, 1)))
    old = archive.ingest(draft(2, issue_date=date(2019, 1, 1)))
    newest = archive.ingest(draft(3, issue_date=date(2026, 1, 1)))

    assert archive.item_ids() == (old, new, newest)
    assert archive.item(newest).archive_code == "Z001-WS·2026·D30-0002"


def test_filing_inside_a_transaction_that_fails_files_nothing(
    archive: Archive, vault: Vault
) -> None:
    with pytest.raises(RuntimeError), vault.transaction():  # noqa: PT012 - what fails is the transaction
        archive.ingest(draft())
        raise RuntimeError

    assert archive.search().count == 0
    assert archive.history() == ()
    assert archive.ingest(draft()) == archive.item_ids()[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "  "}, "题名"),
        ({"files": ()}, "没有文件"),
        ({"digest": ""}, "摘要"),
        ({"retention": "五年"}, "五年"),
        ({"year": 99}, "年度"),
        ({"office": "办公室-1"}, "档号"),
        ({"text": "字" * (12 * 1024 * 1024)}, "文字"),
        ({"files": (FileDraft("attachment", "x", b""),) * 401}, "文件超过"),
    ],
)
def test_an_unfit_draft_is_refused_and_leaves_nothing(
    archive: Archive, vault: Vault, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(ItemRefused) as caught:
        archive.ingest(draft(**changes))

    assert words in caught.value.text()
    assert list(vault.blobs.folder.glob("??/*")) == []
    assert archive.search().count == 0


@pytest.mark.parametrize("words", ["永久", "Y", "30年", "定期30年", "D30", "10年"])
def test_retention_is_read_in_every_usual_form(archive: Archive, words: str) -> None:
    assert archive.item(archive.ingest(draft(retention=words))).retention in {"Y", "D30", "D10"}


def test_the_older_form_of_code() -> None:
    assert (
        archive_code(
            DAT_22, fonds="Z109", category="WS", year=2011, retention="Y", office="BGS", serial=1
        )
        == "Z109-WS·2011-Y-BGS-0001"
    )


def test_a_missing_item_or_role_is_named(archive: Archive) -> None:
    made = archive.ingest(draft())
    with pytest.raises(ItemMissing) as caught:
        archive.read_file(made, "evidence")
    assert "证据" in caught.value.text()
    with pytest.raises(ItemMissing):
        archive.item("没有")


def test_an_item_is_found_by_digest_and_by_dispatch(archive: Archive) -> None:
    made = archive.ingest(draft(5, dispatch="d1"))
    by_digest, by_dispatch = archive.find(digest=draft(5).digest), archive.find(dispatch="d1")

    assert by_digest == by_dispatch == archive.item(made)
    assert archive.find(dispatch="d2") is None
    assert archive.find() is None


def test_who_opened_what_is_noted(archive: Archive) -> None:
    made = archive.ingest(draft())
    archive.read_file(made, "document", actor="李四")
    archive.read_file(made, "document")

    assert [(who, what) for _, who, what in archive.accesses(made)] == [("李四", "opened")]


def test_the_ledger_proves_that_an_item_was_filed(archive: Archive, vault: Vault) -> None:
    ids = archive.ingest_many([draft(number) for number in range(1, 8)])
    entry = archive.history(ids[3])[0]
    with vault.read() as connection:
        ledger = Ledger(connection)
        raw = connection.execute("SELECT entry FROM ledger WHERE seq = ?", (entry.seq,)).fetchone()[
            0
        ]
        proof, root = ledger.inclusion(entry.seq), ledger.root()

    verify_inclusion(leaf_hash(raw), entry.seq, 7, proof, bytes.fromhex(root[7:]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET item = 'x'",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger VALUES (0, 'x', x'00')",
        "UPDATE ledger_hash SET hash = x'00'",
        "DELETE FROM ledger_hash",
        "UPDATE access SET actor = 'x'",
        "DELETE FROM access",
    ],
)
def test_the_ledger_is_append_only(archive: Archive, vault: Vault, statement: str) -> None:
    archive.read_file(archive.ingest(draft()), "document", actor="甲")
    with pytest.raises(VaultConflict), vault.transaction() as connection:
        connection.execute(statement)


def _tampered(vault: Vault, *statements: str) -> None:
    with vault.transaction() as connection:
        for table in ("ledger", "ledger_hash"):
            for trigger in ("kept", "stays", "once"):
                connection.execute(f"DROP TRIGGER {table}_{trigger}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET entry = CAST(replace(entry, 'filed', 'fixed') AS BLOB) WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = 1",
        "UPDATE ledger_hash SET hash = zeroblob(32) WHERE place = 1",
        "DELETE FROM item_file; DELETE FROM item_text",
        "UPDATE item SET title = '改过' WHERE serial = 1",
        "UPDATE item_file SET sha256 = 'sha256:0' WHERE place = 0",
        "UPDATE item SET serial = 9 WHERE serial = 2",
    ],
)
def test_a_change_made_with_the_key_is_found_by_the_check(
    archive: Archive, vault: Vault, statement: str
) -> None:
    archive.ingest_many([draft(1), draft(2), draft(3)])
    assert archive.check().ok
    _tampered(vault, *statement.split("; "))

    assert not archive.check().ok


def test_an_index_that_lost_an_item_is_found(archive: Archive, vault: Vault) -> None:
    archive.ingest(draft())
    with vault.transaction() as connection:
        connection.execute("DELETE FROM item_index")

    assert {one.check for one in archive.check().failures} == {"KY-04", "KY-90"}


def _older(tmp_path: Path, vault: Vault, archive: Archive) -> bytes:
    """The database file as it was before the last item was filed."""
    archive.ingest(draft(1))
    vault.lock()
    older = (tmp_path / "vault" / "vault.db").read_bytes()
    with open_vault(tmp_path / "vault") as again:
        archive_in(again).ingest(draft(2))
    return older


def test_an_older_database_is_named_as_rolled_back(
    tmp_path: Path, vault: Vault, archive: Archive
) -> None:
    older = _older(tmp_path, vault, archive)
    (tmp_path / "vault" / "vault.db").write_bytes(older)

    with open_vault(tmp_path / "vault") as again, pytest.raises(LedgerRolledBack) as caught:
        archive_in(again)
    assert caught.value.values == {"expected": 2, "found": 1}
    assert "比最近的检查点旧" in caught.value.text()


def test_an_older_database_that_went_on_is_another_ledger(
    tmp_path: Path, vault: Vault, archive: Archive
) -> None:
    older = _older(tmp_path, vault, archive)
    checkpoint = (tmp_path / "vault" / CHECKPOINT_FILE).read_bytes()
    (tmp_path / "vault" / CHECKPOINT_FILE).unlink()
    (tmp_path / "vault" / "vault.db").write_bytes(older)
    with open_vault(tmp_path / "vault") as again, again.transaction() as connection:
        Ledger(connection).append("other", item="", at=ticking()(), actor="", facts={})
    (tmp_path / "vault" / CHECKPOINT_FILE).write_bytes(checkpoint)

    with open_vault(tmp_path / "vault") as again, pytest.raises(LedgerBroken):
        archive_in(again)


def test_a_removed_or_altered_checkpoint_is_named(
    tmp_path: Path, vault: Vault, archive: Archive
) -> None:
    archive.ingest(draft())
    vault.lock()
    file = tmp_path / "vault" / CHECKPOINT_FILE
    data = file.read_bytes()
    for bad in (None, data[:-2], data.replace(b'"size":1', b'"size":0'), b""):
        if bad is None:
            file.unlink()
        else:
            file.write_bytes(bad)
        with open_vault(tmp_path / "vault") as again, pytest.raises(CheckpointDamaged) as caught:
            archive_in(again)
        assert CHECKPOINT_FILE in caught.value.text()


def test_a_checkpoint_that_cannot_be_written_loses_no_item(archive: Archive, vault: Vault) -> None:
    (vault.folder / CHECKPOINT_FILE).unlink()
    (vault.folder / CHECKPOINT_FILE).mkdir()
    with pytest.raises(DiskTrouble):
        archive.ingest(draft())
    (vault.folder / CHECKPOINT_FILE).rmdir()

    assert archive.read_file(archive.ingest(draft()), "document")
    assert archive.search().count == 1


def test_a_damaged_file_is_named_and_the_rest_still_opens(archive: Archive, vault: Vault) -> None:
    made = archive.ingest(draft())
    path = vault.blobs.path(archive.item(made).files[1].blob)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    with pytest.raises(BlobDamaged) as caught:
        archive.read_file(made, "attachment")
    assert path.name in caught.value.text()
    assert archive.read_file(made, "document")
    failed = {one.check: one.evidence for one in archive.check().failures}
    assert set(failed) == {"WZ-02", "WZ-92"}
    assert "附件.txt" in failed["WZ-02"]


def test_the_verdict_on_the_pdf_decides_the_signature_check(archive: Archive) -> None:
    made = archive.ingest(draft())

    found = {
        status: next(
            one.verdict
            for one in archive.check([made], verifier=lambda _, s=status: (s, "")).results
            if one.check == "ZS-06"
        )
        for status in ("green", "green-b", "blue", "amber", "red")
    }

    assert found == {
        "green": "pass", "green-b": "pass", "blue": "pass", "amber": "manual", "red": "fail",
    }  # fmt: skip


def test_a_locked_vault_answers_with_a_sentence(archive: Archive, vault: Vault) -> None:
    archive.ingest(draft())
    vault.lock()

    with pytest.raises(VaultLocked) as caught:
        archive.search("通知")
    assert "已锁定" in caught.value.text()
    with pytest.raises(VaultLocked):
        archive.ingest(draft(2))


def test_two_archives_on_one_vault_file_one_after_the_other(
    tmp_path: Path, archive: Archive
) -> None:
    with open_vault(tmp_path / "vault") as second:
        other = Archive(second, ticking(), seeded(99))
        archive.ingest(draft(1))
        other.ingest(draft(2))
        assert other.ingest(draft(1)) == archive.item_ids()[0]

        assert archive.check().ok


def test_a_full_disk_files_nothing_and_says_so(archive: Archive, vault: Vault) -> None:
    archive.ingest(draft(1))
    with vault.database.transaction() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    text = "".join(chr(0x4E00 + number % 9000) for number in range(60_000))
    with pytest.raises(VaultFull) as caught:
        archive.ingest(draft(2, text))

    assert "磁盘空间不足" in caught.value.text()
    assert archive.search().count == 1
    assert archive.check().ok
    assert len(list(vault.blobs.folder.glob("??/*"))) == 2


def test_a_blob_that_finds_no_room_leaves_nothing(archive: Archive, vault: Vault) -> None:
    import resource  # noqa: PLC0415 - beside its one use

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        with pytest.raises(DiskFull):
            archive.ingest(draft(2, files=(FileDraft("document", "x", bytes(3_000_000)),)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(vault.blobs.folder.glob("??/*")) == []
    assert archive.search().count == 0
    assert archive.ingest(draft(2))
