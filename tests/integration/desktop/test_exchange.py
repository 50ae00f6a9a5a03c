"""The main job between real clients and real nodes: draft, send, receive, sign for, file, find."""

from pathlib import Path

import msgspec
import pytest

from desktop.errors import NotFound, WrongState
from desktop.services import opening, outbox
from desktop.services.keeping import file_name
from desktop.store import mailbox
from formats.document.model import Document, DocumentNumber
from formats.errors import Refused, YidaoError
from tests.integration.desktop.conftest import Client, Desks
from tests.support.nodes import CITY, COUNTY, PROVINCE, wait_until


def numbered(document: Document, serial: int, **changes: object) -> Document:
    """The notice under another number."""
    number = DocumentNumber(mark="皖政办", year=2026, serial=serial)
    return msgspec.structs.replace(document, number=number, **changes)


def arrive(client: Client, title: str) -> str:
    """Synchronise until a document of that title is here; its consignment."""

    def found() -> list[str]:
        client.incoming.sync()
        return [row.id for row in client.incoming.list() if row.title == title]

    wait_until(lambda: bool(found()))
    return found()[0]


def test_a_document_travels_is_signed_for_filed_and_found(
    road: Desks, notice: Document, tmp_path: Path
) -> None:
    travel(road, notice, tmp_path / "evidence.gwe")


def travel(desks: Desks, notice: Document, bundle: Path) -> None:
    """The main job, in whatever suite the desks are: every step of it is asserted."""
    province, city, county = desks.open(PROVINCE), desks.open(CITY), desks.open(COUNTY)
    dispatch = province.seal(notice)

    sent = province.outgoing.send(dispatch)

    assert ("done", "") == (sent.outcome, sent.message)
    for client in (city, county):
        consignment = arrive(client, notice.title)
        detail = client.incoming.get(consignment)
        assert ("pending", "green") == (detail.row.state, detail.row.verdict)
        assert all(event.verified for event in detail.events)
        (signed,) = client.incoming.sign_for([consignment])
        assert ("done", "") == (signed.outcome, signed.message)
        filed = client.filing.file_incoming(consignment)
        assert filed.id == client.filing.search("试点").hits[0].id
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "signed")
    province.filing.file_outgoing(dispatch)
    assert 1 == province.filing.search("认真贯彻").count
    report = province.evidence.export(dispatch, bundle)
    assert (True, ()) == (report.ok, report.reasons)


def test_the_files_beside_a_document_arrive_as_they_were(
    road: Desks, notice: Document, tmp_path: Path
) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 20, title="关于报送统计表的通知")
    (tmp_path / "统计表.xlsx").write_bytes(b"PK" + bytes(range(256)) * 40)
    draft = province.drafting.save(document, main=["340100.bgs"])
    province.drafting.attach(draft.id, tmp_path / "统计表.xlsx")

    province.outgoing.send(province.sealing.seal(draft.id).dispatch)
    consignment = arrive(city, document.title)
    written = city.incoming.save(consignment, tmp_path / "out")

    names = [file_name(document.title, ".pdf"), "统计表.xlsx", file_name(document.title, ".asice")]
    assert names == [p.name for p in written]
    assert (tmp_path / "统计表.xlsx").read_bytes() == written[1].read_bytes()


def test_a_return_reaches_the_sender_with_its_reason(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 21, title="关于误送的通知")
    dispatch = province.seal(document, ("340100.bgs",))
    province.outgoing.send(dispatch)
    consignment = arrive(city, document.title)

    result = city.incoming.return_document(consignment, reason="misdirected", note="应送某县")

    assert "done" == result.outcome
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "partly_returned")
    (entry,) = province.outgoing.track(dispatch).consignments
    assert ("returned", "误送：应送某县") == (entry.state, entry.reason)
    with pytest.raises(WrongState):
        city.incoming.return_document(consignment, reason="misdirected")


def test_a_return_for_another_reason_needs_words(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 22, title="关于退回理由的通知")
    province.outgoing.send(province.seal(document, ("340100.bgs",)))
    consignment = arrive(city, document.title)

    with pytest.raises(Refused) as refused:
        city.incoming.return_document(consignment, reason="other")

    assert "rules.blocked" == refused.value.code
    assert "pending" == city.incoming.get(consignment).row.state


def test_a_recall_before_signing_is_shown_on_both_sides(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 23, title="关于撤回的通知")
    dispatch = province.seal(document, ("340100.bgs",))
    province.outgoing.send(dispatch)
    consignment = arrive(city, document.title)

    (asked,) = province.outgoing.recall(dispatch, reason="数据有误")

    assert asked.outcome in {"done", "queued"}
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "recalled")
    (result,) = city.incoming.sign_for([consignment])
    assert "refused" == result.outcome
    assert "recalled" == city.incoming.get(consignment).row.state


def test_a_recall_after_signing_is_refused(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 24, title="关于不能撤回的通知")
    dispatch = province.seal(document, ("340100.bgs",))
    province.outgoing.send(dispatch)
    city.incoming.sign_for([arrive(city, document.title)])
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "signed")

    (result,) = province.outgoing.recall(dispatch, reason="数据有误")

    assert ("refused", "exchange.already-decided") == (result.outcome, result.code)
    assert "signed" == province.outgoing.get(dispatch).state


