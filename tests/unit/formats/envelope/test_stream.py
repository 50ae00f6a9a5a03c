"""The encrypted stream, of either suite: whole or refused."""

import hashlib
import io
import tracemalloc
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from formats.directory import Suite
from formats.envelope.stream import (
    HEADER_BYTES,
    TAG_BYTES,
    StreamDamaged,
    StreamReader,
    WrongStreamKey,
    WrongStreamSuite,
    open_stream,
    opened_size,
    payload_key,
    seal_stream,
    sealed_size,
)
from formats.limits import STREAM_CHUNK

KEY = bytes(range(32))
SEALED_CHUNK = STREAM_CHUNK + TAG_BYTES
SIZES = (
    0,
    1,
    STREAM_CHUNK - 1,
    STREAM_CHUNK,
    STREAM_CHUNK + 1,
    200_000,
    8 * STREAM_CHUNK - 1,
    8 * STREAM_CHUNK,
    8 * STREAM_CHUNK + 1,
    16 * STREAM_CHUNK,
    1_200_000,
)
BOTH: tuple[Suite, ...] = ("INTL", "GM")
VERSIONS = {"INTL": b"\x00\x00\x00\x01", "GM": b"\x00\x00\x00\x02"}


@pytest.fixture(params=BOTH)
def suite(request: pytest.FixtureRequest) -> Suite:
    found: Suite = request.param
    return found


