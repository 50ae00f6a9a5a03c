"""公文二维条码: what a registry's scanner wants to know of a document, as PDF417 (ISO/IEC 15438).

The fields follow the version ``GB0626-2005`` that party and government offices scan, in GB 18030,
each ended by ``^``; lengths are bytes:

=== ============ ====== ==============================================================
no  field        bytes  what stands there
=== ============ ====== ==============================================================
001 版本标识        11     ``GB0626-2005``
002 条码编号        20     digits drawn from the document itself: another text, another number
003 发文机关        ≤ 40   of joint issuers the host
004 文种          ≤ 30
005 发文字号        ≤ 30   无 where there is none
006 主送机关        ≤ 40   见主送机关 where they are longer
007 标题          ≤ 160
008 密级          2      always 无: nothing classified is set here
009 紧急程度        ≤ 4    特急, 加急 or 无
010 成文日期        ≤ 8    YYYYMMDD
=== ============ ====== ==============================================================

It stands where no format puts anything, at the right of page 1: in the core's upper corner above
the mark; in a letter, whose mark lies there, in the two rows between 发文字号 and 标题 (10.1).
A title that is too long for the place is shortened, and the report says so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from formats.document.kinds import KINDS
from formats.document.model import Document, Format
from formats.document.parse import document_to_json
from formats.i18n import mark, tr
from formats.typeset.display import Bars, Notice
from formats.typeset.grid import CORE_RIGHT, CORE_TOP
from formats.typeset.head import URGENCY
from formats.typeset.words import clean, joined

VERSION: Final = "GB0626-2005"
MODULE: Final = 0.254
"""The narrowest bar in mm, 1/100 inch: three dots of a printer of 300 dpi."""

ROW_HEIGHT: Final = 3 * MODULE
NONE: Final = "无"
SHORTENED: Final = mark("公文二维条码中的标题或机关名称过长，已缩短。")
_TITLE: Final = 160
_BODIES: Final = 40
_NAMES: Final = 30
_SEE_RECIPIENTS: Final = "见主送机关"
_DIGITS: Final = 20
_ENCODING: Final = "gb18030"
_COLUMNS: Final = range(3, 31)
_FEW: Final = 160
"""Codewords up to which ISO/IEC 15438 annex E recommends level 3; more take level 4."""

_COLUMN: Final = 17
"""Modules of a codeword."""

_SHAPE: Final = 2.0
_BAR: Final = re.compile("1+")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the symbol may lie: its right and upper edge, its greatest width and height, in mm."""

    right: float
    top: float
    width: float
    height: float


_CORNER: Final = _Place(CORE_RIGHT, CORE_TOP, 76.0, 30.0)
_PLACES: Final[dict[Format, _Place]] = {
    "general": _CORNER,
    "minutes": _CORNER,
    "order": replace(_CORNER, height=17.5),  # its mark stands 20 below the core's upper edge
    "letter": _Place(CORE_RIGHT, 58.4, 110.0, 16.5),
}
_BARE_LETTER: Final = 48.5
"""Where it begins in a letter that has neither 发文字号 nor anything beside it."""


def payload(document: Document) -> bytes:
    """The fields as the symbol carries them, before any shortening for its place."""
    return b"".join(field + b"^" for field in _fields(document, _TITLE))


def barcode_size(document: Document) -> tuple[float, float]:
    """Width and height of the symbol in mm."""
    rows, _ = _symbol(document)
    return _size(rows)


def bars_of(document: Document, x: float, y: float) -> Bars:
    """The symbol with its upper left corner at ``x``, ``y`` mm."""
    return _drawn(_symbol(document)[0], x, y)


def placed_bars(document: Document) -> tuple[tuple[Bars, ...], tuple[Notice, ...]]:
    """The symbol at its place on page 1, and what has to be told; nothing unless it is wanted."""
    if not document.barcode:
        return (), ()
    place = _place(document)
    rows, shortened = _symbol(document)
    told = (Notice("T22", SHORTENED, matters=False),) if shortened else ()
    return (_drawn(rows, place.right - _size(rows)[0], place.top),), told


