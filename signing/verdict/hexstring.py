"""A bulk reader for hexadecimal strings, in the place of pyHanko's one-character one.

A signature's /Contents has some 15,000 digits; reading them singly was two thirds of the time of a
verification. Digits alone are taken in one go; anything else (white space, comments, a fault) goes
back to pyHanko's own reader, so that not one file is read differently.
"""

import binascii
import io
from collections.abc import Callable
from typing import Final

from pyhanko.pdf_utils import generic

_STEP: Final = 64
"""Bytes of the first read; most strings are a 32-digit identifier. Doubled for each next one."""

HexString = generic.ByteStringObject | generic.TextStringObject
Reader = Callable[[io.BufferedIOBase], HexString]
stock_read_hex_string: Final[Reader] = generic.read_hex_string_from_stream


def read_hex_string(stream: io.BufferedIOBase) -> HexString:
    """The string that begins with ``<`` at the stream's position."""
    start = stream.tell()
    stream.read(1)
    digits, step = bytearray(), _STEP
    while True:
        piece = stream.read(step)
        end = piece.find(b">")
        digits += piece if end < 0 else piece[:end]
        if end >= 0 or not piece:
            break
        step *= 2
    try:
        value = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:
        end = -1
    if end < 0:
        stream.seek(start)
        return stock_read_hex_string(stream)
    stream.seek(start + 1 + len(digits) + 1)
    return generic.pdf_string(value)


def read_in_bulk() -> None:
    """Let pyHanko read with `read_hex_string` from now on; harmless when done before."""
    generic.read_hex_string_from_stream = read_hex_string
