r"""The words of an RTF file, to look for a 密级 in them; nothing is taken in from one.

RTF 1.9.1 as Word and WPS write it: ``\'hh`` are bytes of GBK, ``\uN`` a character with a fallback
behind it, ``\par`` and the like end a line. Groups of fonts, styles and pictures are left out. One
pass over the bytes; whatever is no RTF gives no words rather than an error.
"""

import re
from dataclasses import dataclass, field
from typing import Final

RTF: Final = b"{\\rtf"

_TOKEN: Final = re.compile(
    rb"\\([a-z]{1,32})(-?[0-9]{1,10})? ?"  # a word and its number
    rb"|\\'([0-9a-fA-F]{2})"  # a byte
    rb"|\\([^a-z'])"  # a symbol
    rb"|([{}])"
    rb"|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
_ENDS: Final = frozenset({b"par", b"line", b"sect", b"page", b"row", b"cell", b"nestcell"})
_SKIPPED: Final = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"pict", b"listtable", b"themedata", b"datastore"}
)
_BLANKS: Final = {b"tab": " ", b"emspace": " ", b"enspace": " "}


@dataclass(slots=True)
class _Reader:
    """What has been read, and the groups that stand open."""

    text: list[str] = field(default_factory=list)
    coded: bytearray = field(default_factory=bytearray)
    """Bytes of GBK that have not been decoded yet: a character may come in two tokens."""
    depth: int = 0
    skipped_from: int = 0
    """The depth of the group that is left out; 0 where none is."""
    fallback: int = 1
    r"""Characters behind a ``\u`` that stand for it (``\ucN``)."""
    owed: int = 0
    """Characters of a fallback still to be passed over."""

    def put(self, text: str) -> None:
        """Text that is no byte of GBK."""
        self.settle()
        self.text.append(text)

    def put_bytes(self, data: bytes) -> None:
        """Bytes of text, those of a fallback passed over."""
        passed = min(self.owed, len(data))
        self.owed -= passed
        self.coded += data[passed:]

    def settle(self) -> None:
        """Decode what has gathered."""
        if self.coded:
            self.text.append(self.coded.decode("gb18030", errors="replace"))
            self.coded.clear()

    def word(self, name: bytes, number: int | None) -> None:
        """A control word."""
        if name in _SKIPPED and not self.skipped_from:
            self.skipped_from = self.depth
        elif name == b"uc":
            self.fallback = min(max(number or 0, 0), 8)
        elif name == b"u" and number is not None:
            self.put(chr(number % 0x10000))
            self.owed = self.fallback
        elif name in _ENDS:
            self.put("\n")
        elif name in _BLANKS:
            self.put(_BLANKS[name])

    def symbol(self, symbol: bytes) -> None:
        """A control symbol."""
        if symbol == b"*":
            self.skipped_from = self.depth
        elif symbol in {b"\\", b"{", b"}"}:
            self.put_bytes(symbol)
        elif symbol == b"~":
            self.put(" ")

    def brace(self, brace: bytes) -> None:
        """A group begins or ends."""
        self.owed = 0
        if brace == b"{":
            self.depth += 1
            return
        if self.skipped_from == self.depth:
            self.skipped_from = 0
        self.depth -= 1


def text_of_rtf(data: bytes) -> str:
    """The text, a paragraph a line; empty for what is no RTF."""
    if not data.startswith(RTF):
        return ""
    reader = _Reader()
    for found in _TOKEN.finditer(data):
        name, number, byte, symbol, brace, plain = found.groups()
        if brace:
            reader.brace(brace)
        elif reader.skipped_from:
            continue
        elif name:
            reader.word(name, int(number) if number else None)
        elif symbol:
            reader.symbol(symbol)
        else:
            reader.put_bytes(bytes.fromhex(byte.decode()) if byte else plain or b"")
    reader.settle()
    # Characters beyond the BMP come as two halves.
    return "".join(reader.text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
