"""The encrypted stream: AES-256-GCM in 64 KiB chunks, for payloads on the road and blobs at rest.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) in the form of age: the nonce
of a chunk is an 11-byte counter and a flag that marks the last one, so a chunk that is cut,
dropped, swapped, repeated or added fails to open. A final chunk is empty only if it is the only
one. docs/FORMAT.md gives the bytes.

A key opens one stream and is never used for a second: there is no salt. The stream begins with a
commitment to its key, so a wrong key is told apart from damage and no stream opens under two keys.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from formats.directory import Suite
from formats.errors import BadInput, TooLarge
from formats.i18n import mark
from formats.ids import Digest
from formats.limits import MAX_PAYLOAD_BYTES, STREAM_CHUNK

MAGIC: Final = b"YIDAO-STREAM\x00\x00\x00\x01"
"""Twelve letters and a 32-bit version."""
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32
HEADER_BYTES: Final = len(MAGIC) + COMMITMENT_BYTES
_SEALED_CHUNK: Final = STREAM_CHUNK + TAG_BYTES


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


class Source(Protocol):
    """Where a stream is read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


class Sink(Protocol):
    """Where a stream is written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of ``data``."""


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """What went through: digests and sizes in bytes of both sides."""

    plain_digest: Digest
    plain_size: int
    cipher_digest: Digest
    cipher_size: int


def payload_key(secret: bytes, suite: Suite, dispatch: str) -> bytes:
    """The key of a dispatch's payload: HKDF-SHA-256 of the capsule's secret (RFC 5869).

    The suite and the dispatch id go in, so a payload cannot be moved under another header.
    """
    return _derive(secret, f"yidao payload v1\n{suite}\n{dispatch}".encode(), KEY_BYTES)


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


def seal_stream(key: bytes, source: Source, sink: Sink) -> StreamSummary:
    """Encrypt all of ``source`` into ``sink``; memory stays at two chunks.

    ``key`` is 32 fresh bytes. Raises `TooLarge` beyond `MAX_PAYLOAD_BYTES`.
    """
    cipher, commitment = _keys(key)
    plain_digest, cipher_digest = hashlib.sha256(), hashlib.sha256()
    header = MAGIC + commitment
    sink.write(header)
    cipher_digest.update(header)
    plain_size, cipher_size = 0, len(header)
    for index, (chunk, last) in enumerate(_blocks(source, STREAM_CHUNK)):
        plain_size += len(chunk)
        if plain_size > MAX_PAYLOAD_BYTES:
            raise TooLarge("payload", limit=MAX_PAYLOAD_BYTES)
        sealed = cipher.encrypt(_nonce(index, last=last), chunk, None)
        plain_digest.update(chunk)
        cipher_digest.update(sealed)
        cipher_size += len(sealed)
        sink.write(sealed)
    return _summary(plain_digest.hexdigest(), plain_size, cipher_digest.hexdigest(), cipher_size)


def open_stream(key: bytes, source: Source, sink: Sink) -> StreamSummary:
    """Decrypt all of ``source`` into ``sink``; a chunk is written only once it is authentic.

    Whether the stream is whole is known only at its end: write to a name nobody reads yet.
    Raises `StreamDamaged`, `WrongStreamKey`, `TooLarge`.
    """
    plain_digest, cipher_digest = hashlib.sha256(), hashlib.sha256()
    header = _read_full(source, HEADER_BYTES)
    cipher = _check_header(key, header)
    cipher_digest.update(header)
    plain_size, cipher_size = 0, len(header)
    for index, (sealed, last) in enumerate(_blocks(source, _SEALED_CHUNK)):
        chunk = _open_chunk(cipher, index, sealed, last=last)
        plain_size += len(chunk)
        if plain_size > MAX_PAYLOAD_BYTES:
            raise TooLarge("payload", limit=MAX_PAYLOAD_BYTES)
        plain_digest.update(chunk)
        cipher_digest.update(sealed)
        cipher_size += len(sealed)
        sink.write(chunk)
    return _summary(plain_digest.hexdigest(), plain_size, cipher_digest.hexdigest(), cipher_size)


class StreamReader(io.RawIOBase):
    """The plain side of a sealed file, read at any place; only whole, authentic chunks are seen.

    The last chunk is opened first, so the size is authentic before a byte is given out. Holds one
    chunk. Closing it closes ``source``. Not for use from two threads at once.
    """

    def __init__(self, key: bytes, source: io.IOBase) -> None:
        """``source`` is a seekable binary file. Raises `StreamDamaged`, `WrongStreamKey`."""
        super().__init__()
        self._source: io.RawIOBase = source  # type: ignore[assignment] # IOBase has no read()
        self._source.seek(0)
        self._cipher = _check_header(key, _read_full(self._source, HEADER_BYTES))
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
            self._held = (-1, b"")
            self._source.close()
        super().close()

    def _load(self, index: int) -> tuple[int, bytes]:
        self._source.seek(HEADER_BYTES + index * _SEALED_CHUNK)
        sealed = _read_full(self._source, _SEALED_CHUNK)
        return index, _open_chunk(self._cipher, index, sealed, last=index == self._last)


def _derive(key: bytes, info: bytes, size: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=None, info=info).derive(key)


def _keys(key: bytes) -> tuple[AESGCM, bytes]:
    """The cipher of the chunks and the commitment, from one derivation."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a stream key has {KEY_BYTES} bytes")
    derived = _derive(key, b"yidao stream v1", KEY_BYTES + COMMITMENT_BYTES)
    return AESGCM(derived[:KEY_BYTES]), derived[KEY_BYTES:]


def _check_header(key: bytes, header: bytes) -> AESGCM:
    cipher, commitment = _keys(key)
    if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
        raise StreamDamaged("not a stream of this version")
    if not bytes_eq(header[len(MAGIC) :], commitment):
        raise WrongStreamKey("key commitment")
    return cipher


def _open_chunk(cipher: AESGCM, index: int, sealed: bytes, *, last: bool) -> bytes:
    if len(sealed) < TAG_BYTES or (len(sealed) == TAG_BYTES and index > 0):
        raise StreamDamaged(f"chunk {index} is cut, or an empty one follows others")
    try:
        return cipher.decrypt(_nonce(index, last=last), sealed, None)
    except InvalidTag as error:
        raise StreamDamaged(f"chunk {index}") from error


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


def _summary(plain: str, plain_size: int, cipher: str, cipher_size: int) -> StreamSummary:
    return StreamSummary(f"sha256:{plain}", plain_size, f"sha256:{cipher}", cipher_size)
