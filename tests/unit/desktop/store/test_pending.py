import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.store import cursor, pending, receipts, schema
from desktop.store.pending import PendingEvent

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def db() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for statements in schema.VERSIONS:
        for statement in statements:
            connection.execute(statement)
    return connection


def event(identifier: str = "a", key: str = "submit:d") -> PendingEvent:
    return PendingEvent(
        id=identifier,
        key=key,
        kind="submit",
        target="d",
        title="关于试点的通知",
        payload=b"",
        attempts=0,
        created=AT,
        next_at=AT,
        error="",
        stopped=False,
    )


def test_an_act_comes_back_as_it_was_queued(db: sqlite3.Connection) -> None:
    pending.add(db, event())

    assert (event(),) == pending.every(db)


def test_queuing_an_act_twice_is_once(db: sqlite3.Connection) -> None:
    pending.add(db, event("a"))
    pending.add(db, event("b"))

    assert ["a"] == [one.id for one in pending.every(db)]


def test_the_pauses_grow_and_then_stay(db: sqlite3.Connection) -> None:
    pending.add(db, event())
    pauses = []
    for _ in range(6):
        (waiting,) = pending.every(db)
        counted = pending.attempt(db, waiting)
        assert counted is not None
        pending.tried(db, counted, at=AT, error="x", jitter=0)
        pauses.append((pending.every(db)[0].next_at - AT) / timedelta(seconds=1))

    assert [5, 30, 120, 600, 600, 600] == pauses


def test_jitter_stretches_a_pause_by_a_quarter_at_most(db: sqlite3.Connection) -> None:
    pending.add(db, event())
    pending.tried(db, event(), at=AT, error="x", jitter=1)

    assert AT + timedelta(seconds=6.25) == pending.every(db)[0].next_at


def test_a_refused_act_stays_and_says_why(db: sqlite3.Connection) -> None:
    pending.add(db, event())
    pending.stop(db, "a", "不予受理")

    (waiting,) = pending.every(db)
    assert (True, "不予受理") == (waiting.stopped, waiting.error)


def test_a_try_is_counted_before_it_is_made(db: sqlite3.Connection) -> None:
    pending.add(db, event())

    counted = pending.attempt(db, event())

    assert (replace(event(), attempts=1),) == pending.every(db) == (counted,)


def test_an_act_that_was_taken_back_is_not_tried(db: sqlite3.Connection) -> None:
    assert pending.attempt(db, event()) is None


def test_the_cursor_never_goes_back(db: sqlite3.Connection) -> None:
    cursor.move(db, "mailbox", 7)
    cursor.move(db, "mailbox", 3)

    assert 7 == cursor.get(db, "mailbox")


def test_a_record_is_kept_once_with_its_first_receipt(db: sqlite3.Connection) -> None:
    first = receipts.KeptReceipt("sha256:1", "d", None, 0, "SubmissionAcceptance", AT, b"first")
    again = receipts.KeptReceipt("sha256:1", "d", None, 0, "SubmissionAcceptance", AT, b"again")

    assert (True, False) == (receipts.put(db, first), receipts.put(db, again))
    assert [b"first"] == [kept.receipt for kept in receipts.of_dispatch(db, "d")]
