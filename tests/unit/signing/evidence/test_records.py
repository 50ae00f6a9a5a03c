"""Records, receipts and chains: what holds, and every way in which it does not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from formats.digests import digest
from formats.errors import YidaoError
from formats.evidence.checkpoint import CheckpointInvalid
from formats.evidence.merkle import ProofInvalid
from formats.evidence.receipt import Receipt
from formats.evidence.record import LABELS, Reason, Statement
from formats.ids import sha256
from signing.cms import sign_attached
from signing.errors import IssuerMismatch, SignatureInvalid
from signing.evidence import ChainReport, open_record, sign_record, verify_chain, verify_receipt
from signing.evidence.faults import UnknownLog, WrongParty
from signing.timestamp import TimestampInvalid
from signing.trust.errors import Expired, UnknownIssuer
from signing.trust.store import TrustStore
from tests.support.evidence import CITY, COUNTY, PROVINCE, Journey, start_journey

SUBMITTED, RELAYED, DELIVERED, SIGNED = range(4)


def judged(journey: Journey, *receipts: Receipt) -> ChainReport:
    return verify_chain(
        receipts or journey.receipts,
        trust=journey.trust,
        log_keys=journey.log_keys,
        header_p7m=journey.sealed.header_p7m,
    )


def faults(report: ChainReport) -> list[str]:
    return [code for event in report.events for code, _ in event.reasons]


@pytest.fixture
def fresh(journey: Journey, tmp_path: Path) -> Journey:
    """A journey of its own in the same suite, for tests that add to it."""
    return start_journey(journey.world, tmp_path)


def changed(statement: Statement, **changes: Any) -> Statement:  # noqa: ANN401 - any field
    return msgspec.structs.replace(statement, **changes)


def test_a_record_opens_to_its_statement_and_issuer(journey: Journey) -> None:
    record = open_record(journey.receipts[SIGNED].record, journey.trust)

    assert journey.statements[SIGNED] == record.statement
    assert journey.world.signer(CITY).certificate == record.certificate
    assert digest(journey.receipts[SIGNED].record, journey.world.suite) == record.digest


def test_a_body_cannot_sign_in_another_s_name(journey: Journey) -> None:
    with pytest.raises(IssuerMismatch):
        sign_record(journey.statements[SIGNED], journey.world.signer(COUNTY))


def test_a_node_cannot_sign_for(journey: Journey) -> None:
    with pytest.raises(IssuerMismatch):
        sign_record(journey.statements[SIGNED], journey.signer("340100"))


def test_a_record_forged_in_another_s_name_is_refused(journey: Journey) -> None:
    from formats.evidence.record import statement_bytes  # noqa: PLC0415 - to forge

    forged = sign_attached(
        statement_bytes(journey.statements[SIGNED]), journey.world.signer(COUNTY), at=None
    )
    with pytest.raises(IssuerMismatch) as raised:
        open_record(forged, journey.trust)

    assert "不是所声明的“340100.bgs”" in raised.value.text()


def test_an_altered_record_is_refused(journey: Journey) -> None:
    record = journey.receipts[SIGNED].record
    with pytest.raises(SignatureInvalid):
        open_record(record.replace(b'"seq":3', b'"seq":4'), journey.trust)


def test_a_record_under_another_root_is_not_trusted(journey: Journey) -> None:
    with pytest.raises(UnknownIssuer):
        open_record(journey.receipts[SIGNED].record, TrustStore(()))


def test_a_record_proven_after_its_certificate_s_end_is_refused(journey: Journey) -> None:
    late = journey.statements[SIGNED].at + timedelta(days=36_500)
    with pytest.raises(Expired):
        open_record(journey.receipts[SIGNED].record, journey.trust, proven_at=late)


def test_a_receipt_holds_offline(journey: Journey) -> None:
    verified = verify_receipt(journey.receipts[SIGNED], journey.trust, journey.log_keys["340100"])

    assert journey.statements[SIGNED] == verified.record.statement
    assert "340100" == verified.node
    assert verified.timestamp is not None


def broken(receipt: Receipt, journey: Journey, fault: str) -> Receipt:
    other = journey.receipts[DELIVERED]
    first = receipt.inclusion[0]
    ways: dict[str, dict[str, Any]] = {
        "record-of-another": {"record": other.record},
        "timestamp-of-another": {"timestamp": other.timestamp},
        "timestamp-cut": {"timestamp": (receipt.timestamp or b"")[:-1]},
        "leaf-index": {"leaf_index": receipt.leaf_index - 1},
        "tree-size": {"tree_size": receipt.tree_size + 1},
        "proof-cut": {"inclusion": receipt.inclusion[1:]},
        "proof-altered": {"inclusion": (bytes(32), *receipt.inclusion[1:])},
        "proof-longer": {"inclusion": (*receipt.inclusion, first)},
        "checkpoint-of-another": {"checkpoint": other.checkpoint},
        "checkpoint-altered": {"checkpoint": receipt.checkpoint.replace("340100", "340123")},
    }
    return msgspec.structs.replace(receipt, **ways[fault])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("record-of-another", ProofInvalid),
        ("timestamp-of-another", TimestampInvalid),
        ("timestamp-cut", TimestampInvalid),
        ("leaf-index", ProofInvalid),
        ("tree-size", ProofInvalid),
        ("proof-cut", ProofInvalid),
        ("proof-altered", ProofInvalid),
        ("proof-longer", ProofInvalid),
        ("checkpoint-of-another", ProofInvalid),
        ("checkpoint-altered", CheckpointInvalid),
    ],
)
def test_a_receipt_with_a_fault_is_refused(
    journey: Journey, fault: str, error: type[YidaoError]
) -> None:
    with pytest.raises(error):
        verify_receipt(
            broken(journey.receipts[SIGNED], journey, fault), journey.trust, journey.log_keys
        )


def test_a_receipt_of_an_unknown_log_is_refused(journey: Journey) -> None:
    with pytest.raises(UnknownLog) as raised:
        verify_receipt(journey.receipts[SIGNED], journey.trust, {})

    assert "没有节点 340100 存证日志的公钥" in raised.value.text()


def test_a_node_s_record_in_another_s_log_is_refused(journey: Journey) -> None:
    astray = journey.logs["340123"].receipt(journey.receipts[DELIVERED].record, None)
    with pytest.raises(WrongParty):
        verify_receipt(astray, journey.trust, journey.log_keys)


def test_the_chain_of_a_whole_journey_holds(journey: Journey) -> None:
    report = judged(journey)

    assert report.ok
    assert [s.event for s in journey.statements] == [e.event for e in report.events]
    assert journey.sealed.header == report.header


def test_a_chain_without_its_beginning_is_broken(journey: Journey) -> None:
    report = judged(journey, *journey.receipts[1:])

    assert not report.ok
    assert {"evidence.chain-broken"} == set(faults(report))
    assert "存证链断开" in report.events[0].reasons[0][1]


def test_a_chain_with_a_record_left_out_is_broken(journey: Journey) -> None:
    kept = [r for i, r in enumerate(journey.receipts) if i != DELIVERED]

    assert ["evidence.chain-broken"] == faults(judged(journey, *kept))


def test_no_records_prove_nothing(journey: Journey) -> None:
    report = verify_chain([], trust=journey.trust, log_keys=journey.log_keys)

    assert not report.ok


def test_a_body_that_is_no_recipient_cannot_sign_for(fresh: Journey) -> None:
    fresh.travel()
    fresh.receipts, fresh.statements = fresh.receipts[:SIGNED], fresh.statements[:SIGNED]
    usurped = fresh.statement(
        "ConsignmentAcceptance",
        COUNTY,
        after=DELIVERED,
        body=CITY,
        document=sha256(b""),
        report=sha256(b""),
    )
    fresh.add(usurped, "340100")

    report = judged(fresh)
    assert ["evidence.wrong-party"] == faults(report)
    assert "“340123.bgs”无权" in report.events[-1].reasons[0][1]


def test_only_the_sender_recalls(fresh: Journey) -> None:
    fresh.travel()
    fresh.add(fresh.statement("RecallRequest", CITY, after=SIGNED, body=CITY), "340100")
    fresh.add(fresh.statement("RecallRequest", PROVINCE, after=SIGNED, body=CITY), "340100")

    assert ["evidence.wrong-party"] == faults(judged(fresh))


def test_a_document_is_signed_for_once(fresh: Journey) -> None:
    fresh.travel()
    again = changed(
        fresh.statements[SIGNED],
        seq=4,
        prev=digest(fresh.receipts[SIGNED].record, fresh.world.suite),
    )
    fresh.add(again, "340100")

    report = judged(fresh)
    assert ["evidence.out-of-order"] == faults(report)
    assert "“已签收”不能发生在此前的环节之后" in report.events[-1].reasons[0][1]


def test_a_document_signed_for_cannot_be_recalled_afterwards(fresh: Journey) -> None:
    fresh.travel()
    fresh.add(fresh.statement("RecallRequest", PROVINCE, after=SIGNED, body=CITY), "340100")
    fresh.add(fresh.statement("RecallAcceptance", "340100", after=4, body=CITY), "340100")

    assert ["evidence.out-of-order"] == faults(judged(fresh))


def test_a_recall_that_came_too_late_leaves_both_provable(fresh: Journey) -> None:
    fresh.travel()
    fresh.add(fresh.statement("RecallRequest", PROVINCE, after=DELIVERED, body=CITY), "340100")
    refusal = fresh.statement(
        "RecallRejection", "340100", after=4, body=CITY, reasons=(Reason(code="signed-for"),)
    )
    fresh.add(refusal, "340100")

    assert judged(fresh).ok


def test_records_of_another_dispatch_do_not_count(fresh: Journey, journey: Journey) -> None:
    fresh.travel()
    report = verify_chain(
        fresh.receipts,
        trust=fresh.trust,
        log_keys=fresh.log_keys,
        header_p7m=journey.sealed.header_p7m,
    )

    assert "evidence.other-dispatch" == faults(report)[0]


def test_a_link_to_another_consignment_is_broken(fresh: Journey) -> None:
    fresh.travel()
    crossed = fresh.statement("RelayAcceptance", "340123", after=DELIVERED, body=COUNTY)
    fresh.add(crossed, "340123")

    assert ["evidence.chain-broken"] == faults(judged(fresh))


def test_a_header_that_does_not_hold_is_a_fault_of_the_whole(journey: Journey) -> None:
    report = verify_chain(
        journey.receipts,
        trust=journey.trust,
        log_keys=journey.log_keys,
        header_p7m=journey.sealed.header_p7m[:-1],
    )

    assert not report.ok
    assert report.reasons


def test_every_event_can_be_told_to_an_english_reader() -> None:
    from formats.i18n import tr  # noqa: PLC0415 - one use

    assert all(label != tr(label, language="en") for label in LABELS.values())
