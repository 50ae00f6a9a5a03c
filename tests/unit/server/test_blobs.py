"""The blob store."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from formats.directory import Suite
from formats.effects import system_randomness
from formats.errors import TooLarge
from server.store.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs", system_randomness)


def put(blobs: Blobs, data: bytes, suite: Suite = "INTL") -> str:
    with blobs.receive(1000) as incoming:
        incoming.write(data)
        return blobs.keep(incoming, incoming.digest_in(suite))


def test_a_blob_lies_under_its_digest(blobs: Blobs) -> None:
    digest = put(blobs, b"data")

    assert "sha256:" + hashlib.sha256(b"data").hexdigest() == digest
    assert b"data" == blobs.path(digest).read_bytes()


def test_a_blob_of_gm_lies_under_its_sm3(blobs: Blobs) -> None:
    digest = put(blobs, b"abc", "GM")

    assert digest == "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert b"abc" == blobs.path(digest).read_bytes()
    assert [digest] == list(blobs.digests())
    assert blobs.verify(digest)
    blobs.path(digest).write_bytes(b"abd")
    assert not blobs.verify(digest)


def test_putting_twice_keeps_one(blobs: Blobs, tmp_path: Path) -> None:
    put(blobs, b"data")
    put(blobs, b"data")

    assert 1 == len([path for path in tmp_path.rglob("*") if path.is_file()])


def test_what_is_not_kept_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    with blobs.receive(1000) as incoming:
        incoming.write(b"half")

    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]


def test_too_much_is_refused_while_it_arrives(blobs: Blobs, tmp_path: Path) -> None:
    with blobs.receive(10) as incoming:
        incoming.write(b"x" * 8)
        with pytest.raises(TooLarge):
            incoming.write(b"x" * 8)

    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_damaged_blob_is_found(blobs: Blobs) -> None:
    digest = put(blobs, b"data")
    blobs.path(digest).write_bytes(b"dat4")

    assert not blobs.verify(digest)


def test_the_sweep_takes_only_old_blobs_that_nothing_names(blobs: Blobs) -> None:
    named, orphan, young = (put(blobs, data) for data in (b"named", b"orphan", b"young"))
    for digest in (named, orphan):
        os.utime(blobs.path(digest), (0, 0))

    removed = blobs.sweep(lambda digest: digest == named, time.time() - 3600)

    assert 1 == removed
    assert [True, False, True] == [blobs.has(digest) for digest in (named, orphan, young)]


@pytest.mark.parametrize("digest", ["sha256:../../x", "sha256:" + "A" * 64, "", "md5:" + "0" * 64])
def test_no_digest_leads_out_of_the_folder(blobs: Blobs, digest: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any refusal will do
        blobs.path(digest)
