"""Receiving: synchronise the mailbox, verify, read, sign for, return.

The mailbox cursor moves in the same transaction that notes what arrived, so nothing is lost or
taken twice. 签收 is possible only after the document's own verdict came out green or blue; the
act is signed by the UKEY, kept, and counts as done only by the node's receipt.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.progress import Cancelled, Progress, never, silent
from desktop.services.rows import (
    ActResult,
    IncomingDetail,
    IncomingRow,
    IncomingState,
    ReturnReason,
    SyncReport,
)
from desktop.services.session import Workspace


class Incoming:
    """The received documents of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def sync(
        self, *, wait: float = 0, progress: Progress = silent, cancelled: Cancelled = never
    ) -> SyncReport:
        """Bring the mailbox up to date: download, decrypt, verify, keep; and take in receipts.

        ``wait`` seconds of long poll when nothing is new. Raises `NodeUnreachable` and its kin.
        One bad consignment never stops the others; it is listed in ``failed``.
        """
        raise NotImplementedError

    def list(self, states: Sequence[IncomingState] = ()) -> tuple[IncomingRow, ...]:
        """Received documents (of those states): 特急 and 加急 first, then the latest."""
        raise NotImplementedError

    def get(self, consignment: str) -> IncomingDetail:
        """One received document. Raises `NotFound`."""
        raise NotImplementedError

    def read_pdf(self, consignment: str) -> bytes:
        """The sealed PDF. Raises `NotFound`, or `WrongState` when it could not be opened."""
        raise NotImplementedError

    def read_attachment(self, consignment: str, name: str) -> bytes:
        """A file that came beside it. Raises `NotFound`."""
        raise NotImplementedError

    def sign_for(
        self,
        consignments: Sequence[str],
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> tuple[ActResult, ...]:
        """签收 one or a batch under one login, with a result for each document.

        Stops at the first trouble with the UKEY, which is raised; what was signed stays done.
        """
        raise NotImplementedError

    def return_document(
        self, consignment: str, *, reason: ReturnReason, note: str = ""
    ) -> ActResult:
        """退回 with its reason code (R26) and a note for the sender."""
        raise NotImplementedError
