"""Clause 6.2.11: fonts that show the same glyphs in a hundred years."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fontTools import agl
from fontTools.encodings.MacRoman import MacRoman
from fontTools.encodings.StandardEncoding import StandardEncoding

from tools.pdfa.charts import PREDEFINED, Chart, read_chart
from tools.pdfa.contents import FontUse
from tools.pdfa.encodings import (
    cid_widths,
    collection_of,
    differences,
    drawn_width,
    named_glyph,
    real_width,
    symbolic_glyph,
    windows_names,
)
from tools.pdfa.opened import Node, Opened, is_array, is_dictionary, is_name
from tools.pdfa.programs import (
    BROKEN,
    BadProgram,
    Compact,
    Program,
    TrueType,
    Type1,
    read_program,
)
from tools.pdfa.report import Report

_TYPES: Final = frozenset(
    {"/Type1", "/MMType1", "/TrueType", "/Type3", "/Type0", "/CIDFontType0", "/CIDFontType2"}
)
_PROGRAM_TYPES: Final = frozenset({"/Type1C", "/CIDFontType0C", "/OpenType"})
_SYMBOLIC: Final = 4
_LARGEST_CID: Final = 0xFFFF
_TOLERANCE: Final = 1.0
"""Thousandths of the em by which stated and real widths may differ."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A glyph that is shown: its code, its stated width, and what it is in the program."""

    code: int
    stated: float | None
    glyph: int | str | None
    """A number, or a name; None where the code leads to no glyph."""


def check(uses: list[FontUse], report: Report) -> None:
    """6.2.11 for every font with which text is shown."""
    for use in uses:
        font = use.font
        place = str(font.get("/BaseFont", font.get("/Name", "/Type3")))[1:]
        _named(font, place, report)
        _Checked(use, place, report).run()


def _named(font: Node, place: str, report: Report) -> None:
    report.require(font.get("/Type") == "/Font", "6.2.11.2", "no Type Font", place)
    kind = str(font.get("/Subtype"))
    report.require(kind in _TYPES, "6.2.11.2", f"font of type {kind}", place)
    if kind != "/Type3":
        report.require(is_name(font.get("/BaseFont")), "6.2.11.2", "no BaseFont", place)
        name = font.get("/BaseFont")
        if is_name(name):
            report.require(_utf8(name), "6.1.8", "a font name that is not UTF-8", place)


def _utf8(name: Node) -> bool:
    try:
        name.unparse().decode("ascii")
        str(name)
    except UnicodeDecodeError:
        return False
    return True


