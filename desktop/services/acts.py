"""签收, 退回, 撤回, 催办 as signed statements: made by the UKEY before they are queued.

Each follows the last record that is known of its consignment; that a later one stands at the node
does no harm. Where the node does not know the record it follows, it refuses (`node.chain-moved`),
and the act is signed once more on the chain as the node has it.
"""

from typing import Final

import msgspec

from desktop.errors import WrongState
from desktop.services import journal
from desktop.services.session import Workspace
from desktop.store import pending
from desktop.store.connection import Connection
from formats.evidence.record import Event, Reason, Statement, parse_statement
from formats.i18n import tr
from formats.ids import new_id
from signing.cms import open_attached
from signing.evidence.record import sign_record

OFFICE: Final = "收发室"
"""The unit function that acts; never a person."""


def sign_act(
    workspace: Workspace,
    db: Connection,
    event: Event,
    *,
    dispatch: str,
    consignment: str,
    header_digest: str,
    title: str,
    document: str | None = None,
    report: str | None = None,
    reasons: tuple[Reason, ...] = (),
) -> bytes:
    """The record of an act, signed. Raises `WrongState` when nothing of the consignment is known.

    Also raises what the UKEY raises.
    """
    end = journal.chain_end(db, dispatch, consignment)
    if end is None:
        raise WrongState(
            f"{event}: no chain of {consignment}",
            title=title,
            state=tr("尚无节点回执"),
            act=tr("执行该操作"),
        )
    statement = Statement(
        suite=workspace.suite,
        event=event,
        dispatch=dispatch,
        consignment=consignment,
        digest=header_digest,
        issuer=workspace.profile.body,
        actor=OFFICE,
        at=workspace.clock(),
        prev=end[0],
        seq=end[1] + 1,
        document=document,
        report=report,
        reasons=reasons,
    )
    return sign_record(statement, workspace.signer())


def statement_of(record: bytes) -> Statement:
    """The statement of a record that was signed here."""
    return parse_statement(open_attached(record).data)


def sign_again(workspace: Workspace, db: Connection, record: bytes) -> bytes | None:
    """The same act on the chain as it is known now; ``None`` when it already follows its end."""
    said = statement_of(record)
    end = journal.chain_end(db, said.dispatch, said.consignment or "")
    if end is None or end[0] == said.prev:
        return None
    moved = msgspec.structs.replace(said, prev=end[0], seq=end[1] + 1, at=workspace.clock())
    return sign_record(moved, workspace.signer())


def key_of(kind: pending.Kind, target: str) -> str:
    """What makes an act on a target one and the same act, however often it is queued."""
    return f"{kind}:{target}"


def new_event(
    workspace: Workspace, kind: pending.Kind, target: str, *, title: str, payload: bytes = b""
) -> pending.PendingEvent:
    """An outbox entry that is due at once; one act of a kind on a target is queued once."""
    now = workspace.clock()
    return pending.PendingEvent(
        id=new_id(workspace.clock, workspace.randomness),
        key=key_of(kind, target),
        kind=kind,
        target=target,
        title=title,
        payload=payload,
        attempts=0,
        created=now,
        next_at=now,
        error="",
        stopped=False,
    )
