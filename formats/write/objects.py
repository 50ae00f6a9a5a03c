"""A PDF file as numbered objects, written as bytes in the order in which they were made.

Plain cross-reference table, no object streams: the same objects give the same bytes on every
machine, and every signature reader reads the result. The trailer's ID follows from the content.
"""

import hashlib
import zlib
from collections.abc import Iterable
from typing import Final

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""ISO 19005-3 6.1.2: the version, and a comment of at least four bytes above 127."""

_ESCAPED: Final = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r"})


class PdfFile:
    """Objects of a file that is being written."""

    def __init__(self) -> None:
        self._bodies: list[bytes | None] = []

    def reserve(self, count: int = 1) -> int:
        """The first of ``count`` consecutive object numbers, to be filled by `put`."""
        self._bodies += [None] * count
        return len(self._bodies) - count + 1

    def put(self, number: int, body: str | bytes) -> None:
        """Say what object ``number`` is."""
        self._bodies[number - 1] = body.encode("ascii") if isinstance(body, str) else body

    def add(self, body: str | bytes) -> int:
        """The number of a new object."""
        number = self.reserve()
        self.put(number, body)
        return number

    def add_stream(self, data: bytes, entries: str = "", *, packed: bool = True) -> int:
        """The number of a new stream; ``entries`` are the dictionary's other ones.

        ``packed`` deflates the data; otherwise ``entries`` name the filter that they went through.
        """
        if packed:
            data = zlib.compress(data)
            entries = f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(data)}>>\nstream\n".encode("ascii")
        return self.add(b"".join((head, data, b"\nendstream")))

    def save(self, root: int, info: int) -> bytes:
        """The file. Raises `ValueError` where a reserved object was never put."""
        parts: list[bytes] = [HEADER]
        offset = len(HEADER)
        rows = [b"0000000000 65535 f \n"]
        for number, body in enumerate(self._bodies, start=1):
            if body is None:
                raise ValueError(f"object {number} was never put")
            whole = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            rows.append(b"%010d 00000 n \n" % offset)
            offset += len(whole)
            parts.append(whole)
        # SHA-256 cut to the customary sixteen bytes: two files of one content are one document.
        identifier = hashlib.sha256(b"".join(parts)).hexdigest()[:32].upper()
        count = len(self._bodies) + 1
        parts += [b"xref\n0 %d\n" % count, *rows]
        parts.append(
            (
                f"trailer\n<</Size {count}/Root {root} 0 R/Info {info} 0 R"
                f"/ID[<{identifier}><{identifier}>]>>\nstartxref\n{offset}\n%%EOF\n"
            ).encode("ascii")
        )
        return b"".join(parts)


def text_string(text: str) -> str:
    """A text string (ISO 32000-1 7.9.2.2): ASCII as it stands, all else as UTF-16 in hex.

    Half a surrogate pair becomes U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return f"({text.translate(_ESCAPED)})"
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return f"<FEFF{whole.encode('utf-16-be').hex().upper()}>"


def number(value: float) -> str:
    """A number with up to four decimals, a thirtieth of a micrometre."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def references(numbers: Iterable[int]) -> str:
    """An array of references."""
    return f"[{' '.join(f'{number} 0 R' for number in numbers)}]"
