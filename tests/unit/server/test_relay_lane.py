"""A lane and what is wrong in it: one thing that fails keeps nothing else from its way."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import insert, select, update

from formats.canonical import from_bytes
from formats.effects import system_clock, system_randomness
from formats.limits import MAX_RELAY_BYTES
from formats.protocol.errors import ExchangeFailed, NodeUnreachable, NotTheProtocol, ServerRefused
from formats.protocol.messages import Problem, RecordsOffer, RelayAnswer, RelayOffer
from formats.protocol.parts import PartsReader
from formats.protocol.wire import Call
from server.exchange import outbox as outbox_rows
from server.exchange.lane import Backoff, Lane, LaneTools
from server.exchange.relay import Relay
from server.store.database import micros
from server.store.tables import outbox
from server.store.work import Finish, Work
from signing.cms import open_attached
from tests.support.nodes import wait_until
from tests.support.store import Store

BUSY = Problem(
    type="x", title="x", status=503, code="node.draining", happened="x", safe="x", advice="x",
    detail="",
)  # fmt: skip


class Neighbour:
    """A neighbour, by its answer to a dispatch, and what it was offered."""

    def __init__(self, answer: Callable[[str], object]) -> None:
        self.offered: list[str] = []
        self._answer = answer

    def send(self, call: Call[Any]) -> object:
        """Read what is offered; give, or raise, the answer to it."""
        if call.request.path.endswith("records"):
            offer = from_bytes(RecordsOffer, open_attached(call.request.body).data)
            name = " ".join(item.dispatch for item in offer.records)
        else:
            reader = PartsReader([MAX_RELAY_BYTES])
            reader.feed(call.request.body)
            name = from_bytes(RelayOffer, open_attached(reader.parts[0]).data).dispatch
        self.offered.append(name)
        answer = self._answer(name)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing to give back."""


def tools_of(store: Store, neighbour: Neighbour) -> LaneTools:
    return LaneTools(
        node=store.road.here,
        road=lambda: store.road,
        database=store.database,
        blobs=store.blobs,
        writer=store.writer,
        signer=store.world.nodes[store.road.here].signer(),
        clock=system_clock,
        backoff=Backoff(3600, 3600, lambda count: b"\xff" * count),
        transport=lambda _: neighbour,  # type: ignore[arg-type,return-value]  # it has what a lane calls
    )


def refusing(_: str) -> Exception:
    return ServerRefused(BUSY)


def send_two(store: Store, folder: Path) -> tuple[str, str]:
    """Two dispatches that wait for the city."""
    sealed = [store.close(["340100.bgs"], folder) for _ in range(2)]
    for one in sealed:
        store.submit(one)
    return sealed[0].header.dispatch, sealed[1].header.dispatch


def not_due(store: Store) -> set[str]:
    query = select(outbox.c.dispatch).where(outbox.c.due > micros(system_clock()))
    with store.database.reading.begin() as connection:
        return set(connection.execute(query).scalars())


def never() -> bool:
    return False


def test_a_payload_that_is_lost_puts_off_its_own_dispatch_alone(
    store: Store, tmp_path: Path
) -> None:
    lost = store.close(["340100.bgs"], tmp_path)
    store.submit(lost)
    good, other = send_two(store, tmp_path)
    store.blobs.path(lost.header.payload_digest).unlink()
    neighbour = Neighbour(refusing)
    lane = Lane("340100", tools_of(store, neighbour))

    lane.run(never)

    assert {good, other} == set(neighbour.offered)
    assert {good, other, lost.header.dispatch} == not_due(store)
    assert not store.writer.failed


def test_a_mistake_in_one_dispatch_is_put_off_and_shown(store: Store, tmp_path: Path) -> None:
    first, second = send_two(store, tmp_path)
    neighbour = Neighbour(lambda name: KeyError("mistake") if name == first else refusing(name))
    lane = Lane("340100", tools_of(store, neighbour))

    lane.run(never)

    assert [first, second] == neighbour.offered
    assert lane.trouble


@pytest.mark.parametrize("failure", [NodeUnreachable, NotTheProtocol])
def test_what_was_under_way_when_the_lane_failed_is_tried_last(
    store: Store, tmp_path: Path, failure: type[ExchangeFailed]
) -> None:
    first, second = send_two(store, tmp_path)
    neighbour = Neighbour(lambda name: failure("cut") if name == first else refusing(name))
    lane = Lane("340100", tools_of(store, neighbour))
    with pytest.raises(failure):
        lane.run(never)
    with suppress(failure):
        lane.run(never)

    assert [first, second] == neighbour.offered[:2]


def test_a_consignment_that_no_receipt_names_is_not_forgotten(store: Store, tmp_path: Path) -> None:
    first, _ = send_two(store, tmp_path)
    neighbour = Neighbour(
        lambda name: RelayAnswer(receipts=()) if name == first else refusing(name)
    )

    Lane("340100", tools_of(store, neighbour)).run(never)

    assert first in not_due(store)


def test_a_record_that_is_lost_does_not_keep_the_others_back(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    dispatch = sealed.header.dispatch

    def queue(work: Work) -> Finish[None]:
        ref = work.last(dispatch, sealed.header.recipients[0].consignment)
        assert ref
        work.send_record("340100", "340123", dispatch, None, ref)
        work.send_record("340100", "340123", dispatch, None, ref)
        lost = select(outbox.c.id).order_by(outbox.c.id).limit(1).scalar_subquery()
        work.connection.execute(update(outbox).where(outbox.c.id == lost).values(record=10**9))
        return lambda _: None

    store.do(queue)
    neighbour = Neighbour(refusing)

    Lane("340100", tools_of(store, neighbour)).run(never)

    assert [dispatch] == neighbour.offered


def test_an_outbox_row_without_its_dispatch_does_not_spin(store: Store) -> None:
    row = {"id": 1, "peer": "340100", "kind": "consignment", "urgent": False, "toward": "340100"}
    row |= {"dispatch": "d", "consignment": "c", "record": None, "due": 0, "tries": 0}

    def queue(work: Work) -> Finish[None]:
        work.connection.execute(insert(outbox).values(row))
        return lambda _: None

    store.do(queue)

    Lane("340100", tools_of(store, Neighbour(refusing))).run(never)

    assert {"d"} == not_due(store)


def test_a_relay_that_cannot_look_goes_on_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = outbox_rows.lanes

    def broken(*_: object) -> NoReturn:
        raise RuntimeError("mistake")

    tools = tools_of(store, Neighbour(refusing))
    quick = Backoff(0.01, 0.01, system_randomness)
    relay = Relay(LaneTools(**{n: getattr(tools, n) for n in tools.__slots__} | {"backoff": quick}))
    monkeypatch.setattr(outbox_rows, "lanes", broken)
    relay.start()
    wait_until(lambda: relay.fault == "mistake")
    monkeypatch.setattr(outbox_rows, "lanes", whole)

    wait_until(lambda: not relay.fault)
    relay.stop()
