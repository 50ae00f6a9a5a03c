"""Pictures nobody should send: refused with a code wherever they enter, never half set."""

import base64
import io
import json
import struct
import zlib

import pytest
from PIL import Image as PictureFile

from formats.document.model import Block, Image
from formats.document.parse import document_to_json, parse_document
from formats.errors import YidaoError
from formats.safe.image import BadImage
from formats.typeset.fonts import FontSet
from formats.typeset.typeset import typeset_pdf
from tests.unit.formats.typeset.conftest import Notice, fonts, notice

__all__ = ["fonts", "notice"]


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + body + chunk(b"IEND", b"")


def whole(media: str) -> bytes:
    sink = io.BytesIO()
    PictureFile.effect_noise((200, 100), 50).save(sink, media)
    return sink.getvalue()


REFUSED_AT_ONCE = {
    "nothing": b"",
    "a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "a picture of four billion pixels": png(65_536, 65_536),
    "a colour profile that unpacks to 50 MB": png(
        4, 4, chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(50 * 2**20)))
    ),
}

REFUSED_WHEN_SET = {
    "pixels that are missing": png(300, 300),
    "a PNG cut short": whole("PNG")[:4000],
    "a JPEG cut short": whole("JPEG")[:2500],
}


@pytest.mark.parametrize("name", REFUSED_AT_ONCE)
def test_a_document_with_it_is_not_read(notice: Notice, name: str) -> None:
    good = notice(body=(Block(image=Image(data=whole("PNG"), description="图")),))
    source = json.loads(document_to_json(good))
    source["body"][0]["image"]["data"] = base64.b64encode(REFUSED_AT_ONCE[name]).decode()

    with pytest.raises(YidaoError) as caught:
        parse_document(json.dumps(source).encode())

    assert all(caught.value.sentences("zh"))


@pytest.mark.parametrize("name", [*REFUSED_AT_ONCE, *REFUSED_WHEN_SET])
def test_no_page_is_made_of_it(fonts: FontSet, notice: Notice, name: str) -> None:
    data = (REFUSED_AT_ONCE | REFUSED_WHEN_SET)[name]
    document = notice(body=(Block(text="见图。"), Block(image=Image(data=data, description="图"))))

    with pytest.raises(BadImage):
        typeset_pdf(document, fonts)
