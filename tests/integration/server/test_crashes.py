"""Nodes that are down, killed or stopped: nothing is lost, nothing arrives twice."""

import threading
from pathlib import Path

import pytest

from formats.protocol import calls
from formats.protocol.errors import ExchangeFailed, NodeUnreachable
from tests.support.nodes import CITY, COUNTY, NODES, PROVINCE, Desk, Nodes, wait_until

BODIES = ["340100.bgs", "340123.bgs"]


def arrivals(desk: Desk, consignment: str) -> int:
    """How often a consignment is in the mailbox."""
    entries = desk.entries()
    return sum(e.kind == "consignment" and e.consignment == consignment for e in entries)


def test_a_node_that_is_down_gets_everything_when_it_is_back(nodes: Nodes, tmp_path: Path) -> None:
    nodes.start(PROVINCE, CITY)
    province = nodes.desk(PROVINCE)
    sealed = [province.close_dispatch(BODIES, b"%d" % i, tmp_path) for i in range(3)]
    for one in sealed:
        province.submit(one)
    with pytest.raises(NodeUnreachable):
        nodes.desk(COUNTY).entries()

    nodes.start(COUNTY)
    county = nodes.desk(COUNTY)
    for one in sealed:
        consignment = one.header.recipients[1].consignment
        county.wait_for("ContentConsignment", consignment=consignment)
        province.wait_for("ContentConsignment", consignment=consignment)

    counts = [arrivals(county, one.header.recipients[1].consignment) for one in sealed]
    assert [1, 1, 1] == counts


@pytest.mark.parametrize("victim", NODES)
def test_a_node_killed_during_a_send_loses_and_doubles_nothing(
    nodes: Nodes, tmp_path: Path, victim: str
) -> None:
    nodes.start()
    province = nodes.desk(PROVINCE)
    sealed = [province.close_dispatch(BODIES, b"%d" % i * 40_000, tmp_path) for i in range(6)]
    half = threading.Event()

    def send_all() -> None:
        """As a client does: repeat each until it has its receipt."""
        desk = nodes.desk(PROVINCE)
        for number, one in enumerate(sealed):
            if number == len(sealed) // 2:
                half.set()
            while True:
                try:
                    desk.submit(one)
                    break
                except ExchangeFailed:
                    desk.session = None
                    threading.Event().wait(0.1)

    sending = threading.Thread(target=send_all)
    sending.start()
    half.wait(30)
    nodes[victim].kill()
    nodes[victim].start()
    sending.join(60)

    desks = {"340100.bgs": nodes.desk(CITY), "340123.bgs": nodes.desk(COUNTY)}
    for one in sealed:
        for recipient in one.header.recipients:
            desks[recipient.body].wait_for("ContentConsignment", consignment=recipient.consignment)
    counts = {
        arrivals(desks[r.body], r.consignment) for one in sealed for r in one.header.recipients
    }
    assert {1} == counts
    sender = nodes.desk(PROVINCE)
    for one in sealed:
        wait_until(lambda one=one: _all_consigned(sender, one.header.dispatch))


def _all_consigned(desk: Desk, dispatch: str) -> bool:
    view = desk.send(calls.receipts(dispatch))
    return all(status.state == "consigned" for status in view.consignments)


def test_a_stopped_node_ends_long_polls_and_exits_cleanly(nodes: Nodes) -> None:
    nodes.start(PROVINCE)
    desk = nodes.desk(PROVINCE)
    desk.session = desk.log_in()
    pages: list[object] = []
    polling = threading.Thread(
        target=lambda: pages.append(desk.send(calls.mailbox(0, wait=30)).entries)
    )
    polling.start()
    threading.Event().wait(0.5)

    status = nodes[PROVINCE].stop()
    polling.join(10)

    assert (0, [()]) == (status, pages)


def test_a_session_survives_a_restart(nodes: Nodes) -> None:
    nodes.start(PROVINCE)
    desk = nodes.desk(PROVINCE)
    desk.entries()
    nodes[PROVINCE].kill()
    nodes[PROVINCE].start()

    assert () == desk.entries()
