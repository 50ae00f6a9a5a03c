"""DER, X.690: the few forms that CMS and time-stamps are made of, written and read strictly.

Writing is string concatenation, which is what makes signing cheap. Reading accepts DER alone:
definite minimal lengths, low tag numbers, nothing after the end. It never reads past the bytes it
was given and never recurses deeper than `MAX_DER_DEPTH`. Callers pass the CMS-specific error they
want; here every fault is a `NotDer`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_DER_DEPTH

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31
_CONSTRUCTED = 0x20
_HIGH_TAG = 0x1F
_STRINGS_IN_PIECES = frozenset({0x23, 0x24, 0x2C, 0x33, 0x36})
"""Constructed encodings of strings, which DER forbids, X.690 10.2."""


class NotDer(BadInput):
    """The bytes are not DER: cut short, padded, followed by others, or BER."""

    code = "signing.not-der"
    happened = mark("签名数据的编码不规范，可能已损坏或被改动。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请向发出单位索取完好的文件后重试。")


def encode(tag: int, *parts: bytes) -> bytes:
    """One element: its tag, its length, its content."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:  # noqa: PLR2004 - X.690 8.1.3.4, the short form
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE."""
    return encode(SEQUENCE, *parts)


def set_of(parts: Iterable[bytes], tag: int = SET) -> bytes:
    """SET OF in the one DER order, X.690 11.6; ``tag`` for an implicitly tagged one."""
    return encode(tag, *sorted(parts))


def octets(data: bytes) -> bytes:
    """OCTET STRING."""
    return encode(OCTET_STRING, data)


def integer(value: int) -> bytes:
    """INTEGER of a value that is not negative."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER, X.690 8.19."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | (arc & 0x7F))
        out += bytes(reversed(groups))
    return encode(OID, bytes(out))


def time(at: datetime) -> bytes:
    """Time as RFC 5652 11.3 wants it: UTCTime from 1950 to 2049, GeneralizedTime otherwise."""
    utc = at.astimezone(UTC)
    if 1950 <= utc.year < 2050:  # noqa: PLR2004 - RFC 5652 11.3
        return encode(UTC_TIME, utc.strftime("%y%m%d%H%M%SZ").encode())
    return encode(GENERALIZED_TIME, utc.strftime("%Y%m%d%H%M%SZ").encode())


@dataclass(frozen=True, slots=True)
class Element:
    """One element read, as a window on the bytes it came from; nothing is copied until asked."""

    tag: int
    source: bytes
    start: int
    content: int
    end: int

    @property
    def raw(self) -> bytes:
        """Tag, length and content."""
        return self.source[self.start : self.end]

    @property
    def body(self) -> bytes:
        """The content alone."""
        return self.source[self.content : self.end]

    def children(self) -> list["Element"]:
        """The elements inside a constructed one."""
        if not self.tag & _CONSTRUCTED:
            raise NotDer(f"tag {self.tag:#x} holds no elements")
        return list(_elements(self.source, self.content, self.end))

    def expect(self, tag: int) -> "Element":
        """Itself when it has that tag. Raises `NotDer`."""
        if self.tag != tag:
            raise NotDer(f"tag {self.tag:#x} where {tag:#x} belongs")
        return self

    def dotted(self) -> str:
        """The value of an OBJECT IDENTIFIER."""
        body = self.expect(OID).body
        if not body or body[-1] & 0x80:
            raise NotDer("cut object identifier")
        arcs: list[int] = []
        value, fresh = 0, True
        for octet in body:
            if fresh and octet == 0x80:  # noqa: PLR2004 - X.690 8.19.2, no leading zero group
                raise NotDer("padded object identifier")
            value, fresh = value << 7 | octet & 0x7F, not octet & 0x80
            if fresh:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def number(self) -> int:
        """The value of an INTEGER."""
        body = self.expect(INTEGER).body
        padded = len(body) > 1 and (
            (body[0] == 0 and body[1] < 0x80) or (body[0] == 0xFF and body[1] >= 0x80)  # noqa: PLR2004 - X.690 8.3.2
        )
        if not body or padded:
            raise NotDer("padded integer")
        return int.from_bytes(body, "big", signed=True)

    def instant(self) -> datetime:
        """The value of a UTCTime or a GeneralizedTime in the DER form, RFC 5280 4.1.2.5."""
        text = self.body.decode("ascii", "replace")
        form = {UTC_TIME: "%y%m%d%H%M%SZ", GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}.get(self.tag)
        if form is None:
            raise NotDer(f"tag {self.tag:#x} is not a time")
        try:
            at = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError as error:
            raise NotDer(f"time {text!r}") from error
        if self.tag == UTC_TIME and at.year >= 2050:  # noqa: PLR2004 - RFC 5280 4.1.2.5.1
            at = at.replace(year=at.year - 100)
        if (at.strftime(form)) != text:
            raise NotDer(f"time {text!r}")
        return at


def read(data: bytes) -> Element:
    """The one element that ``data`` is, checked to be DER all the way down. Raises `NotDer`."""
    _check(data, 0, len(data), 0)
    elements = list(_elements(data, 0, len(data)))
    if len(elements) != 1:
        raise NotDer(f"{len(elements)} elements where one belongs")
    return elements[0]


def _check(data: bytes, at: int, end: int, depth: int) -> None:
    """Walk everything between two places; no values are made, this is the hot loop."""
    if depth > MAX_DER_DEPTH:
        raise NotDer("nested too deep")
    while at < end:
        tag, content, stop = _head(data, at, end)
        if tag & _CONSTRUCTED:
            _check(data, content, stop, depth + 1)
        at = stop


def _elements(data: bytes, at: int, end: int) -> Iterator[Element]:
    while at < end:
        tag, content, stop = _head(data, at, end)
        yield Element(tag, data, at, content, stop)
        at = stop


def _head(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, where the content begins and where it ends, of the element at a place."""
    tag = data[at]
    if tag == 0 or tag & _HIGH_TAG == _HIGH_TAG:
        raise NotDer(f"tag {tag:#x}")
    if tag in _STRINGS_IN_PIECES:
        raise NotDer("a string in pieces")
    content, size = _length(data, at + 1, end)
    if content + size > end:
        raise NotDer("cut short")
    return tag, content, content + size


def _length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the content begins and how long it is; X.690 10.1."""
    if at >= end:
        raise NotDer("no length")
    first = data[at]
    if first < 0x80:  # noqa: PLR2004 - X.690 8.1.3.4, the short form
        return at + 1, first
    count = first & 0x7F
    value = data[at + 1 : min(at + 1 + count, end)]
    if not 1 <= count <= 4 or len(value) != count or value[0] == 0:  # noqa: PLR2004 - 4 GiB
        raise NotDer("indefinite, padded or monstrous length")
    size = int.from_bytes(value, "big")
    if size < 0x80:  # noqa: PLR2004 - X.690 10.1, the shortest form
        raise NotDer("padded length")
    return at + 1 + count, size
