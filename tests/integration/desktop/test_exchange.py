"""The main job between real clients and real nodes: draft, send, receive, sign for, file, find."""

from pathlib import Path

from formats.document.model import Document
from tests.integration.desktop.conftest import Desks
from tests.support.nodes import CITY, COUNTY, PROVINCE, wait_until


def test_a_document_travels_is_signed_for_filed_and_found(
    desks: Desks, notice: Document, tmp_path: Path
) -> None:
    desks.nodes.start()
    province, city, county = desks.open(PROVINCE), desks.open(CITY), desks.open(COUNTY)
    dispatch = province.seal(notice)

    sent = province.outgoing.send(dispatch)

    assert ("done", "") == (sent.outcome, sent.message)
    for client in (city, county):
        wait_until(lambda c=client: bool(c.incoming.sync().arrived))
        (row,) = client.incoming.list()
        assert ("pending", "green", notice.title) == (row.state, row.verdict, row.title)
        (signed,) = client.incoming.sign_for([row.id])
        assert ("done", "") == (signed.outcome, signed.message)
        filed = client.filing.file_incoming(row.id)
        assert filed.id == client.filing.search("试点").hits[0].id
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "signed")
    province.filing.file_outgoing(dispatch)
    assert 1 == province.filing.search("认真贯彻").count
    report = province.evidence.export(dispatch, tmp_path / "evidence.gwe")
    assert (True, ()) == (report.ok, report.reasons)
