"""A font as a document needs it: only the glyphs that were drawn, in one TrueType subset.

Glyphs are addressed by number (Identity-H), so a half-width variant of a mark is simply another
glyph: a reference to the full-width outline, moved into half the advance. ToUnicode names the
character of every glyph, variants included.
"""

import struct
from collections.abc import Callable
from typing import Final

from formats.typeset.fonts import Font, Glyph
from formats.typeset.sfnt import component_places

_COPIED: Final = ("cvt ", "fpgm", "prep")
"""Hinting programs go along, for licensed fonts whose outlines rely on them."""

_ARGS_ARE_WORDS_XY: Final = 0x0003
_CHECKSUM_MAGIC: Final = 0xB1B0AFBA
_BATCH: Final = 100
"""Entries of one bfchar block, ISO 32000-1 9.7.5.4 through the CMap specification."""


class Subset:
    """Glyphs of one font, numbered in the order in which a document first draws them."""

    def __init__(self, font: Font) -> None:
        self.font = font
        self._numbers: dict[tuple[int, bool, str], int] = {}
        self._glyphs: list[Glyph | None] = [None]

    def number(self, glyph: Glyph) -> int:
        """The number of ``glyph`` in the subset; .notdef is 0."""
        key = (glyph.number, glyph.half, glyph.char)
        found = self._numbers.get(key)
        if found is None:
            found = len(self._glyphs)
            self._numbers[key] = found
            self._glyphs.append(glyph)
        return found

    @staticmethod
    def width(glyph: Glyph) -> int:
        """The advance that the PDF states for the glyph, in thousandths of the em."""
        return round(glyph.advance * 1000)

    def widths(self) -> list[int]:
        """Advance of each number in thousandths of the em."""
        return [1000 if glyph is None else self.width(glyph) for glyph in self._glyphs]

    def metrics(self) -> tuple[tuple[int, int, int, int], int, int]:
        """Bounding box, ascent and descent in thousandths of the em."""
        scale = 1000 / self.font.face.units
        box = struct.unpack_from(">4h", self.font.face.table("head"), 36)
        ascent, descent = struct.unpack_from(">2h", self.font.face.table("hhea"), 4)
        left, low, right, high = (round(value * scale) for value in box)
        return (left, low, right, high), round(ascent * scale), round(descent * scale)

    def to_unicode(self) -> bytes:
        """The ToUnicode CMap."""
        entries = [
            f"<{number:04X}> <{glyph.char.encode('utf-16-be').hex().upper()}>"
            for number, glyph in enumerate(self._glyphs)
            if glyph is not None
        ]
        blocks = []
        for start in range(0, len(entries), _BATCH):
            batch = entries[start : start + _BATCH]
            blocks += [f"{len(batch)} beginbfchar", *batch, "endbfchar"]
        return "\n".join(
            [
                "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
                "/CMapName /Adobe-Identity-UCS def", "/CMapType 2 def",
                "1 begincodespacerange", "<0000> <FFFF>", "endcodespacerange",
                *blocks,
                "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end",
            ]
        ).encode("ascii")  # fmt: skip

    def font_file(self) -> bytes:
        """The subset as a TrueType file. Raises `BadFont` when an outline cannot be read."""
        outlines, advances = self._outlines()
        glyf, loca = bytearray(), [0]
        for outline in outlines:
            glyf += outline + b"\0" * (-len(outline) % 4)
            loca.append(len(glyf))
        count = len(outlines)
        face = self.font.face
        head = bytearray(face.table("head"))
        head[8:12] = b"\0\0\0\0"
        struct.pack_into(">h", head, 50, 1)
        hhea = bytearray(face.table("hhea"))
        struct.pack_into(">H", hhea, 34, count)
        maxp = bytearray(face.table("maxp"))
        struct.pack_into(">H", maxp, 4, count)
        if any(glyph is not None and glyph.half for glyph in self._glyphs):
            _allow_components(maxp)
        hmtx = b"".join(
            struct.pack(">Hh", advance, struct.unpack_from(">h", outline, 2)[0] if outline else 0)
            for advance, outline in zip(advances, outlines, strict=True)
        )
        tables = {
            "glyf": bytes(glyf), "head": bytes(head), "hhea": bytes(hhea), "hmtx": hmtx,
            "loca": struct.pack(f">{count + 1}I", *loca), "maxp": bytes(maxp),
        }  # fmt: skip
        tables |= {tag: face.table(tag) for tag in _COPIED if face.has(tag)}
        return _assemble(tables)

    def _outlines(self) -> tuple[list[bytes], list[int]]:
        """Outlines by new number, with the components they need appended behind."""
        face = self.font.face
        sources = [0 if glyph is None else glyph.number for glyph in self._glyphs]
        advances = [face.advance(source) for source in sources]
        known: dict[int, int] = {}
        for number, glyph in enumerate(self._glyphs):
            if glyph is None or not glyph.half:
                known.setdefault(sources[number], number)
        outlines: list[bytes] = []
        extra: list[int] = []

        def place(source: int) -> int:
            if source not in known:
                known[source] = len(self._glyphs) + len(extra)
                extra.append(source)
            return known[source]

        for number, glyph in enumerate(self._glyphs):
            if glyph is not None and glyph.half:
                advances[number] //= 2
                outlines.append(self._moved(glyph, place(glyph.number)))
            else:
                outlines.append(_renumbered(face.outline(sources[number]), place))
        done = 0
        while done < len(extra):  # components may need components
            outlines.append(_renumbered(face.outline(extra[done]), place))
            advances.append(face.advance(extra[done]))
            done += 1
        return outlines, advances

    def _moved(self, glyph: Glyph, target: int) -> bytes:
        """A composite that draws ``target`` moved by the variant's shift."""
        bounds = self.font.face.bounds(glyph.number)
        if bounds is None:
            return b""
        dx = round(glyph.shift * self.font.face.units)
        left, low, right, high = bounds
        return struct.pack(
            ">5hHHhh", -1, left + dx, low, right + dx, high, _ARGS_ARE_WORDS_XY, target, dx, 0
        )


