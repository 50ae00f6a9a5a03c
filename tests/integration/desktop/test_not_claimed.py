"""What the desk says only on evidence: recalled, refused, gone; and what it cleans up."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from desktop.errors import WrongState
from desktop.services import drafting, leftovers, outbox
from desktop.services.session import Workspace
from desktop.store import cursor, dispatches, mailbox, pending, unverified
from desktop.store.mailbox import KeptIncoming
from formats.directory import Snapshot
from formats.document.model import Document, DocumentNumber
from formats.effects import system_clock, system_randomness
from formats.ids import new_id
from formats.protocol.wire import Call
from signing.tokens.base import Secret
from signing.trust.snapshot import sign_snapshot
from tests.integration.desktop.conftest import Client, Desks
from tests.support.nodes import CITY, PROVINCE, wait_until
from tests.support.pki import PIN


class Died(BaseException):
    """The process ended here."""


def lose_the_answer(client: Client, dispatch: str) -> None:
    """Send; the node accepts, and the client dies before it can note that."""
    transport = client.workspace.transport

    def run(call: Call[object]) -> object:
        type(transport).run(transport, call)
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport, "run", run)
        with pytest.raises(Died):
            client.outgoing.send(dispatch)


def reopened(desks: Desks, node: str) -> Client:
    """The client of a node, closed and opened again."""
    profile = desks.clients[node].workspace.profile
    desks.clients[node].workspace.close()
    client = Client(Workspace.open(profile, Secret(PIN)), desks.nodes[node])
    desks.clients[node] = client
    return client


def refusing(desks: Desks, notice: Document) -> tuple[Client, str]:
    """The province's client with a dispatch that its node has refused.

    The node's directory no longer names the recipient that the client's still does.
    """
    client = desks.open(PROVINCE)
    snapshot = client.workspace.snapshot
    fewer = tuple(body for body in snapshot.bodies if body.id != "340100.bgs")
    newer = msgspec.structs.replace(snapshot, version=snapshot.version + 1, bodies=fewer)
    signer = desks.nodes.world.pilot.directory_signer()
    folder = desks.nodes[PROVINCE].folder
    (folder / "directory.p7m").write_bytes(sign_snapshot(newer, signer, system_clock()))
    desks.nodes.start(PROVINCE)
    dispatch = client.seal(notice, ("340100.bgs",))
    assert "refused" == client.outgoing.send(dispatch).outcome
    assert "failed" == client.outgoing.get(dispatch).state
    return client, dispatch


def blobs_of(client: Client) -> set[str]:
    """The blobs that have a row, all of which have a file."""
    kept = {ref.id for ref in client.workspace.vault.blobs.all()}
    assert kept == {p.stem for p in client.workspace.vault.blobs.folder.glob("??/*")}
    return kept


def test_a_recall_after_a_lost_answer_goes_to_the_node(desks: Desks, notice: Document) -> None:
    desks.nodes.start(PROVINCE, CITY)
    dispatch = desks.open(PROVINCE).seal(notice, ("340100.bgs",))
    lose_the_answer(desks.open(PROVINCE), dispatch)
    client = reopened(desks, PROVINCE)

    client.outgoing.recall(dispatch, reason="数据有误")

    wait_until(lambda: client.outgoing.track(dispatch).row.state == "recalled")
    events = [event.event for event in client.outgoing.track(dispatch).events]
    assert {"RecallRequest", "RecallAcceptance"} <= set(events)
    assert () == client.outgoing.outbox()


def test_what_was_never_tried_is_recalled_at_once(desks: Desks, notice: Document) -> None:
    from desktop.services import packaging  # noqa: PLC0415 - queued, never flushed

    client = desks.open(PROVINCE)
    dispatch = client.seal(notice)
    with client.workspace.vault.read() as db:
        kept = dispatches.get(db, dispatch)
    assert kept is not None
    packaging.put_into_outbox(client.workspace, kept)

    (result,) = client.outgoing.recall(dispatch, reason="数据有误")

    assert ("done", "recalled") == (result.outcome, client.outgoing.get(dispatch).state)
    assert not outbox.payload_path(client.workspace, dispatch).exists()


def test_a_recall_says_that_no_receipt_has_come(desks: Desks, notice: Document) -> None:
    client = desks.open(PROVINCE)
    dispatch = client.seal(notice)
    client.outgoing.send(dispatch)  # the node is down

    with pytest.raises(WrongState) as refused:
        client.outgoing.recall(dispatch, reason="数据有误")

    assert "已尝试发送，尚未得到节点的回执，不能撤回" in refused.value.text()


def test_a_consignment_that_the_node_does_not_find_is_not_called_recalled(desks: Desks) -> None:
    desks.nodes.start(PROVINCE)
    client = desks.open(PROVINCE)
    lost = new_id(system_clock, system_randomness)
    with client.workspace.vault.transaction() as db:
        mailbox.add(db, received(lost, state="arriving"))

    first, second = client.incoming.sync(), client.incoming.sync()

    row = client.incoming.get(lost).row
    assert "arriving" == row.state
    assert "没有它已被撤回的凭证" in row.error
    assert [(lost, row.error)] * 2 == [*first.failed, *second.failed]


def test_a_receipt_that_does_not_verify_is_tried_again(desks: Desks, notice: Document) -> None:
    desks.nodes.start(PROVINCE, CITY)
    province, city = desks.open(PROVINCE), desks.open(CITY)
    dispatch = province.seal(notice, ("340100.bgs",))
    province.outgoing.send(dispatch)
    wait_until(lambda: bool(city.incoming.sync().arrived))
    directory = province.workspace.snapshot
    province.workspace.use_snapshot(without_city(directory))

    wait_until(lambda: bool(province.incoming.sync().failed))
    with province.workspace.vault.read() as db:
        kept = unverified.every(db)
        assert cursor.get(db, cursor.MAILBOX) > 0
    assert {dispatch} == {entry.dispatch for entry in kept}
    assert "sent" == province.outgoing.get(dispatch).state
    assert province.incoming.sync().failed

    province.workspace.use_snapshot(directory)
    report = province.incoming.sync()
    assert (True, ()) == (report.receipts >= len(kept), report.failed)
    assert "delivered" == province.outgoing.get(dispatch).state
    with province.workspace.vault.read() as db:
        assert () == unverified.every(db)


def test_a_refused_dispatch_comes_back_as_a_draft(desks: Desks, notice: Document) -> None:
    client, dispatch = refusing(desks, notice)
    (waiting,) = client.outgoing.outbox()
    client.outgoing.discard(waiting.id)
    with pytest.raises(WrongState) as refused:
        client.outgoing.send(dispatch)
    assert "已放弃发送，不能再次发送" in refused.value.text()

    draft = client.sealing.unseal(dispatch)

    assert [draft.id] == [row.id for row in client.drafting.list()]
    assert () == client.outgoing.list()
    assert set() == blobs_of(client)
    assert [] == list(client.workspace.profile.outbox_folder.iterdir())
    assert "sealed" == client.sealing.seal(draft.id).state


def test_a_refused_dispatch_comes_back_without_being_discarded_first(
    desks: Desks, notice: Document
) -> None:
    client, dispatch = refusing(desks, notice)

    client.sealing.unseal(dispatch)

    assert ((), ()) == (client.outgoing.outbox(), client.outgoing.list())


def test_a_dispatch_that_was_accepted_before_it_was_refused_keeps_its_seal(
    desks: Desks, notice: Document
) -> None:
    desks.nodes.start(PROVINCE)
    dispatch = desks.open(PROVINCE).seal(notice, ("340100.bgs",))
    lose_the_answer(desks.open(PROVINCE), dispatch)
    client = reopened(desks, PROVINCE)
    (waiting,) = client.outgoing.outbox()
    with client.workspace.vault.transaction() as db:
        pending.stop(db, waiting.id, "不予受理")
        dispatches.move_unaccepted(db, dispatch, "failed")

    with pytest.raises(WrongState):
        client.sealing.unseal(dispatch)

    assert "sent" == client.outgoing.get(dispatch).state


def test_a_payload_goes_once_every_recipient_has_answered(desks: Desks, notice: Document) -> None:
    desks.nodes.start(PROVINCE, CITY)
    province, city = desks.open(PROVINCE), desks.open(CITY)
    dispatch = province.seal(notice, ("340100.bgs",))
    province.outgoing.send(dispatch)
    payload = outbox.payload_path(province.workspace, dispatch)
    wait_until(lambda: bool(city.incoming.sync().arrived))
    assert payload.is_file()
    city.incoming.sign_for([row.id for row in city.incoming.list()])

    def signed() -> bool:
        province.incoming.sync()
        return province.outgoing.get(dispatch).state == "signed"

    wait_until(signed)
    assert not payload.exists()


def test_a_payload_that_the_node_refused_stays_until_it_is_given_up(
    desks: Desks, notice: Document
) -> None:
    client, dispatch = refusing(desks, notice)
    payload = outbox.payload_path(client.workspace, dispatch)
    client.outgoing.flush()
    assert payload.is_file()

    client.outgoing.discard(client.outgoing.outbox()[0].id)

    assert not payload.exists()


def test_a_detached_file_leaves_no_blob(desks: Desks, notice: Document, tmp_path: Path) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    (tmp_path / "表.csv").write_bytes(b"1,2\n")
    client.drafting.attach(draft.id, tmp_path / "表.csv")
    client.drafting.attach(draft.id, tmp_path / "表.csv")
    assert 1 == len(blobs_of(client))

    client.drafting.detach(draft.id, "表.csv")

    assert set() == blobs_of(client)


def test_an_unsealed_document_keeps_the_files_of_its_draft(
    desks: Desks, notice: Document, tmp_path: Path
) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    (tmp_path / "表.csv").write_bytes(b"1,2\n")
    client.drafting.attach(draft.id, tmp_path / "表.csv")
    before = blobs_of(client)

    back = client.sealing.unseal(client.sealing.seal(draft.id).dispatch)

    assert (before, ["表.csv"]) == (blobs_of(client), [file.name for file in back.files])


def test_a_draft_that_leaves_the_bin_takes_its_files_along(
    desks: Desks, notice: Document, tmp_path: Path
) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    (tmp_path / "表.csv").write_bytes(b"1,2\n")
    client.drafting.attach(draft.id, tmp_path / "表.csv")
    client.drafting.delete(draft.id)
    client.workspace.clock = lambda: system_clock() + drafting.BIN + timedelta(hours=1)

    client.drafting.save(notice)

    assert set() == blobs_of(client)


def test_opening_a_workspace_sweeps_the_blobs(desks: Desks) -> None:
    client = desks.open(PROVINCE)

    with client.workspace.vault.read() as db:
        swept = cursor.get(db, "blobs swept")

    assert 0 <= system_clock().timestamp() - swept < leftovers.EVERY.total_seconds()


def test_a_number_is_taken_from_the_seal_on_until_the_seal_is_withdrawn(
    desks: Desks, notice: Document
) -> None:
    client = desks.open(PROVINCE)
    dispatch = client.seal(notice)
    other = msgspec.structs.replace(notice, title="关于另一事项的通知")
    assert "R17" in [row.code for row in client.drafting.check(other)]

    draft = client.sealing.unseal(dispatch)

    assert "R17" not in [row.code for row in client.drafting.check(other)]
    assert "sealed" == client.sealing.seal(draft.id).state


@pytest.mark.parametrize(("to", "found"), [("合肥市人民政府", []), ("肥西县人民政府", ["R24"])])
def test_a_reply_is_judged_by_the_document_it_answers(
    desks: Desks, notice: Document, to: str, found: list[str]
) -> None:
    client = desks.open(PROVINCE)
    asked = received(new_id(system_clock, system_randomness), state="signed")
    with client.workspace.vault.transaction() as db:
        mailbox.add(db, asked)
    reply = msgspec.structs.replace(
        notice,
        kind="reply",
        title="关于试点事项的批复",
        reply_to="合政办[2026]31号",
        main_recipients=(to + "办公室",),
        number=DocumentNumber(mark="皖政办", year=2026, serial=13),
    )

    codes = [row.code for row in client.drafting.check(reply)]

    assert found == [code for code in codes if code == "R24"]


def without_city(directory: Snapshot) -> Snapshot:
    """A directory that does not know the city's node."""
    return msgspec.structs.replace(
        directory, nodes=tuple(node for node in directory.nodes if node.id != CITY)
    )


def received(identifier: str, *, state: str) -> KeptIncoming:
    """A 请示 of the city's office."""
    return KeptIncoming(
        id=identifier,
        dispatch=new_id(system_clock, system_randomness),
        sender="340100.bgs",
        title="关于试点事项的请示",
        kind="request",
        number="合政办〔2026〕31号",
        urgency=None,
        sensitivity="internal",
        role="main",
        copies=1,
        state=state,
        received=system_clock(),
    )
