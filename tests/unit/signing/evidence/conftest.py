"""One journey and its bundle in either suite, shared by the tests of evidence."""

import pytest

from signing.evidence import export_bundle
from tests.support.evidence import CITY, COUNTY, Journey, start_journey
from tests.support.pki import PilotWorld


@pytest.fixture(scope="module", params=["INTL", "GM"])
def journey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Sent, relayed, delivered and signed for by city and county."""
    world: PilotWorld = request.getfixturevalue("gm_pilot" if request.param == "GM" else "pilot")
    started = start_journey(world, tmp_path_factory.mktemp("journey"))
    started.travel(bodies=(CITY, COUNTY))
    return started


@pytest.fixture(scope="module")
def bundle(journey: Journey) -> bytes:
    """Its evidence in one file."""
    pilot = journey.world.pilot
    return export_bundle(
        journey.sealed.header_p7m,
        journey.receipts,
        certificates=pilot.certificates(),
        crls=pilot.crls(),
        log_keys=journey.log_keys,
    )
