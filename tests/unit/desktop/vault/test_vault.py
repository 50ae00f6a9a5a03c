import os
import shutil
from pathlib import Path

import pytest

from desktop.vault.errors import (
    BlobDamaged,
    KeysDamaged,
    NoFittingSlot,
    NotEncrypted,
    RecoveryRefused,
    SlotNeeded,
    VaultConflict,
    VaultDamaged,
    VaultExists,
    VaultLocked,
    VaultMissing,
    VaultTooNew,
    VaultTrouble,
)
from desktop.vault.recovery import ShamirUnwrapper, new_recovery
from desktop.vault.vault import DATABASE_FILE, Vault
from formats.canonical import to_bytes
from tests.support.vaults import START, StandInKey, new_vault, open_vault, seeded, ticking

TABLE = ("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT UNIQUE) STRICT",)
MARKER = "绝不外泄的文字marker"


def _write(vault: Vault, *words: str) -> None:
    vault.apply_schema("notes", 1, TABLE)
    with vault.transaction() as connection:
        connection.executemany("INSERT INTO note (words) VALUES (?)", [(word,) for word in words])


def _words(vault: Vault) -> list[str]:
    with vault.read() as connection:
        return [row["words"] for row in connection.execute("SELECT words FROM note ORDER BY id")]


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_what_was_committed_is_there_after_opening_again(tmp_path: Path, vault: Vault) -> None:
    _write(vault, "甲", "乙")
    vault.lock()
    with open_vault(tmp_path / "vault") as again:
        assert _words(again) == ["甲", "乙"]


def test_a_transaction_that_raises_writes_nothing(vault: Vault) -> None:
    _write(vault, "甲")
    with pytest.raises(RuntimeError), vault.transaction() as connection:  # noqa: PT012 - what fails is the transaction
        connection.execute("INSERT INTO note (words) VALUES ('乙')")
        raise RuntimeError

    assert _words(vault) == ["甲"]


def test_an_inner_transaction_fails_alone(vault: Vault) -> None:
    _write(vault)
    done: list[str] = []
    with vault.transaction() as outer:
        outer.execute("INSERT INTO note (words) VALUES ('甲')")
        vault.after_commit(lambda: done.append("outer"))
        with pytest.raises(RuntimeError), vault.transaction() as inner:  # noqa: PT012 - what fails is the transaction
            vault.after_commit(lambda: done.append("inner"))
            inner.execute("INSERT INTO note (words) VALUES ('乙')")
            raise RuntimeError
        assert _words(vault) == ["甲"]

    assert _words(vault) == ["甲"]
    assert done == ["outer"]


def test_a_reader_sees_one_state_while_another_writes(vault: Vault) -> None:
    _write(vault, "甲")
    with vault.read() as connection:
        connection.execute("SELECT count(*) FROM note").fetchone()
        other = open_vault(vault.folder)
        _write(other, "乙")
        other.lock()
        assert connection.execute("SELECT count(*) FROM note").fetchone()[0] == 1
    assert _words(vault) == ["甲", "乙"]


def test_a_reader_cannot_write(vault: Vault) -> None:
    _write(vault)
    with pytest.raises(VaultTrouble), vault.read() as connection:
        connection.execute("INSERT INTO note (words) VALUES ('甲')")


def test_a_broken_rule_of_a_table_is_a_conflict(vault: Vault) -> None:
    _write(vault, "甲")
    with pytest.raises(VaultConflict):
        _write(vault, "甲")


def test_schemas_move_forward_once(vault: Vault) -> None:
    vault.apply_schema("notes", 1, TABLE)
    vault.apply_schema("notes", 1, ["not sql at all"])
    vault.apply_schema("notes", 2, ["ALTER TABLE note ADD COLUMN more TEXT"], newest=2)

    assert vault.database.schema_version("notes") == 2
    with pytest.raises(VaultTooNew):
        vault.apply_schema("notes", 1, TABLE, newest=1)
    with pytest.raises(ValueError, match="from 2 to 4"):
        vault.apply_schema("notes", 4, [])


def test_a_schema_that_fails_half_way_leaves_nothing(vault: Vault) -> None:
    with pytest.raises(Exception, match="syntax"):
        vault.apply_schema("notes", 1, [*TABLE, "CREATE nonsense"])

    vault.apply_schema("notes", 1, TABLE)
    assert _words(vault) == []


