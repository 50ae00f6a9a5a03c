"""From codes to glyphs and widths, as a font's dictionaries say (ISO 32000-1 9.6.6 and 9.7.4)."""

import pikepdf
from fontTools import agl
from fontTools.encodings.MacRoman import MacRoman

from tools.pdfa.opened import Node, is_array, is_name
from tools.pdfa.programs import Program, TrueType, character_of


def differences(encoding: Node, names: dict[int, str]) -> dict[int, str]:
    """Glyph names by code, with those that an encoding gives otherwise."""
    found, code = dict(names), 0
    for item in encoding.get("/Differences", []):
        if is_name(item):
            found[code] = str(item)[1:]
            code += 1
        else:
            code = int(item)
    return found


def drawn_width(procedure: Node) -> float | None:
    """The width that a glyph procedure states with d0 or d1."""
    for instruction in pikepdf.parse_content_stream(procedure):
        if str(instruction.operator) in {"d0", "d1"}:
            return float(instruction.operands[0])
    return None


def windows_names() -> dict[int, str]:
    """WinAnsiEncoding; codes it leaves free show a bullet."""
    names = {}
    for code in range(32, 256):
        char = bytes([code]).decode("cp1252", "ignore") or "\u2022"
        names[code] = agl.UV2AGL.get(ord(char), "bullet")
    return names | {0xA0: "space", 0xAD: "hyphen"}


def symbolic_glyph(program: TrueType, code: int) -> int | None:
    """ISO 32000-1 9.6.6.4, symbolic: (3,0) with its offsets, else (1,0)."""
    for offset in (0, 0xF000, 0xF100, 0xF200):
        found = program.looked_up(3, 0, code + offset)
        if found is not None:
            return found
    found = program.looked_up(1, 0, code)
    if found is None and len(program.charts()) == 1:
        found = program.looked_up(*program.charts()[0], code)
    return found


def named_glyph(program: TrueType, name: str | None) -> int | None:
    """ISO 32000-1 9.6.6.4, non-symbolic: by character in (3,1), by code in (1,0), by name."""
    if name is None or name == ".notdef":
        return 0
    char = character_of(name)
    if char is not None:
        found = program.looked_up(3, 1, char)
        if found is not None:
            return found
    if name in MacRoman:
        found = program.looked_up(1, 0, MacRoman.index(name))
        if found is not None:
            return found
    return program.named(name)


def real_width(program: Program, glyph: int | str | None) -> float | None:
    """The real advance; None where the program has no such glyph."""
    if isinstance(program, TrueType):
        if not isinstance(glyph, int) or not 0 <= glyph < program.count:
            return None
        return program.width(glyph)
    if not isinstance(glyph, str) or glyph not in program.names:
        return None
    return program.width(glyph)


def cid_widths(listed: Node) -> dict[int, float]:
    """The W array (ISO 32000-1 9.7.4.3)."""
    widths: dict[int, float] = {}
    items = list(listed)
    place = 0
    while place + 1 < len(items):
        first, second = int(items[place]), items[place + 1]
        if is_array(second):
            widths |= {first + offset: float(width) for offset, width in enumerate(second)}
            place += 2
        elif place + 2 < len(items):
            widths |= dict.fromkeys(range(first, int(second) + 1), float(items[place + 2]))
            place += 3
        else:
            break
    return widths


def collection_of(name: str) -> str:
    """The character collection of a predefined CMap."""
    if "GB" in name:
        return "GB1"
    if "B5" in name or "CNS" in name:
        return "CNS1"
    return "Korea1" if "KS" in name and "RKSJ" not in name else "Japan1"
