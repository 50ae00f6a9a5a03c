"""A signed header and a record with any one byte altered: refused, or as they were.

An ordinary run takes every twenty-third byte, `make soak` each of them.
"""

from collections.abc import Callable, Iterator

import pytest

from formats.errors import YidaoError
from signing.envelope import open_header
from signing.evidence import open_record
from tests.support.evidence import CITY, PROVINCE, Journey, now, start_journey
from tests.support.pki import PilotWorld

STEPS = [23, pytest.param(1, marks=pytest.mark.soak)]


@pytest.fixture(scope="module", params=["INTL", "GM"])
def journey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    world: PilotWorld = request.getfixturevalue("gm_pilot" if request.param == "GM" else "pilot")
    started = start_journey(world, tmp_path_factory.mktemp("journey"))
    started.travel(bodies=(CITY,))
    return started


def readings(data: bytes, step: int, read: Callable[[bytes], object]) -> Iterator[object]:
    """What is read of the data with one bit of a byte the other way, where it is not refused.

    Certificates that came along and that nobody needs are covered by no signature.
    """
    for place in range(0, len(data), step):
        altered = data[:place] + bytes((data[place] ^ 1 << place % 8,)) + data[place + 1 :]
        try:
            yield read(altered)
        except YidaoError as error:
            assert error.code  # noqa: PT017 - either end is right; only a coded one is an error


@pytest.mark.parametrize("step", STEPS)
def test_no_altered_byte_of_a_header_changes_what_it_says(journey: Journey, step: int) -> None:
    def read(altered: bytes) -> object:
        said = open_header(altered, trust=journey.trust, at=now())
        return said.header, said.certificate

    honest = (journey.sealed.header, journey.world.signer(PROVINCE).certificate)
    for said in readings(journey.sealed.header_p7m, step, read):
        assert honest == said


@pytest.mark.parametrize("step", STEPS)
def test_no_altered_byte_of_a_record_changes_what_it_says(journey: Journey, step: int) -> None:
    def read(altered: bytes) -> object:
        return open_record(altered, journey.trust).statement

    for said in readings(journey.receipts[3].record, step, read):
        assert journey.statements[3] == said