def test_nothing_works_after_lock_and_the_keys_are_wiped(vault: Vault) -> None:
    secret = vault._secret
    vault.lock()
    vault.lock()

    assert bytes(secret) == bytes(32)
    with pytest.raises(VaultLocked):
        vault.read()
    with pytest.raises(VaultLocked):
        vault.blobs.put(b"x")
    with pytest.raises(VaultLocked):
        vault.derive("db")


def test_no_file_of_a_vault_holds_what_it_keeps(vault: Vault) -> None:
    _write(vault, MARKER)
    ref = vault.blobs.put(MARKER.encode() * 9)
    with vault.transaction() as connection:
        vault.blobs.keep(connection, ref)
    secret = bytes(vault._secret)
    files = [path for path in vault.folder.rglob("*") if path.is_file()]

    assert any(path.name.endswith("-wal") for path in files)
    for path in files:
        data = path.read_bytes()
        assert MARKER.encode() not in data
        assert b"marker" not in data
        assert secret not in data
        assert b"SQLite format 3" not in data


def test_a_vault_is_for_its_owner_alone(vault: Vault) -> None:
    ref = vault.blobs.put(b"x")
    for path in (vault.folder / DATABASE_FILE, vault.blobs.path(ref.id)):
        assert path.stat().st_mode & 0o077 == 0
    assert vault.folder.stat().st_mode & 0o077 == 0


def test_repr_tells_no_secret(vault: Vault) -> None:
    ref = vault.blobs.put(b"x")
    slot, shares = new_recovery(2, 3, randomness=seeded())

    assert repr(ref.wrapped_key) not in repr(ref)
    assert repr(slot._key) not in repr(slot)
    assert len(shares) == 3


@pytest.mark.parametrize("missing", ["vault.db", "vault.keys", "blobs"])
def test_a_vault_with_a_part_missing_is_named_and_nothing_is_made(
    tmp_path: Path, vault: Vault, missing: str
) -> None:
    vault.lock()
    gone = tmp_path / "vault" / missing
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    before = sorted(path.name for path in (tmp_path / "vault").iterdir())
    with pytest.raises(VaultMissing) as caught:
        open_vault(tmp_path / "vault")

    assert missing in caught.value.text()
    assert sorted(path.name for path in (tmp_path / "vault").iterdir()) == before


@pytest.mark.parametrize("lost", ["vault.db", "vault.keys", ""])
def test_create_never_writes_over_what_is_left_of_a_vault(
    tmp_path: Path, vault: Vault, lost: str
) -> None:
    vault.lock()
    if lost:
        (tmp_path / "vault" / lost).unlink()
    before = {p.name: p.read_bytes() for p in (tmp_path / "vault").iterdir() if p.is_file()}
    with pytest.raises(VaultExists):
        new_vault(tmp_path / "vault")

    assert {p.name: p.read_bytes() for p in (tmp_path / "vault").iterdir() if p.is_file()} == before


