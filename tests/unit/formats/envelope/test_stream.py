"""The encrypted stream: whole or refused."""

import hashlib
import io
import tracemalloc
from collections.abc import Callable

import pytest

from formats.envelope.stream import (
    HEADER_BYTES,
    TAG_BYTES,
    StreamDamaged,
    StreamReader,
    WrongStreamKey,
    open_stream,
    opened_size,
    payload_key,
    seal_stream,
    sealed_size,
)
from formats.limits import STREAM_CHUNK

KEY = bytes(range(32))
SEALED_CHUNK = STREAM_CHUNK + TAG_BYTES
SIZES = (0, 1, STREAM_CHUNK - 1, STREAM_CHUNK, STREAM_CHUNK + 1, 2 * STREAM_CHUNK, 200_000)


def plain_of(size: int) -> bytes:
    return (hashlib.sha256(b"plain").digest() * (size // 32 + 1))[:size]


def sealed_of(plain: bytes, key: bytes = KEY) -> bytes:
    sink = io.BytesIO()
    seal_stream(key, io.BytesIO(plain), sink)
    return sink.getvalue()


def opened(sealed: bytes, key: bytes = KEY) -> bytes:
    sink = io.BytesIO()
    open_stream(key, io.BytesIO(sealed), sink)
    return sink.getvalue()


class Dribble(io.RawIOBase):
    """A source that answers with a few bytes at a time, as a socket does."""

    def __init__(self, data: bytes) -> None:
        self._rest = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:  # noqa: D102 - io.RawIOBase
        return self._rest.read(min(size, 7_001))


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_to_the_same_bytes(size: int) -> None:
    assert plain_of(size) == opened(sealed_of(plain_of(size)))


@pytest.mark.parametrize("size", SIZES)
def test_both_sides_report_the_same_digests_and_sizes(size: int) -> None:
    plain = plain_of(size)
    sealed = io.BytesIO()
    there = seal_stream(KEY, io.BytesIO(plain), sealed)
    back = open_stream(KEY, io.BytesIO(sealed.getvalue()), io.BytesIO())

    assert there == back
    assert "sha256:" + hashlib.sha256(plain).hexdigest() == there.plain_digest
    assert "sha256:" + hashlib.sha256(sealed.getvalue()).hexdigest() == there.cipher_digest
    assert (size, sealed_size(size)) == (there.plain_size, there.cipher_size)
    assert size == opened_size(there.cipher_size)


def test_a_source_that_answers_short_is_read_whole() -> None:
    plain, sink = plain_of(200_000), io.BytesIO()
    seal_stream(KEY, Dribble(plain), sink)

    assert sealed_of(plain) == sink.getvalue()


CHUNKS = 3
WHOLE = sealed_of(plain_of(CHUNKS * STREAM_CHUNK - 100))
HEAD, REST = WHOLE[:HEADER_BYTES], WHOLE[HEADER_BYTES:]
FIRST, SECOND, LAST = (REST[i * SEALED_CHUNK : (i + 1) * SEALED_CHUNK] for i in range(CHUNKS))

FAULTS: dict[str, bytes] = {
    "empty": b"",
    "header-only": HEAD,
    "header-cut": WHOLE[: HEADER_BYTES - 1],
    "other-version": WHOLE.replace(b"\x01", b"\x02", 1),
    "last-chunk-dropped": HEAD + FIRST + SECOND,
    "last-chunk-cut": WHOLE[:-1],
    "last-chunk-to-its-tag": HEAD + FIRST + SECOND + LAST[:TAG_BYTES],
    "last-chunk-to-nothing-of-a-tag": HEAD + FIRST + SECOND + LAST[: TAG_BYTES - 1],
    "mid-cut": HEAD + FIRST + SECOND[:1000] + LAST,
    "first-dropped": HEAD + SECOND + LAST,
    "swapped": HEAD + SECOND + FIRST + LAST,
    "duplicated": HEAD + FIRST + FIRST + SECOND + LAST,
    "trailing-byte": WHOLE + b"\x00",
    "extra-chunk": WHOLE + LAST,
    "another-stream-behind": WHOLE + WHOLE,
    "bit-flip-first": HEAD + bytes((FIRST[0] ^ 1,)) + REST[1:],
    "bit-flip-last-tag": WHOLE[:-1] + bytes((WHOLE[-1] ^ 0x80,)),
    "bit-flip-commitment": HEAD[:-1] + bytes((HEAD[-1] ^ 1,)) + REST,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_stream_is_refused(fault: str) -> None:
    with pytest.raises(StreamDamaged):
        opened(FAULTS[fault])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reader_of_a_damaged_stream_gives_no_wrong_byte(fault: str) -> None:
    with pytest.raises(StreamDamaged):
        StreamReader(KEY, io.BytesIO(FAULTS[fault])).readall()


def test_no_chunk_is_released_after_a_damaged_one() -> None:
    damaged = bytearray(WHOLE)
    damaged[HEADER_BYTES + SEALED_CHUNK + 5] ^= 1
    sink = io.BytesIO()
    with pytest.raises(StreamDamaged):
        open_stream(KEY, io.BytesIO(bytes(damaged)), sink)

    assert plain_of(STREAM_CHUNK) == sink.getvalue()


def test_an_empty_chunk_after_others_is_refused_even_when_authentic() -> None:
    # What a careless writer would produce: a full chunk not marked last, then an empty last one.
    from formats.envelope import stream  # noqa: PLC0415 - the parts needed to forge it

    cipher, commitment = stream._keys(KEY)
    forged = stream.MAGIC + commitment
    forged += cipher.encrypt(stream._nonce(0, last=False), plain_of(STREAM_CHUNK), None)
    forged += cipher.encrypt(stream._nonce(1, last=True), b"", None)

    with pytest.raises(StreamDamaged):
        opened(forged)
    with pytest.raises(StreamDamaged):
        StreamReader(KEY, io.BytesIO(forged))


def test_a_short_chunk_in_the_middle_is_refused_even_when_authentic() -> None:
    from formats.envelope import stream  # noqa: PLC0415 - the parts needed to forge it

    cipher, commitment = stream._keys(KEY)
    forged = stream.MAGIC + commitment
    forged += cipher.encrypt(stream._nonce(0, last=False), b"short", None)
    forged += cipher.encrypt(stream._nonce(1, last=True), b"end", None)

    with pytest.raises(StreamDamaged):
        opened(forged)


def test_another_key_is_told_apart_from_damage() -> None:
    with pytest.raises(WrongStreamKey) as raised:
        opened(WHOLE, bytes(32))

    assert "密钥与加密内容不相配" in raised.value.text()


def test_damage_is_told_in_three_sentences() -> None:
    with pytest.raises(StreamDamaged) as raised:
        opened(WHOLE[:-1])

    assert (
        "加密内容不完整或被改动过。没有写出任何内容，收到的原件仍在。"
        "请重新下载；若仍不成功，请退回并请对方重发。"
    ) == raised.value.text("zh")
    assert "Download" in raised.value.text("en")


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_reads_any_place(size: int) -> None:
    plain = plain_of(size)
    with StreamReader(KEY, io.BytesIO(sealed_of(plain))) as reader:
        for start in {0, 1, size // 2, max(0, size - 3), size, size + 10, STREAM_CHUNK - 1}:
            reader.seek(start)
            assert plain[start : start + 70_000] == io.BufferedReader(reader).read(70_000)
            reader = StreamReader(KEY, io.BytesIO(sealed_of(plain)))  # noqa: PLW2901 - BufferedReader closed it


def test_a_reader_seeks_from_all_three_places() -> None:
    with StreamReader(KEY, io.BytesIO(WHOLE)) as reader:
        assert reader.size - 5 == reader.seek(-5, io.SEEK_END)
        assert plain_of(reader.size)[-5:] == reader.read(10)
        assert reader.size == reader.tell()
        assert reader.size - 2 == reader.seek(-2, io.SEEK_CUR)
        with pytest.raises(ValueError, match="before the start"):
            reader.seek(-1)


def test_damage_in_one_chunk_leaves_the_others_readable() -> None:
    damaged = bytearray(WHOLE)
    damaged[HEADER_BYTES + 5] ^= 1
    with StreamReader(KEY, io.BytesIO(bytes(damaged))) as reader:
        reader.seek(STREAM_CHUNK)
        assert plain_of(STREAM_CHUNK + 9)[-9:] == reader.read(9)
        reader.seek(0)
        with pytest.raises(StreamDamaged):
            reader.read(1)


@pytest.mark.parametrize("size", [-1, 0, HEADER_BYTES, HEADER_BYTES + TAG_BYTES - 1])
def test_a_size_no_stream_has_is_refused(size: int) -> None:
    with pytest.raises(StreamDamaged):
        opened_size(size)


def test_the_key_of_a_payload_depends_on_secret_suite_and_dispatch() -> None:
    keys = {
        payload_key(secret, suite, dispatch)
        for secret in (bytes(32), KEY)
        for suite in ("INTL", "GM")
        for dispatch in ("a", "b")
    }

    assert 8 == len(keys)


def test_the_bytes_of_a_stream_never_change() -> None:
    # A published vector: a change here breaks every archive and every payload on its way.
    sealed = sealed_of(b"\xe9\xa9\xbf\xe9\x81\x93")

    assert sealed_vector() == sealed.hex()


def sealed_vector() -> str:
    return (
        "594944414f2d53545245414d00000001993b28c397cfa1c6079a5586ae45165bf07653f5be3d3ecf"
        "ae4144e18c7903af2468e5925988152cca69674209258644c85e894e2424"
    )


def test_memory_stays_flat_however_large_the_stream() -> None:
    class Zeros:
        def __init__(self, size: int) -> None:
            self.left = size

        def read(self, size: int, /) -> bytes:
            give = min(size, self.left)
            self.left -= give
            return bytes(give)

    class Nowhere:
        def write(self, data: bytes, /) -> int:
            return len(data)

    def peak(work: Callable[[], object]) -> int:
        tracemalloc.start()
        work()
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(lambda: seal_stream(KEY, Zeros(32 << 20), Nowhere())) < 16 * STREAM_CHUNK
