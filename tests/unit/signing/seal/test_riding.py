"""骑缝章: which strip lies on which page, that they make up the seal, what the verdict sees."""

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from formats.limits import MAX_RIDING_PAGES
from signing.errors import SealRefused
from signing.seal.image import POINTS, draw_seal
from signing.seal.picture import Appearance, appearance_of, svg_of
from signing.seal.riding import strips_of
from signing.verdict.pdf import verify_pdf
from tests.support.sealed import JOINT, NAMES, PAGE_MM, PROVINCE, Hands, plain_pdf

SHOWN: Appearance = appearance_of(svg_of(draw_seal(NAMES[PROVINCE], 42)))
SCALE = 4


@given(st.integers(min_value=2, max_value=2000))
def test_every_page_has_one_strip_and_every_seal_is_whole(pages: int) -> None:
    strips = strips_of(pages)
    seals: list[list[int]] = []
    for strip in strips:
        if strip.number == 0:
            seals.append([])
        seals[-1].append(strip.number)
        assert strip.count <= MAX_RIDING_PAGES

    assert [strip.page for strip in strips] == list(range(pages))
    assert all(numbers == list(range(len(numbers))) for numbers in seals)
    assert {len(numbers) for numbers in seals} <= {pages // len(seals), -(-pages // len(seals))}


@pytest.mark.parametrize(("pages", "seals"), [(2, 1), (20, 1), (21, 2), (45, 3), (1000, 50)])
def test_long_documents_get_the_seal_more_than_once(pages: int, seals: int) -> None:
    assert seals == sum(1 for strip in strips_of(pages) if strip.number == 0)


@given(st.integers(min_value=2, max_value=20))
def test_strips_of_one_seal_are_the_whole_picture_side_by_side(pages: int) -> None:
    boxes = [strip.box(SHOWN) for strip in strips_of(pages)]

    assert (boxes[0][0], boxes[-1][2]) == (0, SHOWN.width)
    assert all(left[2] == right[0] for left, right in pairwise(boxes))


def edge(pdf: bytes, page: int, width: float) -> Image.Image:
    """The right edge of a page, ``width`` points of it, half way up."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        shown = document[page].render(scale=SCALE, may_draw_forms=True).to_pil().convert("L")
    finally:
        document.close()
    half = round(SHOWN.height * SCALE / 2)
    middle = round(PAGE_MM[1] * POINTS * SCALE / 2)
    wide = round(width * SCALE)
    cut: Image.Image = shown.crop((shown.width - wide, middle - half, shown.width, middle + half))
    return cut


@pytest.mark.parametrize("pages", [2, 5])
def test_strips_laid_side_by_side_show_the_seal(pages: int, hands: Hands) -> None:
    sealed = hands.seal(plain_pdf(pages), riding=True)
    strips = [edge(sealed, page, SHOWN.width / pages) for page in range(pages)]
    fan = Image.new("L", (sum(strip.width for strip in strips), strips[0].height), 255)
    at = 0
    for strip in strips:
        fan.paste(strip, (at, 0))
        at += strip.width
    document = pypdfium2.PdfDocument(draw_seal(NAMES[PROVINCE], 42).pdf)
    whole = document[0].render(scale=SCALE).to_pil().convert("L").resize(fan.size)
    document.close()
    apart = ImageChops.difference(fan, whole)
    grey = sum(count * shade for shade, count in enumerate(apart.histogram()))

    assert grey / 255 < 0.02 * fan.width * fan.height


def test_verdict_on_a_document_with_strips_is_green_and_tells_of_them(hands: Hands) -> None:
    verdict = verify_pdf(hands.seal(plain_pdf(3), riding=True), trust=hands.trust, now=hands.now)

    assert "green" == verdict.status
    assert verdict.seal is not None
    assert verdict.seal.eseal is not None
    assert verdict.seal.eseal.riding


def test_strips_and_joint_seals_go_together(hands: Hands) -> None:
    sealed = hands.seal(plain_pdf(3), slots=JOINT, riding=True)
    for field, body in (("Seal2", "340100.bgs"), ("Seal3", "340123.bgs")):
        sealed = hands.countersign(sealed, field, body)
    verdict = verify_pdf(sealed, trust=hands.trust, now=hands.now)

    assert ("blue", ["joint"]) == (verdict.status, [r.code for r in verdict.reasons])


def test_links_stay_beside_the_strips(hands: Hands) -> None:
    def link(canvas: Canvas) -> None:
        canvas.linkURL("https://example.invalid", (100, 100, 200, 120))

    verdict = verify_pdf(
        hands.seal(plain_pdf(2, link), riding=True), trust=hands.trust, now=hands.now
    )

    assert "green" == verdict.status


def test_document_of_one_page_has_no_seam(hands: Hands) -> None:
    slots = (JOINT[0].__class__(page=1, x_mm=150, y_mm=180, diameter_mm=42, body=NAMES[PROVINCE]),)

    with pytest.raises(SealRefused) as caught:
        hands.seal(plain_pdf(1), slots=slots, riding=True)
    assert "seam" == caught.value.fault


def test_turned_page_is_refused(hands: Hands) -> None:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf(3))) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(sink)

    with pytest.raises(SealRefused) as caught:
        hands.seal(sink.getvalue(), riding=True)
    assert "rotated" == caught.value.fault


# --- strips that are not the seal's; each laid by somebody who holds the body's own key -----------
def stamps(pdf: pikepdf.Pdf) -> list[Any]:
    return [a for page in pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/Stamp"]


def take_one_off(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].Annots = pikepdf.Array([a for a in pdf.pages[1].Annots if a.Subtype != "/Stamp"])


def change_places(pdf: pikepdf.Pdf) -> None:
    first, second, *_ = stamps(pdf)
    first.AP, second.AP = second.AP, first.AP


def move_one(pdf: pikepdf.Pdf) -> None:
    stamps(pdf)[0].Rect[0] -= 10


def draw_another(pdf: pikepdf.Pdf) -> None:
    form = stamps(pdf)[0].AP.N.Resources.XObject.S
    form.write(form.read_bytes().replace(b" l\n", b" m\n", 1))


def hide_one(pdf: pikepdf.Pdf) -> None:
    stamps(pdf)[0].F = 2


def add_a_note(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 90, 90], F=4
    )
    pdf.pages[0].Annots.append(pdf.make_indirect(note))


def shrink(pdf: pikepdf.Pdf) -> None:
    stamps(pdf)[0].AP.N.Matrix = pikepdf.Array([0.5, 0, 0, 0.5, 0, 0])


@pytest.mark.parametrize(
    "spoil",
    [take_one_off, change_places, move_one, draw_another, hide_one, add_a_note, shrink],
    ids=lambda spoil: str(spoil.__name__),
)
def test_strips_that_are_not_the_seal_s_are_seen(
    spoil: Callable[[pikepdf.Pdf], None], hands: Hands
) -> None:
    """What `rides` says of pages whose strips were tampered with, before any signature."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - this test's own oracle

    from signing.seal.riding import rides  # noqa: PLC0415 - beside it

    sealed, sink = hands.seal(plain_pdf(3), riding=True), io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        spoil(pdf)
        pdf.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.disable)

    assert rides(PdfFileReader(io.BytesIO(sealed)), SHOWN) is True
    assert rides(PdfFileReader(sink), SHOWN) is False
