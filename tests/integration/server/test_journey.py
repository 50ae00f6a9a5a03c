"""A dispatch from the province to the county and its evidence back, over real processes and TLS."""

from pathlib import Path

from formats.protocol import calls
from tests.support.nodes import CITY, COUNTY, PROVINCE, Nodes


def test_a_dispatch_reaches_city_and_county_and_its_receipts_come_back(
    nodes: Nodes, tmp_path: Path
) -> None:
    nodes.start()
    province, city, county = nodes.desk(PROVINCE), nodes.desk(CITY), nodes.desk(COUNTY)
    sealed = province.close_dispatch(["340100.bgs", "340123.bgs"], b"package" * 1000, tmp_path)

    province.submit(sealed)
    arrived = county.wait_for("ContentConsignment")
    city.wait_for("ContentConsignment")
    county.sign_for(arrived.consignment or "")
    province.wait_for("ConsignmentAcceptance", consignment=arrived.consignment)

    view = province.send(calls.receipts(sealed.header.dispatch))
    states = {status.body: status.state for status in view.consignments}
    assert {"340100.bgs": "consigned", "340123.bgs": "signed_for"} == states
