"""Dispatches between province, city and county and their evidence back, over processes and TLS."""

import contextlib
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from formats.canonical import from_bytes
from formats.effects import system_clock
from formats.evidence.receipt import Receipt
from formats.limits import MIB
from formats.protocol import calls
from formats.protocol.errors import Conflict, NotThere, ServerRefused, SessionEnded
from formats.protocol.wire import Call
from signing.envelope import open_dispatch
from signing.evidence import verify_chain, verify_receipt
from signing.trust.snapshot import open_snapshot, trust_from_snapshot
from tests.support.nodes import (
    CITY,
    COUNTY,
    NODES,
    PROVINCE,
    Desk,
    Nodes,
    statement_of,
    submit_call,
)

MARKER = "不得见于节点的机密标记-7F3A".encode()


def send_to(
    desk: Desk, bodies: list[str], folder: Path, package: bytes = b"package"
) -> tuple[str, dict[str, str]]:
    """Submit a dispatch; its id, and the consignment of each body."""
    sealed = desk.close_dispatch(bodies, package, folder)
    desk.submit(sealed)
    return sealed.header.dispatch, {r.body: r.consignment for r in sealed.header.recipients}


def test_a_dispatch_reaches_city_and_county_and_its_receipts_come_back(
    road: Nodes, tmp_path: Path
) -> None:
    province, city, county = road.desk(PROVINCE), road.desk(CITY), road.desk(COUNTY)

    dispatch, to = send_to(province, ["340100.bgs", "340123.bgs"], tmp_path)
    city.wait_for("ContentConsignment", consignment=to["340100.bgs"])
    county.wait_for("ContentConsignment", consignment=to["340123.bgs"])
    county.sign_for(to["340123.bgs"])
    province.wait_for("ConsignmentAcceptance", consignment=to["340123.bgs"])

    view = province.send(calls.receipts(dispatch))
    states = {status.body: status.state for status in view.consignments}
    assert {"340100.bgs": "consigned", "340123.bgs": "signed_for"} == states
    county_chain = next(s.receipts for s in view.consignments if s.body == "340123.bgs")
    events = [statement_of(r).event for r in (view.submission, *county_chain)]
    assert [
        "SubmissionAcceptance",
        "RelayAcceptance",
        "RelayAcceptance",
        "ContentConsignment",
        "ConsignmentAcceptance",
    ] == events


def test_the_chain_that_comes_back_verifies_as_a_whole(road: Nodes, tmp_path: Path) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    sealed = province.close_dispatch(["340123.bgs"], b"package", tmp_path)
    consignment = sealed.header.recipients[0].consignment

    province.submit(sealed)
    county.wait_for("ContentConsignment", consignment=consignment)
    view = county.send(calls.consignment(consignment))
    county.send(calls.delivered(consignment, view.payload_digest))
    county.sign_for(consignment)
    province.wait_for("ConsignmentAcceptance", consignment=consignment)

    back = province.send(calls.receipts(sealed.header.dispatch))
    chain = [from_bytes(Receipt, r) for r in (back.submission, *back.consignments[0].receipts)]
    signed = province.send(calls.directory())
    snapshot = open_snapshot(signed or b"", road.world.anchors, now=system_clock())
    report = verify_chain(
        chain,
        trust=trust_from_snapshot(snapshot, road.world.anchors),
        log_keys={node.id: node.log_key for node in snapshot.nodes},
        header_p7m=sealed.header_p7m,
    )
    assert [] == [reason for event in report.events for reason in event.reasons]
    assert report.ok


def test_the_recipient_opens_what_the_sender_closed(road: Nodes, tmp_path: Path) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    package = b"the package" * 5000
    _, to = send_to(province, ["340123.bgs"], tmp_path, package)
    consignment = to["340123.bgs"]

    county.wait_for("ContentConsignment", consignment=consignment)
    view = county.send(calls.consignment(consignment))
    payload = county.fetch(consignment, tmp_path / "payload")
    snapshot = open_snapshot(
        county.send(calls.directory()) or b"", road.world.anchors, now=system_clock()
    )
    opened = open_dispatch(
        view.header,
        view.keys,
        payload,
        token=road.world.login("340123.bgs"),
        trust=trust_from_snapshot(snapshot, road.world.anchors),
        body_id="340123.bgs",
        out=tmp_path / "package",
    )

    assert package == opened.package_path.read_bytes()


def test_a_payload_is_fetched_in_parts(road: Nodes, tmp_path: Path) -> None:
    province, city = road.desk(PROVINCE), road.desk(CITY)
    sealed = province.close_dispatch(["340100.bgs"], b"0123456789" * 1000, tmp_path)
    consignment = sealed.header.recipients[0].consignment
    province.submit(sealed)
    city.wait_for("ContentConsignment", consignment=consignment)

    whole = sealed.payload_path.read_bytes()
    call = calls.payload(consignment, start=4000)
    answer = city.raw(Call(call.request, call.read))

    assert (206, whole[4000:]) == (answer.status, answer.body)
    assert (4000, len(whole)) == (call.read(answer).start, call.read(answer).total)


