"""The picture of a seal: what is drawn of it, and what is refused."""

import gzip
import io
import zlib

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageChops

from formats.limits import MAX_ESEAL_BYTES, MAX_ESEAL_PATHS
from signing.seal.eseal import SealPicture
from signing.seal.eseal_errors import SealPictureBad
from signing.seal.image import SealImage, _one_page, draw_seal, draw_signature_stamp
from signing.seal.picture import appearance_of, svg_of

NAME = "安徽省人民政府办公厅"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="4mm" height="4mm"'
    ' viewBox="0 0 200 200">\n'
)
PATH = '<path fill="#f00" d="M0 0l200 0l0 200l-200 0z"/>\n'
TAIL = "</svg>\n"


def svg(*paths: str, head: str = HEAD, tail: str = TAIL) -> SealPicture:
    return SealPicture("SVG", (head + "".join(paths) + tail).encode(), 4, 4)


def text_of(picture: SealPicture) -> str:
    return gzip.decompress(picture.data).decode()


def painted(content: bytes, width: float, height: float) -> Image.Image:
    document = pypdfium2.PdfDocument(_one_page(content, width, height))
    try:
        image: Image.Image = document[0].render(scale=4).to_pil()
        return image.convert("L")
    finally:
        document.close()


@pytest.mark.parametrize(
    "image", [draw_seal(NAME, 42), draw_signature_stamp("王清宪", 30, 15)], ids=["seal", "stamp"]
)
def test_picture_of_a_drawing_looks_like_the_drawing(image: SealImage) -> None:
    shown = appearance_of(svg_of(image))
    apart = ImageChops.difference(
        painted(image.content, image.side, image.tall),
        painted(shown.content, shown.width, shown.height),
    )
    grey = sum(count * shade for shade, count in enumerate(apart.histogram()))

    assert (shown.width, shown.height) == (image.side, image.tall)
    assert grey / 255 < 0.01 * apart.width * apart.height


def test_same_drawing_gives_the_same_picture_and_the_same_appearance() -> None:
    first, second = svg_of(draw_seal(NAME, 42)), svg_of(draw_seal(f" {NAME}", 42))

    assert first == second
    assert appearance_of(first) == appearance_of(second)


def test_picture_is_well_formed_svg_of_paths_alone() -> None:
    root = etree.fromstring(text_of(svg_of(draw_seal(NAME, 42))).encode())

    assert {child.tag for child in root} == {"{http://www.w3.org/2000/svg}path"}
    assert len(root) == 2 + len(NAME)


def test_longest_name_leaves_room_in_a_signature_of_pdf_a() -> None:
    assert len(svg_of(draw_seal("省" * 20 + "徽" * 20, 42)).data) < 24_000


def test_picture_may_stand_unpacked() -> None:
    picture = svg_of(draw_seal(NAME, 42))
    plain = SealPicture("SVG", gzip.decompress(picture.data), 42, 42)

    assert appearance_of(plain) == appearance_of(picture)


def test_content_is_nothing_but_paths_in_one_colour() -> None:
    content = appearance_of(svg_of(draw_seal(NAME, 42))).content.decode()
    operators = {line.split()[-1] for line in content.splitlines()[1:-1]}

    assert content.startswith("q /M gs 1 0 0 rg 1 0 0 RG ")
    assert operators == {"m", "l", "c", "h", "w", "f", "S", "B"}
    assert content.endswith("\nQ\n")


