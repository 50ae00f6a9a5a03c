"""签名章: the drawing, and a typeset order sealed with it in the place typesetting left."""

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from formats.document.model import Block, Document, DocumentNumber, Signer
from formats.typeset.display import SealSlot
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf
from formats.write.slots import read_slots
from signing.errors import SealRefused
from signing.seal.apply import countersign_pdf, open_fields, seal_pdf
from signing.seal.image import POINTS, draw_signature_stamp
from signing.verdict.pdf import verify_pdf
from tests.support.sealed import CITY, NAMES, PAGE_MM, PROVINCE, Hands, plain_pdf

NAME = "王清宪"


def order(*signers: str) -> bytes:
    """A typeset order to be stamped."""
    document = Document(
        kind="order",
        format="order",
        direction="down",
        issuers=(NAMES[PROVINCE],),
        number=DocumentNumber(mark="皖政", year=2026, serial=312),
        title="公布令",
        body=(Block(text="现予公布，自公布之日起施行。"),),
        issue_date=date(2026, 11, 23),
        signature="personal",
        signers=tuple(Signer(office="省长", name=name) for name in signers),
    )
    return typeset_pdf(document, load_fonts(()))[0]


def stamped(hands: Hands, pdf: bytes, name: str = NAME, body: str = PROVINCE) -> bytes:
    return seal_pdf(
        pdf,
        signer=hands.world.signer(body),
        seal=hands.eseal(hands.world.signer(body), name, stamp_mm=(30, 15)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
    )


def red_box(pdf: bytes, page: int, slot: SealSlot) -> tuple[float, float, float, float]:
    """The red ink around a slot, in mm, as pdfium paints it: marks above it are cut away."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        image = document[page - 1].render(scale=200 / 72, may_draw_forms=True).to_pil()
    finally:
        document.close()
    red, green, _ = image.convert("RGB").split()
    mask = ImageChops.subtract(red, green).point(lambda value: 255 if value > 127 else 0)
    top = int((slot.y_mm - 20) * 200 / 25.4)
    box = mask.crop((0, top, *mask.size)).getbbox()
    assert box is not None
    left, upper, right, lower = (edge * 25.4 / 200 for edge in box)
    return left, upper + top * 25.4 / 200, right, lower + top * 25.4 / 200


@pytest.mark.parametrize(
    "name", ["王清宪", "李勇", "欧阳修远", "买买提·阿卜杜热合曼"], ids=["3", "2", "4", "10"]
)
def test_a_stamp_fills_its_rectangle_and_stays_in_it(name: str) -> None:
    image = draw_signature_stamp(name, 30, 15)
    document = pypdfium2.PdfDocument(image.pdf)
    page = document[0].render(scale=4).to_pil().convert("L")
    document.close()
    box = ImageChops.invert(page).getbbox()

    assert (image.side, image.tall) == (round(30 * POINTS, 3), round(15 * POINTS, 3))
    assert box is not None
    assert box[0] >= 1
    assert box[1] >= 1
    assert box[2] <= page.width - 1
    assert box[3] <= page.height - 1
    assert (box[2] - box[0]) / page.width > 0.6


def test_a_stamp_is_the_same_bytes_every_time_and_has_one_outline_a_character() -> None:
    first = draw_signature_stamp(NAME, 30, 15)

    assert first.pdf == draw_signature_stamp("王 清 宪", 30, 15).pdf
    assert len(NAME) == first.content.count(b"\nB")


@pytest.mark.parametrize(
    "name", ["", "  ", "名" * 21, "王\U0010fffd"], ids=["empty", "blank", "long", "no glyph"]
)
def test_a_name_that_cannot_be_a_stamp_is_refused(name: str) -> None:
    with pytest.raises(SealRefused):
        draw_signature_stamp(name, 30, 15)


def test_a_stamped_order_bears_the_stamp_where_typesetting_left_its_place(hands: Hands) -> None:
    pdf = order(NAME)
    (slot,) = read_slots(pdf)
    sealed = stamped(hands, pdf)
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        rect = [float(edge) / POINTS for edge in opened.Root.AcroForm.Fields[0].Rect]
    left, top, right, bottom = red_box(sealed, slot.page, slot)
    wide, tall = slot.diameter_mm / 2, (slot.height_mm or 0) / 2

    assert [
        slot.x_mm - wide,
        PAGE_MM[1] - slot.y_mm - tall,
        slot.x_mm + wide,
        PAGE_MM[1] - slot.y_mm + tall,
    ] == pytest.approx(rect, abs=0.01)
    assert slot.x_mm - wide <= left
    assert right <= slot.x_mm + wide
    assert slot.y_mm - tall <= top
    assert bottom <= slot.y_mm + tall
    assert bottom - top > tall


def test_the_verdict_on_a_stamped_order_is_green_and_names_the_body(hands: Hands) -> None:
    verdict = verify_pdf(stamped(hands, order(NAME)), trust=hands.trust, now=hands.now)

    assert "green" == verdict.status
    assert verdict.seal is not None
    assert NAMES[PROVINCE] == verdict.seal.body


def test_a_stamp_of_another_name_than_the_document_s_is_refused(hands: Hands) -> None:
    with pytest.raises(SealRefused) as caught:
        stamped(hands, order(NAME), "张三")

    assert "stamp" == caught.value.fault
    assert "张三" in caught.value.text("zh")


def test_a_round_seal_does_not_go_where_a_stamp_belongs_nor_a_stamp_on_a_seal(
    hands: Hands,
) -> None:
    pdf = order(NAME)
    signer = hands.world.signer(PROVINCE)
    round_slot = SealSlot(2, 150.0, 180.0, 30.0, NAMES[PROVINCE])
    tries = (
        (pdf, hands.eseal(signer, diameter_mm=30), None),
        (plain_pdf(), hands.eseal(signer, NAME, stamp_mm=(30, 15)), (round_slot,)),
    )

    for source, seal, slots in tries:
        with pytest.raises(SealRefused):
            seal_pdf(
                source,
                signer=signer,
                seal=seal,
                trust=hands.trust,
                timestamps=None,
                clock=lambda: hands.now,
                slots=slots,
            )


def test_joint_stamps_are_set_one_after_another_and_all_count(hands: Hands) -> None:
    sealed = stamped(hands, order(NAME, "罗云峰"))
    ((field, person),) = open_fields(sealed)
    both = countersign_pdf(
        sealed,
        field,
        signer=hands.world.signer(CITY),
        seal=hands.eseal(hands.world.signer(CITY), "罗云峰", stamp_mm=(30, 15)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
    )
    verdict = verify_pdf(both, trust=hands.trust, now=hands.now)

    assert "罗云峰" == person
    assert verdict.accepted
    assert 2 == len([seal for seal in verdict.signatures if seal.kind != "timestamp"])


def test_stamp_of_another_person_is_refused_in_a_place_for_one(hands: Hands) -> None:
    sealed = stamped(hands, order(NAME, "罗云峰"))
    ((field, _),) = open_fields(sealed)

    with pytest.raises(SealRefused) as caught:
        countersign_pdf(
            sealed,
            field,
            signer=hands.world.signer(CITY),
            seal=hands.eseal(hands.world.signer(CITY), "张三", stamp_mm=(30, 15)),
            trust=hands.trust,
            timestamps=None,
            clock=lambda: hands.now,
        )

    assert "stamp" == caught.value.fault


def test_stamps_that_overlap_are_refused(hands: Hands) -> None:
    slot = SealSlot(2, 150.0, 180.0, 30.0, NAME, "personal", 15.0)
    beside = replace(slot, body="罗云峰", y_mm=190.0)

    with pytest.raises(SealRefused) as caught:
        seal_pdf(
            plain_pdf(),
            signer=hands.world.signer(PROVINCE),
            seal=hands.eseal(hands.world.signer(PROVINCE), NAME, stamp_mm=(30, 15)),
            trust=hands.trust,
            timestamps=None,
            clock=lambda: hands.now,
            slots=(slot, beside),
        )

    assert "overlap" == caught.value.fault
