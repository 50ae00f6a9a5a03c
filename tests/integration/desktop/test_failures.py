"""What fails at the desk: nothing is lost, nothing half-written, nothing claimed too early."""

import msgspec
import pytest

from desktop.errors import BlockedByRules, NoRecipients, WrongState
from desktop.services import packaging
from desktop.services.session import Workspace
from desktop.store import dispatches
from formats.document.model import Block, Document
from formats.errors import Classified
from signing.errors import TokenMissing
from signing.tokens.base import Secret, Token
from tests.integration.desktop.conftest import Client, Desks
from tests.support.nodes import CITY, PROVINCE, wait_until
from tests.support.pki import PIN


def test_a_draft_with_a_secrecy_mark_is_not_kept(desks: Desks, notice: Document) -> None:
    client = desks.open(PROVINCE)
    marked = msgspec.structs.replace(notice, body=(Block(text="机密★1年"),))

    with pytest.raises(Classified):
        client.drafting.save(marked)
    assert () == client.drafting.list()


def test_a_draft_that_breaks_a_rule_is_not_sealed(desks: Desks, notice: Document) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(msgspec.structs.replace(notice, number=None))

    with pytest.raises(BlockedByRules):
        client.sealing.seal(draft.id)
    assert [draft.id] == [row.id for row in client.drafting.list()]
    assert () == client.outgoing.list()


def test_a_recipient_that_nobody_knows_is_named(desks: Desks, notice: Document) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice, main=["某市人民政府"])

    with pytest.raises(NoRecipients) as refused:
        client.sealing.seal(draft.id)

    assert "某市人民政府" in refused.value.text()


class Pulled:
    """A UKEY that is gone when it is asked to sign.

    SoftHSM whose token folder is moved away stays broken for the rest of the process, so what
    the driver then raises (see tests/integration/test_softhsm_token.py) is raised here.
    """

    def __init__(self, token: Token) -> None:
        self._token = token

    def __getattr__(self, name: str) -> object:
        return getattr(self._token, name)

    def sign(self, *_: object) -> bytes:
        """Raise, as a driver does."""
        raise TokenMissing("pulled")


def test_a_ukey_pulled_out_while_sealing_leaves_the_draft(
    desks: Desks, notice: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = desks.open(PROVINCE)
    draft = client.drafting.save(notice)
    monkeypatch.setattr(client.workspace, "_token", Pulled(client.workspace.holder()))

    with pytest.raises(TokenMissing):
        client.sealing.seal(draft.id)

    assert [draft.id] == [row.id for row in client.drafting.list()]
    assert () == client.outgoing.list()


def test_a_missing_ukey_opens_nothing(desks: Desks) -> None:
    desks.open(PROVINCE).workspace.close()
    profile = desks.clients.pop(PROVINCE).workspace.profile
    broken = msgspec.structs.replace(profile.settings, token="none")

    with pytest.raises(TokenMissing):
        Workspace.open(type(profile)(profile.folder, broken), Secret(PIN))


def test_a_seal_can_be_withdrawn_until_the_document_is_in_the_outbox(
    desks: Desks, notice: Document
) -> None:
    client = desks.open(PROVINCE)
    dispatch = client.seal(notice)
    draft = client.sealing.unseal(dispatch)
    assert [draft.id] == [row.id for row in client.drafting.list()]

    again = client.sealing.seal(draft.id).dispatch
    assert "queued" == client.outgoing.send(again).outcome
    with pytest.raises(WrongState):
        client.sealing.unseal(again)


def test_a_document_that_the_node_may_have_is_not_recalled_here(
    desks: Desks, notice: Document
) -> None:
    client = desks.open(PROVINCE)
    dispatch = client.seal(notice)
    client.outgoing.send(dispatch)  # the node is down, but it was tried

    with pytest.raises(WrongState):
        client.outgoing.recall(dispatch, reason="数据有误")
    assert "outbox" == client.outgoing.get(dispatch).state


def test_a_client_that_dies_after_packaging_sends_once_when_it_is_back(
    desks: Desks, notice: Document
) -> None:
    client = desks.open(PROVINCE)
    dispatch = client.seal(notice, ("340100.bgs",))
    with client.workspace.vault.read() as db:
        kept = dispatches.get(db, dispatch)
    assert kept is not None
    packaging.put_into_outbox(client.workspace, kept)
    profile = client.workspace.profile
    client.workspace.close()
    desks.nodes.start(PROVINCE, CITY)

    back = desks.clients[PROVINCE] = Client(
        Workspace.open(profile, Secret(PIN)), desks.nodes[PROVINCE]
    )
    first, second = back.outgoing.flush(), back.outgoing.flush()

    assert (1, 0) == (len(first.done), len(second.done))
    city = desks.open(CITY)
    wait_until(lambda: bool(city.incoming.sync().arrived))
    city.incoming.sync()
    assert [dispatch] == [row.dispatch for row in city.incoming.list()]


def test_a_receipt_that_was_lost_on_the_way_is_asked_for_again(
    desks: Desks, notice: Document
) -> None:
    client = desks.open(PROVINCE)
    dispatch = client.seal(notice, ("340100.bgs",))
    client.outgoing.send(dispatch)  # queued: the node is down
    desks.nodes.start(PROVINCE)
    (waiting,) = client.outgoing.outbox()
    with client.workspace.vault.read() as db:
        kept = dispatches.get(db, dispatch)
    assert kept is not None
    assert kept.header is not None
    desk_sends = client.workspace.transport
    from formats.protocol import calls  # noqa: PLC0415 - the node takes it, the client never knows

    desk_sends.run(
        calls.submit(
            dispatch,
            kept.header,
            kept.keys or b"",
            client.workspace.profile.outbox_folder / f"{dispatch}.bin",
        )
    )

    report = client.outgoing.flush(retry_now=True)

    assert (waiting.id,) == report.done
    assert "sent" == client.outgoing.get(dispatch).state


def test_signing_for_while_the_node_is_down_is_kept_and_reported_later(
    desks: Desks, notice: Document
) -> None:
    desks.nodes.start(PROVINCE, CITY)
    province, city = desks.open(PROVINCE), desks.open(CITY)
    dispatch = province.seal(notice, ("340100.bgs",))
    province.outgoing.send(dispatch)
    wait_until(lambda: bool(city.incoming.sync().arrived))
    (row,) = city.incoming.list()
    desks.nodes[CITY].kill()

    (result,) = city.incoming.sign_for([row.id])

    assert ("queued", "signing") == (result.outcome, city.incoming.get(row.id).row.state)
    desks.nodes[CITY].start()
    assert 1 == len(city.outgoing.flush(retry_now=True).done)
    assert "signed" == city.incoming.get(row.id).row.state
    wait_until(lambda: province.outgoing.track(dispatch).row.state == "signed")
