"""The only door for picture bytes: PNG or JPEG, measured before a pixel is decoded.

Pillow reads them. What comes out is plain rows of samples or the JPEG as it stands, so that no
writer ever hands outside bytes on unread.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS

if TYPE_CHECKING:
    from PIL import Image

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
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
    """Kind, width and height in pixels; nothing is decoded yet. Raises `BadImage`."""
    with _opened(data) as image:
        media: Literal["png", "jpeg"] = "png" if image.format == "PNG" else "jpeg"
        return media, image.width, image.height


def decode_image(data: bytes) -> Picture:
    """The picture's samples. Raises `BadImage`."""
    from PIL import Image  # noqa: PLC0415 - see above

    with _opened(data) as image:
        try:
            image.load()
            grey = image.mode in {"1", "L", "LA", "I;16", "I"}
            if image.mode in {"LA", "PA", "RGBA", "P"}:
                layered = image.convert("RGBA")
                flat = Image.new("RGB", image.size, (255, 255, 255))
                flat.paste(layered, mask=layered.getchannel("A"))
                plain = flat.convert("L") if grey else flat
            elif image.mode.startswith("I"):
                plain = image.point(lambda value: value / 256).convert("L")
            else:
                plain = image.convert("L" if grey else "RGB")
        except _unreadable() as error:
            raise BadImage(str(error)) from error
        media: Literal["png", "jpeg"] = "png" if image.format == "PNG" else "jpeg"
        return Picture(media, plain.width, plain.height, grey, plain.tobytes())


def _unreadable() -> tuple[type[Exception], ...]:
    """All that Pillow is known to raise on broken PNG and JPEG."""
    from PIL import Image  # noqa: PLC0415 - see above

    return OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError


def _opened(data: bytes) -> "Image.Image":
    if len(data) > MAX_IMAGE_BYTES or not data.startswith((_PNG, _JPEG)):
        raise BadImage(f"{len(data)} bytes")
    from PIL import Image  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is below
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    except _unreadable() as error:
        raise BadImage(str(error)) from error
    if image.width * image.height > MAX_IMAGE_PIXELS:
        image.close()
        raise BadImage(f"{image.width} x {image.height} pixels")
    return image
