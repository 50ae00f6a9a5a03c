"""The door for pictures: every kind of PNG and JPEG as plain samples, anything else `BadImage`."""

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from formats.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS
from formats.safe.image import BadImage, Picture, decode_image, read_image

WHITE = b"\xff\xff\xff"


def encoded(image: Image.Image, media: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's
    sink = io.BytesIO()
    image.save(sink, media, **options)
    return sink.getvalue()


def gradient(mode: str = "RGB", size: tuple[int, int] = (32, 20)) -> Image.Image:
    grey = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (grey, grey.transpose(Image.Transpose.ROTATE_180), grey)).convert(
        mode
    )


def oriented(number: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(width: int, height: int, *more: bytes, data: bytes = b"") -> bytes:
    """A grey PNG with further chunks before its data."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", data or zlib.compress(bytes(height * (width + 1)), 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + chunk(b"IEND", b"")


GOOD = {
    "png": encoded(gradient()),
    "grey png": encoded(gradient("L")),
    "1 bit png": encoded(gradient("1")),
    "jpeg": encoded(gradient(), "JPEG"),
    "grey jpeg": encoded(gradient("L"), "JPEG"),
    "progressive jpeg": encoded(gradient(), "JPEG", progressive=True),
    "cmyk jpeg": encoded(gradient("CMYK"), "JPEG"),
    "animated png": encoded(
        gradient(), save_all=True, append_images=[gradient("L").convert("RGB")]
    ),
    "turned jpeg": encoded(gradient(), "JPEG", exif=oriented(6)),
    "turned png": encoded(gradient(), exif=oriented(6)),
}


@pytest.mark.parametrize("name", GOOD)
def test_its_size_is_known_before_it_is_decoded(name: str) -> None:
    media, width, height = read_image(GOOD[name])
    picture = decode_image(GOOD[name])

    assert (media, width, height) == (picture.media, picture.width, picture.height)
    assert name.rpartition(" ")[2] == media


@pytest.mark.parametrize("name", GOOD)
def test_its_samples_are_grey_or_rgb(name: str) -> None:
    picture = decode_image(GOOD[name])
    deep = 1 if picture.grey else 3

    assert picture.width * picture.height * deep == len(picture.samples)
    assert (name.partition(" ")[0] in {"grey", "1"}) == picture.grey


def test_sixteen_bits_become_eight() -> None:
    image = Image.new("I;16", (4, 1))
    for place, value in enumerate((0, 256, 32768, 65535)):
        image.putpixel((place, 0), value)

    assert b"\x00\x01\x80\xff" == decode_image(encoded(image)).samples


def transparent() -> dict[str, bytes]:
    rgba = Image.new("RGBA", (2, 1), (10, 20, 30, 255))
    rgba.putpixel((0, 0), (10, 20, 30, 0))
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    palette.putpixel((0, 0), 0)
    keyed = Image.new("RGB", (2, 1), (10, 20, 30))
    keyed.putpixel((0, 0), (1, 2, 3))
    return {
        "rgba": encoded(rgba),
        "palette": encoded(palette, transparency=0),
        "palette with alphas": encoded(palette, transparency=b"\x00\xff"),
        "key colour": encoded(keyed, transparency=(1, 2, 3)),
    }


@pytest.mark.parametrize("name", transparent())
def test_what_is_transparent_is_white(name: str) -> None:
    assert WHITE + bytes((10, 20, 30)) == decode_image(transparent()[name]).samples


def test_transparent_grey_stays_grey() -> None:
    image = Image.new("LA", (2, 1), (40, 255))
    image.putpixel((0, 0), (40, 0))
    picture = decode_image(encoded(image))

    assert picture.grey
    assert b"\xff\x28" == picture.samples


def corners(picture: Picture) -> tuple[int, int]:
    """Of a picture whose first pixel was black: where it went, as column and row."""
    place = min(range(len(picture.samples)), key=picture.samples.__getitem__)
    return place % picture.width, place // picture.width


@pytest.mark.parametrize(
    ("number", "corner"),
    [
        (1, (0, 0)), (2, (2, 0)), (3, (2, 1)), (4, (0, 1)),
        (5, (0, 0)), (6, (1, 0)), (7, (1, 2)), (8, (0, 2)), (9, (0, 0)), (0, (0, 0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
def test_it_stands_upright_as_exif_says(number: int, corner: tuple[int, int], order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    exif = mark + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, number, 0, 0)
    rows = b"\0\x00\xff\xff" + b"\0\xff\xff\xff"
    picture = decode_image(png(3, 2, chunk(b"eXIf", exif), data=zlib.compress(rows)))

    assert corner == corners(picture)
    assert (picture.width, picture.height) == ((2, 3) if 5 <= number <= 8 else (3, 2))


@pytest.mark.parametrize(
    "exif",
    [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"XX" * 40],
    ids=["empty", "no offset", "offset outside", "too many entries", "no tiff"],
)
def test_broken_exif_turns_nothing(exif: bytes) -> None:
    assert ("png", 3, 2) == read_image(png(3, 2, chunk(b"eXIf", exif)))


def progressive(scans: int) -> bytes:
    data = encoded(gradient(), "JPEG", progressive=True)
    last = data[data.rfind(b"\xff\xda") : -2]
    return data[:-2] + last * scans + data[-2:]


BAD = {
    "nothing": b"",
    "text": b"%PDF-1.7",
    "gif": encoded(gradient(), "GIF"),
    "tiff": encoded(gradient(), "TIFF"),
    "too many bytes": GOOD["jpeg"] + bytes(MAX_IMAGE_BYTES),
    "too many pixels": png(MAX_IMAGE_PIXELS, 2, data=b"x"),
    "far too many pixels": png(2**31 - 1, 2**31 - 1, data=b"x"),
    "no pixels": png(0, 5, data=zlib.compress(b"")),
    "a profile that is a bomb": png(
        3, 2, chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(50 * 2**20), 9))
    ),
    "a text that is a bomb": png(
        3, 2, chunk(b"zTXt", b"p\0\0" + zlib.compress(bytes(50 * 2**20), 9))
    ),
    "a thousand scans": progressive(1000),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_sensible_picture_is_refused_unread(name: str) -> None:
    with pytest.raises(BadImage):
        read_image(BAD[name])


@pytest.mark.parametrize("name", ["png", "jpeg", "progressive jpeg"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_cut_short_is_refused(name: str, part: float) -> None:
    noise = Image.effect_noise((120, 90), 80)
    data = encoded(noise, name.rsplit(maxsplit=1)[-1].upper(), progressive="progressive" in name)

    with pytest.raises(BadImage):
        decode_image(data[: int(len(data) * part)])


def test_data_that_unpack_to_more_than_the_pixels_are_not_kept() -> None:
    picture = decode_image(png(3, 2, data=zlib.compress(bytes(40 * 2**20), 9)))

    assert 6 == len(picture.samples)


def test_the_error_says_what_to_do() -> None:
    with pytest.raises(BadImage) as caught:
        read_image(b"?")

    assert "formats.bad-image" == caught.value.code
    assert all(caught.value.sentences("zh"))
    assert all(caught.value.sentences("en"))


def mended(data: bytes) -> bytes:
    """A PNG whose check sums are right again, so that mutations reach the reader behind them."""
    out, place = data[:8], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        if place + 12 + length > len(data):
            break
        out += chunk(data[place + 4 : place + 8], data[place + 8 : place + 8 + length])
        place += 12 + length
    return out


@settings(max_examples=400, deadline=2000, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(GOOD)),
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 8), st.binary(max_size=8)), min_size=1, max_size=8
    ),
    mend=st.booleans(),
)
def test_mutated_pictures_are_refused_or_read_whole(
    name: str, edits: list[tuple[float, int, bytes]], mend: bool
) -> None:
    data = bytearray(GOOD[name])
    for where, length, new in edits:
        place = 3 + int(where * (len(data) - 3))
        data[place : place + length] = new
    spoilt = mended(bytes(data)) if mend and name.endswith("png") else bytes(data)
    try:
        picture = decode_image(spoilt)
    except BadImage:
        return

    assert (picture.media, picture.width, picture.height) == read_image(spoilt)
    assert picture.width * picture.height * (1 if picture.grey else 3) == len(picture.samples)
