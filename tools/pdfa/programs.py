"""Font programs as fontTools reads them: which glyphs there are, and how wide they are."""

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from fontTools import agl
from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2WidthExtractor
from fontTools.t1Lib import T1Error, T1Font
from fontTools.ttLib import TTFont, TTLibError

from tools.pdfa.opened import FAULTS, Node, Opened

BROKEN: Final = (*FAULTS, TTLibError, T1Error, AssertionError, EOFError, OSError)
"""What fontTools raises for a program that is none."""

Tables = Any
"""fontTools carries no types."""


class BadProgram(Exception):
    """The bytes are no font program of the kind they stand for."""


@dataclass(slots=True)
class TrueType:
    """A TrueType program, or an OpenType one with TrueType outlines."""

    tables: Tables
    _names: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Glyphs."""
        return int(self.tables["maxp"].numGlyphs)

    def width(self, glyph: int) -> float:
        """The advance in thousandths of the em."""
        name = self.tables.getGlyphOrder()[glyph]
        return float(self.tables["hmtx"][name][0] * 1000 / self.tables["head"].unitsPerEm)

    def charts(self) -> list[tuple[int, int]]:
        """(platform, encoding) of each cmap."""
        if "cmap" not in self.tables:
            return []
        return [(t.platformID, t.platEncID) for t in self.tables["cmap"].tables]

    def looked_up(self, platform: int, encoding: int, code: int) -> int | None:
        """The glyph of a code in one cmap; None where there is no such cmap or code."""
        if "cmap" not in self.tables:
            return None
        for table in self.tables["cmap"].tables:
            if (table.platformID, table.platEncID) == (platform, encoding):
                name = table.cmap.get(code)
                return None if name is None else int(self.tables.getGlyphID(name))
        return None

    def named(self, name: str) -> int | None:
        """The glyph of that name in ``post``."""
        if not self._names:
            order = self.tables.getGlyphOrder()
            self._names = {glyph: number for number, glyph in enumerate(order)}
        return self._names.get(name)


class Compact:
    """A CFF program, bare or in an OpenType wrapper."""

    def __init__(self, data: bytes) -> None:
        held = CFFFontSet()
        held.decompile(io.BytesIO(data), None)
        self.top = held[held.fontNames[0]]
        self.keyed = hasattr(self.top, "ROS")

    @cached_property
    def names(self) -> list[str]:
        """Glyph names, or ``cid…`` of a CID-keyed one, by glyph."""
        return list(self.top.charset)

    def encoding(self) -> dict[int, str]:
        """The program's own encoding."""
        held = self.top.Encoding
        if isinstance(held, str):
            from fontTools.encodings.StandardEncoding import StandardEncoding  # noqa: PLC0415 - only these need it

            return dict(enumerate(StandardEncoding))
        return dict(enumerate(held))

    def width(self, name: str) -> float:
        """The advance in thousandths of the em."""
        string, selector = self.top.CharStrings.getItemAndSelector(name)
        private = string.private
        if selector is not None and self.keyed:
            private = self.top.FDArray[selector].Private
        extractor = T2WidthExtractor(
            getattr(private, "Subrs", []), self.top.GlobalSubrs,
            private.nominalWidthX, private.defaultWidthX, private,
        )  # fmt: skip
        extractor.execute(string)
        matrix = getattr(self.top, "FontMatrix", [0.001])
        scale = float(matrix[0])
        if self.keyed and selector is not None:
            inner = getattr(self.top.FDArray[selector], "FontMatrix", None)
            has_outer = "FontMatrix" in self.top.rawDict
            if inner is not None:
                scale = float(inner[0]) * (scale if has_outer else 1.0)
        return float(extractor.width * scale * 1000)


class Type1:
    """A Type 1 program."""

    def __init__(self, data: bytes) -> None:
        font = T1Font.__new__(T1Font)
        font.encoding = "ascii"
        font.data = data
        font.parse()
        self._strings = font.font["CharStrings"]
        self._subroutines = font.font["Private"].get("Subrs", [])
        self._own = font.font.get("Encoding")
        self._scale = float(font.font.get("FontMatrix", [0.001])[0])
        self._glyphs = font.getGlyphSet()

    @property
    def names(self) -> set[str]:
        """Glyph names."""
        return set(self._strings)

    def encoding(self) -> dict[int, str]:
        """The program's own encoding."""
        from fontTools.encodings.StandardEncoding import StandardEncoding  # noqa: PLC0415 - only these need it

        own = StandardEncoding if isinstance(self._own, str) or self._own is None else self._own
        return {code: str(name) for code, name in enumerate(own)}

    def width(self, name: str) -> float:
        """The advance in thousandths of the em."""
        from fontTools.pens.basePen import NullPen  # noqa: PLC0415 - only these need it

        glyph = self._glyphs[name]
        glyph.draw(NullPen())
        return float(glyph.width * self._scale * 1000)


Program = TrueType | Compact | Type1


def read_program(descriptor: Node) -> Program | None:
    """The embedded program; None where there is none. Raises `BadProgram`."""
    for key in ("/FontFile2", "/FontFile3", "/FontFile"):
        stream = descriptor.get(key)
        if not Opened.is_stream(stream):
            continue
        try:
            return _program(key, str(stream.get("/Subtype", "")), stream.read_bytes())
        except BROKEN as error:
            raise BadProgram(f"{type(error).__name__}: {error}") from error
    return None


def _program(key: str, subtype: str, data: bytes) -> Program:
    if key == "/FontFile":
        return Type1(data)
    if key == "/FontFile3" and subtype in {"/Type1C", "/CIDFontType0C"}:
        return Compact(data)
    tables = TTFont(io.BytesIO(data), lazy=True)
    if "CFF " in tables:
        return Compact(tables.reader["CFF "])
    tables.getGlyphOrder()
    return TrueType(tables)


def character_of(name: str) -> int | None:
    """The character that a glyph name stands for, by the Adobe Glyph List."""
    text = agl.toUnicode(name)
    return ord(text) if len(text) == 1 else None
