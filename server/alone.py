"""One process a data folder, one server a port: a second one is refused before it opens anything.

The server shares its port for the sake of several workers, so the system itself would let a second
node listen beside the first and hand each of them a part of the calls.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from server.config import DataFolder
from server.errors import AddressTaken, AddressUnusable, AlreadyRunning

LOCK: Final = "node.lock"


@contextmanager
def alone(folder: DataFolder, host: str, port: int) -> Iterator[None]:
    """Hold the folder while the node runs. Raises `AlreadyRunning`, `AddressUnusable`."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however
        except BlockingIOError as error:
            raise AlreadyRunning(str(folder.root), folder=folder.root) from error
        _require_free(host, port)
        yield
    finally:
        os.close(handle)


def _require_free(host: str, port: int) -> None:
    """Raises `AddressUnusable` when the server could not have the address to itself."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        kind_of = AddressTaken if error.errno == errno.EADDRINUSE else AddressUnusable
        raise kind_of(str(error), at=f"{host}:{port}") from error
