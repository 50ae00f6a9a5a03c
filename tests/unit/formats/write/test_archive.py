"""What makes a written PDF keep: the same bytes everywhere, honest metadata, sound pictures."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageCms

from formats.safe.image import BadImage, decode_image
from formats.typeset.compose import compose
from formats.typeset.display import ComposeReport, Composition, Page, Picture, Run
from formats.typeset.fonts import FontSet
from formats.write.objects import PdfFile, text_string
from formats.write.pdf import write_pdf
from formats.write.pdfa import srgb_profile
from tests.unit.formats.typeset.conftest import Notice

_MAKE = """
import hashlib, sys
from datetime import date
from formats.document.model import Block, Document, Table
from formats.typeset.compose import compose
from formats.typeset.fonts import load_fonts
from formats.write.pdf import write_pdf
fonts = load_fonts(())
body = (Block(level=1, text="一、总则"), Block(text="正文ABC。" * 40), Block(table=Table(header=("甲",), rows=(("1",),))))
document = Document(kind="notice", direction="down", issuers=("甲局", "乙局"), title="关于的通知",
                    body=body, issue_date=date(2026, 11, 23), cc=("丙局",))
pdf = write_pdf(compose(document, fonts), fonts, title=document.title, xml=b"<a/>")
sys.stdout.write(hashlib.sha256(pdf).hexdigest())
"""  # noqa: E501 - a program, not text


def drawn(fonts: FontSet, *items: Any) -> pikepdf.Pdf:  # noqa: ANN401 - any items
    composition = Composition((Page(items),), ComposeReport((), (), 1))
    return pikepdf.open(io.BytesIO(write_pdf(composition, fonts, title="题")))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    sink = io.BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()


def photo() -> Image.Image:
    image = Image.new("RGB", (64, 48))
    image.putdata([(x * 4, y * 5, (x + y) * 2) for y in range(48) for x in range(64)])
    return image


def samples(image: Any) -> bytes:  # noqa: ANN401 - a pikepdf object
    return pikepdf.PdfImage(image).as_pil_image().tobytes()


def images(pdf: pikepdf.Pdf) -> list[Any]:
    return [image for _, image in pdf.pages[0].obj.Resources.XObject.items()]


@pytest.mark.parametrize(
    ("zone", "language", "seed"),
    [
        ("Asia/Shanghai", "C", "1"),
        ("America/New_York", "zh_CN.GB18030", "2"),
        ("UTC", "C.UTF-8", "0"),
    ],
    ids=["shanghai", "new-york", "utc"],
)
def test_the_same_document_is_the_same_bytes_everywhere(
    zone: str, language: str, seed: str
) -> None:
    def made(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", _MAKE], env={**os.environ, **more}, capture_output=True,
            check=True, text=True, cwd=Path(__file__).parents[4],
        )  # fmt: skip
        return done.stdout

    assert made() == made(TZ=zone, LC_ALL=language, LANG=language, PYTHONHASHSEED=seed)


def test_metadata_say_the_same_twice(fonts: FontSet, notice: Notice) -> None:
    title = '关于<甲> & "乙"\x07的\ud800通知'
    pdf = write_pdf(compose(notice(), fonts), fonts, title=title)

    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert (
            '关于<甲> & "乙"的\ufffd通知' == str(opened.docinfo["/Title"]) == metadata["dc:title"]
        )
        assert ("3", "B") == (metadata["pdfaid:part"], metadata["pdfaid:conformance"])
        assert {"zh-CN"} == set(metadata["dc:language"])
        assert str(opened.docinfo["/Producer"]) == metadata["pdf:Producer"]
        assert "/Filter" not in opened.Root.Metadata


def test_the_profile_means_what_other_people_call_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    theirs = ImageCms.createProfile("sRGB")
    image = photo()
    turned = ImageCms.profileToProfile(image, ours, theirs)
    assert turned is not None
    strays = [abs(a - b) for a, b in zip(image.tobytes(), turned.tobytes(), strict=True)]

    assert max(strays) <= 1


def test_the_profile_is_the_same_for_ever() -> None:
    assert 2528 == len(srgb_profile())
    assert (
        "3fe433837e86fed0adba84365ee8b7d3007e4475e5faba47af5877e73a410dd7"
        == hashlib.sha256(srgb_profile()).hexdigest()
    )


def test_a_plain_jpeg_keeps_its_compression_and_loses_the_rest(fonts: FontSet) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    data = encoded(photo(), "JPEG", exif=exif, comment=b"secret") + b"trailing secret"
    with drawn(fonts, Picture(30, 40, 50, 40, data, "图")) as pdf:
        (image,) = images(pdf)
        raw = image.read_raw_bytes()

        assert "/DCTDecode" == str(image.Filter)
        assert decode_image(data).samples == samples(image)
    assert b"secret" not in raw
    assert b"taken at home" not in raw


@pytest.mark.parametrize("kind", ["progressive", "cmyk", "png-alpha", "grey", "palette"])
def test_whatever_is_not_plain_is_written_as_samples(kind: str, fonts: FontSet) -> None:
    data = {
        "progressive": lambda: encoded(photo(), "JPEG", progressive=True),
        "cmyk": lambda: encoded(photo().convert("CMYK"), "JPEG"),
        "png-alpha": lambda: encoded(photo().convert("RGBA"), "PNG"),
        "grey": lambda: encoded(photo().convert("L"), "PNG"),
        "palette": lambda: encoded(photo().quantize(16), "PNG"),
    }[kind]()
    with drawn(fonts, Picture(30, 40, 50, 40, data, "图")) as pdf:
        (image,) = images(pdf)

        assert "/FlateDecode" == str(image.Filter)
        assert "/SMask" not in image
        assert decode_image(data).samples == samples(image)


def test_one_picture_shown_twice_is_one_object(fonts: FontSet) -> None:
    data = encoded(photo(), "PNG")
    twice = [Picture(30, y, 50, 40, bytes(bytearray(data)), "图") for y in (40, 120)]
    with drawn(fonts, *twice) as pdf:
        assert 1 == len(images(pdf))


def test_bytes_that_are_no_picture_are_refused(fonts: FontSet) -> None:
    with pytest.raises(BadImage):
        drawn(fonts, Picture(30, 40, 50, 40, b"\xff\xd8\xff\xe0junk", "图"))


def test_a_turned_run_goes_upwards(fonts: FontSet) -> None:
    glyphs = tuple(fonts.glyph("fang", char) for char in "甲乙")
    run = Run(glyphs, (200.0, 190.0), 60.0, 16.0, "table", 1, turned=True)
    with drawn(fonts, run) as pdf:
        operands = [
            [float(number) for number in i.operands]
            for i in pikepdf.parse_content_stream(pdf.pages[0])
            if str(i.operator) == "Tm"
        ]
    points = 72 / 25.4

    assert [pytest.approx([0, 1, -1, 0, 60 * points, 97 * points], abs=0.001)] == operands


def test_characters_beyond_the_plane_are_found_again(
    fonts: FontSet, notice: Notice, tmp_path: Path
) -> None:
    text = "𠀀囧😀龘"
    document = notice(title=f"关于{text}的通知")
    file = tmp_path / "in.pdf"
    file.write_bytes(write_pdf(compose(document, fonts), fonts, title=document.title))
    read = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(file), "-"], capture_output=True, check=True
    ).stdout.decode()

    assert text in read.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a(b)\\c", "(a\\(b\\)\\\\c)"),
        ("甲", "<FEFF7532>"),
        ("\ud800", "<FEFFFFFD>"),
        ("\r", "<FEFF000D>"),
    ],
)
def test_text_strings_are_escaped(text: str, written: str) -> None:
    assert written == text_string(text)


def test_an_object_that_never_came_is_a_fault() -> None:
    file = PdfFile()
    file.reserve()

    with pytest.raises(ValueError, match="object 1"):
        file.save(1, 1)
