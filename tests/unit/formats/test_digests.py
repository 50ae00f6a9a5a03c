"""Digests by suite."""

import hashlib

import pytest

from formats import digests
from formats.directory import Suite
from formats.envelope.tally import AHEAD, Tally

SM3_OF_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
"""GB/T 32905 annex A.1."""


def test_each_suite_has_its_digest_with_its_name_before_it() -> None:
    assert "sha256:" + hashlib.sha256(b"abc").hexdigest() == digests.digest(b"abc", "INTL")
    assert "sm3:" + SM3_OF_ABC == digests.digest(b"abc", "GM")


@pytest.mark.parametrize("suite", ["INTL", "GM"])
def test_a_digest_tells_its_suite_and_what_it_is_of(suite: Suite) -> None:
    value = digests.digest(b"document", suite)

    assert suite == digests.suite_of_digest(value)
    assert digests.matches(value, b"document")
    assert not digests.matches(value, b"documenT")


def test_the_digest_of_one_suite_does_not_match_under_the_name_of_the_other() -> None:
    renamed = digests.digest(b"document", "GM").replace("sm3:", "sha256:")

    assert not digests.matches(renamed, b"document")


@pytest.mark.parametrize("suite", ["INTL", "GM"])
@pytest.mark.parametrize("sizes", [[0], [5], [5, 0], [70_000, 1, 70_000, 3]], ids=str)
def test_a_tally_counts_and_hashes_its_pieces_in_order(suite: Suite, sizes: list[int]) -> None:
    pieces = [bytes((number,)) * size for number, size in enumerate(sizes)]
    with Tally(suite) as tally:
        for piece in pieces:
            tally.add(piece, last=piece is pieces[-1])
        found = tally.digest()

    assert (sum(sizes), digests.digest(b"".join(pieces), suite)) == (tally.size, found)


def test_a_tally_lets_go_of_a_piece_s_memory_when_so_many_more_have_come() -> None:
    rooms = [bytearray(100_000) for _ in range(AHEAD + 1)]
    expected = hashlib.sha256()
    with Tally("INTL") as tally:
        for number in range(40):
            room = rooms[number % len(rooms)]
            room[:] = bytes((number,)) * len(room)
            expected.update(room)
            tally.add(memoryview(room), last=False)
        found = tally.digest()

    assert "sha256:" + expected.hexdigest() == found
