"""A node's store in a folder of the test, without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from formats.effects import system_clock, system_randomness
from server.config import DataFolder, make_keys
from server.directory import Directory, read_directory
from server.exchange.road import Road
from server.store.blobs import Blobs
from server.store.database import Database, open_database
from server.store.writer import Writer
from signing.trust.snapshot import sign_snapshot
from tests.support.pki import PilotWorld, snapshot_of
from tests.support.store import Store

NODE = "340000"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """An empty data folder."""
    return DataFolder(tmp_path / "data")


@pytest.fixture
def database(folder: DataFolder) -> Iterator[Database]:
    """A fresh database."""
    key, _ = make_keys(folder, system_randomness)
    made = open_database(folder.database, key)
    yield made
    made.close()


@pytest.fixture
def writer(pilot: PilotWorld, database: Database, folder: DataFolder) -> Iterator[Writer]:
    """The province's writer, running."""
    _, log_key = make_keys(folder, system_randomness)
    made = Writer(
        database,
        node=NODE,
        signer=pilot.nodes[NODE].signer(),
        log_key=log_key,
        clock=system_clock,
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def directory(pilot: PilotWorld, folder: DataFolder) -> Directory:
    """The directory of the pilot, with this node's log key."""
    _, log_key = make_keys(folder, system_randomness)
    snapshot = snapshot_of(pilot, log_keys={NODE: log_key.public})
    signed = sign_snapshot(snapshot, pilot.pilot.directory_signer(), system_clock())
    return read_directory(signed, pilot.anchors, system_clock)


@pytest.fixture
def store(
    pilot: PilotWorld, writer: Writer, database: Database, folder: DataFolder, directory: Directory
) -> Store:
    """All of it."""
    road = Road(NODE, directory, ("340100",))
    return Store(pilot, writer, database, Blobs(folder.blobs, system_randomness), road)
