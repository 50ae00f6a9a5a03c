"""The main job in the suite GM alone: SM2 signs, wraps and stamps, SM4 encrypts, SM3 digests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from formats.document.model import Document
from tests.integration.desktop.conftest import Desks
from tests.integration.desktop.test_exchange import arrive
from tests.support.nodes import CITY, COUNTY, PROVINCE, Nodes, wait_until
from tests.support.pki import SoftHsm, build_world


@pytest.fixture(scope="module")
def national_road(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    root = tmp_path_factory.mktemp("national")
    world = build_world(root / "world", softhsm, suite="GM")
    desks = Desks(Nodes(world, root / "nodes"), root / "profiles")
    try:
        desks.nodes.start()
        yield desks
    finally:
        desks.close()
        desks.nodes.close()


def test_a_document_travels_is_signed_for_filed_and_found(
    national_road: Desks, notice: Document, tmp_path: Path
) -> None:
    province, city = national_road.open(PROVINCE), national_road.open(CITY)
    county = national_road.open(COUNTY)
    dispatch = province.seal(notice)

    sent = province.outgoing.send(dispatch)

    assert ("done", "") == (sent.outcome, sent.message)
    for client in (city, county):
        consignment = arrive(client, notice.title)
        detail = client.incoming.get(consignment)
        assert ("pending", "green") == (detail.row.state, detail.row.verdict)
        assert all(event.verified for event in detail.events)
        (signed,) = client.incoming.sign_for([consignment])
        assert ("done", "") == (signed.outcome, signed.message)
        filed = client.filing.file_incoming(consignment)
        assert filed.id == client.filing.search("试点").hits[0].id
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "signed")
    province.filing.file_outgoing(dispatch)
    report = province.evidence.export(dispatch, tmp_path / "evidence.gwe")
    assert (True, ()) == (report.ok, report.reasons)
