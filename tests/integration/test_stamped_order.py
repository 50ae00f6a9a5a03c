"""An order from its source to the stamp, by the hands of the client, judged by both readers."""

from datetime import date

import msgspec
import pytest

from desktop.services.sealing import Hand, sealed
from formats.document.model import Block, Document, DocumentNumber, Signer
from formats.measure.layout import check_layout
from formats.typeset.fonts import load_fonts
from formats.typeset.typeset import typeset_pdf
from signing.verdict.pdf import verify_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import NAMES, PROVINCE, Hands


@pytest.fixture(scope="module")
def order() -> Document:
    return Document(
        kind="order",
        format="order",
        direction="down",
        issuers=(NAMES[PROVINCE],),
        number=DocumentNumber(mark="皖政", year=2026, serial=312),
        title="公布令",
        body=(Block(text="《安徽省公文交换管理办法》已经审议通过，现予公布。"),) * 3,
        issue_date=date(2026, 11, 23),
        signature="personal",
        signers=(Signer(office="省长", name="王清宪"),),
        cc=("省委各部门",),
        printer="安徽省人民政府办公厅秘书处",
        print_date=date(2026, 11, 24),
    )


@pytest.mark.parametrize("signature", ["personal", "seal"])
def test_the_client_sets_the_mark_that_the_document_asks_for(
    pilot: PilotWorld, order: Document, signature: str
) -> None:
    hands = Hands(pilot)
    document = msgspec.structs.replace(order, signature=signature)
    pdf, report = typeset_pdf(document, load_fonts(()))
    signer = pilot.signer(PROVINCE)
    seals = (hands.eseal(signer), hands.eseal(signer, "王清宪", stamp_mm=(30, 15)))
    done = sealed(pdf, Hand(signer, seals, hands.trust, lambda: hands.now), hands.authority)
    verdict = verify_pdf(done, trust=hands.trust, now=hands.now)

    assert [signature] == [slot.kind for slot in report.seal_slots]
    assert "green" == verdict.status
    assert () == check_layout(done).findings
