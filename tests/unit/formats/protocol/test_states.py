"""The state machine of a consignment."""

from itertools import permutations

import pytest

from formats.protocol.states import DECISIVE, AlreadyDecided, NotYetArrived, decide, follow


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("ConsignmentAcceptance", "signed_for"),
        ("ConsignmentRejection", "returned"),
        ("RecallAcceptance", "recalled"),
    ],
)
@pytest.mark.parametrize("state", ["consigned", "delivered", "expired"])
def test_an_open_consignment_takes_each_outcome(state: str, event: str, outcome: str) -> None:
    assert outcome == decide(state, event)  # type: ignore[arg-type]  # from the table above


def test_a_repeated_outcome_changes_nothing() -> None:
    assert "signed_for" == decide("signed_for", "ConsignmentAcceptance")


def test_a_recall_after_signing_is_refused_and_says_what_stands() -> None:
    with pytest.raises(AlreadyDecided) as refusal:
        decide("signed_for", "RecallAcceptance")

    assert "该公文已经签收，不能再执行此操作。" == refusal.value.sentences("zh")[0]


def test_signing_after_a_recall_is_refused() -> None:
    with pytest.raises(AlreadyDecided):
        decide("recalled", "ConsignmentAcceptance")


def test_signing_before_arrival_is_refused() -> None:
    with pytest.raises(NotYetArrived):
        decide("relayed", "ConsignmentAcceptance")


def test_no_event_leaves_a_decisive_state() -> None:
    events = ("ContentHandover", "ContentConsignment", "SubmissionAcceptance", "Reminder")
    for state in DECISIVE:
        after = {decide(state, event) for event in events}  # type: ignore[arg-type]  # names above

        assert {state} == after


def test_evidence_shows_the_same_state_in_whatever_order_it_arrives() -> None:
    events = (
        "RelayAcceptance",
        "ContentConsignment",
        "ContentHandover",
        "ConsignmentAcceptance",
    )
    for order in permutations(events):
        state = "accepted"
        for event in order:
            state = follow(state, event)  # type: ignore[arg-type]  # starts as a State

        assert "signed_for" == state


def test_a_late_arrival_beats_giving_up() -> None:
    assert "consigned" == follow("undeliverable", "ContentConsignment")
