"""One journey and its bundle, shared by the tests of evidence."""

import pytest

from signing.evidence import export_bundle
from tests.support.evidence import CITY, COUNTY, Journey, start_journey
from tests.support.pki import PilotWorld


@pytest.fixture(scope="module")
def journey(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Sent, relayed, delivered and signed for by city and county."""
    started = start_journey(pilot, tmp_path_factory.mktemp("journey"))
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
