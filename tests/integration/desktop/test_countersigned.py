"""From a draft to a document that a recipient countersigned, by the hands of two clients."""

import msgspec

from desktop.services.countersigning import countersigned
from desktop.services.sealing import Hand
from desktop.services.session import Workspace
from formats.document.model import Block, Document
from signing.verdict.pdf import verify_pdf
from tests.integration.desktop.conftest import Client, Desks
from tests.support.nodes import CITY, PROVINCE


def hand_of(workspace: Workspace) -> Hand:
    return Hand(workspace.signer(), workspace.seals(), workspace.trust, workspace.clock)


def codes(pdf: bytes, client: Client) -> list[str]:
    workspace = client.workspace
    verdict = verify_pdf(pdf, trust=workspace.trust, now=workspace.clock())
    return sorted(reason.code for reason in verdict.reasons)


def test_sender_keeps_a_place_and_the_recipient_seals_in_it(desks: Desks, notice: Document) -> None:
    province, city = desks.open(PROVINCE), desks.open(CITY)
    long = msgspec.structs.replace(notice, body=(*notice.body, *[Block(text="请遵照执行。")] * 40))
    draft = province.drafting.save(long)
    row = province.sealing.seal(draft.id, countersign=("合肥市政府办",), riding=True)
    sealed = province.sealing.sealed_pdf(row.dispatch)
    done = countersigned(sealed, hand_of(city.workspace), None)
    verdict = verify_pdf(done.pdf, trust=city.workspace.trust, now=city.workspace.clock())

    assert ["countersign-open", "time-claimed"] == codes(sealed, city)
    assert ["countersigned", "time-claimed"] == codes(done.pdf, province)
    assert ("blue", 2) == (verdict.status, len(verdict.signatures))
    assert verdict.seal is not None
    assert verdict.seal.eseal is not None
    assert verdict.seal.eseal.riding
