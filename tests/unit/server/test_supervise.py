"""Deadlines, sweeps, records that neighbours carry."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from formats.canonical import from_bytes
from formats.directory import UnknownNode
from formats.evidence.receipt import Receipt
from formats.protocol.messages import Submitted
from server.exchange import acts, outbox, supervise
from server.exchange.evidence import open_receipt
from server.exchange.road import Parcel, Road, tell_origin
from server.exchange.supervise import expire, reroute, sweep
from server.store.database import micros
from server.store.tables import consignments, mailbox, records, uploads
from server.store.tables import outbox as outbox_table
from server.store.work import Finish, RecordRef, Work
from tests.support.store import Store


def past(work: Work) -> int:
    return micros(work.now - timedelta(days=9))


def run(store: Store, operation: object) -> None:
    def do(work: Work) -> Finish[None]:
        operation(work)  # type: ignore[operator]  # a callable
        return lambda _: None

    store.do(do)


def state(store: Store, consignment: str) -> str:
    with store.database.reading.begin() as connection:
        query = consignments.select().where(consignments.c.consignment == consignment)
        return str(connection.execute(query).one().state)


def test_a_missed_deadline_is_stated_once(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    run(store, lambda work: work.connection.execute(update(consignments).values(due=past(work))))

    for _ in range(2):
        run(store, lambda work: expire(work, store.road))

    assert "expired" == state(store, sealed.header.recipients[0].consignment)
    assert 1 == store.count(records, records.c.event == "AcceptanceRejectionExpiry")


def test_what_cannot_be_delivered_in_time_ends_in_evidence_to_the_sender(
    store: Store, tmp_path: Path
) -> None:
    sealed = store.close(["340123.bgs"], tmp_path)
    store.submit(sealed)
    run(store, lambda work: work.connection.execute(update(consignments).values(until=past(work))))

    run(store, lambda work: expire(work, store.road))

    assert "undeliverable" == state(store, sealed.header.recipients[0].consignment)
    assert 0 == store.count(outbox_table)
    told = store.count(
        mailbox.join(records, mailbox.c.record == records.c.id),  # type: ignore[arg-type]  # a join
        records.c.event == "ContentConsignmentFailure",
        mailbox.c.body == "340000.bgt",
    )
    assert 1 == told


def test_a_consignment_that_fails_keeps_no_other_deadline_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (store.close(["340000.bgt"], tmp_path) for _ in range(2))
    store.submit(bad)
    store.submit(good)
    names = [one.header.recipients[0].consignment for one in (good, bad)]
    run(store, lambda work: work.connection.execute(update(consignments).values(due=past(work))))
    leaves = store.writer.head.size

    def tell(work: Work, road: Road, parcel: Parcel, ref: RecordRef) -> None:
        if parcel.consignment == names[1]:
            raise UnknownNode("no road")
        tell_origin(work, road, parcel, ref)

    monkeypatch.setattr(supervise, "tell_origin", tell)
    run(store, lambda work: expire(work, store.road))

    assert ["expired", "consigned"] == [state(store, name) for name in names]
    assert leaves + 1 == store.writer.head.size


def test_a_node_without_a_road_keeps_no_other_from_its_own(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in ("340100.bgs", "340123.bgs"):
        store.submit(store.close([body], tmp_path))

    def hop(_: Road, toward: str) -> str:
        if toward == "340100":
            raise UnknownNode("no road")
        return toward

    monkeypatch.setattr(Road, "hop", hop)
    run(store, lambda work: reroute(work, store.road))

    assert 1 == store.count(outbox_table, outbox_table.c.peer == "340123")


def test_an_upload_that_cannot_be_removed_keeps_no_other_there(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "u1").mkdir()  # unlink refuses a folder
    (tmp_path / "u2").write_bytes(b"half")

    def make(work: Work) -> None:
        for name in ("u1", "u2"):
            row = {"id": name, "owner": "340000.bgt", "digest": f"sha256:{name}", "size": 9}
            row.update(ticket_digest=None, finished=False, expires=past(work))  # type: ignore[call-overload]  # mixed
            work.connection.execute(insert(uploads).values(row))

    run(store, make)
    run(store, lambda work: sweep(work, store.blobs, tmp_path))

    assert (1, False) == (store.count(uploads), (tmp_path / "u2").exists())


def test_the_sweep_keeps_what_a_dispatch_or_an_upload_names(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    orphan = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    digests = [one.header.payload_digest for one in (sealed, orphan)]
    for digest in digests:
        os.utime(store.blobs.path(digest), (0, 0))

    run(store, lambda work: sweep(work, store.blobs, tmp_path))

    assert [True, False] == [store.blobs.has(digest) for digest in digests]


def test_a_lapsed_upload_is_removed_with_its_file(store: Store, tmp_path: Path) -> None:
    row = {"id": "u1", "owner": "340000.bgt", "digest": "sha256:" + "0" * 64, "size": 9}
    (tmp_path / "u1").write_bytes(b"half")

    def make(work: Work) -> None:
        row.update(ticket_digest=None, finished=False, expires=past(work))
        work.connection.execute(insert(uploads).values(row))

    run(store, make)
    run(store, lambda work: sweep(work, store.blobs, tmp_path))

    assert (0, False) == (store.count(uploads), (tmp_path / "u1").exists())


def test_what_waits_takes_the_road_of_today(store: Store, tmp_path: Path) -> None:
    store.submit(store.close(["340123.bgs"], tmp_path))
    direct = Road(store.road.here, store.road.directory, ())

    run(store, lambda work: reroute(work, direct))

    assert 1 == store.count(outbox_table, outbox_table.c.peer == "340123")


def test_a_carried_record_is_kept_and_passed_on_once(store: Store, tmp_path: Path) -> None:
    answer = from_bytes(Submitted, store.submit(store.close(["340000.bgt"], tmp_path)))
    item = open_receipt(answer.receipt, store.road.directory)
    other = from_bytes(Receipt, answer.receipt)
    assert other.record == item.opened.record
    before = store.count(records)

    for _ in range(2):
        run(store, lambda work: acts.take_record(work, store.road, item, "340123"))

    assert before == store.count(records)


@pytest.mark.parametrize("tries", [1, 3])
def test_a_row_put_off_is_not_due_and_the_others_are(
    store: Store, tmp_path: Path, tries: int
) -> None:
    store.submit(store.close(["340100.bgs", "340123.bgs"], tmp_path))
    with store.database.reading.begin() as connection:
        rows = outbox.due_rows(connection, "340100", 2**60, 10)
    for _ in range(tries):
        run(store, lambda work: outbox.later(work, rows[:1], 3600))

    def due(work: Work) -> Finish[list[outbox.Waiting]]:
        found = outbox.due_rows(work.connection, "340100", work.micros, 10)
        return lambda _: found

    assert rows[1:] == store.do(due)