def plain_of(size: int) -> bytes:
    return (hashlib.sha256(b"plain").digest() * (size // 32 + 1))[:size]


def sealed_of(plain: bytes, suite: Suite, key: bytes = KEY) -> bytes:
    sink = io.BytesIO()
    seal_stream(key, io.BytesIO(plain), sink, suite=suite)
    return sink.getvalue()


def opened(sealed: bytes, suite: Suite, key: bytes = KEY) -> bytes:
    sink = io.BytesIO()
    open_stream(key, io.BytesIO(sealed), sink, suite=suite)
    return sink.getvalue()


def digest_of(data: bytes, suite: Suite) -> str:
    if suite == "INTL":
        return "sha256:" + hashlib.sha256(data).hexdigest()
    made = hashes.Hash(hashes.SM3())
    made.update(data)
    return "sm3:" + made.finalize().hex()


def stream_by_hand(chunks: list[bytes], suite: Suite, *, last: int | None = None) -> bytes:
    """A stream as docs/FORMAT.md describes it, made with nothing of ours.

    ``last`` is the chunk marked as the last one.
    """
    size, name = (32, b"yidao stream v1") if suite == "INTL" else (16, b"yidao stream v2")
    digest = hashes.SHA256() if suite == "INTL" else hashes.SM3()
    derived = HKDF(algorithm=digest, length=size + 32, salt=None, info=name).derive(KEY)
    cipher = algorithms.AES if suite == "INTL" else algorithms.SM4
    made = b"YIDAO-STREAM" + VERSIONS[suite] + derived[size:]
    end = len(chunks) - 1 if last is None else last
    for index, chunk in enumerate(chunks):
        nonce = index.to_bytes(11, "big") + (b"\x01" if index == end else b"\x00")
        encryptor = Cipher(cipher(derived[:size]), modes.GCM(nonce)).encryptor()
        made += encryptor.update(chunk) + encryptor.finalize() + encryptor.tag
    return made


class Dribble(io.RawIOBase):
    """A source that answers with a few bytes at a time, as a socket does."""

    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:  # noqa: D102 - io.RawIOBase
        return self._rest.read(min(size, 7_001))


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_to_the_same_bytes(size: int, suite: Suite) -> None:
    assert plain_of(size) == opened(sealed_of(plain_of(size), suite), suite)


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_has_the_bytes_that_the_format_says(size: int, suite: Suite) -> None:
    plain = plain_of(size)
    chunks = [plain[i : i + STREAM_CHUNK] for i in range(0, max(1, size), STREAM_CHUNK)]

    assert stream_by_hand(chunks, suite) == sealed_of(plain, suite)


@pytest.mark.parametrize("size", SIZES)
def test_both_sides_report_the_same_digests_and_sizes(size: int, suite: Suite) -> None:
    plain = plain_of(size)
    sealed = io.BytesIO()
    there = seal_stream(KEY, io.BytesIO(plain), sealed, suite=suite)
    back = open_stream(KEY, io.BytesIO(sealed.getvalue()), io.BytesIO(), suite=suite)

    assert there == back
    assert digest_of(plain, suite) == there.plain_digest
    assert digest_of(sealed.getvalue(), suite) == there.cipher_digest
    assert (size, sealed_size(size)) == (there.plain_size, there.cipher_size)
    assert size == opened_size(there.cipher_size)


def test_a_source_that_answers_short_is_read_whole(suite: Suite) -> None:
    plain, sink = plain_of(700_000), io.BytesIO()
    seal_stream(KEY, Dribble(plain), sink, suite=suite)

    assert sealed_of(plain, suite) == sink.getvalue()


CHUNKS = 3
WHOLE = {suite: sealed_of(plain_of(CHUNKS * STREAM_CHUNK - 100), suite) for suite in BOTH}


def faults(suite: Suite) -> dict[str, bytes]:
    """A whole stream of three chunks, spoilt in each way."""
    whole = WHOLE[suite]
    head, rest = whole[:HEADER_BYTES], whole[HEADER_BYTES:]
    first, second, last = (rest[i * SEALED_CHUNK : (i + 1) * SEALED_CHUNK] for i in range(CHUNKS))
    return {
        "empty": b"",
        "header-only": head,
        "header-cut": whole[: HEADER_BYTES - 1],
        "other-letters": b"y" + whole[1:],
        "unknown-version": whole.replace(VERSIONS[suite], b"\x00\x00\x00\x03", 1),
        "last-chunk-dropped": head + first + second,
        "last-chunk-cut": whole[:-1],
        "last-chunk-to-its-tag": head + first + second + last[:TAG_BYTES],
        "last-chunk-to-nothing-of-a-tag": head + first + second + last[: TAG_BYTES - 1],
        "mid-cut": head + first + second[:1000] + last,
        "first-dropped": head + second + last,
        "swapped": head + second + first + last,
        "duplicated": head + first + first + second + last,
        "trailing-byte": whole + b"\x00",
        "extra-chunk": whole + last,
        "another-stream-behind": whole + whole,
        "bit-flip-first": head + bytes((first[0] ^ 1,)) + rest[1:],
        "bit-flip-last-tag": whole[:-1] + bytes((whole[-1] ^ 0x80,)),
        "bit-flip-commitment": head[:-1] + bytes((head[-1] ^ 1,)) + rest,
    }


FAULTS = {suite: faults(suite) for suite in BOTH}


@pytest.mark.parametrize("name", FAULTS["INTL"])
def test_a_damaged_stream_is_refused(name: str, suite: Suite) -> None:
    with pytest.raises(StreamDamaged):
        opened(FAULTS[suite][name], suite)


@pytest.mark.parametrize("name", FAULTS["INTL"])
def test_a_reader_of_a_damaged_stream_gives_no_wrong_byte(name: str, suite: Suite) -> None:
    with pytest.raises(StreamDamaged):
        StreamReader(KEY, io.BytesIO(FAULTS[suite][name]), suite=suite).readall()


@pytest.mark.parametrize("chunk", [0, 7, 8, 9, 15, 16])
def test_nothing_is_released_from_a_damaged_chunk_on(chunk: int, suite: Suite) -> None:
    plain = plain_of(17 * STREAM_CHUNK)
    damaged = bytearray(sealed_of(plain, suite))
    damaged[HEADER_BYTES + chunk * SEALED_CHUNK + 5] ^= 1
    sink = io.BytesIO()
    with pytest.raises(StreamDamaged):
        open_stream(KEY, io.BytesIO(bytes(damaged)), sink, suite=suite)

    released = sink.getvalue()
    assert len(released) <= chunk * STREAM_CHUNK
    assert plain.startswith(released)


def test_an_empty_chunk_after_others_is_refused_even_when_authentic(suite: Suite) -> None:
    # What a careless writer would produce: a full chunk not marked last, then an empty last one.
    forged = stream_by_hand([plain_of(STREAM_CHUNK), b""], suite)

    with pytest.raises(StreamDamaged):
        opened(forged, suite)
    with pytest.raises(StreamDamaged):
        StreamReader(KEY, io.BytesIO(forged), suite=suite)


def test_an_empty_chunk_that_begins_a_block_is_refused_even_when_authentic(suite: Suite) -> None:
    forged = stream_by_hand([*[plain_of(STREAM_CHUNK)] * 8, b""], suite)

    with pytest.raises(StreamDamaged):
        opened(forged, suite)


def test_a_short_chunk_in_the_middle_is_refused_even_when_authentic(suite: Suite) -> None:
    with pytest.raises(StreamDamaged):
        opened(stream_by_hand([b"short", b"end"], suite), suite)


@pytest.mark.parametrize("last", [0, 7, 8])
def test_a_chunk_after_the_one_marked_last_is_refused(last: int, suite: Suite) -> None:
    with pytest.raises(StreamDamaged):
        opened(stream_by_hand([plain_of(STREAM_CHUNK)] * 10, suite, last=last), suite)


def test_another_key_is_told_apart_from_damage(suite: Suite) -> None:
    with pytest.raises(WrongStreamKey) as raised:
        opened(WHOLE[suite], suite, bytes(32))

    assert "密钥与加密内容不相配" in raised.value.text()


def test_a_stream_of_the_other_suite_is_refused_as_such(suite: Suite) -> None:
    other: Suite = "GM" if suite == "INTL" else "INTL"
    with pytest.raises(WrongStreamSuite) as raised:
        opened(WHOLE[other], suite)
    with pytest.raises(WrongStreamSuite):
        StreamReader(KEY, io.BytesIO(WHOLE[other]), suite=suite)

    assert raised.value.code == "envelope.wrong-suite"
    assert f"“{suite}”" in raised.value.text("zh")
    assert f"“{suite}”" in raised.value.text("en")


def test_a_stream_relabelled_as_the_other_suite_does_not_open(suite: Suite) -> None:
    other: Suite = "GM" if suite == "INTL" else "INTL"
    relabelled = WHOLE[suite].replace(VERSIONS[suite], VERSIONS[other], 1)

    with pytest.raises(WrongStreamKey):
        opened(relabelled, other)


def test_damage_is_told_in_three_sentences(suite: Suite) -> None:
    with pytest.raises(StreamDamaged) as raised:
        opened(WHOLE[suite][:-1], suite)

    assert (
        "加密内容不完整或被改动过。没有写出任何内容，收到的原件仍在。"
        "请重新下载；若仍不成功，请退回并请对方重发。"
    ) == raised.value.text("zh")
    assert "Download" in raised.value.text("en")


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_reads_any_place(size: int, suite: Suite) -> None:
    plain = plain_of(size)
    sealed = sealed_of(plain, suite)
    for start in {0, 1, size // 2, max(0, size - 3), size, size + 10, STREAM_CHUNK - 1}:
        reader = StreamReader(KEY, io.BytesIO(sealed), suite=suite)
        reader.seek(start)
        with io.BufferedReader(reader) as buffered:
            assert plain[start : start + 70_000] == buffered.read(70_000)


def test_a_reader_seeks_from_all_three_places(suite: Suite) -> None:
    with StreamReader(KEY, io.BytesIO(WHOLE[suite]), suite=suite) as reader:
        assert reader.size - 5 == reader.seek(-5, io.SEEK_END)
        assert plain_of(reader.size)[-5:] == reader.read(10)
        assert reader.size == reader.tell()
        assert reader.size - 2 == reader.seek(-2, io.SEEK_CUR)
        with pytest.raises(ValueError, match="before the start"):
            reader.seek(-1)


def test_damage_in_one_chunk_leaves_the_others_readable(suite: Suite) -> None:
    damaged = bytearray(WHOLE[suite])
    damaged[HEADER_BYTES + 5] ^= 1
    with StreamReader(KEY, io.BytesIO(bytes(damaged)), suite=suite) as reader:
        reader.seek(STREAM_CHUNK)
        assert plain_of(STREAM_CHUNK + 9)[-9:] == reader.read(9)
        reader.seek(0)
        with pytest.raises(StreamDamaged):
            reader.read(1)
        reader.seek(STREAM_CHUNK)
        assert plain_of(STREAM_CHUNK + 9)[-9:] == reader.read(9)


@pytest.mark.parametrize("size", [-1, 0, HEADER_BYTES, HEADER_BYTES + TAG_BYTES - 1])
def test_a_size_no_stream_has_is_refused(size: int) -> None:
    with pytest.raises(StreamDamaged):
        opened_size(size)


def test_the_key_of_a_payload_depends_on_secret_suite_and_dispatch() -> None:
    keys = {
        payload_key(secret, either, dispatch)
        for secret in (bytes(32), KEY)
        for either in BOTH
        for dispatch in ("a", "b")
    }

    assert 8 == len(keys)


VECTORS = {
    "INTL": (
        "594944414f2d53545245414d00000001993b28c397cfa1c6079a5586ae45165bf07653f5be3d3ecf"
        "ae4144e18c7903af2468e5925988152cca69674209258644c85e894e2424"
    ),
    "GM": (
        "594944414f2d53545245414d000000024ec89a0e20af1edce545133eb55ee3748dab3ab711fc2dc4"
        "011a51eaa5b123d734d33869c9b7dd2c42bf883d577a14d6bfc7896f51ce"
    ),
}


def test_the_bytes_of_a_stream_never_change(suite: Suite) -> None:
    # A published vector: a change here breaks every archive and every payload on its way.
    assert VECTORS[suite] == sealed_of(b"\xe9\xa9\xbf\xe9\x81\x93", suite).hex()


class Zeros:
    """Many zeros, made as they are read."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int, /) -> bytes:
        """See `Source`."""
        give = min(size, self.left)
        self.left -= give
        return bytes(give)


class Nowhere:
    """A sink that keeps nothing."""

    def write(self, data: bytes | memoryview, /) -> int:
        """See `Sink`."""
        return len(data)


def test_memory_stays_flat_however_large_the_stream(suite: Suite) -> None:
    def peak(work: Callable[[], object]) -> int:
        tracemalloc.start()
        work()
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # How far the hashing lags behind is chance; that it is bounded is not.
    peaks = [
        peak(lambda size=size: seal_stream(KEY, Zeros(size << 20), Nowhere(), suite=suite))  # type: ignore[misc]  # bound at once
        for size in (4, 24)
    ]

    assert max(peaks) < 96 * STREAM_CHUNK


def test_no_thread_outlives_a_stream_that_fails(suite: Suite) -> None:
    import threading  # noqa: PLC0415 - this test alone looks at threads

    class Failing(Zeros):
        def read(self, size: int, /) -> bytes:
            if self.left < 1 << 20:
                raise OSError("cable pulled")
            return super().read(size)

    before = threading.active_count()
    with pytest.raises(OSError, match="cable"):
        seal_stream(KEY, Failing(4 << 20), Nowhere(), suite=suite)

    assert before == threading.active_count()
