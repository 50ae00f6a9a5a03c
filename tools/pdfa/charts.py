"""CMaps: from the bytes of a string to codes, and from codes to CIDs or characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tools.pdfa.opened import words

PREDEFINED: Final = words(
    "Identity-H Identity-V GB-EUC-H GB-EUC-V GBpc-EUC-H GBpc-EUC-V GBK-EUC-H "
    "GBK-EUC-V GBKp-EUC-H GBKp-EUC-V GBK2K-H GBK2K-V UniGB-UCS2-H UniGB-UCS2-V "
    "UniGB-UTF16-H UniGB-UTF16-V B5pc-H B5pc-V HKscs-B5-H HKscs-B5-V ETen-B5-H "
    "ETen-B5-V ETenms-B5-H ETenms-B5-V CNS-EUC-H CNS-EUC-V UniCNS-UCS2-H "
    "UniCNS-UCS2-V UniCNS-UTF16-H UniCNS-UTF16-V 83pv-RKSJ-H 90ms-RKSJ-H 90ms-RKSJ-V "
    "90msp-RKSJ-H 90msp-RKSJ-V 90pv-RKSJ-H Add-RKSJ-H Add-RKSJ-V EUC-H EUC-V "
    "Ext-RKSJ-H Ext-RKSJ-V H V UniJIS-UCS2-H UniJIS-UCS2-V UniJIS-UCS2-HW-H "
    "UniJIS-UCS2-HW-V UniJIS-UTF16-H UniJIS-UTF16-V KSC-EUC-H KSC-EUC-V KSCms-UHC-H "
    "KSCms-UHC-V KSCms-UHC-HW-H KSCms-UHC-HW-V KSCpc-EUC-H UniKS-UCS2-H UniKS-UCS2-V "
    "UniKS-UTF16-H UniKS-UTF16-V"
)
"""ISO 32000-1 Table 118."""

_BLOCK: Final = re.compile(
    rb"begin(codespacerange|cidrange|cidchar|bfrange|bfchar)(.*?)end\1", re.DOTALL
)
_ITEM: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\d+)|(\[)|(\])")
_MODE: Final = re.compile(rb"/WMode\s+(\d+)")
_MOST: Final = 0xFFFF
_USED: Final = re.compile(rb"/([^\s/]+)\s+usecmap")


@dataclass(slots=True)
class Chart:
    """An embedded CMap."""

    spaces: list[tuple[bytes, bytes]] = field(default_factory=list)
    cids: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(length, first code, last code, first CID)."""
    characters: dict[tuple[int, int], bytes] = field(default_factory=dict)
    """(length, code) -> UTF-16."""
    mode: int = 0
    used: str | None = None

    def codes(self, text: bytes) -> Iterator[tuple[int, int]]:
        """(length, code) of each character of a string."""
        place = 0
        lengths = sorted({len(low) for low, _ in self.spaces}) or [2]
        while place < len(text):
            length = next((n for n in lengths if self._within(text[place : place + n])), lengths[0])
            yield length, int.from_bytes(text[place : place + length], "big")
            place += length

    def _within(self, code: bytes) -> bool:
        return any(
            len(low) == len(code)
            and all(a <= c <= b for a, c, b in zip(low, code, high, strict=True))
            for low, high in self.spaces
        )

    def cid(self, length: int, code: int) -> int:
        """The CID of a code; 0 where it has none."""
        for size, first, last, cid in self.cids:
            if size == length and first <= code <= last:
                return cid + code - first
        return 0

    @property
    def largest(self) -> int:
        """The largest CID."""
        return max((cid + last - first for _, first, last, cid in self.cids), default=0)


def read_chart(data: bytes) -> Chart:
    """An embedded CMap or ToUnicode stream."""
    chart = Chart()
    mode, used = _MODE.search(data), _USED.search(data)
    chart.mode = int(mode[1]) if mode else 0
    chart.used = used[1].decode("latin-1") if used else None
    for block in _BLOCK.finditer(data):
        items = [_value(item) for item in _ITEM.finditer(block[2])]
        _fill(chart, block[1].decode(), items)
    return chart


def _value(item: re.Match[bytes]) -> bytes | int | str:
    if item[1] is not None:
        digits = re.sub(rb"\s", b"", item[1]).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return int(item[2]) if item[2] else item[0].decode()


def _fill(chart: Chart, kind: str, items: list[bytes | int | str]) -> None:
    place = 0
    while place < len(items):
        low = items[place]
        high = items[place + 1] if kind.endswith("range") and place + 1 < len(items) else low
        place += 2 if kind.endswith("range") else 1
        if not isinstance(low, bytes) or not isinstance(high, bytes):
            return
        if kind == "codespacerange":
            chart.spaces.append((low, high))
            continue
        if place >= len(items):
            return
        target = items[place]
        place += 1
        first, last = int.from_bytes(low, "big"), int.from_bytes(high, "big")
        if isinstance(target, int):
            chart.cids.append((len(low), first, last, target))
        elif isinstance(target, bytes):
            for offset in range(min(last - first, _MOST) + 1):
                chart.characters[len(low), first + offset] = _moved(target, offset)
        else:  # one text for each code, in brackets
            end = items.index("]", place) if "]" in items[place:] else len(items)
            for offset, text in enumerate(items[place:end]):
                if isinstance(text, bytes):
                    chart.characters[len(low), first + offset] = text
            place = end + 1


def _moved(target: bytes, offset: int) -> bytes:
    if not offset or not target:
        return target
    return (int.from_bytes(target, "big") + offset).to_bytes(len(target), "big")
