"""Reading a TrueType file: names, character map, advances, outlines as bytes.

Only what placing and embedding glyphs needs; nothing is interpreted beyond that. A font found on
a workstation is outside data: whatever is wrong with it ends in `BadFont`.
"""

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_FONT_BYTES

_COLLECTION: Final = b"ttcf"
_TRUETYPE: Final = (b"\x00\x01\x00\x00", b"true")
_FAMILY_NAMES: Final = (1, 4, 16)
_MAX_COMPONENT_DEPTH: Final = 8
_ARGS_ARE_WORDS, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80


class BadFont(BadInput):
    """The file is not a TrueType font that can be read."""

    code = "formats.bad-font"
    happened = mark("字体文件“{name}”无法读取。")
    safe = mark("没有使用该字体，文件没有改动。")
    advice = mark("请重新安装该字体，或将其从字体文件夹移走后重试。")


class Sfnt:
    """One face of a TrueType file. Units are font units; `units` of them are one em."""

    def __init__(self, data: bytes | mmap.mmap, name: str, index: int = 0) -> None:
        self.name = name
        self._data = data
        try:
            self._tables = self._directory(index)
            self.units: int = struct.unpack_from(">H", self.table("head"), 18)[0]
            self._long_loca = struct.unpack_from(">h", self.table("head"), 50)[0] == 1
            maxp = self.table("maxp")
            self.glyph_count: int = struct.unpack_from(">H", maxp, 4)[0]
            self._wide: int = struct.unpack_from(">H", self.table("hhea"), 34)[0]
        except struct.error as error:
            raise BadFont(str(error), name=name) from error
        if not 16 <= self.units <= 16384 or self._wide == 0:  # noqa: PLR2004 - OpenType head
            raise BadFont("units per em or advances", name=name)
        if self.has("glyf") and len(maxp) < 32:  # noqa: PLR2004 - OpenType maxp 1.0
            raise BadFont("maxp", name=name)

    @classmethod
    def open(cls, path: Path, index: int = 0) -> "Sfnt":
        """The face at ``index``; mapped, so only what is used is read. Raises `BadFont`."""
        try:
            with path.open("rb") as stream:
                data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise BadFont(str(error), name=path.name) from error
        if len(data) > MAX_FONT_BYTES:
            raise BadFont(f"{len(data)} bytes", name=path.name)
        return cls(data, path.name, index)

    @classmethod
    def faces(cls, path: Path) -> Iterator["Sfnt"]:
        """Every TrueType face of a file or collection. Raises `BadFont`."""
        try:
            with path.open("rb") as stream:
                head = stream.read(12)
        except OSError as error:
            raise BadFont(str(error), name=path.name) from error
        count = 1
        if head[:4] == _COLLECTION and len(head) == 12:  # noqa: PLR2004 - tag, version, count
            count = min(struct.unpack(">I", head[8:12])[0], 16)
        for index in range(count):
            yield cls.open(path, index)

    def _directory(self, index: int) -> dict[str, tuple[int, int]]:
        start = 0
        if self._data[:4] == _COLLECTION:
            start = struct.unpack_from(">I", self._data, 12 + 4 * index)[0]
        if self._data[start : start + 4] not in _TRUETYPE:
            raise BadFont("no TrueType outlines", name=self.name)
        count = struct.unpack_from(">H", self._data, start + 4)[0]
        tables: dict[str, tuple[int, int]] = {}
        for number in range(count):
            tag, _, offset, length = struct.unpack_from(
                ">4sIII", self._data, start + 12 + 16 * number
            )
            if offset + length <= len(self._data):  # one that is cut short counts as missing
                tables[tag.decode("latin-1")] = (offset, length)
        return tables

    def table(self, tag: str) -> bytes:
        """The bytes of a table. Raises `BadFont` when it is missing or lies outside the file."""
        offset, length = self._tables.get(tag, (0, 0))
        if length == 0:
            raise BadFont(f"table {tag}", name=self.name)
        return self._data[offset : offset + length]

    def has(self, tag: str) -> bool:
        """Whether the face carries the table."""
        return tag in self._tables

    @cached_property
    def families(self) -> frozenset[str]:
        """Family and full names in every language."""
        table = self.table("name")
        found = set()
        try:
            _, count, strings = struct.unpack_from(">HHH", table)
            for number in range(count):
                platform, _, _, kind, length, offset = struct.unpack_from(
                    ">6H", table, 6 + 12 * number
                )
                if kind in _FAMILY_NAMES:
                    raw = table[strings + offset : strings + offset + length]
                    coding = "latin-1" if platform == 1 else "utf-16-be"
                    found.add(raw.decode(coding, "replace"))
        except struct.error as error:
            raise BadFont(f"name: {error}", name=self.name) from error
        return frozenset(found)

    @cached_property
    def _codes(self) -> "_Codes":
        table = self.table("cmap")
        try:
            chosen = self._best_subtable(table)
            kind = struct.unpack_from(">H", table, chosen)[0]
            return _Codes.format_12(table, chosen) if kind == 12 else _Codes.format_4(table, chosen)  # noqa: PLR2004 - cmap formats 4 and 12
        except (struct.error, ValueError) as error:
            raise BadFont(f"cmap: {error}", name=self.name) from error

    def glyph_of(self, code: int) -> int | None:
        """The glyph of a code point, None when the face has none. Raises `BadFont`."""
        glyph = self._codes.glyph(code)
        return glyph if 0 < glyph < self.glyph_count else None

    def _best_subtable(self, table: bytes) -> int:
        count = struct.unpack_from(">H", table, 2)[0]
        ranked: list[tuple[int, int]] = []
        for number in range(count):
            platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * number)
            kind = struct.unpack_from(">H", table, offset)[0]
            unicode_platform = platform == 0 or (platform == 3 and encoding in (1, 10))  # noqa: PLR2004 - OpenType platform ids
            if unicode_platform and kind in (4, 12):
                ranked.append((kind, offset))
        if not ranked:
            raise BadFont("no Unicode character map", name=self.name)
        return max(ranked, key=lambda pair: pair[0])[1]

    @cached_property
    def _metrics(self) -> bytes:
        return self.table("hmtx")

    @cached_property
    def _loca(self) -> tuple[bytes, int, str]:
        """The table, how many offsets it holds, and how two of them are read."""
        table = self.table("loca")
        size, code = (4, ">2I") if self._long_loca else (2, ">2H")
        return table, min(self.glyph_count + 1, len(table) // size), code

    def advance(self, glyph: int) -> int:
        """Horizontal advance."""
        position = 4 * min(glyph, self._wide - 1)
        return int.from_bytes(self._metrics[position : position + 2], "big")

    def outline(self, glyph: int) -> bytes:
        """The glyph's description, empty for a space. Raises `BadFont`."""
        table, count, code = self._loca
        if not 0 <= glyph < count - 1:
            raise BadFont(f"glyph {glyph}", name=self.name)
        base, length = self._tables.get("glyf", (0, 0))
        if self._long_loca:
            begin, end = struct.unpack_from(code, table, 4 * glyph)
        else:
            begin, end = (2 * half for half in struct.unpack_from(code, table, 2 * glyph))
        if not begin <= end <= length:
            raise BadFont(f"glyph {glyph}", name=self.name)
        return self._data[base + begin : base + end]

    def bounds(self, glyph: int) -> tuple[int, int, int, int] | None:
        """(x min, y min, x max, y max) of the ink, None for a space."""
        data = self.outline(glyph)
        if len(data) < 10:  # noqa: PLR2004 - the header of a description
            return None
        _, left, low, right, high = struct.unpack_from(">5h", data)
        return left, low, right, high

    def components(self, glyph: int, depth: int = 0) -> tuple[int, ...]:
        """Glyphs that a composite one is made of, all levels. Raises `BadFont` on a loop."""
        if depth > _MAX_COMPONENT_DEPTH:
            raise BadFont(f"glyph {glyph} nests without end", name=self.name)
        found: list[int] = []
        for _, inner in component_places(self.outline(glyph)):
            found += [inner, *self.components(inner, depth + 1)]
        return tuple(found)


def component_places(data: bytes) -> tuple[tuple[int, int], ...]:
    """(byte position, glyph number) of each reference in a composite description."""
    if len(data) < 10 or struct.unpack_from(">h", data)[0] >= 0:  # noqa: PLR2004 - a glyf header is 10 bytes
        return ()
    places: list[tuple[int, int]] = []
    position, more = 10, True
    while more and position + 4 <= len(data):
        flags, glyph = struct.unpack_from(">HH", data, position)
        places.append((position + 2, glyph))
        position += 4 + (4 if flags & _ARGS_ARE_WORDS else 2)
        if flags & _HAS_SCALE:
            position += 2
        elif flags & _HAS_XY_SCALE:
            position += 4
        elif flags & _HAS_MATRIX:
            position += 8
        more = bool(flags & _MORE)
    return tuple(places)


class _Codes:
    """A character map as it lies in the file: searched, never unrolled (OpenType cmap 4 and 12)."""

    def __init__(self, starts: "array[int]", ends: "array[int]", glyphs: "array[int]") -> None:
        self._starts, self._ends, self._glyphs = starts, ends, glyphs
        self._places: array[int] | None = None
        self._list: array[int] = array("H")

    @classmethod
    def format_12(cls, table: bytes, start: int) -> "_Codes":
        """Groups of (first code, last code, first glyph)."""
        count = struct.unpack_from(">I", table, start + 12)[0]
        groups = _numbers("I", table, start + 16, 3 * min(count, len(table) // 12))
        return cls(groups[::3], groups[1::3], groups[2::3])

    @classmethod
    def format_4(cls, table: bytes, start: int) -> "_Codes":
        """Segments with a delta, or with a place in the list of glyphs behind them."""
        count = struct.unpack_from(">H", table, start + 6)[0] // 2
        first = start + 16 + 2 * count
        found = cls(
            _numbers("H", table, first, count),
            _numbers("H", table, start + 14, count),
            _numbers("H", table, first + 2 * count, count),
        )
        found._places = _numbers("H", table, first + 4 * count, count)
        behind = first + 6 * count
        found._list = _numbers("H", table, behind, (len(table) - behind) // 2)
        return found

    def glyph(self, code: int) -> int:
        """Its glyph's number, 0 when it is not there."""
        at = bisect_right(self._starts, code) - 1
        if at < 0 or code > self._ends[at]:
            return 0
        far = code - self._starts[at]
        if self._places is None:
            return self._glyphs[at] + far
        place = self._places[at]
        if place == 0:
            return (code + self._glyphs[at]) & 0xFFFF
        place = place // 2 + far - (len(self._places) - at)
        glyph = self._list[place] if 0 <= place < len(self._list) else 0
        return (glyph + self._glyphs[at]) & 0xFFFF if glyph else 0


def _numbers(code: str, table: bytes, start: int, count: int) -> "array[int]":
    """``count`` big-endian numbers. Raises `ValueError` when the table ends before."""
    found = array(code)
    data = table[start : start + count * found.itemsize]
    if len(data) != count * found.itemsize:
        raise ValueError("cut short")
    found.frombytes(data)
    if sys.byteorder == "little":
        found.byteswap()
    return found
