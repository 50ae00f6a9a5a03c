"""Sealing: where the seal lies, what it certifies, what is refused."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader

from formats.effects import system_randomness
from formats.write.slots import put_slots
from signing import cms, der
from signing.errors import SealRefused, TokenMissing, WrongOwner
from signing.keys import KeySigner, load_key
from signing.pilot.issue import issue_neighbour
from signing.pilot.seals import issue_seal
from signing.seal.apply import TOKEN_ROOM, countersign_pdf, open_fields, seal_pdf
from signing.seal.gbt38540 import SealPicture
from signing.seal.image import POINTS, draw_seal
from signing.seal.picture import appearance_of, svg_of
from signing.timestamp import LocalAuthority, TimestampRefused
from tests.support.sealed import CITY, JOINT, NAMES, PAGE_MM, PROVINCE, Hands, plain_pdf, slot


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def root(pdf: bytes) -> DictionaryObject:
    return PdfFileReader(io.BytesIO(pdf)).root


def fields(pdf: bytes) -> list[Any]:
    return list(root(pdf)["/AcroForm"]["/Fields"])


def fault(seal: Callable[[], bytes]) -> str:
    with pytest.raises(SealRefused) as caught:
        seal()
    assert caught.value.text()
    return caught.value.fault


def byte_range(pdf: bytes) -> list[int]:
    found = re.findall(rb"/ByteRange \[([\d ]+)\]", pdf)
    return [int(edge) for edge in found[-1].split()]


def contents(pdf: bytes) -> bytes:
    _, gap, after, _ = byte_range(pdf)
    return bytes.fromhex(pdf[gap + 1 : after - 1].decode())


def test_seal_lies_in_its_slot_to_a_hundredth_of_a_millimetre(sealed: bytes) -> None:
    left, bottom, right, top = (
        float(edge) / POINTS for edge in fields(sealed)[0].get_object()["/Rect"]
    )
    centre = ((left + right) / 2, PAGE_MM[1] - (top + bottom) / 2)

    assert centre == pytest.approx((150.0, 180.0), abs=0.01)
    assert (right - left, top - bottom) == pytest.approx((42.0, 42.0), abs=0.01)


def test_original_bytes_are_kept(sealed: bytes) -> None:
    assert sealed.startswith(plain_pdf())


def test_seal_is_a_certification_that_permits_signing_only(sealed: bytes) -> None:
    signature = root(sealed)["/Perms"]["/DocMDP"]
    methods = [reference["/TransformMethod"] for reference in signature["/Reference"]]
    docmdp, fieldmdp = (reference["/TransformParams"] for reference in signature["/Reference"])

    assert methods == ["/DocMDP", "/FieldMDP"]
    assert (docmdp["/P"], fieldmdp["/Action"]) == (2, "/All")
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"


def test_signature_carries_a_time_stamp_and_no_signing_time(sealed: bytes) -> None:
    _, gap, after, length = byte_range(sealed)
    der = contents(sealed).rstrip(b"\x00")
    signed = cms.open_detached(der, sealed[:gap] + sealed[after : after + length])

    assert signed.timestamp is not None
    assert signed.signing_time is None


def test_field_is_named_for_a_screen_reader(sealed: bytes) -> None:
    assert fields(sealed)[0].get_object()["/TU"] == NAMES[PROVINCE]


def test_appearance_is_the_drawing(sealed: bytes) -> None:
    form = fields(sealed)[0].get_object()["/AP"]["/N"]

    assert form.data == appearance_of(svg_of(draw_seal(NAMES[PROVINCE], 42))).content


def test_little_room_is_left_unused(sealed: bytes) -> None:
    reserved = contents(sealed)

    assert len(reserved) - len(reserved.rstrip(b"\x00")) < TOKEN_ROOM


def test_same_act_gives_the_same_bytes_but_for_the_signature(hands: Hands) -> None:
    moment = hands.now
    signer = hands.world.signer(PROVINCE)

    def act() -> bytes:
        return seal_pdf(
            plain_pdf(),
            signer=signer,
            slots=[slot()],
            seal=hands.eseal(signer),
            trust=hands.trust,
            timestamps=None,
            clock=lambda: moment,
        )

    first, second = act(), act()
    _, gap, after, _ = byte_range(first)

    assert first[:gap] == second[:gap]
    assert first[after:] == second[after:]


def test_key_file_seals_as_a_ukey_does(hands: Hands) -> None:
    signer = hands.world.nodes["340000"].signer()

    assert isinstance(signer, KeySigner)
    assert hands.seal(plain_pdf(), signer=signer).count(b"/ByteRange") == 1


def test_slots_are_read_from_the_file(hands: Hands) -> None:
    sink = io.BytesIO()
    with opened(plain_pdf()) as pdf:
        put_slots(pdf, [slot()])
        pdf.save(sink, deterministic_id=True)
    sealed = seal_pdf(
        sink.getvalue(),
        signer=hands.world.signer(PROVINCE),
        seal=hands.eseal(hands.world.signer(PROVINCE)),
        trust=hands.trust,
        timestamps=None,
        clock=lambda: hands.now,
    )

    assert len(fields(sealed)) == 1


def test_fields_of_joint_issuers_are_made_before_certifying(hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), slots=JOINT)

    assert open_fields(joint) == (("Seal2", NAMES[CITY]), ("Seal3", "肥西县人民政府办公室"))
    assert joint.count(b"/ByteRange") == 1


def test_joint_fields_are_left_open_by_the_lock(hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), slots=JOINT)
    lock = root(joint)["/Perms"]["/DocMDP"]["/Reference"][1]["/TransformParams"]

    assert (lock["/Action"], list(lock["/Fields"])) == ("/Exclude", ["Seal2", "Seal3"])


def test_seal_goes_in_the_slot_of_its_body(hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), CITY, slots=JOINT)

    assert [name for name, _ in open_fields(joint)] == ["Seal1", "Seal3"]


def test_bigger_time_stamp_than_expected_still_fits(hands: Hands) -> None:
    world = hands.world
    tsa = world.tsa
    more = [c for u in world.ukeys.values() for c in (u.sign, u.encrypt, u.recovery)]
    chain = (*tsa.chain, *more)
    wide = KeySigner(load_key(tsa.key_path), tsa.certificate, chain)
    sealed = seal_pdf(
        plain_pdf(),
        signer=world.signer(PROVINCE),
        slots=[slot()],
        seal=hands.eseal(world.signer(PROVINCE)),
        trust=hands.trust,
        timestamps=LocalAuthority(wide, lambda: hands.now, system_randomness),
        clock=lambda: hands.now,
    )

    assert len(contents(sealed).rstrip(b"\x00")) > TOKEN_ROOM + 2048


def test_pdf_without_a_slot_is_refused(hands: Hands) -> None:
    assert fault(lambda: hands.seal(plain_pdf(), slots=())) == "no-slot"


def test_sealed_pdf_is_not_sealed_again(hands: Hands, sealed: bytes) -> None:
    assert fault(lambda: hands.seal(sealed)) == "signed"


@pytest.mark.parametrize(
    "changes", [{"page": 3}, {"page": 0}, {"x_mm": 5.0}, {"y_mm": 290.0}], ids=str
)
def test_slot_outside_the_pages_is_refused(changes: dict[str, Any], hands: Hands) -> None:
    assert fault(lambda: hands.seal(plain_pdf(), slots=(replace(slot(), **changes),))) == "slot"


def test_slot_of_another_size_is_refused(hands: Hands) -> None:
    wide = replace(slot(), diameter_mm=50.0)

    assert fault(lambda: hands.seal(plain_pdf(), slots=(wide,))) == "image"


def test_seals_that_touch_are_refused(hands: Hands) -> None:
    near = (slot(PROVINCE, 60), slot(CITY, 102))

    assert fault(lambda: hands.seal(plain_pdf(), slots=near)) == "overlap"


def test_rotated_page_is_refused(hands: Hands) -> None:
    sink = io.BytesIO()
    with opened(plain_pdf()) as pdf:
        pdf.pages[1].Rotate = 90
        pdf.save(sink)

    assert fault(lambda: hands.seal(sink.getvalue())) == "rotated"


def test_countersigning_needs_a_certified_pdf(hands: Hands) -> None:
    assert fault(lambda: hands.countersign(plain_pdf(), "Seal2", CITY)) == "not-certified"


@pytest.mark.parametrize("field", ["Seal1", "Seal9"])
def test_countersigning_needs_an_empty_field(field: str, hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), slots=JOINT)

    assert fault(lambda: hands.countersign(joint, field, CITY)) == "field"


def test_countersigning_with_a_seal_of_another_size_is_refused(hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), slots=JOINT)

    def wide() -> bytes:
        return countersign_pdf(
            joint,
            "Seal2",
            signer=hands.world.signer(CITY),
            seal=hands.eseal(hands.world.signer(CITY), diameter_mm=50),
            trust=hands.trust,
            timestamps=None,
            clock=lambda: hands.now,
        )

    assert fault(wide) == "image"


def test_countersigning_junk_is_refused(hands: Hands) -> None:
    assert fault(lambda: hands.countersign(b"%PDF-1.7 junk", "Seal2", CITY)) == "malformed"


def test_pulled_ukey_leaves_a_token_error(hands: Hands) -> None:
    class Pulled:
        certificate = hands.world.signer(PROVINCE).certificate
        chain = hands.world.pilot.chain
        algorithm = "ecdsa-sha256"

        def sign(self, data: bytes) -> bytes:
            raise TokenMissing(str(len(data)))

    with pytest.raises(TokenMissing):
        hands.seal(plain_pdf(), signer=Pulled())  # type: ignore[arg-type]  # a class attribute


def test_refused_time_stamp_leaves_its_own_error(hands: Hands) -> None:
    with pytest.raises(TimestampRefused):
        seal_pdf(
            plain_pdf(),
            signer=hands.world.signer(PROVINCE),
            slots=[slot()],
            seal=hands.eseal(hands.world.signer(PROVINCE)),
            trust=hands.trust,
            timestamps=lambda _: der.sequence(der.sequence(der.integer(2))),
            clock=lambda: hands.now,
        )


def test_ukey_of_another_body_is_refused(hands: Hands) -> None:
    with pytest.raises(WrongOwner) as caught:
        hands.seal(plain_pdf(), signer=hands.world.signer(CITY), slots=(slot(PROVINCE),))

    assert "属于“合肥市人民政府办公室”，不是“安徽省人民政府办公厅”" in caught.value.text()


def test_ukey_of_another_body_is_refused_in_a_joint_field(hands: Hands) -> None:
    joint = hands.seal(plain_pdf(), slots=JOINT)

    with pytest.raises(WrongOwner):
        hands.countersign(joint, "Seal3", CITY)


def test_drawing_of_another_body_is_refused(hands: Hands) -> None:
    def act() -> bytes:
        return seal_pdf(
            plain_pdf(),
            signer=hands.world.signer(PROVINCE),
            slots=[slot()],
            seal=hands.eseal(hands.world.signer(PROVINCE), NAMES[CITY]),
            trust=hands.trust,
            timestamps=None,
            clock=lambda: hands.now,
        )

    assert fault(act) == "drawing"


def test_seal_too_large_for_pdf_a_is_refused(hands: Hands) -> None:
    signer = hands.world.signer(PROVINCE)
    noise = io.BytesIO()
    Image.effect_noise((200, 200), 90).save(noise, "PNG")
    picture = SealPicture("PNG", noise.getvalue(), 42, 42)
    large = issue_seal(
        hands.world.pilot, PROVINCE, NAMES[PROVINCE], [signer.certificate], picture=picture
    )

    def act() -> bytes:
        return seal_pdf(
            plain_pdf(),
            signer=signer,
            slots=[slot()],
            seal=large,
            trust=hands.trust,
            timestamps=None,
            clock=lambda: hands.now,
        )

    assert fault(act) == "eseal-large"


@pytest.mark.parametrize("name", ["longest", "usual"])
def test_sealed_signature_stays_within_a_string_of_pdf_a(name: str, hands: Hands) -> None:
    body = NAMES[PROVINCE] if name == "usual" else "安徽省懿徽懋鑫龘巍馨矗懿徽懋鑫龘巍馨矗厅"
    signer = issue_neighbour(
        hands.world.pilot, "320000.long", body, hands.world.folder / name
    ).signer()

    assert len(contents(hands.seal(plain_pdf(), signer=signer))) <= 32767
