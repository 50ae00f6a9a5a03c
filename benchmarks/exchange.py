"""A node accepting documents, beside the least that any server must do with the same bytes.

`python -m benchmarks.exchange`; needs SoftHSM. The limit is a bare server in a process of its own:
socket, SHA-256, one file, fsync, one byte of answer; no TLS, no signatures, no database. Both arms
have the same clients, take turns, and sync to the same disk. Documents are closed beforehand.
"""

import argparse
import hashlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Final

from formats.limits import KIB, MIB
from signing.envelope import SealedDispatch
from tests.support.nodes import PROVINCE, Desk, Nodes, submit_call
from tests.support.pki import build_world, softhsm_in, write_softhsm_conf

ROUNDS: Final = 5
CLIENTS: Final = 8
SIZES: Final = ((20 * KIB, "20_kib", 48, 0.05), (MIB, "1_mib", 12, 0.2))
"""Bytes, name, documents a round, goal. All rounds together stay within one body's burst."""

_LENGTH: Final = 8
_PIECE: Final = 64 * KIB


def main() -> None:
    """Print one JSON object a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=Path, help=argparse.SUPPRESS)
    folder = parser.parse_args().limit
    if folder is not None:
        serve_limit(folder)
        return
    with tempfile.TemporaryDirectory() as place:
        _measure(Path(place))


def _measure(place: Path) -> None:
    os.environ["SOFTHSM2_CONF"] = str(write_softhsm_conf(place / "hsm"))
    try:
        softhsm = softhsm_in(place / "hsm")
    except (OSError, LookupError) as error:
        print(json.dumps({"name": "exchange.accept", "note": f"lacks SoftHSM: {error}"}))
        return
    nodes = Nodes(build_world(place / "world", softhsm), place / "road")
    limit = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.exchange", "--limit", str(place)],
        stdout=subprocess.PIPE,
    )
    try:
        nodes.start(PROVINCE)
        port = int(limit.stdout.readline()) if limit.stdout else 0
        for size, name, documents, goal in SIZES:
            _figure(nodes, place, port, size=size, name=name, documents=documents, goal=goal)
    finally:
        limit.kill()
        limit.wait()
        nodes.close()


def _figure(
    nodes: Nodes, place: Path, port: int, *, size: int, name: str, documents: int, goal: float
) -> None:
    desk = nodes.desk(PROVINCE)
    desks = [nodes.desk(PROVINCE) for _ in range(CLIENTS)]
    session = desk.log_in()
    for client in desks:
        client.session = session
    ours, limits = [], []
    for number in range(-1, ROUNDS):
        sealed = [
            desk.close_dispatch([desk.body], os.urandom(size), place) for _ in range(documents)
        ]
        accepted = _rate(sealed, lambda at, one: _submit(desks[at], one))
        bare = _rate(sealed, lambda _, one: _send(port, one))
        if number >= 0:  # the first round warms both
            ours.append(accepted)
            limits.append(bare)
        for one in sealed:
            one.payload_path.unlink()
    value, other = statistics.median(ours), statistics.median(limits)
    note = f"{CLIENTS} clients on the same machine; one recipient; every answer is a receipt"
    line = {
        "name": f"exchange.accept.{name}", "value": round(value, 1), "unit": "documents/s",
        "peer": "socket, SHA-256, file, fsync", "peer_value": round(other, 1),
        "ratio": round(value / other, 3), "goal": goal, "better": "higher", "runs": ROUNDS,
        "note": note,
    }  # fmt: skip
    print(json.dumps(line, ensure_ascii=False))


def _rate(sealed: Sequence[SealedDispatch], send: Callable[[int, SealedDispatch], object]) -> float:
    """Documents a second, sent by all clients at once."""

    def client(number: int) -> None:
        for one in sealed[number::CLIENTS]:
            send(number, one)

    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.perf_counter()
        for done in [pool.submit(client, number) for number in range(CLIENTS)]:
            done.result()
    return len(sealed) / (time.perf_counter() - began)


def _submit(desk: Desk, sealed: SealedDispatch) -> None:
    desk.send(submit_call(sealed))


# --- the limit ----------------------------------------------------------------------------------
def _send(port: int, sealed: SealedDispatch) -> None:
    data = sealed.header_p7m + sealed.keys_p7m + sealed.payload_path.read_bytes()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(len(data).to_bytes(_LENGTH, "big") + data)
        if connection.recv(1) != b"\x01":
            raise ConnectionError("no answer")


def serve_limit(folder: Path) -> None:
    """The bare server; prints its port, ends with the process that started it."""
    numbers = count()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _ = server.accept()
            path = folder / f"limit-{next(numbers)}"
            threading.Thread(target=_take, args=(connection, path), daemon=True).start()


def _take(connection: socket.socket, path: Path) -> None:
    digest = hashlib.sha256()
    with connection, connection.makefile("rb") as stream, path.open("xb") as file:
        left = int.from_bytes(stream.read(_LENGTH), "big")
        while left and (piece := stream.read(min(left, _PIECE))):
            left -= len(piece)
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        connection.sendall(b"\x01")
    path.unlink()


if __name__ == "__main__":
    main()
