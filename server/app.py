"""The composition root: a node from its data folder, and the application that serves it."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from formats.effects import Clock, Randomness, system_clock, system_randomness
from formats.limits import BODY_REQUEST_BURST, BODY_REQUESTS_PER_SECOND
from server.api import (
    consignments,
    directory,
    dispatches,
    health,
    log,
    mailbox,
    relay,
    session,
    timestamp,
    uploads,
)
from server.api.http import refuse
from server.config import DataFolder, load_identity, load_settings
from server.directory import DirectoryFile
from server.errors import NotFound
from server.exchange.lane import Backoff, LaneTools
from server.exchange.relay import Relay
from server.exchange.road import Road
from server.exchange.supervise import expire, reroute, sweep
from server.mailboxes import Mailboxes
from server.node import Node
from server.rates import Rates
from server.sessions import Sessions
from server.store.blobs import Blobs
from server.store.database import open_database
from server.store.work import Stamp, Work
from server.store.writer import Writer
from signing.suites import Suite, suite_of
from signing.timestamp import LocalAuthority, TimestampSource, request_timestamp

if TYPE_CHECKING:
    from server.exchange.relay_transport import NeighbourTransport

_logger = logging.getLogger("yidao.node")

RESOURCES: Final = (
    session, directory, dispatches, uploads, mailbox, consignments, relay, log, timestamp, health,
)  # fmt: skip


def build(node: Node) -> Starlette:
    """The ASGI application of a node."""
    routes = [entry for resource in RESOURCES for entry in resource.ROUTES]

    async def nowhere(request: Request, _: Exception) -> Response:
        return refuse(NotFound(request.url.path), request)

    app = Starlette(routes=routes, exception_handlers={404: nowhere, 405: nowhere})
    app.state.node = node
    return app


def open_node(
    folder: DataFolder,
    *,
    clock: Clock = system_clock,
    randomness: Randomness = system_randomness,
    on_fatal: Callable[[], None] = lambda: None,
) -> Node:
    """Open everything; nothing runs yet. Raises `NotSetUp` for what is missing."""
    settings = load_settings(folder)
    identity = load_identity(folder, settings, randomness)
    known = DirectoryFile(folder.directory, identity.anchors, clock)
    folder.uploads.mkdir(exist_ok=True)
    database = open_database(folder.database, identity.database_key)
    blobs = Blobs(folder.blobs, randomness)
    source: TimestampSource | None = None
    if identity.timestamps:
        first, *others = identity.timestamps
        source = LocalAuthority(first, clock, randomness, others=others)
    writer = Writer(
        database,
        node=identity.node,
        signer=identity.signer,
        log_key=identity.log,
        clock=clock,
        stamp=_stamp(source, randomness, suite_of(identity.signer.algorithm)),
        on_fatal=on_fatal,
    )

    def road() -> Road:
        return Road(identity.node, known.current(), settings.neighbours)

    neighbours = Relay(
        LaneTools(
            node=identity.node,
            road=road,
            database=database,
            blobs=blobs,
            writer=writer,
            signer=identity.signer,
            clock=clock,
            backoff=Backoff(settings.retry_first, settings.retry_last, randomness),
            transport=lambda url: _transport(url, folder / "tls-ca.pem"),
        )
    )
    return Node(
        folder=folder,
        settings=settings,
        identity=identity,
        clock=clock,
        randomness=randomness,
        directory=known,
        database=database,
        blobs=blobs,
        writer=writer,
        relay=neighbours,
        mailboxes=Mailboxes(),
        sessions=Sessions(identity.node, database, clock, randomness),
        rates=Rates(BODY_REQUESTS_PER_SECOND, BODY_REQUEST_BURST, time.monotonic),
        timestamps=source,
    )


def _transport(url: str, tls_ca: Path) -> "NeighbourTransport":
    # Loading requests costs a start a sixth of its time, and only a lane needs it.
    from server.exchange.relay_transport import NeighbourTransport  # noqa: PLC0415 - loaded when used: start-up stays quick

    return NeighbourTransport(url, tls_ca)


def _stamp(source: TimestampSource | None, randomness: Randomness, suite: Suite) -> Stamp:
    if source is None:
        return lambda _: None
    return lambda record: request_timestamp(record, source, randomness, suite=suite)


class Running:
    """A node with its threads: from `start` to `stop`."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the writer, the relay and the supervision."""
        node = self._node
        node.mailboxes.attach(loop)

        def told(bodies: frozenset[str], lanes: frozenset[str]) -> None:
            node.mailboxes.wake(bodies)
            if lanes:
                node.relay.nudge()

        node.writer.listen(told)
        node.writer.start()
        self.supervise("routes", self._reroute)
        node.relay.start()
        self._supervisor.start()

    def drain(self) -> None:
        """Take no new work; let long polls end."""
        self._node.draining = True
        self._node.mailboxes.close()

    def stop(self) -> None:
        """Finish what is under way, durably, then end; blocking."""
        self._stopping.set()
        self._node.relay.stop()
        self._supervisor.join()
        self._node.writer.stop()
        self._node.database.close()

    def _reroute(self, work: Work) -> None:
        reroute(work, self._node.road())

    def _supervise(self) -> None:
        node = self._node
        tasks: dict[str, Callable[[Work], None]] = {
            "routes": self._reroute,
            "deadlines": lambda work: expire(work, node.road()),
            "leftovers": lambda work: sweep(work, node.blobs, node.folder.uploads),
            "sessions": node.sessions.sweep,
        }
        while not self._stopping.wait(node.settings.sweep_seconds):
            for name, task in tasks.items():
                self.supervise(name, task)

    def supervise(self, name: str, task: Callable[[Work], None]) -> None:
        """Run one task of the supervision; ``/v1/health`` shows what went wrong."""
        try:
            self._node.writer.do(task).result()
        except Exception as error:
            _logger.exception("supervision: %s", name)
            self._node.faults[name] = (str(error) or type(error).__name__)[:200]
        else:
            self._node.faults.pop(name, None)
