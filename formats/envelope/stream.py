"""The encrypted stream: an AEAD in 64 KiB chunks, for payloads on the road and blobs at rest.

AES-256-GCM with SHA-256 under INTL, SM4-GCM with SM3 under GM (`formats.envelope.chunks`); the
version in its header says which, and a stream of the other suite is refused as such.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) in the form of age: the nonce
of a chunk is an 11-byte counter and a flag that marks the last one, so a chunk that is cut,
dropped, swapped, repeated or added fails to open. A final chunk is empty only if it is the only
one. docs/FORMAT.md gives the bytes.

A key opens one stream and is never used for a second: there is no salt. The stream begins with a
commitment to its key, so a wrong key is told apart from damage and no stream opens under two keys.

Several chunks pass at a time, and both digests are made in threads beside the cipher.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.constant_time import bytes_eq

from formats.directory import Suite
from formats.envelope.chunks import COMMITMENT_BYTES, KEY_BYTES, PROFILES, TAG_BYTES, ChunkCipher
from formats.envelope.tally import AHEAD, Tally
from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.ids import Digest
from formats.limits import MAX_PAYLOAD_BYTES, STREAM_CHUNK

__all__ = [
    "HEADER_BYTES",
    "KEY_BYTES",
    "TAG_BYTES",
    "Sink",
    "Source",
    "StreamDamaged",
    "StreamReader",
    "StreamSummary",
    "WrongStreamKey",
    "WrongStreamSuite",
    "open_stream",
    "opened_size",
    "payload_key",
    "seal_stream",
    "sealed_size",
]

_LETTERS: Final = b"YIDAO-STREAM"
_MAGIC_BYTES: Final = len(_LETTERS) + 4
HEADER_BYTES: Final = _MAGIC_BYTES + COMMITMENT_BYTES
"""Twelve letters, a 32-bit version, the commitment to the key."""
_SEALED_CHUNK: Final = STREAM_CHUNK + TAG_BYTES
_CHUNKS_AT_ONCE: Final = 8
"""Chunks that pass together: enough that threads cost nothing, and half a megabyte a buffer."""


class StreamDamaged(BadInput):
    """A stream that was cut, reordered, extended or altered, or never was one."""

    code = "envelope.stream-damaged"
    happened = mark("加密内容不完整或被改动过。")
    safe = mark("没有写出任何内容，收到的原件仍在。")
    advice = mark("请重新下载；若仍不成功，请退回并请对方重发。")


class WrongStreamKey(StreamDamaged):
    """The stream was sealed under another key."""

    code = "envelope.wrong-key"
    happened = mark("密钥与加密内容不相配。")
    advice = mark("请确认打开的是对应的文件；若确认无误，请与发出单位联系。")


class WrongStreamSuite(StreamDamaged):
    """A whole stream, but of the other suite than the one that was promised."""

    code = "envelope.wrong-suite"
    happened = mark("加密内容所用的算法体系与声明的“{suite}”不符。")
    advice = mark("请勿据此办理，退回并请对方重新封装后再发。")


class Source(Protocol):
    """Where a stream is read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


class Sink(Protocol):
    """Where a stream is written to."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take all of ``data``; its memory is used again afterwards."""


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """What went through: digests and sizes in bytes of both sides."""

    plain_digest: Digest
    plain_size: int
    cipher_digest: Digest
    cipher_size: int


def payload_key(secret: bytes, suite: Suite, dispatch: str) -> bytes:
    """The key of a dispatch's payload: HKDF of the capsule's secret over the suite's hash.

    The suite and the dispatch id go in, so a payload cannot be moved under another header.
    """
    info = f"yidao payload v1\n{suite}\n{dispatch}".encode()
    return PROFILES[suite].derive(secret, info, KEY_BYTES)