def _drawn(rows: Sequence[Sequence[int]], x: float, y: float) -> Bars:
    cells = tuple(
        (x + start * MODULE, y + line * ROW_HEIGHT, length * MODULE, ROW_HEIGHT)
        for line, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return Bars(cells, tr("公文二维条码"))


def _place(document: Document) -> _Place:
    place = _PLACES[document.format]
    above = document.number or document.urgency or clean(document.copy_number or "")
    return replace(place, top=_BARE_LETTER) if document.format == "letter" and not above else place


def _fields(document: Document, title: int) -> list[bytes]:
    issuers = [name for name in map(clean, document.issuers) if name]
    recipients = joined([name for name in map(clean, document.main_recipients) if name])
    if len(_encoded(recipients)) > _BODIES:
        recipients = _SEE_RECIPIENTS
    day = document.issue_date
    return [
        VERSION.encode(),
        _own_number(document),
        _cut("".join(issuers[:1]), _BODIES),
        _cut(KINDS[document.kind].chinese, _NAMES),
        _cut(str(document.number) if document.number else NONE, _NAMES),
        _encoded(recipients),
        _cut(document.title, title),
        _encoded(NONE),
        _encoded(URGENCY[document.urgency] if document.urgency else NONE),
        day.strftime("%Y%m%d").encode() if day else b"",
    ]


def _own_number(document: Document) -> bytes:
    digest = sha256(document_to_json(document)).digest()
    return str(int.from_bytes(digest) % 10**_DIGITS).zfill(_DIGITS).encode()


def _encoded(text: str) -> bytes:
    """GB 18030; a ``^`` of the text would end its field and is written wide."""
    return clean(text).replace("^", "＾").encode(_ENCODING)


def _cut(text: str, limit: int) -> bytes:
    """At most ``limit`` bytes, no character halved, ending in … when something is missing."""
    whole = _encoded(text)
    if len(whole) <= limit:
        return whole
    kept = clean(text)
    more = "…".encode(_ENCODING)
    while kept and len(_encoded(kept)) > limit - len(more):
        kept = kept[:-1]
    return _encoded(kept) + more


def _symbol(document: Document) -> tuple[Sequence[Sequence[int]], bool]:
    """The codewords row by row, and whether a field was shortened."""
    place = _place(document)
    whole = _whole(document)
    limit = _TITLE
    while True:
        fields = _fields(document, limit)
        rows = _fitting(b"".join(field + b"^" for field in fields), place)
        if rows is not None:
            return rows, fields != whole
        limit -= 8


def _whole(document: Document) -> list[bytes]:
    """The fields without any limit but that of 主送机关, which has a word of its own."""
    fields = _fields(document, _TITLE)
    fields[2] = _encoded("".join([name for name in map(clean, document.issuers) if name][:1]))
    fields[4] = _encoded(str(document.number) if document.number else NONE)
    fields[6] = _encoded(document.title)
    return fields


def _fitting(data: bytes, place: _Place) -> Sequence[Sequence[int]] | None:
    """The symbol's codewords, row by row, in a shape that the place holds; None when none does.

    The narrowest that is twice as wide as high, else the widest.
    """
    from pdf417gen import encode  # noqa: PLC0415 - it loads Pillow, and most documents bear none

    level = 3 if len(data) <= _FEW else 4
    found: Sequence[Sequence[int]] | None = None
    for columns in _COLUMNS:
        try:
            rows = encode(data, columns=columns, security_level=level)
        except ValueError:  # more or fewer rows than a symbol may have
            continue
        width, height = _size(rows)
        if width > place.width:
            break
        if height <= place.height:
            found = rows
            if width >= _SHAPE * height:
                break
    return found


def _size(rows: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Width and height in mm: every codeword has 17 modules, the stop pattern one more."""
    return (len(rows[0]) * _COLUMN + 1) * MODULE, len(rows) * ROW_HEIGHT


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First module and length of each bar of a row of codewords, which are patterns of bits."""
    bits = "".join(f"{word:b}" for word in row)
    for found in _BAR.finditer(bits):
        yield found.start(), len(found[0])
