"""A running node: everything its request handlers and threads share."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from formats.effects import Clock, Randomness
from formats.ids import NodeId
from server.config import DataFolder, Identity, Settings
from server.directory import DirectoryFile
from server.exchange.relay import Relay
from server.exchange.road import Road
from server.mailboxes import Mailboxes
from server.rates import Rates
from server.sessions import Sessions
from server.store.blobs import Blobs
from server.store.database import Database
from server.store.work import Finish, Work
from server.store.writer import Writer
from signing.timestamp import TimestampSource

T = TypeVar("T")


@dataclass(slots=True)
class Node:
    """The parts of one node, put together by `server.app.open_node`."""

    folder: DataFolder
    settings: Settings
    identity: Identity
    clock: Clock
    randomness: Randomness
    directory: DirectoryFile
    database: Database
    blobs: Blobs
    writer: Writer
    relay: Relay
    mailboxes: Mailboxes
    sessions: Sessions
    rates: Rates
    timestamps: TimestampSource | None
    draining: bool = False
    uploading: set[str] = field(default_factory=set)
    """Uploads that a request is writing right now."""
    faults: dict[str, str] = field(default_factory=dict)
    """What went wrong the last time in each task of the supervision."""

    @property
    def id(self) -> NodeId:
        """The division it serves."""
        return self.identity.node

    def road(self) -> Road:
        """Where things go, by the newest directory."""
        return Road(self.id, self.directory.current(), self.settings.neighbours)

    async def write(self, operation: Callable[[Work], Finish[T]]) -> T:
        """Run an operation in the writer; returns after COMMIT."""
        future: Future[T] = self.writer.submit(operation)
        return await asyncio.wrap_future(future)

    async def do(self, operation: Callable[[Work], None]) -> None:
        """Run an operation that answers nothing."""
        await asyncio.wrap_future(self.writer.do(operation))
