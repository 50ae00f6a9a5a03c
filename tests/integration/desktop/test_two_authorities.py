"""Two nodes that stamp, as real processes: when one falls silent, the other answers."""

import hashlib
import shutil
from collections.abc import Iterator

import pytest

from desktop.profile import Profile, Settings
from desktop.services.stamping import timestamp_client
from formats.effects import system_clock, system_randomness
from signing.pilot import issue_timestamp_authority
from signing.seal.extend import extend_lta
from signing.timestamp import open_token, request_timestamp
from signing.timestamp_client import TimestampClient, TimestampsUnavailable
from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from tests.support.nodes import CITY, PROVINCE, Nodes
from tests.support.pki import PilotWorld, snapshot_of
from tests.support.sealed import Hands, plain_pdf


@pytest.fixture(scope="module")
def nodes(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Province and city, each with a time-stamp authority of its own."""
    root = tmp_path_factory.mktemp("authorities")
    made = Nodes(pilot, root / "nodes")
    second = issue_timestamp_authority(pilot.pilot, root / "tsa", "合肥市电子公文时间戳服务")
    for source in (second.key_path, second.certificate_path):
        shutil.copy(source, made[CITY].folder / source.name)
    made.start(PROVINCE, CITY)
    yield made
    made.close()


@pytest.fixture(scope="module")
def profile(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """The client of the city, of which only what the network needs is read."""
    folder = tmp_path_factory.mktemp("profile")
    shutil.copy(nodes[CITY].folder / "tls-ca.pem", folder / "tls-ca.pem")
    settings = Settings(body="340100.bgs", node=nodes[CITY].url, module="soft:none", token="none")
    return Profile(folder, settings)


def asking(nodes: Nodes, profile: Profile) -> TimestampClient:
    world = nodes.world
    urls = {name: node.url for name, node in nodes.nodes.items()}
    trust = TrustStore(world.pilot.anchors, world.pilot.certificates(), world.pilot.crls())
    return timestamp_client(profile, snapshot_of(world, urls=urls), trust, system_clock)


def stamped_by(client: TimestampClient) -> bytes:
    data = system_randomness(32)
    stamp = open_token(request_timestamp(data, client, system_randomness))
    assert stamp.imprint == hashlib.sha256(data).digest()
    return stamp.certificate


def test_one_falls_silent_and_the_other_answers(nodes: Nodes, profile: Profile) -> None:
    client = asking(nodes, profile)
    assert [a.name for a in client.authorities] == [
        "交换节点 340100", "交换节点 340000", "交换节点 340123"
    ]  # fmt: skip
    own = stamped_by(client)
    nodes[CITY].kill()
    other = stamped_by(client)

    assert other == nodes.world.tsa.certificate
    assert own != other

    hands = Hands(nodes.world)
    sealed = hands.seal(plain_pdf(), stamped=False)
    kept = extend_lta(sealed, trust=hands.trust, timestamps=client, now=hands.now)
    verdict = verify_pdf(kept, trust=hands.trust, now=hands.now)
    assert (verdict.status, verdict.level) == ("blue", "B-LTA")

    nodes[PROVINCE].kill()
    with pytest.raises(TimestampsUnavailable) as caught:
        stamped_by(client)
    assert caught.value.text().count("交换节点") >= 3

    nodes.start(CITY)
    assert stamped_by(client) == own
