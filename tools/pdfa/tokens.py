"""Clauses 6.1.6 and 6.1.13 for one name, string or number, in objects and in content alike."""

import re
from typing import Final

from tools.pdfa.lexer import Token
from tools.pdfa.report import Report

_DIGITS: Final = re.compile(rb"[0-9A-Fa-f\x00\t\n\x0c\r ]*\Z")
_SPACE: Final = b"\x00\t\n\x0c\r "
_INTEGER: Final = re.compile(rb"[+-]?\d+\Z")
_REAL: Final = re.compile(rb"[+-]?(\d+\.\d*|\.\d+)\Z")
_LONGEST_STRING: Final = 32767
_LONGEST_NAME: Final = 127
_LARGEST_INTEGER: Final = 2**31 - 1
_LARGEST_REAL: Final = 3.403e38
_SMALLEST_REAL: Final = 1.175e-38


def check_token(token: Token, place: str, report: Report) -> None:
    """How it is written, and whether it is within the limits."""
    raw = token.raw
    if token.kind == "hex":
        digits = raw.translate(None, _SPACE)
        report.require(_DIGITS.match(raw), "6.1.6", "not all hexadecimal digits", place)
        report.require(len(digits) % 2 == 0, "6.1.6", "an odd number of digits", place)
        report.require(len(digits) // 2 <= _LONGEST_STRING, "6.1.13", "string too long", place)
    elif token.kind == "string":
        long = len(raw) > _LONGEST_STRING and len(_unescaped(raw)) > _LONGEST_STRING
        report.require(not long, "6.1.13", "string too long", place)
    elif token.kind == "name":
        length = len(raw) - 2 * raw.count(b"#")
        report.require(length <= _LONGEST_NAME, "6.1.13", "name too long", place)
    elif _INTEGER.match(raw):
        fits = -_LARGEST_INTEGER - 1 <= int(raw) <= _LARGEST_INTEGER
        report.require(fits, "6.1.13", "integer out of range", place)
    elif _REAL.match(raw):
        size = abs(float(raw))
        fits = size == 0 or _SMALLEST_REAL <= size <= _LARGEST_REAL
        report.require(fits, "6.1.13", "real number out of range", place)


def _unescaped(raw: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{1,3}|\r\n|.)", b"x", raw, flags=re.DOTALL)
