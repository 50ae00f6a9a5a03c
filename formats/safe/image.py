"""The only door for picture bytes: PNG or JPEG, measured before a pixel is decoded.

Pillow reads them. What comes out is plain rows of samples, upright as Exif says, so that no writer
ever hands outside bytes on unread. Of an animation the first picture is taken.
"""

import io
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MAX_IMAGE_SCANS

if TYPE_CHECKING:
    from PIL import Image

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_SCAN: Final = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e][\x01-\x04]")
"""The head of a JPEG's scan; inside one no such bytes can stand."""

# Pillow is imported when a picture is read: it would add a tenth of a second to every start.


class BadImage(BadInput):
    """Bytes that are not a whole PNG or JPEG, or too large a one."""

    code = "formats.bad-image"
    happened = mark("图片无法读取：不是完整的 PNG 或 JPEG 图片，或者过大。")
    safe = mark("图片没有放入公文，原稿没有改动。")
    advice = mark("请用看图软件另存为 PNG 或 JPEG（5 MB 以内）后重新插入。")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read whole."""

    media: Literal["png", "jpeg"]
    width: int
    """Pixels."""
    height: int
    grey: bool
    samples: bytes
    """Rows of 8-bit grey or RGB samples from the top, transparency laid on white."""


def read_image(data: bytes) -> tuple[Literal["png", "jpeg"], int, int]:
    """Kind, width and height in pixels, as it stands upright; no pixel is decoded yet.

    Raises `BadImage`.
    """
    with _opened(data) as image:
        width, height = image.size
        if _orientation(image) in _LYING:
            width, height = height, width
        return _media(image), width, height


def decode_image(data: bytes) -> Picture:
    """The picture's samples. Raises `BadImage`."""
    from PIL import Image  # noqa: PLC0415 - see above

    with _opened(data) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata is no reason to speak
        turn = _TURNS.get(_orientation(image))
        try:
            image.load()
            plain = _plain(image)
            if turn is not None:
                plain = plain.transpose(Image.Transpose(turn))
            return Picture(
                _media(image), plain.width, plain.height, plain.mode == "L", plain.tobytes()
            )
        except _unreadable() as error:
            raise BadImage(str(error)) from error


def _media(image: "Image.Image") -> Literal["png", "jpeg"]:
    return "png" if image.format == "PNG" else "jpeg"


def _plain(image: "Image.Image") -> "Image.Image":
    """Grey or RGB of 8 bits, what is transparent laid on white."""
    from PIL import Image  # noqa: PLC0415 - see above

    grey = image.mode in {"1", "L", "LA"} or image.mode.startswith("I")
    if image.mode.startswith("I"):  # 16 bits a sample
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"LA", "PA", "RGBA", "P"} or "transparency" in image.info:
        layered = image.convert("LA" if grey else "RGBA")
        flat = Image.new("L" if grey else "RGB", image.size, 255 if grey else (255, 255, 255))
        flat.paste(layered.convert(flat.mode), mask=layered.getchannel("A"))
        return flat
    return image.convert("L" if grey else "RGB")


_LYING: Final = frozenset({5, 6, 7, 8})
"""Exif orientations whose width is the picture's height."""

_TURNS: Final = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Exif orientation to the number of Pillow's `Image.Transpose` that sets it upright."""

_MOST_ENTRIES: Final = 512
"""Of Exif's first directory; cameras write some twenty."""


def _orientation(image: "Image.Image") -> int:
    """Exif's orientation of a picture that was opened, 1 where it says nothing sensible.

    Read here and not by Pillow, whose reader decodes pixels on the way and has many ways to fail.
    """
    exif = image.info.get("exif")
    if not isinstance(exif, bytes):
        return 1
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (place,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, place)
        for entry in range(min(count, _MOST_ENTRIES)):
            tag, kind, number, value = struct.unpack_from(
                f"{order}HHIH", exif, place + 2 + 12 * entry
            )
            if (tag, kind, number) == (0x0112, 3, 1):
                return int(value)
    except struct.error:
        return 1
    return 1


def _unreadable() -> tuple[type[Exception], ...]:
    """All that Pillow raises on broken PNG and JPEG: its parsers leave much to Python."""
    from PIL import Image  # noqa: PLC0415 - see above

    broken = (OSError, ValueError, SyntaxError, LookupError, TypeError, AttributeError, EOFError)
    return *broken, ArithmeticError, struct.error, zlib.error, Image.DecompressionBombError


def _opened(data: bytes) -> "Image.Image":
    if len(data) > MAX_IMAGE_BYTES or not data.startswith((_PNG, _JPEG)):
        raise BadImage(f"{len(data)} bytes")
    if sum(1 for _ in islice(_SCAN.finditer(data), MAX_IMAGE_SCANS + 1)) > MAX_IMAGE_SCANS:
        raise BadImage("too many scans")
    from PIL import Image  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our limit is below that of Pillow's warning
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    except _unreadable() as error:
        raise BadImage(str(error)) from error
    if not 0 < image.width * image.height <= MAX_IMAGE_PIXELS:
        image.close()
        raise BadImage(f"{image.width} x {image.height} pixels")
    return image