class _Checked:
    """One font."""

    def __init__(self, use: FontUse, place: str, report: Report) -> None:
        self._use = use
        self._font = use.font
        self._place = place
        self._report = report
        self._kind = str(use.font.get("/Subtype"))

    def run(self) -> None:
        if self._kind == "/Type3":
            self._drawn()
        elif self._kind == "/Type0":
            self._composite()
        else:
            self._simple()

    def _require(self, holds: object, clause: str, message: str) -> None:
        self._report.require(holds, clause, message, self._place)

    # simple fonts

    def _simple(self) -> None:
        font = self._font
        standard = is_name(font.get("/BaseFont")) and "/FontDescriptor" not in font
        if not standard:
            first, last, widths = (font.get(k) for k in ("/FirstChar", "/LastChar", "/Widths"))
            whole = (
                first is not None
                and last is not None
                and is_array(widths)
                and len(widths) == int(last) - int(first) + 1
            )
            self._require(whole, "6.2.11.2", "FirstChar, LastChar and Widths do not agree")
        descriptor = font.get("/FontDescriptor")
        program = self._program(descriptor)
        if self._kind == "/TrueType" and is_dictionary(descriptor):
            self._encoding(descriptor, program)
        self._unicode(self._byte_codes())
        if program is not None:
            if self._kind != "/TrueType" and isinstance(program, Compact | Type1):
                self._charset(descriptor, program)
            self._glyphs(program, self._simple_shown(descriptor, program))

    def _byte_codes(self) -> set[tuple[int, int]]:
        return {(1, code) for text in self._use.shown for code in text}

    def _program(self, descriptor: Node) -> Program | None:
        if not is_dictionary(descriptor):
            embedded = False
        else:
            held = [k for k in ("/FontFile", "/FontFile2", "/FontFile3") if k in descriptor]
            embedded = bool(held)
            for key in held:
                kind = descriptor[key].get("/Subtype")
                fits = kind is None or str(kind) in _PROGRAM_TYPES
                self._require(fits, "6.2.11.2", f"font program of type {kind}")
        if not embedded:
            self._require(not self._use.rendered, "6.2.11.4.1", "the font is not embedded")
            return None
        try:
            return read_program(descriptor)
        except BadProgram as error:
            self._require(False, "6.2.11.2", f"unreadable font program: {error}")  # noqa: FBT003 - always a finding
            return None

    def _encoding(self, descriptor: Node, program: Program | None) -> None:
        """6.2.11.6, for TrueType."""
        encoding = self._font.get("/Encoding")
        symbolic = int(descriptor.get("/Flags", 0)) & _SYMBOLIC
        charts = program.charts() if isinstance(program, TrueType) else None
        if symbolic:
            self._require(encoding is None, "6.2.11.6", "Encoding of a symbolic font")
            fits = charts is None or len(charts) == 1 or (3, 0) in charts
            self._require(fits, "6.2.11.6", "the cmap of a symbolic font")
            return
        base = encoding.get("/BaseEncoding") if is_dictionary(encoding) else encoding
        known = str(base) in {"/MacRomanEncoding", "/WinAnsiEncoding"}
        self._require(known, "6.2.11.6", "a non-symbolic font without a standard encoding")
        if charts is not None:
            plain = [chart for chart in charts if chart != (3, 0)]
            self._require(plain, "6.2.11.6", "no cmap for a non-symbolic font")
        if is_dictionary(encoding) and "/Differences" in encoding:
            names = [str(n)[1:] for n in encoding["/Differences"] if is_name(n)]
            listed = all(n in agl.AGL2UV or n == ".notdef" for n in names)
            chart = charts is None or (3, 1) in charts
            self._require(listed and chart, "6.2.11.6", "Differences beyond the Adobe Glyph List")

    def _names(self, descriptor: Node, program: Program) -> dict[int, str]:
        """Glyph names by code (ISO 32000-1 9.6.6)."""
        encoding = self._font.get("/Encoding")
        base = encoding.get("/BaseEncoding") if is_dictionary(encoding) else encoding
        names: dict[int, str] = {}
        if str(base) == "/WinAnsiEncoding":
            names = windows_names()
        elif str(base) == "/MacRomanEncoding":
            names = dict(enumerate(MacRoman))
        elif isinstance(program, Compact | Type1):
            names = program.encoding()
        elif not int(descriptor.get("/Flags", 0)) & _SYMBOLIC:
            names = dict(enumerate(StandardEncoding))
        return differences(encoding, names) if is_dictionary(encoding) else names

    def _simple_shown(self, descriptor: Node, program: Program) -> Iterator[_Shown]:
        names = self._names(descriptor, program)
        symbolic = int(descriptor.get("/Flags", 0)) & _SYMBOLIC
        first = int(self._font.get("/FirstChar", 0))
        widths = [float(width) for width in self._font.get("/Widths", [])]
        missing = float(descriptor.get("/MissingWidth", 0))
        for code in sorted({code for _, code in self._byte_codes()}):
            inside = 0 <= code - first < len(widths)
            stated = widths[code - first] if inside else missing
            glyph: int | str | None
            if isinstance(program, TrueType):
                glyph = (
                    symbolic_glyph(program, code)
                    if symbolic
                    else named_glyph(program, names.get(code))
                )
            else:
                glyph = names.get(code, ".notdef")
            yield _Shown(code, stated if widths else None, glyph)

    def _charset(self, descriptor: Node, program: Compact | Type1) -> None:
        """6.2.11.4.2."""
        listed = descriptor.get("/CharSet")
        if listed is None or not _subset(self._place) or getattr(program, "keyed", False):
            return
        names = {name for name in bytes(listed).decode("latin-1").split("/") if name}
        present = set(program.names) - {".notdef"}
        self._require(present <= names | {".notdef"}, "6.2.11.4.2", "CharSet lacks glyphs")

    # composite fonts

    def _composite(self) -> None:
        descendants = self._font.get("/DescendantFonts")
        if not is_array(descendants) or len(descendants) != 1:
            self._require(False, "6.2.11.2", "no descendant font")  # noqa: FBT003 - always a finding
            return
        inner = descendants[0]
        _named(inner, self._place, self._report)
        chart = self._chart(inner)
        program = self._program(inner.get("/FontDescriptor"))
        to_glyph = inner.get("/CIDToGIDMap")
        if str(inner.get("/Subtype")) == "/CIDFontType2" and program is not None:
            mapped = str(to_glyph) == "/Identity" or Opened.is_stream(to_glyph)
            self._require(mapped, "6.2.11.3.2", "no CIDToGIDMap")
        if chart is None:
            return
        codes = {code for text in self._use.shown for code in chart.codes(text)}
        self._unicode(codes)
        if program is not None:
            self._cid_set(inner, program)
            self._glyphs(program, self._composite_shown(inner, program, chart, codes))

    def _chart(self, inner: Node) -> Chart | None:
        """6.2.11.3.1 and 6.2.11.3.3; None where the codes cannot be known here."""
        encoding = self._font.get("/Encoding")
        system = inner.get("/CIDSystemInfo")
        self._require(is_dictionary(system), "6.2.11.3.1", "no CIDSystemInfo")
        if is_name(encoding):
            name = str(encoding)[1:]
            self._require(name in PREDEFINED, "6.2.11.3.3", f"CMap {name} is not embedded")
            if name in {"Identity-H", "Identity-V"}:
                return Chart([(b"\0\0", b"\xff\xff")], [(2, 0, _LARGEST_CID, 0)])
            if is_dictionary(system) and name in PREDEFINED:
                ordering = str(system.get("/Ordering"))
                self._require(
                    ordering == collection_of(name), "6.2.11.3.1", f"{ordering} under {name}"
                )
            return None
        if not Opened.is_stream(encoding):
            self._require(False, "6.2.11.3.3", "no CMap")  # noqa: FBT003 - always a finding
            return None
        chart = read_chart(encoding.read_bytes())
        self._require(
            int(encoding.get("/WMode", 0)) == chart.mode, "6.2.11.3.3", "two WModes of a CMap"
        )
        used = encoding.get("/UseCMap")
        named = used.get("/CMapName") if Opened.is_stream(used) else used
        foreign = str(named)[1:] if is_name(named) else chart.used
        self._require(
            foreign is None or foreign in PREDEFINED, "6.2.11.3.3", f"a CMap that uses {foreign}"
        )
        self._require(chart.largest <= _LARGEST_CID, "6.1.13", "a CID above 65,535")
        held = encoding.get("/CIDSystemInfo")
        if is_dictionary(system) and is_dictionary(held):
            same = all(str(system.get(k)) == str(held.get(k)) for k in ("/Registry", "/Ordering"))
            within = int(system.get("/Supplement", 0)) <= int(held.get("/Supplement", 0))
            self._require(same and within, "6.2.11.3.1", "CIDSystemInfo of font and CMap differ")
        return None if used is not None or foreign is not None else chart

    def _composite_shown(
        self, inner: Node, program: Program, chart: Chart, codes: set[tuple[int, int]]
    ) -> Iterator[_Shown]:
        widths = cid_widths(inner.get("/W", []))
        default = float(inner.get("/DW", 1000))
        mapping = inner.get("/CIDToGIDMap")
        table = mapping.read_bytes() if Opened.is_stream(mapping) else None
        for length, code in sorted(codes):
            cid = chart.cid(length, code)
            glyph: int | str | None = cid
            if table is not None and isinstance(program, TrueType):
                glyph = int.from_bytes(table[2 * cid : 2 * cid + 2], "big")
            elif isinstance(program, Compact) and program.keyed:
                glyph = f"cid{cid:05d}" if cid else ".notdef"
            elif isinstance(program, Compact):
                glyph = program.names[cid] if cid < len(program.names) else None
            yield _Shown(code, widths.get(cid, default), glyph)

    def _cid_set(self, inner: Node, program: Program) -> None:
        """6.2.11.4.2: where a CIDSet stands, it names every CID of the program."""
        held = inner["/FontDescriptor"].get("/CIDSet")
        if not Opened.is_stream(held) or not _subset(self._place):
            return
        data = held.read_bytes()
        named = {
            8 * place + bit for place, byte in enumerate(data) for bit in range(8)
            if byte & (0x80 >> bit)
        }  # fmt: skip
        mapping = inner.get("/CIDToGIDMap")
        if isinstance(program, TrueType) and not Opened.is_stream(mapping):
            present = set(range(program.count))
        elif isinstance(program, TrueType):
            table = mapping.read_bytes()
            pairs = range(len(table) // 2)
            present = {c for c in pairs if table[2 * c : 2 * c + 2] != b"\0\0"} | {0}
        elif isinstance(program, Compact) and program.keyed:
            present = {int(n[3:]) if n.startswith("cid") else 0 for n in program.names}
        elif isinstance(program, Compact):
            present = set(range(len(program.names)))
        else:
            return
        self._require(named == present, "6.2.11.4.2", "CIDSet does not name the font's CIDs")

    # what all have

    def _glyphs(self, program: Program, shown: Iterator[_Shown]) -> None:
        """6.2.11.4.1, 6.2.11.5 and 6.2.11.8."""
        for item in shown:
            if item.glyph in {0, ".notdef"}:
                self._require(False, "6.2.11.8", f"code {item.code:04X} shows .notdef")  # noqa: FBT003 - always a finding
                continue
            try:
                real = real_width(program, item.glyph)
            except BROKEN as error:
                message = f"a glyph that cannot be read: {error}"
                self._require(not self._use.rendered, "6.2.11.2", message)
                continue
            if real is None:
                lost = f"code {item.code:04X} has no glyph"
                self._require(not self._use.rendered, "6.2.11.4.1", lost)
            elif item.stated is not None and abs(real - item.stated) > _TOLERANCE:
                message = f"code {item.code:04X}: stated {item.stated:g}, real {real:.1f}"
                self._require(not self._use.rendered, "6.2.11.5", message)

    def _unicode(self, codes: set[tuple[int, int]]) -> None:
        """6.2.11.7: what a ToUnicode map says, where there is one, can be said in Unicode."""
        held = self._font.get("/ToUnicode")
        if not Opened.is_stream(held):
            return
        chart = read_chart(held.read_bytes())
        for _, code in codes:
            text = chart.characters.get((1, code)) or chart.characters.get((2, code))
            if text is None:
                self._require(False, "6.2.11.7", f"code {code:04X} is not in ToUnicode")  # noqa: FBT003 - always a finding
            elif not _sayable(text):
                self._require(False, "6.2.11.7", f"ToUnicode of code {code:04X}")  # noqa: FBT003 - always a finding

    def _drawn(self) -> None:
        """A Type 3 font: the widths that its procedures state."""
        font = self._font
        whole = all(key in font for key in ("/CharProcs", "/Encoding", "/FirstChar", "/Widths"))
        self._require(whole, "6.2.11.2", "an incomplete Type 3 font")
        if not whole or not is_dictionary(font["/Encoding"]):
            return
        first, widths = int(font["/FirstChar"]), [float(width) for width in font["/Widths"]]
        names = differences(font["/Encoding"], {})
        for _, code in sorted(self._byte_codes()):
            procedure = font["/CharProcs"].get(f"/{names.get(code, '.notdef')}")
            if not Opened.is_stream(procedure) or not 0 <= code - first < len(widths):
                continue
            real = drawn_width(procedure)
            message = f"code {code:02X}: stated {widths[code - first]:g}, real {real}"
            fits = real is None or abs(real - widths[code - first]) <= _TOLERANCE
            self._require(fits, "6.2.11.5", message)


def _sayable(text: bytes) -> bool:
    try:
        characters = text.decode("utf-16-be")
    except UnicodeDecodeError:
        return False
    return bool(characters) and not set(characters) & {"\0", "\ufeff", "\ufffe"}


def _subset(name: str) -> bool:
    return len(name) > 7 and name[6] == "+" and name[:6].isalpha() and name[:6].isupper()  # noqa: PLR2004 - six capitals and a plus
