"""Serving: one process, granian's Rust server in it, one loop; stops cleanly on SIGTERM."""

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from server.app import Running, build, open_node
from server.config import DataFolder
from server.node import Node

_logger = logging.getLogger("yidao.node")

BACKPRESSURE: Final = 8192
"""Open requests; granian's default of 256 would stall the 257th long poll."""

DRAIN_SECONDS: Final = 30.0


def run(folder: DataFolder, *, host: str | None = None, port: int | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. Raises `NotSetUp`.

    Exit status 3: the disk or the writer failed, and only a restart tells what is durable.
    """
    return asyncio.run(_serve(folder, host, port))


async def _serve(folder: DataFolder, host: str | None, port: int | None) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_fatal() -> None:
        with suppress(RuntimeError):  # the loop has ended: the node stops already
            loop.call_soon_threadsafe(stop.set)

    node = open_node(folder, on_fatal=on_fatal)
    running = Running(node)
    running.start(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = _server(folder, node, host or node.settings.host, port or node.settings.port)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    failed = serving.done()
    running.drain()
    if not failed:
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
        try:
            await asyncio.wait_for(serving, DRAIN_SECONDS)
        except TimeoutError:
            _logger.warning("requests did not end in %s s", DRAIN_SECONDS)
    stopping.cancel()
    await asyncio.to_thread(running.stop)
    return 3 if node.writer.failed or failed else 0


def _server(folder: DataFolder, node: Node, host: str, port: int) -> Server:
    return Server(
        target=build(node),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=BACKPRESSURE,
        ssl_cert=folder / "tls.pem",
        ssl_key=folder / "tls.key",
        log_enabled=False,
    )


def configure_logging(*, verbose: bool = False) -> None:
    """Plain lines to standard error; never a document's content, a token or a key."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
