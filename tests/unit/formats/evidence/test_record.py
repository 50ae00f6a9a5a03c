"""Statements: canonical, small, never contradicting themselves, in legal order."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from formats.canonical import BadValue, NotCanonical
from formats.errors import TooLarge
from formats.evidence.record import (
    LABELS,
    NEGATIVE_EVENTS,
    BadStatement,
    Event,
    Reason,
    Statement,
    may_follow,
    parse_statement,
    statement_bytes,
)

DIGEST = "sha256:" + "1" * 64
REASON = Reason(code="node.full", text="存储空间不足")


def statement(**changes: Any) -> Statement:  # noqa: ANN401 - any field
    told: dict[str, Any] = {
        "event": "ContentConsignment",
        "dispatch": "01890000-0000-7000-8000-000000000001",
        "consignment": "01890000-0000-7000-8000-000000000002",
        "digest": DIGEST,
        "issuer": "340100",
        "at": datetime(2026, 11, 23, tzinfo=UTC),
        "seq": 1,
        "prev": DIGEST,
    }
    return Statement(**{**told, **changes})


def test_a_statement_is_read_back_as_it_was_written() -> None:
    assert statement() == parse_statement(statement_bytes(statement()))


def test_every_event_has_a_chinese_label() -> None:
    assert set(get_args(Event)) == set(LABELS)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"seq": 0}, "seq, prev"),
        ({"prev": None}, "seq, prev"),
        ({"issuer": "340100.bgs"}, "issuer"),
        ({"event": "ConsignmentAcceptance"}, "issuer"),
        ({"event": "ContentConsignmentFailure"}, "reasons"),
        ({"event": "ConsignmentAcceptance", "issuer": "340100.bgs"}, "document, report"),
        ({"consignment": None}, "consignment"),
    ],
)
def test_a_statement_that_contradicts_itself_is_refused(
    changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(BadStatement) as raised:
        statement(**changes)

    assert f"存证记录自相矛盾（{place}）" in raised.value.text()


@pytest.mark.parametrize("event", sorted(NEGATIVE_EVENTS))
def test_a_negative_event_needs_a_reason(event: Event) -> None:
    issuer = "340100.bgs" if event == "ConsignmentRejection" else "340100"
    with pytest.raises(BadStatement):
        statement(event=event, issuer=issuer)

    assert event == statement(event=event, issuer=issuer, reasons=(REASON,)).event


def test_a_statement_that_contradicts_itself_is_refused_when_read() -> None:
    data = statement_bytes(statement()).replace(b'"seq":1', b'"seq":0')
    with pytest.raises(BadStatement):
        parse_statement(data)


def test_a_statement_beyond_four_kibibytes_is_not_made() -> None:
    reasons = tuple(Reason(code="x", text="长" * 200) for _ in range(8))
    with pytest.raises(TooLarge):
        statement_bytes(statement(reasons=reasons))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b"ContentConsignment", b"Lost"),
        (b'"suite":"INTL"', b'"suite":"NONE"'),
        (b'"seq":1', b'"seq":9999'),
        (b"sha256:", b"md5:"),
    ],
)
def test_a_statement_with_a_wrong_value_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(BadValue):
        parse_statement(statement_bytes(statement()).replace(old, new))


def test_a_statement_in_another_form_is_refused() -> None:
    with pytest.raises(NotCanonical):
        parse_statement(b" " + statement_bytes(statement()))


SENT: list[Event] = ["SubmissionAcceptance"]
DELIVERED: list[Event] = [*SENT, "RelayAcceptance", "ContentConsignment"]
SIGNED: list[Event] = [*DELIVERED, "ContentAccessTracking", "ConsignmentAcceptance"]


@pytest.mark.parametrize(
    ("earlier", "event"),
    [
        ([], "SubmissionAcceptance"),
        (SENT, "RelayFailure"),
        (SENT, "ContentConsignment"),
        (DELIVERED, "ConsignmentAcceptance"),
        (DELIVERED, "ConsignmentRejection"),
        ([*DELIVERED, "AcceptanceRejectionExpiry"], "ConsignmentAcceptance"),
        ([*DELIVERED, "RecallRequest"], "RecallAcceptance"),
        ([*SIGNED, "RecallRequest"], "RecallRejection"),
        (SIGNED, "Registration"),
        ([*SIGNED, "Registration"], "Filing"),
    ],
)
def test_what_may_happen_next_is_allowed(earlier: list[Event], event: Event) -> None:
    assert may_follow(event, earlier)


@pytest.mark.parametrize(
    ("earlier", "event"),
    [
        ([], "ContentConsignment"),
        (SENT, "SubmissionAcceptance"),
        (SENT, "ConsignmentAcceptance"),
        (DELIVERED, "ContentConsignment"),
        (DELIVERED, "Filing"),
        (SIGNED, "ConsignmentAcceptance"),
        (SIGNED, "ConsignmentRejection"),
        (SIGNED, "AcceptanceRejectionExpiry"),
        ([*SIGNED, "RecallRequest"], "RecallAcceptance"),
        ([*DELIVERED, "RecallRequest", "RecallAcceptance"], "ConsignmentAcceptance"),
        (["SubmissionRejection"], "ContentConsignment"),
    ],
)
def test_what_may_not_happen_next_is_refused(earlier: list[Event], event: Event) -> None:
    assert not may_follow(event, earlier)
