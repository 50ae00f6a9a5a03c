"""Sending: package, outbox, node; then follow, recall and remind.

The order of every send: payload file, fsync; one vault transaction with the dispatch, its
consignments and the pending event; only then the network. A retry carries the same dispatch id,
and the node answers it with the receipt it gave before. No state here runs ahead of a receipt.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.progress import Cancelled, Progress, never, silent
from desktop.services.rows import (
    ActResult,
    FlushReport,
    OutgoingRow,
    PendingRow,
    Tracking,
)
from desktop.services.session import Workspace


class Outgoing:
    """The sent and the waiting dispatches of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def send(
        self, dispatch: str, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> ActResult:
        """Package a sealed dispatch, put it into the outbox and try the node once.

        ``done`` when the node's receipt is here; ``queued`` when the node could not be reached;
        ``refused`` when the node said no for good. Raises `NotFound`, `WrongState`,
        `NoRecipients`, what the UKEY raises.
        """
        raise NotImplementedError

    def list(self, *, limit: int = 200, before: str | None = None) -> tuple[OutgoingRow, ...]:
        """Dispatches, the latest first; ``before`` is the last dispatch id of the page before."""
        raise NotImplementedError

    def get(self, dispatch: str) -> OutgoingRow:
        """One dispatch. Raises `NotFound`."""
        raise NotImplementedError

    def track(self, dispatch: str, *, refresh: bool = True) -> Tracking:
        """What became of a dispatch; asks the node when ``refresh`` and it can be reached."""
        raise NotImplementedError

    def recall(
        self, dispatch: str, *, reason: str, consignments: Sequence[str] = ()
    ) -> tuple[ActResult, ...]:
        """Recall what is not signed for yet; shown as recalled only by the node's receipt."""
        raise NotImplementedError

    def remind(self, dispatch: str, *, consignments: Sequence[str] = ()) -> tuple[ActResult, ...]:
        """Remind the recipients that have not signed for it."""
        raise NotImplementedError

    def outbox(self) -> tuple[PendingRow, ...]:
        """Every act that waits for the node, 签收 and 退回 too, the oldest first."""
        raise NotImplementedError

    def flush(
        self,
        *,
        retry_now: bool = False,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> FlushReport:
        """Try what is due in the outbox; with ``retry_now`` all of it, refused acts too."""
        raise NotImplementedError

    def discard(self, pending: str) -> None:
        """Give up an act that the node refused for good. Raises `NotFound`, `WrongState`."""
        raise NotImplementedError
