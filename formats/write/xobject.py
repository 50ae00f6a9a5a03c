"""A picture as an image of a PDF: its samples, or its JPEG where that says the same.

Pictures come from outside. A plain JPEG keeps its compression, rewritten without anything but
what makes its pixels (no Exif, no thumbnails, no bytes after its end); whatever is not plain is
written as samples. Transparency was laid on white when the picture was read.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formats.safe.image import BadImage, decode_image
from formats.safe.image import Picture as Decoded

_SOI, _EOI, _SOS, _SOF0, _SOF1 = 0xD8, 0xD9, 0xDA, 0xC0, 0xC1
_JFIF: Final = 0xE0
_KEPT: Final = frozenset({_SOF0, _SOF1, _SOS, 0xC4, 0xDB, 0xDD, _JFIF})
"""Frame of a sequential JPEG, scan, Huffman and quantisation tables, restart interval, JFIF."""

_DROPPED: Final = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""Application data and comments; APP14, which is not among them, can change what colours mean."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An image XObject's entries and data."""

    entries: str
    data: bytes
    packed: bool
    """Whether the data still are to be deflated."""


@lru_cache(maxsize=16)
def encode(data: bytes) -> Encoded:
    """The image of PNG or JPEG bytes, remembered for the next preview. Raises `BadImage`."""
    picture = decode_image(data)
    space = "DeviceGray" if picture.grey else "DeviceRGB"
    entries = (
        f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}"
        f"/BitsPerComponent 8/ColorSpace/{space}"
    )
    if picture.media == "jpeg":
        kept = _plain_jpeg(data, picture)
        if kept is not None:
            return Encoded(f"{entries}/Filter/DCTDecode", kept, packed=False)
    return Encoded(entries, picture.samples, packed=True)


def _plain_jpeg(data: bytes, picture: Decoded) -> bytes | None:
    """The JPEG without what is beside its pixels; None where only its samples are safe."""
    try:
        segments = list(_segments(data))
    except (struct.error, IndexError):
        return None
    frames = [body for kind, body in segments if kind in {_SOF0, _SOF1}]
    if len(frames) != 1 or any(kind not in _KEPT | _DROPPED for kind, _ in segments):
        return None
    bits, components = frames[0][4], frames[0][9]
    if bits != 8 or components != (1 if picture.grey else 3):  # noqa: PLR2004 - of a sample; RGB
        return None
    kept = b"".join(body for kind, body in segments if kind in _KEPT)
    whole = b"\xff\xd8" + kept + b"\xff\xd9"
    try:
        same = decode_image(whole) == picture
    except BadImage:
        return None
    return whole if same else None


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end of the image, scans with their data."""
    place = 2
    while True:
        while data[place] == 0xFF and data[place + 1] == 0xFF:  # noqa: PLR2004 - fill bytes
            place += 1
        if data[place] != 0xFF:  # noqa: PLR2004 - every marker begins so
            raise IndexError(place)
        kind = data[place + 1]
        if kind == _EOI:
            return
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        if kind == _SOS:
            end = _after_scan(data, end)
        if end > len(data):
            raise IndexError(end)
        yield kind, data[place:end]
        place = end


def _after_scan(data: bytes, place: int) -> int:
    """Where the next marker begins; stuffed bytes and restarts belong to the scan."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0:
            raise IndexError(place)
        follower = data[place + 1]
        if follower != 0 and not 0xD0 <= follower <= 0xD7:  # noqa: PLR2004 - RST0 to RST7
            return place
        place += 2
