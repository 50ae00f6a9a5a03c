"""The only door for ZIP files from outside.

Strict where the standard library is lenient: the members must tile the file from its first byte
to its central directory, each local header must agree with its central entry, and what a member
inflates to is bounded while it is inflated. So every reader of the file sees the same members,
and there is no room for prefix, trailing or hidden bytes (APPNOTE 6.3.10, section 4.3).
Nothing is ever written to disk here.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from formats.limits import MAX_ZIP_RATIO, MIB
from formats.safe.archive_errors import BadZip, EncryptedZip, LinkMember, ZipBomb
from formats.safe.names import check_distinct, check_name, printable

_END: Final = struct.Struct("<4s4H2IH")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_DESCRIPTOR: Final = struct.Struct("<3I")
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 0x2041  # bits 0, 6 and 13: traditional, strong, masked headers
_DESCRIPTOR_FOLLOWS: Final = 0x0008
_UTF8: Final = 0x0800
# ZIP64 sizes, a second name, and an encryption header: each tells some readers another story.
_FORBIDDEN_EXTRA: Final = frozenset({0x0001, 0x7075, 0x9901, 0x0017})
_ZIP64_COUNT: Final = 0xFFFF
_ZIP64_OFFSET: Final = 0xFFFF_FFFF
_SLICE: Final = MIB
_RATIO_FLOOR: Final = MIB  # below this size a ratio says nothing

_Told = tuple[int, int, int, int, int]  # flags, method, CRC, compressed size, size


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder of the archive, as its central entry and local header agree."""

    name: str
    method: int
    """0 stored, 8 deflated."""
    size: int
    compressed_size: int
    crc: int
    offset: int
    """Of the local header, from the start of the file."""
    data_offset: int
    end: int
    """First byte after the member, its data descriptor included."""

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder, which has no content."""
        return self.name.endswith("/")


def read_members(
    data: bytes, *, max_members: int, max_member_bytes: int, max_total_bytes: int
) -> dict[str, bytes]:
    """Every file of the archive by name, in the order it lies there; folders are left out.

    Raises `BadZip` or one of its kinds, and `ZipBomb` when a limit is exceeded.
    """
    members = list_members(data, max_members=max_members)
    check_sizes(members, max_member_bytes=max_member_bytes, max_total_bytes=max_total_bytes)
    return {m.name: inflate(data, m) for m in members if not m.is_folder}


def check_sizes(
    members: tuple[Member, ...], *, max_member_bytes: int, max_total_bytes: int
) -> None:
    """Raises `ZipBomb` when the announced sizes break a limit; `inflate` holds them to it."""
    for member in members:
        if member.size > max_member_bytes:
            raise ZipBomb(f"{printable(member.name)}: {member.size} bytes", limit=max_member_bytes)
        if member.size > _RATIO_FLOOR and member.size > MAX_ZIP_RATIO * member.compressed_size:
            raise ZipBomb(f"{printable(member.name)}: ratio", limit=f"{MAX_ZIP_RATIO}:1")
    total = sum(m.size for m in members)
    if total > max_total_bytes:
        raise ZipBomb(f"{total} bytes in all", limit=max_total_bytes)


def list_members(data: bytes, *, max_members: int) -> tuple[Member, ...]:
    """The entries in the order they lie in the file, nothing inflated yet.

    Raises `BadZip` or one of its kinds, and `ZipBomb` for more than ``max_members`` entries.
    """
    end_at = len(data) - _END.size
    if end_at < 0:
        raise BadZip("shorter than an end record")
    sign, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, end_at)
    if sign != b"PK\x05\x06" or comment:
        raise BadZip("the file does not end with its end record")
    if disk or first_disk or here != count or count == _ZIP64_COUNT or start == _ZIP64_OFFSET:
        raise BadZip("split or ZIP64 archive")
    if start + size != end_at:
        raise BadZip("the central directory does not end at the end record")
    if count > max_members:
        raise ZipBomb(f"{count} members", limit=max_members)
    found = sorted(_central_entries(data, start, end_at, count), key=lambda m: m.offset)
    check_distinct(m.name for m in found)
    position = 0
    for member in found:
        if member.offset != position:
            raise BadZip(f"members overlap or leave a gap at {position}")
        position = member.end
    if position != start:
        raise BadZip("bytes between the last member and the central directory")
    return tuple(found)


def _central_entries(data: bytes, start: int, end: int, count: int) -> Iterator[Member]:
    position = start
    view = memoryview(data)[:start]
    for _ in range(count):
        if position + _CENTRAL.size > end:
            raise BadZip("the central directory is cut short")
        fields = _CENTRAL.unpack_from(data, position)
        sign, _, _, flags, method, _, _, crc, compressed, size = fields[:10]
        name_size, extra_size, comment_size, disk, _, attributes, offset = fields[10:]
        if sign != b"PK\x01\x02" or disk:
            raise BadZip("bad central entry")
        if flags & _ENCRYPTED:
            raise EncryptedZip
        names_at = position + _CENTRAL.size
        position = names_at + name_size + extra_size + comment_size
        if position > end:
            raise BadZip("the central directory is cut short")
        raw_name = data[names_at : names_at + name_size]
        _check_extra(data[names_at + name_size : names_at + name_size + extra_size])
        name = check_name(_decode_name(raw_name, flags))
        _check_kind(name, attributes, method, size, compressed)
        told = (flags, method, crc, compressed, size)
        yield _located(view, offset, name, raw_name, told)
    if position != end:
        raise BadZip("more entries than the end record counts")


def _check_kind(name: str, attributes: int, method: int, size: int, compressed: int) -> None:
    kind = stat.S_IFMT(attributes >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise LinkMember(f"mode {kind:o}", name=printable(name))
    if (kind == stat.S_IFDIR) > name.endswith("/"):
        raise LinkMember("a folder under a file's name", name=printable(name))
    if name.endswith("/") and size:
        raise BadZip("a folder with content")
    if method not in {_STORED, _DEFLATED}:
        raise BadZip(f"compression method {method}")
    if method == _STORED and size != compressed:
        raise BadZip("a stored member of two sizes")


def _located(data: memoryview, offset: int, name: str, raw_name: bytes, central: _Told) -> Member:
    """The member with the place of its bytes, once its local header tells the same story.

    ``data`` ends where the central directory begins.
    """
    flags, method, crc, compressed, size = central
    directory = len(data)
    if offset + _LOCAL.size > directory:
        raise BadZip("a local header outside the file")
    sign, _, local_flags, local_method, _, _, local_crc, local_compressed, local_size, n, m = (
        _LOCAL.unpack_from(data, offset)
    )
    names_at = offset + _LOCAL.size
    data_at = names_at + n + m
    finish = data_at + compressed
    if sign != b"PK\x03\x04" or finish > directory:
        raise BadZip("a local header or its data outside the file")
    _check_extra(bytes(data[names_at + n : data_at]))
    sizes = (local_crc, local_compressed, local_size)
    told = {(crc, compressed, size)}
    if flags & _DESCRIPTOR_FOLLOWS:
        told.add((0, 0, 0))
    same = (
        data[names_at : names_at + n] == raw_name
        and local_flags == flags
        and local_method == method
    )
    if not same or sizes not in told:
        raise BadZip(f"{printable(name)}: local header and central entry differ")
    if flags & _DESCRIPTOR_FOLLOWS:
        finish = _after_descriptor(data, finish, (crc, compressed, size))
    return Member(
        name=name,
        method=method,
        size=size,
        compressed_size=compressed,
        crc=crc,
        offset=offset,
        data_offset=data_at,
        end=finish,
    )


def _after_descriptor(data: memoryview, position: int, told: tuple[int, int, int]) -> int:
    """APPNOTE 4.3.9: CRC and sizes behind the data, with or without a signature of their own."""
    if bytes(data[position : position + 4]) == b"PK\x07\x08":
        position += 4
    end = position + _DESCRIPTOR.size
    if end > len(data) or _DESCRIPTOR.unpack_from(data, position) != told:
        raise BadZip("a data descriptor differs from its central entry")
    return end


def _check_extra(extra: bytes) -> None:
    position = 0
    while position + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, position)
        if tag in _FORBIDDEN_EXTRA:
            raise BadZip(f"extra field {tag:#06x}")
        position += 4 + size
    if position > len(extra):
        raise BadZip("an extra field is cut short")


def _decode_name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError as error:
        # Without the flag the encoding is anybody's guess: CP437, GBK or the machine's own.
        raise BadZip("a name in an unmarked encoding") from error


def inflate(data: bytes, member: Member) -> bytes:
    """The member's content, never a byte more than announced. Raises `BadZip`."""
    raw = memoryview(data)[member.data_offset : member.data_offset + member.compressed_size]
    content = bytes(raw) if member.method == _STORED else _inflated(raw, member.size)
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise BadZip(f"{printable(member.name)}: size or checksum differs")
    return content


def _inflated(raw: memoryview, size: int) -> bytes:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    parts: list[bytes] = []
    produced = 0
    pending: bytes | memoryview = raw
    try:
        while not machine.eof:
            # One byte beyond the announced size is enough to see a lie.
            part = machine.decompress(pending, min(_SLICE, size - produced + 1))
            produced += len(part)
            if produced > size:
                raise BadZip("a member inflates to more than it announces")
            parts.append(part)
            pending = machine.unconsumed_tail
            if not part and not pending and not machine.eof:
                raise BadZip("a member's data is cut short")
    except zlib.error as error:
        raise BadZip(str(error)) from error
    if machine.unused_data:
        raise BadZip("bytes behind a member's data")
    return b"".join(parts)