BAD = {
    "script": svg("<script>1</script>\n"),
    "image": svg('<image href="x.png"/>\n'),
    "text": svg("<text>x</text>\n"),
    "comment": svg("<!-- -->", PATH),
    "colour": svg(PATH.replace("#f00", "#000")),
    "style": svg(PATH.replace("fill=", 'style="x" fill=')),
    "event": svg(PATH.replace("fill=", 'onload="x" fill=')),
    "transform": svg(PATH.replace("<path", '<path transform="scale(2)"')),
    "arc": svg(PATH.replace("l200 0", "a1 1 0 0 0 1 1")),
    "decimal": svg(PATH.replace("l200 0", "l200.5 0")),
    "leading zero": svg(PATH.replace("l200 0", "l0200 0")),
    "minus zero": svg(PATH.replace("l200 0", "l200 -0")),
    "huge": svg(PATH.replace("l200 0", "l20000 0")),
    "open": svg(PATH.replace("z", "")),
    "no start": svg(PATH.replace("M0 0", "")),
    "empty path": svg(PATH.replace("l200 0l0 200l-200 0", "")),
    "stroke without width": svg(PATH.replace('fill="#f00"', 'fill="none" stroke="#f00"')),
    "width without stroke": svg(PATH.replace(" d=", ' stroke-width="3" d=')),
    "doctype": svg(PATH, head="<!DOCTYPE svg>" + HEAD),
    "another size": svg(PATH, head=HEAD.replace('width="4mm"', 'width="5mm"')),
    "another box": svg(PATH, head=HEAD.replace("200 200", "100 100")),
    "more behind": svg(PATH, tail=TAIL + "<!-- -->"),
    "no tail": svg(PATH, tail=""),
    "not ascii": svg(PATH.replace("z", "z章")),
    "too many": svg(*[PATH] * (MAX_ESEAL_PATHS + 1)),
    "cut gzip": SealPicture("SVG", gzip.compress(svg(PATH).data)[:-4], 4, 4),
    "two members": SealPicture("SVG", gzip.compress(svg(PATH).data) * 2, 4, 4),
    "bomb": SealPicture("SVG", gzip.compress(bytes(MAX_ESEAL_BYTES + 1)), 4, 4),
    "bad gzip": SealPicture("SVG", b"\x1f\x8b" + zlib.compress(b"x"), 4, 4),
    "png": SealPicture("PNG", b"\x89PNG\r\n\x1a\n", 4, 4),
    "ofd": SealPicture("OFD", b"PK", 4, 4),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_not_our_own_form_is_refused(name: str) -> None:
    with pytest.raises(SealPictureBad) as caught:
        appearance_of(BAD[name])
    assert caught.value.text()


def test_least_picture_is_drawn() -> None:
    assert b"0 0 m\n200 0 l\n200 200 l\n0 200 l\nh\nf\n" in appearance_of(svg(PATH)).content


@given(
    points=st.lists(
        st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)), min_size=1, max_size=20
    ),
    curved=st.booleans(),
)
def test_every_path_comes_out_as_it_goes_in(points: list[tuple[int, int]], *, curved: bool) -> None:
    if curved:
        points = points * 3
        steps = [points[at : at + 3] for at in range(0, len(points), 3)]
    else:
        steps = [[point] for point in points]
    letter, operator = ("c", "c") if curved else ("l", "l")
    drawn = "".join(letter + " ".join(f"{x} {y}" for x, y in step) for step in steps)
    content = appearance_of(svg(f'<path fill="#f00" d="M7 9{drawn}z"/>\n')).content.decode()
    at, wanted = (7, 9), ["7 9 m"]
    for step in steps:
        moved = [(at[0] + x, at[1] + y) for x, y in step]
        wanted.append(" ".join(f"{x} {y}" for x, y in moved) + f" {operator}")
        at = moved[-1]

    assert content.splitlines()[1:-1] == [*wanted, "h", "f"]


def png(mode: str, side: int = 20, kind: str = "PNG") -> bytes:
    sink = io.BytesIO()
    Image.new(mode, (side, side), "red" if mode == "RGB" else 90).save(sink, kind)
    return sink.getvalue()


@pytest.mark.parametrize(("mode", "samples"), [("RGB", 1200), ("L", 400)])
def test_png_goes_in_as_samples(mode: str, samples: int) -> None:
    shown = appearance_of(SealPicture("PNG", png(mode), 40, 40))

    assert shown.image is not None
    assert (shown.image.width, shown.image.grey) == (20, mode == "L")
    assert len(shown.image.samples) == samples
    assert shown.content == b"q /M gs 113.386 0 0 113.386 0 0 cm /S Do Q\n"


@pytest.mark.parametrize(
    "data", [png("RGB", kind="JPEG"), png("L", side=2001)], ids=["jpeg", "big"]
)
def test_other_pictures_and_too_large_ones_are_refused(data: bytes) -> None:
    with pytest.raises(SealPictureBad):
        appearance_of(SealPicture("PNG", data, 40, 40))