def test_a_large_payload_goes_by_upload_and_is_relayed_in_pieces(
    road: Nodes, tmp_path: Path
) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    sealed = province.close_dispatch(["340123.bgs"], bytes(20 * MIB), tmp_path)
    header = sealed.header
    upload = province.send(calls.start_upload(header.payload_size, header.payload_digest))
    with sealed.payload_path.open("rb") as stream:
        while upload.offset < upload.size:
            stream.seek(upload.offset)
            chunk = stream.read(7 * MIB)
            upload = province.send(calls.continue_upload(upload, sealed.payload_path, chunk))

    province.send(submit_call(sealed, upload=upload.id))
    county.wait_for("ContentConsignment", consignment=header.recipients[0].consignment)
    payload = county.fetch(header.recipients[0].consignment, tmp_path / "payload")

    assert sealed.payload_path.read_bytes() == payload.read_bytes()


def test_an_upload_continues_where_it_stands_and_refuses_a_damaged_piece(
    road: Nodes, tmp_path: Path
) -> None:
    province = road.desk(PROVINCE)
    sealed = province.close_dispatch(["340123.bgs"], bytes(range(256)) * 1000, tmp_path)
    data = sealed.payload_path.read_bytes()
    start = calls.start_upload(len(data), sealed.header.payload_digest)
    upload = province.send(start)
    province.send(calls.continue_upload(upload, sealed.payload_path, data[:1000]))
    again = province.send(start)

    with pytest.raises(ServerRefused) as refusal:
        province.send(calls.continue_upload(again, sealed.payload_path, b"x" * 500))

    assert "node.checksum-mismatch" == refusal.value.reason
    assert 1000 == province.send(calls.upload_state(upload)).offset
    with pytest.raises(Conflict):
        province.send(calls.continue_upload(upload, sealed.payload_path, data[:1000]))


def test_a_repeated_submission_gets_the_same_bytes(road: Nodes, tmp_path: Path) -> None:
    province = road.desk(PROVINCE)
    sealed = province.close_dispatch(["340100.bgs"], b"once", tmp_path)

    first = province.raw(submit_call(sealed))
    second = province.raw(submit_call(sealed))

    assert (201, 200) == (first.status, second.status)
    assert first.body == second.body


def test_another_content_under_the_same_dispatch_is_refused(road: Nodes, tmp_path: Path) -> None:
    province = road.desk(PROVINCE)
    sealed = province.close_dispatch(["340100.bgs"], b"one", tmp_path)
    province.submit(sealed)
    other = province.close_dispatch(
        ["340100.bgs"], b"two", tmp_path, dispatch=sealed.header.dispatch
    )

    with pytest.raises(Conflict) as refusal:
        province.submit(other)

    assert "node.id-taken" == refusal.value.reason


def test_a_body_sees_nothing_of_another(road: Nodes, tmp_path: Path) -> None:
    province, city, county = road.desk(PROVINCE), road.desk(CITY), road.desk(COUNTY)
    dispatch, to = send_to(province, ["340123.bgs"], tmp_path)
    county.wait_for("ContentConsignment", consignment=to["340123.bgs"])

    for call in (calls.consignment(to["340123.bgs"]), calls.receipts(dispatch)):
        with pytest.raises(NotThere):
            city.raw(call)
    with pytest.raises(NotThere):
        county.send(calls.receipts(dispatch))
    with pytest.raises(SessionEnded):
        county.send(calls.consignment(to["340123.bgs"]), log_in=False)


def test_a_returned_consignment_is_not_signed_for_afterwards(road: Nodes, tmp_path: Path) -> None:
    province, city = road.desk(PROVINCE), road.desk(CITY)
    _, to = send_to(province, ["340100.bgs"], tmp_path)
    consignment = to["340100.bgs"]
    city.wait_for("ContentConsignment", consignment=consignment)
    view = city.send(calls.consignment(consignment))
    record = city.record("ConsignmentRejection", consignment, view.receipts)

    first = city.send(calls.act(consignment, "return", record))
    again = city.send(calls.act(consignment, "return", record))

    assert ("returned", first) == (first.state, again)
    with pytest.raises(Conflict) as refusal:
        city.sign_for(consignment)
    assert "exchange.already-decided" == refusal.value.reason
    province.wait_for("ConsignmentRejection", consignment=consignment)


def test_a_recall_before_signing_wins_and_both_sides_hold_the_evidence(
    road: Nodes, tmp_path: Path
) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    dispatch, to = send_to(province, ["340123.bgs"], tmp_path)
    consignment = to["340123.bgs"]
    county.wait_for("ContentConsignment", consignment=consignment)

    asked = province.recall(dispatch, consignment)
    at_sender = province.wait_for("RecallAcceptance", consignment=consignment)
    at_recipient = county.wait_for("RecallAcceptance", consignment=consignment)

    assert asked.pending
    record = from_bytes(Receipt, at_sender.receipt).record
    assert record == from_bytes(Receipt, at_recipient.receipt).record
    with pytest.raises(Conflict):
        county.sign_for(consignment)
    with pytest.raises(Conflict):
        county.raw(calls.payload(consignment))


