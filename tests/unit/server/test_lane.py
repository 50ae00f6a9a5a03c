"""Routing and the back-off of a lane; rates; mailboxes."""

import asyncio

import pytest

from formats.directory import UnknownNode
from server.directory import Directory, next_hop
from server.errors import TooManyRequests
from server.exchange.lane import Backoff
from server.mailboxes import Mailboxes
from server.rates import Rates


@pytest.mark.parametrize(
    ("here", "target", "neighbours", "hop"),
    [
        ("340000", "340123", ("340100",), "340100"),
        ("340000", "340123", (), "340123"),
        ("340123", "340000", ("340100",), "340100"),
        ("340100", "340123", ("340000", "340123"), "340123"),
    ],
)
def test_the_next_hop_is_the_target_or_the_nearest_neighbour(
    directory: Directory, here: str, target: str, neighbours: tuple[str, ...], hop: str
) -> None:
    assert hop == next_hop(directory, here, target, neighbours)


def test_a_node_that_is_not_listed_has_no_road(directory: Directory) -> None:
    with pytest.raises(UnknownNode):
        next_hop(directory, "340000", "350000", ())


@pytest.mark.parametrize("random", [b"\x00" * 4, b"\xff" * 4])
def test_the_back_off_doubles_with_jitter_and_ends_at_the_longest(random: bytes) -> None:
    backoff = Backoff(30, 1800, lambda _: random)

    waits = [backoff.seconds(tries) for tries in (1, 2, 3, 7, 60)]

    bounds = [30, 60, 120, 1800, 1800]
    assert all(0 <= wait <= bound for wait, bound in zip(waits, bounds, strict=True))
    assert waits[0] >= 15


def test_a_caller_over_its_rate_is_refused_and_served_again_later() -> None:
    now = [0.0]
    rates = Rates(1, 2, lambda: now[0])
    rates.spend("a")
    rates.spend("a")
    with pytest.raises(TooManyRequests):
        rates.spend("a")
    rates.spend("b")
    now[0] = 1.5

    rates.spend("a")


def test_a_waiting_poll_is_woken_only_for_its_body() -> None:
    async def scene() -> tuple[bool, bool]:
        mailboxes = Mailboxes()
        mailboxes.attach(asyncio.get_running_loop())
        mine, other = mailboxes.listen("a"), mailboxes.listen("b")
        mailboxes.wake(frozenset({"a"}))
        await mailboxes.wait(mine, 5)
        return mine.is_set(), other.is_set()

    assert (True, False) == asyncio.run(scene())