def _allow_components(maxp: bytearray) -> None:
    """A face without composites must declare that it now has some (OpenType maxp)."""
    points, contours = struct.unpack_from(">HH", maxp, 6)
    old = struct.unpack_from(">4H", maxp, 10)[:2]
    struct.pack_into(">2H", maxp, 10, max(points, old[0]), max(contours, old[1]))
    elements, depth = struct.unpack_from(">2H", maxp, 28)
    struct.pack_into(">2H", maxp, 28, max(1, elements), min(depth + 1, 16))


def _renumbered(outline: bytes, place: Callable[[int], int]) -> bytes:
    places = component_places(outline)
    if not places:
        return outline
    changed = bytearray(outline)
    for position, source in places:
        struct.pack_into(">H", changed, position, place(source))
    return bytes(changed)


def _assemble(tables: dict[str, bytes]) -> bytes:
    """An sfnt file of the tables, with its checksums (OpenType, font file organisation)."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    offset = 12 + 16 * count
    directory, body = bytearray(), bytearray()
    head_at = 0
    for tag in sorted(tables):
        data = tables[tag]
        if tag == "head":
            head_at = offset + len(body) + 8
        directory += struct.pack(
            ">4sIII", tag.encode("ascii"), _checksum(data), offset + len(body), len(data)
        )
        body += data + b"\0" * (-len(data) % 4)
    whole = bytearray(head + directory + body)
    struct.pack_into(">I", whole, head_at, (_CHECKSUM_MAGIC - _checksum(whole)) & 0xFFFFFFFF)
    return bytes(whole)


def _checksum(data: bytes | bytearray) -> int:
    padded = bytes(data) + b"\0" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