def test_a_recall_after_signing_is_refused_with_evidence(road: Nodes, tmp_path: Path) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    dispatch, to = send_to(province, ["340123.bgs"], tmp_path)
    consignment = to["340123.bgs"]
    county.wait_for("ContentConsignment", consignment=consignment)
    county.sign_for(consignment)
    with contextlib.suppress(Conflict):  # the 签收 may be back before the recall is asked
        province.recall(dispatch, consignment)
        province.wait_for("RecallRejection", consignment=consignment)

    province.wait_for("ConsignmentAcceptance", consignment=consignment)
    view = province.send(calls.receipts(dispatch))
    assert "signed_for" == view.consignments[0].state


def test_a_reminder_reaches_the_recipient(road: Nodes, tmp_path: Path) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    dispatch, to = send_to(province, ["340123.bgs"], tmp_path)
    county.wait_for("ContentConsignment", consignment=to["340123.bgs"])

    province.remind(dispatch, to["340123.bgs"])
    entry = county.wait_for("Reminder", consignment=to["340123.bgs"])
    province.wait_for("ConsignmentNotification", consignment=to["340123.bgs"])

    assert "reminder" == entry.kind


def test_a_missed_deadline_ends_in_evidence_and_may_still_be_signed_for(
    road: Nodes, tmp_path: Path
) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    sealed = province.close_dispatch(
        ["340123.bgs"], b"late", tmp_path, sign_by=system_clock() + timedelta(seconds=1)
    )
    consignment = sealed.header.recipients[0].consignment
    province.submit(sealed)

    province.wait_for("AcceptanceRejectionExpiry", consignment=consignment)
    late = county.sign_for(consignment)

    assert "signed_for" == late.state


def test_an_act_signed_by_another_body_is_refused(road: Nodes, tmp_path: Path) -> None:
    province, city, county = road.desk(PROVINCE), road.desk(CITY), road.desk(COUNTY)
    _, to = send_to(province, ["340123.bgs"], tmp_path)
    consignment = to["340123.bgs"]
    county.wait_for("ContentConsignment", consignment=consignment)
    view = county.send(calls.consignment(consignment))
    forged = city.record("ConsignmentAcceptance", consignment, view.receipts)

    with pytest.raises(ServerRefused) as refusal:
        county.send(calls.act(consignment, "sign-for", forged))

    assert "node.act-refused" == refusal.value.reason
    assert "consigned" == county.send(calls.consignment(consignment)).state


def test_the_province_stamps_its_receipts_with_the_time(road: Nodes, tmp_path: Path) -> None:
    province = road.desk(PROVINCE)
    sealed = province.close_dispatch(["340100.bgs"], b"stamped", tmp_path)

    receipt = from_bytes(Receipt, province.submit(sealed).receipt)
    snapshot = open_snapshot(
        province.send(calls.directory()) or b"", road.world.anchors, now=system_clock()
    )
    verified = verify_receipt(
        receipt,
        trust_from_snapshot(snapshot, road.world.anchors),
        {node.id: node.log_key for node in snapshot.nodes},
    )

    assert verified.timestamp is not None


def test_no_file_of_any_node_holds_the_plaintext(road: Nodes, tmp_path: Path) -> None:
    province, county = road.desk(PROVINCE), road.desk(COUNTY)
    _, to = send_to(province, ["340100.bgs", "340123.bgs"], tmp_path, MARKER * 3000)
    county.wait_for("ContentConsignment", consignment=to["340123.bgs"])
    county.sign_for(to["340123.bgs"])

    holding = [path for name in NODES for path in road[name].files() if MARKER in path.read_bytes()]

    assert [] == holding


def test_no_title_or_body_of_the_store_lies_in_the_clear(road: Nodes, tmp_path: Path) -> None:
    province, city = road.desk(PROVINCE), road.desk(CITY)
    _, to = send_to(province, ["340100.bgs"], tmp_path)
    city.wait_for("ContentConsignment", consignment=to["340100.bgs"])

    database = b"".join(path.read_bytes() for path in road[CITY].folder.glob("node.db*"))

    assert to["340100.bgs"].encode() not in database


def test_the_self_check_of_a_running_node_finds_nothing(road: Nodes, tmp_path: Path) -> None:
    send_to(road.desk(PROVINCE), ["340100.bgs"], tmp_path)

    command = [sys.executable, "-m", "server.cli", "check", "--json", "--data"]
    done = subprocess.run([*command, road[PROVINCE].folder], capture_output=True, check=False)

    assert (0, b"") == (done.returncode, done.stderr), done.stdout
