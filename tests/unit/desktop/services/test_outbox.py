"""The outbox at work, where it must agree with the other side."""

from desktop.services import outbox
from formats.protocol.states import AlreadyDecided
from server.errors import ChainMoved


def test_the_codes_that_the_outbox_acts_upon_are_those_that_a_node_gives() -> None:
    assert (ChainMoved.code, AlreadyDecided.code) == (outbox.CHAIN_MOVED, outbox.ALREADY_DECIDED)