def test_a_creation_that_was_cut_off_can_be_done_again(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    new_vault(folder).lock()
    (folder / DATABASE_FILE).rename(folder / "vault.db.part")
    new_vault(folder, seed=9).lock()

    with open_vault(folder) as vault:
        assert vault.database.faults() == ()


def test_a_database_in_the_clear_is_refused(tmp_path: Path, vault: Vault) -> None:
    vault.lock()
    (tmp_path / "vault" / DATABASE_FILE).write_bytes(b"SQLite format 3\x00" + bytes(4080))
    with pytest.raises(NotEncrypted) as caught:
        open_vault(tmp_path / "vault")
    assert "没有加密" in caught.value.text()


@pytest.mark.parametrize("content", [b"", b"x", b"\x01" * 8192])
def test_a_database_that_is_none_is_damaged_and_stays_as_it_is(
    tmp_path: Path, vault: Vault, content: bytes
) -> None:
    vault.lock()
    (tmp_path / "vault" / DATABASE_FILE).write_bytes(content)
    with pytest.raises(VaultDamaged) as caught:
        open_vault(tmp_path / "vault")

    assert "vault.db" in caught.value.text()
    assert (tmp_path / "vault" / DATABASE_FILE).read_bytes() == content


def test_every_flipped_bit_of_the_database_is_found(tmp_path: Path, vault: Vault) -> None:
    _write(vault, *(f"{number}" * 50 for number in range(2000)))
    vault.lock()
    file = tmp_path / "vault" / DATABASE_FILE
    size = file.stat().st_size
    assert size > 10 * 8192
    for place in [0, 15, 16, 8191, *range(8192 + 100, size, 8192)]:
        _flip(file, place)
        try:
            with open_vault(tmp_path / "vault") as again:
                found = again.database.faults()
        except VaultDamaged:
            found = ("at open",)
        _flip(file, place)
        assert found, place


def test_another_vaults_database_is_refused(tmp_path: Path, vault: Vault) -> None:
    new_vault(tmp_path / "other", seed=77).lock()
    vault.lock()
    shutil.copy(tmp_path / "other" / DATABASE_FILE, tmp_path / "vault" / DATABASE_FILE)
    with pytest.raises(VaultDamaged):
        open_vault(tmp_path / "vault")


def test_a_key_that_is_not_registered_is_told_so(tmp_path: Path, vault: Vault) -> None:
    vault.lock()
    with pytest.raises(NoFittingSlot) as caught:
        open_vault(tmp_path / "vault", StandInKey("stranger"))
    assert "没有登记" in caught.value.text()


def test_every_flipped_bit_of_the_keys_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    new_vault(folder, StandInKey("first"), StandInKey("second")).lock()
    file = folder / "vault.keys"
    for place in range(len(file.read_bytes())):
        _flip(file, place)
        with pytest.raises((KeysDamaged, NoFittingSlot, VaultTooNew)):
            open_vault(folder)
        _flip(file, place)
    open_vault(folder).lock()


def test_an_added_slot_opens_the_vault(vault: Vault) -> None:
    vault.add_slot(StandInKey("second"), ticking())
    vault.lock()
    open_vault(vault.folder, StandInKey("second")).lock()
    with open_vault(vault.folder) as again:
        assert [slot.label for slot in again.slots] == ["first", "second"]


def test_a_removed_slot_no_longer_opens_it(vault: Vault) -> None:
    vault.add_slot(StandInKey("second"), ticking())
    vault.remove_slot(0)
    vault.lock()
    with pytest.raises(NoFittingSlot):
        open_vault(vault.folder)
    open_vault(vault.folder, StandInKey("second")).lock()


def test_the_last_ukey_and_the_last_recovery_stay(tmp_path: Path) -> None:
    keys = (StandInKey("first"), StandInKey("paper", kind="recovery"))
    with new_vault(tmp_path / "vault", *keys) as vault:
        before = (vault.folder / "vault.keys").read_bytes()
        for index in (0, 1):
            with pytest.raises(SlotNeeded) as caught:
                vault.remove_slot(index)
            assert "不能移除" in caught.value.text()
        assert (vault.folder / "vault.keys").read_bytes() == before


def test_a_slot_slipped_in_is_found(tmp_path: Path, vault: Vault) -> None:
    vault.lock()
    with new_vault(tmp_path / "other", StandInKey("intruder"), seed=5) as other:
        foreign = other.slots[0]
    import msgspec  # noqa: PLC0415 - beside its one use

    from desktop.vault.keys import read_key_file  # noqa: PLC0415 - as above

    keys = read_key_file(vault.folder)
    forged = msgspec.structs.replace(keys, slots=(*keys.slots, foreign))
    (vault.folder / "vault.keys").write_bytes(to_bytes(forged))
    with pytest.raises(KeysDamaged):
        open_vault(vault.folder)


def test_an_older_keys_file_put_back_is_found(vault: Vault) -> None:
    older = (vault.folder / "vault.keys").read_bytes()
    vault.add_slot(StandInKey("second"), ticking())
    vault.lock()
    (vault.folder / "vault.keys").write_bytes(older)
    with pytest.raises(KeysDamaged) as caught:
        open_vault(vault.folder)
    assert "较早的版本" in caught.value.text()


def _recoverable(folder: Path) -> tuple[str, ...]:
    slot, shares = new_recovery(2, 3, randomness=seeded(8))
    Vault.create(folder, [StandInKey(), slot], clock=ticking(), randomness=seeded(1)).lock()
    return shares


def test_any_two_of_three_shares_open_the_vault(tmp_path: Path) -> None:
    shares = _recoverable(tmp_path / "vault")
    for pair in (shares[:2], shares[1:], (shares[2], shares[0].upper() + "  \n")):
        Vault.open(tmp_path / "vault", ShamirUnwrapper(pair), randomness=seeded()).lock()


def test_shares_that_do_not_open_it_say_why(tmp_path: Path) -> None:
    shares = _recoverable(tmp_path / "vault")
    _, foreign = new_recovery(2, 3, randomness=seeded(9))
    words = shares[0].split()
    typo = " ".join([*words[:-1], "academic" if words[-1] != "academic" else "acid"])
    for given, why in (
        (shares[:1], "张数不够"),
        ((), "张数不对"),
        ((typo, shares[1]), "写错了字"),
        (("甲", shares[1]), "写错了字"),
        ((shares[0], foreign[1]), "不是同一套"),
    ):
        with pytest.raises(RecoveryRefused) as caught:
            ShamirUnwrapper(given)
        assert why in caught.value.text()
    with pytest.raises(NoFittingSlot):
        Vault.open(tmp_path / "vault", ShamirUnwrapper(foreign[:2]), randomness=seeded())


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 300_000])
def test_a_blob_is_read_back_whole_and_at_any_place(vault: Vault, size: int) -> None:
    data = os.urandom(size)
    ref = vault.blobs.put(data)
    with vault.transaction() as connection:
        vault.blobs.keep(connection, ref)

    assert vault.blobs.read(ref.id) == data
    assert ref.length == size
    with vault.blobs.open(ref) as reader:
        reader.seek(size // 2)
        assert reader.read(100) == data[size // 2 : size // 2 + 100]


def test_a_blob_comes_from_a_file_too(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "source").write_bytes(b"x" * 100_000)
    assert vault.blobs.read(vault.blobs.put(tmp_path / "source")) == b"x" * 100_000


@pytest.mark.parametrize("fault", ["flipped", "cut", "gone", "swapped"])
def test_a_damaged_blob_is_named(vault: Vault, fault: str) -> None:
    ref, other = vault.blobs.put(b"a" * 70_000), vault.blobs.put(b"b" * 70_000)
    path = vault.blobs.path(ref.id)
    if fault == "flipped":
        _flip(path, 66_000)
    elif fault == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    elif fault == "gone":
        path.unlink()
    else:
        shutil.copy(vault.blobs.path(other.id), path)

    for look in (vault.blobs.read, vault.blobs.check):
        with pytest.raises(BlobDamaged) as caught:
            look(ref)
        assert path.name in caught.value.text()
    assert vault.blobs.read(other) == b"b" * 70_000


def test_orphans_are_swept_and_kept_blobs_are_not(vault: Vault) -> None:
    kept, orphan = vault.blobs.put(b"kept"), vault.blobs.put(b"orphan")
    with vault.transaction() as connection:
        vault.blobs.keep(connection, kept)
    part = vault.blobs.path(orphan.id).with_suffix(".part")
    part.write_bytes(b"half")
    old = START.timestamp() - 7200
    for path in (vault.blobs.path(kept.id), vault.blobs.path(orphan.id), part):
        os.utime(path, (old, old))
    young = vault.blobs.put(b"young")
    now = START.timestamp()
    os.utime(vault.blobs.path(young.id), (now, now))

    assert vault.blobs.sweep(START) == 2
    assert vault.blobs.read(kept) == b"kept"
    assert vault.blobs.read(young) == b"young"


def test_a_dropped_blob_leaves_with_the_commit(vault: Vault) -> None:
    ref = vault.blobs.put(b"x")
    with vault.transaction() as connection:
        vault.blobs.keep(connection, ref)
    with pytest.raises(RuntimeError), vault.transaction() as connection:  # noqa: PT012 - what fails is the transaction
        vault.blobs.drop(connection, ref.id)
        raise RuntimeError
    assert vault.blobs.read(ref.id) == b"x"
    with vault.transaction() as connection:
        vault.blobs.drop(connection, ref.id)

    assert not vault.blobs.path(ref.id).exists()
    with pytest.raises(BlobDamaged):
        vault.blobs.ref(ref.id)
