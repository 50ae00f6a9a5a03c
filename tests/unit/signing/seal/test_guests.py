"""Places to countersign: on free paper, beside nothing printed and no other seal."""

from datetime import date

import pytest

from formats.document.model import Block, Document, DocumentNumber
from formats.measure.reader import read_sheets
from formats.typeset.display import SealSlot
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf
from formats.write.slots import read_slots
from signing.errors import SealRefused
from signing.seal.guests import places_for
from signing.seal.place import check_apart
from signing.verdict.pdf import verify_pdf
from tests.support.sealed import CITY, COUNTY, NAMES, PROVINCE, Hands, plain_pdf


@pytest.fixture(scope="module")
def notice() -> bytes:
    """A typeset document whose last page has room."""
    text = "请各市、县人民政府认真贯彻执行，并将落实情况按季度报送。"
    document = Document(
        kind="notice",
        format="general",
        direction="down",
        issuers=(NAMES[PROVINCE],),
        number=DocumentNumber(mark="皖政办", year=2026, serial=7),
        title="关于征求意见的通知",
        body=tuple(Block(text=text * 3) for _ in range(6)),
        issue_date=date(2026, 11, 24),
        signature="seal",
    )
    return typeset_pdf(document, load_fonts(()))[0]


def covered(pdf: bytes, place: SealSlot) -> list[str]:
    """The characters under a place."""
    half = place.diameter_mm / 2
    sheet = read_sheets(pdf)[place.page - 1]
    return [
        glyph.char
        for glyph in (*sheet.glyphs, *sheet.sideways)
        if glyph.ink[0] < place.x_mm + half
        and glyph.ink[2] > place.x_mm - half
        and glyph.ink[1] < place.y_mm + half
        and glyph.ink[3] > place.y_mm - half
    ]


def test_places_lie_on_free_paper(notice: bytes) -> None:
    places = places_for(notice, read_slots(notice), [NAMES[CITY], NAMES[COUNTY]])

    assert [NAMES[CITY], NAMES[COUNTY]] == [place.body for place in places]
    assert [[], []] == [covered(notice, place) for place in places]
    check_apart((*read_slots(notice), *places))


def test_government_gets_a_place_of_its_size(notice: bytes) -> None:
    (place,) = places_for(notice, (), ["合肥市人民政府"])

    assert 45 == place.diameter_mm


def test_more_bodies_than_there_is_room_for_are_refused(notice: bytes) -> None:
    with pytest.raises(SealRefused) as caught:
        places_for(notice, (), [f"第{number}局" for number in range(60)])

    assert "no-room" == caught.value.fault
    assert "局" in caught.value.text()


def test_document_with_such_places_is_good_before_and_after(notice: bytes, hands: Hands) -> None:
    guests = places_for(notice, read_slots(notice), [NAMES[CITY]])
    pdf = hands.seal(notice, slots=read_slots(notice), countersigners=guests)
    both = hands.countersign(pdf, "Countersign1", CITY)
    told = [verify_pdf(one, trust=hands.trust, now=hands.now) for one in (pdf, both)]

    assert [["countersign-open"], ["countersigned"]] == [
        [reason.code for reason in verdict.reasons] for verdict in told
    ]
    assert all(verdict.accepted for verdict in told)


def test_what_may_not_be_sealed_is_not_measured_either() -> None:
    with pytest.raises(SealRefused):
        places_for(plain_pdf() + b"more", (), ["某局"])