def sealed_size(plain_size: int) -> int:
    """The size of a stream over that many plain bytes."""
    chunks = max(1, -(-plain_size // STREAM_CHUNK))
    return HEADER_BYTES + plain_size + chunks * TAG_BYTES


def opened_size(cipher_size: int) -> int:
    """The plain size of a stream of that size. Raises `StreamDamaged` for a size none can have."""
    body = cipher_size - HEADER_BYTES
    chunks = max(1, -(-body // _SEALED_CHUNK))
    plain = body - chunks * TAG_BYTES
    if plain < 0 or sealed_size(plain) != cipher_size:
        raise StreamDamaged(f"no stream has {cipher_size} bytes")
    return plain


def seal_stream(key: bytes, source: Source, sink: Sink, *, suite: Suite = "INTL") -> StreamSummary:
    """Encrypt all of ``source`` into ``sink``; memory stays at some five megabytes.

    ``key`` is 32 fresh bytes. Raises `TooLarge` beyond `MAX_PAYLOAD_BYTES`.
    """
    cipher, commitment = PROFILES[suite].keys(key)
    room = _buffers()
    with Tally(suite) as plain, Tally(suite) as sealed:
        header = _magic(suite) + commitment
        sink.write(header)
        sealed.add(header, last=True)
        for place, (block, last) in enumerate(_blocks(source, _CHUNKS_AT_ONCE * STREAM_CHUNK)):
            plain.add(block, last=last)
            if plain.size > MAX_PAYLOAD_BYTES:
                raise TooLarge("payload", limit=MAX_PAYLOAD_BYTES)
            done = _seal_block(
                cipher, place * _CHUNKS_AT_ONCE, block, room[place % len(room)], last=last
            )
            sealed.add(done, last=last)
            sink.write(done)
        return StreamSummary(plain.digest(), plain.size, sealed.digest(), sealed.size)


def open_stream(key: bytes, source: Source, sink: Sink, *, suite: Suite = "INTL") -> StreamSummary:
    """Decrypt all of ``source`` into ``sink``; only authentic chunks are written.

    Whether the stream is whole is known only at its end: write to a name nobody reads yet.
    Raises `StreamDamaged`, `WrongStreamKey`, `WrongStreamSuite`, `TooLarge`.
    """
    room = _buffers()
    with Tally(suite) as plain, Tally(suite) as sealed:
        header = _read_full(source, HEADER_BYTES)
        cipher = _check_header(key, header, suite)
        sealed.add(header, last=True)
        for place, (block, last) in enumerate(_blocks(source, _CHUNKS_AT_ONCE * _SEALED_CHUNK)):
            sealed.add(block, last=last)
            done = _open_block(
                cipher, place * _CHUNKS_AT_ONCE, block, room[place % len(room)], last=last
            )
            plain.add(done, last=last)
            if plain.size > MAX_PAYLOAD_BYTES:
                raise TooLarge("payload", limit=MAX_PAYLOAD_BYTES)
            sink.write(done)
        return StreamSummary(plain.digest(), plain.size, sealed.digest(), sealed.size)


class StreamReader(io.RawIOBase):
    """The plain side of a sealed file, read at any place; only whole, authentic chunks are seen.

    The last chunk is opened first, so the size is authentic before a byte is given out. Holds one
    chunk. Closing it closes ``source``. Not for use from two threads at once.
    """

    def __init__(self, key: bytes, source: io.IOBase, *, suite: Suite = "INTL") -> None:
        """``source`` is a seekable binary file. Raises as `open_stream`."""
        super().__init__()
        self._source: io.RawIOBase = source  # type: ignore[assignment] # IOBase has no read()
        self._source.seek(0)
        self._cipher = _check_header(key, _read_full(self._source, HEADER_BYTES), suite)
        self._room = memoryview(bytearray(_SEALED_CHUNK))
        self.size: Final = opened_size(self._source.seek(0, io.SEEK_END))
        """Plain size in bytes."""
        self._last = max(1, -(-self.size // STREAM_CHUNK)) - 1
        self._position = 0
        self._held = self._load(self._last)

    def readable(self) -> bool:  # noqa: D102 - io.RawIOBase
        return True

    def seekable(self) -> bool:  # noqa: D102 - io.RawIOBase
        return True

    def tell(self) -> int:  # noqa: D102 - io.RawIOBase
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; a place beyond the end reads as empty, one before the start is a `ValueError`."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("before the start")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override] # typeshed says WriteableBuffer, which has no len()
        """Fill from one chunk. Raises `StreamDamaged` where that chunk was altered."""
        index, start = divmod(self._position, STREAM_CHUNK)
        if self._position >= self.size:
            return 0
        if self._held[0] != index:
            self._held = self._load(index)
        piece = self._held[1][start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the source too and forget the chunk held."""
        if not self.closed:
            self._held = (-1, memoryview(b""))
            self._room[:] = bytes(len(self._room))
            self._source.close()
        super().close()

    def _load(self, index: int) -> tuple[int, memoryview]:
        self._held = (-1, memoryview(b""))  # what it shows is about to change
        self._source.seek(HEADER_BYTES + index * _SEALED_CHUNK)
        sealed = _read_full(self._source, _SEALED_CHUNK)
        last = index == self._last
        return index, _open_block(self._cipher, index, sealed, self._room, last=last)


def _magic(suite: Suite) -> bytes:
    return _LETTERS + PROFILES[suite].version.to_bytes(4, "big")


def _check_header(key: bytes, header: bytes, suite: Suite) -> ChunkCipher:
    cipher, commitment = PROFILES[suite].keys(key)
    magic = header[:_MAGIC_BYTES]
    if len(header) != HEADER_BYTES or magic not in {_magic(known) for known in PROFILES}:
        raise StreamDamaged("not a stream of a known version")
    if magic != _magic(suite):
        raise WrongStreamSuite(f"not a stream of {suite}", suite=suite)
    if not bytes_eq(header[_MAGIC_BYTES:], commitment):
        raise WrongStreamKey("key commitment")
    return cipher


def _buffers() -> tuple[memoryview, ...]:
    """As many as are hashed at a time, and one that is filled meanwhile; they take turns."""
    size = _CHUNKS_AT_ONCE * _SEALED_CHUNK
    return tuple(memoryview(bytearray(size)) for _ in range(AHEAD + 1))


def _seal_block(
    cipher: ChunkCipher, first: int, block: bytes, room: memoryview, *, last: bool
) -> memoryview:
    """The chunks of a block sealed into ``room``, numbered from ``first``; the part filled."""
    plain, filled = memoryview(block), 0
    for index, start in enumerate(range(0, max(1, len(block)), STREAM_CHUNK), first):
        chunk = plain[start : start + STREAM_CHUNK]
        ends = last and start + STREAM_CHUNK >= len(block)
        out = room[filled : filled + len(chunk) + TAG_BYTES]
        cipher.seal(_nonce(index, last=ends), chunk, out)
        filled += len(out)
    return room[:filled]


def _open_block(
    cipher: ChunkCipher, first: int, block: bytes, room: memoryview, *, last: bool
) -> memoryview:
    """The chunks of a block opened into ``room``; all of them are authentic, or it raises."""
    sealed, filled = memoryview(block), 0
    for index, start in enumerate(range(0, max(1, len(block)), _SEALED_CHUNK), first):
        chunk = sealed[start : start + _SEALED_CHUNK]
        if len(chunk) < TAG_BYTES or (len(chunk) == TAG_BYTES and index > 0):
            raise StreamDamaged(f"chunk {index} is cut, or an empty one follows others")
        ends = last and start + _SEALED_CHUNK >= len(block)
        try:
            cipher.open(_nonce(index, last=ends), chunk, room[filled : filled + len(chunk)])
        except InvalidTag as error:
            raise StreamDamaged(f"chunk {index}") from error
        filled += len(chunk) - TAG_BYTES
    return room[:filled]


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + bytes((last,))


def _read_full(source: Source, size: int) -> bytes:
    """``size`` bytes, fewer only at the end; raw files and sockets may answer short."""
    first = source.read(size)
    if len(first) == size or not first:
        return first
    parts, got = [first], len(first)
    while got < size and (part := source.read(size - got)):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _blocks(source: Source, size: int) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last; one empty block for an empty source."""
    block = _read_full(source, size)
    while True:
        following = _read_full(source, size) if len(block) == size else b""
        yield block, not following
        if not following:
            return
        block = following
