"""From a draft to a sealed PDF; and sealing a PDF file that was typeset here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.progress import Cancelled, Progress, never, silent
from desktop.services.rows import DraftRow, OutgoingRow, SealReport
from desktop.services.session import Workspace
from formats.effects import Clock

if TYPE_CHECKING:
    from signing.signer import Signer
    from signing.timestamp import TimestampSource


class Sealing:
    """Seals with the workspace's UKEY; nothing is replaced until the seal stands."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def seal(
        self,
        draft: str,
        *,
        main: Sequence[str] = (),
        cc: Sequence[str] = (),
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> OutgoingRow:
        """Check, typeset and seal a draft; it becomes a dispatch in state ``sealed``.

        Raises `BlockedByRules`, `NoRecipients`, what the UKEY raises, `Stopped`. Without the
        node's time stamp (node down) the seal is made without one and its verdict is green-b.
        """
        raise NotImplementedError

    def unseal(self, dispatch: str) -> DraftRow:
        """Withdraw the seal of a dispatch that was never sent; the draft comes back."""
        raise NotImplementedError

    def sealed_pdf(self, dispatch: str) -> bytes:
        """The sealed PDF. Raises `NotFound`."""
        raise NotImplementedError


def seal_file(
    source: Path,
    target: Path,
    *,
    signer: Signer,
    body_name: str,
    timestamps: TimestampSource | None,
    clock: Clock,
) -> SealReport:
    """Seal a PDF into another file, which appears whole or not at all.

    Raises `SealRefused`, what the UKEY raises, `DiskFull`.
    """
    raise NotImplementedError