def test_a_reminder_reaches_the_recipient(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 25, title="关于催办的通知")
    dispatch = province.seal(document, ("340100.bgs",))
    province.outgoing.send(dispatch)
    consignment = arrive(city, document.title)

    (result,) = province.outgoing.remind(dispatch)

    def reminded() -> bool:
        city.incoming.sync()
        return "Reminder" in [e.event for e in city.incoming.get(consignment).events]

    assert "done" == result.outcome
    wait_until(reminded)
    assert "done" == city.incoming.sign_for([consignment])[0].outcome


def test_a_batch_is_signed_for_with_a_result_each(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    documents = [numbered(notice, 30 + n, title=f"关于批量签收的通知{n}") for n in range(2)]
    for document in documents:
        province.outgoing.send(province.seal(document, ("340100.bgs",)))
    chosen = [arrive(city, document.title) for document in documents]

    results = city.incoming.sign_for(chosen)

    assert [(c, "done") for c in chosen] == [(r.id, r.outcome) for r in results]


def test_the_city_reports_upward(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    report = msgspec.structs.replace(
        notice,
        kind="report",
        direction="up",
        issuers=("合肥市人民政府办公室",),
        number=DocumentNumber(mark="合政办", year=2026, serial=3),
        title="关于试点情况的报告",
        approvers=("张三",),
        main_recipients=("安徽省人民政府办公厅",),
        printer=None,
        print_date=None,
    )

    dispatch = city.seal(report)
    city.outgoing.send(dispatch)
    (result,) = province.incoming.sign_for([arrive(province, report.title)])

    assert "done" == result.outcome


def test_what_is_addressed_to_another_body_cannot_be_opened(road: Desks, notice: Document) -> None:
    province, county = road.open(PROVINCE), road.open(COUNTY)
    document = numbered(notice, 40, title="关于密送的通知")
    dispatch = province.seal(document, ("340100.bgs",))
    province.outgoing.send(dispatch)
    with province.workspace.vault.read() as db:
        header, keys = db.execute(
            "SELECT header, keys FROM outgoing WHERE dispatch = ?", (dispatch,)
        ).fetchone()

    with pytest.raises(YidaoError) as refused:
        opening.open_consignment(
            county.workspace,
            header=bytes(header),
            keys=bytes(keys),
            payload=outbox.payload_path(province.workspace, dispatch),
            accepted_at=None,
        )

    assert "signing.not-addressed" == refused.value.code


def test_a_damaged_payload_is_told_and_can_only_be_returned(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 41, title="关于损坏的通知")
    dispatch = province.seal(document, ("340100.bgs",))
    province.outgoing.send(dispatch)
    blobs = road.nodes[CITY].folder / "blobs"
    payload = outbox.payload_path(province.workspace, dispatch).read_bytes()

    def damaged() -> bool:
        for path in blobs.rglob("*"):
            if "incoming" in path.parts or not path.is_file() or path.read_bytes() != payload:
                continue
            path.chmod(0o600)
            path.write_bytes(payload[:-1] + bytes([payload[-1] ^ 1]))
            return True
        return False

    wait_until(damaged)
    wait_until(lambda: any(r.error for r in _synchronised(city)))
    (row,) = [r for r in city.incoming.list() if r.dispatch == dispatch]

    assert "unreadable" == row.state
    (refused,) = city.incoming.sign_for([row.id])
    assert ("refused", "desktop.wrong-state") == (refused.outcome, refused.code)
    returned = city.incoming.return_document(row.id, reason="attachment-missing")
    assert "done" == returned.outcome


def _synchronised(client: Client) -> tuple[object, ...]:
    client.incoming.sync()
    return client.incoming.list()


def test_the_archive_passes_its_check_and_comes_back_from_a_backup(
    road: Desks, tmp_path: Path
) -> None:
    province = road.open(PROVINCE)

    report = province.filing.check()
    province.filing.backup(tmp_path / "backup")

    assert (True, 1) == (report.ok, report.items), report.findings
    assert (tmp_path / "backup" / "vault.db").is_file()


def test_an_unknown_dispatch_is_said_to_be_unknown(road: Desks) -> None:
    with pytest.raises(NotFound):
        road.open(PROVINCE).outgoing.track("00000000-0000-7000-8000-000000000000")


def test_a_copy_that_the_disk_damaged_is_not_signed_for(road: Desks, notice: Document) -> None:
    province, city = road.open(PROVINCE), road.open(CITY)
    document = numbered(notice, 77, title="关于磁盘检查的通知")
    province.outgoing.send(province.seal(document, ("340100.bgs",)))
    consignment = arrive(city, document.title)
    with city.workspace.vault.read() as db:
        package = mailbox.get(db, consignment).package
    file = city.workspace.vault.blobs.path(package)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.chmod(0o600)
    file.write_bytes(data)

    (result,) = city.incoming.sign_for((consignment,))

    assert ("refused", "vault.blob-damaged") == (result.outcome, result.code)
    assert "pending" == city.incoming.get(consignment).row.state
