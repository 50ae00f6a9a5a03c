"""The log's tree against the definition of RFC 9162 and against pymerkle."""

import hashlib

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.evidence.merkle import (
    EMPTY_ROOT,
    MemoryStore,
    MerkleLog,
    ProofInvalid,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE = 700
"""Past two tiles of 256."""


def entry(index: int) -> bytes:
    return str(index).encode()


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    kept = MemoryStore()
    log = MerkleLog(kept)
    for index in range(SIZE):
        log.append(leaf_hash(entry(index)))
    return kept


@pytest.fixture(scope="module")
def roots() -> list[bytes]:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    found = [EMPTY_ROOT]
    for index in range(SIZE):
        tree.append_entry(entry(index))
        found.append(tree.get_root())
    return found


def test_the_empty_tree_has_the_root_of_rfc_9162() -> None:
    assert hashlib.sha256(b"").digest() == MerkleLog(MemoryStore()).root()


def test_every_root_is_that_of_pymerkle(store: MemoryStore, roots: list[bytes]) -> None:
    log = MerkleLog(store, SIZE)

    assert roots == [log.root(size) for size in range(SIZE + 1)]


def test_a_log_loaded_again_goes_on_as_if_never_closed(roots: list[bytes]) -> None:
    kept = MemoryStore()
    for index in range(SIZE):
        log = MerkleLog(kept, index)
        assert index == log.append(leaf_hash(entry(index)))
        assert roots[index + 1] == log.root()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 512, 513, SIZE])
def test_every_leaf_is_proven_in_the_tree(
    store: MemoryStore, roots: list[bytes], size: int
) -> None:
    log = MerkleLog(store, SIZE)
    for index in range(size):
        proof = log.inclusion(index, size)
        verify_inclusion(leaf_hash(entry(index)), index, size, proof, roots[size])


@pytest.mark.parametrize("new", [1, 2, 3, 7, 8, 255, 256, 257, 513, SIZE])
def test_every_tree_is_proven_to_extend_the_earlier_ones(
    store: MemoryStore, roots: list[bytes], new: int
) -> None:
    log = MerkleLog(store, SIZE)
    for old in range(1, new + 1):
        verify_consistency(old, roots[old], new, roots[new], log.consistency(old, new))


@given(st.data())
def test_no_altered_inclusion_proof_holds(data: st.DataObject) -> None:
    log = MerkleLog(MemoryStore())
    size = data.draw(st.integers(2, 40))
    for number in range(size):
        log.append(leaf_hash(entry(number)))
    index = data.draw(st.integers(0, size - 1))
    proof, leaf = list(log.inclusion(index)), leaf_hash(entry(index))
    kind = data.draw(st.sampled_from(["flip", "drop", "add", "index", "leaf"]))
    place = data.draw(st.integers(0, len(proof) - 1))
    if kind == "flip":
        proof[place] = bytes((proof[place][0] ^ 1,)) + proof[place][1:]
    elif kind == "drop":
        del proof[place]
    elif kind == "add":
        proof.insert(place, bytes(32))
    elif kind == "index":
        index = (index + 1) % size
    else:
        leaf = leaf_hash(b"another")
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, index, size, proof, log.root())


@given(st.data())
def test_no_altered_consistency_proof_holds(data: st.DataObject) -> None:
    log = MerkleLog(MemoryStore())
    new = data.draw(st.integers(2, 40))
    for number in range(new):
        log.append(leaf_hash(entry(number)))
    old = data.draw(st.integers(1, new - 1))
    proof, old_root, new_root = list(log.consistency(old)), log.root(old), log.root()
    kind = data.draw(st.sampled_from(["flip", "drop", "add", "old", "new"]))
    place = data.draw(st.integers(0, len(proof) - 1))
    if kind == "flip":
        proof[place] = bytes((proof[place][0] ^ 1,)) + proof[place][1:]
    elif kind == "drop":
        del proof[place]
    elif kind == "add":
        proof.append(bytes(32))
    elif kind == "old":
        old_root = bytes(32)
    else:
        new_root = bytes(32)
    with pytest.raises(ProofInvalid):
        verify_consistency(old, old_root, new, new_root, proof)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_trees_that_cannot_extend_one_another_are_refused(old: int, new: int) -> None:
    with pytest.raises(ProofInvalid):
        verify_consistency(old, bytes(32), new, bytes(32), [])


def test_two_roots_of_one_size_are_a_split_view() -> None:
    with pytest.raises(ProofInvalid) as raised:
        verify_consistency(3, bytes(32), 3, leaf_hash(b""), [])

    assert "存证日志的证明不成立" in raised.value.text()


def test_what_is_not_a_hash_is_refused() -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(bytes(32), 0, 2, [b"short"], bytes(32))
    with pytest.raises(ProofInvalid):
        verify_inclusion(bytes(32), 0, 2, [bytes(32)] * 65, bytes(32))


def test_a_leaf_beyond_the_tree_is_refused() -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(bytes(32), 2, 2, [bytes(32)], bytes(32))
    with pytest.raises(IndexError):
        MerkleLog(MemoryStore()).inclusion(0)


def test_a_store_that_lost_hashes_is_noticed(store: MemoryStore) -> None:
    lossy = MemoryStore()
    lossy.levels = {0: store.levels[0][:100], 8: []}
    with pytest.raises(ProofInvalid):
        MerkleLog(lossy, 101)


def test_the_store_keeps_one_hash_in_256_above_the_leaves(store: MemoryStore) -> None:
    assert {0: SIZE, 8: SIZE // 256} == {level: len(row) for level, row in store.levels.items()}
