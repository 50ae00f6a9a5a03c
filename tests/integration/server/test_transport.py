"""What a neighbour's transport says of a peer that is not there, or is not the one."""

import socket
import threading
from pathlib import Path

import pytest

from formats.effects import system_clock, system_randomness
from formats.protocol import calls
from formats.protocol.errors import NodeUnreachable, NodeUntrusted
from server.exchange.relay_transport import NeighbourTransport
from signing.pilot import Pilot, issue_tls
from tests.support.nodes import PROVINCE, Nodes, free_ports


def test_nobody_there_is_unreachable(nodes: Nodes) -> None:
    ca = nodes[PROVINCE].folder / "tls-ca.pem"

    with pytest.raises(NodeUnreachable):
        NeighbourTransport(f"https://127.0.0.1:{free_ports(1)[0]}", ca).send(calls.health())


def test_a_certificate_of_another_authority_is_untrusted(nodes: Nodes, tmp_path: Path) -> None:
    nodes.start(PROVINCE)
    other = Pilot.create(tmp_path / "other", system_clock, system_randomness)
    issue_tls(other, tmp_path / "tls")

    with pytest.raises(NodeUntrusted):
        NeighbourTransport(nodes[PROVINCE].url, tmp_path / "tls" / "tls-ca.pem").send(
            calls.health()
        )


def test_a_connection_cut_inside_tls_is_unreachable_not_untrusted(nodes: Nodes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def cut() -> None:
            connection, _ = listener.accept()
            connection.recv(100)
            connection.close()

        cutting = threading.Thread(target=cut)
        cutting.start()
        with pytest.raises(NodeUnreachable):
            NeighbourTransport(
                f"https://127.0.0.1:{port}", nodes[PROVINCE].folder / "tls-ca.pem"
            ).send(calls.health())
        cutting.join()
