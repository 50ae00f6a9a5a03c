"""The self-check sees what is missing, not only what is damaged."""

from pathlib import Path

from sqlalchemy import delete

from server.checkup import _mailboxes
from server.store.tables import mailbox
from server.store.work import Finish, Work
from tests.support.store import Store

NODE = "340000"


def test_mailboxes_that_hold_what_was_delivered_are_well(store: Store, tmp_path: Path) -> None:
    store.submit(store.close(["340000.bgt"], tmp_path))
    store.submit(store.close(["340123.bgs"], tmp_path))

    assert _mailboxes(store.database, NODE).ok


def test_a_delivered_consignment_that_no_mailbox_holds_is_found(
    store: Store, tmp_path: Path
) -> None:
    store.submit(store.close(["340000.bgt"], tmp_path))

    def lose(work: Work) -> Finish[None]:
        work.connection.execute(delete(mailbox).where(mailbox.c.kind == "consignment"))
        return lambda _: None

    store.do(lose)

    assert not _mailboxes(store.database, NODE).ok
