"""Submission, mailbox, acts: one transaction each, once for ever."""

from pathlib import Path

import msgspec
import pytest

from formats.canonical import from_bytes
from formats.errors import YidaoError
from formats.protocol.messages import Submitted
from formats.protocol.states import AlreadyDecided
from server.errors import ActRefused, ChainMoved, Draining, IdTaken, NotFound
from server.exchange import acts
from server.exchange.consign import submit
from server.store.tables import consignments, dispatches, mailbox, outbox, records
from tests.support.store import Store

BODIES = ["340000.bgt", "340100.bgs", "340123.bgs"]


def test_a_dispatch_fans_out_to_mailbox_and_outbox_in_one_go(store: Store, tmp_path: Path) -> None:
    store.submit(store.close(BODIES, tmp_path))

    counts = [store.count(table) for table in (dispatches, consignments, outbox)]
    assert [1, 3, 2] == counts
    assert 1 == store.count(mailbox, mailbox.c.kind == "consignment")


def test_the_road_to_the_county_leads_over_the_city(store: Store, tmp_path: Path) -> None:
    store.submit(store.close(["340123.bgs"], tmp_path))

    assert 1 == store.count(outbox, outbox.c.peer == "340100", outbox.c.toward == "340123")


def test_a_repeated_submission_is_answered_with_the_same_bytes(
    store: Store, tmp_path: Path
) -> None:
    sealed = store.close(BODIES, tmp_path)
    first = store.submit(sealed)
    counts = [store.count(table) for table in (dispatches, consignments, outbox, records, mailbox)]

    second = store.submit(sealed)

    assert first == second
    assert counts == [
        store.count(table) for table in (dispatches, consignments, outbox, records, mailbox)
    ]


def test_two_submissions_of_one_dispatch_in_one_group_are_one(store: Store, tmp_path: Path) -> None:
    accepted = store.accept(store.close(BODIES, tmp_path))
    futures = [
        store.writer.submit(lambda work: submit(work, store.road, store.blobs, accepted))
        for _ in range(10)
    ]

    assert 1 == len({future.result(20) for future in futures})
    assert 1 == store.count(dispatches)


def test_other_content_under_the_same_id_is_refused(store: Store, tmp_path: Path) -> None:
    sealed = store.close(BODIES, tmp_path)
    store.submit(sealed)

    with pytest.raises(IdTaken):
        store.submit(store.close(BODIES, tmp_path, dispatch=sealed.header.dispatch))
    assert 1 == store.count(dispatches)


def test_a_dispatch_whose_payload_is_gone_is_not_taken(store: Store, tmp_path: Path) -> None:
    sealed = store.close(BODIES, tmp_path)
    store.blobs.path(sealed.header.payload_digest).unlink()

    with pytest.raises(Draining):
        store.submit(sealed)
    assert 0 == store.count(dispatches)


def test_the_answer_holds_the_receipt_of_the_submission(store: Store, tmp_path: Path) -> None:
    sealed = store.close(BODIES, tmp_path)

    answer = from_bytes(Submitted, store.submit(sealed))

    assert sealed.header.dispatch == answer.dispatch


def test_signing_wins_over_a_later_recall_and_both_are_in_the_evidence(
    store: Store, tmp_path: Path
) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    consignment = sealed.header.recipients[0].consignment
    recall = store.act("RecallRequest", sealed, "340000.bgt", consignment=consignment)
    signed = store.act("ConsignmentAcceptance", sealed, "340000.bgt", consignment=consignment)
    store.do(lambda work: acts.answer(work, store.road, consignment, "340000.bgt", signed))

    with pytest.raises(AlreadyDecided):
        store.do(lambda work: acts.ask_recall(work, store.road, consignment, "340000.bgt", recall))


def test_a_recall_wins_over_later_signing(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    consignment = sealed.header.recipients[0].consignment
    signed = store.act("ConsignmentAcceptance", sealed, "340000.bgt", consignment=consignment)
    recall = store.act("RecallRequest", sealed, "340000.bgt", consignment=consignment)

    done = store.do(
        lambda work: acts.ask_recall(work, store.road, consignment, "340000.bgt", recall)
    )

    assert ("recalled", False) == (done.state, done.pending)
    with pytest.raises(AlreadyDecided):
        store.do(lambda work: acts.answer(work, store.road, consignment, "340000.bgt", signed))
    assert 1 == store.count(records, records.c.event == "RecallAcceptance")


def test_a_second_signature_gets_the_first_receipt(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    consignment = sealed.header.recipients[0].consignment
    first, second = (
        store.act("ConsignmentAcceptance", sealed, "340000.bgt", consignment=consignment)
        for _ in range(2)
    )

    answers = [
        store.do(
            lambda work, act=act: acts.answer(work, store.road, consignment, "340000.bgt", act)
        )
        for act in (first, second)
    ]

    assert answers[0] == answers[1]


def test_a_delivery_is_acknowledged_once(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    consignment = sealed.header.recipients[0].consignment
    digest = sealed.header.payload_digest

    answers = [
        store.do(lambda work: acts.acknowledge(work, store.road, consignment, "340000.bgt", digest))
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert 1 == store.count(records, records.c.event == "ContentHandover")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"dispatch": "00000000-0000-7000-8000-000000000000"}, ActRefused),
        ({"digest": "sha256:" + "0" * 64}, ActRefused),
        ({"issuer": "340100.bgs"}, ActRefused),
        ({"prev": "sha256:" + "0" * 64}, ChainMoved),
        ({"seq": 40}, ChainMoved),
    ],
)
def test_an_act_that_is_not_upon_this_consignment_changes_nothing(
    store: Store, tmp_path: Path, change: dict[str, object], kind: type[YidaoError]
) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    consignment = sealed.header.recipients[0].consignment
    good = store.act("ConsignmentAcceptance", sealed, "340000.bgt", consignment=consignment)
    bad = acts.Opened(msgspec.structs.replace(good.statement, **change), good.record)

    with pytest.raises(kind):
        store.do(lambda work: acts.answer(work, store.road, consignment, "340000.bgt", bad))
    assert 0 == store.count(records, records.c.event == "ConsignmentAcceptance")


def test_a_stranger_finds_no_consignment(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340000.bgt"], tmp_path)
    store.submit(sealed)
    consignment = sealed.header.recipients[0].consignment
    signed = store.act("ConsignmentAcceptance", sealed, "340000.bgt", consignment=consignment)

    with pytest.raises(NotFound):
        store.do(lambda work: acts.answer(work, store.road, consignment, "340100.bgs", signed))
